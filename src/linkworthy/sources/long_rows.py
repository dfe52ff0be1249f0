"""The beginning of a text without its over-long rows, which are refused anyway and would hide all that follows."""

from __future__ import annotations

import re
from pathlib import Path

from linkworthy.sources.rows import MAX_RECORD, Buffer
from linkworthy.sources.streams import HEAD_BYTES, Readable, Unpacked, Utf8

MAX_LOOKED_AT = 1 << 26
"""Unpacked bytes that are looked at for rows behind over-long ones."""


class _Limited:
    def __init__(self, source: Readable) -> None:
        self._source = source
        self.n_left = MAX_LOOKED_AT

    def read(self, size: int) -> bytes:
        piece = self._source.read(min(size, self.n_left))
        self.n_left -= len(piece)
        return piece


def has_long_row(head: bytes) -> bool:
    """Tell whether a line of a text is longer than a row may be."""
    return max(map(len, re.split(rb"[\r\n]", head))) > MAX_RECORD


def without_long_rows(path: Path) -> tuple[bytes, bool]:
    """Give the first bytes of a text less its over-long lines, and whether that is all of it."""
    with Unpacked(path) as file:
        limited = _Limited(file)
        buffer = Buffer(Utf8(limited))
        kept: list[bytes] = []
        n_bytes = 0
        while n_bytes < HEAD_BYTES and (taken := buffer.line()):
            line, is_cut = taken
            if not is_cut:
                kept.append(line)
                n_bytes += len(line)
    return b"".join(kept), n_bytes < HEAD_BYTES and limited.n_left > 0 and not buffer.fault
