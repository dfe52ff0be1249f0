"""Compiled code sees in a page what the plain form sees, to the last digit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.html import learned
from linkworthy.html.compiled.understanding import understand
from linkworthy.html.page import Page
from linkworthy.html.parse import parse
from tests.support import wcxb
from tests.support.shared import shared

pytestmark = pytest.mark.xdist_group("compiled")
_TAGS = ("p", "h1", "h2", "li", "td", "div", "nav", "footer", "pre", "button", "aside")
_WORDS = ("mug", "Plate", "glaze, fired", "Read more", "in 2024", "the kiln is hot.", "“clay”", "Größe", "42", "")
_BLOCKS = st.tuples(st.sampled_from(_TAGS), st.lists(st.sampled_from(_WORDS), max_size=45), st.booleans())


def _assert_same(page: Page) -> None:
    plain, compiled = learned.understand(page), understand(page)
    assert (compiled.kind, compiled.kind_share) == (plain.kind, plain.kind_share)
    for name in ("block_shares", "is_main", "link_shares"):
        np.testing.assert_array_equal(getattr(compiled, name), getattr(plain, name), err_msg=name)


def _parsed(html: str) -> Page:
    return parse(html.encode(), [("content-type", "text/html")], "http://a.example/x/")


@given(st.lists(_BLOCKS, max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_page_is_seen_the_same(blocks: list[tuple[str, list[str], bool]]) -> None:
    written = [(tag, " ".join(words), is_linked) for tag, words, is_linked in blocks]
    body = "".join(f"<{tag}>{f'<a href=/{n}>{said}</a>' if is_linked else said}</{tag}>"
                   for n, (tag, said, is_linked) in enumerate(written))  # fmt: skip
    _assert_same(_parsed(f"<html lang=en><title>The kiln is hot</title><body>{body}"))


@pytest.mark.parametrize(
    "body", ["", "<a href=/></a>", "<p>one</p>" * 50, "<h2>Only</h2>" * 5, "<p>" + "word " * 9_000]
)
def test_a_strange_page_is_seen_the_same(body: str) -> None:
    _assert_same(_parsed(f"<title></title>{body}"))


@pytest.mark.shared
def test_real_pages_are_seen_the_same() -> None:
    shared("wcxb")
    pages = list(wcxb.real_pages())[::60]
    assert len(pages) > 20
    for page in pages:
        _assert_same(parse(page.html, [("content-type", "text/html")], page.url))


def test_many_anchors_that_begin_alike_are_found_and_cost_no_more() -> None:
    said = "".join(f"<p>Cups and saucers, number {n} <a href=/{n}>Cups and saucers, number {n}</a>" for n in range(300))
    _assert_same(_parsed(f"<title></title><main>{said}</main><a href=/z>Cups and saucers, number 7000</a>"))
