"""What a score would be: without links, with new ones, after domains merge or redirect. Equal to ranking anew.

The graph is not rebuilt. Iteration goes on from the present vector over the present rows; what the change takes away
and adds is corrected in each step, and sources share by their new out-degree. Nodes that merge away have no teleport.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.engine.progress import SILENT, Progress
from linkworthy.errors import InputError
from linkworthy.graph.flow import Flow
from linkworthy.graph.kernels.pull import settle
from linkworthy.graph.links import in_links, out_links
from linkworthy.graph.lookup import Lookup
from linkworthy.graph.pagerank import MAX_ITERATIONS, precision_of
from linkworthy.graph.store import Graph

Link = tuple[int, int]
N_OTHERS = 10
LEAST_POINTS = 0.01
"""A node whose score moves less is not listed."""


@dataclass(slots=True)
class Change:
    """Links that go and come, with their weights, and nodes that are no more."""

    removed: dict[Link, float] = field(default_factory=dict)
    added: dict[Link, float] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)

    def remove(self, graph: Graph, source: int, target: int) -> None:
        """Take a link away.

        Raises: InputError where there is none.
        """
        sources, weights = in_links(graph, target)
        here = weights[sources == source]
        if not here.size:
            raise InputError("there is no such link to take away")
        self.removed[source, target] = float(here[0])

    def remove_all(self, graph: Graph, sources: Iterable[int], target: int) -> int:
        """Take away all links from some nodes to one; gives how many there were."""
        wanted = np.fromiter(sources, np.int64)
        found, weights = in_links(graph, target)
        hits = np.isin(found, wanted)
        for source, weight in zip(found[hits].tolist(), weights[hits].tolist(), strict=True):
            self.removed[source, target] = weight
        return int(hits.sum())

    def add(self, graph: Graph, source: int, target: int, weight: float = 1.0) -> None:
        """Add a link; where there is one already and links have no weights, nothing changes."""
        if source in self.gone or target in self.gone:
            return
        stands = bool((in_links(graph, target)[0] == source).any()) and (source, target) not in self.removed
        if graph.header.is_weighted or not stands:
            before = self.added.get((source, target), 0.0)
            self.added[source, target] = before + weight if graph.header.is_weighted else 1.0

    def merge(self, graph: Graph, node: int, into: int, *, keeps_links: bool = True) -> None:
        """Let a node become another one: links to it lead there; its own come along, or end where it redirects.

        Raises: InputError where a node is to merge with itself.
        """
        if node == into:
            raise InputError("a node cannot be merged with itself")
        targets, out_weights = out_links(graph, node)
        sources, weights = in_links(graph, node)
        stands = set(in_links(graph, into)[0].tolist())
        self.gone.add(node)
        self.added = {link: w for link, w in self.added.items() if node not in link}
        for source, weight in zip(sources.tolist(), weights.tolist(), strict=True):
            self.removed[source, node] = weight
            if source not in (into, node) and source not in self.gone:
                self._bring(graph, (source, into), weight, stands=source in stands)
        for target, weight in zip(targets.tolist(), out_weights.tolist(), strict=True):
            self.removed[node, target] = weight
            if keeps_links and target not in (into, node) and target not in self.gone:
                has = bool((in_links(graph, target)[0] == into).any())
                self._bring(graph, (into, target), weight, stands=has)

    def _bring(self, graph: Graph, link: Link, weight: float, *, stands: bool) -> None:
        if graph.header.is_weighted:
            self.added[link] = self.added.get(link, 0.0) + weight
        elif not stands or link in self.removed:
            self.added[link] = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The scores of all nodes after a change."""

    scores: NDArray[np.float64]
    n_iterations: int
    change: float
    """L1 change of the last iteration."""


class _Sparse:
    """Links of a change as arrays: by source number, or by place among sources that had no link before."""

    def __init__(self, links: dict[Link, float], row_of: NDArray[np.int64], number: NDArray[np.int64]) -> None:
        self.source = np.array([number[s] for s, _t in links], np.int64)
        self.target = np.array([t for _s, t in links], np.int64)
        self.row = row_of[self.target] if links else np.zeros(0, np.int64)
        self.weight = np.array(list(links.values()), np.float64)


