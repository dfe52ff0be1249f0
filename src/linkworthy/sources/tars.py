"""The members of a tar file, read as a stream; sizes that it declares are never believed.

Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from linkworthy.sources.unpacking import Readable

BLOCK_BYTES = 512
_MAX_NAME_BYTES = 1 << 16
_PAX_PATH = re.compile(rb"\d+ path=([^\n]*)\n")
_FILES = frozenset(b"\0" + b"07S")


@dataclass(slots=True)
class Member:
    """One file; what of it is not read is passed over."""

    name: str
    n_bytes: int
    source: Readable
    at: int = 0

    def read(self, size: int) -> bytes:
        """Give up to ``size`` bytes, none at the end.

        Raises: EOFError where the tar is cut off.
        """
        wanted = min(size, self.n_bytes - self.at)
        piece = self.source.read(wanted) if wanted > 0 else b""
        if wanted > 0 and not piece:
            raise EOFError("the tar is cut off")
        self.at += len(piece)
        return piece


def is_tar(head: bytes) -> bool:
    """Tell whether the first block of a file is a tar header."""
    return len(head) >= BLOCK_BYTES and head[257:262] == b"ustar" and _checksum(head[:BLOCK_BYTES])


def read_members(source: Readable) -> Iterator[Member]:
    """Give the files of a tar in order, folders, links and devices left out.

    Raises: EOFError where it is cut off, ValueError where a header is damaged.
    """
    long_name = b""
    while header := _exactly(source, BLOCK_BYTES):
        if not header.strip(b"\0"):
            return
        if not _checksum(header):
            raise ValueError("a header of the tar is damaged")
        n_bytes = _number(header[124:136])
        kind = header[156]
        if kind in b"Lxg":
            text = _exactly(source, min(n_bytes, _MAX_NAME_BYTES))
            _skip(source, n_bytes - len(text) + -n_bytes % BLOCK_BYTES)
            if kind == ord("L"):
                long_name = text.rstrip(b"\0")
            elif kind == ord("x") and (found := _PAX_PATH.search(text)):
                long_name = found[1]
            continue
        prefix = header[345:500].split(b"\0")[0] if header[257:263] == b"ustar\0" else b""
        name = long_name or b"/".join(part for part in (prefix, header[:100].split(b"\0")[0]) if part)
        long_name = b""
        member = Member(name.decode("utf-8", "replace"), n_bytes, source)
        if kind in _FILES and not member.name.endswith("/"):
            yield member
        _skip(source, n_bytes - member.at + -n_bytes % BLOCK_BYTES)


def _number(field: bytes) -> int:
    if field[0] & 0x80:
        return int.from_bytes(field, "big") & (2**62 - 1)
    digits = field.strip(b" \0")
    return int(digits, 8) if re.fullmatch(rb"[0-7]{1,12}", digits) else 0


def _checksum(header: bytes) -> bool:
    given = header[148:156].strip(b" \0")
    found = sum(header) - sum(header[148:156]) + 8 * 32
    return re.fullmatch(rb"[0-7]{1,8}", given) is not None and int(given, 8) == found


def _exactly(source: Readable, n_bytes: int) -> bytes:
    pieces: list[bytes] = []
    while n_bytes > 0:
        piece = source.read(n_bytes)
        if not piece:
            if pieces:
                raise EOFError("the tar is cut off")
            break
        pieces.append(piece)
        n_bytes -= len(piece)
    return b"".join(pieces)


def _skip(source: Readable, n_bytes: int) -> None:
    while n_bytes > 0:
        piece = source.read(min(n_bytes, 1 << 20))
        if not piece:
            raise EOFError("the tar is cut off")
        n_bytes -= len(piece)
