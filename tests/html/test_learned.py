"""What networks make of a page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.html.block_features import blocks_of
from linkworthy.html.learned import KINDS, best_choice, choice, understand
from linkworthy.html.page import Page
from linkworthy.html.parse import parse

HTML = [("content-type", "text/html")]
PROSE = (
    "The workshop trues wheels, replaces worn brake pads and oils the chain before every long ride, and riders come "
    "back to it each spring. "
)
_MENU = "".join(f"<li><a href=/m{n}>Menu entry number {n} of all</a></li>" for n in range(12))
ARTICLE = (
    "<html lang=en><head><title>How to care for a bicycle | Rider</title><meta property=og:type content=article></head>"
    f"<body><nav><ul>{_MENU}</ul></nav><article><h1>How to care for a bicycle</h1><p>By Ada, 3 May 2025</p>"
    + "".join(
        f"<p>Step {n}. {PROSE * 3}<a href=https://shop{n}.example/>a workshop that does this well</a> {PROSE}</p>"
        for n in range(6)
    )
    + f"</article><footer><p>© 2025 Rider. All rights reserved.</p><ul>{_MENU}</ul></footer></body></html>"
)


PIECES = ["<p>words and words", "<li><a href=/x>a link of some length", "<h1>x", "<nav>", "</div>", "<td>9",
          "<footer>", "<a href=/y>", "é", "<div hidden>"]  # fmt: skip


def page(html: str) -> Page:
    return parse(html.encode(), HTML, "https://rider.example/2025/05/bicycle-care")


def test_an_article_is_one_and_its_text_is_found() -> None:
    read = page(ARTICLE)
    made = understand(read)
    assert made.kind == "article"
    text = made.main_text(read)
    assert text.count("trues wheels") == 24
    assert "All rights reserved" not in text


def test_links_of_the_text_and_of_the_menu_are_told_apart() -> None:
    read = page(ARTICLE)
    made = understand(read)
    said = {link.anchor: made.is_content(n) for n, link in enumerate(read.links)}
    assert said["a workshop that does this well"] is True
    assert said["Menu entry number 3 of all"] is False
    assert made.is_content(10_000) is None


def test_a_page_without_text_has_no_main_text() -> None:
    made = understand(page("<title>t</title>"))
    assert made.kind in KINDS
    assert not made.is_main.any()
    assert made.main_text(page("<title>t</title>")) == ""


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_page_gives_one_share_a_block_and_a_link(parts: list[str]) -> None:
    read = page("".join(parts))
    made = understand(read)
    assert len(made.block_shares) == len(made.is_main) == len(read.blocks)
    assert len(made.link_shares) == len(read.links)
    assert np.isfinite(made.block_shares).all()
    assert ((made.link_shares >= 0) & (made.link_shares <= 1)).all()


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 99)), max_size=9), st.sampled_from([0.0, 0.2, 1.0]))
def test_no_other_number_of_the_likeliest_blocks_has_a_larger_expected_f1(
    blocks: list[tuple[float, int]], together: float
) -> None:
    shares = np.asarray([share for share, _ in blocks], dtype=np.float64)
    words = np.asarray([n for _, n in blocks], dtype=np.float64)
    levels = [(n + 0.5) / 32 for n in range(32)]

    def f1(chosen: np.ndarray, true: np.ndarray) -> float:
        said, wanted = float(words[chosen].sum()), float((words * true).sum())
        return 2 * float((words * true)[chosen].sum()) / (said + wanted + 1e-9) if said or wanted else 1.0

    def expected(chosen: np.ndarray) -> float:
        apart = f1(chosen, shares) if chosen.any() else 0.0
        joint = sum(level * f1(chosen, (shares > level).astype(float)) for level in levels) / sum(levels)
        return (1 - together) * apart + together * joint

    order = np.argsort(-shares, kind="stable")
    best = max(expected(np.isin(np.arange(len(blocks)), order[:k])) for k in range(len(blocks) + 1))
    assert expected(best_choice(shares, words, together)) == pytest.approx(best, abs=1e-6)


def test_blocks_that_are_hardly_main_text_are_none() -> None:
    assert not best_choice(np.asarray([0.05, 0.02]), np.asarray([9.0, 9.0]), 0.5).any()
    assert best_choice(np.asarray([0.9, 0.02]), np.asarray([9.0, 9.0]), 0.5).tolist() == [True, False]


def test_a_text_that_stands_twice_is_said_once_where_it_is_of_some_length() -> None:
    read = page(ARTICLE.replace("<p>By Ada", f"<p>{PROSE}</p><p>{PROSE}</p><p>Yes</p><p>Yes</p><p>By Ada"))
    made = replace(understand(read), is_main=np.ones(len(read.blocks), dtype=bool))
    lines = made.main_text(read).split("\n")
    assert lines.count(PROSE.strip()) == 1
    assert lines.count("Yes") == 2


def test_of_a_repeated_text_the_likeliest_counts_and_the_others_cost_nothing() -> None:
    read = page(ARTICLE.replace("<p>By Ada", f"<p>{PROSE}</p><div>{PROSE}</div><p>By Ada"))
    blocks = blocks_of(read)
    twice = np.flatnonzero(blocks.n_same > 1)
    twice = twice[blocks.words[twice] > 20]
    shares = np.full(len(blocks), 0.01)
    shares[twice] = [0.3, 0.9]
    once = blocks.words.copy()
    once[twice[0]] = 0
    assert choice(blocks, shares, 0.5).tolist() == best_choice(shares, once, 0.5).tolist()
