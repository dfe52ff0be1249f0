"""Ranks a graph by one measure and writes the ranks beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray

from linkworthy.engine.progress import SILENT, Progress
from linkworthy.graph.checkpoint import Checkpoint
from linkworthy.graph.flow import Flow
from linkworthy.graph.groups import By, Groups, group_degrees
from linkworthy.graph.hyperball import harmonic, supporters
from linkworthy.graph.kernels.rows import degrees_of_rows
from linkworthy.graph.pagerank import DAMPING, pagerank, pageranks, precision_of, seeds, truncated
from linkworthy.graph.ranks import Ranks, sum_of, write_ranks
from linkworthy.graph.store import Graph

DROPPED_SHARE = 0.1
"""Linking nodes that each resampled graph lacks: about what a release of Common Crawl misses of the one before."""
GOOD_SHARE = 0.85
"""What the good core is taken to stand for of all good sites. Source: Gyöngyi et al. 2006, section 4.5."""


def rank(
    flow: Flow, *, damping: float = DAMPING, tolerance: float | None = None, n_samples: int = 0,
    name: str = "pagerank", towards: Sequence[int] = (), progress: Progress = SILENT,
) -> Ranks:  # fmt: skip
    """Rank by PageRank, biased towards some nodes where they are given, and write the ranks.

    With ``n_samples`` as many graphs are resampled, each without a tenth of the linking nodes, for the noise band. A
    stopped ranking goes on behind the last state that it saved.
    """
    graph = flow.graph
    v = seeds(len(graph), towards) if towards else None
    key = f"{sum_of(graph)} {name} {damping} {tolerance} {flow.layout} {sorted(set(towards))}"
    saved = Checkpoint(graph.folder / "ranks" / f"{name}.iterating", xxhash.xxh3_64_hexdigest(key.encode()))
    found = pagerank(flow, damping=damping, teleport=v, tolerance=tolerance, checkpoint=saved, progress=progress)
    noise = _noise(flow, n_samples, damping, v, progress) if n_samples else None
    made = write_ranks(
        graph, name, found.scores, noise=noise, with_best=True, progress=progress, measure="pagerank", damping=damping,
        tolerance=tolerance or precision_of(flow)[1], n_iterations=found.n_iterations, change=found.change,
        n_samples=n_samples, dropped_share=DROPPED_SHARE if n_samples else 0.0,
    )  # fmt: skip
    saved.drop()
    return made


def _noise(
    flow: Flow, n_samples: int, damping: float, v: NDArray[np.float64] | None, progress: Progress
) -> NDArray[np.float32]:
    """Give the standard deviation of each node's log score over graphs that each lack a tenth of the linking nodes."""
    chance = np.random.default_rng(0)
    kept = chance.random((flow.graph.header.n_core, n_samples)) >= DROPPED_SHARE
    found = pageranks(flow, [v] * n_samples, damping=damping, tolerance=1e-6, kept=kept, progress=progress)
    floor = min(float(one.scores[one.scores > 0].min(initial=1.0)) for one in found)
    logs = np.stack([np.log(np.maximum(one.scores, floor)).astype(np.float32) for one in found])
    return np.asarray(logs.std(axis=0, ddof=1 if n_samples > 1 else 0), np.float32)


def rank_trust(
    flow: Flow, good: Sequence[int], *, name: str = "trust", damping: float = DAMPING, progress: Progress = SILENT
) -> Ranks:
    """Rank by TrustRank from good nodes; on a graph of reversed links and from bad nodes it is Anti-TrustRank.

    Source: Gyöngyi, Garcia-Molina and Pedersen 2004; Krishnan and Raj 2006.
    """
    found = pagerank(flow, damping=damping, teleport=seeds(len(flow.graph), good), progress=progress)
    return write_ranks(
        flow.graph, name, found.scores, with_best=True, progress=progress, measure=name, damping=damping,
        tolerance=precision_of(flow)[1], n_iterations=found.n_iterations, change=found.change,
    )  # fmt: skip


def rank_spam_mass(flow: Flow, good: Sequence[int], *, damping: float = DAMPING, progress: Progress = SILENT) -> Ranks:
    """Rank by relative spam mass: 1 - p'/p, the share of a node's score that does not come from the good core.

    p is the PageRank without redistribution of dangling scores, p' the same with all teleports going to the good core,
    scaled to 0.85. Only of meaning where the score is high. Source: Gyöngyi et al., Link spam detection based on mass
    estimation, 2006, definition 2 and section 3.5.
    """
    core = seeds(len(flow.graph), good)
    total, trusted = pageranks(flow, [None, core], damping=damping, leaks=True, progress=progress)
    p = total.scores.astype(np.float64)
    mass = np.clip(1 - GOOD_SHARE * trusted.scores / np.maximum(p, 1e-300), 0, 1)
    return write_ranks(
        flow.graph, "spam-mass", mass, progress=progress, measure="spam-mass", damping=damping, with_best=True,
        n_iterations=total.n_iterations, change=total.change,
    )  # fmt: skip


def rank_truncated(flow: Flow, n_levels: int, *, damping: float = DAMPING, progress: Progress = SILENT) -> Ranks:
    """Rank by truncated PageRank: without what comes over at most ``n_levels`` links."""
    scores = truncated(flow, n_levels, damping=damping)
    return write_ranks(flow.graph, "truncated", scores, progress=progress, damping=damping, with_best=True)


def rank_harmonic(flow: Flow, *, log2m: int | None = None, progress: Progress = SILENT) -> Ranks:
    """Rank by harmonic centrality of in-links, estimated by HyperBall; the ranks state the error."""
    found = harmonic(flow, log2m=log2m, progress=progress)
    return write_ranks(
        flow.graph, "harmonic", found.scores, progress=progress, n_iterations=found.n_steps, error=found.error,
        with_best=True,
    )  # fmt: skip


def rank_supporters(flow: Flow, n_levels: int, *, log2m: int | None = None, progress: Progress = SILENT) -> Ranks:
    """Rank by the nodes that reach each one over at most ``n_levels`` links, and beside it by the bottleneck number."""
    found = supporters(flow, n_levels, log2m=log2m, progress=progress)
    write_ranks(flow.graph, "bottleneck", found.bottleneck, progress=progress, error=found.error, with_best=True)
    return write_ranks(flow.graph, "supporters", found.counts, progress=progress, error=found.error, with_best=True)


def rank_group_indegree(graph: Graph, groups: Groups, by: By, *, progress: Progress = SILENT) -> Ranks:
    """Rank by the number of groups (domains, owners, addresses, /24 networks) that link to each node."""
    found = group_degrees(graph, groups)
    return write_ranks(
        graph, f"indegree-{by}", found.counts.astype(np.float64), progress=progress, with_best=True,
        known_share=found.known_share,
    )  # fmt: skip


def rank_indegree(graph: Graph, *, progress: Progress = SILENT) -> Ranks:
    """Rank by the number of nodes that link to each one."""
    return write_ranks(graph, "indegree", in_degrees(graph).astype(np.float64), progress=progress, with_best=True)


def in_degrees(graph: Graph) -> NDArray[np.uint32]:
    """Give the number of nodes that link to each one."""
    out = np.zeros(len(graph), np.uint32)
    is_rim = np.ones(len(graph), np.bool_)
    is_rim[graph.core_nodes] = False
    for data, nodes in ((graph.core_rows, graph.core_nodes), (graph.rim_rows, np.flatnonzero(is_rim))):
        starts = (graph.places[nodes] & np.uint64((1 << 63) - 1)).astype(np.int64)
        out[nodes] = degrees_of_rows(data, starts)
    return out
