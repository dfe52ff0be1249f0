"""JSON as the bytes that it is, compiled."""
# ruff: noqa: C901, PLR0911, PLR0912 - a call that is not inlined costs more than a branch
# ruff: noqa: PLR1714 - sets do not compile

from __future__ import annotations

import numpy as np

from linkworthy.html.compiled.jit import part
from linkworthy.html.compiled.resolving import Bounds
from linkworthy.html.compiled.spaces import Bytes, Integers

_LITERALS = np.frombuffer(b"true false null ", np.uint8)
_MAX_DEPTH = 50


@part
def skip(text: Bytes, place: int, end: int) -> int:
    """Go behind white space."""
    while place < end and (text[place] == 32 or text[place] == 10 or text[place] == 13 or text[place] == 9):
        place += 1
    return place


@part
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


@part
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


@part
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


@part
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


@part
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


@part
def _literal_end(text: Bytes, place: int, end: int) -> int:
    """Go behind true, false, null or a number; -1 where none of them stands here."""
    first = place
    if place < end and text[place] == 45:
        place += 1
    digits = place
    while place < end and 48 <= text[place] <= 57:
        place += 1
    if place > digits:
        if text[digits] == 48 and place > digits + 1:
            return -1
        # Numbers of any other form are odd.
        return place if place < end and (text[place] < 43 or text[place] == 44 or text[place] > 90) else -1
    if place >= end or place > first:
        return -1
    start = 0 if text[place] == 116 else 11 if text[place] == 110 else 5
    while place < end and text[place] == _LITERALS[start] and text[place] != 32:
        place += 1
        start += 1
    return place if place > first and _LITERALS[start] == 32 else -1


@part
def _text_end(text: Bytes, place: int, end: int) -> int:
    """Go behind the string that begins here, its escapes looked at; -1 where it is odd."""
    stop = string_end(text, place + 1, end)
    if stop == -1:
        return -1
    if stop < 0:
        # Written where it stands: nothing that is passed over is read again.
        return -1 if unescape(text, place + 1, -stop, text, place + 1) < 0 else -stop + 1
    return stop + 1


@part
def passed(text: Bytes, place: int, end: int) -> int:
    """Go behind any value; -1 where it is odd."""
    depth = 0
    are_lists = 0
    is_key = False
    while place < end:
        byte = text[place]
        if byte == 123 or byte == 91:
            depth += 1
            if depth > _MAX_DEPTH:
                return -1
            is_list = byte == 91
            are_lists = are_lists << 1 | is_list
            place = skip(text, place + 1, end)
            is_key = not is_list
            if place >= end or text[place] != (93 if is_list else 125):
                continue
            depth -= 1
            are_lists >>= 1
            place += 1
        elif byte == 34:
            place = _text_end(text, place, end)
            if place < 0:
                return -1
            if is_key:
                place = skip(text, place, end)
                if place >= end or text[place] != 58:
                    return -1
                place = skip(text, place + 1, end)
                is_key = False
                continue
        elif is_key:
            return -1
        else:
            place = _literal_end(text, place, end)
            if place < 0:
                return -1
        # Behind a value: what it stands in may end here, or go on.
        while depth:
            place = skip(text, place, end)
            if place >= end:
                return -1
            if text[place] == 44:
                place = skip(text, place + 1, end)
                is_key = not are_lists & 1
                if is_key and (place >= end or text[place] != 34):
                    return -1
                break
            if text[place] != (93 if are_lists & 1 else 125):
                return -1
            depth -= 1
            are_lists >>= 1
            place += 1
        if not depth:
            return place
    return -1


@part
def taken(text: Bytes, place: int, end: int, row: Integers, at: int, is_null_fit: int) -> int:
    """Note where a string stands, its escapes undone on the spot; gives the place behind it, -1 where it is odd."""
    if place < end and text[place] == 34:
        stop = string_end(text, place + 1, end)
        if stop == -1:
            return -1
        last = stop
        if stop < 0:
            stop = -stop
            last = unescape(text, place + 1, stop, text, place + 1)
            if last < 0:
                return -1
        row[at], row[at + 1] = place + 1, last
        return stop + 1
    if not is_null_fit or place >= end or text[place] != 110:
        return -1
    row[at] = row[at + 1] = -1
    return _literal_end(text, place, end)


@part
def next_key(text: Bytes, place: int, end: int, is_first: int, key: Integers) -> int:
    """Go to the value of the next key of an object, or behind the object, where no key is noted; -1 where it is odd."""
    key[0] = -1
    place = skip(text, place, end)
    if place < end and text[place] == 125:
        return place + 1
    if not is_first:
        if place >= end or text[place] != 44:
            return -1
        place = skip(text, place + 1, end)
    if place >= end or text[place] != 34:
        return -1
    stop = string_end(text, place + 1, end)
    if stop < 0:
        return -1
    key[0], key[1] = place + 1, stop
    place = skip(text, stop + 1, end)
    if place >= end or text[place] != 58:
        return -1
    return skip(text, place + 1, end)
