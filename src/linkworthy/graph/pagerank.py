"""PageRank and its relatives: one vector or several in one pass over the links.

x_j = (1 - d) v_j + d (sum over links i->j of w_ij x_i / W_i + D v_j): a pull over in-links. W_i is the weight that
leaves i (the number of its links where they have no weights), v the teleport vector (sums to one), D the score of
nodes without out-links, handed out by v, or lost where ``leaks``. Only rows of nodes that have out-links are iterated;
the others pass nothing on and are filled once at the end. Stops where the L1 change over the iterated rows is at most
the tolerance; the distance to the fixed point is then at most d/(1 - d) times the change. Memory: the links (see
``flow``), and for each node with out-links 3 values and 4 bytes, for each node 1 value.
Source: Brin and Page 1998; Gyöngyi, Garcia-Molina and Pedersen 2004 (TrustRank: v is even over the seeds).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.engine.progress import SILENT, Progress
from linkworthy.errors import InputError
from linkworthy.graph.checkpoint import Checkpoint, State
from linkworthy.graph.flow import Flow
from linkworthy.graph.kernels.pull import settle, settle_many
from linkworthy.graph.threads import n_cores, spread

DAMPING = 0.85
MAX_ITERATIONS = 500
EXACT_ARCS = 200_000_000
"""Up to so many links values are float64 and the tolerance 1e-12; above float32 and 1e-6."""

Vector = NDArray[Any]
Correction = Callable[[Vector, Vector, Vector], None]
"""Takes contributions, raw sums to be changed, and the vector: what a hypothetical change adds and takes away."""


@dataclass(frozen=True, slots=True)
class Solution:
    """A vector over all nodes, and how it was reached."""

    scores: Vector
    n_iterations: int
    change: float
    """L1 change of the last iteration."""


def precision_of(flow: Flow) -> tuple[type[np.floating[Any]], float]:
    """Give the type of values and the tolerance that fit a graph's size."""
    return (np.float64, 1e-12) if flow.graph.header.n_arcs <= EXACT_ARCS else (np.float32, 1e-6)


def inverse_weights(flow: Flow) -> NDArray[np.float64]:
    """Give 1 / W for each core row, 0 where no weight leaves it."""
    graph = flow.graph
    out = graph.out_weights[graph.core_nodes] if graph.header.is_weighted else graph.out_degrees[graph.core_nodes]
    return np.divide(1.0, out, out=np.zeros(out.size), where=out > 0)


def pagerank(
    flow: Flow,
    *,
    damping: float = DAMPING,
    teleport: Vector | None = None,
    tolerance: float | None = None,
    limit: int = MAX_ITERATIONS,
    leaks: bool = False,
    start: Vector | None = None,
    precision: type[np.floating[Any]] | None = None,
    checkpoint: Checkpoint | None = None,
    progress: Progress = SILENT,
) -> Solution:
    """Give the PageRank of every node; ``teleport`` is even and ``precision`` by the graph's size where not given.

    With a ``checkpoint`` a stopped ranking goes on where it was, and ends as an undisturbed one.
    Raises: InputError where damping or teleport vector make no sense.
    """
    graph, (fitting, usual) = flow.graph, precision_of(flow)
    kind, tolerance = precision or fitting, usual if tolerance is None else tolerance
    v = check(len(graph), damping, teleport)
    core, n = graph.core_nodes, max(len(graph), 1)
    even = np.zeros(0, kind) if v is None else v[core].astype(kind)
    inverse = inverse_weights(flow).astype(kind)
    first = start[core] if start is not None else even if v is not None else np.full(core.size, 1 / n)
    x, y, c = first.astype(kind), np.zeros(core.size, kind), np.zeros(core.size, kind)
    order = np.asarray(graph.order)
    c[order] = x * inverse
    passed = float(x[inverse > 0].sum(dtype=np.float64))
    cuts = _cuts(core.size, flow.n_threads)
    change, done = 0.0, 0
    if checkpoint is not None and (state := checkpoint.load(core.size, kind)) is not None:
        done, passed, x, c = state.done, state.passed, state.x, state.c
    progress.start("ranking", limit)
    while done < limit:
        flow.gather(c, y)
        base = _base(damping, passed, leaks=leaks) / (n if v is None else 1)

        def part(cut: tuple[int, int], base: float = base) -> tuple[float, float]:
            return settle(y, x, inverse, order, even, c, damping, base, *cut)

        told = spread(part, cuts, flow.n_threads)
        change, passed = sum(one for one, _ in told), sum(two for _, two in told)
        done += 1
        progress.update(done, limit, f"change {change:.1e}")
        if change <= tolerance:
            break
        if checkpoint is not None:
            checkpoint.save(State(done, passed, x, c))
    progress.finish(f"{done} iterations, last change {change:.1e}")
    scores = _filled(flow, x, c, v, damping, _base(damping, passed, leaks=leaks))
    return Solution(scores if leaks else scores / max(scores.sum(dtype=np.float64), 1e-300), done, change)


