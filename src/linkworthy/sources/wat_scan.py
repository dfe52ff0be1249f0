"""Reads the ``Links`` of WAT records as the bytes that they are, compiled: what ``wat_page`` tells slowly.

A page with anything unusual in it (values that are no texts, lone surrogates, texts of great length) is refused as a
whole: the plain form decides what it means.
"""
# ruff: noqa: C901, PLR0911, PLR0912, PLR0915 - a call that is not inlined costs more than a branch
# ruff: noqa: PLR1714, SIM109, SIM110 - sets and generators do not compile

from __future__ import annotations

import numpy as np

from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.plain import copy
from linkworthy.html.compiled.resolving import (
    ASK,
    ELSEWHERE,
    K_HOST_END,
    K_HOST_START,
    K_KIND,
    NEAR,
    Bounds,
    copy_fragment,
    resolve_one,
)
from linkworthy.html.compiled.spaces import Bytes, Integers, fold
from linkworthy.sources.wat_json import find_strings, skip, unescape

TEXT, IMAGE, EMPTY, AREA = range(4)
"""Kinds of links."""
NOWHERE = 3
"""What is known of a target beside ``resolving``: it is no http(s) URL, whatever the page."""
S_LINKS, S_HREFS, S_ANCHORS, S_RELS, S_URLS, S_HOSTS, S_FRAGMENTS, S_COLUMNS = range(8)
"""How many links are kept, and how many bytes of their texts."""
C_LINKS, C_KEPT, C_NEAR, C_NOWHERE, C_ASKED, C_URL_BYTES, C_COLUMNS = range(7)
"""What is counted of a page: its links, those kept, those left out that lead to its own host, those that lead nowhere,
those that only Python can resolve, and the bytes of URLs."""
ALL, NOT_NOWHERE, NOT_NEAR = range(3)
"""Which links of a page are kept: all, those that may lead to a page, and of these those that leave its host."""
REFUSED, FULL = -1, -2
"""Instead of a number of links: the page is odd; there may be no room for its URLs."""
MAX_HREF_BYTES = 8_192
MAX_ENTRIES = 400_000
"""Entries of a page that is read here: the plain form looks at no more."""
_MAX_FOLDED = 2_000
"""Bytes of an anchor that is taken: ``fold`` cuts characters, which longer ones might lose."""
_F_PATH, _F_URL, _F_TEXT, _F_ALT, _F_REL, _F_STRING, F_COLUMNS = range(7)
"""Fields of an entry whose places are kept; behind them, which of the strings comes next."""
_START, _END, _ESCAPED, P_COLUMNS = range(4)
"""What is kept of a field: where its text begins and ends, and whether it holds escapes."""
_OTHER = -1
_A, _AREA, _IMG = 1, 2, 3
_NULL = np.frombuffer(b"null", np.uint8)
_PATH_A = np.frombuffer(b"A@/href", np.uint8)
_PATH_AREA = np.frombuffer(b"AREA@/href", np.uint8)
_PATH_IMG = np.frombuffer(b"IMG@/src", np.uint8)
_JAVASCRIPT = np.frombuffer(b"javascript:", np.uint8)
_MAILTO = np.frombuffer(b"mailto:", np.uint8)
_TEL = np.frombuffer(b"tel:", np.uint8)


@part
def _field(text: Bytes, start: int, end: int) -> int:
    """Tell which field a key names."""
    n = end - start
    if n == 3:
        a, b, c = text[start], text[start + 1], text[start + 2]
        if a == 117 and b == 114 and c == 108:
            return _F_URL
        if a == 97 and b == 108 and c == 116:
            return _F_ALT
        if a == 114 and b == 101 and c == 108:
            return _F_REL
    elif n == 4:
        a, b, c, d = text[start], text[start + 1], text[start + 2], text[start + 3]
        if a == 112 and b == 97 and c == 116 and d == 104:
            return _F_PATH
        if a == 116 and b == 101 and c == 120 and d == 116:
            return _F_TEXT
    return _OTHER


@part
def _begins(text: Bytes, start: int, end: int, other: Bytes) -> bool:
    n = len(other)
    if end - start < n:
        return False
    for place in range(n):
        if text[start + place] != other[place]:
            return False
    return True


@part
def _is_same(text: Bytes, start: int, end: int, other: Bytes) -> bool:
    return end - start == len(other) and _begins(text, start, end, other)


@part
def _path(text: Bytes, fields: Integers, scratch: Bytes) -> int:
    """Tell what an entry describes, 0 for nothing that matters here."""
    start, end = fields[_F_PATH, _START], fields[_F_PATH, _END]
    if start < 0 or end - start > 100:
        return 0
    if fields[_F_PATH, _ESCAPED]:
        end = unescape(text, start, end, scratch, 0)
        start = 0
        text = scratch
    if _is_same(text, start, end, _PATH_A):
        return _A
    if _is_same(text, start, end, _PATH_IMG):
        return _IMG
    return _AREA if _is_same(text, start, end, _PATH_AREA) else 0


