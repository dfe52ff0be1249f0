"""Comments, scripts and styles, compiled: where they end, or that only a parser can tell."""

from __future__ import annotations

import numpy as np

from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.spaces import Bytes

_SCRIPT = np.frombuffer(b"script", np.uint8)
_STYLE = np.frombuffer(b"style", np.uint8)


@compiled
def look(data: Bytes) -> tuple[int, bool]:
    """Count ``<``, and tell whether there is a null, a carriage return or a numeric reference."""
    n_tags = 0
    is_odd = False
    size = len(data)
    # One loop for each, so that many bytes are looked at at once.
    for place in range(size):
        n_tags += data[place] == 60
    for place in range(size):
        is_odd |= (data[place] == 0) | (data[place] == 13)
    for place in range(1, size):
        is_odd |= (data[place - 1] == 38) & (data[place] == 35)
    return n_tags, is_odd


@part
def is_comment(data: Bytes, start: int, size: int) -> bool:
    """Tell whether ``<!--`` stands at a place."""
    if start + 3 >= size:
        return False
    return data[start + 1] == 33 and data[start + 2] == 45 and data[start + 3] == 45


@part
def end_of_comment(data: Bytes, start: int, size: int) -> int:
    """Give the place behind the comment that begins at a place, -1 where it is odd or does not end."""
    place = start + 4
    if place < size and (data[place] == 62 or (place + 1 < size and data[place] == 45 and data[place + 1] == 62)):
        return -1
    while place + 2 < size:
        if data[place] == 45 and data[place + 1] == 45:
            if data[place + 2] == 62:
                return place + 3
            if data[place + 2] == 33 and place + 3 < size and data[place + 3] == 62:
                return -1
        place += 1
    return -1


@part
def is_written_as(data: Bytes, start: int, size: int, is_script: bool) -> bool:
    """Tell whether ``script`` or ``style`` stands at a place in small letters."""
    name = _SCRIPT if is_script else _STYLE
    if start + len(name) > size:
        return False
    for n in range(len(name)):
        if data[start + n] != name[n]:
            return False
    return True


@part
def _is_named(data: Bytes, start: int, size: int, is_script: bool) -> bool:
    name = _SCRIPT if is_script else _STYLE
    if start + len(name) > size:
        return False
    for n in range(len(name)):
        if (data[start + n] | 32) != name[n]:
            return False
    return True


@part
def end_of_raw(data: Bytes, start: int, size: int, is_script: bool) -> int:
    """Find the end tag of a script or style, -1 where there is none or it is not written in small letters."""
    place = start
    while place + 1 < size:
        if data[place] == 60 and data[place + 1] == 47 and _is_named(data, place + 2, size, is_script):
            return place if is_written_as(data, place + 2, size, is_script) else -1
        place += 1
    return -1


@part
def is_escaped(data: Bytes, start: int, end: int) -> bool:
    """Tell whether a script may hold an escaped script: ``<!--`` and ``<script``."""
    has_comment = has_script = False
    for place in range(start, end):
        if data[place] == 60:
            if place + 3 < end and data[place + 1] == 33 and data[place + 2] == 45 and data[place + 3] == 45:
                has_comment = True
            elif _is_named(data, place + 1, end, True):
                has_script = True
    return has_comment and has_script
