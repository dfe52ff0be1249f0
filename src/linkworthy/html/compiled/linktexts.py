"""What the texts of a page's links are, in one pass over their bytes: sizes, those alike, the shape of paths."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.html.compiled.hashes import PRIME, SEED
from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.letters import MAX_PACKED, packed
from linkworthy.html.compiled.spaces import Bytes, Integers
from linkworthy.html.link_features import STEPS
from linkworthy.html.texts import Texts

Bounds = NDArray[np.int32]

N_CHARACTERS, N_BEFORE, N_AFTER, FIRST_UPPER, HAS_END, N_ALIKE, URL, URL_ALIKE, N_SLASHES, SHAPE = range(10)
"""Rows of numbers: of the anchor and the text before and after, of the URL, which shape of path."""
N_NUMBERS = 10
SHAPE_FIRST, SHAPE_SIZE, SHAPE_DEPTH, SHAPE_STEPS = range(4)
"""Columns of shapes: the first link of that shape, how many there are, its depth, and by bits which steps it has."""
N_SHAPE_COLUMNS = 4
IS_OTHER = 2
"""Stands in FIRST_UPPER where only Python's ``str`` knows."""
_STEP_WORDS = np.asarray([packed(step[1:-1]) for step in STEPS], dtype=np.int64)


def pack(column: Sequence[str | None], n: int) -> tuple[Bytes, Bounds]:
    """Give the first texts as UTF-8 and where each begins, the end last; null is as an empty text."""
    if isinstance(column, Texts) and not column.others:
        return np.frombuffer(column.data, np.uint8), np.asarray(column.bounds, dtype=np.int32)
    pieces = [(text or "").encode("utf-8", "surrogatepass") for text in column[:n]]
    bounds = np.fromiter(accumulate(map(len, pieces), initial=0), np.int32, len(pieces) + 1)
    return np.frombuffer(b"".join(pieces), np.uint8), bounds


def slots_for(n: int) -> Integers:
    """Give room for what ``take_texts`` tells apart."""
    return np.zeros((3, 1 << (2 * n + 2).bit_length()), np.int64)


@part
def _n_characters(data: Bytes, start: int, end: int) -> int:
    n = 0
    for place in range(start, end):
        n += data[place] & 0xC0 != 0x80
    return n


@part
def _behind_digits(data: Bytes, place: int, end: int) -> int:
    while place < end and 48 <= data[place] <= 57:
        place += 1
    return place


@part
def _are_alike(data: Bytes, p: int, p_end: int, q: int, q_end: int, is_shape: bool) -> bool:
    """Tell whether two texts are the same; of shapes, but for their digits."""
    if not is_shape and p_end - p != q_end - q:
        return False
    while True:
        if is_shape:
            p, q = _behind_digits(data, p, p_end), _behind_digits(data, q, q_end)
        if p >= p_end or q >= q_end:
            return p >= p_end and q >= q_end
        if data[p] != data[q]:
            return False
        p += 1
        q += 1


@part
def _group(data: Bytes, bounds: Bounds, slots: Integers, groups: Integers, firsts: Integers, is_shape: bool) -> int:
    """Give texts numbers, those alike one, in the order of the first of them; tells how many numbers there are."""
    n_groups = 0
    for row in range(len(groups)):
        start, end = bounds[row], bounds[row + 1]
        key: Any = np.int64(SEED)
        for place in range(start, end):
            byte = np.int64(data[place])
            if not is_shape or byte < 48 or byte > 57:
                key = (key ^ byte) * np.int64(PRIME)
        slot = (key ^ (key >> 32)) & (len(slots) - 1)
        while slots[slot]:
            first = firsts[slots[slot] - 1]
            if _are_alike(data, bounds[first], bounds[first + 1], start, end, is_shape):
                break
            slot = (slot + 1) & (len(slots) - 1)
        if not slots[slot]:
            firsts[n_groups] = row
            n_groups += 1
            slots[slot] = n_groups
        groups[row] = slots[slot] - 1
    return n_groups


@part
def _alike(groups: Integers, counts: Integers, out: Integers) -> None:
    """Give for each text how many are the same."""
    counts[:] = 0
    for row in range(len(groups)):
        counts[groups[row]] += 1
    for row in range(len(groups)):
        out[row] = counts[groups[row]]


@part
def _describe_shape(data: Bytes, start: int, end: int, steps: Integers, shape: Integers) -> None:
    """Fill the depth of a path, and which steps it has behind its first."""
    depth = found = 0
    word = np.int64(0)
    size = MAX_PACKED
    for place in range(start, end):
        byte = np.int64(data[place])
        if 48 <= byte <= 57:
            continue
        depth += byte == 62
        if byte == 32:
            word, size = np.int64(0), 0
            continue
        if byte == 58 and size < MAX_PACKED:
            for n in range(len(steps)):
                if steps[n] == word:
                    found |= 1 << n
        word = (word << 8) | byte
        size += 1
    shape[SHAPE_DEPTH], shape[SHAPE_STEPS] = depth, found


@part
def _has_end(data: Bytes, start: int, end: int) -> bool:
    """Tell whether a text ends as a sentence does."""
    last = data[end - 1] if end > start else np.uint8(0)
    if last == 46 or last == 33 or last == 63:
        return True
    return end - start > 2 and last == 0xA6 and data[end - 2] == 0x80 and data[end - 3] == 0xE2


@compiled
def take_texts(
    anchors: Bytes, anchor_bounds: Bounds, befores: Bytes, before_bounds: Bounds, afters: Bytes, after_bounds: Bounds,
    urls: Bytes, url_bounds: Bounds, paths: Bytes, path_bounds: Bounds, slots: Integers, numbers: Integers,
    shapes: Integers,
) -> int:  # fmt: skip
    """Fill numbers of links and of the shapes of their paths; gives how many shapes there are."""
    firsts, counts = shapes[SHAPE_FIRST], shapes[SHAPE_SIZE]
    _group(anchors, anchor_bounds, slots[0], numbers[URL], firsts, False)
    _alike(numbers[URL], counts, numbers[N_ALIKE])
    _group(urls, url_bounds, slots[1], numbers[URL], firsts, False)
    _alike(numbers[URL], counts, numbers[URL_ALIKE])
    n_shapes = _group(paths, path_bounds, slots[2], numbers[SHAPE], firsts, True)
    counts[:] = 0
    for row in range(numbers.shape[1]):
        counts[numbers[SHAPE, row]] += 1
        start, end = anchor_bounds[row], anchor_bounds[row + 1]
        numbers[N_CHARACTERS, row] = _n_characters(anchors, start, end)
        first = anchors[start] if end > start else np.uint8(0)
        numbers[FIRST_UPPER, row] = IS_OTHER if first >= 128 else 65 <= first <= 90
        numbers[HAS_END, row] = _has_end(anchors, start, end)
        numbers[N_BEFORE, row] = _n_characters(befores, before_bounds[row], before_bounds[row + 1])
        numbers[N_AFTER, row] = _n_characters(afters, after_bounds[row], after_bounds[row + 1])
        n_slashes = 0
        for place in range(url_bounds[row], url_bounds[row + 1]):
            if urls[place] == 63:
                break
            n_slashes += urls[place] == 47
        numbers[N_SLASHES, row] = n_slashes
    for n in range(n_shapes):
        first_row = firsts[n]
        shape = shapes[:, n]
        _describe_shape(paths, path_bounds[first_row], path_bounds[first_row + 1], _STEP_WORDS, shape)
    return n_shapes


__all__ = ("pack", "slots_for", "take_texts")
