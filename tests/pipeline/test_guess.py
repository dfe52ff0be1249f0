"""Guessing what a site is about: from its start page alone, and nothing that the page does not say."""

from __future__ import annotations

from linkworthy.html.parse import parse
from linkworthy.pipeline import guess
from linkworthy.site import Business

PAGE = """<!doctype html><html lang="en-GB"><head><title>Velo-Verde | City bicycles and bicycle repair</title>
<meta property="og:site_name" content="Velo Verde"><meta name="description" content="City bicycles, repair and parts.">
<link rel="alternate" hreflang="de-DE" href="/de/"><link rel="alternate" hreflang="x-default" href="/">
%s</head><body><h1>City bicycles</h1><h2>Bicycle repair while you wait</h2><h2>Parts</h2></body></html>"""
LOCAL = """<script type="application/ld+json">{"@type": "BicycleStore", "telephone": "+44 113 496 0000",
"address": {"@type": "PostalAddress", "streetAddress": "1 Mill Lane", "addressLocality": "Leeds", "postalCode": "LS1"}}
</script>"""
URL = "https://www.velo-verde.co.uk/"


def test_brands_are_the_names_that_the_page_and_the_domain_give() -> None:
    assert guess.brands_of(parse((PAGE % "").encode(), (), URL), URL) == (
        "Velo Verde",
        "Velo-Verde",
        "velo-verde.co.uk",
    )


def test_topics_are_words_that_come_again_and_brand_words_are_none() -> None:
    topics = guess.topics_of(parse((PAGE % "").encode(), (), URL))
    assert set(topics) >= {"city", "bicycles", "repair"}
    assert "verde" not in topics


def test_languages_and_markets_are_those_that_tags_and_domain_name() -> None:
    page = parse((PAGE % "").encode(), (), URL)
    assert guess.languages_of(page) == ("en", "de")
    assert guess.markets_of(page, URL) == ("GB", "DE")
    assert guess.markets_of(parse(b"<html><p>x", (), "https://velo.io/"), "https://velo.io/") == ()


def test_a_business_is_local_only_where_the_page_says_so() -> None:
    assert guess.business_of(parse((PAGE % "").encode(), (), URL)) == Business()
    local = guess.business_of(parse((PAGE % LOCAL).encode(), (), URL))
    assert local.is_local
    assert "Leeds" in local.places
    assert local.telephone.replace(" ", "") == "+441134960000"


def test_an_empty_page_gives_no_guess_but_the_domain() -> None:
    page = parse(b"", (), URL)
    assert guess.brands_of(page, URL) == ("velo verde", "velo-verde.co.uk")
    assert guess.topics_of(page) == ()
    assert guess.languages_of(page) == ()
