"""Where plain hrefs lead, and which links may invite to something, compiled: what ``links`` and ``kinds`` tell slowly.

Plain is what the URL standard leaves as it is but for the base in front of it; see the patterns in ``links``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.html.compiled.hashes import PRIME, SEED, is_listed
from linkworthy.html.compiled.jit import compiled
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
_START, _NAME, _PATH, _QUERY, _WORD = 1, 2, 4, 8, 16


def _classes() -> Bytes:
    classes = np.zeros(256, np.uint8)
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    for members, mark in (
        (letters, _START | _NAME | _PATH | _QUERY | _WORD),
        (b"~=&+,;@!$*().-", _NAME | _PATH | _QUERY),
        (b":", _PATH | _QUERY),
        (b"/%?", _QUERY),
    ):
        classes[np.frombuffer(members, np.uint8)] |= mark
    return classes


_CLASSES = _classes()


@compiled
def _is(byte: int, mark: int) -> bool:
    return _CLASSES[byte] & mark != 0


@compiled
def _end_of_query(text: Bytes, place: int, end: int) -> int:
    """Go behind a query that may begin here; -1 where what follows is neither a fragment nor the end."""
    if place < end and text[place] == 63:
        place += 1
        while place < end and _is(text[place], _QUERY):
            place += 1
    return place if place == end or text[place] == 35 else -1


@compiled
def _end_of_path(text: Bytes, place: int, end: int) -> int:
    """Go behind the path that begins with the slash here, and its query; -1 where they are not plain."""
    while place < end and (text[place] == 47 or _is(text[place], _PATH)):
        if text[place] == 47 and place + 1 < end and text[place + 1] == 46:
            return -1
        place += 1
    return _end_of_query(text, place, end)


@compiled
def _end_of_file(text: Bytes, place: int, end: int) -> int:
    """Go behind the names and slashes of a file near the page, and its query; -1 where they are not plain."""
    while place < end and _is(text[place], _START):
        while place < end and _is(text[place], _NAME):
            place += 1
        if place < end and text[place] == 47:
            place += 1
    return _end_of_query(text, place, end)


@compiled
def _end_of_host(text: Bytes, start: int, end: int) -> int:
    """Go behind a host of up to ten labels and a name of letters; -1 where it is another."""
    place = first = start
    n_labels = 0
    is_letters = True
    while place < end and text[place] != 47:
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
    if place == end or not is_letters or not 2 <= place - first <= 24 or not 1 <= n_labels <= 10:
        return -1
    return place


@compiled
def _is_encoded(text: Bytes, start: int, end: int) -> bool:
    """Tell whether ``xn--`` stands somewhere."""
    for place in range(start, end - 3):
        if text[place] == 120 and text[place + 1] == 110 and text[place + 2] == 45 and text[place + 3] == 45:
            return True
    return False


@compiled
def _copy(text: Bytes, start: int, end: int, out: Bytes, at: int) -> int:
    for place in range(start, end):
        out[at] = text[place]
        at += 1
    return at


@compiled
def _absolute(text: Bytes, start: int, end: int, base: Bytes, origin: int, row: Integers) -> int:
    """Give where the URL of an absolute href ends, -1 where it is not plain."""
    n = 4
    if end - start < 10 or text[start] != 104 or text[start + 1] != 116 or text[start + 2] != 116:
        return -1
    if text[start + 3] != 112:
        return -1
    if text[start + 4] == 115:
        n = 5
    if text[start + n] != 58 or text[start + n + 1] != 47 or text[start + n + 2] != 47:
        return -1
    same = 0
    while same < origin and start + same < end and text[start + same] == base[same]:
        same += 1
    is_near = origin > 0 and same == origin and start + same < end and text[start + same] == 47
    host = start + n + 3
    behind = start + same if is_near else _end_of_host(text, host, end)
    if behind < 0:
        return -1
    stop = _end_of_path(text, behind, end)
    if stop < 0 or _is_encoded(text, start, stop):
        return -1
    row[K_KIND] = NEAR if is_near else ELSEWHERE
    row[K_HOST_START] = host
    row[K_HOST_END] = behind
    return stop


@compiled
def _resolve(
    text: Bytes, start: int, end: int, base: Bytes, places: Integers, row: Integers, out: Bytes, at: int
) -> int:  # fmt: skip
    """Write the URL of a plain href; gives where it ends in ``out``. ``places``: origin, folder, query of the base."""
    origin, folder, query = places[0], places[1], places[2]
    row[K_KIND] = ASK
    if end - start > MAX_BYTES:
        return at
    first = text[start] if start < end else 35
    stop = -1
    behind = at
    if first == 47:
        if start + 1 < end and text[start + 1] == 47:
            return at
        stop = _end_of_path(text, start, end)
        if stop >= 0:
            behind = _copy(base, 0, origin, out, at)
            behind = _copy(text, start, stop, out, behind)
    else:
        place = start
        while place + 2 < end and text[place] == 46 and text[place + 1] == 46 and text[place + 2] == 47:
            place += 3
        stop = _end_of_file(text, place, end)
        if stop >= 0:
            if place > start:
                for _ in range((place - start) // 3):
                    up = folder - 1
                    while up > 0 and base[up - 1] != 47:
                        up -= 1
                    # There is nothing above the root.
                    if up > origin:
                        folder = up
                behind = _copy(base, 0, folder, out, at)
            elif stop == place:
                behind = _copy(base, 0, len(base), out, at)
            else:
                behind = _copy(base, 0, query if text[place] == 63 else folder, out, at)
            behind = _copy(text, place, stop, out, behind)
    if stop >= 0:
        row[K_KIND] = NEAR
    else:
        stop = _absolute(text, start, end, base, origin, row)
        if stop < 0:
            return at
        behind = _copy(text, start, stop, out, at)
    if behind - at > MAX_BYTES:
        row[K_KIND] = ASK
        return at
    return behind


@compiled
def _hash_on(value: Any, byte: int) -> Any:
    return (value ^ np.int64(byte | 32 if 65 <= byte <= 90 else byte)) * np.int64(PRIME)


@compiled
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


@compiled
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
        if _is(byte, _WORD):
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
        at = _resolve(hrefs, start, end, base, places, row, urls, at)
        url_bounds[n + 1] = at
        row[K_INVITES] = row[K_KIND] == ASK
        if row[K_KIND] != ASK:
            while start < end and hrefs[start] != 35:
                start += 1
            start += 1
            while start < end and _is_edge(hrefs[start]):
                start += 1
            while start < end and _is_edge(hrefs[end - 1]):
                end -= 1
            behind = _copy(hrefs, start, end, fragments, behind)
            row[K_INVITES] = _invites_by_path(urls, first, at, paths) or _invites_by_text(
                anchors, anchor_bounds[n], anchor_bounds[n + 1], wholes, firsts
            )
        fragment_bounds[n + 1] = behind


@compiled
def _is_edge(byte: int) -> bool:
    return byte == 9 or byte == 10 or byte == 12 or byte == 13 or byte == 32


@compiled
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
        at = _copy(text, rows[row, start], rows[row, end], out, at)
        bounds[row + 1] = at
    return at
