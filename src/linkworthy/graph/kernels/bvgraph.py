# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# ruff: noqa: C901, PLR0911, PLR0912
# Compiled code counts in machine numbers, and a loop keeps its branches together: a call in it may cost more.
"""Decodes rows of a BVGraph: reference, copied blocks, intervals, residuals.

Source: Boldi and Vigna, The WebGraph Framework I, 2004; default codes (gamma, unary references, zeta residuals).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.bits import gamma, unary, zeta
from linkworthy.graph.kernels.native import kernel

Bytes = NDArray[np.uint8]
Ids = NDArray[np.uint32]
Longs = NDArray[np.int64]

OK, MORE_BITS, MORE_ROOM, DAMAGED = 0, 1, 2, 3


@kernel()
def signed(number: int) -> int:
    """Turn 0, 1, 2, 3, 4 into 0, -1, 1, -2, 2."""
    return (number >> 1) ^ -(number & 1)


@kernel()
def copied(data: Bytes, bit: int, end: int, row: Ids, out: Ids) -> tuple[int, int]:
    """Copy the blocks of a referenced row; gives how many ids were copied (-1: damaged) and the place behind."""
    blocks, bit = gamma(data, bit, end)
    n, place = 0, 0
    for block in range(blocks):
        length, bit = gamma(data, bit, end)
        if block > 0:
            length += 1
        if bit > end or length > row.size - place:
            return -1, bit
        if block % 2 == 0:
            for k in range(place, place + length):
                out[n] = row[k]
                n += 1
        place += length
    if blocks % 2 == 0:
        for k in range(place, row.size):
            out[n] = row[k]
            n += 1
    return n, bit


@kernel()
def intervals(
    data: Bytes, bit: int, end: int, node: int, least: int, n_nodes: int, room: int, out: Ids
) -> tuple[int, int]:
    """Read runs of consecutive ids; gives how many ids they hold (-1: damaged) and the place behind."""
    runs, bit = gamma(data, bit, end)
    n, before = 0, np.int64(0)
    for run in range(runs):
        gap, bit = gamma(data, bit, end)
        left = node + signed(gap) if run == 0 else before + gap + 1
        length, bit = gamma(data, bit, end)
        length += least
        if bit > end or left < 0 or length > room - n or left + length > n_nodes:
            return -1, bit
        for k in range(length):
            out[n + k] = np.uint32(left + k)
        n += length
        before = left + length
    return n, bit


@kernel()
def merge(a: Ids, b: Ids, out: Ids) -> None:
    """Merge two ascending lists."""
    i, j = 0, 0
    for k in range(a.size + b.size):
        if j >= b.size or (i < a.size and a[i] < b[j]):
            out[k] = a[i]
            i += 1
        else:
            out[k] = b[j]
            j += 1


@kernel()
def residuals(data: Bytes, bit: int, end: int, node: int, k: int, n_nodes: int, n: int, out: Ids) -> int:
    """Read ids that are neither copied nor in runs; gives the place behind, -1 where they are damaged."""
    gap, bit = zeta(data, bit, k, end)
    here = node + signed(gap)
    if here < 0 or here >= n_nodes:
        return -1 if bit <= end else bit
    out[0] = np.uint32(here)
    for place in range(1, n):
        gap, bit = zeta(data, bit, k, end)
        here += gap + 1
        if here >= n_nodes or bit > end:
            return -1 if bit <= end else bit
        out[place] = np.uint32(here)
    return bit


@kernel()
def decode_nodes(
    data: Bytes, bit: int, end: int, node: int, last: int, n_nodes: int, n_window: int, least: int, k: int,
    n_carried: int, bounds: Longs, out: Ids,
) -> tuple[int, int, int]:  # fmt: skip
    """Decode nodes from ``node`` on, until ``last``, the bits or the room end.

    ``bounds`` and ``out`` begin with the ``n_carried`` rows before ``node``, for references. Gives the nodes decoded,
    the bit behind them, and why it stopped; a node that was begun in vain is begun again by the next call.
    """
    scratch = np.empty((4, 1024), np.uint32)
    row = n_carried
    while node + row - n_carried < last:
        if row + 1 >= bounds.size:
            return row - n_carried, bit, MORE_ROOM
        here, begun = node + row - n_carried, bit
        degree, bit = gamma(data, bit, end)
        if bit > end:
            return row - n_carried, begun, MORE_BITS
        if degree > n_nodes:
            return row - n_carried, begun, DAMAGED
        at = bounds[row]
        if degree > out.size - at:
            return row - n_carried, begun, MORE_ROOM
        bounds[row + 1] = at + degree
        if degree > 0:
            reference = np.int64(0)
            if n_window > 0:
                reference, bit = unary(data, bit, end)
            if bit > end:
                return row - n_carried, begun, MORE_BITS
            if reference > min(row, n_window):
                return row - n_carried, begun, DAMAGED
            room = max(degree, bounds[row - reference + 1] - bounds[row - reference] if reference else 0)
            if room > scratch.shape[1]:
                scratch = np.empty((4, 2 * room), np.uint32)
            n_copied, n_runs = np.int64(0), np.int64(0)
            if reference:
                source = out[bounds[row - reference] : bounds[row - reference + 1]]
                n_copied, bit = copied(data, bit, end, source, scratch[0])
            if bit <= end and 0 <= n_copied < degree and least > 0:
                n_runs, bit = intervals(data, bit, end, here, least, n_nodes, degree - n_copied, scratch[1])
            if bit > end:
                return row - n_carried, begun, MORE_BITS
            n_left = degree - n_copied - n_runs
            if n_copied < 0 or n_runs < 0 or n_left < 0:
                return row - n_carried, begun, DAMAGED
            wanted = out[at : at + degree]
            if n_left == degree:
                bit = residuals(data, bit, end, here, k, n_nodes, n_left, wanted)
            else:
                if n_left:
                    bit = residuals(data, bit, end, here, k, n_nodes, n_left, scratch[2])
                if bit >= 0 and bit <= end:
                    if n_runs == 0:
                        merge(scratch[0, :n_copied], scratch[2, :n_left], wanted)
                    elif n_copied == 0:
                        merge(scratch[1, :n_runs], scratch[2, :n_left], wanted)
                    else:
                        merge(scratch[0, :n_copied], scratch[1, :n_runs], scratch[3, : n_copied + n_runs])
                        merge(scratch[3, : n_copied + n_runs], scratch[2, :n_left], wanted)
            if bit < 0:
                return row - n_carried, begun, DAMAGED
            if bit > end:
                return row - n_carried, begun, MORE_BITS
        row += 1
    return row - n_carried, bit, OK
