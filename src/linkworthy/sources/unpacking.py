"""Unpacks gzip, bzip2, xz and Zstandard in pieces of bounded size, and gives every byte before a damage."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

PIECE_BYTES = 1 << 18
"""Bytes unpacked at once: what bounds the memory of a reader, whatever its input unpacks to."""
CUT = "it is cut off"
_XZ_BYTES = 1 << 28
"""Memory that an xz stream may ask for; ``xz -9`` asks for 65 MiB."""
_ZSTD_WINDOW_BYTES = 1 << 27
_ZSTD_PIECE_BYTES = 512
"""Given to the decoder at once: a block of 4 bytes can stand for 128 KiB."""
_CAREFUL_BYTES = 64
FAULTS = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)
"""What a decoder raises."""


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


class Decoder(Protocol):
    """Unpacks one stream in bounded steps."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What was given and lies behind the stream's end."""
        ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes:
        """Unpack up to ``max_length`` bytes; what was not used of the input is kept for the next call."""
        ...


class Zlib:
    """zlib's decoder, whose unused input is kept as those of bzip2 and xz keep it."""

    def __init__(self, wbits: int) -> None:
        self._decoder = zlib.decompressobj(wbits)
        self._fault: zlib.error | None = None

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        """What was given and lies behind the stream's end."""
        return self._decoder.unused_data

    def decompress(self, data: bytes, max_length: int = PIECE_BYTES, /) -> bytes:
        """Unpack up to ``max_length`` bytes, those before a damage included: the next call then raises.

        Raises: zlib.error where nothing sound is left.
        """
        if self._fault:
            raise self._fault
        held = self._decoder.unconsumed_tail + data
        before = self._decoder.copy()
        try:
            return self._decoder.decompress(held, max_length)
        except zlib.error as fault:
            self._fault = fault
            out = bytearray()
            with suppress(zlib.error):
                for at in range(0, len(held), _CAREFUL_BYTES):
                    out += before.decompress(held[at : at + _CAREFUL_BYTES])
            if not out:
                raise
            return bytes(out)


def gzip_decoder() -> Decoder:
    """Give a decoder of one gzip member."""
    return Zlib(31)


def deflate_decoder() -> Decoder:
    """Give a decoder of bare deflate, as ZIP holds it."""
    return Zlib(-15)


def xz_decoder() -> Decoder:
    """Give a decoder of one xz stream, bounded in memory."""
    return lzma.LZMADecompressor(memlimit=_XZ_BYTES)


class Unpacking:
    """Reads one packed stream after the other as one; zeros behind a stream are padding.

    Raises: EOFError where the input ends within a stream, and the decoder's own error where it is damaged; each once
    all bytes before were given.
    """

    def __init__(self, raw: Readable, new: Callable[[], Decoder], *, is_single: bool = False) -> None:
        self._raw = raw
        self._new = new
        self._is_single = is_single
        self._decoder: Decoder | None = new()
        self._data = b""
        self._ready = b""
        self._fault: Exception | None = None
        self.n_rest = 0
        """Of a single stream: bytes that were read and lie behind it."""

    def read(self, size: int) -> bytes:
        """Give up to ``size`` bytes, none at the end."""
        if not self._ready:
            self._ready = self._next(size)
        out, self._ready = self._ready[:size], self._ready[size:]
        return out

    def _next(self, size: int) -> bytes:
        while self._decoder is not None:
            try:
                out = self._decoder.decompress(self._data, max(1, min(size, PIECE_BYTES)))
            except FAULTS as fault:
                self._decoder = None
                raise fault from None
            self._data = b""
            if self._decoder.eof:
                self._begin_next(self._decoder.unused_data)
            elif not out:
                self._data = self._raw.read(PIECE_BYTES)
                if not self._data:
                    self._decoder = None
                    raise EOFError(CUT)
            if out:
                return out
        if self._fault:
            raise self._fault
        return b""

    def _begin_next(self, rest: bytes) -> None:
        if self._is_single:
            self._decoder, self.n_rest = None, len(rest)
            return
        while not (rest := rest.lstrip(b"\0")):
            rest = self._raw.read(PIECE_BYTES)
            if not rest:
                self._decoder = None
                return
        self._decoder, self._data = self._new(), rest
        try:
            self._new().decompress(rest[:_CAREFUL_BYTES], 1)
        except FAULTS:
            self._decoder = None
            self._fault = ValueError("something else follows the packed data")

    def close(self) -> None:
        """Stop."""
        self._decoder = None


class Zstd:
    """Zstandard's decoder, fed so little at once that its output is bounded."""

    def __init__(self) -> None:
        import zstandard  # noqa: PLC0415 - few files are packed so

        self._error = zstandard.ZstdError
        self._decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES).decompressobj()
        self._held = b""
        self._at = 0

    @property
    def eof(self) -> bool:
        """Whether the frame has ended."""
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        """What was given and lies behind the frame's end."""
        return self._decoder.unused_data + self._held[self._at :]

    def decompress(self, data: bytes, max_length: int = PIECE_BYTES, /) -> bytes:
        """Unpack what a few hundred packed bytes hold, at most 16 MiB; ``max_length`` is not exact here.

        Raises: ValueError where the frame is corrupt.
        """
        del max_length
        self._held, self._at = self._held[self._at :] + data, 0
        out = b""
        while not out and not self._decoder.eof and self._at < len(self._held):
            piece = self._held[self._at : self._at + _ZSTD_PIECE_BYTES]
            self._at += len(piece)
            try:
                out = self._decoder.decompress(piece)
            except self._error as fault:
                raise ValueError(str(fault)) from None
        return out


PACKINGS: tuple[tuple[bytes, str, Callable[[Readable], Packed]], ...] = (
    (b"\x1f\x8b", "gzip", lambda raw: Unpacking(raw, gzip_decoder)),
    (b"BZh", "bzip2", lambda raw: Unpacking(raw, bz2.BZ2Decompressor)),
    (b"\xfd7zXZ\x00", "xz", lambda raw: Unpacking(raw, xz_decoder)),
    (b"\x28\xb5\x2f\xfd", "zstd", lambda raw: Unpacking(raw, Zstd)),
)
"""First bytes, name, and reader of each packing."""
