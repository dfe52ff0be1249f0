"""Reads sitemaps as they come: urlset, index, RSS, Atom and text, gzipped or broken, bounded in every direction."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal
from xml.parsers import expat

from linkworthy import urls

MAX_BYTES = 52_428_800
"""Decoded bytes of one sitemap that are read. Source: https://www.sitemaps.org/protocol.html#index (50 MB)."""
MAX_URLS = 50_000
"""URLs of one sitemap that are read. Source: the same."""
MAX_REJECTS = 100
"""Rejected entries of one sitemap that are kept with their text; the others are counted."""
MAX_INDEX_DEPTH = 3
"""Indexes below indexes that are followed; the protocol allows one."""

MAX_ALTERNATES = 500
"""Language versions of one URL that are kept: more than there are languages."""

_SAMPLE = 200
_LOC = re.compile(
    r"<((?:[\w.-]+:)?(?:url|sitemap|item|entry))\b|<(?:[\w.-]+:)?(loc|link)\b([^>]*)>([^<]*)", re.IGNORECASE
)
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_HREF = re.compile(r"""\bhref\s*=\s*["']([^"']*)""", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)""")
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?")

Kind = Literal["urlset", "index", "feed", "text", "none"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One URL that a sitemap names."""

    url: str
    last_modified_at: datetime | None = None
    alternates: tuple[tuple[str, str], ...] = ()
    """Language versions that it names with xhtml:link: the code in lower case, and the URL."""


Written = tuple[str, str | None, tuple[tuple[str, str], ...]]
"""An entry as it stands in the file: location, date, language versions."""


@dataclass(frozen=True, slots=True)
class Reject:
    """What could not be used: entry number from 1 (0: the whole file), why, and its first 200 characters."""

    row: int
    reason: str
    sample: str


@dataclass(slots=True, kw_only=True)
class Sitemap:
    """What one sitemap holds; of an index, ``entries`` are the sitemaps that it names."""

    url: str
    kind: Kind = "none"
    entries: list[Entry] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    n_rejected: int = 0
    """Rejected entries, those beyond ``MAX_REJECTS`` included."""

    def reject(self, row: int, reason: str, sample: str = "") -> None:
        """Count what could not be used and keep it where there is room."""
        self.n_rejected += 1
        if len(self.rejects) < MAX_REJECTS:
            self.rejects.append(Reject(row, reason, sample[:_SAMPLE]))


def read(body: bytes, url: str) -> Sitemap:
    """Read a sitemap's bytes; what is broken is recovered as far as it goes, and nothing is fetched or expanded.

    Source: https://www.sitemaps.org/protocol.html
    """
    sitemap = Sitemap(url=url)
    data = _inflate(body, sitemap)
    if len(data) > MAX_BYTES:
        data = data[:MAX_BYTES]
        sitemap.reject(0, "sitemap over 50 MB: the rest was not read")
    start = data[:1024].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    found: list[Written]
    if not start:
        sitemap.reject(0, "empty sitemap")
        return sitemap
    if start.startswith(b"<"):
        reader = _Reader()
        try:
            reader.parse(data.lstrip(b" \t\r\n"))
            sitemap.kind, found = reader.kind, reader.found
        except (expat.ExpatError, _RefusedError, LookupError, ValueError) as fault:
            sitemap.reject(0, "broken XML: recovered what can be read", str(fault))
            sitemap.kind, found = _recover(_decode(data))
    else:
        sitemap.kind, found = "text", [(line.strip(), None, ()) for line in _decode(data).splitlines() if line.strip()]
    if sitemap.kind == "none":
        sitemap.reject(0, "no sitemap", _decode(data[:_SAMPLE]))
    else:
        _accept(sitemap, found)
    return sitemap


def _accept(sitemap: Sitemap, found: list[Written]) -> None:
    seen: set[str] = set()
    for row, (text, date, versions) in enumerate(found, 1):
        if len(sitemap.entries) >= MAX_URLS:
            sitemap.n_rejected += len(found) - row
            sitemap.reject(row, "over 50,000 URLs: the rest was not read", text)
            return
        url = urls.normalise(text, sitemap.url) if text else None
        if url is None:
            sitemap.reject(row, urls.rejection(text, sitemap.url) or "not a URL", text)
        elif url not in seen:
            seen.add(url)
            at = read_date(date) if date else None
            if at is None and date and date.strip():
                sitemap.reject(row, "lastmod is no date: the entry was read without it", f"{date.strip()} {url}")
            sitemap.entries.append(Entry(url, at, tuple(_alternates(sitemap, row, versions))))


