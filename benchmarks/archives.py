"""Archives of real pages for the benchmarks ``wat`` and ``warc``: WCXB and Debian's documentation under many hosts.

The WAT is written by the tests' writer, which uses the standard library's tokeniser and nothing of ours. That takes
minutes, so archives are kept in the user's cache for the next run, as long as pages and writers stay the same.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import xxhash

from linkworthy.archives.writer import WarcWriter
from tests.support import wat_writer

WCXB = Path(__file__).resolve().parents[2] / "shared" / "data" / "wcxb" / "wcxb_dev.tar.xz"
DOCUMENTATION = Path("/usr/share/doc")
BEGAN = datetime(2026, 10, 1, tzinfo=UTC)
HEADERS = (
    ("Content-Type", "text/html"), ("Server", "nginx"), ("Cache-Control", "max-age=600"), ("Vary", "Accept-Encoding"),
    ("Last-Modified", "Thu, 01 Oct 2026 00:00:00 GMT"), ("Strict-Transport-Security", "max-age=31536000"),
)  # fmt: skip
_CANONICAL = re.compile(rb'<link rel="canonical" href="([^"]+)"')


class Source(NamedTuple):
    """One page and the URL that it stands under."""

    url: str
    html: bytes


class Corpus(NamedTuple):
    """An archive of pages."""

    path: Path
    n_pages: int


def corpus(kind: str, n_pages: int) -> Corpus:
    """Give an archive, ``wat`` or ``warc``: the WCXB pages under their own URLs among pages of documentation.

    Raises: RuntimeError where neither is at hand.
    """
    home = os.environ.get("XDG_CACHE_HOME")
    folder = (Path(home) if home else Path.home() / ".cache") / "linkworthy" / "benchmarks"
    place = folder / f"pages-{n_pages}-{_stamp()}.{'warc.wat' if kind == 'wat' else 'warc'}.gz"
    told = place.with_suffix(".json")
    if told.is_file():
        return Corpus(place, int(json.loads(told.read_bytes())))
    pages = list(_mixed(n_pages))
    if not pages:
        raise RuntimeError("neither the WCXB set nor a Debian documentation package with HTML is at hand")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        (_write_wat if kind == "wat" else _write_warc)(cast("BinaryIO", file), pages)
        file.flush()
        place.unlink(missing_ok=True)
        os.link(file.name, place)
    told.write_text(json.dumps(len(pages)), encoding="utf-8")
    return Corpus(place, len(pages))


def _stamp() -> str:
    """Name what the archives are made of and by."""
    stamp = xxhash.xxh3_64()
    for path in (Path(__file__), Path(wat_writer.__file__)):
        stamp.update(path.read_bytes())
    for path in [WCXB, *sorted(DOCUMENTATION.glob("**/*.html"))]:
        if path.is_file():
            stamp.update(f"{path} {path.stat().st_size}\n".encode())
    return stamp.hexdigest()


def _write_wat(file: BinaryIO, pages: Sequence[Source]) -> None:
    with ProcessPoolExecutor() as pool:
        described = pool.map(_described, range(len(pages)), pages, chunksize=50)
        writer = WarcWriter(file)
        writer.warcinfo({"software": "linkworthy benchmarks", "format": "WARC File Format 1.1"}, BEGAN)
        for number, (page, text) in enumerate(zip(pages, described, strict=True)):
            when = BEGAN + timedelta(seconds=number)
            # Common Crawl describes request, response and metadata of each capture, in this order.
            for kind in ("request", "response", "metadata"):
                fields = {"WARC-Target-URI": page.url, "Content-Type": "application/json"}
                writer.record("metadata", text if kind == "response" else _beside(page.url, kind, when), fields, when)


def _write_warc(file: BinaryIO, pages: Sequence[Source]) -> None:
    writer = WarcWriter(file)
    for number, page in enumerate(pages):
        when = BEGAN + timedelta(seconds=number)
        writer.response(page.url, 200, HEADERS, page.html, when, reason="OK", address=_address(page.url))


def _mixed(n_pages: int) -> Iterator[Source]:
    draw = random.Random(5)
    real = list(_wcxb(n_pages // 4))
    made = list(_documentation(n_pages - len(real), draw))
    pages = [*real, *made]
    draw.shuffle(pages)
    yield from pages


def _wcxb(limit: int) -> Iterator[Source]:
    if not WCXB.is_file():
        return
    found: dict[str, dict[str, bytes]] = {}
    with tarfile.open(WCXB) as tar:
        for member in tar:
            stem, _, ending = member.name.rpartition("/")[2].partition(".")
            stream = tar.extractfile(member) if member.isfile() and stem.isdecimal() else None
            if stream is not None:
                found.setdefault(stem, {})[ending] = stream.read()
    for stem in sorted(found)[:limit]:
        page = found[stem]
        html = gzip.decompress(page["html.gz"]) if "html.gz" in page else page["html"]
        canonical = _CANONICAL.search(html)
        url = json.loads(page["json"]).get("url") or (
            canonical[1].decode() if canonical else f"https://{stem}.example/"
        )
        # What Common Crawl keeps of a page.
        yield Source(url, html[: 1 << 20])


def _documentation(n_pages: int, draw: random.Random) -> Iterator[Source]:
    """Give pages of the installed documentation, evenly from all of it; a few hosts hold many pages, most hold few."""
    paths = [path for path in sorted(DOCUMENTATION.glob("**/*.html")) if path.is_file()]
    paths = paths[:: max(1, len(paths) // max(n_pages, 1))][:n_pages]
    for path in paths:
        rank = int(draw.paretovariate(0.8)) % 4_000
        suffix = ("com", "org", "de", "co.uk", "net")[rank % 5]
        yield Source(f"https://{('www', 'docs', 'blog')[rank % 3]}.site-{rank}.{suffix}{path}", path.read_bytes())


def _described(number: int, page: Source) -> bytes:
    when = BEGAN + timedelta(seconds=number)
    said = wat_writer.envelope(page.url, 200, HEADERS, page.html, when, address=_address(page.url))
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")


def _beside(url: str, kind: str, when: datetime) -> bytes:
    said: dict[str, Any] = {
        "Container": {"Filename": "pages.warc.gz", "Compressed": True, "Offset": "0"},
        "Envelope": {
            "Format": "WARC/1.0",
            "WARC-Header-Metadata": {"WARC-Type": kind, "WARC-Date": when.isoformat(), "WARC-Target-URI": url},
            "Payload-Metadata": {"Actual-Content-Type": "application/http", "HTTP-Request-Metadata": {"Headers": {}}},
        },
    }
    return json.dumps(said).encode()


def _address(url: str) -> str:
    number = sum(url.split("/", 3)[2].encode())
    return f"192.0.{number % 256}.{number % 250 + 1}"
