"""Walks an archive compressed member by compressed member, and goes on behind damage.

Readers at large stop at the first corrupt gzip member and end silently on a truncated file. Here a member that cannot
be inflated to its end costs that member alone: reading goes on at the next header behind which a WARC record begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from linkworthy.archives import codecs
from linkworthy.archives.codecs import GZIP_MAGIC, ZSTD_MAGIC, Chunks, DamageError
from linkworthy.archives.files import CHUNK_BYTES, ArchiveFile, Loss, OnLoss
from linkworthy.errors import SourceError

NO_MEMBER = "bytes between compressed members"
WORK_SPENT = "too much damage to go on"

_LZ4_MAGIC = b"\x04\x22\x4d\x18"
_WORK_FACTOR = 8
"""Compressed bytes that damaged members may cost, in sizes of the file: headers nested by a hostile hand end there."""
_RECORD_START = b"WARC/"
_RECORD_LINE = re.compile(rb"\s*WARC/\d\.\d+ *\r?\n")

Inflate = Callable[[ArchiveFile, int], Chunks]


class Member:
    """One compressed member; of a plain file, all of it from an offset. ``chunks`` gives its bytes, once."""

    def __init__(self, file: ArchiveFile, offset: int, inflate: Inflate) -> None:
        self.file = file
        self.offset = offset
        """Where it begins in the file."""
        self.end = offset
        """Where the bytes end that were read for it; known when ``chunks`` has run out."""
        self.fault: str | None = None
        """Why it gave no more bytes, null where it ended as it should."""
        self.whole: bytes | None = None
        """All that it holds, where that is little."""
        self.is_plain = inflate is codecs.plain
        self.chunks = self._read(inflate)
        """What it holds, piece by piece; ``whole`` need not be asked for before."""

    def _read(self, inflate: Inflate) -> Iterator[bytes]:
        try:
            self.end = yield from inflate(self.file, self.offset)
        except DamageError as damage:
            self.end = damage.position
            self.fault = damage.reason


class Archive:
    """An open file together with how its members are compressed.

    Raises: SourceError where the file cannot be opened, or is compressed in a way that is not read.
    """

    def __init__(self, file: ArchiveFile) -> None:
        self.file = file
        head = file.read_at(0, CHUNK_BYTES)
        self.magic = _magic_of(file, head)
        self.inflate: Inflate = codecs.plain
        if self.magic == GZIP_MAGIC:
            self.inflate = codecs.gzip
        elif self.magic == ZSTD_MAGIC:
            self.inflate = partial(codecs.zstd, dictionary=codecs.zstd_dictionary(file))

    def member_at(self, offset: int) -> Member:
        """Give the member that begins at an offset."""
        return Member(self.file, offset, self.inflate)

    def members(self, on_loss: OnLoss) -> Iterator[Member]:
        """Give every member in order; what lies between them, and what damaged ones cost, is reported as lost."""
        if not self.magic:
            yield self.member_at(0)
            return
        offset = work = 0
        while offset < self.file.n_bytes:
            if not self._is_header(offset):
                following = self._next_header(offset + 1)
                on_loss(Loss(offset, following - offset, NO_MEMBER))
                offset = following
                continue
            member = self._member_from(offset)
            yield member
            if member.whole is None:
                for _ in member.chunks:  # whatever the reader left, so that its end is known
                    pass
            if member.fault is None:
                offset = member.end
                continue
            work += member.end - offset
            is_spent = work > _WORK_FACTOR * self.file.n_bytes
            following = self.file.n_bytes if is_spent else self._next_header(offset + 1)
            on_loss(Loss(offset, following - offset, WORK_SPENT if is_spent else member.fault))
            offset = following

    def _member_from(self, offset: int) -> Member:
        if self.magic != GZIP_MAGIC:
            return self.member_at(offset)
        out, n_bytes = codecs.small_gzip(self.file, offset)
        member = Member(self.file, offset, self.inflate if n_bytes else codecs.large_gzip)
        if n_bytes:
            member.whole, member.end = out, offset + n_bytes
        return member

    def _is_header(self, offset: int) -> bool:
        head = self.file.read_at(offset, 8)
        return head.startswith(self.magic) or (self.magic == ZSTD_MAGIC and codecs.is_skippable(head))

    def _next_header(self, offset: int) -> int:
        """Give the offset of the next member that begins with a WARC record, else that of the end of the file."""
        while (offset := self.file.find(self.magic, offset)) < self.file.n_bytes:
            if opens_record(self.member_at(offset)):
                break
            offset += 1
        return offset


def opens_record(member: Member) -> bool:
    """Tell whether the bytes of a member begin as a WARC record does."""
    return next(member.chunks, b"").startswith(_RECORD_START)


def _magic_of(file: ArchiveFile, head: bytes) -> bytes:
    """Tell by what the members begin, nothing for a plain file.

    Where the file opens with no record, the first one in its head decides: what stands before may be damage.
    """
    if _RECORD_LINE.match(head):
        return b""
    first = next((magic for magic in (GZIP_MAGIC, ZSTD_MAGIC) if head.startswith(magic)), b"")
    if codecs.is_skippable(head):
        following = 8 + int.from_bytes(head[4:8], "little")
        if file.read_at(following, 4) == ZSTD_MAGIC:
            return ZSTD_MAGIC
    found = {magic: _first_record(file, head, magic) for magic in (GZIP_MAGIC, ZSTD_MAGIC)}
    line = _RECORD_LINE.search(head)
    places = [(offset, magic) for magic, offset in (*found.items(), (b"", line.start() if line else -1)) if offset >= 0]
    if not places and head.startswith(_LZ4_MAGIC):
        raise SourceError(f"{file.path}: LZ4 is not read; recompress it with gzip, record by record")
    return min(places)[1] if places else first


def _first_record(file: ArchiveFile, head: bytes, magic: bytes) -> int:
    """Give the offset of the first member in the head of a file that begins with a record, -1 where there is none."""
    inflate: Inflate = codecs.gzip if magic == GZIP_MAGIC else codecs.zstd
    offset = head.find(magic)
    while offset >= 0 and not opens_record(Member(file, offset, inflate)):
        offset = head.find(magic, offset + 1)
    return offset
