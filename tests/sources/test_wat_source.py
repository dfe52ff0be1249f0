from __future__ import annotations

import html
import json
from collections import Counter
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pytest

from linkworthy import urls
from linkworthy.archives.writer import WarcWriter
from linkworthy.html.page import Link
from linkworthy.html.parse import parse
from linkworthy.sources.captures import NOT_A_PAGE
from linkworthy.sources.warc import WarcSource
from linkworthy.sources.wat import NO_LAYOUT, NO_STATUS, WatSource
from linkworthy.sources.wat_layout import decode_envelope
from linkworthy.sources.wat_page import page_of
from linkworthy.tables import table
from tests.support.imported import Imported, imported
from tests.support.shared import shared
from tests.support.warcs import HTML, WHEN, page, write_warc
from tests.support.wat_writer import CLIP, Extractor, envelope, write_wat
from tests.support.wcxb import HEADERS, real_pages

SHOP = "https://shop.example/"
LINKING = "https://blog.example/posts/1"
BODY = """<html lang=en><head><title> A post </title><base href="/posts/"><meta name=robots content="noindex, follow">
<link rel=canonical href="/posts/1"><script src="https://www.googletagmanager.com/gtag/js?id=G-A1B2C3D4E5"></script></head>
<body><p>We like <a href="https://shop.example/bike" rel="nofollow UGC">the bike</a></p>
<a href="https://www.shop.example/"><img src=l.png alt="Their logo"></a> <a href="https://shop.example/empty"></a>
<a href="next">relative</a> <a href="mailto:x@blog.example">write</a>
<map><area href="https://shop.example/map" alt="On the map"></map></body></html>"""


def wat(tmp_path: Path, *envelopes: dict[str, object]) -> Path:
    path = tmp_path / "a.warc.wat.gz"
    write_wat(path, envelopes, WHEN)
    return path


@pytest.fixture
def given(tmp_path: Path) -> Imported:
    one = envelope(LINKING, 200, [*HTML, ("X-Robots-Tag", "nofollow")], BODY.encode(), WHEN, address="192.0.2.7")
    return imported(WatSource(), wat(tmp_path, one), SHOP)


def test_links_come_resolved_with_their_anchors(given: Imported) -> None:
    assert [(row["url"], row["kind"], row["anchor"], row["rel"]) for row in given.rows("links")] == [
        ("https://shop.example/bike", "text", "the bike", "nofollow ugc"),
        ("https://www.shop.example/", "image", "Their logo", None),
        ("https://shop.example/empty", "empty", "", None),
        ("https://blog.example/posts/next", "text", "relative", None),
        (None, "text", "write", None),
        ("https://shop.example/map", "area", "On the map", None),
    ]
    unknown = {row[name] for row in given.rows("links") for name in ("region", "path", "before", "after", "is_hidden")}
    assert unknown == {None}