@part
def _entry(text: Bytes, place: int, end: int, strings: Bounds, fields: Integers, scratch: Bytes) -> int:
    """Note where the fields of the object stand that begins here; gives the place behind it, -1 where it is odd."""
    for n in range(_F_STRING):
        fields[n, _START] = -1
    at = fields[_F_STRING, _START]
    place = skip(text, place + 1, end)
    if place < end and text[place] == 125:
        return place + 1
    while place < end and text[place] == 34:
        stop = strings[at + 1]
        at += 2
        if stop < 0:
            return -1
        field = _field(text, place + 1, stop)
        place = skip(text, stop + 1, end)
        if place >= end or text[place] != 58:
            return -1
        place = skip(text, place + 1, end)
        start, stop = -1, -1
        is_escaped = False
        if place < end and text[place] == 34:
            start, stop = place + 1, strings[at + 1]
            at += 2
            if stop < 0:
                stop = -stop
                is_escaped = True
                if unescape(text, start, stop, scratch, 0) < 0:
                    return -1
            place = stop + 1
        elif not _begins(text, place, end, _NULL):
            return -1
        else:
            place += 4
        if field >= 0:
            fields[field, _START], fields[field, _END], fields[field, _ESCAPED] = start, stop, is_escaped
        place = skip(text, place, end)
        if place < end and text[place] == 125:
            fields[_F_STRING, _START] = at
            return place + 1
        if place >= end or text[place] != 44:
            return -1
        place = skip(text, place + 1, end)
    return -1


@part
def _written(text: Bytes, fields: Integers, field: int, out: Bytes, at: int) -> int:
    """Write a field as it is; gives where it ends."""
    start, end = fields[field, _START], fields[field, _END]
    return unescape(text, start, end, out, at) if fields[field, _ESCAPED] else copy(text, start, end, out, at)


@part
def _folded(text: Bytes, start: int, end: int, is_escaped: int, scratch: Bytes, out: Bytes, at: int) -> int:
    """Write a text with its white space folded; gives where it ends, -1 where it is too long."""
    if start < 0:
        return at
    if is_escaped:
        end = unescape(text, start, end, scratch, 0)
        start = 0
        text = scratch
    return -1 if end - start > _MAX_FOLDED else fold(text, start, end, out, at, _MAX_FOLDED)


@part
def _leads_nowhere(href: Bytes, start: int, end: int) -> bool:
    """Tell whether a href runs a script, writes a letter or calls: no parser fails on those, nor finds a page."""
    n = 0
    if _begins(href, start, end, _JAVASCRIPT):
        n = 11
    elif _begins(href, start, end, _MAILTO):
        n = 7
    elif _begins(href, start, end, _TEL):
        n = 4
    return n > 0 and not (start + n < end and href[start + n] == 47)


