"""What stands around a block."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.html.block_features import blocks_of
from linkworthy.html.page import Page
from linkworthy.html.parse import parse
from linkworthy.html.surroundings import looks_of, runs_of, sections_of


def page(body: str) -> Page:
    return parse(f"<title>t</title><body>{body}".encode(), [("content-type", "text/html")], "https://a.example/")


def test_each_block_stands_under_the_last_heading_before_it() -> None:
    sections = sections_of(blocks_of(page("<p>before<h1>One</h1><p>a<p>b<h2>Two</h2><p>c")))
    assert sections.is_heading.tolist() == [False, True, False, False, True, False]
    assert sections.heading.tolist() == [-1, 1, 1, 1, 4, 4]
    assert sections.until.tolist() == [1, 4, 4, 4, 6, 6]


def test_a_page_without_blocks_has_no_sections() -> None:
    assert len(sections_of(blocks_of(page(""))).until) == 0


def test_cards_look_alike_and_paragraphs_do_not_look_like_them() -> None:
    card = "<li><a href=/x>Trail shoes of leather</a></li>"
    looks = looks_of(blocks_of(page(f"<ul>{card}{card}</ul><p>{'Shoes are worn on feet and last long. ' * 5}</p>")))
    assert looks[0] == looks[1] != looks[2]


@given(st.lists(st.integers(0, 2), max_size=12))
def test_runs_are_of_equal_neighbours_and_hold_every_row(keys: list[int]) -> None:
    run, starts, ends = runs_of(np.asarray(keys, dtype=np.int64))
    assert [n for first, end in zip(starts, ends, strict=True) for n in range(first, end)] == list(range(len(keys)))
    assert all(len(set(keys[first:end])) == 1 for first, end in zip(starts, ends, strict=True))
    assert all((run[n] == run[n - 1]) == (keys[n] == keys[n - 1]) for n in range(1, len(keys)))
