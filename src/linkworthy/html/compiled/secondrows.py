"""The second look's rows, and which blocks are chosen, compiled.

``html.second_look`` and ``html.learned.choice`` are their plain forms and their oracles.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from linkworthy.html.columns import REGIONS
from linkworthy.html.compiled.around import Floats, copied, mean_around, within
from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.spaces import Integers

Flags = NDArray[np.bool_]

N_NEIGHBOURS, N_GROUPS, N_OF_ALL = 24, 14, 9
"""Columns of a block and its neighbours, of those alike, and of the page."""
N_KEYS = 8_192
"""Blocks, runs, and looks in a region are fewer, or as many as the blocks and this more."""
_REACH = 4
_SIZES = (3, 10, 30)
_LEVELS = np.asarray((0.05, 0.2, 0.4, 0.6, 0.8, 0.95))
_LARGEST_SIZE = 7


@part
def _of_neighbours(words: Floats, shares: Floats, is_main: Flags, total: float, sums: Floats, out: Floats) -> None:
    n = len(words)
    first, last, n_main = 0, n - 1, 0
    least, whole = 2.0, 0.0
    for row in range(n):
        whole += words[row] / total * shares[row]
        if is_main[row]:
            first = row if n_main == 0 else first
            last = row
            n_main += 1
            least = min(least, shares[row])
    if n_main == 0:
        least = 0.5
    whole = max(1e-3, whole)
    before = 0.0
    for row in range(n):
        out[row, 0] = shares[row]
        at = 1
        for step in range(-_REACH, _REACH + 1):
            if step:
                out[row, at] = shares[row + step] if 0 <= row + step < n else 0.0
                at += 1
        out[row, 15] = 1.0 if is_main[row] else 0.0
        out[row, 16] = shares[row] - least
        own = words[row] / total * shares[row]
        before += own
        out[row, 17] = (before - own) / whole
        out[row, 18] = whole
        out[row, 19] = least
        out[row, 20] = n_main / n
        out[row, 21] = within((row - first) / 30, -2.0, 2.0)
        out[row, 22] = within((last - row) / 30, -2.0, 2.0)
        out[row, 23] = 1.0 if first <= row <= last else 0.0
    for column in range(2):
        sums[0] = 0
        for row in range(n):
            sums[row + 1] = sums[row] + (shares[row] if column else shares[row] * words[row] / 20)
        for place in range(3):
            mean_around(sums, out, _SIZES[place], 9 + 2 * place + column)


@part
def _runs(keys: Integers, n: int, out: Integers) -> None:
    run = -1
    for row in range(n):
        if row == 0 or keys[row] != keys[row - 1]:
            run += 1
        out[row] = run


@part
def _means(keys: Integers, words: Floats, shares: Floats, weight: Floats, total: Floats, out: Floats, at: int) -> None:
    """Write the weighed mean of the rows with the same key, and what they weigh."""
    n = len(words)
    for row in range(n):
        weight[keys[row]] = 0
        total[keys[row]] = 0
    for row in range(n):
        own = math.sqrt(words[row]) + 0.5
        weight[keys[row]] += own
        total[keys[row]] += own * shares[row]
    for row in range(n):
        out[row, at] = total[keys[row]] / max(weight[keys[row]], 1e-9)
        out[row, at + 1] = math.log1p(weight[keys[row]]) / 5


@part
def _of_headings(heading: Integers, until: Integers, shares: Floats, of_section: int, out: Floats, at: int) -> None:
    n = len(heading)
    for row in range(n):
        place = max(heading[row], 0)
        behind = min(until[row], n - 1)
        out[row, at] = shares[place] if heading[row] >= 0 else 0.0
        out[row, at + 1] = shares[behind] if until[row] < n else 0.0
        out[row, at + 2] = out[max(place - 1, 0), of_section]
        out[row, at + 3] = out[behind, of_section]


@part
def _of_groups(
    tags: Integers,
    regions: Integers,
    words: Floats,
    link_words: Floats,
    shares: Floats,
    heading: Integers,
    until: Integers,
    keys: Integers,
    runs: Integers,
    weight: Floats,
    total: Floats,
    out: Floats,
) -> None:
    n, at, n_regions = len(tags), N_NEIGHBOURS, len(REGIONS)
    for row in range(n):
        keys[row] = tags[row] * n_regions + regions[row]
    _runs(keys, n, runs)
    _means(runs, words, shares, weight, total, out, at)
    _runs(regions, n, runs)
    _means(runs, words, shares, weight, total, out, at + 2)
    for row in range(n):
        runs[row] = heading[row] + 1
    _means(runs, words, shares, weight, total, out, at + 4)
    _means(keys, words, shares, weight, total, out, at + 6)
    for row in range(n):
        size = min(math.frexp(words[row] + 1)[1] - 1, _LARGEST_SIZE)
        look = tags[row] * 32 + size * 2 + (1 if link_words[row] * 2 > words[row] else 0)
        keys[row] = look * n_regions + regions[row]
    _means(keys, words, shares, weight, total, out, at + 8)
    _of_headings(heading, until, shares, at + 4, out, at + 10)


@part
def _of_page(words: Floats, shares: Floats, total: float, out: Floats) -> None:
    n, at = len(words), N_NEIGHBOURS + N_GROUPS
    said, most = 0.0, 0.0
    for row in range(n):
        said += words[row] * shares[row]
        most = max(most, shares[row])
    for place in range(6):
        above = 0.0
        for row in range(n):
            if shares[row] > _LEVELS[place]:
                above += words[row]
        out[0, at + place] = above / total
    out[0, at + 6] = most
    out[0, at + 7] = said / total
    out[0, at + 8] = math.log1p(said) / 8
    for row in range(1, n):
        for place in range(at, at + N_OF_ALL):
            out[row, place] = out[0, place]


@compiled
def second_rows(
    tags: Integers,
    regions: Integers,
    words: Floats,
    link_words: Floats,
    total: float,
    shares: Floats,
    is_main: Flags,
    heading: Integers,
    until: Integers,
    first_look: Floats,
    n_own: int,
    n_last: int,
    keys: Integers,
    runs: Integers,
    weight: Floats,
    sums: Floats,
    out: Floats,
) -> None:
    """Write the second look's rows; the first look's first ``n_own`` columns and last ``n_last`` ones are in them too.

    The arrays before ``out`` are room to work in.
    """
    _of_neighbours(words, shares, is_main, total, sums, out)
    _of_groups(tags, regions, words, link_words, shares, heading, until, keys, runs, weight, sums, out)
    _of_page(words, shares, total, out)
    at = N_NEIGHBOURS + N_GROUPS + N_OF_ALL
    n_columns = first_look.shape[1]
    for row in range(len(tags)):
        for place in range(n_own):
            out[row, at + place] = first_look[row, place]
        copied(first_look, row, n_columns - n_last, out, at + n_own)
