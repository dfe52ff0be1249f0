"""How the bytes of a file arrive: unpacked where they are packed, as valid UTF-8 whatever they were written in."""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

from linkworthy.errors import InputError, SourceError

HEAD_BYTES = 262_144
"""What a file is recognised by."""
MAX_RATIO = 400
"""Unpacked bytes for one packed byte; text packs 3 to 30 times, an archive bomb 1,000 times."""
FREE_BYTES = 1 << 30
"""Unpacked bytes before the ratio counts."""


class Readable(Protocol):
    """Gives bytes in order."""

    def read(self, size: int, /) -> bytes:
        """Give up to ``size`` bytes, none at the end."""
        ...


class Packed(Readable, Protocol):
    """Gives bytes in order, until it is closed."""

    def close(self) -> None:
        """Let go of what it holds."""
        ...


_PACKED: tuple[tuple[bytes, str, Callable[[IO[bytes]], Packed]], ...] = (
    (b"\x1f\x8b", "gzip", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", "bzip2", bz2.BZ2File),
    (b"\xfd7zXZ\x00", "xz", lzma.LZMAFile),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _as_windows(fault: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as Windows-1252, the usual writer of such files."""
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    return fault.object[fault.start : fault.end].decode("cp1252", "replace"), fault.end


codecs.register_error("linkworthy-cp1252", _as_windows)


class Unpacked:
    """The bytes of a file, unpacked where its first bytes say that it is packed.

    Raises: InputError where the file cannot be opened; SourceError where the packing is damaged, once all bytes before
    the damage were given.
    """

    def __init__(self, path: Path, on_bytes: Callable[[int], None] | None = None) -> None:
        self.packing = ""
        self._on_bytes = on_bytes
        self._path = path
        self._fault = ""
        self._n_bytes = 0
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: no regular file; save what it gives to a file first")
        try:
            self._raw = path.open("rb")
            first = self._raw.read(8)
            self._raw.seek(0)
        except OSError as fault:
            raise InputError(f"{path}: cannot be read: {fault.strerror or fault}") from None
        self._file: Packed = self._raw
        for magic, name, unpack in _PACKED:
            if first.startswith(magic):
                self.packing, self._file = name, unpack(self._raw)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        self._raw.close()

    def read(self, size: int) -> bytes:
        """Give ``size`` bytes, fewer at the end or before damage."""
        pieces: list[bytes] = []
        while size > 0 and not self._fault:
            piece = self._piece(min(size, 1 << 18))
            if not piece:
                break
            pieces.append(piece)
            size -= len(piece)
        if not pieces and self._fault:
            raise SourceError(f"{self._path}: {self._fault}")
        if self._on_bytes and not self._raw.closed:
            self._on_bytes(self._raw.tell())
        return b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        try:
            piece = self._file.read(size)
        except (OSError, EOFError, zlib.error, lzma.LZMAError) as fault:
            self._fault = f"damaged after {self._n_bytes:,} bytes: {fault}"
            return b""
        self._n_bytes += len(piece)
        if self.packing and self._n_bytes > max(FREE_BYTES, MAX_RATIO * self._raw.tell()):
            self._fault = f"unpacks to over {MAX_RATIO} times its size; unpack it by hand to import it"
        return piece


class Utf8:
    """The same bytes as valid UTF-8 without byte order mark: UTF-16 recoded, stray bytes read as Windows-1252."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        first = source.read(4096)
        self.encoding, skip = encoding_of(first)
        errors = "linkworthy-cp1252" if self.encoding == "utf-8" else "replace"
        self._decoder = codecs.getincrementaldecoder(self.encoding)(errors)
        self._ready = self._recoded(first[skip:]) if first else self._ended()
        self._is_over = not first

    def read(self, size: int) -> bytes:
        """Give up to ``size`` bytes or somewhat more, never a part of a character; none at the end."""
        while not self._ready and not self._is_over:
            piece = self._source.read(size)
            self._is_over = not piece
            self._ready = self._recoded(piece) if piece else self._ended()
        ready, self._ready = self._ready, b""
        return ready

    def _recoded(self, piece: bytes) -> bytes:
        if self.encoding == "utf-8" and piece.isascii() and not self._decoder.getstate()[0]:
            return piece
        return self._decoder.decode(piece).encode("utf-8", "replace")

    def _ended(self) -> bytes:
        return self._decoder.decode(b"", final=True).encode("utf-8", "replace")


def encoding_of(first: bytes) -> tuple[str, int]:
    """Tell the encoding by the first bytes: its name, and the bytes of its mark to skip."""
    for mark, name in _MARKS:
        if first.startswith(mark):
            return name, len(mark)
    pairs = len(first) // 2
    if pairs >= 4:
        if first[1::2].count(0) > 0.8 * pairs and first[::2].count(0) < 0.1 * pairs:
            return "utf-16-le", 0
        if first[::2].count(0) > 0.8 * pairs and first[1::2].count(0) < 0.1 * pairs:
            return "utf-16-be", 0
    return "utf-8", 0
