"""Pages that wait for scripts to show what they hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.html import text as texts
from linkworthy.html import unscripted
from linkworthy.html.page import Page
from linkworthy.html.parse import parse

PROSE = "The thread asks which tyres last longest on gravel and the answers name four of them with their weights. " * 8


def read(body: str) -> Page:
    return parse(f"<title>t</title><body>{body}".encode(), [("content-type", "text/html")], "https://forum.example/t/1")


def text(page: Page) -> str:
    return "\n".join(block.text for block in page.blocks)


@pytest.mark.parametrize(
    "body",
    [
        f"<noscript data-path='/t/1'><div role=main><p>{PROSE}<a href=/x>four tyres</a></p></div></noscript>",
        f'<div>wait</div><div hidden id="S:0"><p>{PROSE}<a href=/x>four tyres</a></p></div>',
        f'<div style="opacity:0" class=main><p>{PROSE}<a href=/x>four tyres</a></p></div>',
    ],
    ids=["noscript", "streamed", "transparent"],
)
def test_a_text_that_waits_for_scripts_is_read(body: str) -> None:
    page = read(body)
    assert "four of them with their weights" in text(page)
    assert [(link.anchor, link.is_hidden) for link in page.links] == [("four tyres", False)]


@pytest.mark.parametrize("end", ["/></noscript>", "></iframe></noscript>"], ids=["empty", "closed"])
def test_a_frame_that_a_noscript_holds_does_not_hold_the_rest_of_the_page(end: str) -> None:
    page = read(
        f'<p>one</p><noscript><iframe src="https://tags.example/" height="0" {end}<p>two <a href=/x>four</a></p>'
    )
    assert text(page) == "one\ntwo four"
    assert "four" in [link.anchor for link in page.links]


def test_text_hidden_beside_a_text_of_the_page_stays_hidden() -> None:
    shown = "A visible page about bread. " * 30
    page = read(f'<p>{shown}</p><div style="opacity:0"><p>{PROSE}<a href=/x>four tyres</a></p></div>')
    assert "weights" not in text(page)
    assert page.links[0].is_hidden


def test_a_noscript_beside_a_text_is_no_text() -> None:
    assert "scripts" not in text(read(f"<p>{PROSE}</p><noscript><p>Please turn scripts on</p></noscript>"))


_PIECES = ("opacity", "OPACITY:0", "Visibility", " visibility : hidden", "0", ":", ";", '"', "'", " ", "é", "<", "</",
           "noscript", "NoScript", ">")  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join), st.integers(0, 5))
def test_looking_for_words_finds_what_the_pattern_finds(text: str, start: int) -> None:
    for pattern in (unscripted._NOSCRIPT, unscripted._CLEAR):
        expected = {found.span() for found in pattern.finditer(text, start)}
        assert {found.span() for found in unscripted._found(pattern, text, start)} == expected


def test_signs_that_are_left_as_they_are_have_no_other_case() -> None:
    every = [chr(code) for code in range(128, 0x3000)]
    assert {one.casefold() == one for one in every if texts._SMALL.fullmatch(one.encode())} == {True}
