# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# ruff: noqa: C901, FBT001, PLR0912
# Compiled code counts in machine numbers, and a loop keeps its branches together: a call in it may cost more.
"""HyperLogLog registers: union over in-links, and how many nodes a counter holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.native import kernel
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
def add_node(counter: Counters, node: int, log2m: int) -> None:
    """Put one node into a counter."""
    mixed = hashed(np.uint64(node))
    place = mixed >> np.uint64(64 - log2m)
    rest = (mixed << np.uint64(log2m)) | (np.uint64(1) << np.uint64(log2m - 1))
    rank = np.uint8(1)
    while rest & (np.uint64(1) << np.uint64(63)) == np.uint64(0):
        rest <<= np.uint64(1)
        rank += np.uint8(1)
    counter[place] = max(counter[place], rank)


@kernel()
def add_nodes(counters: Counters, nodes: Ids, log2m: int) -> None:
    """Put each node into a counter of its own."""
    for row in range(nodes.size):
        add_node(counters[row], nodes[row], log2m)


@kernel(reorders=True)
def size_of(counter: Counters) -> float:
    """Estimate how many nodes a counter holds: harmonic mean, linear counting where it is nearly empty.

    Source: Flajolet et al., HyperLogLog, 2007, figure 3, with 64-bit hashes.
    """
    m = counter.size
    total, empty = 0.0, 0
    for k in range(m):
        total += 1.0 / np.float64(np.uint64(1) << np.uint64(counter[k]))
        empty += counter[k] == 0
    alpha = 0.673 if m == 16 else 0.697 if m == 32 else 0.709 if m == 64 else 0.7213 / (1 + 1.079 / m)
    estimate = alpha * m * m / total
    if estimate <= 2.5 * m and empty > 0:
        return m * np.log(m / empty)
    return estimate


@kernel()
def unite(
    data: Bytes, at: int, first: int, last: int, nodes: Ids, old: Counters, rows: Ids, new: Counters,
    sizes: NDArray[np.float64], log2m: int, is_core: bool, changed: NDArray[np.bool_], now: NDArray[np.bool_],
) -> int:  # fmt: skip
    """Unite each row's counter with those of its sources; gives the rows that grew.

    ``old`` and ``new`` are counters of core rows, ``rows`` the core row of a source number. Rim rows keep no counter:
    theirs is made anew from the node and its sources. A row none of whose sources changed is left as it is.
    """
    ids = np.empty(512, np.uint32)
    mine = np.empty(1 << log2m, np.uint8)
    grown = 0
    for row in range(first, last):
        degree, at = read_degree(data, at)
        before, left = np.int64(0), degree
        if is_core:
            mine[:] = old[row]
        else:
            mine[:] = 0
            add_node(mine, nodes[row], log2m)
        touched = False
        while left > 0:
            n, slot = min(left, 512), 0
            while slot + 4 <= n:
                at, before = read_four(data, at, before, ids, slot)
                slot += 4
            if slot < n:
                at = read_rest(data, at, before, n - slot, ids, slot)
            for k in range(n):
                source = rows[ids[k]]
                if is_core and not changed[source]:
                    continue
                touched = True
                other = old[source]
                for register in range(mine.size):
                    mine[register] = max(mine[register], other[register])
            left -= n
        if not touched:
            if is_core:
                now[row] = False
                new[row] = mine
            continue
        size = size_of(mine)
        if is_core:
            same = True
            for register in range(mine.size):
                same = same and mine[register] == old[row, register]
            now[row] = not same
            new[row] = mine
            if same:
                continue
        if size > sizes[row]:
            grown += 1
            sizes[row] = size
    return grown
