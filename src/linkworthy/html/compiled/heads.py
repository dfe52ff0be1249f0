"""Start and end tags, compiled: a tag is brought into the short form that says all that its meaning depends on.

Most attributes say nothing about where text and links stand: titles, widths, addresses, most ids. What is left of a
tag without them repeats from page to page, so that one look-up tells what it does.
"""

from __future__ import annotations

import numpy as np

from linkworthy.html.compiled.hashes import PRIME, SEED, hashed, is_listed
from linkworthy.html.compiled.jit import part
from linkworthy.html.compiled.slots import (
    AREA_TAG,
    HREF_END,
    HREF_START,
    IS_END_TAG,
    LINK_TAG,
    MAX_HEAD,
    N_REDUCED,
    REL_END,
    REL_START,
    T_END,
    T_IS_BLOCK,
    T_KIND,
    T_START,
    TAG,
    TAG_END,
)  # fmt: skip
from linkworthy.html.compiled.spaces import Bytes, Integers

MAX_NAME = 40
READ, UNREADABLE, NEW_TAG, ODD = range(4)
"""What became of a tag: read, to be taken as it is written, of a name that was not met yet, or one that the plain form
alone reads: a name beyond ASCII, a link with odd attributes, or very long."""


def _packed(name: str) -> int:
    return int.from_bytes(name.encode()[-8:], "big")


_ID, _REL = _packed("id"), _packed("rel")
_HREF, _ROLE = _packed("href"), _packed("role")
_CLASS, _STYLE = _packed("class"), _packed("style")
_HIDDEN = _packed("hidden")
_ITEMPROP, _ITEMTYPE, _ITEMSCOPE = _packed("itemprop"), _packed("itemtype"), _packed("itemscope")
_DROPPED, _WHOLE, _BARE = range(3)
"""What becomes of an attribute in the short form: left out, kept, kept without its value."""
_STYLE_MARKS = np.array(
    [
        _packed(word)
        for word in ("none", "hidden", "collapse", "size", "opacity", "indent", "left", "top", "right", "clip")
    ]
)
"""Words without which no style hides its element."""


@part
def end_of_tag(data: Bytes, start: int, size: int) -> int:
    """Find the ``>`` of a tag, -1 where another tag begins before it or there is none."""
    place = start
    while place < size:
        byte = data[place]
        if byte == 62:
            return place
        if byte == 60:
            return -1
        place += 1
    return -1


@part
def read_tag(
    data: Bytes, start: int, is_written: bool, state: Integers, reduced: Bytes, tags: Integers, names: Bytes,
    tag_slots: Integers, words: Integers,
) -> int:  # fmt: skip
    """Read the tag behind the ``<`` at a place into its short form."""
    end = state[TAG_END]
    place = start + 1
    state[HREF_START] = state[HREF_END] = state[REL_START] = state[REL_END] = -1
    is_end = data[place] == 47
    state[IS_END_TAG] = is_end
    at = 0
    if is_end:
        reduced[0] = 47
        at = 1
        place += 1
        while place < end and at <= MAX_NAME and not _is_space(data[place]) and data[place] != 47:
            if _is_odd(data[place]):
                return ODD
            reduced[at] = _lower(data[place])
            at += 1
            place += 1
        state[N_REDUCED] = at
        state[TAG] = _tag(reduced, 1, at, tags, names, tag_slots)
        return READ
    # What a parser wrote can be read however long it is, as long as its short form is short.
    is_long = end - place > MAX_HEAD
    if is_long and is_written:
        return ODD
    name_end = place
    while name_end < end and at < MAX_NAME and _is_name(data[name_end]):
        reduced[at] = _lower(data[name_end])
        at += 1
        name_end += 1
    odd = name_end
    while odd < end and not _is_space(data[odd]) and data[odd] != 47:
        if _is_odd(data[odd]):
            return ODD
        odd += 1
    if at == 0 or at >= MAX_NAME or not 97 <= reduced[0] <= 122:
        return ODD if is_long else UNREADABLE
    tag = _tag(reduced, 0, at, tags, names, tag_slots)
    state[TAG] = tag
    state[N_REDUCED] = at
    if tag < 0:
        return NEW_TAG
    if name_end < end:
        kind = tags[tag, T_KIND]
        at = _attributes(data, name_end, end, is_written, state, reduced, at, tags[tag, T_IS_BLOCK], kind, words)
        if at < 0:
            return ODD if is_long or kind == LINK_TAG or kind == AREA_TAG else UNREADABLE
        state[N_REDUCED] = at
    return READ


