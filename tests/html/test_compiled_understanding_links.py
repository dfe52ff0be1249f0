"""What networks are told of a page's links and words, compiled: the same as by the plain form."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkworthy.html import kind_features, letters, link_features
from linkworthy.html.block_features import blocks_of, page_columns
from linkworthy.html.columns import Matrix, stepped
from linkworthy.html.compiled import linkrows, pagerow, spelling, voting
from linkworthy.html.compiled.saying import OF_LIKELY, OF_MAIN, are_said
from linkworthy.html.letters import N_NUMBERS
from linkworthy.html.nets import ExactNet, mean_shares
from linkworthy.html.page import Page
from linkworthy.html.parse import parse
from tests.support.wcxb import real_pages

pytestmark = pytest.mark.xdist_group("compiled")

_CHARACTERS = st.characters(exclude_categories=()) | st.sampled_from("aZ Éß,09\n\ud800")


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(_CHARACTERS, max_size=60), max_size=8), limit=st.integers(0, 40))
@example(texts=[], limit=9)
@example(texts=[""], limit=9)
@example(texts=["", "Über die Straße, 12 mal\u3000so", "", "a" * 23 + "b", "a" * 24 + "b", "a" * 24 + "c"], limit=60)
@example(texts=["one\ntwo", "\ud800 Lone\r\n", "\n"], limit=60)
def test_texts_are_taken_apart_as_by_whole_columns(texts: list[str], limit: int) -> None:
    found, expected = spelling.letters_of(texts, limit), letters.letters_of(texts, limit)
    for name in expected._fields:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name, strict=True)
    table = np.arange(letters.N_NUMBERS) ** 2
    np.testing.assert_array_equal(spelling.sums(found, table), expected.sums(table), strict=True)


_PIECES = ("<p>words and words. More, $5 in 2021?", "<li><a href=/x?a/b>a link of some length</a>", "<h1>x", "<nav>",
           "</div>", "<td>Reply 9", "<footer>", "<a href=/y#z>Élan</a> ", "straße<a href=/y>STRASSE and more words</a>",
           "<div class=comments>", "<a href=//b.example/><img src=i alt=x></a>", "<div hidden>", "<ul><li>",
           "<p>\U0001f600 a link of some length. <a rel=nofollow href=/n>\u017fee this…</a>")  # fmt: skip


def _read(html: str) -> Page:
    return parse(f"<title>A shop</title>{html}".encode(), [("content-type", "text/html")], "https://a.example/2021/05")


def _assert_alike(page: Page, seed: int) -> None:
    blocks, expected, found = blocks_of(page), link_features.links_of(page), linkrows.links_of(page)
    row = stepped(kind_features.kind_columns(page, blocks, expected))
    np.testing.assert_array_equal(pagerow.kind_columns(page, blocks, found), row, strict=True)
    if not len(found):
        return
    random = np.random.default_rng(seed)
    table = random.integers(-3000, 3000, N_NUMBERS)
    lean, shares = blocks.letters.sums(table), random.integers(0, 4097, len(blocks)) / 4096
    is_main, kinds = random.random(len(blocks)) < 0.5, random.integers(0, 129, (1, 7)) / 128
    rows = stepped(random.normal(size=(len(blocks), 30)))
    plain = link_features.link_matrix(page, expected, blocks, rows, shares, is_main, table, lean, kinds)
    of_page = page_columns(page, blocks, lean)
    made = linkrows.link_matrix(page, found, blocks, rows, shares, is_main, table, of_page, kinds)
    np.testing.assert_array_equal(made, stepped(plain), strict=True)


@settings(max_examples=40, deadline=None)
@given(pieces=st.lists(st.sampled_from(_PIECES), max_size=30), seed=st.integers(0, 9))
@example(pieces=[], seed=0)
@example(pieces=list(_PIECES), seed=1)
@example(pieces=[*_PIECES[::-1]] * 3, seed=2)
def test_links_and_pages_are_described_as_by_columns(pieces: list[str], seed: int) -> None:
    page = _read("".join(pieces))
    _assert_alike(page, seed)
    _assert_alike(replace(page, links=list(page.links)), seed)


@pytest.mark.shared
def test_links_and_pages_of_the_web_are_described_as_by_columns() -> None:
    for n, real in enumerate(islice(real_pages(), 0, None, 150)):
        _assert_alike(parse(real.html, [("content-type", "text/html")], real.url), n)


_LETTERS = st.text("aAb ßſK", min_size=15, max_size=18)


@settings(max_examples=60, deadline=None)
@given(anchors=st.lists(_LETTERS, max_size=6), texts=st.lists(_LETTERS, max_size=5), bits=st.integers(0, 1023))
@example(anchors=["a" * 15, "a" * 16], texts=["b" + "A" * 15, "a" * 20], bits=1)
@example(anchors=["line\nbreak and more", "b" * 15], texts=["line", "break and more", "b" * 16], bits=1023)
@example(anchors=["words of the text"], texts=["words", "a\nb words of the text"], bits=2)
def test_anchors_are_found_in_the_text_as_one_by_one(anchors: list[str], texts: list[str], bits: int) -> None:
    likely, is_main = (np.asarray([bits >> shift + n & 1 > 0 for n in range(len(texts))], bool) for shift in (0, 5))
    # Mostly of the texts, so that some are found.
    anchors += [text[1:] for text in texts] + [text.upper() for text in texts]
    of_main, of_likely = link_features.said_of(anchors, texts, likely, is_main)
    marks = are_said(anchors, texts, "\n".join(texts), likely, is_main)
    assert [mark & OF_MAIN > 0 for mark in marks] == [anchor in of_main for anchor in anchors]
    assert [mark & OF_LIKELY > 0 for mark in marks] == [anchor in of_likely for anchor in anchors]


@pytest.mark.parametrize("n_classes", [1, 7])
@pytest.mark.parametrize("n_rows", [1, 9])
def test_networks_say_together_what_they_say_one_by_one(n_rows: int, n_classes: int) -> None:
    random = np.random.default_rng(n_rows)

    def half(*shape: int) -> Matrix:
        return random.normal(size=shape).astype(np.float16).astype(np.float64)

    nets = tuple(ExactNet(((half(23, 8), half(8)), (half(8, n_classes), half(n_classes)))) for _ in range(3))
    rows = stepped(random.normal(size=(n_rows, 23)) * 30 * (random.random((n_rows, 23)) < 0.6))
    rows[:, 3] = 1.5
    made = voting.mean_shares(voting.Votes.of(nets), rows)
    np.testing.assert_array_equal(made, mean_shares(nets, rows), strict=True)
