"""Reads the ``Links`` of WAT records as the bytes that they are, compiled: what ``wat_page`` tells slowly.

A page with anything unusual in it (values that are no texts, lone surrogates, texts of great length) is refused as a
whole: the plain form decides what it means.
"""
# ruff: noqa: C901, PLR0911, PLR0912 - a call that is not inlined costs more than a branch
# ruff: noqa: PLR1714, SIM109, SIM110 - sets and generators do not compile

from __future__ import annotations

import numpy as np

from linkworthy.html.compiled.jit import compiled
from linkworthy.html.compiled.resolving import ELSEWHERE, K_HOST_END, K_HOST_START, K_KIND, Bounds, resolve
from linkworthy.html.compiled.spaces import Bytes, Integers, fold

TEXT, IMAGE, EMPTY, AREA = range(4)
"""Kinds of links."""
S_LINKS, S_HREFS, S_ANCHORS, S_RELS, S_URLS, S_HOSTS, S_FRAGMENTS, S_COLUMNS = range(8)
"""How many links there are, and how many bytes of their texts."""
MAX_HREF_BYTES = 8_192
_MAX_FOLDED = 2_000
"""Bytes of an anchor that is taken: ``fold`` cuts characters, which longer ones might lose."""
_F_PATH, _F_URL, _F_TEXT, _F_ALT, _F_REL, F_COLUMNS = range(6)
"""Fields of an entry whose places are kept."""
_OTHER = -1
_A, _AREA, _IMG = 1, 2, 3
_PATH_A = np.frombuffer(b"A@/href", np.uint8)
_PATH_AREA = np.frombuffer(b"AREA@/href", np.uint8)
_PATH_IMG = np.frombuffer(b"IMG@/src", np.uint8)


@compiled
def _skip(text: Bytes, place: int, end: int) -> int:
    """Go behind white space."""
    while place < end and (text[place] == 32 or text[place] == 10 or text[place] == 13 or text[place] == 9):
        place += 1
    return place


@compiled
def _string_end(text: Bytes, place: int, end: int) -> int:
    """Give where the quote stands that ends a string, -1 where none does."""
    while place < end:
        byte = text[place]
        if byte > 34 and byte != 92:
            place += 1
        elif byte == 34:
            return place
        elif byte == 92:
            place += 2
        elif byte < 32:
            return -1
        else:
            place += 1
    return -1


@compiled
def _has_escape(text: Bytes, start: int, end: int) -> bool:
    for place in range(start, end):
        if text[place] == 92:
            return True
    return False


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
def _unescape(text: Bytes, place: int, end: int, out: Bytes, at: int) -> int:
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


@compiled
def _field(text: Bytes, start: int, end: int) -> int:
    """Tell which field a key names."""
    n = end - start
    a, b, c = text[start], text[start + 1 if n > 1 else start], text[start + 2 if n > 2 else start]
    if n == 3:
        if a == 117 and b == 114 and c == 108:
            return _F_URL
        if a == 97 and b == 108 and c == 116:
            return _F_ALT
        if a == 114 and b == 101 and c == 108:
            return _F_REL
    elif n == 4:
        d = text[start + 3]
        if a == 112 and b == 97 and c == 116 and d == 104:
            return _F_PATH
        if a == 116 and b == 101 and c == 120 and d == 116:
            return _F_TEXT
    return _OTHER


@compiled
def _is_same(text: Bytes, n: int, other: Bytes) -> bool:
    if n != len(other):
        return False
    for place in range(n):
        if text[place] != other[place]:
            return False
    return True


@compiled
def _path(text: Bytes, fields: Integers, scratch: Bytes) -> int:
    """Tell what an entry describes, 0 for nothing that matters here, -1 where it cannot be read."""
    start, end = fields[_F_PATH, 0], fields[_F_PATH, 1]
    if start < 0 or end - start > 100:
        return 0
    n = _unescape(text, start, end, scratch, 0)
    if n < 0:
        return -1
    if _is_same(scratch, n, _PATH_A):
        return _A
    if _is_same(scratch, n, _PATH_AREA):
        return _AREA
    if _is_same(scratch, n, _PATH_IMG):
        return _IMG
    return 0


@compiled
def _entry(text: Bytes, place: int, end: int, fields: Integers) -> int:
    """Note where the fields of the object stand that begins here; gives the place behind it, -1 where it is odd."""
    for n in range(F_COLUMNS):
        fields[n, 0] = fields[n, 1] = -1
    place = _skip(text, place + 1, end)
    if place < end and text[place] == 125:
        return place + 1
    while place < end and text[place] == 34:
        stop = _string_end(text, place + 1, end)
        if stop < 0:
            return -1
        if _has_escape(text, place + 1, stop):
            return -1
        field = _field(text, place + 1, stop)
        place = _skip(text, stop + 1, end)
        if place >= end or text[place] != 58:
            return -1
        place = _skip(text, place + 1, end)
        if place + 4 <= end and text[place] == 110 and text[place + 1] == 117 and text[place + 2] == 108:
            start, stop = -1, -1
            if text[place + 3] != 108:
                return -1
            place += 4
        else:
            if place >= end or text[place] != 34:
                return -1
            start = place + 1
            stop = _string_end(text, start, end)
            if stop < 0:
                return -1
            place = stop + 1
        if field >= 0:
            fields[field, 0], fields[field, 1] = start, stop
        place = _skip(text, place, end)
        if place < end and text[place] == 125:
            return place + 1
        if place >= end or text[place] != 44:
            return -1
        place = _skip(text, place + 1, end)
    return -1


