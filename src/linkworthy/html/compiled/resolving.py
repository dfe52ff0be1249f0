"""Where plain hrefs lead, and which links may invite to something, compiled: what ``links`` and ``kinds`` tell slowly.

Plain is what the URL standard leaves as it is but for the base in front of it; see the patterns in ``links``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.html.compiled.hashes import PRIME, SEED, is_listed
from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.plain import (
    WORD,
    copy,
    end_of_file,
    end_of_host,
    end_of_path,
    end_of_query,
    is_encoded,
    is_of,
)
from linkworthy.html.compiled.slots import L_HREF_END, L_HREF_START, L_IS_AREA
from linkworthy.html.compiled.spaces import Bytes, Integers

Bounds = NDArray[np.int32]

ASK, NEAR, ELSEWHERE = range(3)
"""What is known of a link's target: nothing, a page of the own host, a page of the host whose name is given."""
K_KIND, K_HOST_START, K_HOST_END, K_INVITES, K_COLUMNS = range(5)
"""Columns of what is known of a link."""
MAX_BYTES = 8_192
"""Bytes of the longest href and URL that are taken."""
_MAX_ANCHOR, _MAX_PHRASE = 60, 40
"""Characters of anchors that are looked at: those that say one thing alone, and those that hold a phrase."""


@part
def host_start(text: Bytes, start: int, end: int) -> int:
    """Go behind ``http://``, ``https://`` or ``//``; -1 where the href begins otherwise."""
    if end - start < 5:
        return -1
    place = start
    if text[start] != 47:
        if text[start] != 104 or text[start + 1] != 116 or text[start + 2] != 116 or text[start + 3] != 112:
            return -1
        place = start + 5 if text[start + 4] == 115 else start + 4
        if place + 2 >= end or text[place] != 58:
            return -1
        place += 1
    return place + 2 if text[place] == 47 and text[place + 1] == 47 else -1


@part
def _absolute(
    text: Bytes, start: int, end: int, base: Bytes, origin: int, row: Integers, out: Bytes, at: int
) -> int:  # fmt: skip
    """Write the URL of a href that names its host; gives where it ends in ``out``, -1 where it is not plain."""
    host = host_start(text, start, end)
    if host < 0:
        return -1
    scheme = 6 if base[4] == 115 else 5
    n_host = origin - scheme - 2
    same = 0
    while same < n_host and host + same < end and text[host + same] == base[scheme + 2 + same]:
        same += 1
    behind = host + same
    is_near = n_host > 0 and same == n_host and (host - start == 2 or host - start == scheme + 2)
    is_near = is_near and (behind == end or text[behind] == 47 or text[behind] == 63 or text[behind] == 35)
    if not is_near:
        behind = end_of_host(text, host, end)
        if behind < 0:
            return -1
    has_path = behind < end and text[behind] == 47
    stop = end_of_path(text, behind, end) if has_path else end_of_query(text, behind, end)
    if stop < 0 or is_encoded(text, start, stop):
        return -1
    row[K_KIND] = NEAR if is_near else ELSEWHERE
    row[K_HOST_START] = host
    row[K_HOST_END] = behind
    if host - start == 2:
        at = copy(base, 0, scheme, out, at)
    at = copy(text, start, behind, out, at)
    if not has_path:
        out[at] = 47
        at += 1
    return copy(text, behind, stop, out, at)


