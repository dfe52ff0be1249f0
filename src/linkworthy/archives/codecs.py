"""Inflates one member of an archive in chunks of bounded size: gzip, zstd, or nothing at all.

Each codec is a generator of chunks that returns the offset behind the member.
"""

from __future__ import annotations

import zlib
from collections.abc import Generator
from typing import cast

import zstandard
from isal import isal_zlib

from linkworthy.archives.files import CHUNK_BYTES, ArchiveFile

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
CORRUPT = "corrupt compressed member"
CUT = "compressed member cut at the end of the file"

_DAMAGE = cast("type[Exception]", isal_zlib.error)
_FIRST_BYTES = 1 << 14
"""Read first of a member; most hold one page, and what is read beyond the member is read again."""
_ZSTD_PIECE_BYTES = 512
"""Given to the zstd decoder at once: a block of 4 bytes can stand for 128 KiB."""
_ZSTD_WINDOW_BYTES = 1 << 27
_DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"
_MAX_DICTIONARY_BYTES = 1 << 24

Chunks = Generator[bytes, None, int]


class DamageError(Exception):
    """A member cannot be inflated any further."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


def plain(file: ArchiveFile, offset: int) -> Chunks:
    """Give the bytes of the file from an offset to its end."""
    while chunk := file.read_at(offset, CHUNK_BYTES):
        yield chunk
        offset += len(chunk)
    return offset


def gzip(file: ArchiveFile, offset: int) -> Chunks:
    """Inflate one gzip member; its checksum is verified at its end.

    Raises: DamageError where it is corrupt or cut.
    """
    out, n_bytes = small_gzip(file, offset)
    if n_bytes:
        yield out
        return offset + n_bytes
    return (yield from large_gzip(file, offset))


def large_gzip(file: ArchiveFile, offset: int) -> Chunks:
    """Inflate a gzip member of which :func:`small_gzip` gives nothing.

    Raises: DamageError where it is corrupt or cut.
    """
    decoder = zlib.decompressobj(wbits=31)
    position, n_wanted = offset, _FIRST_BYTES
    while not decoder.eof:
        data = decoder.unconsumed_tail
        if not data:
            data = file.read_at(position, n_wanted)
            position += len(data)
            n_wanted = min(2 * n_wanted, CHUNK_BYTES)
        try:
            out = decoder.decompress(data, CHUNK_BYTES)
        except zlib.error:
            raise DamageError(CORRUPT, position) from None
        if out:
            yield out
        elif not data and not decoder.eof:
            raise DamageError(CUT, position)
    return position - len(decoder.unused_data)


def small_gzip(file: ArchiveFile, offset: int) -> tuple[bytes, int]:
    """Inflate one gzip member that is small and whole; gives its bytes and how many it took, 0 for any other."""
    data = file.read_at(offset, _FIRST_BYTES)
    decoder = isal_zlib.decompressobj(wbits=31)
    try:
        out = decoder.decompress(data, CHUNK_BYTES)
    except _DAMAGE:
        return b"", 0
    return (out, len(data) - len(decoder.unused_data)) if decoder.eof else (b"", 0)


def zstd(file: ArchiveFile, offset: int, dictionary: zstandard.ZstdCompressionDict | None = None) -> Chunks:
    """Inflate one zstd frame; a skippable frame gives nothing.

    Raises: DamageError where it is corrupt or cut.
    """
    head = file.read_at(offset, 8)
    if is_skippable(head):
        end = offset + 8 + int.from_bytes(head[4:8], "little")
        if end > file.n_bytes:
            raise DamageError(CUT, file.n_bytes)
        return end
    decoder = zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=_ZSTD_WINDOW_BYTES).decompressobj()
    position = offset
    while not decoder.eof:
        data = file.read_at(position, _ZSTD_PIECE_BYTES)
        if not data:
            raise DamageError(CUT, position)
        position += len(data)
        try:
            out = decoder.decompress(data)
        except zstandard.ZstdError:
            raise DamageError(CORRUPT, position) from None
        if out:
            yield out
    return position - len(decoder.unused_data)


def is_skippable(head: bytes) -> bool:
    """Tell whether bytes open a skippable zstd frame (RFC 8878, section 3.1.2)."""
    return len(head) >= 8 and head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50


def zstd_dictionary(file: ArchiveFile) -> zstandard.ZstdCompressionDict | None:
    """Give the dictionary that a .warc.zst holds in its first frame, null where it holds none that can be read.

    Source: https://iipc.github.io/warc-specifications/specifications/warc-zstd/
    """
    head = file.read_at(0, 8)
    n_bytes = int.from_bytes(head[4:8], "little")
    if head[:4] != _DICTIONARY_MAGIC or n_bytes > _MAX_DICTIONARY_BYTES:
        return None
    data = file.read_at(8, n_bytes)
    if data[:4] == ZSTD_MAGIC:
        try:
            with zstandard.ZstdDecompressor().stream_reader(data) as reader:
                data = reader.read(_MAX_DICTIONARY_BYTES)
        except zstandard.ZstdError:
            return None
    return zstandard.ZstdCompressionDict(data)
