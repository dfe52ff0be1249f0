"""Finds in the JSON of WAT records what ``wat_layout`` types, compiled: where each text stands, and nothing decoded.

A record with anything unusual in it (values of other types, keys twice, escapes in keys, deep nesting) is refused as a
whole: the plain form decides what it means.
"""
# ruff: noqa: C901, PLR0911, PLR0912 - a call that is not inlined costs more than a branch
# ruff: noqa: SIM110 - generators do not compile

from __future__ import annotations

import numpy as np

from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.spaces import Bytes, Integers
from linkworthy.sources.wat_json import next_key, passed, skip, taken

REFUSED, OTHER, PAGE = range(3)
"""What a record is: odd, about something else than a response, or about a response with HTML."""
(
    V_TYPE, V_URI, V_DATE, V_ADDRESS, V_TRUNCATED, V_STATUS, V_VERSION, V_BYTES, V_TITLE, V_BASE, V_LINKS, V_COUNT,
) = range(12)  # fmt: skip
"""Texts that a record holds once. Each takes two columns: where it begins, -1 where it is absent, and where it ends."""
I_RECORD, I_KIND, I_TEXTS = range(3)
"""Columns of what a record holds many of; behind them two for each text."""
HEADER, META, LINK, SCRIPT = range(4)
"""Kinds of these."""
N_TEXTS = 4
I_COLUMNS = I_TEXTS + 2 * N_TEXTS + 2
"""The last two take texts that nobody asks for."""
_TEXT, _REQUIRED, _OBJECT, _LIST, _HEADERS, _LINKS, _PASS = range(7)
"""What is done with the value of a key."""
_ROOT, _ENVELOPE, _WARC, _PAYLOAD, _RESPONSE, _MESSAGE, _HTML, _HEAD, _IN_META, _IN_LINK, _IN_SCRIPT = range(11)
"""Objects whose keys are known."""
_KEYS = (
    (_ROOT, "Envelope", _OBJECT, _ENVELOPE),
    (_ENVELOPE, "WARC-Header-Metadata", _OBJECT, _WARC),
    (_ENVELOPE, "Payload-Metadata", _OBJECT, _PAYLOAD),
    (_WARC, "WARC-Type", _REQUIRED, V_TYPE),
    (_WARC, "WARC-Target-URI", _REQUIRED, V_URI),
    (_WARC, "WARC-Date", _REQUIRED, V_DATE),
    (_WARC, "WARC-IP-Address", _TEXT, V_ADDRESS),
    (_WARC, "WARC-Truncated", _TEXT, V_TRUNCATED),
    (_PAYLOAD, "HTTP-Response-Metadata", _OBJECT, _RESPONSE),
    (_RESPONSE, "Response-Message", _OBJECT, _MESSAGE),
    (_RESPONSE, "Headers", _HEADERS, 0),
    (_RESPONSE, "Entity-Length", _REQUIRED, V_BYTES),
    (_RESPONSE, "HTML-Metadata", _OBJECT, _HTML),
    (_MESSAGE, "Status", _REQUIRED, V_STATUS),
    (_MESSAGE, "Version", _REQUIRED, V_VERSION),
    (_HTML, "Head", _OBJECT, _HEAD),
    (_HTML, "Links", _LINKS, V_LINKS),
    (_HEAD, "Title", _TEXT, V_TITLE),
    (_HEAD, "Base", _TEXT, V_BASE),
    (_HEAD, "Link", _LIST, _IN_LINK),
    (_HEAD, "Metas", _LIST, _IN_META),
    (_HEAD, "Scripts", _LIST, _IN_SCRIPT),
    (_IN_META, "name", _TEXT, 0),
    (_IN_META, "property", _TEXT, 1),
    (_IN_META, "http-equiv", _TEXT, 2),
    (_IN_META, "content", _TEXT, 3),
    (_IN_LINK, "url", _TEXT, 0),
    (_IN_LINK, "rel", _TEXT, 1),
    (_IN_LINK, "type", _TEXT, 2),
    (_IN_LINK, "hreflang", _TEXT, 3),
    (_IN_SCRIPT, "url", _TEXT, 0),
)  # fmt: skip
_NAMES = np.frombuffer("".join(name for _, name, _, _ in _KEYS).encode(), np.uint8)
_NAME_BOUNDS = np.cumsum([0, *(len(name) for _, name, _, _ in _KEYS)])
_ACTIONS = np.array([action for _, _, action, _ in _KEYS])
_WHERE = np.array([where for _, _, _, where in _KEYS])
_FIRSTS = np.array([next(n for n, key in enumerate(_KEYS) if key[0] == place) for place in range(11)] + [len(_KEYS)])
_KEY_HTML = next(n for n, key in enumerate(_KEYS) if key[1] == "HTML-Metadata")
_KEY_WARC = 1
_RESPONSE_TYPE = np.frombuffer(b"response", np.uint8)
_BLOCK = 64


