# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# ruff: noqa: C901, FBT001
# Compiled code counts in machine numbers, and a loop keeps its branches together: a call in it may cost more.
"""Links on their way into rows: pairs into buckets of targets, buckets into sorted rows, rows into other numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.native import kernel

Ids = NDArray[np.uint32]
Longs = NDArray[np.int64]
Weights = NDArray[np.float32]


@kernel()
def partition(
    source: Ids, target: Ids, weight: Weights, shift: int, n_buckets: int, sources: Ids, targets: Ids, weights: Weights
) -> Longs:
    """Put pairs into the order of their target's bucket (target >> shift), stable; gives the bounds of the buckets."""
    bounds = np.zeros(n_buckets + 1, np.int64)
    for k in range(target.size):
        bounds[(target[k] >> shift) + 1] += 1
    for bucket in range(n_buckets):
        bounds[bucket + 1] += bounds[bucket]
    place = np.empty(n_buckets, np.int64)
    for bucket in range(n_buckets):
        place[bucket] = bounds[bucket]
    for k in range(target.size):
        bucket = target[k] >> shift
        at = place[bucket]
        place[bucket] = at + 1
        sources[at] = source[k]
        targets[at] = target[k]
        if weight.size:
            weights[at] = weight[k]
    return bounds


@kernel()
def sort_ids(ids: Ids, first: int, end: int) -> None:
    """Sort ids first..end in place: by insertion where they are few, else byte by byte."""
    if end - first <= 64:
        for k in range(first + 1, end):
            here, at = ids[k], k
            while at > first and ids[at - 1] > here:
                ids[at] = ids[at - 1]
                at -= 1
            ids[at] = here
        return
    ascending = first + 1
    while ascending < end and ids[ascending - 1] <= ids[ascending]:
        ascending += 1
    if ascending == end:
        return
    other = np.empty(end - first, np.uint32)
    for byte in range(4):
        shift = np.uint32(8 * byte)
        counts = np.zeros(257, np.int64)
        for k in range(first, end):
            counts[np.int64((ids[k] >> shift) & np.uint32(255)) + 1] += 1
        if counts[np.int64((ids[first] >> shift) & np.uint32(255)) + 1] == end - first:
            continue
        for value in range(256):
            counts[value + 1] += counts[value]
        for k in range(first, end):
            value = np.int64((ids[k] >> shift) & np.uint32(255))
            other[counts[value]] = ids[k]
            counts[value] += 1
        for k in range(end - first):
            ids[first + k] = other[k]


@kernel()
def sort_weighted(ids: Ids, weights: Weights, first: int, end: int) -> None:
    """Sort ids first..end in place, stable, and let their weights follow."""
    other, moved = np.empty(end - first, np.uint32), np.empty(end - first, np.float32)
    for byte in range(4):
        shift = np.uint32(8 * byte)
        counts = np.zeros(257, np.int64)
        for k in range(first, end):
            counts[np.int64((ids[k] >> shift) & np.uint32(255)) + 1] += 1
        for value in range(256):
            counts[value + 1] += counts[value]
        for k in range(first, end):
            value = np.int64((ids[k] >> shift) & np.uint32(255))
            other[counts[value]] = ids[k]
            moved[counts[value]] = weights[k]
            counts[value] += 1
        for k in range(end - first):
            ids[first + k] = other[k]
            weights[first + k] = moved[k]


@kernel()
def rows_of_bucket(
    source: Ids, target: Ids, weight: Weights, low: int, n_rows: int, ids: Ids, weights: Weights, bounds: Longs
) -> int:
    """Turn the pairs of one bucket into rows of ascending sources, repeats merged (weights add up); gives the links.

    ``low`` is the bucket's first target. Room for as many links as pairs is needed in ``ids`` and ``weights``; a
    bucket holds under 2^32 pairs.
    """
    # One array of 4 bytes a row serves as counts, then as places, then as ends: it stays in the cache.
    place, lowest = np.zeros(n_rows, np.uint32), np.uint32(low)
    for k in range(np.uint64(target.size)):
        place[np.uint64(target[k] - lowest)] += np.uint32(1)
    total = np.uint32(0)
    for row in range(np.uint64(n_rows)):
        n = place[row]
        place[row] = total
        total += n
    for k in range(np.uint64(target.size)):
        row = np.uint64(target[k] - lowest)
        at = place[row]
        ids[np.uint64(at)] = source[k]
        if weight.size:
            weights[np.uint64(at)] = weight[k]
        place[row] = at + np.uint32(1)
    written, first = 0, 0
    bounds[0] = 0
    for row in range(n_rows):
        end = np.int64(place[row])
        written = merge_row(ids, weights, first, end, written)
        bounds[row + 1] = written
        first = end
    return written


@kernel()
def merge_row(ids: Ids, weights: Weights, first: int, end: int, written: int) -> int:
    """Sort one row and move it, without its repeats, to the place behind the rows before; gives the place behind it."""
    ascends = first + 1
    while ascends < end and ids[ascends - 1] < ids[ascends]:
        ascends += 1
    if ascends >= end and written == first:
        return end
    if ascends < end:
        if weights.size:
            sort_weighted(ids, weights, first, end)
        else:
            sort_ids(ids, first, end)
    begun = written
    for k in range(first, end):
        if written > begun and ids[written - 1] == ids[k]:
            if weights.size:
                weights[written - 1] += weights[k]
        else:
            ids[written] = ids[k]
            if weights.size:
                weights[written] = weights[k]
            written += 1
    return written


@kernel()
def count_sources(ids: Ids, degrees: NDArray[np.uint32]) -> None:
    """Count how often each source stands in rows."""
    for k in range(ids.size):
        degrees[ids[k]] += np.uint32(1)


@kernel()
def add_weights(ids: Ids, weights: Weights, sums: NDArray[np.float64]) -> None:
    """Add up the weights of each source's links."""
    for k in range(ids.size):
        sums[ids[k]] += np.float64(weights[k])


@kernel()
def split_rows(
    bounds: Longs, ids: Ids, weights: Weights, number: Ids, is_core: NDArray[np.bool_], wanted: bool,
    new_bounds: Longs, new_ids: Ids, new_weights: Weights,
) -> int:  # fmt: skip
    """Take the rows whose target is (not) a source itself, sources renumbered and ascending; gives their number."""
    rows, written = 0, 0
    new_bounds[0] = 0
    for row in range(bounds.size - 1):
        if is_core[row] != wanted:
            continue
        begun = written
        for k in range(bounds[row], bounds[row + 1]):
            new_ids[written] = number[ids[k]]
            if weights.size:
                new_weights[written] = weights[k]
            written += 1
        if weights.size:
            sort_weighted(new_ids, new_weights, begun, written)
        else:
            sort_ids(new_ids, begun, written)
        rows += 1
        new_bounds[rows] = written
    return rows


@kernel()
def repeat_rows(bounds: Longs, first: int, out: Ids) -> None:
    """Write the number of its row beside every link: rows back into pairs."""
    for row in range(bounds.size - 1):
        for k in range(bounds[row] - bounds[0], bounds[row + 1] - bounds[0]):
            out[k] = np.uint32(first + row)
