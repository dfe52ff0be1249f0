"""Strangers' pages with regions and kind as networks have them."""

from __future__ import annotations

from linkworthy.html.page import Page
from linkworthy.html.parse import parse
from linkworthy.html.understood import understood

HTML = [("content-type", "text/html")]
PROSE = "The workshop trues wheels, replaces worn brake pads and oils the chain before every long ride in spring. "
MENU = "".join(f"<li><a href=/m{n}>Menu entry number {n} of all</a></li>" for n in range(12))
TALK = "".join(f"<div class=comment><p>Comment {n}: {PROSE}<a href=/u{n}>visitor {n}</a></p></div>" for n in range(4))


def page(body: str) -> Page:
    html = f"<html lang=en><head><title>How to care for a bicycle</title></head><body>{body}</body></html>"
    return parse(html.encode(), HTML, "https://rider.example/2025/05/bicycle-care")


def article(wrapped: str = "article") -> Page:
    text = "".join(
        f"<p>{PROSE * 3}<a href=https://shop{n}.example/>a workshop nearby</a> {PROSE}</p>" for n in range(8)
    )
    return page(
        f"<nav><ul>{MENU}</ul></nav><{wrapped}><h1>How to care for a bicycle</h1>{text}</{wrapped}>"
        f"<section id=comments>{TALK}</section><footer><ul>{MENU}</ul><p>© 2025 Rider</p></footer>"
    )


def test_a_small_page_is_left_to_the_rules() -> None:
    read = page("<h1>Short</h1><p>Nothing much.</p>")
    assert understood(read) is read


def test_what_is_no_html_is_left_as_it_is() -> None:
    read = parse(b"%PDF-1.7", [("content-type", "application/pdf")], "https://rider.example/a.pdf")
    assert understood(read) is read


def test_what_markup_says_outright_stays() -> None:
    read = article()
    made = understood(read)
    for rows in ("links", "blocks"):
        for before, after in zip(getattr(read, rows), getattr(made, rows), strict=True):
            assert before._replace(region=after.region) == after
            if before.region in {"nav", "footer", "comment", "author"}:
                assert after.region == before.region


def test_prose_stays_the_main_text_and_its_facts_agree_with_it() -> None:
    made = understood(article("div"))
    assert made.facts["page_kind"] == "article"
    assert {link.region for link in made.links if link.anchor == "a workshop nearby"} == {"main"}
    assert made.facts["main_hash"] == article("div").facts["main_hash"]
    assert made.facts["n_main_words"] == sum(block.n_words for block in made.blocks if block.region == "main")


def test_the_same_page_gives_the_same() -> None:
    assert understood(article()).links == understood(article()).links
