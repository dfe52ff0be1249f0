"""Many lines at once: those of the combined format that are plainly so; every other line is left to the line parser.

Positions of line ends and quotes are found in whole blocks; a line is taken only where the bytes between them prove
that :mod:`linkworthy.sources.weblogs.combined` would read the very same from it.
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
from linkworthy.sources.weblogs.windows import (
    digits_of,
    first_bytes,
    has_byte,
    misfits,
    template,
    words_at,
)  # fmt: skip

_SCAN_BYTES = 1 << 19
"""Looked through at a time, so that it and what is found in it stay in the processor's caches."""
_BEFORE = template("?????? - - [__/???/____:__:__:__ ?____] ")
"""What stands before the first quote."""
_BEFORE_BYTES = 40
_FRONT_BYTES = 34
"""Of these, what begins with the space behind the address."""
_BEHIND_BYTES = 18
"""Behind the second quote: its space, status, size and some more."""
_MAX_SIZE = 10
_MAX_DATES = 16
"""Pairs of day and zone in one block; there are few."""
_MAX_WORD = 64
_FIRST_BYTES = first_bytes(2)
_BYTE = np.uint64(0xFF)

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


class Cut(NamedTuple):
    """What a block gave at once, and the lines that are left; lines are numbered from the block's first, from 0."""

    split: Split
    places: list[int]
    lines: list[bytes]
    """Those that are left, without their line ends."""
    starts: Ints
    """Where each line of ``split`` starts in the block."""
    n_lines: int


class _Lines(NamedTuple):
    """Lines with six quotes or more: their numbers in the block, where they start and end, and their quotes."""

    rows: Ints
    starts: Ints
    ends: Ints
    q: list[Ints]

    def where(self, flags: Flags) -> _Lines:
        if flags.all():
            return self
        return _Lines(self.rows[flags], self.starts[flags], self.ends[flags], [place[flags] for place in self.q])


def cut(data: bytes) -> Cut:
    """Take the lines of a block apart; each ends in a line feed."""
    buf = np.frombuffer(data, np.uint8)
    lines, ends = _quoted_lines(data, buf)
    at, is_timed = _times(data, lines)
    status, is_answered = _answers(data, buf, lines)
    space, is_short, has_vhost = _fronts(data, buf, lines, is_timed)
    is_sound = is_timed & is_answered & is_short
    split = _split(data, lines, at, status, np.where(has_vhost, space, lines.starts), is_sound)
    left = np.ones(len(ends), dtype=bool)
    left[split.rows] = False
    places = np.flatnonzero(left).tolist()
    texts = [data[ends[place - 1] + 1 if place else 0 : ends[place]] for place in places]
    return Cut(split, places, texts, lines.starts[is_sound], len(ends))


def _quoted_lines(data: bytes, buf: Bytes) -> tuple[_Lines, Ints]:
    """Find the lines that may be plain, and the ends of all."""
    marks = _marks(buf)
    line_ends = np.flatnonzero(buf[marks] == ord("\n"))
    ends = marks[line_ends]
    first, starts = np.zeros_like(line_ends), np.zeros_like(ends)
    first[1:], starts[1:] = line_ends[:-1] + 1, ends[:-1] + 1
    is_plain = (line_ends - first >= 6) & (ends - starts <= MAX_RECORD)
    at = data.find(b"\\")
    while at >= 0:
        end = int(np.searchsorted(ends, at))
        is_plain[end] = False
        at = data.find(b"\\", int(ends[end]))
    rows = np.flatnonzero(is_plain)
    first = first[rows]
    lines = _Lines(rows, starts[rows], ends[rows], [marks[first + n] for n in range(6)])
    is_inside = (lines.q[0] - lines.starts > _FRONT_BYTES) & (lines.q[0] >= _BEFORE_BYTES)
    return lines.where(is_inside & (lines.q[1] + _BEHIND_BYTES <= len(data))), ends


def _marks(buf: Bytes) -> Ints:
    """Find all line ends and quotes."""
    found = []
    for start in range(0, len(buf), _SCAN_BYTES):
        piece = buf[start : start + _SCAN_BYTES]
        is_mark = piece == ord('"')
        is_mark |= piece == ord("\n")
        found.append(np.flatnonzero(is_mark) + start)
    return np.concatenate(found)


def _answers(data: bytes, buf: Bytes, lines: _Lines) -> tuple[Ints, Flags]:
    """Read the statuses, and tell where quotes, status and size stand as they should."""
    _, second, third, fourth, fifth, sixth = lines.q
    n_digits = third - second - 7
    is_sound = (n_digits >= 1) & (n_digits <= _MAX_SIZE) & (fifth == fourth + 2)
    n_digits = np.where(is_sound, n_digits, 1)
    word, rest = words_at(data, second + 2, 2)
    value, odd = digits_of(word)
    odd_rest = digits_of(rest)[1]
    digits = _ANSWER[n_digits]
    is_dash = (n_digits == 1) & (buf[second + 6] == ord("-"))
    is_sound &= ((odd & digits[:, 0]) | (odd_rest & digits[:, 1]) == 0) | (is_dash & (odd & _FIRST_BYTES[3, 0] == 0))
    is_sound &= (buf[second + 1] == ord(" ")) & (buf[second + 5] == ord(" ")) & (buf[third - 1] == ord(" "))
    is_sound &= buf[fourth + 1] == ord(" ")
    hundred, ten, one = (value >> np.uint64(8 * n) & _BYTE for n in range(3))
    is_sound &= (hundred >= 1) & (hundred <= 5)
    # The last byte of a block is a line end, so that another stands behind a quote.
    behind = buf[sixth + 1]
    is_sound &= (behind == ord("\n")) | (behind == ord(" ")) | ((behind == ord("\r")) & (sixth + 2 == lines.ends))
    return (hundred * np.uint64(100) + ten * np.uint64(10) + one).astype(np.int64), is_sound