def pageranks(
    flow: Flow,
    teleports: Sequence[Vector | None],
    *,
    damping: float = DAMPING,
    tolerance: float | None = None,
    limit: int = MAX_ITERATIONS,
    leaks: bool = False,
    kept: Vector | None = None,
    progress: Progress = SILENT,
) -> list[Solution]:
    """Give several vectors in one pass an iteration, one a teleport vector; all stop together.

    ``kept`` (core rows x vectors) leaves the links of a source out of a vector where it is false: its score is then
    handed out like that of a node without links.
    """
    graph, (kind, usual) = flow.graph, precision_of(flow)
    tolerance = usual if tolerance is None else tolerance
    n, core, k = max(len(graph), 1), graph.core_nodes, len(teleports)
    given = [check(len(graph), damping, teleport) for teleport in teleports]
    v = np.stack([np.full(core.size, 1 / n, kind) if t is None else t[core].astype(kind) for t in given], axis=1)
    inverse = inverse_weights(flow).astype(kind)[:, None]
    inverse = inverse if kept is None else np.where(kept, inverse, 0).astype(kind)
    x, y, c = v.copy(), np.zeros_like(v), np.zeros_like(v)
    order = np.asarray(graph.order)
    c[order] = x * inverse
    passed = np.where(np.broadcast_to(inverse, x.shape) > 0, x, 0).sum(axis=0, dtype=np.float64)
    cuts = _cuts(core.size, flow.n_threads)
    change, done = np.full(k, np.inf), 0
    progress.start(f"ranking by {k} vectors", limit)
    while done < limit:
        flow.gather(c, y)
        base = np.array([_base(damping, float(one), leaks=leaks) for one in passed])

        def part(cut: tuple[int, int], base: Vector = base) -> Vector:
            told = np.zeros((2, k))
            settle_many(y, x, inverse, order, v, c, damping, base, *cut, told[0], told[1])
            return told

        change, passed = np.sum(spread(part, cuts, flow.n_threads), axis=0)
        done += 1
        progress.update(done, limit, f"change {change.max():.1e}")
        if change.max() <= tolerance:
            break
    progress.finish(f"{done} iterations")
    rim = np.zeros((len(graph) - core.size, k), kind)
    flow.gather(c, rim, "rim")
    is_rim = np.ones(len(graph), np.bool_)
    is_rim[core] = False
    out = []
    for place, t in enumerate(given):
        scores = np.empty(len(graph), kind)
        scores[core] = x[:, place]
        base_ = _base(damping, float(passed[place]), leaks=leaks)
        scores[is_rim] = base_ * (1 / n if t is None else t[is_rim]) + damping * rim[:, place]
        total = 1.0 if leaks else max(float(scores.sum(dtype=np.float64)), 1e-300)
        out.append(Solution(scores / total, done, float(change[place])))
    return out


def truncated(flow: Flow, n_levels: int, *, damping: float = DAMPING, tolerance: float = 1e-9) -> Vector:
    """Give the truncated PageRank: what comes over paths longer than ``n_levels`` links; what is near is left out.

    A farm's score comes from near by, and falls most. Dangling nodes pass nothing on.
    Source: Becchetti et al., Link-based characterization and detection of web spam, 2006, section 4.3.
    """
    graph = flow.graph
    n, core = max(len(graph), 1), graph.core_nodes
    inverse = inverse_weights(flow)
    order = np.asarray(graph.order)
    is_rim = np.ones(len(graph), np.bool_)
    is_rim[core] = False
    x = np.full(core.size, (1 - damping) / n)
    scores = np.zeros(len(graph))
    for level in range(1, MAX_ITERATIONS):
        c, y = np.zeros(core.size), np.zeros(core.size)
        c[order] = x * inverse
        flow.gather(c, y)
        if level > n_levels:
            rim = np.zeros(int(is_rim.sum()))
            flow.gather(c, rim, "rim")
            scores[is_rim] += damping * rim
        x = damping * y
        if level > n_levels:
            scores[core] += x
        if x.sum() <= tolerance * max(scores.sum(), (1 - damping) * damping**level):
            break
    return scores


def seeds(n_nodes: int, nodes: Sequence[int]) -> NDArray[np.float64]:
    """Give a teleport vector that is even over some nodes.

    Raises: InputError where there are none.
    """
    if not nodes:
        raise InputError("none of the seeds is in the graph")
    v = np.zeros(n_nodes)
    v[list(nodes)] = 1 / len(set(nodes))
    return v


def check(n_nodes: int, damping: float, teleport: Vector | None) -> Vector | None:
    """Check the settings of a ranking; gives the teleport vector so that it sums to one.

    Raises: InputError where damping or teleport vector make no sense.
    """
    if not 0 <= damping < 1:
        raise InputError(f"damping must be at least 0 and below 1, not {damping}")
    if teleport is None:
        return None
    total = float(np.sum(teleport, dtype=np.float64))
    if teleport.shape != (n_nodes,) or not np.isfinite(total) or total <= 0 or bool((teleport < 0).any()):
        raise InputError(f"a teleport vector needs {n_nodes:,} numbers, none below 0 and not all of them 0")
    return teleport / total


def _base(damping: float, passed: float, *, leaks: bool) -> float:
    return 1 - damping if leaks else (1 - damping) + damping * max(0.0, 1 - passed)


def _cuts(n: int, n_threads: int) -> list[tuple[int, int]]:
    pieces = 8 * (n_threads or n_cores())
    return [(n * k // pieces, n * (k + 1) // pieces) for k in range(pieces)]


def _filled(flow: Flow, x: Vector, c: Vector, v: Vector | None, damping: float, base: float) -> Vector:
    graph = flow.graph
    rim = np.zeros(len(graph) - x.size, x.dtype)
    flow.gather(c, rim, "rim")
    scores = np.empty(len(graph), x.dtype)
    is_rim = np.ones(len(graph), np.bool_)
    is_rim[graph.core_nodes] = False
    scores[graph.core_nodes] = x
    share: Any = 1 / max(len(graph), 1) if v is None else v[is_rim]
    scores[is_rim] = base * share + damping * rim
    return scores
