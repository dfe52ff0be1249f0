"""The compiled pass over the tags as written tells what the plain form tells, or leaves the document to it."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkworthy.html import markup
from linkworthy.html.compiled.marking import marked
from linkworthy.html.compiled.waiting import may_wait
from linkworthy.html.outline import Outline, outline_of
from linkworthy.html.written import MAX_IDS, MAX_OF_A_KIND, MAX_TAGS, Searched, Tags
from tests.support.debian import POSTGRESQL
from tests.support.wcxb import real_pages

pytestmark = pytest.mark.xdist_group("compiled")

_PIECES = (
    "<!doctype html>", "<html>", "<head>", "</head>", "<body>", "</body>", "<title>", "</title>", '<TITLE x="', "<he!",
    "<meta charset=utf-8>", "<meta name=robots content=x>", "<link rel=canonical media=x href=y>", "<!--", "-->",
    "--!>", "<!-->", "<!-m", "<!x>", "<?xml ?>", "<script>", "</script>", "<script id=z>", "<style", "</style ",
    "<svg id=s>", "</svg>", "<template>", "</template>", '<textarea id="t">', "</textarea>", "<h1>", "</h1>",
    "<h2 id=b>", "</h2>", '<H1 title="a>b">', '<h1 x="', "</H3 ", "&nbsp;", "\xa0", "\u200b", "\x1c", "&lt;", "text",
    " ", "\n", "\x0b", "<b>", "</b>", "<strong>", "<img alt=x>", '<img src=i alt="">', "<picture>", "</picture>",
    "<object data=a.swf>", "<embed type=flash>", "<applet>", "<a id=q>", "<a id=q name=q>", "<a name='r s'>",
    "<a NAME=r>", '<p id="q">', "<p id='", '<p ID="a&amp;b">', '<p id="é">', "<p id=>", '<p id="&#1;">', " id=",
    " name=x", "=", ">", "<", '"', "'", "<a target=_blank href=//o.example/>", " target=_blank ", "</",
    '<A target="_BLANK" href="http://o.example/x" rel=noopener>', "<a href='https://p.example' target=_blank>",
    "<frameset>", "<noscript>", "</noscript>", "<noframes>", "</noframes>", "<iframe id=f>", "</iframe>", "<base>",
    "<basefont>", "</html>", "<br>", "<xmp>", "</xmp>", "x" * 210, "\ufeff", "</title/", "<HEAD>", "<header>",
    "<head\n>", '<b id = "q">',
)  # fmt: skip
_STARTS = ("", "<!doctype html><html><head><title>x</title></head><body>", "<html><head>")


def _facts(data: bytes, read: tuple[Outline, Tags]) -> dict[str, Any]:
    outline, tags = read
    return {
        **markup._written(data, outline, tags, [("content-type", "text/html")]),
        **tags.contents(),
        "n_blank_links": tags.n_blank_links("a.example"),
    }


def _assert_alike(data: bytes) -> bool:
    """Check a document; tell whether the compiled pass took it."""
    read = marked(data)
    if read is None:
        return False
    outline = outline_of(data)
    assert _facts(data, read) == _facts(data, (outline, Searched(data, outline.body_start)))
    return True


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(_STARTS), st.lists(st.sampled_from(_PIECES), max_size=30).map("".join), st.integers(0, 20))
@example(_STARTS[1], "<svg><h1 id=a></h1></svg><h1 id=a><a name=b>", 0)
def test_any_pieces_of_markup_tell_the_same(start: str, inner: str, n_cut: int) -> None:
    whole = (start + inner).encode()
    _assert_alike(whole[: len(whole) - n_cut])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([b"<h1>", b"</h1>", b" id=", b"name=", b"<a ", b"\xc2", b"\xa0", b"\xe2\x80", b">"]
                                + [bytes([n]) for n in range(256)]), max_size=40).map(b"".join))  # fmt: skip
def test_any_bytes_tell_the_same(data: bytes) -> None:
    _assert_alike(b"<body>" + data)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["opacity", "Opa", "VISIBILITY", "nos", "NoScript", "é"]), max_size=8).map("".join))
def test_no_word_of_waiting_pages_is_overlooked(text: str) -> None:
    is_aside, is_clear = may_wait(text.encode())
    assert is_aside >= ("noscript" in text.lower())
    assert is_clear >= ("opacity" in text.lower() or "visibility" in text.lower())


def test_documents_beyond_a_limit_tell_the_same() -> None:
    assert _assert_alike(b"<p id=x>" * MAX_IDS)
    assert _assert_alike(b"<p id=x>" * (MAX_IDS + 1))
    assert _assert_alike(b"<h2></h2><picture>" * (MAX_OF_A_KIND + 1))
    assert _assert_alike(b"<body>" + b"<meta name=robots>" * (MAX_OF_A_KIND + 1))
    assert _assert_alike(b"<a target=_blank href=//o.example/>" * (MAX_IDS + 1))
    assert _assert_alike(b'<p id="' + b"x" * 300 + b'"><h1 title="' + b"x" * 30_000 + b'">y</h1>')
    assert not _assert_alike(b"<meta>" * (MAX_TAGS + 3))
    assert not _assert_alike(b"<head>" + b"<link rel=canonical>" * 100)


@pytest.mark.shared
def test_real_pages_tell_the_same_and_nearly_all_of_them_are_taken() -> None:
    pages = [path.read_bytes() for path in sorted(POSTGRESQL.glob("*.html"))[::20]]
    pages += [page.html for page in islice(real_pages(), 40) if len(page.html) < 400_000]
    assert sum(map(_assert_alike, pages)) > 0.95 * len(pages) > 30