@part
def resolve_one(
    text: Bytes, start: int, end: int, base: Bytes, places: Integers, row: Integers, out: Bytes, at: int
) -> int:  # fmt: skip
    """Write the URL of a plain href; gives where it ends in ``out``. ``places``: origin, folder, query of the base.

    No URL is longer than its href, its base and a slash.
    """
    origin, folder, query = places[0], places[1], places[2]
    row[K_KIND] = ASK
    if end - start > MAX_BYTES:
        return at
    first = text[start] if start < end else 35
    stop = -1
    behind = at
    if first == 47:
        if not (start + 1 < end and text[start + 1] == 47):
            stop = end_of_path(text, start, end)
        if stop >= 0:
            behind = copy(base, 0, origin, out, at)
            behind = copy(text, start, stop, out, behind)
    else:
        place = start
        while place + 2 < end and text[place] == 46 and text[place + 1] == 46 and text[place + 2] == 47:
            place += 3
        stop = end_of_file(text, place, end)
        if stop >= 0:
            if place > start:
                for _ in range((place - start) // 3):
                    up = folder - 1
                    while up > 0 and base[up - 1] != 47:
                        up -= 1
                    # There is nothing above the root.
                    if up > origin:
                        folder = up
                behind = copy(base, 0, folder, out, at)
            elif stop == place:
                behind = copy(base, 0, len(base), out, at)
            else:
                behind = copy(base, 0, query if text[place] == 63 else folder, out, at)
            behind = copy(text, place, stop, out, behind)
    if stop >= 0:
        row[K_KIND] = NEAR
    else:
        behind = _absolute(text, start, end, base, origin, row, out, at)
        if behind < 0:
            return at
    if behind - at > MAX_BYTES:
        row[K_KIND] = ASK
        return at
    return behind


@part
def _hash_on(value: Any, byte: int) -> Any:
    return (value ^ np.int64(byte | 32 if 65 <= byte <= 90 else byte)) * np.int64(PRIME)


@part
def _invites_by_path(url: Bytes, start: int, end: int, words: Integers) -> bool:
    """Tell whether the last part of a URL, or a part of its query, is among the words."""
    while end > start and url[end - 1] == 47:
        end -= 1
    place = end
    while place > start and url[place - 1] != 47:
        place -= 1
    whole: Any = np.int64(SEED)
    part: Any = np.int64(SEED)
    is_query = False
    for n in range(place, end):
        byte = url[n]
        whole = _hash_on(whole, byte)
        if byte == 63 and not is_query:
            is_query = True
            part = np.int64(SEED)
        elif byte == 38 and is_query:
            if is_listed(part, words):
                return True
            part = np.int64(SEED)
        else:
            part = _hash_on(part, byte)
    return is_listed(whole, words) or (is_query and is_listed(part, words))


@part
def _invites_by_text(text: Bytes, start: int, end: int, wholes: Integers, firsts: Integers) -> bool:
    """Tell whether an anchor may be among some texts, or may hold a phrase that begins with some words."""
    whole: Any = np.int64(SEED)
    word: Any = np.int64(SEED)
    in_word = False
    # Beyond ASCII characters and bytes differ, and letters have more than one form.
    is_short = end - start <= _MAX_PHRASE
    for place in range(start, min(end, start + _MAX_ANCHOR)):
        byte = text[place]
        if byte >= 0x80:
            return True
        whole = _hash_on(whole, byte)
        if is_of(byte, WORD):
            word = _hash_on(word if in_word else np.int64(SEED), byte)
            in_word = True
        else:
            if in_word and is_short and is_listed(word, firsts):
                return True
            in_word = False
    return is_listed(whole, wholes) or (in_word and is_short and is_listed(word, firsts))


@compiled
def resolve(
    hrefs: Bytes, href_bounds: Bounds, anchors: Bytes, anchor_bounds: Bounds, base: Bytes, places: Integers,
    paths: Integers, wholes: Integers, firsts: Integers, known: Integers, urls: Bytes, url_bounds: Bounds,
    fragments: Bytes, fragment_bounds: Bounds,
) -> None:  # fmt: skip
    """Write the URLs and fragments of all links whose hrefs are plain, and what else is known of them."""
    at = behind = 0
    url_bounds[0] = fragment_bounds[0] = 0
    for n in range(len(href_bounds) - 1):
        row = known[n]
        start, end = href_bounds[n], href_bounds[n + 1]
        first = at
        at = resolve_one(hrefs, start, end, base, places, row, urls, at)
        url_bounds[n + 1] = at
        row[K_INVITES] = row[K_KIND] == ASK
        if row[K_KIND] != ASK:
            behind = copy_fragment(hrefs, start, end, fragments, behind)
            row[K_INVITES] = _invites_by_path(urls, first, at, paths) or _invites_by_text(
                anchors, anchor_bounds[n], anchor_bounds[n + 1], wholes, firsts
            )
        fragment_bounds[n + 1] = behind


@part
def copy_fragment(href: Bytes, start: int, end: int, out: Bytes, at: int) -> int:
    """Write what stands behind the number sign of a href, without white space around it; gives where it ends."""
    while start < end and href[start] != 35:
        start += 1
    start += 1
    while start < end and _is_edge(href[start]):
        start += 1
    while start < end and _is_edge(href[end - 1]):
        end -= 1
    return copy(href, start, end, out, at)


@part
def _is_edge(byte: int) -> bool:
    return byte == 9 or byte == 10 or byte == 12 or byte == 13 or byte == 32


@part
def _is_ampersand(data: Bytes, place: int, end: int) -> bool:
    """Tell whether ``&amp;`` stands here and no equals sign behind it, which gives it another meaning."""
    if place + 4 >= end or data[place + 1] != 97 or data[place + 2] != 109 or data[place + 3] != 112:
        return False
    return data[place + 4] == 59 and not (place + 5 < end and data[place + 5] == 61)


@compiled
def take_hrefs(data: Bytes, links: Integers, n: int, out: Bytes, bounds: Bounds, odd: Bytes) -> int:
    """Write hrefs with ``&amp;`` read; marks those that need more. Gives how many are odd."""
    at = n_odd = 0
    bounds[0] = 0
    for link in range(n):
        start, end = links[link, L_HREF_START], links[link, L_HREF_END]
        first = at
        odd[link] = start < 0 or links[link, L_IS_AREA] != 0
        place = start
        while place < end and not odd[link]:
            byte = data[place]
            if byte == 38:
                if not _is_ampersand(data, place, end):
                    odd[link] = 1
                    break
                place += 4
            out[at] = byte
            at += 1
            place += 1
        if odd[link]:
            at = first
            n_odd += 1
        bounds[link + 1] = at
    return n_odd


@compiled
def gather(text: Bytes, rows: Integers, n: int, start: int, end: int, out: Bytes, bounds: Bounds) -> int:
    """Write the pieces between two columns of places one behind the other; gives where they end."""
    at = 0
    bounds[0] = 0
    for row in range(n):
        at = copy(text, rows[row, start], rows[row, end], out, at)
        bounds[row + 1] = at
    return at
