from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linkworthy.errors import StageError
from linkworthy.graph.siteflow import PageFlow, SiteFlow, site_flow
from tests.support.runs import START, make_run

D = 0.85


def flowing(
    tmp_path: Path, pages: list[dict[str, Any]], links: list[dict[str, Any]], to: list[str], **more: bool
) -> SiteFlow:
    index = [{"source_url": f"https://fan{k}.example/x", "target_url": START + path, "is_nofollow": None}
             for k, path in enumerate(to)]  # fmt: skip
    run = make_run(
        tmp_path,
        pages=[{"status": 200, "final_status": 200, **page, "url": START + page["url"]} for page in pages],
        links=[{**one, "source_url": START + one["source_url"]} for one in links],
        link_index=index,
    )
    tables = run.publish().tables()
    run.close()
    return site_flow(tables, **more)


def page(found: SiteFlow, path: str) -> PageFlow:
    return next(one for one in found.pages if one.url == START + path)


def whole(found: SiteFlow) -> float:
    return found.stays + found.leaks + found.nofollow + found.dead_ends + found.errors + found.unknown


def test_what_arrives_stays_leaks_or_stops_and_nothing_vanishes(tmp_path: Path) -> None:
    pages = [{"url": ""}, {"url": "a"}, {"url": "b"}, {"url": "gone", "status": 404, "final_status": 404}]
    links = [
        {"source_url": "", "url": START + "a"},
        {"source_url": "", "url": "https://other.example/", "is_internal": False},
        {"source_url": "", "url": START + "gone"},
        {"source_url": "", "url": START + "never-read"},
        {"source_url": "a", "url": START + "b", "is_nofollow": True},
        {"source_url": "a", "url": START + "a"},
    ]
    found = flowing(tmp_path, pages, links, ["", "", "", "b"])
    start, a, b = 0.75, D * 0.75 / 4, 0.25
    assert page(found, "").carries == pytest.approx(start)
    assert page(found, "a").carries == pytest.approx(a)
    assert found.leaks == pytest.approx(D * start / 4)
    assert found.leaks_to == (("other.example", pytest.approx(D * start / 4)),)
    assert found.errors == pytest.approx(D * start / 4)
    assert found.unknown == pytest.approx(D * start / 4)
    assert found.nofollow == pytest.approx(D * a)
    assert found.dead_ends == pytest.approx(D * b)
    assert found.stays == pytest.approx((1 - D) * (start + a + b))
    assert whole(found) == pytest.approx(1, abs=1e-12)
    assert found.n_domains == 4
    assert page(found, "b").n_domains == 1


def test_a_redirect_hands_on_and_a_deleted_page_with_backlinks_stops_all(tmp_path: Path) -> None:
    pages = [
        {"url": "old", "status": 301, "redirect_url": START + "new"},
        {"url": "new"},
        {"url": "deleted", "status": 410, "final_status": 410},
        {"url": "round", "status": 302, "redirect_url": START + "round"},
        {"url": "away", "status": 301, "redirect_url": "https://elsewhere.example/"},
    ]
    found = flowing(tmp_path, pages, [], ["old", "deleted", "round", "away", "not-crawled"])
    assert page(found, "new").carries == pytest.approx(D / 5)
    assert found.errors == pytest.approx(1 / 5)
    assert page(found, "deleted").stops == pytest.approx(1 / 5)
    assert page(found, "not-crawled").kind == "unknown"
    assert whole(found) == pytest.approx(1, abs=1e-12)
    assert found.pages[0].url == START + "deleted", "what loses most comes first"


def test_loops_converge_and_regions_weigh(tmp_path: Path) -> None:
    pages = [{"url": ""}, {"url": "a"}]
    links = [
        {"source_url": "", "url": START + "a", "region": "main"},
        {"source_url": "", "url": "https://other.example/", "region": "footer", "is_internal": False},
        {"source_url": "a", "url": START},
    ]
    plain = flowing(tmp_path, pages, links, [""])
    carried = np.linalg.solve(np.array([[1, -D], [-D / 2, 1]]), np.array([1.0, 0.0]))
    assert [page(plain, path).carries for path in ("", "a")] == pytest.approx(carried.tolist(), abs=1e-10)
    (tmp_path / "weighed").mkdir()
    weighed = flowing(tmp_path / "weighed", pages, links, [""], is_weighted=True)
    start = 1 / (1 - D * D / 1.1)
    assert weighed.leaks == pytest.approx(D * start * 0.1 / 1.1, abs=1e-10)
    for found in (plain, weighed):
        assert whole(found) == pytest.approx(1, abs=1e-10)


def test_without_backlinks_nothing_flows(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="no followed backlink"):
        flowing(tmp_path, [{"url": ""}], [], [])
    with pytest.raises(StageError, match="linkworthy import"):
        site_flow({"links": []})
