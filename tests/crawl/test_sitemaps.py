from __future__ import annotations

import gzip
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.crawl import sitemaps
from tests.support.shared import shared

URL = "https://shop.example/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urls_of(body: bytes) -> list[str]:
    return [entry.url for entry in sitemaps.read(body, URL).entries]


def reasons_of(body: bytes) -> list[str]:
    return [reject.reason for reject in sitemaps.read(body, URL).rejects]


def test_a_urlset_gives_its_urls_with_their_dates() -> None:
    body = (
        f"<urlset {NS}><url><loc>\n https://shop.example/a </loc><lastmod>2024-05-01</lastmod></url></urlset>".encode()
    )
    read = sitemaps.read(body, URL)
    assert read.kind == "urlset"
    assert read.entries == [sitemaps.Entry("https://shop.example/a", datetime(2024, 5, 1, tzinfo=UTC))]


def test_language_versions_of_a_url_are_read() -> None:
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{lang}" href="{href}"/>'
        for lang, href in (
            ("de-AT", "https://shop.example/at"),
            ("en", "/a"),
            ("en", "/a"),
            ("fr", "mailto:x"),
            ("", "/x"),
        )
    )
    body = (
        '<urlset xmlns:xhtml="http://www.w3.org/1999/xhtml">'
        f"<url><loc>https://shop.example/a</loc>{links}</url><url><loc>https://shop.example/b</loc></url></urlset>"
    )
    read = sitemaps.read(body.encode(), "https://shop.example/sitemap.xml")
    versions = (("de-at", "https://shop.example/at"), ("en", "https://shop.example/a"))
    assert [one.alternates for one in read.entries] == [versions, ()]
    assert [one.reason for one in read.rejects] == ["language version is not a URL"]


def test_an_index_gives_sitemaps() -> None:
    read = sitemaps.read(f"<sitemapindex {NS}><sitemap><loc>/two.xml</loc></sitemap></sitemapindex>".encode(), URL)
    assert (read.kind, [entry.url for entry in read.entries]) == ("index", ["https://shop.example/two.xml"])


def test_locations_of_images_are_not_pages() -> None:
    image = b"<image:image><image:loc>/a.png</image:loc></image:image>"
    body = b"<urlset xmlns:image='i'><url><loc>/a</loc>" + image + b"</url></urlset>"
    assert urls_of(body) == ["https://shop.example/a"]


def test_feeds_give_their_items_and_not_the_feed_itself() -> None:
    rss = b"<rss><channel><link>/home</link><item><link>/one</link></item></channel></rss>"
    atom = b"<feed><link href='/home'/><entry><link rel='edit' href='/edit'/><link href='/two'/></entry></feed>"
    assert urls_of(rss) == ["https://shop.example/one"]
    assert urls_of(atom) == ["https://shop.example/two"]


def test_text_with_a_byte_order_mark_is_read_line_by_line() -> None:
    assert urls_of("\ufeffhttps://shop.example/a\r\n\r\nhttps://shop.example/b".encode()) == [
        "https://shop.example/a",
        "https://shop.example/b",
    ]


def test_what_broken_xml_still_shows_is_recovered() -> None:
    body = b"<urlset><url><loc>https://shop.example/?a=1&b=2</loc></url><url><loc>https://shop.example/b</loc>"
    assert urls_of(body) == ["https://shop.example/?a=1&b=2", "https://shop.example/b"]
    assert reasons_of(body) == ["broken XML: recovered what can be read"]


def test_an_entity_bomb_is_refused_and_costs_nothing() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    body = (
        f"<?xml version='1.0'?>{bomb}]><urlset><url><loc>&j;</loc></url><url><loc>/fine</loc></url></urlset>".encode()
    )
    assert "https://shop.example/fine" in urls_of(body)
    assert max(map(len, urls_of(body))) < 100


def test_an_external_entity_is_not_read() -> None:
    body = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><urlset><url><loc>/a?&e;</loc></url></urlset>'
    assert urls_of(body) == ["https://shop.example/a?&e;"]


