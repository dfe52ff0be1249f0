"""Character references in text, as browsers read them.

Source: https://html.spec.whatwg.org/multipage/parsing.html#named-character-reference-state
"""

from __future__ import annotations

from functools import lru_cache
from html.entities import html5
from typing import NamedTuple

import numpy as np

from linkworthy.html.compiled.hashes import SEED, hashed
from linkworthy.html.compiled.jit import part
from linkworthy.html.compiled.spaces import Bytes, Integers

_SIZE = 8_192
_MAX_NAME = 32
_MAX_BARE = 6
"""Letters of the longest name that needs no semicolon."""
_BARE_SEED = 1469598103934665603
"""Seed for names without semicolon; one beside the other would make both alike but for a letter."""


class References(NamedTuple):
    """All names as a hash table, and what they stand for."""

    keys: Integers
    places: Integers
    text: Bytes


@lru_cache(maxsize=1)
def references() -> References:
    """Give the table of HTML's names."""
    keys = np.zeros(_SIZE, np.int64)
    places = np.zeros((_SIZE, 2), np.int64)
    text = bytearray()
    for name, value in html5.items():
        letters = np.frombuffer(name.rstrip(";").encode(), np.uint8)
        key = int(hashed(letters, 0, len(letters), SEED if name.endswith(";") else _BARE_SEED))
        slot = key & (_SIZE - 1)
        while keys[slot]:
            slot = (slot + 1) & (_SIZE - 1)
        keys[slot] = key
        places[slot] = (len(text), len(text) + len(value.encode()))
        text += value.encode()
    return References(keys, places, np.frombuffer(bytes(text), np.uint8))


@part
def _named(data: Bytes, start: int, end: int, seed: int, keys: Integers) -> int:
    """Find a name, -1 where it is none."""
    key = hashed(data, start, end, seed)
    slot = key & (_SIZE - 1)
    while keys[slot]:
        if keys[slot] == key:
            return slot
        slot = (slot + 1) & (_SIZE - 1)
    return -1


@part
def _is_alphanumeric(byte: int) -> bool:
    return 48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122


@part
def _number(data: Bytes, place: int, end: int, out: Bytes, at: int) -> tuple[int, int]:
    """Read ``&#…;``; a document with odd ones is not read here at all. Gives -1 where it is odd all the same."""
    place += 2
    is_hex = place < end and (data[place] | 32) == 120
    if is_hex:
        place += 1
    code = n_digits = 0
    while place < end and n_digits < 10:
        byte = data[place]
        if 48 <= byte <= 57:
            digit = byte - 48
        elif is_hex and 97 <= (byte | 32) <= 102:
            digit = (byte | 32) - 87
        else:
            break
        code = code * (16 if is_hex else 10) + digit
        n_digits += 1
        place += 1
    if n_digits == 0 or place >= end or data[place] != 59 or code > 0x10FFFF or code == 0 or 0xD800 <= code < 0xE000:
        return -1, at
    if code < 0x80:
        out[at] = code
        return place + 1, at + 1
    if code < 0x800:
        out[at] = 0xC0 | code >> 6
        out[at + 1] = 0x80 | code & 0x3F
        return place + 1, at + 2
    if code < 0x10000:
        out[at] = 0xE0 | code >> 12
        out[at + 1] = 0x80 | code >> 6 & 0x3F
        out[at + 2] = 0x80 | code & 0x3F
        return place + 1, at + 3
    out[at] = 0xF0 | code >> 18
    out[at + 1] = 0x80 | code >> 12 & 0x3F
    out[at + 2] = 0x80 | code >> 6 & 0x3F
    out[at + 3] = 0x80 | code & 0x3F
    return place + 1, at + 4


@part
def unescape(
    data: Bytes, place: int, end: int, out: Bytes, at: int, keys: Integers, places: Integers, text: Bytes
) -> tuple[int, int]:
    """Write what the ``&`` at a place stands for; gives the places behind both, -1 where only a parser can tell."""
    if place + 1 < end and data[place + 1] == 35:
        return _number(data, place, end, out, at)
    start = place + 1
    stop = start
    while stop < end and stop - start < _MAX_NAME and _is_alphanumeric(data[stop]):
        stop += 1
    slot = -1
    behind = stop
    if stop > start and stop < end and data[stop] == 59:
        slot = _named(data, start, stop, SEED, keys)
        behind = stop + 1
    if slot < 0:
        length = min(_MAX_BARE, stop - start)
        while slot < 0 and length >= 2:
            behind = start + length
            slot = _named(data, start, behind, _BARE_SEED, keys)
            length -= 1
    if slot < 0:
        out[at] = 38
        return start, at + 1
    for n in range(places[slot, 0], places[slot, 1]):
        out[at] = text[n]
        at += 1
    return behind, at