def _alternates(sitemap: Sitemap, row: int, versions: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    for lang, text in dict.fromkeys(versions):
        if url := urls.normalise(text, sitemap.url):
            yield lang, url
        else:
            sitemap.reject(row, "language version is not a URL", text)


def read_date(text: str) -> datetime | None:
    """Read a W3C or an RFC 822 date as an instant in UTC, null where it is neither.

    Source: https://www.w3.org/TR/NOTE-datetime
    """
    text = text.strip()
    try:
        if partial := _DATE.fullmatch(text):
            return datetime(int(partial[1]), int(partial[2] or 1), 1, tzinfo=UTC)
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            at = parsedate_to_datetime(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _inflate(body: bytes, sitemap: Sitemap) -> bytes:
    """Undo gzip, member by member, up to one byte over the limit."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    out = bytearray()
    rest = body
    try:
        while rest.startswith(b"\x1f\x8b") and len(out) <= MAX_BYTES:
            member = zlib.decompressobj(wbits=31)
            out += member.decompress(rest, MAX_BYTES + 1 - len(out))
            if not member.eof and len(out) <= MAX_BYTES:
                sitemap.reject(0, "gzip ends early: recovered what can be read")
                break
            rest = member.unused_data
    except zlib.error as fault:
        sitemap.reject(0, "broken gzip: recovered what can be read", str(fault))
    return bytes(out)


def _decode(data: bytes) -> str:
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, "replace")
    named = _ENCODING.match(data[:200].lstrip())
    try:
        return data.decode(named[1].decode("ascii") if named else "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


class _RefusedError(Exception):
    """The document declares entities: it is read without an XML parser."""


class _Reader:
    """Collects locations by local names, so that a wrong or missing namespace does not matter."""

    def __init__(self) -> None:
        self.kind: Kind = "none"
        self.found: list[Written] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._loc: str | None = None
        self._date: str | None = None
        self._versions: list[tuple[str, str]] = []

    def parse(self, data: bytes) -> None:
        """Parse the whole document; entity declarations are refused before anything can be expanded."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.EntityDeclHandler = _refuse
        parser.Parse(data, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        if not self._path:
            self.kind = _KINDS.get(local, "none")
        parent = self._path[-1] if self._path else ""
        if local in _ENTRIES:
            self._loc = self._date = None
            self._versions = []
        elif local == "link" and parent == "url":
            lang, href = (attributes.get(name, "").strip() for name in ("hreflang", "href"))
            if lang and href and len(self._versions) < MAX_ALTERNATES:
                self._versions.append((lang.lower()[:50], href))
        elif local == "link" and parent == "entry" and attributes.get("rel", "alternate") == "alternate":
            self._loc = self._loc or attributes.get("href")
        if local in _FIELDS or local in _ENTRIES:
            self._text.clear()
        self._path.append(local)

    def _end(self, _name: str) -> None:
        local = self._path.pop()
        parent = self._path[-1] if self._path else ""
        text = "".join(self._text).strip() if local in _FIELDS or local in _ENTRIES else ""
        if parent in _ENTRIES and text:
            if local == "loc" or (local == "link" and parent == "item"):
                self._loc = self._loc or text
            elif local in _DATES:
                self._date = self._date or text
        elif local in _ENTRIES and parent in _KINDS.keys() | {"channel"}:
            loc = self._loc or (text if local in {"url", "sitemap"} else "")
            if loc or local in {"url", "sitemap"}:
                self.found.append((loc, self._date, tuple(self._versions)))
        if local in _FIELDS:
            self._text.clear()


_KINDS: dict[str, Kind] = {"urlset": "urlset", "sitemapindex": "index", "rss": "feed", "feed": "feed", "rdf": "feed"}
_ENTRIES = frozenset({"url", "sitemap", "item", "entry"})
_DATES = frozenset({"lastmod", "pubdate", "updated", "date"})
_FIELDS = _DATES | {"loc", "link"}


def _refuse(*_declaration: object) -> None:
    raise _RefusedError("entity declarations are refused")


def _recover(text: str) -> tuple[Kind, list[Written]]:
    """Take locations out of what is no well-formed XML; only the entities of HTML are read, none that it declares."""
    root = _ROOT.search(text)
    kind = _KINDS.get(root[1].lower() if root else "", "none")
    if kind == "none":
        return kind, []
    found: list[Written] = []
    is_inside = False
    for entry, name, attributes, content in _LOC.findall(text):
        if entry:
            is_inside = True
            continue
        href = _HREF.search(attributes) if name.lower() == "link" else None
        loc = html.unescape(href[1] if href else content).strip()
        if is_inside and loc:
            found.append((loc, None, ()))
            is_inside = False
    return kind, found
