"""Texts that stand somewhere in some bytes, written one behind the other as Arrow has them, compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkworthy.html.compiled.jit import compiled
from linkworthy.html.compiled.plain import copy, end_of_host, end_of_path, is_encoded
from linkworthy.html.compiled.resolving import ASK, K_KIND, Bounds, host_start, resolve_one
from linkworthy.html.compiled.spaces import Bytes, Integers, fold, space_at
from linkworthy.html.identifiers import MARKS

Flags = NDArray[np.bool_]

MAX_FOLDED = 2_000
"""Bytes of a text that is folded here: ``fold`` cuts characters, which longer ones might lose."""


class Marks:
    """What the identifiers of owners begin with, sorted, and which of them is the first that begins with a byte."""

    def __init__(self) -> None:
        marks = sorted({mark.encode() for mark in MARKS})
        self.texts = np.frombuffer(b"".join(marks), np.uint8)
        self.bounds = np.cumsum([0, *map(len, marks)])
        self.firsts = np.full(256, len(marks), np.uint8)
        for n, mark in reversed([*enumerate(marks)]):
            self.firsts[mark[0]] = n


@compiled
def spans(text: Bytes, rows: Integers, column: int, out: Bytes, bounds: Bounds) -> None:
    """Write the texts of one column one behind the other."""
    at = 0
    bounds[0] = 0
    for n in range(len(rows)):
        if rows[n, column] >= 0:
            at = copy(text, rows[n, column], rows[n, column + 1], out, at)
        bounds[n + 1] = at


@compiled
def folded(text: Bytes, rows: Integers, column: int, out: Bytes, bounds: Bounds) -> None:
    """Write the texts of one column with their white space folded; see ``MAX_FOLDED``."""
    at = 0
    bounds[0] = 0
    for n in range(len(rows)):
        if rows[n, column] >= 0:
            at = fold(text, rows[n, column], rows[n, column + 1], out, at, MAX_FOLDED)
        bounds[n + 1] = at


@compiled
def stripped(text: Bytes, rows: Integers, column: int, is_first: Flags, out: Bytes, bounds: Bounds) -> int:
    """Write the texts of one column without white space of ASCII around them, those behind a first one joined to it.

    Gives how many first ones there are.
    """
    at = n_written = 0
    bounds[0] = 0
    for n in range(len(rows)):
        start, end = rows[n, column], rows[n, column + 1]
        while start < end and space_at(text, start, end) == 1:
            start += 1
        while start < end and (text[end - 1] == 32 or 9 <= text[end - 1] <= 13 or 28 <= text[end - 1] <= 31):
            end -= 1
        if is_first[n]:
            n_written += 1
        else:
            out[at], out[at + 1] = 44, 32
            at += 2
        at = copy(text, start, end, out, at)
        bounds[n_written] = at
    return n_written


@compiled
def resolve_rows(
    text: Bytes, rows: Integers, column: int, pages: Integers, bases: Bytes, base_bounds: Integers, places: Integers,
    row: Integers, out: Bytes, bounds: Bounds, kinds: Bytes,
) -> None:  # fmt: skip
    """Write the URLs that the plain hrefs of a column lead to; see ``resolve_one``."""
    at = 0
    bounds[0] = 0
    for n in range(len(rows)):
        page = pages[n]
        start, end = base_bounds[page], base_bounds[page + 1]
        kinds[n] = ASK
        if rows[n, column + 1] > rows[n, column] >= 0 and end > start:
            at = resolve_one(text, rows[n, column], rows[n, column + 1], bases[start:end], places[page], row, out, at)
            kinds[n] = row[K_KIND]
        bounds[n + 1] = at


@compiled
def take_apart(text: Bytes, rows: Integers, column: int, out: Integers) -> None:
    """Tell of each URL where its host begins and ends, its folder, and its path; -1 where it is not plain."""
    for n in range(len(rows)):
        start, end = rows[n, column], rows[n, column + 1]
        out[n, 0] = -1
        if end - start < 5 or text[start] == 47:
            continue
        host = host_start(text, start, end)
        behind = end_of_host(text, host, end) if host >= 0 else -1
        if behind < 0 or behind >= end or text[behind] != 47 or is_encoded(text, start, end):
            continue
        if end_of_path(text, behind, end) != end:
            continue
        query = behind
        folder = behind + 1
        while query < end and text[query] != 63:
            query += 1
            if text[query - 1] == 47:
                folder = query
        out[n, 0], out[n, 1], out[n, 2], out[n, 3] = host - start, behind - start, folder - start, query - start


@compiled
def marked(
    text: Bytes, rows: Integers, column: int, marks: Bytes, bounds: Integers, firsts: Bytes, found: Flags
) -> None:
    """Tell which texts of a column hold one of some marks."""
    for n in range(len(rows)):
        end = rows[n, column + 1] if rows[n, column] >= 0 else -1
        for place in range(rows[n, column], end):
            one = firsts[text[place]]
            while one < len(bounds) - 1 and marks[bounds[one]] == text[place] and not found[n]:
                size = bounds[one + 1] - bounds[one]
                same = 1
                while same < size and place + same < end and text[place + same] == marks[bounds[one] + same]:
                    same += 1
                found[n] = same == size
                one += 1