@part
def take_whole(data: Bytes, start: int, state: Integers, reduced: Bytes) -> None:
    """Take a tag as it is written for its short form."""
    n = state[TAG_END] - start - 1
    for k in range(n):
        reduced[k] = data[start + 1 + k]
    state[N_REDUCED] = n


@part
def _attributes(
    data: Bytes, place: int, end: int, is_written: bool, state: Integers, reduced: Bytes, at: int, is_block: bool,
    kind: int, words: Integers,
) -> int:  # fmt: skip
    """Read attributes and write those that count; gives where the short form ends, -1 where they cannot be read."""
    has_id = has_style = False
    while True:
        before = place
        while place < end and _is_space(data[place]):
            place += 1
        if place >= end:
            return at
        if data[place] == 47:
            reduced[at] = 47
            return at + 1 if place == end - 1 else -1
        if place == before:
            return -1
        name = place
        packed = 0
        while place < end and (_is_attribute_name(data[place]) or (not is_written and _is_quote(data[place]))):
            packed = (packed << 8) | _lower(data[place])
            place += 1
        name_end = place
        if name == name_end:
            return -1
        value = value_end = behind = place
        while place < end and _is_space(data[place]):
            place += 1
        if place < end and data[place] == 61:
            place += 1
            while place < end and _is_space(data[place]):
                place += 1
            if place >= end:
                return -1
            quote = data[place]
            value = place
            if _is_quote(quote):
                value += 1
                place += 1
                while place < end and data[place] != quote:
                    place += 1
                if place >= end:
                    return -1
                value_end = place
                place += 1
            else:
                while place < end and _is_bare_value(data[place]):
                    place += 1
                value_end = place
                if value == value_end or (place < end and not _is_space(data[place])):
                    return -1
            behind = place
        else:
            place = behind
        what = _what(data, packed, name, name_end, value, value_end, is_block, kind, state, words)
        # The first of two attributes of one name counts, also where it says nothing.
        if name_end - name == 2 and packed == _ID:
            what = _DROPPED if has_id else what
            has_id = True
        elif name_end - name == 5 and packed == _STYLE:
            what = _DROPPED if has_style else what
            has_style = True
        if what != _DROPPED:
            stop = name_end if what == _BARE else behind
            if at + stop - name + 4 >= len(reduced):
                return -1
            reduced[at] = 32
            at += 1
            for n in range(name, stop):
                reduced[at] = data[n]
                at += 1
            if what == _BARE:
                reduced[at], reduced[at + 1], reduced[at + 2] = 61, 34, 34
                at += 3


@part
def _what(
    data: Bytes, packed: int, name: int, name_end: int, value: int, value_end: int, is_block: bool, kind: int,
    state: Integers, words: Integers,
) -> int:  # fmt: skip
    """Say what becomes of an attribute, and note where the address of a link and its rel are."""
    length = name_end - name
    if length == 5 and packed == _CLASS:
        return _WHOLE if is_block else _DROPPED
    if length == 4 and packed == _HREF:
        if state[HREF_START] < 0:
            state[HREF_START], state[HREF_END] = value, value_end
        return _BARE if kind == LINK_TAG or kind == AREA_TAG else _DROPPED
    if length == 2 and packed == _ID:
        return _WHOLE if is_block and _may_say_region(data, value, value_end, words) else _DROPPED
    if length == 5 and packed == _STYLE:
        return _WHOLE if _may_hide(data, value, value_end) else _DROPPED
    if length == 3 and packed == _REL:
        if state[REL_START] < 0:
            state[REL_START], state[REL_END] = value, value_end
        return _DROPPED
    if length == 4 and packed == _ROLE:
        return _WHOLE if is_block else _DROPPED
    is_mark = (length == 6 and packed == _HIDDEN) or (length == 8 and (packed == _ITEMPROP or packed == _ITEMTYPE))
    if is_mark or (length == 9 and packed == _ITEMSCOPE and _lower(data[name]) == 105):
        return _BARE
    return _DROPPED


