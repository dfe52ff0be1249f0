# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# ruff: noqa: C901, PLR0912
# Compiled code counts in machine numbers, and a loop keeps its branches together: a call in it may cost more.
"""Reads numbers and names out of text, a buffer of whole lines at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.native import kernel

Bytes = NDArray[np.uint8]
Ids = NDArray[np.uint32]
Longs = NDArray[np.int64]

BAD_NUMBER, OUT_OF_ORDER, NO_NAME = 1, 2, 3


@kernel()
def parse_pairs(data: Bytes, end: int, limit: int, source: Ids, target: Ids) -> tuple[int, int]:
    """Read a pair of numbers below ``limit`` from each line; gives the pairs, and the place of a bad line or -1.

    Numbers stand apart by tab, blank or comma; whatever follows the second one is passed over. Empty lines and lines
    that begin with # are passed over too.
    """
    at, n = 0, 0
    while at < end:
        begun = at
        if data[at] == 10 or data[at] == 13:
            at += 1
            continue
        if data[at] == 35:
            while at < end and data[at] != 10:
                at += 1
            continue
        for field in range(2):
            value, digits = np.int64(0), 0
            while at < end:
                digit = np.int64(data[at]) - 48
                if digit < 0 or digit > 9:
                    break
                value = value * 10 + digit
                digits += 1
                at += 1
            if digits == 0 or digits > 10 or value >= limit:
                return n, begun
            if field == 0:
                source[n] = np.uint32(value)
                if at >= end or (data[at] != 9 and data[at] != 32 and data[at] != 44):
                    return n, begun
                while at < end and (data[at] == 9 or data[at] == 32 or data[at] == 44):
                    at += 1
            else:
                target[n] = np.uint32(value)
        if at < end and data[at] != 10 and data[at] != 13 and data[at] != 9 and data[at] != 32 and data[at] != 44:
            return n, begun
        n += 1
        while at < end and data[at] != 10:
            at += 1
        at += 1
    return n, -1


@kernel()
def parse_adjacency(data: Bytes, end: int, row: int, n_nodes: int, source: Ids, target: Ids) -> tuple[int, int, int]:
    """Read lines of successors, a line a source; gives the pairs, the next row, and a bad line's place or -1."""
    at, n, begun = 0, 0, 0
    while at < end:
        byte = data[at]
        if byte == 10:
            row += 1
            at += 1
            begun = at
            continue
        if byte in (32, 9, 13):
            at += 1
            continue
        value, digits = np.int64(0), 0
        while at < end:
            digit = np.int64(data[at]) - 48
            if digit < 0 or digit > 9:
                break
            value = value * 10 + digit
            digits += 1
            at += 1
        if digits == 0 or digits > 10 or value >= n_nodes or row >= n_nodes:
            return n, row, begun
        source[n] = np.uint32(row)
        target[n] = np.uint32(value)
        n += 1
    return n, row, -1


@kernel()
def parse_vertices(data: Bytes, end: int, first: int, starts: Longs, ends: Longs) -> tuple[int, int, int]:
    """Find the names in lines of number, tab, name; gives the lines, a bad line's place or -1, and what is wrong."""
    at, n = 0, 0
    while at < end:
        begun = at
        value, digits = np.int64(0), 0
        while at < end:
            digit = np.int64(data[at]) - 48
            if digit < 0 or digit > 9:
                break
            value = value * 10 + digit
            digits += 1
            at += 1
        if digits == 0 or digits > 10 or at >= end or data[at] != 9:
            return n, begun, BAD_NUMBER
        if value != first + n:
            return n, begun, OUT_OF_ORDER
        at += 1
        starts[n] = at
        while at < end and data[at] != 9 and data[at] != 10 and data[at] != 13:
            at += 1
        ends[n] = at
        if ends[n] == starts[n]:
            return n, begun, NO_NAME
        n += 1
        while at < end and data[at] != 10:
            at += 1
        at += 1
    return n, -1, 0