def test_a_gzip_bomb_stops_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MAX_BYTES", 100_000)
    body = gzip.compress(b"https://shop.example/a\n" + b" " * 10_000_000)
    assert urls_of(body) == ["https://shop.example/a"]
    assert reasons_of(body) == ["sitemap over 50 MB: the rest was not read"]


def test_a_truncated_gzip_gives_what_came() -> None:
    body = gzip.compress(b"\n".join(b"https://shop.example/%d" % n for n in range(5000)))
    read = sitemaps.read(body[: len(body) // 2], URL)
    assert 100 < len(read.entries) < 5000
    assert read.rejects[0].reason == "gzip ends early: recovered what can be read"


def test_no_more_than_fifty_thousand_urls_are_read() -> None:
    read = sitemaps.read("\n".join(f"https://shop.example/{n}" for n in range(50_010)).encode(), URL)
    assert (len(read.entries), read.n_rejected) == (50_000, 10)


def test_rejected_entries_are_counted_and_kept() -> None:
    read = sitemaps.read(b"<urlset><url><loc>mailto:x@y.example</loc></url><url/></urlset>", URL)
    assert [(r.row, r.reason) for r in read.rejects] == [(1, "not http or https"), (2, "empty URL")]


@pytest.mark.parametrize("body", [b"", b"<html><body><a href=/x>x</a></body></html>", b"<html", b"\x1f\x8bnonsense"])
def test_what_is_no_sitemap_gives_nothing_and_says_so(body: bytes) -> None:
    read = sitemaps.read(body, URL)
    assert read.entries == []
    assert read.rejects


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-03", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024-03-04T05:06:07+02:00", datetime(2024, 3, 4, 3, 6, 7, tzinfo=UTC)),
        ("Thu, 05 Jan 2017 12:34:50 GMT", datetime(2017, 1, 5, 12, 34, 50, tzinfo=UTC)),
        ("yesterday", None),
        ("2024-13", None),
        ("0000", None),
    ],
)
def test_dates_of_both_kinds_are_read(text: str, at: datetime | None) -> None:
    assert sitemaps.read_date(text) == at


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail(body: bytes) -> None:
    sitemaps.read(body, URL)
    sitemaps.read(b"<urlset><url><loc>" + body, URL)
    sitemaps.read(b"\x1f\x8b" + body, URL)


@given(
    st.lists(st.text("abcxyz/&?=<;é ", min_size=1, max_size=20).map(str.strip).filter(bool), max_size=8, unique=True)
)
def test_what_is_written_as_a_sitemap_is_read_again(paths: list[str]) -> None:
    named = [f"https://shop.example/{path}" for path in paths]
    text = "".join(f"<url><loc>{escape(url)}</loc></url>" for url in named)
    assert urls_of(f"<urlset {NS}>{text}</urlset>".encode()) == urls_of("\n".join(named).encode() or b"<urlset/>")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "kind", "n"),
    [
        ("sitemaps/atom.xml", "feed", 1),
        ("sitemaps/sitemap.ns.xml", "urlset", 2),
        ("sitemaps/sitemap.badns.xml", "urlset", 2),
        ("sitemaps/sitemap-with-bom.txt", "text", 2),
        ("sitemaps/sitemap.txt.gz", "text", 5),
        ("sitemaps/xmlSitemap.gz", "urlset", 5),
        ("sitemaps/sitemap.index.xml", "index", 15),
        ("sitemaps/extension/sitemap-images.xml", "urlset", 1),
        ("sitemaps/extension/sitemap-videos.xml", "urlset", 3),
        ("sitemaps/extension/sitemap-links.xml", "urlset", 3),
        ("sitemaps/extension/shinpaideshou-news-sitemap.xml", "urlset", 3),
        ("rss/feed.rss", "feed", 3),
        ("rss/xmlRss_pubDate.xml", "feed", 7),
    ],
)
def test_real_sitemaps_are_read_whole(name: str, kind: str, n: int) -> None:
    read = sitemaps.read(shared("sitemaps", "src", "test", "resources", *name.split("/")).read_bytes(), URL)
    assert (read.kind, len(read.entries), read.n_rejected) == (kind, n, 0)
