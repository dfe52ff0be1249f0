"""Many lines at once: those of the combined format that are plainly so; every other line is left to the line parser.

Positions of line ends, quotes and spaces are found in whole blocks; a line is taken only where the bytes between them
prove that :mod:`linkworthy.sources.weblogs.combined` would read the very same from it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numpy.lib.stride_tricks import sliding_window_view

from linkworthy.sources.rows import MAX_RECORD
from linkworthy.sources.weblogs.combined import origin_of
from linkworthy.sources.weblogs.entry import NEVER, day_seconds, zone_seconds
from linkworthy.sources.weblogs.split import Coded, Ints, Split

_TIME_BYTES = 26
"""``17/May/2026:10:05:03 +0000``"""
_MARKS = ((2, "/"), (6, "/"), (11, ":"), (14, ":"), (17, ":"), (20, " "))
_DIGITS = np.array([0, 1, 7, 8, 9, 10, 12, 13, 15, 16, 18, 19, 22, 23, 24, 25])
_DATED = np.array([*range(11), *range(21, 26)])
"""Day and zone: few pairs are in one block."""
_MAX_DATES = 16
_MAX_WORD = 64
_MAX_SIZE = 12

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


class Cut(NamedTuple):
    """What a block gave at once, and the lines that are left: their numbers from the block's first, and their bytes."""

    split: Split
    places: list[int]
    lines: list[bytes]
    starts: Ints
    """Where each line of ``split`` starts in the block."""


def cut(data: bytes, number: int) -> Cut:
    """Take the lines of a block apart; each ends in a line feed, and ``number`` is the first one's."""
    buf = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(buf == ord("\n"))
    starts = np.empty_like(ends)
    starts[0], starts[1:] = 0, ends[:-1] + 1
    quotes = np.flatnonzero(buf == ord('"'))
    first = np.searchsorted(quotes, starts)
    n_quotes = np.diff(first, append=len(quotes))
    is_plain = (n_quotes >= 6) & (ends - starts <= MAX_RECORD)
    slashes = np.flatnonzero(buf == ord("\\"))
    if len(slashes):
        is_plain[np.searchsorted(ends, slashes)] = False
    lines = np.flatnonzero(is_plain)
    q = [quotes[first[lines] + n] for n in range(6)]
    is_sound = _is_sound(buf, starts[lines], ends[lines], q)
    lines, q = lines[is_sound], [place[is_sound] for place in q]
    at, is_timed = _times(buf, q[0])
    space, is_short, has_vhost = _fronts(buf, starts[lines], q[0] - _TIME_BYTES - 3)
    is_sound = is_timed & is_short
    lines, q, at = lines[is_sound], [place[is_sound] for place in q], at[is_sound]
    split = _split(data, buf, starts[lines], q, at, space[is_sound], has_vhost[is_sound])
    left = np.ones(len(ends), dtype=bool)
    left[lines] = False
    places = np.flatnonzero(left)
    texts = [data[start:end] for start, end in zip(starts[places].tolist(), ends[places].tolist(), strict=True)]
    return Cut(split._replace(rows=lines + number), places.tolist(), texts, starts[lines])


def _is_sound(buf: Bytes, starts: Ints, ends: Ints, q: list[Ints]) -> Flags:
    """Tell where quotes, status and size stand as they should, and a time may stand before the request."""
    front = q[0] - _TIME_BYTES - 3
    is_sound = (front > starts + 4) & (q[1] + 8 <= q[2]) & (q[2] - q[1] <= 7 + _MAX_SIZE) & (q[4] == q[3] + 2)
    # Positions that are out of range belong to lines that are refused already.
    front = np.maximum(front, 0)
    third = np.minimum(q[1] + 5, len(buf) - 1)
    for place, byte in ((front, "["), (q[0] - 2, "]"), (q[0] - 1, " "), (q[1] + 1, " "), (third, " "), (q[2] - 1, " ")):
        is_sound &= buf[place] == ord(byte)
    is_sound &= buf[q[3] + 1] == ord(" ")
    is_sound &= _is_number(buf, q[1] + 6, q[2] - 1, is_sound)
    hundred = buf[np.minimum(q[1] + 2, len(buf) - 1)]
    is_sound &= (hundred >= ord("1")) & (hundred <= ord("5"))
    for n in (3, 4):
        digit = buf[np.minimum(q[1] + n, len(buf) - 1)]
        is_sound &= (digit >= ord("0")) & (digit <= ord("9"))
    behind = buf[np.minimum(q[5] + 1, len(buf) - 1)]
    is_sound &= (q[5] + 1 == ends) | (behind == ord(" ")) | ((behind == ord("\r")) & (q[5] + 2 == ends))
    told: Flags = is_sound
    return told


def _is_number(buf: Bytes, start: Ints, end: Ints, is_wanted: Flags) -> Flags:
    """Tell where a size stands: digits, or a dash alone."""
    n_bytes = np.where(is_wanted, end - start, 0)
    is_number = n_bytes > 0
    is_dash = (n_bytes == 1) & (buf[np.minimum(start, len(buf) - 1)] == ord("-"))
    for n in range(int(n_bytes.max(initial=0))):
        byte = buf[np.minimum(start + n, len(buf) - 1)]
        is_number &= (n >= n_bytes) | ((byte >= ord("0")) & (byte <= ord("9")))
    told: Flags = is_number | is_dash
    return told


