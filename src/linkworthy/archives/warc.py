"""Reads the records of a WARC one after the other, and loses no more to damage than what the damage touched.

Records are framed here, because what is at hand stops at the first corrupt member, ends silently on a truncated file
and believes every Content-Length. Memory holds one record, at most ``MAX_CONTENT_BYTES`` of it, and a chunk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from linkworthy.archives import codecs
from linkworthy.archives.files import ArchiveFile, Loss, OnLoss
from linkworthy.archives.http import parse_headers
from linkworthy.archives.members import Archive, Member
from linkworthy.archives.record import Record
from linkworthy.archives.window import Window
from linkworthy.errors import SourceError

MAX_CONTENT_BYTES = 1 << 25
"""Content kept of one record; the rest is passed over and the record marked as cut. Common Crawl keeps 1 MiB."""
MAX_HEADER_BYTES = 1 << 16
"""A record's header that is longer is none."""

_SMALL_BYTES = 1 << 20
"""A member up to this size is taken as a whole: most hold one record and nothing else."""

NO_RECORD = "bytes that begin no record"
NO_HEADER_END = "record header without an end"
CUT_RECORD = "record cut at the end of the file"

_ARC = re.compile(rb"filedesc://\S* \S* \d+ \S* -?\d+\r?\n")
_START = re.compile(rb"WARC/\d\.\d+ *\r?\n")
_BOUNDARY = re.compile(rb"WARC/\d\.\d{1,2} {0,8}\r?\n(?=[A-Za-z][A-Za-z-]{0,60}:)")
"""Where a record begins, in the middle of a line too: what was cut away may have held the line break before it."""
_BOUNDARY_REACH = 128
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_BLANK = re.compile(rb"[\r\n]+")
_BLANK_LINES = (b"\r\n\r\n", b"\n\n")
_LENGTH = re.compile(r"\d{1,18}$")
_LENGTH_LINE = re.compile(rb"\nContent-Length: (\d{1,18})\r?(?:\n(?![ \t])|\Z)")
_LENGTH_NAME = re.compile(rb"content-length", re.IGNORECASE)


def read_records(path: Path, on_loss: OnLoss) -> Iterator[Record]:
    """Give every record that can be read, in the order of the file; ``on_loss`` hears of every stretch that cannot.

    Raises: SourceError where the file cannot be opened, is an ARC, or is compressed in a way that is not read.
    """
    with ArchiveFile(path) as file:
        archive = Archive(file)
        for member in archive.members(on_loss):
            yield from _records_of(member, on_loss)


def read_record_at(archive: Archive, offset: int, inner: int) -> Record | None:
    """Give the record at the place that :class:`Record` names, null where none can be read there."""
    member = archive.member_at(offset)
    window = Window(member.chunks)
    window.skip(inner)
    return _next(window, member, lambda _: None)


def _records_of(member: Member, on_loss: OnLoss) -> Iterator[Record]:
    """Give the records of a member, each when the next has begun: the checksum comes after the last one."""
    if member.whole is not None and (only := _only_record(member.whole, member)) is not None:
        yield only
        return
    chunks: list[bytes] = []
    if not member.is_plain and member.whole is None:
        n_bytes = 0
        for chunk in member.chunks:
            chunks.append(chunk)
            n_bytes += len(chunk)
            if n_bytes > _SMALL_BYTES:
                break
        else:
            if (only := _only_record(b"".join(chunks), member)) is not None:
                yield only
                return
    window = Window(chain(chunks, member.chunks))
    waiting: Record | None = None
    while (record := _next(window, member, on_loss)) is not None:
        if waiting is not None:
            yield waiting
        waiting = record
    if waiting is not None and member.fault != codecs.CORRUPT:
        yield waiting


def _only_record(run: bytes, member: Member) -> Record | None:
    """Give the record that a small member holds and nothing else, null where only a closer look can tell."""
    if member.fault is not None or not (line := _START.match(run)):
        return None
    start = line.end()
    end = run.find(b"\r\n\r\n", start - 2, MAX_HEADER_BYTES)
    if end < 0 or run.find(b"\n\n", start - 2, end) >= 0 or run.find(b"\n\r\n", start - 2, end + 2) >= 0:
        return None
    if run.find(b"WARC/", start, end) >= 0 and _BOUNDARY.search(run, start, end) is not None:
        return None
    block = run[start:end]
    length = _length(block)
    if (
        length is None
        or length > MAX_CONTENT_BYTES
        or len(run) - end - 4 != length + 4
        or not run.endswith(b"\r\n\r\n")
    ):
        return None
    content = run[end + 4 : -4]
    return Record(block=block, content=content, n_bytes=length, offset=member.offset, inner=0)


def _length(block: bytes) -> int | None:
    """Give the length that a header says, null where it says none; most say it in one line that is easily read."""
    line = _LENGTH_LINE.search(block)
    if line is not None and len(_LENGTH_NAME.findall(block)) == 1:
        return int(line[1])
    for name, value in parse_headers(block):
        if name == "content-length":
            return int(value) if _LENGTH.match(value) else None
    return None


