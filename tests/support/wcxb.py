"""The real pages of the shared WCXB set, as pairs and as one WARC."""

from __future__ import annotations

import gzip
import json
import re
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from linkworthy.archives.writer import WarcWriter
from tests.support.shared import shared

HEADERS = (("Content-Type", "text/html"),)
"""The set keeps no headers; the pages tell their encoding themselves."""
UNDATED = "2026-01-03T00:00:00"
"""Stands for the date of the pages that the set does not date."""
_CANONICAL = re.compile(rb'<link rel="canonical" href="([^"]+)"')


class RealPage(NamedTuple):
    """One page with the URL that it was downloaded from."""

    url: str
    html: bytes
    captured_at: datetime


def real_pages() -> Iterator[RealPage]:
    """Give the pages of the development part, in the order of their numbers; skips the test where the set is absent."""
    with tarfile.open(shared("wcxb", "wcxb_dev.tar.xz")) as tar:
        found: dict[str, dict[str, bytes]] = {}
        for member in tar:
            stem, _, ending = member.name.rpartition("/")[2].partition(".")
            if member.isfile() and stem.isdecimal():
                stream = tar.extractfile(member)
                assert stream is not None
                found.setdefault(stem, {})[ending] = stream.read()
    for stem in sorted(found):
        page = found.pop(stem)
        truth = json.loads(page["json"])
        html = gzip.decompress(page["html.gz"]) if "html.gz" in page else page["html"]
        captured_at = datetime.fromisoformat(truth.get("downloaded_at") or UNDATED).replace(tzinfo=UTC)
        yield RealPage(truth.get("url") or _url_of(stem, html), html, captured_at)


def _url_of(stem: str, html: bytes) -> str:
    """Give a URL to one of the five pages that the set names none for: its canonical, else a host of its own."""
    canonical = _CANONICAL.search(html)
    return canonical[1].decode() if canonical else f"https://wcxb-{stem}.example/"


def write_wcxb_warc(path: Path, limit: int | None = None, *, is_compressed: bool = False) -> int:
    """Write the pages (the first ``limit`` of them) as a WARC; give their number. Packing takes ten seconds longer."""
    n_pages = 0
    with path.open("wb") as file:
        writer = WarcWriter(file, is_compressed=is_compressed)
        writer.warcinfo(
            {"software": "linkworthy tests", "format": "WARC File Format 1.1"}, datetime(2026, 1, 1, tzinfo=UTC)
        )
        for page in real_pages():
            if n_pages == limit:
                break
            writer.response(page.url, 200, HEADERS, page.html, page.captured_at, reason="OK")
            n_pages += 1
    return n_pages
