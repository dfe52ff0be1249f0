"""Finds all pairs of pages whose sets of runs are alike: an exact join by prefixes, rarest runs first."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from linkworthy.metrics.kernel import kernel

Array = npt.NDArray[Any]


@kernel
def gather(
    slots: Array, firsts: Array, chosen: Array, pages: Array, limit: int, set_firsts: Array, sets: Array,
    prefixes: Array,
) -> None:  # fmt: skip
    """Write the distinct shared runs of the chosen pages into ``sets``, rarest first, and lengthen their prefixes.

    The order is one of 256 classes, by pages and then by place in the table; a prefix takes in the whole of its last
    class, so it holds for any order within.
    """
    size = 0
    for c in range(chosen.size):
        size = max(size, set_firsts[c + 1] - set_firsts[c])
    found = np.empty(size, np.int32)
    starts = np.empty(257, np.int64)
    for c in range(chosen.size):
        n = 0
        for j in range(257):
            starts[j] = 0
        for i in range(firsts[chosen[c]], firsts[chosen[c] + 1]):
            slot = slots[i]
            if slot >= 0 and 2 <= pages[slot, 0] < limit and pages[slot, 1] != c + 1:
                pages[slot, 1] = c + 1
                found[n] = slot
                starts[class_of(slot, pages) + 1] += 1
                n += 1
        for j in range(256):
            starts[j + 1] += starts[j]
        for j in range(256):
            if starts[j] < prefixes[c] <= starts[j + 1]:
                prefixes[c] = starts[j + 1]
                break
        for i in range(n):
            kind = class_of(found[i], pages)
            sets[set_firsts[c] + starts[kind]] = found[i]
            starts[kind] += 1


@kernel
def class_of(slot: int, pages: Array) -> Any:
    """Give the class of a run: 16 by its pages, and 16 within each by its place."""
    return min(pages[slot, 0] - 2, 15) * 16 + (slot & 15)


@kernel
def join(
    begin: int, sets: Array, set_firsts: Array, n_runs: Array, prefixes: Array, least: float, n_recent: int,
    marks: Array, heads: Array, nexts: Array, entries: Array, n_entries: int, stamps: Array, pairs: Array,
    shares: Array,
) -> tuple[int, int, int]:  # fmt: skip
    """Compare pages from number ``begin`` on with those before them, while there is room for pairs.

    Of the pages that hold a run of the prefix the ``n_recent`` newest are looked at. Gives the page to go on with, the
    entries of the index and the pairs written.
    """
    n_found = 0
    for c in range(begin, set_firsts.size - 1):
        low, high = set_firsts[c], set_firsts[c + 1]
        if n_found + n_recent * prefixes[c] + 1 > shares.size and n_found > 0:
            return c, n_entries, n_found
        for i in range(low, high):
            marks[sets[i]] = c + 1
        for i in range(low, low + prefixes[c]):
            slot = sets[i]
            at, n_looked = heads[slot], 0
            while at >= 0 and n_looked < n_recent:
                other = entries[at]
                at = nexts[at]
                n_looked += 1
                if stamps[other] == c + 1:
                    continue
                stamps[other] = c + 1
                fewer, more = min(n_runs[c], n_runs[other]), max(n_runs[c], n_runs[other])
                if fewer < least * more - 1e-9:
                    continue
                n_common = 0
                for j in range(set_firsts[other], set_firsts[other + 1]):
                    n_common += marks[sets[j]] == c + 1
                share = n_common / (fewer + more - n_common)
                if share >= least - 1e-12 and n_found < shares.size:
                    pairs[n_found, 0], pairs[n_found, 1] = other, c
                    shares[n_found] = share
                    n_found += 1
            entries[n_entries] = c
            nexts[n_entries] = heads[slot]
            heads[slot] = n_entries
            n_entries += 1
    return set_firsts.size - 1, n_entries, n_found


@kernel
def unite(ones: Array, others: Array, parents: Array) -> None:
    """Join the clusters of each pair; a cluster is named after its lowest page."""
    for i in range(ones.size):
        a, b = root(parents, ones[i]), root(parents, others[i])
        if a != b:
            parents[max(a, b)] = min(a, b)
    for i in range(parents.size):
        parents[i] = root(parents, i)


@kernel
def root(parents: Array, page: int) -> int:
    """Give the lowest page of a cluster, and shorten the way to it."""
    while parents[page] != page:
        parents[page] = parents[parents[page]]
        page = parents[page]
    return page
