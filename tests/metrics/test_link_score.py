from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.engine.embedded import Embedded
from linkworthy.metrics.link_score import DAMPING, MAX_ITERATIONS, TOLERANCE, Graph, pagerank, scaled
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


def graph(n: int, edges: list[Edge]) -> Graph:
    followed = Counter((target, source) for source, target, is_nofollow in edges if not is_nofollow)
    firsts = np.cumsum([0, *(sum(target == j for target, _ in followed) for j in range(n))])
    sources = np.array([source for _, source in sorted(followed)], np.int32)
    weights = np.array([followed[pair] for pair in sorted(followed)], np.uint16)
    out = np.bincount(np.array([edge[0] for edge in edges], np.int64), minlength=n).astype(float)
    return Graph(firsts, sources, weights, out)


def ours(n: int, edges: list[Edge]) -> list[float]:
    scores: list[float] = pagerank(Embedded(workers=1), graph(n, edges)).tolist()
    return scores


def simple(n: int, edges: list[Edge]) -> list[float]:
    """Iterate over all links at once, without a kernel."""
    given_graph = graph(n, edges)
    target = np.repeat(np.arange(n), np.diff(given_graph.firsts))
    share = given_graph.weights / given_graph.out[given_graph.sources]
    x = np.full(n, 1.0 / n)
    for _ in range(MAX_ITERATIONS):
        gathered = np.bincount(target, weights=x[given_graph.sources] * share, minlength=n)
        new = (1 - DAMPING) / n + DAMPING * (gathered + x[given_graph.out == 0].sum() / n)
        change, x = float(np.abs(new - x).sum()), new
        if change <= TOLERANCE:
            break
    scores: list[float] = x.tolist()
    return scores


def graphs(n: int) -> st.SearchStrategy[tuple[int, list[Edge]]]:
    pages = st.integers(0, n - 1)
    return st.tuples(st.just(n), st.lists(st.tuples(pages, pages, st.booleans()), max_size=40))


@given(st.integers(1, 12).flatmap(graphs))
def test_scores_equal_a_direct_solution(case: tuple[int, list[Edge]]) -> None:
    n, edges = case
    assert ours(n, edges) == pytest.approx(reference(n, edges), abs=1e-9)


@given(st.integers(1, 12).flatmap(graphs))
def test_the_kernel_gives_every_bit_of_the_simple_form(case: tuple[int, list[Edge]]) -> None:
    n, edges = case
    assert ours(n, edges) == simple(n, edges)


def test_threads_change_nothing() -> None:
    edges = [(i, (i * 7 + j * j) % 50, j == 3) for i in range(50) for j in range(6)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("linkworthy.metrics.link_score.WORTH_THREADS", 1)
        assert pagerank(Embedded(workers=3), graph(50, edges)).tolist() == ours(50, edges)


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