def what_if(  # noqa: PLR0915 - one iteration, and its vectors are all alive in it
    flow: Flow,
    change: Change,
    *,
    damping: float,
    start: NDArray[np.float64] | None = None,
    tolerance: float | None = None,
    limit: int = MAX_ITERATIONS,
    progress: Progress = SILENT,
) -> Outcome:
    """Give the PageRank of every node after a change.

    Raises: InputError where nothing is left.
    """
    graph, (kind, usual) = flow.graph, precision_of(flow)
    tolerance = usual if tolerance is None else tolerance
    n, core = len(graph), np.asarray(graph.core_nodes)
    left = n - len(change.gone)
    if left < 1:
        raise InputError("no node is left")
    row_of = np.full(n, -1, np.int64)
    row_of[core] = np.arange(core.size)
    out = _weights_after(graph, change)
    fresh = sorted({s for s, _t in change.added if row_of[s] < 0})
    # Source numbers of the graph, and behind them those of nodes that link for the first time.
    number = np.full(n, -1, np.int64)
    number[core] = graph.order
    number[fresh] = core.size + np.arange(len(fresh))
    minus, plus = (_Sparse(links, row_of, number) for links in (change.removed, change.added))
    fresh_rows = [(node, number[(links := in_links(graph, node))[0]], links[1]) for node in fresh]
    v = np.full(n, 1 / left)
    v[list(change.gone)] = 0
    inverse = np.divide(1.0, out[core], out=np.zeros(core.size), where=out[core] > 1e-12)
    x = (v if start is None else np.where(v > 0, start, 0))[core].astype(kind)
    order, teleport = np.asarray(graph.order), v[core].astype(kind)
    c = np.zeros(core.size + len(fresh), kind)
    c[order] = x * inverse
    passed = float(x[inverse > 0].sum(dtype=np.float64))
    y, moved, done = np.zeros(core.size, kind), 0.0, 0
    fresh_x = np.zeros(len(fresh))

    def corrected(target: NDArray[np.int64], sums: NDArray[Any], sparse: _Sparse, sign: int) -> None:
        hit = target >= 0
        np.add.at(sums, target[hit], sign * sparse.weight[hit] * c[sparse.source[hit]])

    progress.start("ranking the change", limit)
    for done in range(1, limit + 1):
        flow.gather(c[: core.size], y)
        corrected(minus.row, y, minus, -1)
        corrected(plus.row, y, plus, 1)
        base = (1 - damping) + damping * max(0.0, 1 - passed)
        new = _fresh(fresh_rows, c, minus, plus, damping) + base * v[fresh] if fresh else fresh_x
        moved, passed = settle(y, x, inverse.astype(kind), order, teleport, c, damping, base, 0, core.size)
        moved, passed = moved + float(np.abs(new - fresh_x).sum()), passed + float(new.sum())
        fresh_x = new
        if fresh:
            c[core.size :] = new / out[fresh]
        progress.update(done, limit, f"change {moved:.1e}")
        if moved <= tolerance:
            break
    progress.finish(f"{done} iterations")
    base = (1 - damping) + damping * max(0.0, 1 - passed)
    scores = np.zeros(n)
    scores[core] = x
    is_rim = row_of < 0
    sums = np.zeros(int(is_rim.sum()), kind)
    flow.gather(c[: core.size], sums, "rim")
    scores[is_rim] = sums
    for sparse, sign in ((minus, -1), (plus, 1)):
        corrected(np.where(is_rim[sparse.target], sparse.target, -1), scores, sparse, sign)
    scores[is_rim] = base * v[is_rim] + damping * scores[is_rim]
    scores[list(change.gone)] = 0
    return Outcome(scores / scores.sum(), done, moved)


def _weights_after(graph: Graph, change: Change) -> NDArray[np.float64]:
    out = graph.out_weights.astype(np.float64)
    for (source, _target), weight in change.removed.items():
        out[source] -= weight
    for (source, _target), weight in change.added.items():
        out[source] += weight
    return out


def _fresh(
    rows: Sequence[tuple[int, NDArray[np.int64], NDArray[np.float64]]],
    c: NDArray[np.float64], minus: _Sparse, plus: _Sparse, damping: float,
) -> NDArray[np.float64]:  # fmt: skip
    """Sum the in-links of nodes that had no out-link before."""
    out = np.zeros(len(rows))
    for place, (node, sources, weights) in enumerate(rows):
        total = float((c[sources] * weights).sum())
        for sparse, sign in ((minus, -1), (plus, 1)):
            hit = sparse.target == node
            total += sign * float((c[sparse.source[hit]] * sparse.weight[hit]).sum())
        out[place] = damping * total
    return out


@dataclass(frozen=True, slots=True)
class Moved:
    """A node whose score moves."""

    name: str
    score: float
    score_after: float
    points: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to one node's score."""

    name: str
    score: float
    score_after: float
    points: float
    raw: float
    raw_after: float
    rank: int
    rank_after: int
    n_removed: int
    n_added: int
    n_gone: int
    n_iterations: int
    error: float
    """L1 change of the last iteration: raw scores are within 6 times of it."""
    others: tuple[Moved, ...]
    """Other nodes whose scores move most, in points."""


def outcome_for(flow: Flow, lookup: Lookup, change: Change, node: int, progress: Progress = SILENT) -> Effect:
    """Give what a change does to one node, on the scale of the present ranks, and who else moves.

    Raises: InputError where the ranks are no PageRank, or the node itself is gone.
    """
    ranks = lookup.ranks
    if ranks.facts.measure != "pagerank" or ranks.facts.damping is None:
        raise InputError(f"ranks {ranks.name} are no PageRank: what-if ranks by that")
    if node in change.gone:
        raise InputError(f"{lookup.names.name(node)} itself is gone: ask for the node that it becomes part of")
    found = what_if(flow, change, damping=ranks.facts.damping, start=ranks.scores, progress=progress)
    before, after = ranks.points(ranks.scores), ranks.points(found.scores)
    moved = np.abs(after - before)
    moved[[node, *change.gone]] = 0
    others = [one for one in np.argsort(-moved, kind="stable")[:N_OTHERS].tolist() if moved[one] >= LEAST_POINTS]
    return Effect(
        name=lookup.names.name(node), score=float(before[node]), score_after=float(after[node]),
        points=float(after[node] - before[node]), raw=float(ranks.scores[node]), raw_after=float(found.scores[node]),
        rank=int(ranks.rank[node]) + 1, rank_after=int((found.scores > found.scores[node]).sum()) + 1,
        n_removed=len(change.removed), n_added=len(change.added), n_gone=len(change.gone),
        n_iterations=found.n_iterations, error=found.change,
        others=tuple(
            Moved(lookup.names.name(one), float(before[one]), float(after[one]), float(after[one] - before[one]))
            for one in others
        ),
    )  # fmt: skip
