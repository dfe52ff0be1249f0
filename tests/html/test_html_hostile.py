"""Hostile pages: bounded, never an exception, and no time that grows faster than the page.

Each size here would take minutes or hours if anything were quadratic; the timeout of the test run is the judge.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.html.elements import MAX_LINKS, MAX_RESOURCES
from linkworthy.html.fold import MAX_TEXT_CHARACTERS
from linkworthy.html.parse import parse
from linkworthy.html.runs import MAX_BLOCKS
from linkworthy.html.structured import MAX_DATA_CHARACTERS, MAX_ITEMS
from tests.support.parsed import HTML, assert_fits, page


def test_a_page_of_fifty_megabytes_is_read() -> None:
    parsed = page(b"<p>" + b"word " * 10_000_000)
    assert parsed.facts["n_words"] > 9_000_000
    assert len(parsed.blocks) <= MAX_BLOCKS
    assert max(len(block.text) for block in parsed.blocks) <= MAX_TEXT_CHARACTERS


def test_links_are_counted_beyond_those_that_are_kept() -> None:
    parsed = page("<p>" + "".join(f"<a href='/é{n}?q'>x</a> " for n in range(MAX_LINKS + 10)))
    assert len(parsed.links) == MAX_LINKS
    assert parsed.facts["n_links"] == MAX_LINKS + 10
    assert parsed.links[-1].position < 1


def test_a_hundred_thousand_attributes_on_one_tag() -> None:
    parsed = page("<a href=/x " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</a>")
    assert parsed.links[0].anchor == "x"


def test_a_million_nested_tags() -> None:
    parsed = page("<div class=x>" * 1_000_000 + "deep<a href=/x>x</a>")
    assert parsed.facts["n_elements"] > 1_000_000
    # Beyond 512 levels elements become siblings, as in browsers: the link is there, its text stands behind it.
    assert (parsed.links[0].url, parsed.links[0].after) == ("https://www.shop.example/x", "x")
    assert_fits(parsed)


@pytest.mark.parametrize(
    "piece",
    [
        "<a href=/x><object>",
        "<a href=/x><b><i>",
        "<ul><li>x",
        "<table><tr><td>",
        "<span style='display:none'>",
        "<div itemscope itemprop=a itemtype=http://schema.org/Thing><span itemprop=b>x",
        "<h1>x",
        "<form><input>",
        "<svg><a href=/x>",
        "<address>x",
        "<font><p>",
    ],
)
def test_nothing_is_quadratic_in_what_is_nested(piece: str) -> None:
    assert_fits(page(piece * 50_000))


@pytest.mark.parametrize(
    "piece",
    [
        "<a href=/x>x</a>",
        "<img src=/i alt=x>",
        "<div hidden>x</div>",
        "<meta name=robots content=noindex>",
        "<link rel='canonical alternate stylesheet' hreflang=x href=/a>",
        "<h2>x</h2>",
        "<title>x</title>",
        "<script>UA-7654321-1 G-</script>",
        "<script type=application/ld+json>{}</script>",
        "<time datetime=2024-01-01></time>",
        "<div itemscope><b itemprop=n>x</b></div>",
        "<li class=comment>x",
        "<meta property=og:image content=x>",
        "<form><textarea name=t></textarea></form>",
        "<address>1</address>",
        "<br>",
    ],
)
def test_nothing_is_quadratic_in_what_is_repeated(piece: str) -> None:
    assert_fits(page(piece * 100_000))


@pytest.mark.parametrize(
    "html",
    [
        "<p style='" + "display:" * 1_000_000 + "'>x",
        "<p class='" + "comment " * 1_000_000 + "'>x",
        "<a href='" + "/" * 5_000_000 + "' rel='" + "x " * 1_000_000 + "'>x</a>",
        "<meta http-equiv=refresh content='0;" + " " * 1_000_000 + "'>",
        "<meta http-equiv=refresh content='" + "0." * 1_000_000 + "'>",
        "<script>" + "UA-" * 1_000_000 + "</script>",
        "<script>" + "_paq//a" * 300_000 + "</script>",
        "<script>" + "facebook.com/tr?&" * 100_000 + "</script>",
        "<script type=application/ld+json>" + "[" * 1_000_000 + "</script>",
        "<script type=application/ld+json>" + "/*" * 500_000 + "</script>",
        '<script type=application/ld+json>{"a":' + "," * 900_000 + "</script>",
        "<script type=application/ld+json>[" + '{"@type":"A","telephone":"1234567"},' * 25_000 + "{}]</script>",
        "<a href='mailto:" + "a." * 500_000 + "@x'>x</a>",
        "<time datetime='" + "2" * 1_000_000 + "'></time>",
        "<p>" + " " * 5_000_000 + "<a href=/x>x</a>",
        "<p>" + "<a href=/x>x</a> " * 90_000,
        "<h1>" + "x " * 2_000_000,
        "<title>" + "\0" * 1_000_000,
        "<base href='" + "a/" * 1_000_000 + "'><a href=b>x</a>",
    ],
    ids=lambda html: html[:30].replace("\0", ""),
)
def test_a_megabyte_of_one_thing_is_bounded(html: str) -> None:
    parsed = page(html)
    assert_fits(parsed)
    assert all(len(item.data) <= MAX_DATA_CHARACTERS for item in parsed.items)
    assert len(parsed.items) <= MAX_ITEMS
    assert len(parsed.resources) <= MAX_RESOURCES * 3


def test_hostile_headers_are_bounded() -> None:
    headers = [
        ("link", "<x>; rel=canonical; " + "a=b; " * 100_000),
        ("link", "<" * 100_000),
        ("x-robots-tag", "a:" * 500_000),
        ("content-type", "text/html; charset=\ud800\0"),
        ("last-modified", "\ud800"),
        ("refresh", "0;\ud800"),
    ]
    assert_fits(parse(b"<p>x", headers, "https://a.example/"))


@pytest.mark.parametrize("url", ["", "nonsense", "http://", "mailto:a@b.example"])
def test_a_url_that_is_none_is_no_fault_of_the_page(url: str) -> None:
    parsed = page("<base href=/b><link rel=canonical href=/c><a href=/x>x</a><a href=http://a.example/>y</a>", url=url)
    assert_fits(parsed)
    assert parsed.links[1].url == "http://a.example/"


def test_null_bytes_and_lone_surrogates_do_no_harm() -> None:
    parsed = page(
        b"<title>a\0b &#xD800; \xed\xa0\x80</title><a href='/\0&#xDFFF;'>x\0</a>"
        b'<script type=application/ld+json>{"@type":"A\\ud800","name":"\\udfff"}</script>'
    )
    assert_fits(parsed)
    assert parsed.items[0].type == "A\ufffd"


_PIECES = st.sampled_from(
    [
        *b"<a href= /x > </a> <p> </div> <table><td> <svg> <title> <h1> <template> </script> <!-- <br> text".split(),
        b"<div hidden>", b"<base href=//b>", b"<meta charset=shift_jis>", b"<meta name=robots content=none>",
        b"<![CDATA[",
        b"<script type=application/ld+json>", b'{"@type":"A","address":{"name":1}}', b"<b itemscope itemprop=a>",
        b"<li class=comment>", b"\xff\xfe", b"\0", b"\xe9", "日本".encode(), b"<form><input type=password>", b"</body>",
        b"<link rel=canonical href=/c>", b"<select><option>", b"<a href=/x>", b"<frameset>",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(_PIECES, max_size=25).map(b"".join)))
def test_any_bytes_give_a_page_that_fits_the_tables(body: bytes) -> None:
    assert_fits(page(body))
    assert page(body) == page(body)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["content-type", "link", "x-robots-tag", "last-modified", "refresh"]), st.text(max_size=50)
        ),
        max_size=4,
    )
)
def test_any_headers_give_a_page_that_fits_the_tables(headers: list[tuple[str, str]]) -> None:
    assert_fits(parse(b"<!doctype html><p>x", [*headers, HTML], "https://a.example/"))
    assert_fits(parse(b"<!doctype html><p>x", headers, "https://a.example/"))