def _times(buf: Bytes, first_quote: Ints) -> tuple[Ints, Flags]:
    """Read the times before the requests, and tell where they were read; days of many kinds are left."""
    if not len(first_quote):
        return first_quote, np.zeros(0, dtype=bool)
    text = sliding_window_view(buf, _TIME_BYTES)[first_quote - _TIME_BYTES - 2]
    digits = text[:, _DIGITS] - ord("0")
    is_read = (digits <= 9).all(axis=1)
    for place, mark in _MARKS:
        is_read &= text[:, place] == ord(mark)
    clock = digits[:, 6:12].astype(np.int64)
    hour, minute, second = (clock[:, n] * 10 + clock[:, n + 1] for n in (0, 2, 4))
    is_read &= (hour < 24) & (minute < 60) & (second <= 60)
    dated = np.ascontiguousarray(text[:, _DATED])
    base = np.zeros(len(text), dtype=np.int64)
    waiting = np.flatnonzero(is_read)
    for _ in range(_MAX_DATES):
        if not len(waiting):
            break
        pattern = dated[waiting[0]]
        is_same = (dated[waiting] == pattern).all(axis=1)
        base[waiting[is_same]] = _base(pattern.tobytes())
        waiting = waiting[~is_same]
    is_read[waiting] = False
    is_read &= base != NEVER
    return base + hour * 3600 + minute * 60 + second, is_read


def _base(text: bytes) -> int:
    """Give what the clock is added to, NEVER where the line parser has to look again."""
    day, zone = text[:11].decode("latin-1"), text[11:].decode("latin-1")
    if not (day.isascii() and day[3:6].isalpha() and zone[0] in "+-"):
        return NEVER
    midnight, ahead = day_seconds(day), zone_seconds(zone)
    return NEVER if NEVER in {midnight, ahead} else midnight - ahead


def _fronts(buf: Bytes, starts: Ints, bracket: Ints) -> tuple[Ints, Flags, Flags]:
    """Tell where the first word ends, where ``address - -`` or ``vhost address - -`` is before the time, and which."""
    is_dashed = bracket - starts >= 6
    for back, byte in ((1, " "), (2, "-"), (3, " "), (4, "-"), (5, " ")):
        is_dashed &= buf[np.maximum(bracket - back, 0)] == ord(byte)
    end = bracket - 5
    space, _, is_word = _word(buf, starts, end, is_dashed)
    is_one = is_word & (space == end)
    more = is_word & (space < end)
    next_space, is_address, is_second = _word(buf, space + 1, end, more)
    is_two = more & is_second & (next_space == end) & is_address
    return space, is_one | is_two, is_two


def _word(buf: Bytes, starts: Ints, limit: Ints, is_wanted: Flags) -> tuple[Ints, Flags, Flags]:
    """Find the space after a word that is not empty, at the limit or before; and whether a ``.`` or ``:`` is in it."""
    space = np.full(len(starts), -1, dtype=np.int64)
    has_mark = np.zeros(len(starts), dtype=bool)
    is_sound = np.zeros(len(starts), dtype=bool)
    places = np.flatnonzero(is_wanted)
    for width in (16, _MAX_WORD):
        # A window that would pass the block's end is of a short last line, which the line parser can have.
        places = places[starts[places] + width <= len(buf)]
        if not len(places):
            break
        window = sliding_window_view(buf, width)[starts[places]]
        is_space = window == ord(" ")
        end = is_space.argmax(axis=1)
        is_found = is_space[np.arange(len(places)), end] & (end > 0) & (starts[places] + end <= limit[places])
        inside = np.arange(width) < end[:, None]
        is_odd = ((window == ord("[")) & inside).any(axis=1)
        mark = (((window == ord(".")) | (window == ord(":"))) & inside).any(axis=1)
        space[places], has_mark[places], is_sound[places] = starts[places] + end, mark, is_found & ~is_odd
        places = places[~is_space.any(axis=1)]
    return space, has_mark, is_sound


def _split(data: bytes, buf: Bytes, starts: Ints, q: list[Ints], at: Ints, space: Ints, has_vhost: Flags) -> Split:
    asked = _coded(data, q[0] + 1, q[1])
    if has_vhost.any():
        asked = _with_origin(asked, data, starts, np.where(has_vhost, space, starts))
    digits = buf[q[1][:, None] + np.array([2, 3, 4])].astype(np.int64) - ord("0")
    return Split(
        rows=starts,
        at=at,
        status=digits @ np.array([100, 10, 1]),
        asked=asked,
        referrer=_coded(data, q[2] + 1, q[3]),
        agent=_coded(data, q[4] + 1, q[5]),
    )


def _coded(data: bytes, starts: Ints, ends: Ints) -> Coded:
    """Give the texts between positions that lie in order their codes."""
    n = len(starts)
    if not n:
        return Coded([], np.zeros(0, np.int32))
    offsets = np.empty(2 * n, dtype=np.int32)
    offsets[::2], offsets[1::2] = starts, ends
    pieces = pa.StringArray.from_buffers(2 * n - 1, pa.py_buffer(offsets), pa.py_buffer(data))
    encoded = pieces.take(pa.array(np.arange(0, 2 * n, 2, dtype=np.int32))).dictionary_encode()
    return Coded(encoded.dictionary.to_pylist(), encoded.indices.to_numpy())


def _with_origin(asked: Coded, data: bytes, starts: Ints, ends: Ints) -> Coded:
    """Put the virtual hosts before the requests."""
    hosts = _coded(data, starts, ends)
    origins = [origin_of(f"{host} 0.0.0.0 - -") if host else "" for host in hosts.values]
    pairs = hosts.codes.astype(np.int64) * len(asked.values) + asked.codes
    distinct, codes = np.unique(pairs, return_inverse=True)
    values = []
    for pair in distinct.tolist():
        origin, request = origins[pair // len(asked.values)], asked.values[pair % len(asked.values)]
        values.append(f"{origin}\n{request}" if origin else request)
    return Coded(values, codes.astype(np.int32))
