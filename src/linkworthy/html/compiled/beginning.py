"""How a document begins, compiled: ``outline`` in machine code."""

from __future__ import annotations

import numpy as np

from linkworthy.html.compiled.jit import part
from linkworthy.html.compiled.letters import (
    behind_space,
    end_of_quoted,
    find,
    is_letter,
    is_space,
    packed,
    packed_at,
    stands_at,
    stands_in,
)  # fmt: skip
from linkworthy.html.compiled.spaces import Bytes, Integers
from linkworthy.html.outline import MAX_HEAD_BYTES, MAX_TAG_BYTES, MAX_TOKENS

(
    HAS_DOCTYPE, HAS_HEAD, IS_HEAD_FIRST, HAS_HTML, IS_HEAD_OVER, BODY_START, NAME_START, NAME_END, CHARSET_START,
    CHARSET_END, N_CANONICALS, O_COLUMNS,
) = range(12)  # fmt: skip
"""Columns of an outline; the name is that of the tag that opens the body, empty for text, -1 where nothing does."""
MAX_CANONICALS = 64

_DOCTYPE = np.frombuffer(b"<!doctype", np.uint8)
_HTML_WORD = np.frombuffer(b"html", np.uint8)
_CHARSET = np.frombuffer(b"charset", np.uint8)
_CANONICAL = np.frombuffer(b"canonical", np.uint8)
_HTML, _HEAD, _BODY, _BR = packed("html"), packed("head"), packed("body"), packed("br")
_META, _LINK = packed("meta"), packed("link")
_TITLE, _SCRIPT, _STYLE = packed("title"), packed("script"), packed("style")
_NOSCRIPT, _TEMPLATE, _NOFRAMES = packed("noscript"), packed("template"), packed("noframes")
_BASE, _BGSOUND, _BASEFONT = packed("base"), packed("bgsound"), packed("basefont")


@part
def _end_of_comment(data: Bytes, start: int, stop: int) -> int:
    place = start + 4
    if place < stop and data[place] == 62:
        return place + 1
    if place + 1 < stop and data[place] == 45 and data[place + 1] == 62:
        return place + 2
    while place + 2 < stop:
        if data[place] == 45 and data[place + 1] == 45:
            if data[place + 2] == 62:
                return place + 3
            if data[place + 2] == 33 and place + 3 < stop and data[place + 3] == 62:
                return place + 4
        place += 1
    return stop


@part
def _is_doctype(data: Bytes, start: int, end: int) -> bool:
    if not stands_at(data, start, end, _DOCTYPE):
        return False
    place = start + len(_DOCTYPE)
    while place < end and is_space(data[place]):
        place += 1
    if not stands_at(data, place, end, _HTML_WORD):
        return False
    behind = data[place + 4]
    return not (is_letter(behind) or 48 <= behind <= 57 or behind == 95)


@part
def _end_of_name(data: Bytes, place: int, end: int) -> int:
    while place < end and data[place] != 47 and data[place] != 62 and not is_space(data[place]):
        place += 1
    return place


@part
def _behind_raw(data: Bytes, name: int, length: int, place: int, size: int) -> int:
    """Go behind the end tag of such an element and the white space there, or to the end of the data."""
    while place + 2 + length < size:
        if data[place] == 60 and data[place + 1] == 47 and packed_at(data, place + 2, place + 2 + length) == name:
            behind = data[place + 2 + length]
            if behind == 47 or behind == 62 or is_space(behind):
                end = find(data, 62, place + 2 + length, size)
                return size if end < 0 else behind_space(data, end + 1, size)
        place += 1
    return size


@part
def _is_raw(name: int) -> bool:
    return (
        name == _TITLE or name == _SCRIPT or name == _STYLE or name == _NOSCRIPT or name == _TEMPLATE
        or name == _NOFRAMES
    )  # fmt: skip


@part
def _is_in_head(name: int) -> bool:
    return (
        _is_raw(name) or name == _META or name == _LINK or name == _BASE or name == _BGSOUND or name == _BASEFONT
    )  # fmt: skip


@part
def _take(data: Bytes, name: int, start: int, end: int, outline: Integers, canonicals: Integers) -> None:
    """Note the first meta that names an encoding, and link elements that may be canonicals."""
    if name == _META and outline[CHARSET_START] < 0 and stands_in(data, start, end, _CHARSET):
        outline[CHARSET_START], outline[CHARSET_END] = start, end
    elif name == _LINK and outline[N_CANONICALS] <= MAX_CANONICALS and stands_in(data, start, end, _CANONICAL):
        if outline[N_CANONICALS] < MAX_CANONICALS:
            canonicals[outline[N_CANONICALS], 0], canonicals[outline[N_CANONICALS], 1] = start, end
        outline[N_CANONICALS] += 1


@part
def read_beginning(data: Bytes, size: int, outline: Integers, canonicals: Integers) -> None:
    """Read tag by tag until something opens the body."""
    outline[:] = 0
    outline[NAME_START] = outline[NAME_END] = outline[CHARSET_START] = -1
    place = 3 if size >= 3 and data[0] == 0xEF and data[1] == 0xBB and data[2] == 0xBF else 0
    place = behind_space(data, place, size)
    limit = min(size, MAX_HEAD_BYTES)
    is_first = True
    has_tags = False
    for _ in range(MAX_TOKENS):
        if place >= limit or data[place] != 60 or place + 1 >= size:
            break
        second = data[place + 1]
        if second == 33 and place + 3 < size and data[place + 2] == 45 and data[place + 3] == 45:
            stop = min(size, place + MAX_HEAD_BYTES)
            place = behind_space(data, _end_of_comment(data, place, stop), stop)
            continue
        stop = min(size, place + MAX_TAG_BYTES)
        if second == 33 or second == 63:
            end = find(data, 62, place + 2, stop)
            if end < 0:
                break
            if is_first and _is_doctype(data, place, end):
                outline[HAS_DOCTYPE] = 1
                is_first = False
            place = behind_space(data, end + 1, stop)
            continue
        is_end = second == 47
        start = place + 2 if is_end else place + 1
        if start >= stop or not is_letter(data[start]):
            break
        name_end = _end_of_name(data, start, stop)
        end = end_of_quoted(data, name_end, stop)
        if end < 0:
            end = find(data, 62, name_end, stop)
        if end < 0:
            break
        is_first = False
        name = packed_at(data, start, name_end)
        end = behind_space(data, end + 1, stop)
        if is_end:
            if name == _HTML or name == _BODY or name == _BR:
                outline[NAME_START], outline[NAME_END] = start, name_end
                break
            if name == _HEAD and outline[HAS_HEAD]:
                outline[IS_HEAD_OVER] = 1
        elif name == _HTML:
            outline[HAS_HTML] = 1
        elif name == _HEAD:
            if not outline[HAS_HEAD]:
                outline[IS_HEAD_FIRST] = not has_tags
            outline[HAS_HEAD] = 1
        elif _is_in_head(name):
            has_tags = True
            _take(data, name, place, end, outline, canonicals)
            if _is_raw(name):
                end = _behind_raw(data, name, name_end - start, end, size)
        else:
            outline[NAME_START], outline[NAME_END] = start, name_end
            break
        place = end
    outline[BODY_START] = place
    if outline[NAME_START] < 0 and place < limit:
        outline[NAME_START] = outline[NAME_END] = place
