"""White space, characters and words in UTF-8, as Python's ``str`` knows them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkworthy.html.compiled.jit import part

Bytes = NDArray[np.uint8]
Integers = NDArray[np.int64]


@part
def space_at(text: Bytes, place: int, end: int) -> int:
    """Give how many bytes of white space begin at a place, 0 where none do (as ``str.split`` sees it)."""
    first = text[place]
    if first <= 0x20:
        return 1 if first == 0x20 or 9 <= first <= 13 or first >= 28 else 0
    if first < 0xC2:
        return 0
    if first == 0xC2:
        return 2 if place + 1 < end and (text[place + 1] == 0x85 or text[place + 1] == 0xA0) else 0
    if first < 0xE1 or first > 0xE3 or place + 2 >= end:
        return 0
    second, third = text[place + 1], text[place + 2]
    if first == 0xE1:
        return 3 if second == 0x9A and third == 0x80 else 0
    if first == 0xE3:
        return 3 if second == 0x80 and third == 0x80 else 0
    if second == 0x80:
        return 3 if 0x80 <= third <= 0x8A or third == 0xA8 or third == 0xA9 or third == 0xAF else 0
    return 3 if second == 0x81 and third == 0x9F else 0


@part
def width_at(text: Bytes, place: int) -> int:
    """Give the bytes of the character that begins at a place."""
    first = text[place]
    if first < 0x80:
        return 1
    if first < 0xE0:
        return 2
    return 3 if first < 0xF0 else 4


@part
def is_dense(text: Bytes, place: int) -> bool:
    """Tell whether a character of three bytes belongs to a script without spaces: Thai, Lao, kana, Han, Hangul."""
    code = ((text[place] & 0x0F) << 12) | ((text[place + 1] & 0x3F) << 6) | (text[place + 2] & 0x3F)
    if code < 0x3040:
        return 0x0E00 <= code <= 0x0EFF
    if code <= 0x9FFF:
        return code <= 0x30FF or code >= 0x3400
    return 0xAC00 <= code <= 0xD7AF or 0xF900 <= code <= 0xFAFF


@part
def count_words(text: Bytes, start: int, end: int) -> int:
    """Count the words of a piece; in scripts without spaces two characters count as one."""
    n_words = n_dense = 0
    in_word = False
    place = start
    while place < end:
        byte = text[place]
        if 0x20 < byte < 0x80:
            n_words += not in_word
            in_word = True
            place += 1
            continue
        n = 1 if byte == 0x20 else space_at(text, place, end)
        if n:
            in_word = False
            place += n
            continue
        n_words += not in_word
        in_word = True
        n = width_at(text, place)
        if n == 3 and is_dense(text, place):
            n_dense += 1
        place += n
    return max(n_words, n_dense // 2) if n_dense > n_words else n_words


@part
def fold(text: Bytes, start: int, end: int, out: Bytes, at: int, n_characters: int) -> int:
    """Write a piece with its white space folded, until so many characters are written; gives where it ends."""
    gap = False
    first = at
    place = start
    while place < end and n_characters > 0:
        byte = text[place]
        if byte <= 0x20 or byte >= 0xC2:
            n = 1 if byte == 0x20 else space_at(text, place, end)
            if n:
                gap = True
                place += n
                continue
        if gap and at > first:
            out[at] = 32
            at += 1
            n_characters -= 1
        gap = False
        out[at] = byte
        at += 1
        place += 1
        if byte >= 0x80:
            while place < end and (text[place] & 0xC0) == 0x80:
                out[at] = text[place]
                at += 1
                place += 1
        n_characters -= 1
    return at


@part
def characters_before(text: Bytes, place: int, n: int, stop: int) -> int:
    """Give the place ``n`` characters before a place, not before ``stop``."""
    while n > 0 and place > stop:
        place -= 1
        while place > stop and (text[place] & 0xC0) == 0x80:
            place -= 1
        n -= 1
    return place


@part
def characters_behind(text: Bytes, place: int, n: int, stop: int) -> int:
    """Give the place ``n`` characters behind a place, not behind ``stop``."""
    while n > 0 and place < stop:
        place += width_at(text, place)
        n -= 1
    return min(place, stop)
