"""The members of a ZIP file: by its directory, or by what stands before each member where the directory is damaged.

Memory holds the list of members and a piece of one; sizes that a ZIP declares are never believed.
Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import bz2
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from linkworthy.archives.files import ArchiveFile
from linkworthy.sources.unpacking import Decoder, Readable, Unpacking, Zstd, deflate_decoder, xz_decoder

MAX_MEMBERS = 2_000
"""Members that are looked at; a directory may name millions."""
FOREIGN = "is packed by a method that is not read here; unpack it by hand to import it"
LOCKED = "locked with a password: unpack it by hand to import it"
OVERLAP = "shares its bytes with another member, as a ZIP bomb does"
LINK = "a symbolic link, which is not followed"

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END_64 = struct.Struct("<4sQHHIIQQQQ")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK, _DESCRIPTOR_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08"
_END_64_MARK, _LOCATOR_MARK = b"PK\x06\x06", b"PK\x06\x07"
_END_REACH = 65_557
_UNKNOWN = 0xFFFFFFFF
_WORK_FACTOR = 8
"""Bytes searched for the ends of members, in sizes of the file."""
_DECODERS: dict[int, Callable[[], Decoder]] = {
    8: deflate_decoder, 12: bz2.BZ2Decompressor, 93: Zstd, 95: xz_decoder,
}  # fmt: skip
"""Decoder by method; 0 is stored."""


class Entry(NamedTuple):
    """One member, as the ZIP declares it."""

    name: str
    start: int
    """Where its local header begins."""
    n_packed: int
    method: int
    crc: int | None
    """CRC-32 of its content, null where it is not declared."""
    refusal: str | None
    """Why it is not read, null where it is."""


class Directory(NamedTuple):
    """What a ZIP holds."""

    entries: list[Entry]
    n_more: int
    """Members beyond ``MAX_MEMBERS``."""
    fault: str | None
    """What is wrong with the ZIP as a whole."""


class _Damage(Exception):  # noqa: N818 - no error: the other way is tried
    """The directory cannot be read."""


class Section:
    """A stretch of a file."""

    def __init__(self, file: ArchiveFile, start: int, n_bytes: int) -> None:
        self._file = file
        self._at = start
        self._end = start + n_bytes

    def read(self, size: int) -> bytes:
        """Give up to ``size`` bytes; none at the end.

        Raises: EOFError where the file ends before.
        """
        wanted = min(size, self._end - self._at)
        piece = self._file.read_at(self._at, wanted) if wanted > 0 else b""
        if wanted > 0 and not piece:
            raise EOFError("the ZIP is cut off")
        self._at += len(piece)
        return piece


def read_directory(file: ArchiveFile) -> Directory:
    """List the members of a ZIP, folders and the leavings of file managers left out."""
    try:
        found, n_all = _by_directory(file)
        fault = None
    except (_Damage, struct.error):
        found, n_all = _by_headers(file)
        fault = "the ZIP is damaged or cut off; its members were found without its directory"
    kept = [entry for entry in found if not _is_aside(entry.name)]
    return Directory(_without_overlaps(kept), n_all - len(found), fault)


class Checked:
    """What a member holds.

    Raises: ValueError at its end where its checksum is wrong.
    """

    def __init__(self, source: Readable, crc: int) -> None:
        self._source = source
        self._crc = crc
        self._found = 0

    def read(self, size: int) -> bytes:
        """Give up to ``size`` bytes, none at the end."""
        piece = self._source.read(size)
        self._found = zlib.crc32(piece, self._found)
        if not piece and size > 0 and self._found != self._crc:
            raise ValueError("its checksum is wrong")
        return piece


def open_member(file: ArchiveFile, entry: Entry) -> Readable:
    """Open the content of a member.

    Raises: EOFError where its header is not there.
    """
    header = file.read_at(entry.start, _LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(_LOCAL_MARK):
        raise EOFError("its header is damaged")
    *_, n_name, n_extra = _LOCAL.unpack(header)
    section = Section(file, entry.start + _LOCAL.size + n_name + n_extra, entry.n_packed)
    content: Readable = section
    if entry.method:
        content = Unpacking(section, _DECODERS[entry.method], is_single=True)
    return content if entry.crc is None else Checked(content, entry.crc)


def _is_aside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return not parts[-1] or any(part == "__MACOSX" or (part.startswith(".") and part.strip(".")) for part in parts)


def _entry(name: bytes, flags: int, method: int, start: int, n_packed: int, crc: int | None, mode: int = 0) -> Entry:
    refusal = None
    if stat.S_ISLNK(mode):
        refusal = LINK
    elif flags & 1 or method == 99:
        refusal = LOCKED
    elif method and method not in _DECODERS:
        refusal = FOREIGN
    text = name.decode("utf-8" if flags & 0x800 else "cp437", "replace")
    return Entry(text.split("\0")[0], start, n_packed, method, crc, refusal)


# By its directory -----------------------------------------------------------------------------------------------------


def _by_directory(file: ArchiveFile) -> tuple[list[Entry], int]:
    n_members, n_bytes, start, shift = _end_of(file)
    if start < 0 or n_bytes > file.n_bytes or n_members > n_bytes // _CENTRAL.size:
        raise _Damage
    entries: list[Entry] = []
    for _ in range(min(n_members, MAX_MEMBERS)):
        fixed = file.read_at(start, _CENTRAL.size)
        if not fixed.startswith(_CENTRAL_MARK):
            raise _Damage
        (_, _, _, flags, method, _, _, crc, n_packed, n_out, n_name, n_extra, n_comment, _, _, outer, at) = (
            _CENTRAL.unpack(fixed)
        )
        rest = file.read_at(start + _CENTRAL.size, n_name + n_extra)
        n_packed, at = _wide(rest[n_name:], n_out, n_packed, at)
        entries.append(_entry(rest[:n_name], flags, method, at + shift, n_packed, crc, outer >> 16))
        start += _CENTRAL.size + n_name + n_extra + n_comment
    if entries and not file.read_at(entries[0].start, 4).startswith(_LOCAL_MARK):
        raise _Damage
    return entries, n_members


def _end_of(file: ArchiveFile) -> tuple[int, int, int, int]:
    """Find the directory: its members, bytes and start, and how far the ZIP stands from the start of the file."""
    base = max(0, file.n_bytes - _END_REACH)
    tail = file.read_at(base, _END_REACH)
    at = tail.rfind(_END_MARK)
    if at < 0:
        raise _Damage
    _, _, _, _, n_members, n_bytes, start, _ = _END.unpack(tail[at : at + _END.size])
    place = base + at
    locator = file.read_at(place - 20, 20) if place >= 20 else b""
    if locator.startswith(_LOCATOR_MARK):
        wide = file.read_at(struct.unpack("<Q", locator[8:16])[0] & (2**62 - 1), _END_64.size)
        if wide.startswith(_END_64_MARK):
            *_, n_members, n_bytes, start = _END_64.unpack(wide)
            return n_members, n_bytes, start, 0
    shift = place - n_bytes - start
    if shift < 0:
        raise _Damage
    return n_members, n_bytes, start + shift, shift


def _wide(extra: bytes, n_out: int, n_packed: int, at: int) -> tuple[int, int]:
    """Take the sizes that do not fit 32 bits from the extra field."""
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        if kind == 1:
            numbers = [n for (n,) in struct.iter_unpack("<Q", extra[4 : 4 + length // 8 * 8])]
            for value, place in ((n_out, 0), (n_packed, 1), (at, 2)):
                if value == _UNKNOWN and numbers:
                    wide = numbers.pop(0) & (2**62 - 1)
                    n_packed, at = (wide if place == 1 else n_packed), (wide if place == 2 else at)
            break
        extra = extra[4 + length :]
    return n_packed, at


# By the headers of its members ----------------------------------------------------------------------------------------


def _by_headers(file: ArchiveFile) -> tuple[list[Entry], int]:
    entries: list[Entry] = []
    for entry in _local_entries(file):
        if len(entries) == MAX_MEMBERS:
            break
        entries.append(entry)
    return entries, len(entries)


def _local_entries(file: ArchiveFile) -> Iterator[Entry]:
    at = work = 0
    while (at := file.find(_LOCAL_MARK, at)) < file.n_bytes:
        header = file.read_at(at, _LOCAL.size)
        if len(header) < _LOCAL.size:
            return
        _, version, flags, method, _, _, crc, n_packed, n_out, n_name, n_extra = _LOCAL.unpack(header)
        if version & 0xFF > 100 or not (method <= 20 or 93 <= method <= 99) or not 0 < n_name <= 4096:
            at += 4
            continue
        rest = file.read_at(at + _LOCAL.size, n_name + n_extra)
        data = at + _LOCAL.size + n_name + n_extra
        n_packed, _ = _wide(rest[n_name:], n_out, n_packed, 0)
        is_open = bool(flags & 8) and not n_packed
        if is_open:
            if work > _WORK_FACTOR * file.n_bytes:
                return
            n_packed, n_searched = _length_of(file, data)
            work += n_searched
        yield _entry(rest[:n_name], flags, method, at, n_packed, None if is_open else crc)
        following = data + n_packed
        at = following if file.read_at(following, 2) == b"PK" else at + 4


def _length_of(file: ArchiveFile, data: int) -> tuple[int, int]:
    """Find where a member of undeclared length ends; gives its length, and how much was searched."""
    at, searched = data, 0
    while (found := file.find(_DESCRIPTOR_MARK, at)) < file.n_bytes:
        searched += found - at + 4
        length = file.read_at(found + 8, 4)
        if len(length) == 4 and struct.unpack("<I", length)[0] == (found - data) & _UNKNOWN:
            return found - data, searched
        at = found + 4
    following = min(file.find(_LOCAL_MARK, data), file.find(_CENTRAL_MARK, data))
    return following - data, searched + 3 * (file.n_bytes - data)


def _without_overlaps(entries: list[Entry]) -> list[Entry]:
    """Mark the members that reach into the next one."""
    order = sorted(range(len(entries)), key=lambda n: (entries[n].start, n))
    out = list(entries)
    for n, following in pairwise(order):
        if entries[n].start + _LOCAL.size + entries[n].n_packed > entries[following].start:
            out[n] = entries[n]._replace(refusal=entries[n].refusal or OVERLAP)
    return out
