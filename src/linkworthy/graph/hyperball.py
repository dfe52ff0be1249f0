"""What lies within t links of each node, by HyperBall; harmonic centrality and supporters rest on it.

Harmonic centrality over in-links is the sum over t of (nodes that reach a node in t links, not less) / t. Supporters
within d links are the nodes that reach it in at most d; a farm has many near by and none beyond: its ball stops growing
where that of an honest page grows on. The bottleneck number is the least growth on the way, min over t <= d of
ball(t) / ball(t - 1).

One HyperLogLog counter of 2^b registers a node with out-links; at each step it is united with those of its sources.
Nodes without out-links are in nobody's way and need no counter that stays. The relative standard error of one ball's
size is 1.04/sqrt(2^b); the centrality is a weighted sum of such sizes with the same error at most. Memory: 2 x 2^b
bytes a node with out-links, and 16 bytes a node. Stops when no counter changes.
Source: Boldi and Vigna, In-core computation of geometric centralities with HyperBall, 2013; Becchetti et al., Using
rank propagation and probabilistic counting for link-based spam detection, 2006, sections 5 and 6.
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


class Supporters(NamedTuple):
    """Nodes that reach each node over a few links, and the least growth of its ball on the way."""

    counts: NDArray[np.float64]
    bottleneck: NDArray[np.float64]
    error: float
    """Relative standard error of a ball's size."""


class Balls:
    """The balls of all nodes, grown one link at a time."""

    def __init__(self, flow: Flow, *, log2m: int | None = None, memory_bytes: int = MEMORY_BYTES) -> None:
        graph = flow.graph
        self.flow, self.core = flow, np.asarray(graph.core_nodes)
        n_core = self.core.size
        fits = int(math.log2(max(memory_bytes / 2 / max(n_core, 1), 1)))
        self.log2m = log2m or min(LOG2M[1], fits)
        if self.log2m < LOG2M[0] or 2 * n_core << self.log2m > max(memory_bytes, 1 << 20) * 2:
            raise StageError(f"HyperBall needs {n_core << 7:,} bytes of memory for {n_core:,} nodes with out-links")
        self._old = np.zeros((n_core, 1 << self.log2m), np.uint8)
        add_nodes(self._old, self.core, self.log2m)
        self._new = self._old.copy()
        is_rim = np.ones(len(graph), np.bool_)
        is_rim[self.core] = False
        self.rim = np.flatnonzero(is_rim).astype(np.uint32)
        self._rows = np.empty(n_core, np.uint32)
        self._rows[graph.order] = np.arange(n_core, dtype=np.uint32)
        self.near, self.far = np.ones(n_core), np.ones(self.rim.size)
        """Sizes of the balls of nodes with and without out-links, the node itself among them."""
        self._changed, self._now = np.ones(n_core, np.bool_), np.zeros(n_core, np.bool_)

    @property
    def error(self) -> float:
        """Relative standard error of a ball's size."""
        return 1.04 / math.sqrt(1 << self.log2m)

    def grow(self) -> int:
        """Grow every ball by one link; gives how many of those that others rest on grew."""
        for is_core in (False, True):
            self._unite(is_core=is_core)
        self._old, self._new, self._changed, self._now = self._new, self._old, self._now, self._changed
        return int(self._changed.sum())

    def _unite(self, *, is_core: bool) -> None:
        graph = self.flow.graph
        parts = graph.core_parts if is_core else graph.rim_parts
        data = graph.core_rows if is_core else graph.rim_rows
        nodes, sizes = (self.core, self.near) if is_core else (self.rim, self.far)

        def part(k: int) -> None:
            row, at, _link = parts[k].tolist()
            unite(
                data, at, row, int(parts[k + 1, 0]), nodes, self._old, self._rows, self._new, sizes, self.log2m,
                is_core, self._changed, self._now,
            )  # fmt: skip

        spread(part, range(len(parts) - 1), self.flow.n_threads)

    def whole(self, near: NDArray[np.float64], far: NDArray[np.float64]) -> NDArray[np.float64]:
        """Put values of nodes with and without out-links into one array by node."""
        out = np.empty(near.size + far.size)
        out[self.core], out[self.rim] = near, far
        return out


def harmonic(
    flow: Flow, *, log2m: int | None = None, memory_bytes: int = MEMORY_BYTES, progress: Progress = SILENT
) -> Harmonic:
    """Estimate the harmonic centrality of every node; ``log2m`` is chosen by the memory where it is not given.

    Raises: StageError where not even 64 registers a node fit.
    """
    balls = Balls(flow, log2m=log2m, memory_bytes=memory_bytes)
    near, far = np.zeros(balls.near.size), np.zeros(balls.far.size)
    step = 0
    progress.start("harmonic centrality")
    for step in range(1, MAX_STEPS):
        before_near, before_far = balls.near.copy(), balls.far.copy()
        grew = balls.grow()
        near += (balls.near - before_near) / step
        far += (balls.far - before_far) / step
        progress.update(step, None, f"{grew:,} balls grew")
        if not grew:
            break
    progress.finish(f"{step} steps")
    return Harmonic(balls.whole(near, far), step, balls.error)


def supporters(
    flow: Flow, n_levels: int, *, log2m: int | None = None, memory_bytes: int = MEMORY_BYTES,
    progress: Progress = SILENT,
) -> Supporters:  # fmt: skip
    """Estimate how many nodes reach each node over at most ``n_levels`` links, and its bottleneck number.

    Raises: StageError where not even 64 registers a node fit.
    """
    balls = Balls(flow, log2m=log2m, memory_bytes=memory_bytes)
    near, far = np.full(balls.near.size, np.inf), np.full(balls.far.size, np.inf)
    progress.start("supporters", n_levels)
    for level in range(1, n_levels + 1):
        before_near, before_far = balls.near.copy(), balls.far.copy()
        balls.grow()
        np.minimum(near, balls.near / before_near, out=near)
        np.minimum(far, balls.far / before_far, out=far)
        progress.update(level, n_levels)
    progress.finish()
    counts = np.maximum(balls.whole(balls.near, balls.far) - 1, 0)
    return Supporters(counts, balls.whole(near, far), balls.error)
