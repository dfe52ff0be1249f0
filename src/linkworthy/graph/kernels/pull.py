# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# Compiled code counts in machine numbers, and a loop keeps its branches together: a call in it may cost more.
"""One step over in-links: for each row the sum of its sources' contributions.

``gather`` kernels compute raw sums: y_i = sum over sources j of row i of c_j (times the link's weight). ``settle``
turns them into the next vector and the next contributions. Sources are numbered by descending out-degree, so that the
contributions of hubs stay in the cache; the entry 64 links ahead is prefetched. Sums are float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.native import kernel, prefetch
from linkworthy.graph.kernels.rows import read_degree, read_four, read_rest

AHEAD = 64
"""Links between a prefetch and its use; plain ids are padded by as many entries."""
CHUNK = 512
"""Ids that are unpacked before they are summed: they stay in the first-level cache."""

Bytes = NDArray[np.uint8]
Ids = NDArray[np.uint32]
Longs = NDArray[np.int64]
Vector = NDArray[Any]


@kernel(reorders=True)
def gather_plain(bounds: Longs, ids: Ids, first: int, last: int, c: Vector, y: Vector) -> None:
    """Sum contributions for rows first..last of plain ids."""
    at, one, ahead = np.uint64(bounds[first]), np.uint64(1), np.uint64(64)
    for row in range(np.uint64(first), np.uint64(last)):
        end = np.uint64(bounds[row + one])
        total = np.float64(0)
        while at < end:
            prefetch(c, np.uint64(ids[at + ahead]))
            total += c[np.uint64(ids[at])]
            at += one
        y[row] = total


@kernel(reorders=True)
def gather_packed(data: Bytes, at: int, first: int, last: int, c: Vector, y: Vector) -> None:
    """Sum contributions for rows first..last of packed ids that start at a place."""
    ids = np.empty(512, np.uint32)
    for row in range(first, last):
        degree, at = read_degree(data, at)
        before, total, left = np.int64(0), np.float64(0), degree
        while left > 0:
            n, slot = min(left, 512), 0
            while slot + 4 <= n:
                at, before = read_four(data, at, before, ids, slot)
                for k in range(4):
                    prefetch(c, np.uint64(ids[slot + k]))
                slot += 4
            if slot < n:
                at = read_rest(data, at, before, n - slot, ids, slot)
            for k in range(np.uint64(n)):
                total += c[np.uint64(ids[k])]
            left -= n
        y[row] = total


@kernel(reorders=True)
def gather_packed_weighted(
    data: Bytes, at: int, first: int, last: int, weights: NDArray[np.float32], link: int, c: Vector, y: Vector
) -> None:
    """Sum weighted contributions for rows first..last of packed ids; ``link`` numbers the first one's weight."""
    ids = np.empty(512, np.uint32)
    for row in range(first, last):
        degree, at = read_degree(data, at)
        before, total, left = np.int64(0), np.float64(0), degree
        while left > 0:
            n, slot = min(left, 512), 0
            while slot + 4 <= n:
                at, before = read_four(data, at, before, ids, slot)
                slot += 4
            if slot < n:
                at = read_rest(data, at, before, n - slot, ids, slot)
            for k in range(n):
                total += np.float64(c[ids[k]]) * np.float64(weights[link + k])
            link += n
            left -= n
        y[row] = total


@kernel(reorders=True)
def gather_packed_many(
    data: Bytes, at: int, first: int, last: int, weights: NDArray[np.float32], link: int, c: Vector, y: Vector
) -> None:
    """Sum several vectors' contributions in one pass; an empty ``weights`` means that every link weighs one."""
    ids = np.empty(512, np.uint32)
    n_vectors = c.shape[1]
    totals = np.empty(n_vectors, np.float64)
    for row in range(first, last):
        degree, at = read_degree(data, at)
        before, left = np.int64(0), degree
        totals[:] = 0.0
        while left > 0:
            n, slot = min(left, 512), 0
            while slot + 4 <= n:
                at, before = read_four(data, at, before, ids, slot)
                for k in range(4):
                    prefetch(c, np.uint64(ids[slot + k]) * np.uint64(n_vectors))
                slot += 4
            if slot < n:
                at = read_rest(data, at, before, n - slot, ids, slot)
            for k in range(n):
                weight = np.float64(1) if weights.size == 0 else np.float64(weights[link + k])
                for vector in range(n_vectors):
                    totals[vector] += weight * np.float64(c[ids[k], vector])
            link += n
            left -= n
        for vector in range(n_vectors):
            y[row, vector] = totals[vector]


@kernel()
def settle(
    y: Vector, x: Vector, inverse: Vector, order: Ids, teleport: Vector, c: Vector,
    damping: float, base: float, first: int, last: int,
) -> tuple[float, float]:  # fmt: skip
    """Turn raw sums into the next vector, spread it as contributions; gives the change (L1) and the sum passed on.

    x_i = base * v_i + damping * y_i; c at the source's number = x_i / (out-degree or out-weight). An empty
    ``teleport`` means v_i = 1. A source whose ``inverse`` is 0 passes nothing on, and is left out of the sum.
    """
    change, total = 0.0, 0.0
    for row in range(np.uint64(first), np.uint64(last)):
        share = np.float64(teleport[row]) if teleport.size else 1.0
        new = base * share + damping * np.float64(y[row])
        change += abs(new - np.float64(x[row]))
        if inverse[row] > 0:
            total += new
        x[row] = new
        c[np.uint64(order[row])] = new * np.float64(inverse[row])
    return change, total


@kernel()
def settle_many(
    y: Vector, x: Vector, inverse: Vector, order: Ids, teleport: Vector, c: Vector,
    damping: float, base: Vector, first: int, last: int, change: Vector, total: Vector,
) -> None:  # fmt: skip
    """Do the same for several vectors; ``inverse`` has one column, or one a vector."""
    shared = inverse.shape[1] == 1
    for row in range(np.uint64(first), np.uint64(last)):
        for k in range(x.shape[1]):
            by = np.float64(inverse[row, 0 if shared else k])
            new = base[k] * np.float64(teleport[row, k]) + damping * np.float64(y[row, k])
            change[k] += abs(new - np.float64(x[row, k]))
            if by > 0:
                total[k] += new
            x[row, k] = new
            c[order[row], k] = new * by
