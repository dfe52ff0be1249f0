"""The first look's rows, compiled; ``html.block_features`` is their plain form and their oracle."""

from __future__ import annotations

import math

from linkworthy.html.block_features import TAGS
from linkworthy.html.columns import REGIONS
from linkworthy.html.compiled.around import Floats, copied, mean_around, within
from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.spaces import Integers

ENDS, STOPS, CAPITAL, DIGIT, NAMED = 1, 2, 4, 8, 16
"""Bits of what is known of a block's text: its end, a full stop within, its first character, the page's name."""
_N_OWN = 18
_AT_TAGS = _N_OWN + len(REGIONS)
_AT_PLACES = _AT_TAGS + len(TAGS) + 1
_H1 = 1
_SIZES = (6, 18)


@compiled
def own_rows(
    tags: Integers,
    regions: Integers,
    words: Floats,
    link_words: Floats,
    n_same: Integers,
    codes: Integers,
    lean: Integers,
    n_characters: Integers,
    n_digits: Integers,
    n_upper: Integers,
    n_commas: Integers,
    n_words: Integers,
    n_capitals: Integers,
    rows: Floats,
) -> None:
    """Write what is known of each block by itself."""
    for row in range(len(tags)):
        seen = float(max(1, n_words[row]))
        size = float(max(1, n_characters[row]))
        code = codes[row]
        leaning = lean[row] / 1024
        for place in range(_N_OWN, _AT_PLACES):
            rows[row, place] = 0
        rows[row, 0] = min(words[row], 200.0) / 50
        rows[row, 1] = 1.0 if words[row] > 3 else 0.0
        rows[row, 2] = 1.0 if words[row] > 10 else 0.0
        rows[row, 3] = 1.0 if words[row] > 25 else 0.0
        rows[row, 4] = link_words[row] / max(1.0, words[row])
        rows[row, 5] = min(12.0, size / seen) / 6
        rows[row, 6] = min(1.0, n_commas[row] * 10 / max(10, n_words[row]))
        rows[row, 7] = 1.0 if code & ENDS else 0.0
        rows[row, 8] = 1.0 if code & STOPS else 0.0
        rows[row, 9] = 1.0 if code & CAPITAL else 0.0
        rows[row, 10] = 1.0 if code & DIGIT else 0.0
        rows[row, 11] = min(n_same[row], 6) / 3 - 0.3
        rows[row, 12] = 1.0 if code & NAMED else 0.0
        rows[row, 13] = within(leaning / seen, -3.0, 3.0)
        rows[row, 14] = within(leaning / math.sqrt(seen), -8.0, 8.0) / 3
        rows[row, 15] = n_digits[row] / size
        rows[row, 16] = n_upper[row] / size
        rows[row, 17] = n_capitals[row] / seen
        rows[row, _N_OWN + regions[row]] = 1
        rows[row, _AT_TAGS + tags[row]] = 1


@part
def _places(tags: Integers, words: Floats, total: float, rows: Floats, at: int) -> None:
    n = len(tags)
    first = -1
    for row in range(n):
        if tags[row] == _H1:
            first = row
            break
    before = 0.0
    for row in range(n):
        heading = within((row - max(first, 0)) / 60, -1.0, 1.0)
        rows[row, at] = row / n
        rows[row, at + 1] = before / total
        rows[row, at + 2] = 1 - (before + words[row]) / total
        rows[row, at + 3] = heading
        rows[row, at + 4] = abs(heading)
        rows[row, at + 5] = min(row, 40) / 40
        rows[row, at + 6] = min(n - row, 40) / 40
        rows[row, at + 7] = 1.0 if first >= 0 else 0.0
        before += words[row]


@part
def _shifted(rows: Floats, chosen: Integers, step: int, at: int) -> int:
    n = len(rows)
    for row in range(n):
        other = row + step
        for place in range(len(chosen)):
            rows[row, at + place] = rows[other, chosen[place]] if 0 <= other < n else 0.0
    return at + len(chosen)


@part
def _windows(rows: Floats, wide: Integers, sums: Floats, at: int) -> int:
    n, n_wide = len(rows), len(wide) + 1
    for place in range(n_wide):
        sums[0] = 0
        for row in range(n):
            value = rows[row, wide[place]] if place < len(wide) else rows[row, 0] * rows[row, 4]
            sums[row + 1] = sums[row] + value
        mean_around(sums, rows, _SIZES[0], at + place)
        mean_around(sums, rows, _SIZES[1], at + n_wide + place)
    return at + 2 * n_wide


@compiled
def first_rows(
    tags: Integers,
    words: Floats,
    total: float,
    core: Integers,
    far: Integers,
    wide: Integers,
    around: Floats,
    of_page: Floats,
    sums: Floats,
    rows: Floats,
) -> None:
    """Write all that stands behind a block's own columns; ``sums`` is room to work in."""
    at = _AT_PLACES
    _places(tags, words, total, rows, at)
    at = _shifted(rows, core, 1, _shifted(rows, core, -1, at + 8))
    for step in (-3, -2, 2, 3):
        at = _shifted(rows, far, step, at)
    at = _windows(rows, wide, sums, at)
    n_around = around.shape[1]
    for row in range(len(rows)):
        copied(around, row, 0, rows, at)
        for place in range(len(of_page)):
            rows[row, at + n_around + place] = of_page[place]
