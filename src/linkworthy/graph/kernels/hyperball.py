# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# ruff: noqa: C901, FBT001
# Compiled code counts in machine numbers, and a loop keeps its branches together: a call in it may cost more.
"""HyperLogLog registers: union over in-links, and how many nodes a counter holds."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.native import kernel, leading_zeros
from linkworthy.graph.kernels.rows import read_degree, read_four, read_rest

Bytes = NDArray[np.uint8]
Ids = NDArray[np.uint32]
Counters = NDArray[np.uint8]


@kernel()
def hashed(number: np.uint64) -> np.uint64:
    """Mix a node's number into 64 even bits (the finaliser of SplitMix64)."""
    number = (number + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(1)
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))


@kernel()
def add_node(counters: Counters, row: int, node: int, log2m: int) -> None:
    """Put one node into a counter."""
    mixed = hashed(np.uint64(node))
    place = np.int64(mixed >> np.uint64(64 - log2m))
    rest = (mixed << np.uint64(log2m)) | (np.uint64(1) << np.uint64(log2m - 1))
    rank = np.uint8(leading_zeros(rest) + np.uint64(1))
    counters[row, place] = max(counters[row, place], rank)


@kernel()
def add_nodes(counters: Counters, nodes: Ids, log2m: int) -> None:
    """Put each node into a counter of its own."""
    for row in range(nodes.size):
        add_node(counters, row, nodes[row], log2m)


@kernel(reorders=True)
def size_of(counters: Counters, row: int, m: int) -> float:
    """Estimate how many nodes a counter holds: harmonic mean, linear counting where it is nearly empty.

    Source: Flajolet et al., HyperLogLog, 2007, figure 3, with 64-bit hashes.
    """
    total, empty = 0.0, 0
    for k in range(m):
        total += 1.0 / np.float64(np.uint64(1) << np.uint64(counters[row, k]))
        empty += counters[row, k] == 0
    alpha = 0.673 if m == 16 else 0.697 if m == 32 else 0.709 if m == 64 else 0.7213 / (1 + 1.079 / m)
    estimate = alpha * m * m / total
    if estimate <= 2.5 * m and empty > 0:
        return m * math.log(m / empty)
    return estimate


@kernel()
def take_over(into: Counters, row: int, counters: Counters, source: int, m: int) -> None:
    """Unite a counter with another one."""
    for k in range(m):
        into[row, k] = max(into[row, k], counters[source, k])


@kernel()
def unite(
    data: Bytes, at: int, first: int, last: int, nodes: Ids, old: Counters, rows: Ids, new: Counters,
    sizes: NDArray[np.float64], log2m: int, is_core: bool, changed: NDArray[np.bool_], now: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Unite each row's counter with those of its sources, and estimate its size where it grew.

    ``old`` and ``new`` are counters of core rows, ``rows`` the core row of a source number. Rim rows keep no counter:
    theirs is made anew from the node and its sources. A row none of whose sources changed is left as it is.
    """
    ids = np.empty(512, np.uint32)
    m = 1 << log2m
    mine = np.zeros((1, m), np.uint8)
    for row in range(first, last):
        degree, at = read_degree(data, at)
        before, left = np.int64(0), degree
        touched, grew = False, False
        for k in range(m):
            mine[0, k] = old[row, k] if is_core else 0
        if not is_core:
            add_node(mine, 0, nodes[row], log2m)
        while left > 0:
            n, slot = min(left, 512), 0
            while slot + 4 <= n:
                at, before = read_four(data, at, before, ids, slot)
                slot += 4
            if slot < n:
                at = read_rest(data, at, before, n - slot, ids, slot)
            for k in range(n):
                source = rows[ids[k]]
                if changed[source] or not is_core:
                    touched = True
                    take_over(mine, 0, old, source, m)
            left -= n
        if is_core:
            for k in range(m):
                grew = grew or mine[0, k] != old[row, k]
                new[row, k] = mine[0, k]
            now[row] = grew
        if touched and (grew or not is_core):
            sizes[row] = max(sizes[row], size_of(mine, 0, m))
