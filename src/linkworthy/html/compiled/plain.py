"""The parts of URLs that the URL standard leaves as they are, compiled; see the patterns in ``links``."""

from __future__ import annotations

import numpy as np

from linkworthy.html.compiled.jit import part
from linkworthy.html.compiled.spaces import Bytes

START, NAME, PATH, QUERY, WORD = 1, 2, 4, 8, 16
"""Classes of bytes: those that may begin a name, be in one, in a path, in a query, in a word."""


def _classes() -> Bytes:
    classes = np.zeros(256, np.uint8)
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    for members, mark in (
        (letters, START | NAME | PATH | QUERY | WORD),
        (b"~=&+,;@!$*().-%", NAME | PATH | QUERY),
        (b":", PATH | QUERY),
        (b"/?", QUERY),
    ):
        classes[np.frombuffer(members, np.uint8)] |= mark
    return classes


_CLASSES = _classes()


@part
def is_of(byte: int, mark: int) -> bool:
    """Tell whether a byte is of a class."""
    return _CLASSES[byte] & mark != 0


@part
def end_of_query(text: Bytes, place: int, end: int) -> int:
    """Go behind a query that may begin here; -1 where what follows is neither a fragment nor the end."""
    if place < end and text[place] == 63:
        place += 1
        while place < end and is_of(text[place], QUERY):
            place += 1
    return place if place == end or text[place] == 35 else -1


@part
def end_of_path(text: Bytes, place: int, end: int) -> int:
    """Go behind the path that begins with the slash here, and its query; -1 where they are not plain."""
    while place < end and (text[place] == 47 or is_of(text[place], PATH)):
        # A dot, and a percent sign that may encode one, may begin a segment that the standard takes away.
        if text[place] == 47 and place + 1 < end and (text[place + 1] == 46 or text[place + 1] == 37):
            return -1
        place += 1
    return end_of_query(text, place, end)


@part
def end_of_file(text: Bytes, place: int, end: int) -> int:
    """Go behind the names and slashes of a file near the page, and its query; -1 where they are not plain."""
    while place < end and is_of(text[place], START):
        while place < end and is_of(text[place], NAME):
            place += 1
        if place < end and text[place] == 47:
            place += 1
    return end_of_query(text, place, end)


@part
def end_of_host(text: Bytes, start: int, end: int) -> int:
    """Go behind a host of up to ten labels and a name of letters; -1 where it is another."""
    place = first = start
    n_labels = 0
    is_letters = True
    while place < end and text[place] != 47 and text[place] != 63 and text[place] != 35:
        byte = text[place]
        if byte == 46:
            if place == first or place - first > 63 or text[place - 1] == 45:
                return -1
            n_labels += 1
            first = place + 1
            is_letters = True
        elif byte == 45:
            if place == first:
                return -1
            is_letters = False
        elif 48 <= byte <= 57:
            is_letters = False
        elif not 97 <= byte <= 122:
            return -1
        place += 1
    if not is_letters or not 2 <= place - first <= 24 or not 1 <= n_labels <= 10:
        return -1
    return place


@part
def is_encoded(text: Bytes, start: int, end: int) -> bool:
    """Tell whether ``xn--`` stands somewhere."""
    for place in range(start, end - 3):
        if text[place] == 120 and text[place + 1] == 110 and text[place + 2] == 45 and text[place + 3] == 45:
            return True
    return False


@part
def copy(text: Bytes, start: int, end: int, out: Bytes, at: int) -> int:
    """Write a piece; gives where it ends."""
    for place in range(start, end):
        out[at] = text[place]
        at += 1
    return at
