"""What the head and the headers say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.html.dates import EARLIEST, LATEST, instant
from linkworthy.html.parse import is_html
from linkworthy.html.robots_meta import header_directives
from tests.support.parsed import HTML, facts, page


def test_titles_are_counted_outside_svg() -> None:
    found = facts("<title> A \n b&amp;c </title><body><svg><title>no</title></svg><title>second</title>")
    assert (found["title"], found["n_titles"]) == ("A b&c", 2)
    assert (facts("<p>x")["title"], facts("<p>x")["n_titles"]) == (None, 0)
    assert facts("<title> </title>")["title"] is None


def test_headings_descriptions_and_language_attribute() -> None:
    found = facts(
        "<html lang=de-AT><meta name=Description content=' a  b '><meta name=description "
        "content=c><h1>One <i>x</i></h1><h1>Two</h1><h2>s1</h2><h2></h2><h2>s2</h2>"
    )
    assert (found["description"], found["n_descriptions"], found["html_lang"]) == ("a b", 2, "de-AT")
    assert (found["h1"], found["n_h1"], found["h2"]) == ("One x", 2, ["s1", "s2"])


def test_simple_metas_are_kept() -> None:
    found = facts(
        "<meta name=viewport content='width=device-width'><meta name=generator "
        "content='WordPress 6.5'><meta name=author content='Ann Author'>"
    )
    assert (found["viewport"], found["generator"], found["author"], found["engine"]) == (
        "width=device-width",
        "WordPress 6.5",
        "Ann Author",
        "wordpress",
    )


@pytest.mark.parametrize(
    ("html", "headers", "expected"),
    [
        ("<link rel=canonical href=/x>", (), ("https://www.shop.example/x", "/x", 1, None)),
        ("<link rel='CANONICAL foo' href=' /x '>", (), ("https://www.shop.example/x", " /x ", 1, None)),
        (
            "<link rel=canonical href=/x><link rel=canonical href=/y><link rel=canonical href=/x#f>",
            (),
            ("https://www.shop.example/x", "/x", 2, None),
        ),
        ("<p>in the body<link rel=canonical href=/x>", (), (None, None, 0, None)),
        (
            "",
            (("link", '</h>; rel="canonical"'),),
            ("https://www.shop.example/h", "/h", 1, "https://www.shop.example/h"),
        ),
        (
            "",
            (("link", '</a>; rel=preload, </h>; title="x, y"; rel=canonical'),),
            ("https://www.shop.example/h", "/h", 1, "https://www.shop.example/h"),
        ),
        (
            "<link rel=canonical href=/x>",
            (("link", "</h>; rel=canonical"),),
            ("https://www.shop.example/x", "/x", 2, "https://www.shop.example/h"),
        ),
        ("<link rel=canonical href='javascript:x'>", (), (None, "javascript:x", 1, None)),
        (
            "<base href=/b/><link rel=canonical href=x>",
            (("link", "<x>; rel=canonical"),),
            ("https://www.shop.example/b/x", "x", 2, "https://www.shop.example/dir/x"),
        ),
    ],
)
def test_the_first_canonical_of_the_head_counts_else_the_header(
    html: str, headers: tuple[tuple[str, str], ...], expected: tuple[Any, ...]
) -> None:
    found = facts(html, HTML, *headers)
    assert (
        found["canonical_url"],
        found["canonical_href"],
        found["n_canonicals"],
        found["header_canonical_url"],
    ) == expected
    assert found["n_canonical_tags"] >= found["n_canonicals"]


def test_canonicals_that_agree_are_counted_as_well() -> None:
    found = facts("<link rel=canonical href=/x><link rel=canonical href=/x>", HTML, ("link", "</x>; rel=canonical"))
    assert (found["n_canonicals"], found["n_canonical_tags"]) == (1, 3)


@pytest.mark.parametrize(
    ("content_type", "meta", "is_disputed"),
    [
        ("text/html; charset=utf-8", "iso-8859-1", True), ("text/html; charset=utf-8", "UTF8", False),
        ("text/html; charset=latin1", "windows-1252", False), ("text/html", "iso-8859-1", False),
        ("text/html; charset=utf-8", "", False),
    ],
)  # fmt: skip
def test_a_header_and_a_meta_that_name_two_encodings_are_told(content_type: str, meta: str, is_disputed: bool) -> None:  # noqa: FBT001
    found = facts(f"<meta charset='{meta}'>", ("content-type", content_type))
    assert found["is_charset_disputed"] is is_disputed


def test_a_form_is_no_mixed_content() -> None:
    found = facts("<form action=http://www.shop.example/send></form><img src=http://www.shop.example/i.png>", HTML)
    assert (
        found["n_insecure_resources"] == facts("<img src=http://www.shop.example/i.png>", HTML)["n_insecure_resources"]
    )


@pytest.mark.parametrize(
    ("html", "header", "expected"),
    [
        ("", None, (False, False)),
        ("<meta name=robots content='noindex, nofollow'>", None, (True, True)),
        ("<meta name=ROBOTS content='NOINDEX'>", None, (True, False)),
        ("<meta name=robots content=none>", None, (True, True)),
        ("<meta name=googlebot content=noindex>", None, (True, False)),
        ("<meta name=bingbot content=noindex>", None, (False, False)),
        ("<meta name=robots content='index,follow,max-snippet:-1'>", None, (False, False)),
        ("", "noindex", (True, False)),
        ("", "NoFollow", (False, True)),
        ("", "none", (True, True)),
        ("", "googlebot: noindex, nofollow", (True, True)),
        ("", "otherbot: noindex, nofollow", (False, False)),
        ("", "otherbot: noindex, googlebot: nofollow", (False, True)),
        ("", "unavailable_after: 25 Jun 2010 15:00:00 PST, noindex", (True, False)),
        ("", "max-snippet: 20, nofollow", (False, True)),
        ("", "noindexed", (False, False)),
    ],
)
def test_directives_count_for_all_bots_and_googlebot(
    html: str, header: str | None, expected: tuple[bool, bool]
) -> None:
    headers = (("x-robots-tag", header),) if header else ()
    found = facts(html, HTML, *headers)
    assert (found["is_noindex"], found["is_nofollow"]) == expected
    assert found["x_robots_tag"] == header


def test_each_header_speaks_to_its_own_bot() -> None:
    found = facts("<p>x", HTML, ("x-robots-tag", "otherbot: noindex"), ("x-robots-tag", "nofollow"))
    assert (found["is_noindex"], found["is_nofollow"], found["x_robots_tag"]) == (
        False,
        True,
        "otherbot: noindex, nofollow",
    )


def test_metas_of_robots_are_kept_as_written() -> None:
    assert (
        facts("<meta name=robots content=NoIndex><meta name=googlebot content=nofollow>")["meta_robots"]
        == "NoIndex; googlebot: nofollow"
    )


@given(st.text(max_size=80))
def test_any_robots_header_is_read(value: str) -> None:
    assert header_directives(value) is not None


def test_alternates_are_resolved_from_elements_and_headers() -> None:
    found = facts(
        (
            "<link rel=alternate hreflang=de href=/de/><link rel=alternate hreflang=x-default "
            "href=/><link rel=alternate hreflang=fr href=javascript:x>"
        ),
        HTML,
        ("link", '</es/>; rel="alternate"; hreflang="es"'),
    )
    assert [(one["lang"], one["url"]) for one in found["hreflang"]] == [
        ("de", "https://www.shop.example/de/"),
        ("x-default", "https://www.shop.example/"),
        ("es", "https://www.shop.example/es/"),
    ]


def test_next_prev_feeds_and_style_sheets() -> None:
    found = facts(
        "<link rel=next href='?p=3'><link rel=prev href='?p=1'><link rel=alternate "
        "type=application/rss+xml href=/feed><link rel=stylesheet href=/a.css><link "
        "rel='preload stylesheet' href=/b.css>"
    )
    assert (found["next_url"], found["prev_url"]) == (
        "https://www.shop.example/dir/page.html?p=3",
        "https://www.shop.example/dir/page.html?p=1",
    )
    assert found["feeds"] == ["https://www.shop.example/feed"]
    assert found["stylesheets"] == ["https://www.shop.example/a.css", "https://www.shop.example/b.css"]
    assert facts("<a rel=next href=/2>next</a>")["next_url"] == "https://www.shop.example/2"


def test_a_page_that_loads_itself_again_is_told_apart_from_one_that_does_not() -> None:
    for content in ("30", " 5 ", "0;url=/x", ".5,", "300; "):
        assert facts(f'<meta http-equiv=refresh content="{content}">')["is_refreshed"] is True
    for content in ("", "soon", "5px", "url=/x"):
        assert facts(f'<meta http-equiv=refresh content="{content}">')["is_refreshed"] is False
    assert facts("<p>x", HTML, ("refresh", "10"))["is_refreshed"] is True


@pytest.mark.parametrize(
    ("content", "url"),
    [
        ("0; url=/x", "https://www.shop.example/x"),
        ("5;URL='/x y'", "https://www.shop.example/x%20y"),
        ('0;url="/x"rest', "https://www.shop.example/x"),
        ("0, /x", "https://www.shop.example/x"),
        ("1.5;/x", "https://www.shop.example/x"),
        ("0 url = /x", "https://www.shop.example/x"),
        ("5", None),
        ("x;url=/x", None),
        ("0;url=javascript:x", None),
    ],
)
def test_a_meta_refresh_is_read_as_the_standard_says(content: str, url: str | None) -> None:
    content = content.replace('"', "&quot;")
    assert facts(f'<meta http-equiv=Refresh content="{content}">')["meta_refresh_url"] == url


def test_the_base_is_resolved_and_normalised() -> None:
    assert facts("<base href=/b/c><p>x")["base_url"] == "https://www.shop.example/b/c"
    assert facts("<base href=javascript:x><p>x")["base_url"] is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-01", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024-03-01T10:20:30Z", datetime(2024, 3, 1, 10, 20, 30, tzinfo=UTC)),
        ("2024-03-01T10:20:30.123+02:00", datetime(2024, 3, 1, 8, 20, 30, tzinfo=UTC)),
        ("2024-03-01 10:20 -0330", datetime(2024, 3, 1, 13, 50, tzinfo=UTC)),
        ("20240301", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024/3/1", datetime(2024, 3, 1, tzinfo=UTC)),
        ("Fri, 01 Mar 2024 10:00:00 GMT", datetime(2024, 3, 1, 10, tzinfo=UTC)),
        ("Fri, 01 Mar 2024 10:00:00 +0200", datetime(2024, 3, 1, 8, tzinfo=UTC)),
        ("1709287200", datetime(2024, 3, 1, 10, tzinfo=UTC)),
        ("1709287200000", datetime(2024, 3, 1, 10, tzinfo=UTC)),
        ("2024-13-01", None),
        ("2024-02-30", None),
        ("0000-00-00", None),
        ("9999-12-31", None),
        ("1901-01-01", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("2024-01-01T00:00:00+99:99", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_read_tolerantly_and_absurd_ones_are_null(text: str | None, expected: datetime | None) -> None:
    assert instant(text) == expected


@given(st.one_of(st.text(max_size=40), st.text("0123456789-:T+Z ./,", max_size=40), st.datetimes().map(str)))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = instant(text)
    assert found is None or EARLIEST <= found < LATEST


@pytest.mark.parametrize(
    "html",
    [
        "<meta property=article:published_time content=2024-03-01T10:00:00Z>",
        "<meta name=date content=2024-03-01T10:00:00Z>",
        '<script type=application/ld+json>{"@type":"Article","datePublished":"2024-03-01T10:00:00Z"}</script>',
        '<script type=application/ld+json>{"@graph":[{"@type":"A","datePublished":"2024-03-01 12:00+02:00"}]}</script>',
        (
            "<div itemscope itemtype=https://schema.org/Article><time itemprop=datePublished "
            "datetime=2024-03-01T10:00:00Z>March</time></div>"
        ),
        "<time class=entry-date datetime=2024-03-01T10:00:00Z>March</time>",
        "<time class=updated datetime=2025-01-01></time><time datetime=2024-03-01T10:00:00Z>March</time>",
    ],
)
def test_a_date_of_publication_is_found(html: str) -> None:
    assert facts(html)["published_at"] == datetime(2024, 3, 1, 10, tzinfo=UTC)


def test_dates_of_change_and_of_the_header() -> None:
    found = facts(
        "<meta property=article:modified_time content=2024-03-02>",
        HTML,
        ("last-modified", "Sun, 03 Mar 2024 00:00:00 GMT"),
    )
    assert found["modified_at"] == datetime(2024, 3, 2, tzinfo=UTC)
    assert found["last_modified_at"] == datetime(2024, 3, 3, tzinfo=UTC)


def test_the_language_is_told_from_text_and_null_for_too_little() -> None:
    found = facts(
        "<p>Dies ist ein deutscher Satz über Fahrräder, der lang genug ist, damit man die Sprache sicher erkennt."
    )
    assert found["language"] == "de"
    assert found["language_share"] > 0.9
    assert (facts("<p>Hello")["language"], facts("<p>Hello")["language_share"]) == (None, None)


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/html", b"", True),
        ("TEXT/HTML;charset=x", b"anything", True),
        ("application/xhtml+xml", b"<html/>", True),
        ("application/xml", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', True),
        ("application/pdf", b"<html>", False),
        ("application/json", b"{}", False),
        ("image/png", b"<!doctype html>", False),
        ("text/plain", b"words", False),
        ("text/plain", b" \n<!DOCTYPE html><p>x", False),
        (None, b"\xef\xbb\xbf<HTML>", True),
        (None, b"words", False),
        ("", b"<p>x", True),
    ],
)
def test_html_is_told_by_its_type_else_by_its_first_bytes(
    content_type: str | None, body: bytes, *, expected: bool
) -> None:
    assert is_html(body, (("content-type", content_type),) if content_type is not None else ()) is expected


def test_xhtml_is_read() -> None:
    body = (
        b'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
        b'xml:lang="fr"><head><title>T</title></head><body><p><a href="/x">x</a>'
        b"<br/></p></body></html>"
    )
    found = page(body, ("content-type", "application/xhtml+xml"))
    assert (found.facts["title"], found.facts["html_lang"], found.links[0].href) == ("T", "fr", "/x")


def test_what_is_no_html_has_nulls() -> None:
    parsed = page(b"%PDF", ("content-type", "application/pdf"), ("x-robots-tag", "noindex"))
    assert parsed.facts["is_html"] is False
    assert parsed.facts["is_noindex"] is True
    assert {name for name, value in parsed.facts.items() if value is not None} == {
        "is_html",
        "body_hash",
        "is_noindex",
        "is_nofollow",
        "x_robots_tag",
    }
    assert not parsed.links
