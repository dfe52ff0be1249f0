# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# ruff: noqa: C901
# Compiled code counts in machine numbers, and a loop keeps its branches together: a call in it may cost more.
"""Rows of ascending ids as bytes: a degree, then gaps in groups of four behind one byte that holds their lengths.

A row is its degree as a base-128 number, then for each four ids a byte of four 2-bit lengths (1 to 4 bytes) and the
gaps to the id before, little-endian; the first gap of a row is its first id. A group needs no branch to read. The
bytes must be followed by at least ``PADDING`` more, because gaps are read four bytes at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.native import kernel, load_u32

PADDING = 64

Bytes = NDArray[np.uint8]
Ids = NDArray[np.uint32]
Longs = NDArray[np.int64]


@kernel()
def encode_rows(bounds: Longs, ids: Ids, out: Bytes, starts: Longs) -> int:
    """Write rows of strictly ascending ids and where each one starts; gives the bytes written."""
    at = 0
    for row in range(bounds.size - 1):
        starts[row] = at
        first, end = bounds[row], bounds[row + 1]
        left = end - first
        while left >= 128:
            out[at] = np.uint8((left & 127) | 128)
            left >>= 7
            at += 1
        out[at] = np.uint8(left)
        at += 1
        before = np.uint32(0)
        place = first
        while place < end:
            lengths, head = 0, at
            at += 1
            for slot in range(min(4, end - place)):
                gap = np.uint32(ids[place + slot] - before)
                before = ids[place + slot]
                size = 1 + (gap > 0xFF) + (gap > 0xFFFF) + (gap > 0xFFFFFF)
                lengths |= (size - 1) << (2 * slot)
                for byte in range(size):
                    out[at + byte] = np.uint8((gap >> np.uint32(8 * byte)) & np.uint32(0xFF))
                at += size
            out[head] = np.uint8(lengths)
            place += 4
    return at


@kernel()
def read_degree(data: Bytes, at: int) -> tuple[int, int]:
    """Read a row's degree; gives it and the place behind it."""
    degree = np.int64(data[at] & np.uint8(127))
    shift = 7
    while data[at] >= 128:
        at += 1
        degree |= np.int64(data[at] & np.uint8(127)) << shift
        shift += 7
    return degree, at + 1


@kernel()
def read_four(data: Bytes, at: int, before: int, out: Ids, place: int) -> tuple[int, int]:
    """Read one whole group into four entries; gives the place behind it and the last id."""
    one = np.uint64(1)
    lengths = np.uint64(data[np.uint64(at)])
    p0 = np.uint64(at) + one
    l0 = (lengths & np.uint64(3)) + one
    l1 = ((lengths >> np.uint64(2)) & np.uint64(3)) + one
    l2 = ((lengths >> np.uint64(4)) & np.uint64(3)) + one
    l3 = (lengths >> np.uint64(6)) + one
    p1 = p0 + l0
    p2 = p1 + l1
    p3 = p2 + l2
    eight, all_ones = np.uint64(8), np.uint64(0xFFFFFFFF)
    bits = np.uint64(32)
    i0 = np.uint64(before) + (np.uint64(load_u32(data, p0)) & (all_ones >> (bits - eight * l0)))
    i1 = i0 + (np.uint64(load_u32(data, p1)) & (all_ones >> (bits - eight * l1)))
    i2 = i1 + (np.uint64(load_u32(data, p2)) & (all_ones >> (bits - eight * l2)))
    i3 = i2 + (np.uint64(load_u32(data, p3)) & (all_ones >> (bits - eight * l3)))
    slot = np.uint64(place)
    out[slot] = np.uint32(i0)
    out[slot + one] = np.uint32(i1)
    out[slot + np.uint64(2)] = np.uint32(i2)
    out[slot + np.uint64(3)] = np.uint32(i3)
    return np.int64(p3 + l3), np.int64(i3)


@kernel()
def read_rest(data: Bytes, at: int, before: int, n: int, out: Ids, place: int) -> int:
    """Read the last group of a row, which holds one to three ids; gives the place behind it."""
    lengths = np.int64(data[at])
    at += 1
    for slot in range(n):
        size = ((lengths >> (2 * slot)) & 3) + 1
        before += np.int64(load_u32(data, at)) & ((1 << (8 * size)) - 1)
        out[place + slot] = np.uint32(before)
        at += size
    return at


@kernel()
def decode_row(data: Bytes, at: int, limit: int, out: Ids) -> int:
    """Read up to ``limit`` first ids of the row that starts at a place; gives how many there are."""
    degree, at = read_degree(data, at)
    n = min(degree, limit)
    place, before = 0, np.int64(0)
    while place + 4 <= n:
        at, before = read_four(data, at, before, out, place)
        place += 4
    if place < n:
        read_rest(data, at, before, n - place, out, place)
    return n


@kernel()
def degrees_of_rows(data: Bytes, starts: Longs) -> Ids:
    """Give the degrees of the rows that start at places."""
    out = np.empty(starts.size, np.uint32)
    for row in range(starts.size):
        degree, _at = read_degree(data, starts[row])
        out[row] = np.uint32(degree)
    return out


@kernel()
def decode_rows(data: Bytes, at: int, n_rows: int, bounds: Longs, ids: Ids) -> int:
    """Read rows that follow one another into plain form from ``bounds[0]`` on; gives the place behind them."""
    place = bounds[0]
    for row in range(n_rows):
        degree, at = read_degree(data, at)
        end = place + degree
        before = np.int64(0)
        while place + 4 <= end:
            at, before = read_four(data, at, before, ids, place)
            place += 4
        if place < end:
            at = read_rest(data, at, before, end - place, ids, place)
        place = end
        bounds[row + 1] = place
    return at


@kernel()
def rows_with(data: Bytes, at: int, first: int, last: int, wanted: int, found: Longs) -> int:
    """Find the rows first..last that hold an id; gives how many there are."""
    ids = np.empty(512, np.uint32)
    n_found = 0
    for row in range(first, last):
        degree, at = read_degree(data, at)
        before, left = np.int64(0), degree
        while left > 0:
            n, slot = min(left, 512), 0
            while slot + 4 <= n:
                at, before = read_four(data, at, before, ids, slot)
                slot += 4
            if slot < n:
                at = read_rest(data, at, before, n - slot, ids, slot)
            for k in range(n):
                if ids[k] == wanted:
                    found[n_found] = row
                    n_found += 1
            left -= n
    return n_found


@kernel()
def check_rows(data: Bytes, at: int, end: int, n_rows: int, n_ids: int) -> int:
    """Walk rows without trusting them; gives -1, or the first row that runs beyond the bytes or the ids."""
    for row in range(n_rows):
        degree, shift = 0, 0
        while True:
            if at >= end or shift > 35:
                return row
            byte = np.int64(data[at])
            at += 1
            degree |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        before, done = np.int64(-1), 0
        while done < degree:
            if at >= end:
                return row
            lengths = np.int64(data[at])
            at += 1
            for slot in range(min(4, degree - done)):
                size = ((lengths >> (2 * slot)) & 3) + 1
                if at + size > end:
                    return row
                gap = np.int64(0)
                for byte_at in range(size):
                    gap |= np.int64(data[at + byte_at]) << (8 * byte_at)
                at += size
                before = gap if before < 0 else before + gap
                if before >= n_ids or (gap == 0 and done + slot > 0):
                    return row
            done += 4
    return -1 if at == end else n_rows