@compiled
def _folded(text: Bytes, start: int, end: int, scratch: Bytes, out: Bytes, at: int) -> int:
    """Write a string with its white space folded; gives where it ends, -1 where it is odd."""
    if start < 0:
        return at
    if not _has_escape(text, start, end):
        return -1 if end - start > _MAX_FOLDED else fold(text, start, end, out, at, _MAX_FOLDED)
    n = _unescape(text, start, end, scratch, 0)
    if n < 0 or n > _MAX_FOLDED:
        return -1
    return fold(scratch, 0, n, out, at, _MAX_FOLDED)


@compiled
def scan(
    text: Bytes, fields: Integers, scratch: Bytes, state: Integers, max_links: int, hrefs: Bytes, href_bounds: Bounds,
    anchors: Bytes, anchor_bounds: Bounds, rels: Bytes, rel_bounds: Bounds, kinds: Bytes, has_rel: Bytes,
) -> int:  # fmt: skip
    """Write hrefs, anchors, kinds and rels of one page behind those of others.

    Gives how many links there are, -1 where the page is odd; ``state`` stays as it is.
    """
    link = first = state[S_LINKS]
    href, anchor, rel = state[S_HREFS], state[S_ANCHORS], state[S_RELS]
    end = len(text)
    place = _skip(text, 0, end)
    if place == end:
        return 0
    if text[place] != 91:
        return -1
    place = _skip(text, place + 1, end)
    if place < end and text[place] == 93:
        return 0 if _skip(text, place + 1, end) == end else -1
    image_start = image_end = -1
    while place < end and text[place] == 123:
        place = _entry(text, place, end, fields)
        if place < 0:
            return -1
        path = _path(text, fields, scratch)
        if path < 0:
            return -1
        if (path == _A or path == _AREA) and fields[_F_URL, 0] >= 0:
            if link - first >= max_links:
                return -1
            behind = _unescape(text, fields[_F_URL, 0], fields[_F_URL, 1], hrefs, href)
            if behind < 0 or behind - href > MAX_HREF_BYTES:
                return -1
            href = behind
            kind = AREA if path == _AREA else TEXT
            field = _F_ALT if path == _AREA else _F_TEXT
            behind = _folded(text, fields[field, 0], fields[field, 1], scratch, anchors, anchor)
            if behind == anchor and kind == TEXT:
                behind = _folded(text, image_start, image_end, scratch, anchors, anchor)
                kind = IMAGE if behind > anchor else EMPTY
            if behind < 0:
                return -1
            anchor = behind
            has_rel[link] = fields[_F_REL, 0] >= 0
            if has_rel[link]:
                behind = _unescape(text, fields[_F_REL, 0], fields[_F_REL, 1], rels, rel)
                if behind < 0:
                    return -1
                rel = behind
            kinds[link] = kind
            link += 1
            href_bounds[link], anchor_bounds[link], rel_bounds[link] = href, anchor, rel
        image_start = image_end = -1
        if path == _IMG:
            image_start, image_end = fields[_F_ALT, 0], fields[_F_ALT, 1]
        place = _skip(text, place, end)
        if place < end and text[place] == 93:
            return int(link - first) if _skip(text, place + 1, end) == end else -1
        if place >= end or text[place] != 44:
            return -1
        place = _skip(text, place + 1, end)
    return -1


@compiled
def lead(
    n: int, state: Integers, base: Bytes, places: Integers, none: Integers, nothing: Bytes, no_bounds: Bounds,
    known: Integers, hrefs: Bytes, href_bounds: Bounds, anchor_bounds: Bounds, rel_bounds: Bounds, urls: Bytes,
    url_bounds: Bounds, hosts: Bytes, host_bounds: Bounds, fragments: Bytes, fragment_bounds: Bounds, targets: Bytes,
) -> int:  # fmt: skip
    """Resolve the ``n`` links that were scanned last, and count them in; gives how many of them only Python can."""
    first, url, host, fragment = state[S_LINKS], state[S_URLS], state[S_HOSTS], state[S_FRAGMENTS]
    resolve(
        hrefs, href_bounds[first : first + n + 1], nothing, no_bounds, base, places, none, none, none, known,
        urls[url:], url_bounds[first:], fragments[fragment:], fragment_bounds[first:],
    )  # fmt: skip
    n_asked = 0
    url_bounds[first] = url
    fragment_bounds[first] = fragment
    host_bounds[first] = host
    for link in range(n):
        row = known[link]
        targets[first + link] = row[K_KIND]
        if row[K_KIND] == ELSEWHERE:
            for place in range(row[K_HOST_START], row[K_HOST_END]):
                hosts[host] = hrefs[place]
                host += 1
        elif row[K_KIND] == 0:
            n_asked += 1
        url_bounds[first + link + 1] += url
        fragment_bounds[first + link + 1] += fragment
        host_bounds[first + link + 1] = host
    last = first + n
    state[S_LINKS] = last
    state[S_HREFS], state[S_ANCHORS], state[S_RELS] = href_bounds[last], anchor_bounds[last], rel_bounds[last]
    state[S_URLS], state[S_FRAGMENTS] = url_bounds[last], fragment_bounds[last]
    state[S_HOSTS] = host
    return n_asked
