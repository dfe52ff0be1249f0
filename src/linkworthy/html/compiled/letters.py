"""ASCII letters in bytes, compiled: names in small letters as one number, words wherever they stand."""

from __future__ import annotations

from typing import Any

import numpy as np

from linkworthy.html.compiled.jit import part
from linkworthy.html.compiled.spaces import Bytes

MAX_PACKED = 8
"""Letters of the longest name that a number holds."""


def packed(name: str) -> int:
    """Give a name as ``packed_at`` gives it."""
    return int.from_bytes(name.encode(), "big")


@part
def lower(byte: int) -> int:
    """Give a byte, in small letters where it is a capital."""
    return byte | 32 if 65 <= byte <= 90 else byte


@part
def is_letter(byte: int) -> bool:
    """Tell whether a byte is a letter."""
    return 97 <= byte | 32 <= 122


@part
def is_space(byte: int) -> bool:
    """Tell whether a byte is white space, as patterns for bytes see it."""
    return byte == 32 or 9 <= byte <= 13


@part
def packed_at(data: Bytes, start: int, end: int) -> int:
    """Give a name in small letters as one number, 0 where it is too long for that."""
    if end - start > MAX_PACKED:
        return 0
    value = 0
    for place in range(start, end):
        value = (value << 8) | lower(data[place])
    return value


@part
def stands_at(data: Bytes, place: int, end: int, word: Bytes) -> bool:
    """Tell whether a word of small letters stands at a place, in any case."""
    if place + len(word) > end:
        return False
    for n in range(len(word)):
        if lower(data[place + n]) != word[n]:
            return False
    return True


@part
def stands_in(data: Bytes, start: int, end: int, word: Bytes) -> bool:
    """Tell whether a word of small letters stands somewhere in a piece, in any case."""
    first = word[0]
    for place in range(start, end - len(word) + 1):
        if lower(data[place]) == first and stands_at(data, place, end, word):
            return True
    return False


@part
def find(data: Bytes, byte: Any, start: int, end: int) -> int:
    """Find a byte, -1 where it is not in a piece."""
    for place in range(start, end):
        if data[place] == byte:
            return place
    return -1


@part
def behind_space(data: Bytes, place: int, end: int) -> int:
    """Go behind the white space that HTML knows."""
    while place < end:
        byte = data[place]
        if not (byte == 32 or byte == 9 or byte == 10 or byte == 12 or byte == 13):
            break
        place += 1
    return place


@part
def end_of_quoted(data: Bytes, place: int, end: int) -> int:
    """Find the ``>`` of a tag behind whatever stands in quotes, -1 where quotes do not end or there is none."""
    while place < end:
        byte = data[place]
        if byte == 62:
            return place
        if byte == 34 or byte == 39:
            place = find(data, np.int64(byte), place + 1, end)
            if place < 0:
                return -1
        place += 1
    return -1
