"""Strings of JSON as the bytes that they are, compiled."""
# ruff: noqa: C901, PLR0912 - a call that is not inlined costs more than a branch
# ruff: noqa: PLR1714 - sets do not compile

from __future__ import annotations

from linkworthy.html.compiled.jit import compiled
from linkworthy.html.compiled.resolving import Bounds
from linkworthy.html.compiled.spaces import Bytes


@compiled
def skip(text: Bytes, place: int, end: int) -> int:
    """Go behind white space."""
    while place < end and (text[place] == 32 or text[place] == 10 or text[place] == 13 or text[place] == 9):
        place += 1
    return place


@compiled
def string_end(text: Bytes, place: int, end: int) -> int:
    """Give where the quote stands that ends a string, -1 where none does, less than that where it holds escapes.

    With escapes it is minus the place of the quote: no string ends at the first byte of a text.
    """
    escapes = 1
    while place < end:
        byte = text[place]
        if byte > 34 and byte != 92:
            place += 1
        elif byte == 34:
            return place * escapes
        elif byte == 92:
            place += 2
            escapes = -1
        elif byte < 32:
            return -1
        else:
            place += 1
    return -1


@compiled
def find_strings(text: Bytes, places: Bounds) -> bool:
    """Write where each string begins and ends, as ``string_end`` says it; false where one is odd.

    Looking for quotes alone takes a quarter of the time that reading the strings does, so where no byte of a text can
    be part of an escape, each second quote ends a string.
    """
    end = len(text)
    is_odd = False
    for place in range(end):
        is_odd |= (text[place] == 92) | (text[place] < 32)
    n = 0
    if not is_odd:
        for place in range(end):
            places[n] = place
            n += text[place] == 34
        return n % 2 == 0
    place = 0
    while place < end:
        if text[place] == 34:
            stop = string_end(text, place + 1, end)
            if stop == -1:
                return False
            places[n], places[n + 1] = place, stop
            n += 2
            place = abs(stop)
        place += 1
    return True


@compiled
def _hex(text: Bytes, place: int, end: int) -> int:
    """Read four hexadecimal digits, -1 where they are none."""
    if place + 4 > end:
        return -1
    code = 0
    for n in range(place, place + 4):
        byte = text[n]
        if 48 <= byte <= 57:
            code = code * 16 + byte - 48
        elif 97 <= (byte | 32) <= 102:
            code = code * 16 + (byte | 32) - 87
        else:
            return -1
    return code


@compiled
def _utf8(code: int, out: Bytes, at: int) -> int:
    if code < 0x80:
        out[at] = code
        return at + 1
    if code < 0x800:
        out[at] = 0xC0 | code >> 6
        out[at + 1] = 0x80 | code & 0x3F
        return at + 2
    if code < 0x10000:
        out[at] = 0xE0 | code >> 12
        out[at + 1] = 0x80 | code >> 6 & 0x3F
        out[at + 2] = 0x80 | code & 0x3F
        return at + 3
    out[at] = 0xF0 | code >> 18
    out[at + 1] = 0x80 | code >> 12 & 0x3F
    out[at + 2] = 0x80 | code >> 6 & 0x3F
    out[at + 3] = 0x80 | code & 0x3F
    return at + 4


@compiled
def unescape(text: Bytes, place: int, end: int, out: Bytes, at: int) -> int:
    """Write the characters of a string; gives where they end, -1 where an escape is none or half a pair."""
    while place < end:
        byte = text[place]
        if byte != 92:
            out[at] = byte
            at += 1
            place += 1
            continue
        if place + 1 >= end:
            return -1
        byte = text[place + 1]
        place += 2
        if byte == 117:
            code = _hex(text, place, end)
            place += 4
            if 0xD800 <= code < 0xE000:
                if code >= 0xDC00 or place + 1 >= end or text[place] != 92 or text[place + 1] != 117:
                    return -1
                low = _hex(text, place + 2, end)
                place += 6
                if not 0xDC00 <= low < 0xE000:
                    return -1
                code = 0x10000 + ((code - 0xD800) << 10) + low - 0xDC00
            if code < 0:
                return -1
            at = _utf8(code, out, at)
            continue
        if byte == 98:
            byte = 8
        elif byte == 102:
            byte = 12
        elif byte == 110:
            byte = 10
        elif byte == 114:
            byte = 13
        elif byte == 116:
            byte = 9
        elif byte != 34 and byte != 47 and byte != 92:
            return -1
        out[at] = byte
        at += 1
    return at
