"""What stands around a block, compiled; ``html.surroundings`` is its plain form and its oracle."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.html.columns import REGION
from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.spaces import Integers

Floats = NDArray[np.float64]

N_AROUND = 36
"""Columns of what stands around a block."""
_AT_SECTIONS, _AT_RUNS, _AT_PROSE, _AT_WORDS = 0, 9, 21, 32
_FIRST_HEADING, _LAST_HEADING = 1, 3
_PROSE_WORDS = 25
_FAR = 40.0
_NEVER = -100
_LIST, _NAV, _FOOTER = REGION["list"], REGION["nav"], REGION["footer"]


@part
def within(value: Any, least: float, most: float) -> Any:
    """Give a value, or the bound that it passes."""
    return least if value < least else min(value, most)


@part
def copied(given: Floats, row: int, first: int, out: Floats, at: int) -> None:
    """Write the columns of one row, from ``first`` on, behind those that stand there."""
    for place in range(first, given.shape[1]):
        out[row, at + place - first] = given[row, place]


@compiled
def find_sections(tags: Integers, words: Floats, heading: Integers, until: Integers) -> None:
    """Note the last heading at or before each block, and the next one behind it."""
    n = len(tags)
    last = -1
    for row in range(n):
        if _FIRST_HEADING <= tags[row] <= _LAST_HEADING and words[row] > 0:
            last = row
        heading[row] = last
    following = n
    for row in range(n - 1, -1, -1):
        until[row] = following
        if heading[row] == row:
            following = row


@part
def mean_around(column: Floats, rows: Floats, size: int, at: int) -> None:
    """Write the mean of the rows up to ``size`` before and after each; ``column`` holds running sums, 0 first."""
    n = len(rows)
    for row in range(n):
        low = max(row - size, 0)
        high = min(row + size + 1, n)
        rows[row, at] = (column[high] - column[low]) / (high - low)


@part
def _of_sections(
    tags: Integers, regions: Integers, words: Floats, lean: Floats, heading: Integers, until: Integers, out: Floats
) -> None:
    before_at, before, seen = 0.0, 0.0, 0.0
    for row in range(len(tags)):
        place = heading[row]
        if place == row:
            before_at = seen
        before = seen
        seen += words[row]
        out[row, _AT_SECTIONS + 4] = min(float(until[row] - row), _FAR) / _FAR
        if place < 0:
            for n in (0, 1, 2, 3, 5, 6, 7, 8):
                out[row, _AT_SECTIONS + n] = 0
            continue
        above = heading[place - 1] if place > 0 else -1
        out[row, _AT_SECTIONS] = lean[place]
        out[row, _AT_SECTIONS + 1] = 1
        out[row, _AT_SECTIONS + 2] = min(float(row - place), _FAR) / _FAR
        out[row, _AT_SECTIONS + 3] = math.log1p(before - before_at) / 6
        out[row, _AT_SECTIONS + 5] = (tags[place] - 1) / 2
        out[row, _AT_SECTIONS + 6] = 1.0 if regions[place] != 0 else 0.0
        out[row, _AT_SECTIONS + 7] = min(words[place], 20.0) / 20
        out[row, _AT_SECTIONS + 8] = lean[above] if above >= 0 else 0.0


@part
def _of_runs(keys: Integers, words: Floats, link_words: Floats, out: Floats, at: int) -> None:
    n = len(words)
    start = 0
    while start < n:
        end = start
        total, linked = 0.0, 0.0
        while end < n and keys[end] == keys[start]:
            total += words[end]
            linked += link_words[end]
            end += 1
        size = end - start
        for row in range(start, end):
            out[row, at] = math.log1p(size) / 4
            out[row, at + 1] = (row - start) / size
            out[row, at + 2] = math.log1p(total) / 6
            out[row, at + 3] = min(total / size, 60.0) / 30
            out[row, at + 4] = linked / max(1.0, total)
            out[row, at + 5] = abs(words[row] - total / size) / 20
        start = end


@part
def _is_prose(words: float, link_words: float, region: int) -> bool:
    return words > _PROSE_WORDS and link_words * 4 < words and region != _NAV and region != _FOOTER


@part
def _of_prose(regions: Integers, words: Floats, link_words: Floats, out: Floats) -> None:
    n = len(words)
    first, last = -1, -1
    said, read = 0.0, 0.0
    beside, prose = _NEVER, _NEVER
    for row in range(n):
        is_main = regions[row] <= _LIST
        if is_main:
            said += words[row]
        else:
            beside = row
        if _is_prose(words[row], link_words[row], regions[row]):
            first = row if first < 0 else first
            last = prose = row
            read += words[row]
        out[row, _AT_PROSE] = said
        out[row, _AT_PROSE + 1] = min(float(row - beside), _FAR) / 20
        out[row, _AT_PROSE + 5] = min(float(row - prose), _FAR) / 20
        out[row, _AT_PROSE + 7] = read
    beside = prose = n - 1 - _NEVER
    for row in range(n - 1, -1, -1):
        if regions[row] > _LIST:
            beside = row
        if _is_prose(words[row], link_words[row], regions[row]):
            prose = row
        out[row, _AT_PROSE] /= max(1.0, said)
        out[row, _AT_PROSE + 2] = min(float(beside - row), _FAR) / 20
        if first < 0:
            for place in range(3, 11):
                out[row, _AT_PROSE + place] = 0
            continue
        so_far = out[row, _AT_PROSE + 7]
        out[row, _AT_PROSE + 3] = within((row - first) / 30, -2.0, 2.0)
        out[row, _AT_PROSE + 4] = within((last - row) / 30, -2.0, 2.0)
        out[row, _AT_PROSE + 6] = min(float(prose - row), _FAR) / 20
        out[row, _AT_PROSE + 7] = so_far / read
        out[row, _AT_PROSE + 8] = math.log1p(read) / 8
        out[row, _AT_PROSE + 9] = math.log1p(so_far) / 8
        out[row, _AT_PROSE + 10] = math.log1p(read - so_far) / 8


@part
def _of_words(lean: Floats, sums: Floats, out: Floats) -> None:
    n = len(out)
    sums[0] = 0
    for row in range(n):
        sums[row + 1] = sums[row] + lean[row]
        out[row, _AT_WORDS] = lean[row]
        out[row, _AT_WORDS + 2] = lean[row - 1] if row > 0 else 0.0
        out[row, _AT_WORDS + 3] = lean[row + 1] if row + 1 < n else 0.0
    mean_around(sums, out, 6, _AT_WORDS + 1)


@compiled
def surroundings(
    tags: Integers,
    regions: Integers,
    words: Floats,
    link_words: Floats,
    n_seen: Integers,
    heading_lean: Integers,
    kind_lean: Integers,
    heading: Integers,
    until: Integers,
    out: Floats,
    keys: Integers,
    lean: Floats,
    sums: Floats,
) -> None:
    """Write what stands around each block; the last three arrays are room to work in."""
    n = len(tags)
    for row in range(n):
        lean[row] = within(heading_lean[row] / 1024 / math.sqrt(max(1, n_seen[row])), -6.0, 6.0) / 2
        keys[row] = tags[row] * 16 + regions[row]
    _of_sections(tags, regions, words, lean, heading, until, out)
    _of_runs(keys, words, link_words, out, _AT_RUNS)
    _of_runs(regions, words, link_words, out, _AT_RUNS + 6)
    _of_prose(regions, words, link_words, out)
    for row in range(n):
        lean[row] = within(kind_lean[row] / 1024 / math.sqrt(max(1, n_seen[row])), -8.0, 8.0) / 3
    _of_words(lean, sums, out)