@part
def _known(text: Bytes, key: Integers, place: int) -> int:
    """Tell which of the keys of an object this is, -1 for any other."""
    start = key[0]
    n = key[1] - start
    for one in range(_FIRSTS[place], _FIRSTS[place + 1]):
        name = _NAME_BOUNDS[one]
        if _NAME_BOUNDS[one + 1] - name == n:
            same = 0
            while same < n and text[start + same] == _NAMES[name + same]:
                same += 1
            if same == n:
                return one
    return -1


@part
def _entries(
    text: Bytes, place: int, end: int, within: int, record: int, kind: int, items: Integers, key: Integers, at: int
) -> int:
    """Note the objects of a list from item ``at`` on; how many there are stands in ``key``. Gives the place behind."""
    first = at
    if place >= end or text[place] != 91:
        return -1
    place = skip(text, place + 1, end)
    if place < end and text[place] == 93:
        key[2] = 0
        return place + 1
    while True:
        if place >= end or text[place] != 123 or at >= len(items):
            return -1
        row = items[at]
        row[I_RECORD], row[I_KIND] = record, kind
        for n in range(I_TEXTS, I_COLUMNS):
            row[n] = -1
        place += 1
        is_first = 1
        while True:
            place = next_key(text, place, end, is_first, key)
            if place < 0:
                return -1
            if key[0] < 0:
                break
            is_first = 0
            one = _known(text, key, within)
            field = _WHERE[one] if one >= 0 else N_TEXTS
            place = taken(text, place, end, row, I_TEXTS + 2 * field, 1)
            if place < 0:
                return -1
        at += 1
        place = skip(text, place, end)
        if place < end and text[place] == 93:
            key[2] = at - first
            return place + 1
        if place >= end or text[place] != 44:
            return -1
        place = skip(text, place + 1, end)


@part
def _headers(text: Bytes, place: int, end: int, record: int, items: Integers, key: Integers, at: int) -> int:
    """Note the values of headers as ``_entries`` does: each with its name and the place of that, one or a list."""
    first = at
    if place >= end or text[place] != 123:
        return -1
    place += 1
    is_first = 1
    while True:
        place = next_key(text, place, end, is_first, key)
        if place < 0:
            return -1
        if key[0] < 0:
            key[2] = at - first
            return place
        is_first = 0
        is_list = place < end and text[place] == 91
        if is_list:
            place = skip(text, place + 1, end)
        while not (is_list and place < end and text[place] == 93):
            if at >= len(items):
                return -1
            row = items[at]
            row[I_RECORD], row[I_KIND] = record, HEADER
            row[I_TEXTS], row[I_TEXTS + 1] = key[0], key[1]
            place = taken(text, place, end, row, I_TEXTS + 2, 0)
            if place < 0:
                return -1
            at += 1
            if not is_list:
                break
            place = skip(text, place, end)
            if place < end and text[place] == 44:
                place = skip(text, place + 1, end)
                if place < end and text[place] == 93:
                    return -1
            elif place >= end or text[place] != 93:
                return -1
        place += is_list


