"""The URLs of a list: a text, a CSV file or a sitemap, read again from its copy whenever the crawl goes on."""

from __future__ import annotations

import csv
import gzip
import io
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from linkworthy import urls
from linkworthy.crawl import sitemaps
from linkworthy.errors import InputError

MAX_LINE = 100_000
"""Characters of one line that are read."""
MAX_REJECTS = 1_000
"""Lines that name no URL and are kept with their text; the others are counted."""

_HEAD_BYTES = 65_536
_NAMES = (
    "url",
    "urls",
    "address",
    "loc",
    "page",
    "page url",
    "link",
    "uri",
    "target url",
    "source url",
    "landing page",
)
"""Names of a column of URLs, the likeliest first."""
_HOST = re.compile(r"[^\s/:?#]+\.[^\s/:?#.]{2,}(?::\d+)?(?:[/?#]|$)")

Reject = Callable[[int, str, str], None]
"""Told the row, the reason and the text of what names no URL."""


def keep(source: BinaryIO, path: Path) -> None:
    """Copy a list to a place of the run's own, whole or not at all; gzip is undone.

    Raises: InputError where the compressed data is damaged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    buffered = io.BufferedReader(source) if isinstance(source, io.RawIOBase) else source
    head = buffered.read(2)
    rest = _Joined(head, buffered)
    with temporary.open("wb") as out:
        try:
            shutil.copyfileobj(gzip.GzipFile(fileobj=rest) if head == b"\x1f\x8b" else rest, out)
        except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
            raise InputError(f"the list's gzip data is damaged: {fault}") from None
    temporary.replace(path)


def read(path: Path, start: str, reject: Reject) -> Iterator[str]:
    """Give the normalised URLs of a list in its order; paths are those of the start page's host.

    Raises: InputError where the list is a sitemap that names other sitemaps, which have to be fetched.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
        yield from _of_sitemap(path, start, reject)
        return
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = (line[:MAX_LINE].replace("\0", "") for line in file)
        delimiter = _delimiter(head.decode(encoding, "replace"))
        texts = _column(lines, delimiter) if delimiter else _plain(lines)
        for row, text in texts:
            url = _url(text, start)
            if url is not None:
                yield url
            elif text:
                reject(row, urls.rejection(text, start) or "not a URL", text)


def _of_sitemap(path: Path, start: str, reject: Reject) -> Iterator[str]:
    with path.open("rb") as file:
        found = sitemaps.read(file.read(sitemaps.MAX_BYTES + 1), start)
    if found.kind == "index":
        raise InputError("the list is an index of sitemaps: give the URL of one, or use '--mode sitemap'")
    for item in found.rejects:
        reject(item.row, item.reason, item.sample)
    yield from (item.url for item in found.entries)


def _plain(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    for row, line in enumerate(lines, 1):
        text = line.strip()
        if not text.startswith("#"):
            yield row, text


def _delimiter(head: str) -> str | None:
    """Tell what parts the columns, null where each line is a URL, which may hold a comma itself."""
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    for delimiter in "\t;,":
        counts = {line.count(delimiter) for line in lines[:-1] or lines}
        if not lines or counts == {0}:
            continue
        first = [cell.strip(' "').lower() for cell in lines[0].split(delimiter)]
        has_name = any(name in first for name in _NAMES)
        if has_name or (delimiter == "\t" and len(first) > 1):
            return delimiter
        others = [cell for n, cell in enumerate(first) if n and not cell.replace(".", "").isdigit()]
        if len(first) > 1 and len(counts) == 1 and all(not cell or cell.startswith(("http", "/")) for cell in others):
            return delimiter
    return None


def _column(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, str]]:
    """Give the column of URLs: the one that the head names, else the first whose value is one in the first row."""
    at: int | None = None
    for row, line in enumerate(lines, 1):
        texts = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
        if at is None:
            lower = [text.lower() for text in texts]
            named = [lower.index(name) for name in _NAMES if name in lower]
            if named:
                at = named[0]
                continue
            at = next((n for n, text in enumerate(texts) if _looks_like_url(text)), None)
        text = delimiter.join(texts) if at is None else texts[at] if at < len(texts) else ""
        yield row, text


def _looks_like_url(text: str) -> bool:
    return text.startswith(("http://", "https://", "/")) or _HOST.match(text) is not None


def _url(text: str, start: str) -> str | None:
    if "://" in text:
        return urls.normalise(text)
    if text.startswith("/"):
        return urls.normalise(text, start)
    return urls.normalise(f"https://{text}") if _HOST.match(text) else None


class _Joined(io.RawIOBase):
    """A stream with the bytes that were read from its head put back."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._head[: len(view)] if self._head else self._rest.read(len(view))
        self._head = self._head[len(view) :] if self._head else b""
        view[: len(data)] = data
        return len(data)