_ANSWER = _FIRST_BYTES[np.minimum(np.arange(_MAX_SIZE + 1) + 4, 16)] & ~np.array([0x80 << 24, 0], np.uint64)
"""By the length of the size: where digits stand in status, space and size."""


def _times(data: bytes, lines: _Lines) -> tuple[Ints, Flags]:
    """Read the times before the requests, and tell where they were read; days of many kinds are left."""
    words = words_at(data, lines.q[0] - _BEFORE_BYTES, 5)
    is_read = misfits(words, _BEFORE) == 0
    clock = digits_of(words[3])[0]
    hour, minute, second = (
        ((clock >> np.uint64(n) & _BYTE) * np.uint64(10) + (clock >> np.uint64(n + 8) & _BYTE)).astype(np.int64)
        for n in (0, 24, 48)
    )
    is_read &= (hour < 24) & (minute < 60) & (second <= 60)
    base = np.full(len(is_read), NEVER, dtype=np.int64)
    waiting = np.flatnonzero(is_read)
    for _ in range(_MAX_DATES):
        if not len(waiting):
            break
        one = waiting[0]
        # All else in these three words is the same where a line fits the template.
        is_same = np.logical_and.reduce([words[n][waiting] == words[n][one] for n in (1, 2, 4)])
        text = data[lines.q[0][one] - _BEFORE_BYTES : lines.q[0][one]]
        base[waiting[is_same]] = _base(text[12:23], text[33:38])
        waiting = waiting[~is_same]
    is_read &= base != NEVER
    return base + hour * 3600 + minute * 60 + second, is_read


def _base(date: bytes, offset: bytes) -> int:
    """Give what the clock is added to, NEVER where the line parser has to look again."""
    day, zone = date.decode("latin-1"), offset.decode("latin-1")
    if not (day.isascii() and day[3:6].isalpha() and zone[0] in "+-"):
        return NEVER
    midnight, ahead = day_seconds(day), zone_seconds(zone)
    return NEVER if NEVER in {midnight, ahead} else midnight - ahead


def _fronts(data: bytes, buf: Bytes, lines: _Lines, is_dashed: Flags) -> tuple[Ints, Flags, Flags]:
    """Tell where the first word ends, where ``address`` or ``vhost address`` is before ``- -``, and which."""
    end = lines.q[0] - _FRONT_BYTES
    n_bytes = np.minimum(end - lines.starts, 17)
    words = words_at(data, lines.starts, 2)
    within = _FIRST_BYTES[np.minimum(n_bytes, 16)]
    odd = [(has_byte(word, " ") | has_byte(word, "[")) & within[:, n] for n, word in enumerate(words)]
    is_one = is_dashed & (n_bytes <= 16) & (odd[0] | odd[1] == 0)
    space, has_vhost = end.copy(), np.zeros(len(end), dtype=bool)
    rest = np.flatnonzero(is_dashed & ~is_one)
    if len(rest):
        space[rest], is_one[rest], has_vhost[rest] = _long_fronts(buf, lines.starts[rest], end[rest])
    return space, is_one, has_vhost


def _long_fronts(buf: Bytes, starts: Ints, end: Ints) -> tuple[Ints, Flags, Flags]:
    """Tell the same of words of any length, and of two of them."""
    space, _, is_word = _word(buf, starts, end, np.ones(len(starts), dtype=bool))
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


def _split(data: bytes, lines: _Lines, at: Ints, status: Ints, host_ends: Ints, is_sound: Flags) -> Split:
    host_ends = host_ends[is_sound]
    rows, starts, _, q = lines.where(is_sound)
    asked = _coded(data, q[0] + 1, q[1])
    if (host_ends > starts).any():
        asked = _with_origin(asked, data, starts, host_ends)
    return Split(
        rows=rows,
        at=at[is_sound],
        status=status[is_sound],
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
    # What lies between two texts is null: it is passed over, and no text has to be copied.
    is_text = np.full((2 * n + 7) // 8, 0b01010101, np.uint8)
    buffers = [pa.py_buffer(is_text), pa.py_buffer(offsets), pa.py_buffer(data)]
    encoded = pa.Array.from_buffers(pa.string(), 2 * n - 1, buffers).dictionary_encode()
    return Coded(encoded.dictionary.to_pylist(), np.frombuffer(encoded.indices.buffers()[1], np.int32)[: 2 * n : 2])


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