def test_the_page_carries_what_a_wat_knows(given: Imported) -> None:
    (row,) = given.rows("pages")
    expected = {
        "url": LINKING, "status": 200, "address": "192.0.2.7", "title": "A post", "html_lang": "en", "is_noindex": True,
        "is_nofollow": True, "meta_robots": "noindex, follow", "x_robots_tag": "nofollow", "n_links": 6,
        "n_external_links": 4, "canonical_url": "https://blog.example/posts/1", "role": "linking",
        "owner_ids": ["google-tag:G-A1B2C3D4E5"],
        "fetched_at": WHEN, "n_bytes": len(BODY.encode()), "n_decoded_bytes": None, "body_hash": None, "n_words": None,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_links_to_the_owner_are_observed(given: Imported) -> None:
    found = [(row["target_url"], row["kind"], row["is_nofollow"], row["region"]) for row in given.rows("observations")]
    assert found == [
        ("https://shop.example/bike", "text", True, None),
        ("https://www.shop.example/", "image", False, None),
        ("https://shop.example/empty", "empty", False, None),
        ("https://shop.example/map", "area", False, None),
    ]


def test_rows_of_a_wat_fit_their_tables(given: Imported) -> None:
    for name, rows in given.tables.items():
        schema = table(name).schema
        for row in rows:
            assert [f.name for f in schema if not f.nullable and row.get(f.name) is None] == []
        pa.Table.from_pylist(rows, schema=schema)


def test_the_same_page_gives_the_same_links_as_its_warc(tmp_path: Path, given: Imported) -> None:
    from_warc = imported(WarcSource(), write_warc(tmp_path / "a.warc", [page(LINKING, BODY)]), SHOP)
    names = ("n", "href", "url", "kind", "anchor", "rel", "fragment", "is_internal", "position", "target_domain")
    assert [[row[name] for name in names] for row in given.rows("links")] == [
        [row[name] for name in names] for row in from_warc.rows("links")
    ]


def test_every_record_of_a_wat_is_counted_once(tmp_path: Path) -> None:
    good = envelope(LINKING, 200, HTML, BODY.encode(), WHEN)
    path = wat(
        tmp_path,
        good,
        envelope(LINKING, 200, HTML, b"", WHEN, kind="request"),
        envelope("no page", 200, HTML, b"", WHEN),
        envelope("https:///", 200, HTML, b"", WHEN),
        envelope(LINKING, 0, HTML, b"", WHEN),
        {"Envelope": {"WARC-Header-Metadata": {"WARC-Target-URI": "x"}, "Payload-Metadata": []}},
    )
    given = imported(WatSource(), path, SHOP)
    assert (given.n_used, given.n_rejected) == (3, 4)
    assert [(row["row"], row["reason"]) for row in given.rows("rejects")] == [
        (4, NOT_A_PAGE),
        (5, NOT_A_PAGE),
        (6, NO_STATUS),
        (7, NO_LAYOUT),
    ]


def test_an_anchor_clipped_inside_a_character_costs_that_character_only(tmp_path: Path) -> None:
    text = json.dumps(envelope(LINKING, 200, HTML, b"<a href=https://shop.example/>CLIPPED</a>", WHEN))
    path = tmp_path / "a.wat.gz"
    with path.open("wb") as file:
        WarcWriter(file).record("metadata", text.replace("CLIPPED", "Go \\ud83d").encode(), {}, WHEN)
    assert [row["anchor"] for row in imported(WatSource(), path, SHOP).rows("links")] == ["Go \ufffd"]


@pytest.mark.shared
def test_the_real_wat_describes_a_request_only_and_says_so() -> None:
    source = WatSource()
    given = imported(source, shared("warc", "whirlwind.warc.wat.gz"), "https://an.wikipedia.org/")
    assert not any(given.tables.values())
    assert (given.n_used, given.n_rejected) == (2, 0)
    assert source.detail == "0 response records: request 1, warcinfo 1"


UNSEEN = frozenset(
    [
        "svg",
        "math",
        "noscript",
        "style",
        "script",
        "video",
        "audio",
        "object",
        "iframe",
        "textarea",
        "select",
        "template",
        "canvas",
    ]
)
NO_REASON = "no reason known for this link"
INERT = frozenset({"template", "iframe"})
"""What stands in these is no part of the document."""


class Noting(Extractor):
    """Notes as well where each link stands, so that each difference can be explained."""

    CONTAINERS = frozenset(
        {"template", "iframe", "svg", "math", "noscript", "textarea", "select", "object", "video", "audio"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.open: Counter[str] = Counter()
        self.around: list[frozenset[str]] = []
        """Containers around each link."""
        self.inside: list[set[str]] = []
        """Elements inside each link."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self.open[tag] += 1
        if self.inside and self._anchor is not None:
            self.inside[-1].add(tag)
        super().handle_starttag(tag, attrs)
        if tag in {"a", "area"} and "href" in dict(attrs):
            self.around.append(frozenset(+self.open))
            self.inside.append(set())

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in {"svg", "math"}:  # in HTML itself a slash closes nothing
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open[tag] > 0:
            self.open[tag] -= 1
        super().handle_endtag(tag)


UNSEEN = {
    "svg",
    "noscript",
    "style",
    "script",
    "video",
    "audio",
    "object",
    "iframe",
    "textarea",
    "select",
    "template",
    "math",
}


def explain(one: Link, other: Link, near: set[str]) -> str:
    """Name the reason why a link of a WARC and the same link of a WAT differ, an empty text where none is known."""
    if (one.kind, one.anchor) == (other.kind, other.anchor):
        return "same"
    if {one.kind, other.kind} <= {"image", "empty"}:
        return "image: only the one just before the end of the link is known, and one before the link passes for it"
    bare, clipped = "".join(one.anchor.split()), "".join(other.anchor.split())
    if one.kind == other.kind == "text" and bare == clipped:
        return "white space: blocks inside a link are not set apart"
    if one.kind == other.kind == "text" and len(other.anchor) >= CLIP - 1 and bare.startswith(clipped):
        return "anchor clipped"
    if near & UNSEEN:
        return "text that is not seen: in svg, noscript, style, …"
    return ""


@pytest.mark.shared
@pytest.mark.timeout(900)
def test_real_pages_give_the_same_links_from_warc_and_wat() -> None:
    """Every link differs for a reason that is named, but for an anchor in two thousand."""
    reasons: Counter[str] = Counter()
    n_links = 0
    for real in islice(real_pages(), 0, None, 4):
        url = urls.normalise(real.url)
        assert url is not None
        headers = [("content-type", "text/html")]
        noting = Noting()
        written = envelope(url, 200, HEADERS, real.html, WHEN, extractor=noting)
        record = decode_envelope(json.dumps(written).encode())
        assert record is not None
        assert record.payload.response.html is not None
        from_wat = page_of(record.payload.response.html, headers, url).links
        from_warc = parse(real.html, headers, url).links
        n_links += len(from_warc)
        assert len(from_wat) == len(noting.around)
        seen = [n for n in range(len(from_wat)) if noting.around[n].isdisjoint(INERT)]
        reasons["link in a template or frame, which is inert"] += len(from_wat) - len(seen)
        wats = [from_wat[n] for n in seen]
        if [link.url for link in from_warc] == [link.url for link in wats]:
            for one, other, n in zip(from_warc, wats, seen, strict=True):
                reasons[explain(one, other, noting.inside[n] | noting.around[n])] += 1
        else:
            reasons.update(explain_sets(from_warc, wats))
    assert n_links > 10_000
    unexplained = reasons.pop("", 0)
    assert reasons[NO_REASON] == 0, reasons
    assert unexplained <= 0.0005 * n_links, reasons


def explain_sets(from_warc: list[Link], from_wat: list[Link]) -> Counter[str]:
    """Explain links that only one of two lists holds."""
    reasons: Counter[str] = Counter()
    one, other = (Counter(link.href.strip() for link in links) for links in (from_warc, from_wat))
    reasons["same"] += (one & other).total()
    odd = {_as_tokenised(href) for href in one}
    for href, n in (one - other).items():
        if href in other:
            reasons["repeated: tree construction opens an unclosed link again in each block"] += n
        elif _as_tokenised(href) in other:
            reasons["entity without semicolon, or control character, which the tokeniser reads otherwise"] += n
        else:
            reasons[NO_REASON] += n
    for href, n in (other - one).items():
        reasons[
            "no reason known for this link" if href not in odd else "entity or control character, seen from WAT"
        ] += n
    return reasons


def _as_tokenised(href: str) -> str:
    return html.unescape("".join(character for character in href if character >= " "))