@part
def _page(
    text: Bytes, base: Bytes, places: Integers, max_links: int, mode: int, strings: Bounds, fields: Integers,
    row: Integers, scratch: Bytes, state: Integers, counted: Integers, hrefs: Bytes, href_bounds: Bounds,
    anchors: Bytes,
    anchor_bounds: Bounds, rels: Bytes, rel_bounds: Bounds, urls: Bytes, url_bounds: Bounds, hosts: Bytes,
    host_bounds: Bounds, fragments: Bytes, fragment_bounds: Bounds, kinds: Bytes, has_rel: Bytes, targets: Bytes,
    numbers: Bounds,
) -> int:  # fmt: skip
    """Write the links of one page behind those of others; gives how many it has, or why it was left."""
    first = link = state[S_LINKS]
    href, anchor, rel, url = state[S_HREFS], state[S_ANCHORS], state[S_RELS], state[S_URLS]
    host, fragment = state[S_HOSTS], state[S_FRAGMENTS]
    n_links = n_near = n_nowhere = n_asked = n_url_bytes = 0
    end = len(text)
    if not find_strings(text, strings):
        return REFUSED
    fields[_F_STRING, _START] = 0
    place = skip(text, 0, end)
    is_done = place == end
    if not is_done:
        if text[place] != 91:
            return REFUSED
        place = skip(text, place + 1, end)
        if place < end and text[place] == 93:
            is_done = True
            place = skip(text, place + 1, end)
    image_start, image_end, image_escaped = -1, -1, 0
    n_entries = 0
    while not is_done:
        n_entries += 1
        if place >= end or text[place] != 123 or n_entries > MAX_ENTRIES:
            return REFUSED
        place = _entry(text, place, end, strings, fields, scratch)
        if place < 0:
            return REFUSED
        path = _path(text, fields, scratch)
        if (path == _A or path == _AREA) and fields[_F_URL, _START] >= 0:
            if n_links >= max_links:
                return REFUSED
            behind = _written(text, fields, _F_URL, hrefs, href)
            if behind - href > MAX_HREF_BYTES:
                return REFUSED
            if url + behind - href + len(base) + 1 > len(urls):
                return FULL
            is_nowhere = _leads_nowhere(hrefs, href, behind)
            row[K_KIND] = NOWHERE
            url_end = url if is_nowhere else resolve_one(hrefs, href, behind, base, places, row, urls, url)
            n_url_bytes += url_end - url
            n_nowhere += is_nowhere
            if (mode != ALL and is_nowhere) or (mode == NOT_NEAR and row[K_KIND] == NEAR):
                n_near += not is_nowhere
            else:
                kind = AREA if path == _AREA else TEXT
                field = _F_ALT if path == _AREA else _F_TEXT
                stop = _folded(
                    text, fields[field, _START], fields[field, _END], fields[field, _ESCAPED], scratch, anchors, anchor
                )
                if stop == anchor and kind == TEXT:
                    stop = _folded(text, image_start, image_end, image_escaped, scratch, anchors, anchor)
                    kind = IMAGE if stop > anchor else EMPTY
                if stop < 0:
                    return REFUSED
                anchor = stop
                has_rel[link] = fields[_F_REL, _START] >= 0
                if has_rel[link]:
                    rel = _written(text, fields, _F_REL, rels, rel)
                kinds[link] = kind
                targets[link] = row[K_KIND]
                numbers[link] = n_links
                if row[K_KIND] == ELSEWHERE:
                    host = copy(hrefs, row[K_HOST_START], row[K_HOST_END], hosts, host)
                if row[K_KIND] == ASK:
                    n_asked += 1
                else:
                    fragment = copy_fragment(hrefs, href, behind, fragments, fragment)
                href = behind
                url = url_end
                link += 1
                href_bounds[link], anchor_bounds[link], rel_bounds[link] = href, anchor, rel
                url_bounds[link], host_bounds[link], fragment_bounds[link] = url, host, fragment
            n_links += 1
        image_start = -1
        if path == _IMG:
            image_start, image_end = fields[_F_ALT, _START], fields[_F_ALT, _END]
            image_escaped = fields[_F_ALT, _ESCAPED]
        place = skip(text, place, end)
        if place >= end:
            return REFUSED
        is_done = text[place] == 93
        if not is_done and text[place] != 44:
            return REFUSED
        place = skip(text, place + 1, end)
    if place != end:
        return REFUSED
    state[S_LINKS], state[S_HREFS], state[S_ANCHORS], state[S_RELS] = link, href, anchor, rel
    state[S_URLS], state[S_HOSTS], state[S_FRAGMENTS] = url, host, fragment
    counted[C_KEPT], counted[C_NEAR], counted[C_NOWHERE] = link - first, n_near, n_nowhere
    counted[C_ASKED], counted[C_URL_BYTES] = n_asked, n_url_bytes
    return int(n_links)


@compiled
def scan(
    page: int, text: Bytes, bounds: Integers, bases: Bytes, base_bounds: Integers, places: Integers, max_links: int,
    modes: Integers, strings: Bounds, fields: Integers, row: Integers, scratch: Bytes, state: Integers,
    counted: Integers,
    hrefs: Bytes, href_bounds: Bounds, anchors: Bytes, anchor_bounds: Bounds, rels: Bytes, rel_bounds: Bounds,
    urls: Bytes, url_bounds: Bounds, hosts: Bytes, host_bounds: Bounds, fragments: Bytes, fragment_bounds: Bounds,
    kinds: Bytes, has_rel: Bytes, targets: Bytes, numbers: Bounds,
) -> int:  # fmt: skip
    """Read the links of pages one after the other from this one on, those that are odd left out.

    Gives the page before which room ran out, or how many pages there are.
    """
    while page < len(bounds) - 1:
        n_links = _page(
            text[bounds[page] : bounds[page + 1]], bases[base_bounds[page] : base_bounds[page + 1]], places[page],
            max_links, modes[page], strings, fields, row, scratch, state, counted[page], hrefs, href_bounds, anchors,
            anchor_bounds, rels, rel_bounds, urls, url_bounds, hosts, host_bounds, fragments, fragment_bounds, kinds,
            has_rel, targets, numbers,
        )  # fmt: skip
        if n_links == FULL:
            return page
        counted[page, C_LINKS] = n_links
        page += 1
    return page