@part
def _links_end(text: Bytes, place: int, end: int) -> int:
    """Go behind the list of links, by the first quote, brace and bracket in a row; -1 where there is none.

    Whoever reads the links notices where that was another place: the quotes before it would not be even.
    """
    if place >= end or text[place] != 91:
        return -1
    start = place
    after = skip(text, place + 1, end)
    if after < end and text[after] == 93:
        return after + 1
    while place < end:
        stop = min(place + _BLOCK, end)
        has_bracket = False
        for n in range(place, stop):
            has_bracket |= text[n] == 93
        if has_bracket:
            for n in range(max(place, start + 4), stop):
                if text[n] == 93 and text[n - 1] == 125 and text[n - 2] == 34 and text[n - 3] != 92:
                    return n + 1
        place = stop
    return -1


@part
def _one(text: Bytes, place: int, end: int, record: int, row: Integers, items: Integers, at: int, key: Integers) -> int:
    """Read a record; gives the number of its items, -1 where it is odd."""
    stack = key[4:]
    for n in range(2 * V_COUNT):
        row[n] = -1
    seen = 0
    depth = 0
    stack[0] = _ROOT
    first = at
    is_first = 1
    place = skip(text, place, end)
    if place >= end or text[place] != 123:
        return -1
    place += 1
    while True:
        place = next_key(text, place, end, is_first, key)
        if place < 0:
            return -1
        is_first = 0
        if key[0] < 0:
            if depth == 0:
                break
            depth -= 1
            continue
        one = _known(text, key, stack[depth])
        action = _ACTIONS[one] if one >= 0 else _PASS
        if one >= 0:
            if seen >> one & 1:
                return -1
            seen |= 1 << one
        if action == _PASS:
            place = passed(text, place, end)
        elif action == _OBJECT:
            if place >= end or text[place] != 123:
                return -1
            depth += 1
            stack[depth] = _WHERE[one]
            place += 1
            is_first = 1
        elif action == _LIST:
            within = _WHERE[one]
            place = _entries(text, place, end, within, record, META + within - _IN_META, items, key, at)
            at += key[2]
        elif action == _HEADERS:
            place = _headers(text, place, end, record, items, key, at)
            at += key[2]
        elif action == _LINKS:
            row[2 * V_LINKS] = place
            place = _links_end(text, place, end)
            row[2 * V_LINKS + 1] = place
        else:
            place = taken(text, place, end, row, 2 * _WHERE[one], 1 if action == _TEXT else 0)
        if place < 0:
            return -1
    row[2 * V_COUNT] = seen >> _KEY_HTML & 1
    return at - first if skip(text, place, end) == end and seen >> _KEY_WARC & 1 else -1


@part
def _is_response(text: Bytes, row: Integers) -> bool:
    start = row[2 * V_TYPE]
    if start < 0 or row[2 * V_TYPE + 1] - start != len(_RESPONSE_TYPE):
        return False
    for n in range(len(_RESPONSE_TYPE)):
        if (text[start + n] | 32) != _RESPONSE_TYPE[n]:
            return False
    return True


@compiled
def survey(text: Bytes, bounds: Integers, states: Bytes, rows: Integers, items: Integers, key: Integers) -> int:
    """Read records one after the other; gives how many items all of them have."""
    at = 0
    for record in range(len(bounds) - 1):
        row = rows[record]
        n = _one(text, bounds[record], bounds[record + 1], record, row, items, at, key)
        states[record] = REFUSED
        if n >= 0:
            states[record] = OTHER
            if _is_response(text, row):
                states[record] = PAGE if row[2 * V_COUNT] else REFUSED
        if states[record] == PAGE:
            at += n
    return at
