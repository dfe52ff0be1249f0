"""Harmonic centrality over in-links, by HyperBall: sum over t of (nodes that reach a node in t links, not less) / t.

One HyperLogLog counter of 2^b registers a node with out-links; at each step it is united with those of its sources.
Nodes without out-links are in nobody's way and need no counter that stays. The relative standard error of one ball's
size is 1.04/sqrt(2^b); the centrality is a weighted sum of such sizes with the same error at most. Memory: 2 x 2^b
bytes a node with out-links, and 16 bytes a node. Stops when no counter changes.
Source: Boldi and Vigna, In-core computation of geometric centralities with HyperBall, 2013.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkworthy.engine.progress import SILENT, Progress
from linkworthy.errors import StageError
from linkworthy.graph.flow import Flow
from linkworthy.graph.kernels.hyperball import add_nodes, unite
from linkworthy.graph.threads import spread

LOG2M = (6, 12)
MEMORY_BYTES = 6 << 30
MAX_STEPS = 10_000


class Harmonic(NamedTuple):
    """Harmonic centralities, and how far they may be off."""

    scores: NDArray[np.float64]
    n_steps: int
    error: float
    """Relative standard error."""


def harmonic(
    flow: Flow, *, log2m: int | None = None, memory_bytes: int = MEMORY_BYTES, progress: Progress = SILENT
) -> Harmonic:
    """Estimate the harmonic centrality of every node; ``log2m`` is chosen by the memory where it is not given.

    Raises: StageError where not even 64 registers a node fit.
    """
    graph = flow.graph
    core, n = np.asarray(graph.core_nodes), len(graph)
    fits = int(math.log2(max(memory_bytes / 2 / max(core.size, 1), 1)))
    log2m = log2m or min(LOG2M[1], fits)
    if log2m < LOG2M[0] or 2 * core.size << log2m > max(memory_bytes, 1 << 20) * 2:
        raise StageError(f"HyperBall needs {core.size << 7:,} bytes of memory for {core.size:,} nodes with out-links")
    old = np.zeros((core.size, 1 << log2m), np.uint8)
    add_nodes(old, core, log2m)
    new = old.copy()
    is_rim = np.ones(n, np.bool_)
    is_rim[core] = False
    rim = np.flatnonzero(is_rim).astype(np.uint32)
    rows = np.empty(core.size, np.uint32)
    rows[graph.order] = np.arange(core.size, dtype=np.uint32)
    near, far = np.ones(core.size), np.ones(rim.size)
    score_near, score_far = np.zeros(core.size), np.zeros(rim.size)
    changed, now = np.ones(core.size, np.bool_), np.zeros(core.size, np.bool_)
    step = 0
    progress.start("harmonic centrality")
    for step in range(1, MAX_STEPS):
        for score, sizes, is_core in ((score_far, far, False), (score_near, near, True)):
            before = sizes.copy()
            parts = graph.core_parts if is_core else graph.rim_parts
            data = graph.core_rows if is_core else graph.rim_rows

            def part(k: int) -> None:
                row, at, _link = parts[k].tolist()  # noqa: B023
                end = int(parts[k + 1, 0])  # noqa: B023
                unite(
                    data, at, row, end, core if is_core else rim, old, rows, new, sizes, log2m, is_core,  # noqa: B023
                    changed, now,  # noqa: B023
                )  # fmt: skip

            spread(part, range(len(parts) - 1), flow.n_threads)
            np.add(score, (sizes - before) / step, out=score)
        old, new, changed, now = new, old, now, changed
        progress.update(step, None, f"{int(changed.sum()):,} balls grew")
        if not changed.any():
            break
    progress.finish(f"{step} steps")
    scores = np.empty(n)
    scores[core], scores[rim] = score_near, score_far
    return Harmonic(scores, step, 1.04 / math.sqrt(1 << log2m))