def _next(window: Window, member: Member, on_loss: OnLoss) -> Record | None:
    """Give the next record of a run, null at its end."""
    while _skip_blank_lines(window):
        start = window.base
        window.fill(MAX_HEADER_BYTES)
        if not (line := _START.match(window.buffer)):
            _refuse_arc(window, member)
            _lose(window, member, on_loss, NO_RECORD)
            continue
        end = _HEADER_END.search(window.buffer, line.end() - 2, MAX_HEADER_BYTES)
        inside = _BOUNDARY.search(window.buffer, line.end(), end.start() if end else MAX_HEADER_BYTES)
        if end is None or inside is not None:
            window.drop(1)
            _lose(window, member, on_loss, NO_HEADER_END, n_before=1)
            continue
        block = bytes(window.buffer[line.end() : end.start()])
        window.drop(end.end())
        record = _content(window, member, start, block)
        if record is not None:
            if record.is_cut and member.is_plain and member.offset + window.base >= member.file.n_bytes:
                on_loss(Loss(record.offset, window.base - start, CUT_RECORD))
            return record
    return None


def _skip_blank_lines(window: Window) -> bool:
    """Pass over the blank lines between records, false where nothing follows."""
    while window.fill(1):
        blank = _BLANK.match(window.buffer)
        if blank is None:
            return True
        window.drop(blank.end())
    return False


def _lose(window: Window, member: Member, on_loss: OnLoss, reason: str, n_before: int = 0) -> None:
    """Pass over everything up to the next line that begins a record, and report it."""
    start = window.base - n_before
    _, n_bytes, _ = window.take_until(_BOUNDARY, 0, _BOUNDARY_REACH)
    if member.fault is None:  # else the member is lost as a whole, and reported as such
        on_loss(Loss(_place(member, start)[0], n_bytes + n_before, reason))


def _content(window: Window, member: Member, start: int, block: bytes) -> Record | None:
    """Take the content behind a header; null where it is corrupt, and what there is where the file ends within it."""
    length = _length(block)
    is_mended = is_cut = False
    if length is not None and _ends_well(window, member, length):
        window.fill(min(length, MAX_CONTENT_BYTES))
        content = window.take(min(length, MAX_CONTENT_BYTES))
        n_bytes = len(content) + window.skip(length - len(content))
        is_cut = n_bytes < length
    else:
        content, n_bytes, has_next = window.take_until(_BOUNDARY, MAX_CONTENT_BYTES, _BOUNDARY_REACH)
        is_short = length is None or n_bytes < length
        is_cut = not has_next and is_short and (member.is_plain or member.fault is not None)
        is_mended = not is_cut
        if is_mended and n_bytes == len(content):
            content = _without_separator(content)
            n_bytes = len(content)
    if member.fault == codecs.CORRUPT and is_cut:
        return None
    offset, inner = _place(member, start)
    return Record(
        block=block,
        content=content,
        n_bytes=n_bytes,
        offset=offset,
        inner=inner,
        is_cut=is_cut or n_bytes > len(content),
        is_mended=is_mended,
    )


def _ends_well(window: Window, member: Member, length: int) -> bool:
    """Tell whether a Content-Length leads to the end of a record: a blank line, the next record, or the end of the run.

    What a member inflates to is not looked at beyond the content that is kept; a checksum vouches for it.
    """
    if length > MAX_CONTENT_BYTES:
        if not member.is_plain:
            return window.fill(MAX_CONTENT_BYTES + 1)
        where = member.offset + window.base + length
        tail = member.file.read_at(where, 12)
        return where <= member.file.n_bytes and _is_tail(tail)
    window.fill(length + 12)
    if len(window.buffer) < length:
        return False
    tail = bytes(window.buffer[length : length + 12])
    # A blank line with anything else behind it may lie anywhere; then no record may begin before it.
    return _is_tail(tail) or (tail.startswith(_BLANK_LINES) and _BOUNDARY.search(window.buffer, 0, length) is None)


def _is_tail(tail: bytes) -> bool:
    """Tell whether bytes are a separator and the start of a record, or the end of everything."""
    return not tail.strip(b"\r\n") or tail.startswith(b"WARC/") or b"\nWARC/" in tail


def _without_separator(content: bytes) -> bytes:
    """Drop the blank line in front of the next record."""
    for separator in _BLANK_LINES:
        content = content.removesuffix(separator)
    return content


def _place(member: Member, position: int) -> tuple[int, int]:
    return (member.offset + position, 0) if member.is_plain else (member.offset, position)


def _refuse_arc(window: Window, member: Member) -> None:
    if window.base == 0 and _ARC.match(window.buffer):
        raise SourceError(
            f"{member.file.path}: ARC is not read; turn it into WARC first, for example with 'warcio recompress'"
        )
