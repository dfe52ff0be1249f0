from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.errors import InputError
from linkworthy.graph.agreement import calibrated, kendall, spearman
from linkworthy.graph.flow import Flow
from linkworthy.graph.hyperball import harmonic
from linkworthy.graph.lookup import Lookup
from linkworthy.graph.measures import in_degrees, rank, rank_spam_mass, rank_truncated, rank_trust
from linkworthy.graph.scale import percentile, points, quantiles
from linkworthy.graph.why import why
from tests.support.graphs import CORNERS, made, random_links

MEMORY = 1 << 30


@pytest.mark.parametrize("is_weighted", [False, True])
def test_contributions_and_what_is_given_sum_to_the_score(tmp_path: Path, *, is_weighted: bool) -> None:
    links = [(a, b, 1.0 + (a + b) % 3) for a, b in random_links(5, 40, 250)]
    graph = made(tmp_path, 40, links, is_weighted=is_weighted)
    rank(Flow(graph, memory_bytes=MEMORY))
    lookup = Lookup(graph)
    for node in range(40):
        found = why(lookup, str(node), 100)
        assert found.given + sum(one.raw for one in found.contributions) == pytest.approx(found.raw, abs=1e-11)
        assert found.error < 1e-11
        assert [one.raw for one in found.contributions] == sorted((o.raw for o in found.contributions), reverse=True)
        carried = sum(one.raw for one in found.contributions[: found.half])
        assert carried >= sum(one.raw for one in found.contributions) / 2 - 1e-15


def test_only_a_pagerank_is_opened_into_contributions(tmp_path: Path) -> None:
    graph = made(tmp_path, 5, [(0, 1), (1, 2)])
    rank_trust(Flow(graph, memory_bytes=MEMORY), [0])
    with pytest.raises(InputError, match="no PageRank"):
        why(Lookup(graph, "trust"), "1")


@pytest.mark.parametrize("log2m", [6, 8, 10])
def test_harmonic_centrality_is_within_its_stated_error(tmp_path: Path, log2m: int) -> None:
    links = [(a, b) for a, b in random_links(6, 300, 1500) if a != b]
    graph = made(tmp_path, 300, links)
    oracle = nx.DiGraph()
    oracle.add_nodes_from(range(300))
    oracle.add_edges_from(links)
    exact = np.array([value for _node, value in sorted(nx.harmonic_centrality(oracle).items())])
    found = harmonic(Flow(graph, memory_bytes=MEMORY), log2m=log2m)
    known = exact > 0
    off = np.abs(found.scores[known] / exact[known] - 1)
    assert found.error == pytest.approx(1.04 / 2 ** (log2m / 2))
    assert np.sqrt((off**2).mean()) < 1.5 * found.error
    assert found.scores[~known] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("corner", range(len(CORNERS)))
def test_harmonic_centrality_and_in_degrees_of_corners(tmp_path: Path, corner: int) -> None:
    n, links = CORNERS[corner]
    graph = made(tmp_path, n, links)
    oracle = nx.DiGraph()
    oracle.add_nodes_from(range(n))
    oracle.add_edges_from((link[0], link[1]) for link in links)
    exact = [value for _node, value in sorted(nx.harmonic_centrality(oracle).items())]
    assert harmonic(Flow(graph, memory_bytes=MEMORY), log2m=12).scores == pytest.approx(exact, abs=0.05)
    assert in_degrees(graph).tolist() == [degree for _node, degree in sorted(oracle.in_degree())]


def test_each_measure_puts_a_planted_farm_where_it_belongs(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    good, farm, target = list(range(100)), list(range(100, 200)), 200
    links = [(int(a), int(b)) for a, b in zip(chance.integers(0, 100, 900), chance.integers(0, 100, 900), strict=True)]
    links += [(one, target) for one in farm] + [(good[7], target)]
    traded = Flow(made(tmp_path, 201, links + [(target, one) for one in farm]), memory_bytes=MEMORY)
    (tmp_path / "one-way").mkdir()
    one_way = Flow(made(tmp_path / "one-way", 201, links), memory_bytes=MEMORY)

    def place(scores: np.ndarray) -> int:
        return int((scores > scores[target]).sum())

    assert place(rank(traded).scores) == 0, "the target of farms that it links back to is first by PageRank"
    for flow in (traded, one_way):
        assert place(rank_trust(flow, good[:20]).scores) > 40
        mass = rank_spam_mass(flow, good[:20]).scores
        assert mass[target] > 0.9
        assert mass[target] > np.quantile(mass[good], 0.9)
    kept = rank_truncated(one_way, 3).scores / rank(one_way).scores
    assert kept[target] < 0.5 * np.median(kept[good]), "a one-way farm stands near; what is far is lacking"


@settings(max_examples=60, deadline=None)
@given(pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=60))
def test_agreement_equals_scipy_with_ties(pairs: list[tuple[int, int]]) -> None:
    a, b = (np.array(column, float) for column in zip(*pairs, strict=True))
    if len(set(a)) < 2 or len(set(b)) < 2:
        assert spearman(a, b) is None
        assert kendall(a, b) is None
        return
    assert spearman(a, b) == pytest.approx(scipy.stats.spearmanr(a, b).statistic, abs=1e-9)
    assert kendall(a, b) == pytest.approx(scipy.stats.kendalltau(a, b).statistic, abs=1e-9)


def test_a_calibration_rises_and_meets_the_middle() -> None:
    chance = np.random.default_rng(1)
    ours = chance.random(2000) * 100
    theirs = ours * 0.7 + chance.normal(0, 4, 2000)
    steps = calibrated(ours, theirs)
    assert [step["ours"] for step in steps] == list(range(0, 101, 10))
    assert [step["theirs"] for step in steps] == sorted(step["theirs"] for step in steps)
    for step in steps[1:-1]:
        assert step["theirs"] == pytest.approx(step["ours"] * 0.7, abs=4)
        assert step["low"] < step["theirs"] < step["high"]


def test_the_scale_is_the_published_one() -> None:
    scores = np.array([1e-6, 1e-4, 1e-2, 0.0])
    assert points(scores, 1e-6, 1e-2) == pytest.approx([0, 50, 100, 0])
    assert points(np.array([0.2, 0.2]), 0.2, 0.2).tolist() == [100, 100]
    ordered = np.sort(np.arange(1000.0))[::-1]
    assert percentile(500.0, quantiles(ordered)) == pytest.approx(50, abs=0.2)