@part
def _may_say_region(data: Bytes, start: int, end: int, words: Integers) -> bool:
    """Tell whether a value holds a word that may name a region, as a part of its own."""
    value = np.int64(SEED)
    n = 0
    was_small = False
    for place in range(start, end):
        byte = data[place]
        if byte >= 0x80 or byte == 38:
            return True
        is_small = 97 <= byte <= 122
        is_capital = 65 <= byte <= 90
        if n and (not (is_small or is_capital) or (is_capital and was_small)):
            if is_listed(int(value), words):
                return True
            value = np.int64(SEED)
            n = 0
        if is_small or is_capital:
            value = (value ^ np.int64(byte | 32)) * np.int64(PRIME)
            n += 1
        was_small = is_small
    return n > 0 and is_listed(int(value), words)


@part
def _may_hide(data: Bytes, start: int, end: int) -> bool:
    """Tell whether a style holds a word without which no style hides anything, or a reference."""
    packed = np.int64(0)
    for place in range(start, end):
        byte = data[place]
        if byte == 38:
            return True
        packed = (packed << 8) | np.int64(_lower(byte))
        for mark in _STYLE_MARKS:
            mask = np.int64(-1)
            if mark < (1 << 56):
                mask = np.int64(0xFFFFFFFFFFFFFF)
                if mark < (1 << 48):
                    mask = np.int64(0xFFFFFFFFFFFF)
                if mark < (1 << 40):
                    mask = np.int64(0xFFFFFFFFFF)
                if mark < (1 << 32):
                    mask = np.int64(0xFFFFFFFF)
                if mark < (1 << 24):
                    mask = np.int64(0xFFFFFF)
            if packed & mask == mark:
                return True
    return False


@part
def _tag(name: Bytes, start: int, end: int, tags: Integers, names: Bytes, tag_slots: Integers) -> int:
    """Find the number of a tag's name, -1 where it is new."""
    key = hashed(name, start, end, SEED)
    slot = key & (len(tag_slots) - 1)
    while tag_slots[slot]:
        tag = tag_slots[slot] - 1
        first = tags[tag, T_START]
        if tags[tag, T_END] - first == end - start:
            n = 0
            while n < end - start and names[first + n] == name[start + n]:
                n += 1
            if n == end - start:
                return tag
        slot = (slot + 1) & (len(tag_slots) - 1)
    return -1


@part
def _lower(byte: int) -> int:
    return byte | 32 if 65 <= byte <= 90 else byte


@part
def _is_space(byte: int) -> bool:
    return byte == 32 or byte == 10 or byte == 9 or byte == 12


@part
def _is_odd(byte: int) -> bool:
    return byte < 32 or byte >= 127


@part
def _is_name(byte: int) -> bool:
    return 97 <= byte <= 122 or 65 <= byte <= 90 or 48 <= byte <= 58 or byte == 45


@part
def _is_attribute_name(byte: int) -> bool:
    """Whatever is no white space, quote, slash or sign; bytes beyond ASCII are left to the plain form."""
    return 33 <= byte < 127 and byte != 34 and byte != 39 and byte != 47 and not 60 <= byte <= 62


@part
def _is_quote(byte: int) -> bool:
    """Tell whether a byte is a quote, which names may hold where a parser wrote them: all their values are quoted."""
    return byte == 34 or byte == 39


@part
def _is_bare_value(byte: int) -> bool:
    return 33 <= byte < 127 and byte != 34 and byte != 39 and byte != 96 and not 60 <= byte <= 62
