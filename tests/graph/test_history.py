from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree

from linkworthy.graph.flow import Flow
from linkworthy.graph.history import Moment, history
from linkworthy.graph.lookup import Lookup
from linkworthy.graph.measures import rank
from linkworthy.graph.neighbourhood import neighbourhood
from linkworthy.graph.pictures import history_svg, make_up_svg, neighbourhood_svg
from linkworthy.graph.why import why
from tests.support.graphs import made, random_links

MEMORY = 1 << 30
SVG = "{http://www.w3.org/2000/svg}"


def ranked(
    folder: Path, n: int, links: list[tuple[int, int]], names: list[str] | None = None, noise: int = 0
) -> Lookup:
    folder.mkdir()
    graph = made(folder, n, links, names=names or [])
    rank(Flow(graph, memory_bytes=MEMORY), n_samples=noise)
    return Lookup(graph)


def test_a_jump_is_news_and_the_usual_churn_is_not(tmp_path: Path) -> None:
    chance = np.random.default_rng(4)
    names = [f"n{k:04}" for k in range(500)]
    links = random_links(4, 500, 6_000)
    kept = [link for link in links if chance.random() > 0.1]
    riser, steady = 470, 12
    jumped = kept + [(k, riser) for k in range(0, 400, 2)]
    releases = [
        ("spring", ranked(tmp_path / "a", 500, links, names)),
        ("summer", ranked(tmp_path / "b", 500, jumped, names)),
    ]
    first, second = history(releases, names[riser])
    assert (first.points, first.usual, first.is_news) == (None, None, None)
    assert second.is_news is True
    assert second.usual is not None
    assert second.points is not None
    assert second.points > second.usual > 0
    moved = [history(releases, name)[1].is_news for name in names[:100]]
    assert 0.6 < moved.count(False) / len(moved) <= 1, "four of five move by the usual at most"
    assert history(releases, names[steady])[1].usual == pytest.approx(
        history(releases, names[steady + 1])[1].usual, abs=3
    )


def test_a_release_without_the_name_is_passed_over(tmp_path: Path) -> None:
    full = ranked(tmp_path / "a", 3, [(0, 1), (2, 1)], ["x", "y", "z"], noise=4)
    bare = ranked(tmp_path / "b", 2, [(0, 1)], ["x", "z"], noise=4)
    moments = history([("1", full), ("2", bare), ("3", full)], "y")
    assert [one.score for one in moments] == [100.0, None, 100.0]
    assert moments[1].n_referrers is None
    assert moments[2].points == 0
    assert moments[2].usual is None, "three names are too few to tell what is usual"
    assert moments[2].is_news is False, "both bands are known, and they overlap"


def test_a_neighbourhood_holds_the_links_among_the_best_referrers(tmp_path: Path) -> None:
    ring = [(k, (k + 1) % 5) for k in range(5)]
    lookup = ranked(tmp_path / "a", 8, [*ring, *((k, 5) for k in range(5)), (5, 2), (6, 7)])
    found = neighbourhood(lookup, "5", 5)
    assert {one.name for one in found.neighbours} == {"0", "1", "2", "3", "4"}
    names = [one.name for one in found.neighbours]
    assert {(int(names[a]), int(names[b])) for a, b in found.links} == set(ring)
    assert found.density == pytest.approx(5 / 20)
    assert [one.name for one in found.neighbours if one.is_linked_back] == ["2"]
    assert neighbourhood(lookup, "6").neighbours == ()


def parsed(svg: str) -> Any:
    return etree.fromstring(svg.encode())


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in parsed(svg).iter(f"{SVG}text")]


def test_pictures_say_what_the_answers_say_and_stay_whole_with_hostile_names(tmp_path: Path) -> None:
    hostile = ["<script>alert(1)</script>", 'a"><b', "b\x00\x1b[31m\ud7ff\u202e", "c&amp;" + "x" * 200]
    names = sorted(hostile, key=lambda name: name.encode())
    lookup = ranked(tmp_path / "a", 4, [(0, 1), (2, 1), (3, 1), (1, 0)], names)
    parts = why(lookup, names[1], 2)
    for svg in (make_up_svg(parts), neighbourhood_svg(neighbourhood(lookup, names[1]))):
        assert "<script" not in svg
        assert not any(mark in svg for mark in ("\x00", "\x1b", "\u202e"))
        assert all(len(text) < 160 for text in texts(svg))
        assert {element.tag for element in parsed(svg).iter()} <= {
            SVG + tag for tag in ("svg", "title", "desc", "rect", "text", "line", "circle")
        }
    said = texts(make_up_svg(parts))
    shares = [text for text in said if "%" in text]
    assert len(shares) == 1 + 2 + 1, "what every node has, two referrers, and the others"
    assert sum(float(text.split("%")[0]) for text in shares) == pytest.approx(100, abs=0.3)
    assert "1 others" in said


def test_a_history_is_drawn_with_gaps_and_news() -> None:
    nobody = (None,) * 7
    moments = [
        Moment("spring", 50.0, 1e-3, 7, 10, 70.0, 3, 45.0, 55.0, None, None, None),
        Moment("summer", None, None, None, 10, *nobody),
        Moment("autumn", 80.0, 1e-2, 1, 10, 99.0, 9, 75.0, 85.0, 30.0, 4.0, True),
    ]
    svg = history_svg("shop.example", moments)
    assert {"50.0", "80.0", "spring", "autumn"} <= set(texts(svg))
    assert svg.count("<circle") == 2
    assert svg.count("<polygon") == 1
    assert "1 changes are beyond the usual" in svg
    assert parsed(history_svg("x", moments[1:2])).tag == f"{SVG}svg"
