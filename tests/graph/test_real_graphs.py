from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from benchmarks.graph_planted import HONEST, STYLES, plant
from benchmarks.quality_graph import MEASURES, outcomes
from linkworthy.graph.build import build
from linkworthy.graph.flow import Flow
from linkworthy.graph.pagerank import pagerank
from linkworthy.graph.reading.bvgraph import BVLinks
from tests.support.shared import shared

TOP = 1_000


def reference(n: int, source: np.ndarray, target: np.ndarray, damping: float = 0.85) -> np.ndarray:
    """Iterate in float64 over a matrix by the book until nothing moves."""
    degrees = np.bincount(source, minlength=n)
    matrix = sp.csr_array((1 / degrees[source], (target, source)), shape=(n, n))
    x = np.full(n, 1 / n)
    for _ in range(300):
        new = damping * (matrix @ x + x[degrees == 0].sum() / n) + (1 - damping) / n
        change, x = np.abs(new - x).sum(), new
        if change < 1e-14:
            break
    return x


@pytest.mark.shared
def test_cnr_2000_has_the_top_thousand_of_a_float64_reference(tmp_path: Path) -> None:
    links = BVLinks(shared("graphs", "cnr-2000.graph"))
    source, target = (np.concatenate(ends) for ends in zip(*((p.source, p.target) for p in links.pairs()), strict=True))
    wanted = reference(links.n_nodes, source.astype(np.int64), target.astype(np.int64))
    flow = Flow(build(tmp_path / "cnr", links), memory_bytes=1 << 30)
    exact = pagerank(flow).scores
    assert np.abs(exact - wanted).max() < 1e-12
    rough = pagerank(flow, precision=np.float32, tolerance=1e-6)
    assert np.abs(rough.scores - wanted).sum() < 1e-5
    least = np.sort(wanted)[-TOP]
    for scores in (exact, rough.scores):
        first = np.argsort(-scores.astype(np.float64), kind="stable")[:TOP]
        # Pages of one template tie at the thousandth place, and each of them belongs there.
        assert wanted[first].min() >= least * (1 - 1e-6)


@pytest.mark.shared
def test_planted_farms_stand_high_by_pagerank_and_are_found_by_other_measures() -> None:
    shared("graphs", "1996-uk-web-hosts.tsv.gz")
    found = {one.style: one for one in outcomes("hosts", seed=11)}
    assert list(found) == list(STYLES)
    assert all(set(one.auc) == set(MEASURES) for one in found.values())
    for style in ("farm", "farm with returns", "two-level farm", "ring", "network"):
        assert found[style].percentile > 95, "PageRank is fooled"
    for style in ("farm", "farm with returns", "ring"):
        assert found[style].auc["spam mass"] > 0.9
        assert found[style].auc["bottleneck"] > 0.9
        assert found[style].auc["supporters"] > 0.9
    assert found["farm"].auc["truncated"] > 0.9
    assert all(found[style].auc["owners"] > 0.9 for style in ("exchange", "network"))
    assert found[HONEST].auc["owners"] < 0.6, "an honest newcomer's referrers have owners of their own"


def test_a_planted_graph_leaves_the_real_one_as_it_is() -> None:
    target = np.arange(1_000, dtype=np.uint32)
    one, two = (plant(1_000, target, seed=3) for _ in range(2))
    assert (one.source, one.target) == (two.source, two.target)
    assert all(min(p.targets) >= 1_000 for p in one.plants)
    assert max(*one.source, *one.target) < one.n_nodes
