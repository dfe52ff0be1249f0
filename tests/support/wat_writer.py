"""Writes WAT records about pages, in Common Crawl's layout, by the standard library's tokeniser and nothing of ours.

The layout is that of iipc/webarchive-commons: an a element is written when it closes, an image where it stands, texts
are clipped to 128 characters, URLs stay as found with their entities decoded, and numbers are texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from linkworthy.archives.writer import WarcWriter

CLIP = 128
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_PLAIN_LINKS = {
    "img": ("src", "alt", "title"), "iframe": ("src",), "frame": ("src",), "embed": ("src",),
    "video": ("src", "poster"), "audio": ("src",), "source": ("src",), "form": ("action", "method"),
    "input": ("src",), "q": ("cite",), "blockquote": ("cite",),
}  # fmt: skip
_ADDRESSES = {"src", "href", "action", "poster", "cite"}

Header = tuple[str, str]


class Extractor(HTMLParser):
    """Gathers what ``HTML-Metadata`` holds, token by token."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.head: dict[str, Any] = {}
        self.links: list[dict[str, str]] = []
        self._anchor: dict[str, str] | None = None
        self._text: list[str] = []
        self._title: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, str] = {}
        for name, value in attrs:
            given.setdefault(name, value or "")
        if tag == "a":
            self._close()
            if "href" in given:
                self._anchor = {
                    "path": "A@/href",
                    "url": given["href"],
                    **_some(given, "title", "rel", "target", "hreflang"),
                }
        elif tag == "area" and "href" in given:
            self.links.append({"path": "AREA@/href", "url": given["href"], **_some(given, "alt", "rel", "target")})
        elif tag in _PLAIN_LINKS:
            self._plain(tag, given)
        else:
            self._head(tag, given)

    def _plain(self, tag: str, given: dict[str, str]) -> None:
        for name in _PLAIN_LINKS[tag]:
            if name in _ADDRESSES and name in given:
                entry = {"path": f"{tag.upper()}@/{name}", "url": given[name][:20_000]}
                self.links.append({**entry, **_some(given, "alt", "title", "method")})

    def _head(self, tag: str, given: dict[str, str]) -> None:
        if tag == "html" and "lang" in given:
            self.head.setdefault("Metas", []).append({"name": "HTML@/lang", "content": given["lang"]})
        elif tag == "title" and "Title" not in self.head:
            self._title = []
        elif tag == "base" and "href" in given:
            self.head.setdefault("Base", given["href"])
        elif tag == "link" and "href" in given:
            entry = {"path": "LINK@/href", "url": given["href"], **_some(given, "rel", "type", "hreflang")}
            self.head.setdefault("Link", []).append(entry)
        elif tag == "meta" and (entry := _some(given, "name", "property", "http-equiv", "content")):
            self.head.setdefault("Metas", []).append(entry)
        elif tag == "script" and "src" in given:
            entry = {"path": "SCRIPT@/src", "url": given["src"], **_some(given, "type")}
            self.head.setdefault("Scripts", []).append(entry)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._close()
        elif tag == "title" and self._title is not None:
            self.head["Title"] = _clip("".join(self._title), 10_000)
            self._title = None

    def handle_data(self, data: str) -> None:
        if self._anchor is not None and self.cdata_elem is None:
            self._text.append(data)
        if self._title is not None:
            self._title.append(data)

    def close(self) -> None:
        super().close()
        self._close()

    def _close(self) -> None:
        if self._anchor is not None:
            if text := _clip("".join(self._text), CLIP):
                self._anchor["text"] = text
            self.links.append(self._anchor)
        self._anchor, self._text = None, []


def html_metadata(html: bytes, extractor: Extractor) -> dict[str, Any]:
    """Give ``HTML-Metadata`` of a page."""
    extractor.feed(as_text(html))
    extractor.close()
    return {"Head": extractor.head, "Links": extractor.links}


def envelope(
    url: str,
    status: int,
    headers: Iterable[Header],
    html: bytes,
    captured_at: datetime,
    *,
    kind: str = "response",
    address: str = "",
    extractor: Extractor | None = None,
) -> dict[str, Any]:
    """Give the JSON of a WAT record about one capture."""
    listed: dict[str, Any] = {}
    for name, value in headers:
        known = listed.get(name)
        listed[name] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
    response = {
        "Response-Message": {"Version": "HTTP/1.1", "Status": str(status), "Reason": ""},
        "Headers": listed,
        "Headers-Length": "100",
        "Entity-Length": str(len(html)),
        "HTML-Metadata": html_metadata(html, extractor or Extractor()),
    }
    about = {
        "WARC-Type": kind,
        "WARC-Date": captured_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "WARC-Target-URI": url,
    }
    if address:
        about["WARC-IP-Address"] = address
    return {
        "Container": {"Filename": "pages.warc.gz", "Compressed": True, "Offset": "0"},
        "Envelope": {
            "Format": "WARC/1.0",
            "WARC-Header-Length": "300",
            "WARC-Header-Metadata": about,
            "Payload-Metadata": {
                "Actual-Content-Type": "application/http; msgtype=response",
                "HTTP-Response-Metadata": response,
            },
        },
    }


def write_wat(path: Path, envelopes: Iterable[dict[str, Any]], written_at: datetime) -> None:
    """Write a WAT file of these records."""
    with path.open("wb") as file:
        writer = WarcWriter(file)
        writer.warcinfo({"Software-Info": "linkworthy tests", "format": "WARC File Format 1.1"}, written_at)
        for one in envelopes:
            about = one["Envelope"]["WARC-Header-Metadata"]
            fields = {"WARC-Target-URI": about["WARC-Target-URI"], "Content-Type": "application/json"}
            writer.record(
                "metadata", json.dumps(one, ensure_ascii=False).encode("utf-8", "replace"), fields, written_at
            )


def _some(given: dict[str, str], *names: str) -> dict[str, str]:
    return {name: given[name] for name in names if name in given}


def _clip(text: str, limit: int) -> str:
    return " ".join(text.split())[:limit]


def as_text(html: bytes) -> str:
    """Decode a page by its byte order mark, its meta element, else as UTF-8 or Windows-1252; line breaks become one."""
    return _decoded(html).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(html: bytes) -> str:
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if html.startswith(mark):
            return html.decode(name, "replace")
    named = _CHARSET.search(html[:4_096])
    label = named[1].decode().lower() if named else "utf-8"
    label = "cp1252" if label in {"iso-8859-1", "latin1", "us-ascii"} else label
    try:
        return html.decode(label, "replace" if named else "strict")
    except (LookupError, UnicodeDecodeError):
        return html.decode("cp1252", "replace")
