"""What networks make of a page."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.html.learned import KINDS, best_choice, understand
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
        f"<p>{PROSE * 3}<a href=https://shop{n}.example/>a workshop that does this well</a> {PROSE}</p>"
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


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 99)), min_size=1, max_size=9))
def test_no_other_number_of_the_likeliest_blocks_has_a_larger_expected_f1(blocks: list[tuple[float, int]]) -> None:
    shares = np.asarray([share for share, _ in blocks], dtype=np.float64)
    words = np.asarray([n for _, n in blocks], dtype=np.float64)
    total = float((shares * words).sum())

    def expected(chosen: np.ndarray) -> float:
        return 2 * float((shares * words)[chosen].sum()) / (float(words[chosen].sum()) + total + 1e-9)

    order = np.argsort(-shares, kind="stable")
    best = max(expected(order[: k + 1]) for k in range(len(blocks)))
    assert expected(np.flatnonzero(best_choice(shares, words))) == pytest.approx(best, abs=1e-6)
