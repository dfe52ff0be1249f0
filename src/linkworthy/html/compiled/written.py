"""Tags as their author wrote them, compiled: one pass over the bytes of a document; ``html.written`` is its oracle."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkworthy.html.compiled.beginning import BODY_START, MAX_CANONICALS, N_CANONICALS, read_beginning
from linkworthy.html.compiled.hashes import SEED, hashed
from linkworthy.html.compiled.jit import compiled, inlined, part
from linkworthy.html.compiled.letters import (
    end_of_quoted,
    find,
    is_letter,
    is_space,
    lower,
    packed,
    packed_at,
    stands_in,
)
from linkworthy.html.compiled.spaces import Bytes, Integers
from linkworthy.html.written import MAX_ID_BYTES, MAX_IDS, MAX_ODD_TAG_BYTES, MAX_OF_A_KIND, MAX_TAG_BYTES, MAX_TAGS

(
    N_HEADS, N_BODIES, N_APPLETS, HAS_TITLE, N_IN_BODY, N_HEADINGS, N_EMPTY_HEADINGS, FIRST_H1, N_PICTURES, N_OBJECTS,
    N_TARGETS, N_BLANKS, N_IDS, N_ALL_IDS, N_NAMES, N_TWICE, HAS_ODD_ID, N_NEAR, UNTIL, PASSED, INNER, LAST_OPEN,
    FIRST_OPEN, LAST_CLOSE, EPOCH, W_COLUMNS,
) = range(26)  # fmt: skip
"""Places in the state of a pass: how much there is of each kind, and what it stands in."""
H_START, H_END, H_SAYS, H_COLUMNS = range(4)
"""Columns of a heading: where it begins, where its end tag stands (-1 where none does), and what is known of it."""
IS_ENDLESS, HAS_TEXT, IS_UNKNOWN = range(3)
"""What is known of a heading: it has no end, it has text, or Python has to look."""
I_START, I_END, I_IS_COUNTED, I_N, I_COLUMNS = range(5)
"""Columns of an id or name: its value, whether it is an id that counts, and how often it does where it came first."""
N_ID_SLOTS = 16_384
MAX_OBJECTS = 1_000
_SLOT_ROWS = 8_192

_BLANK = np.frombuffer(b"_blank", np.uint8)
_HEAD, _BODY, _FRAMESET, _META, _LINK = map(packed, ("head", "body", "frameset", "meta", "link"))
_PICTURE, _OBJECT, _EMBED, _APPLET = map(packed, ("picture", "object", "embed", "applet"))
_SVG, _SCRIPT, _STYLE, _TITLE = map(packed, ("svg", "script", "style", "title"))
_TEXTAREA, _TEMPLATE, _NOFRAMES, _IFRAME = map(packed, ("textarea", "template", "noframes", "iframe"))
_NOEMBED, _XMP, _H1 = map(packed, ("noembed", "xmp", "h1"))


class Written(NamedTuple):
    """What a pass writes."""

    state: Integers
    outline: Integers
    canonicals: Integers
    in_body: Integers
    headings: Integers
    pictures: Integers
    objects: Integers
    blanks: Integers
    ids: Integers
    names: Bytes
    bounds: Integers
    slots: Integers


@part
def _end_of_name(data: Bytes, start: int, size: int) -> int:
    """Go behind a name of up to 31 letters, digits and hyphens; gives its start where no letter stands there."""
    if start >= size or not is_letter(data[start]):
        return start
    place = start + 1
    stop = min(size, start + 31)
    while place < stop:
        byte = data[place]
        if not (is_letter(byte) or 48 <= byte <= 57 or byte == 45):
            break
        place += 1
    return place


@part
def _end_of_tag(data: Bytes, place: int, size: int) -> int:
    """Go behind a tag; one whose quotes do not end has but a few bytes, and is without its ``>``."""
    end = end_of_quoted(data, place + 1, min(size, place + MAX_TAG_BYTES))
    if end >= 0:
        return end + 1
    stop = min(size, place + MAX_ODD_TAG_BYTES)
    end = find(data, 62, place, stop)
    return stop if end < 0 else end


@part
def _end_of_comment(data: Bytes, place: int, size: int) -> int:
    while place + 2 < size:
        if data[place] == 45 and data[place + 1] == 45 and data[place + 2] == 62:
            return place
        place += 1
    return size


@part
def _is_passed(name: int) -> bool:
    return (
        name == _SCRIPT or name == _STYLE or name == _TITLE or name == _SVG or name == _TEXTAREA or name == _TEMPLATE
        or name == _NOFRAMES or name == _IFRAME or name == _NOEMBED or name == _XMP
    )  # fmt: skip


@part
def _end_of_heading(data: Bytes, place: int, size: int) -> int:
    """Find the next end tag of a heading, -1 where it is far."""
    stop = min(size, place + MAX_TAG_BYTES)
    while place + 4 < stop:
        if (
            data[place] == 60
            and data[place + 1] == 47
            and data[place + 2] | 32 == 104
            and 49 <= data[place + 3] <= 54
            and (data[place + 4] == 62 or is_space(data[place + 4]))
        ):
            return place
        place += 1
    return -1


@part
def _said_by(data: Bytes, place: int, end: int) -> int:
    """Tell whether a heading has text for certain; references, comments and odd white space are left to Python."""
    while place < end:
        byte = data[place]
        if byte == 60:
            second = lower(data[place + 1]) if place + 1 < end else 0
            third = lower(data[place + 2]) if place + 2 < end else 0
            is_style = second == 115 and third == 116 and place + 3 < end and lower(data[place + 3]) == 121
            # A comment, or what begins like a script, style or template.
            if second == 33 or is_style or (second == 115 and third == 99) or (second == 116 and third == 101):
                return IS_UNKNOWN
            place = find(data, 62, place, end)
            if place < 0:
                return HAS_TEXT
        elif byte == 38 or byte == 0xC2 or byte == 0xE2 or byte == 0xEF:
            return IS_UNKNOWN
        elif byte > 32:
            return HAS_TEXT
        elif not (byte == 32 or 9 <= byte <= 13):
            return IS_UNKNOWN
        place += 1
    return IS_UNKNOWN


@part
def _take_heading(data: Bytes, place: int, name: int, size: int, state: Integers, headings: Integers) -> None:
    n = state[N_HEADINGS]
    if n >= MAX_OF_A_KIND:
        return
    end = _end_of_heading(data, _end_of_tag(data, place, size), size)
    headings[n, H_START], headings[n, H_END] = place, end
    headings[n, H_SAYS] = IS_ENDLESS if end < 0 else _said_by(data, place, end)
    if name == _H1 and state[FIRST_H1] < 0:
        state[FIRST_H1] = n
    state[N_HEADINGS] = n + 1


@part
def _note(place: int, n: int, limit: int, state: Integers, rows: Integers) -> None:
    """Keep a place in rows of which there is a number in the state, up to a limit."""
    if state[n] < limit:
        rows[state[n]] = place
        state[n] += 1


@inlined
def _take(data: Bytes, place: int, name: int, length: int, size: int, is_in_body: bool, out: Written) -> bool:
    """Take a start tag; false where there are too many of a kind."""
    state = out.state
    if name == _HEAD:
        state[N_HEADS] += 1
    elif name == _BODY or name == _FRAMESET:
        state[N_BODIES] += 1
    elif name == _META or name == _LINK:
        if is_in_body:
            _note(place, N_IN_BODY, MAX_OF_A_KIND, state, out.in_body)
    elif name == _PICTURE:
        _note(place, N_PICTURES, MAX_OF_A_KIND, state, out.pictures)
    elif name == _APPLET:
        state[N_APPLETS] += 1
    elif name == _OBJECT or name == _EMBED:
        if state[N_OBJECTS] >= MAX_OBJECTS:
            return False
        _note(place, N_OBJECTS, MAX_OBJECTS, state, out.objects)
    elif length == 2 and name >> 8 == 104:
        _take_heading(data, place, name, size, state, out.headings)
    return True


@inlined
def _open(data: Bytes, place: int, size: int, body_start: int, out: Written) -> bool:
    """Take what begins with the ``<`` at a place; false where only the plain form can tell."""
    state = out.state
    is_end = data[place + 1] == 47
    start = place + 2 if is_end else place + 1
    end = _end_of_name(data, start, size)
    name = packed_at(data, start, end)
    if state[PASSED]:
        if is_end and end > start and name == state[PASSED]:
            if name != _SVG and state[INNER] > place:
                return False
            state[PASSED] = 0
    elif end == start:
        state[UNTIL] = _end_of_comment(data, place + 2, size) if data[place + 1] == 33 else place
    elif is_end:
        return True
    elif _is_passed(name):
        state[PASSED] = name
        state[INNER] = size if name == _SVG else place
        if name != _SVG and name != _SCRIPT and name != _STYLE:
            state[INNER] = _end_of_tag(data, place, size)
        if name == _TITLE and place >= body_start:
            state[HAS_TITLE] = 1
    else:
        return _take(data, place, name, end - start, size, place >= body_start, out)
    return True


@part
def _opened_before(data: Bytes, size: int, state: Integers) -> int:
    """Give the last ``<``; before the first one that first one, 0 where there is none at all."""
    if state[LAST_OPEN] >= 0:
        return int(state[LAST_OPEN])
    if state[FIRST_OPEN] < 0:
        state[FIRST_OPEN] = max(0, find(data, 60, 0, size - 8))
    return int(state[FIRST_OPEN])


@part
def _is_link(data: Bytes, opened: int) -> bool:
    return data[opened + 1] | 32 == 97 and data[opened + 2] == 32


@inlined
def _keep_id(data: Bytes, start: int, end: int, is_counted: bool, out: Written) -> None:
    """Keep a value in the order of the document, and its text where it is the first of its kind."""
    state, ids = out.state, out.ids
    n = state[N_IDS]
    ids[n, I_START], ids[n, I_END], ids[n, I_IS_COUNTED], ids[n, I_N] = start, end, is_counted, is_counted
    state[N_IDS] = n + 1
    key = hashed(data, start, end, SEED)
    slot = key & (N_ID_SLOTS - 1)
    while out.slots[slot] >= state[EPOCH]:
        known = out.slots[slot] - state[EPOCH]
        first = ids[known, I_START]
        k = 0
        if ids[known, I_END] - first == end - start:
            while k < end - start and data[first + k] == data[start + k]:
                k += 1
            if k == end - start:
                ids[known, I_N] += is_counted
                state[N_TWICE] += is_counted and ids[known, I_N] == 2
                return
        slot = (slot + 1) & (N_ID_SLOTS - 1)
    out.slots[slot] = state[EPOCH] + n
    at = out.bounds[state[N_NAMES]]
    for place in range(start, end):
        byte = data[place]
        out.names[at] = byte
        at += 1
        state[HAS_ODD_ID] |= byte >= 0x80 or byte == 38
    state[N_NAMES] += 1
    out.bounds[state[N_NAMES]] = at


@inlined
def _take_id(data: Bytes, place: int, size: int, is_written: bool, out: Written) -> None:
    state = out.state
    state[N_ALL_IDS] += 1
    if state[N_ALL_IDS] > MAX_IDS:
        return
    opened = _opened_before(data, size, state)
    if not is_written and not _is_link(data, opened):
        return
    quote = data[place + 1]
    start = place + 1
    if quote == 34 or quote == 39:
        start = place + 2
        end = find(data, np.int64(quote), start, min(size, start + MAX_ID_BYTES))
    else:
        end = start
        stop = min(size, start + MAX_ID_BYTES)
        while end < stop and data[end] != 62 and not is_space(data[end]):
            end += 1
    if end > start:
        is_inside = opened > place or (place - opened < MAX_TAG_BYTES and state[LAST_CLOSE] < opened)
        _keep_id(data, start, end, is_written and is_inside, out)


@part
def _is_wanted(data: Bytes, place: int) -> bool:
    """Tell whether the ``=`` of an id, a name or a target stands at a place."""
    last = data[place - 1] | 32
    before = data[place - 2] | 32
    if last == 100:
        return before == 105 and data[place - 3] <= 32
    if last == 101:
        return before == 109 and data[place - 4] | 32 == 110 and data[place - 5] <= 32
    return last == 116 and before == 101 and data[place - 6] | 32 == 116


@inlined
def _take_value(data: Bytes, place: int, size: int, out: Written) -> None:
    """Take an id, a name or a target, where it stands in no comment, script or the like."""
    state = out.state
    last = data[place - 1] | 32
    if place < state[UNTIL] or (state[PASSED] and place >= state[INNER]):
        return
    if last != 116:
        _take_id(data, place, size, last == 100, out)
    elif state[N_TARGETS] < MAX_IDS:
        state[N_TARGETS] += 1
        opened = _opened_before(data, size, state)
        if _is_link(data, opened) and stands_in(data, place + 1, min(size, place + 9), _BLANK):
            _note(opened, N_BLANKS, MAX_IDS, state, out.blanks)


@compiled
def read_written(data: Bytes, size: int, thirds: NDArray[np.uint32], out: Written) -> bool:
    """Read a document; false where only the plain form can tell."""
    state = out.state
    epoch = state[EPOCH] + _SLOT_ROWS
    state[:] = 0
    state[EPOCH] = epoch
    state[FIRST_H1] = state[LAST_OPEN] = state[FIRST_OPEN] = state[LAST_CLOSE] = -1
    out.bounds[0] = 0
    read_beginning(data, size, out.outline, out.canonicals)
    if out.outline[N_CANONICALS] > MAX_CANONICALS:
        return False
    body_start = out.outline[BODY_START]
    for place in range(size):
        byte = data[place]
        if byte < 60 or byte > 62:
            continue
        if byte == 62:
            state[LAST_CLOSE] = place
        elif byte == 61:
            if 8 <= place < size - 1 and _is_wanted(data, place):
                _take_value(data, place, size, out)
        elif place < size - 8:
            state[LAST_OPEN] = place
            if (thirds[data[place + 1] << 8 | data[place + 2]] >> (data[place + 3] & 31)) & 1:
                state[N_NEAR] += 1
                if state[N_NEAR] > MAX_TAGS:
                    return False
                if place >= state[UNTIL] and not _open(data, place, size, body_start, out):
                    return False
    return True
