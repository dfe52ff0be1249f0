"""Small archives for tests."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from linkworthy.archives.files import Loss
from linkworthy.archives.record import Record
from linkworthy.archives.warc import read_records
from linkworthy.archives.writer import WarcWriter

WHEN = datetime(2026, 11, 22, 4, 44, tzinfo=UTC)
HTML = (("Content-Type", "text/html; charset=utf-8"),)

Page = tuple[str, int, tuple[tuple[str, str], ...], bytes]


def page(url: str, html: str, status: int = 200, headers: tuple[tuple[str, str], ...] = HTML) -> Page:
    """Give what :func:`warc_of` takes."""
    return url, status, headers, html.encode()


def warc_of(pages: Iterable[Page], *, is_compressed: bool = True) -> tuple[bytes, list[int]]:
    """Give the bytes of a WARC without warcinfo, and the offset of each record."""
    file = io.BytesIO()
    writer = WarcWriter(file, is_compressed=is_compressed)
    offsets = [writer.response(url, status, headers, body, WHEN) for url, status, headers, body in pages]
    return file.getvalue(), offsets


def write_warc(path: Path, pages: Iterable[Page], *, is_compressed: bool = True) -> Path:
    """Write a WARC of these pages."""
    path.write_bytes(warc_of(pages, is_compressed=is_compressed)[0])
    return path


def read_all(path: Path) -> tuple[list[Record], list[Loss]]:
    """Give the records of a file and its losses."""
    losses: list[Loss] = []
    return list(read_records(path, losses.append)), losses
