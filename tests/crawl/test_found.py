"""Which URLs a page offers: those that were offered before as well or better are left, and nothing is lost by it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.crawl import found
from linkworthy.crawl.frontier import Entry, Offer
from linkworthy.crawl.scope import Scope
from linkworthy.html.parse import parse
from linkworthy.site import SiteConfig

SHOP = "http://shop.example"
SCOPE = Scope(SiteConfig(url=f"{SHOP}/"))
TARGETS = ["/", "/a", "/a/b", "/deep/a/a/a/a", "/deep/a/a/a/a/a", "http://other.example/x", "http://other.example/y"]

Visited = tuple[str, int | None, list[str]]


def offers(pages: list[Visited], told: found.Told | None) -> list[Offer]:
    out: list[Offer] = []
    for path, depth, links in pages:
        url = f"{SHOP}{path}"
        page = parse("".join(f"<p><a href={link}>x</a>" for link in links).encode(), (), url)
        entry = Entry.single(found.OWN, url, "link")._replace(depth=depth)
        out += found.on_page(entry, page, SCOPE, told)
    return out


def best(offered: list[Offer]) -> dict[tuple[str, str], Offer]:
    out: dict[tuple[str, str], Offer] = {}
    for offer in offered:
        key = (offer.role, offer.url)
        if key not in out or offer.order < out[key].order:
            out[key] = offer
    return out


VISITED = st.tuples(
    st.sampled_from(["/1", "/2", "/deep/a/a/a/a"]), st.sampled_from([None, 1, 2]), st.lists(st.sampled_from(TARGETS))
)


@settings(deadline=None, max_examples=40)
@given(st.lists(VISITED, max_size=6))
def test_what_was_told_loses_no_offer_that_counts(pages: list[Visited]) -> None:
    assert best(offers(pages, found.Told())) == best(offers(pages, None))


def test_a_link_that_every_page_has_is_offered_once() -> None:
    pages: list[Visited] = [(f"/{n}", 1, ["/", "/a", "http://other.example/x"]) for n in range(1, 9)]
    assert len(offers(pages, found.Told())) == 3


def test_what_is_remembered_is_bounded() -> None:
    told = found.Told()
    for n in range(70_000):
        assert told.is_news(f"{SHOP}/{n}", 1, SHOP)
    assert told.is_news(f"{SHOP}/0", 1, SHOP)
    assert not told.is_news(f"{SHOP}/69999", 1, SHOP)
