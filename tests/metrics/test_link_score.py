from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.engine.embedded import Embedded
from linkworthy.metrics.link_score import pagerank, scaled
from tests.support.measured import by_path, link, measured, page, redirect

Edge = tuple[int, int, bool]


def reference(n: int, edges: list[Edge]) -> list[float]:
    """Solve the same equations directly: (I - d M) x = (1 - d)/n, with M built link by link."""
    matrix = np.zeros((n, n))
    for i in range(n):
        mine = [(target, is_nofollow) for source, target, is_nofollow in edges if source == i]
        for target, is_nofollow in mine:
            if not is_nofollow:
                matrix[target, i] += 1 / len(mine)
        if not mine:
            matrix[:, i] = 1 / n
    solved: list[float] = np.linalg.solve(np.eye(n) - 0.85 * matrix, np.full(n, 0.15 / n)).tolist()
    return solved


def ours(n: int, edges: list[Edge]) -> list[float]:
    source = np.array([edge[0] for edge in edges], dtype=np.int64)
    target = np.array([edge[1] for edge in edges], dtype=np.int64)
    weight = np.array([0.0 if edge[2] else 1.0 for edge in edges])
    out = np.bincount(source, minlength=n).astype(float)
    scores: list[float] = pagerank(Embedded(workers=1), n, source, target, weight, out).tolist()
    return scores


def graphs(n: int) -> st.SearchStrategy[tuple[int, list[Edge]]]:
    pages = st.integers(0, n - 1)
    return st.tuples(st.just(n), st.lists(st.tuples(pages, pages, st.booleans()), max_size=40))


@given(st.integers(1, 12).flatmap(graphs))
def test_scores_equal_a_direct_solution(case: tuple[int, list[Edge]]) -> None:
    n, edges = case
    assert ours(n, edges) == pytest.approx(reference(n, edges), abs=1e-9)


def test_without_nofollow_scores_add_up_to_one() -> None:
    assert sum(ours(3, [(0, 1, False), (1, 2, False)])) == pytest.approx(1.0, abs=1e-9)


def test_repeated_links_pass_more() -> None:
    once, twice = ours(3, [(0, 1, False), (0, 2, False)]), ours(3, [(0, 1, False), (0, 1, False), (0, 2, False)])
    assert once[1] == pytest.approx(once[2])
    assert twice[1] > twice[2]


def test_the_share_of_a_nofollow_link_goes_to_nobody() -> None:
    plain, marked = ours(3, [(0, 1, False)]), ours(3, [(0, 1, False), (0, 2, True)])
    assert marked[1] < plain[1]
    assert marked[2] < plain[1]


def test_the_scale_is_logarithmic_from_0_to_100() -> None:
    assert scaled(np.array([1.0, 10.0, 100.0])).tolist() == pytest.approx([0.0, 50.0, 100.0])
    assert scaled(np.array([0.2, 0.2])).tolist() == [100.0, 100.0]
    assert scaled(np.zeros(0)).tolist() == []


def test_the_site_is_scored_as_its_graph_says(tmp_path: Path) -> None:
    # 0 /, 1 /a, 2 /gone, 3 /moved, 4 /new; the page's link to itself and the link to what was not fetched are left out.
    pages = [page("/"), page("/a"), page("/gone", status=404), redirect("/moved", "/new"), page("/new"),
             {"url": "https://shop.example/dead", "state": "failed"}]  # fmt: skip
    links = [link("/", "/a"), link("/", "/a"), link("/", "/gone"), link("/", "/moved", is_nofollow=True), link("/",
    "/"),
             link("/", "/dead"), link("/a", "/"), link("/a", "/moved")]  # fmt: skip
    found = by_path(measured(tmp_path, pages=pages, links=links), "page_metrics")
    edges = [(0, 1, False), (0, 1, False), (0, 2, False), (0, 3, True), (1, 0, False), (1, 3, False), (3, 4, False)]
    logs = [math.log(score) for score in reference(5, edges)]
    expected = [100 * (x - min(logs)) / (max(logs) - min(logs)) for x in logs]
    assert [found[path]["link_score"] for path in ("/", "/a", "/gone", "/moved", "/new")] == pytest.approx(
        expected, abs=1e-7
    )
    assert found["/dead"]["link_score"] is None
