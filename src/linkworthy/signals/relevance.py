"""Criterion 1, relevance: what the page, its site and the words around the link are about, and where they are."""

from __future__ import annotations

from linkworthy.catalogue.signal import Signal
from linkworthy.signals import sources

_SUBJECT = "greatest(page_relevance, site_relevance)"

RELEVANCE = (
    Signal(
        slug="page-on-topic",
        title="the linking page is about your topic",
        aspect="relevance",
        group="page text",
        value="page_relevance",
        ramp=(0.05, 0.6),
        unit="likeness 0..1",
        weight=3.0,
        provenance="the strongest relevance evidence there is; 0.91 of page pairs come out in the right order on WCXB",
        evidence=("page_relevance", "source_topic", "source_title"),
        why="A link is a testimonial where the page that gives it knows the subject; a close subject is fine.",
        limits="Needs the page's text; words only, so irony and other languages than the owner's are not understood.",
        source=sources.TF_IDF,
        examples=(({"page_relevance": 0.6}, 1.0), ({"page_relevance": 0.05}, 0.0), ({}, None)),
    ),
    Signal(
        slug="words-around-on-topic",
        title="the words around the link are about your topic",
        aspect="relevance",
        group="words around",
        value="context_relevance",
        ramp=(0.0, 0.5),
        unit="likeness 0..1",
        weight=2.0,
        provenance="a surfer's choice rests on them; short texts are less sure than pages (0.82 against 0.91 in "
        "the right order)",
        evidence=("context_relevance", "before", "anchor", "after"),
        why="Search engines and readers take the sentence that holds the link as its description.",
        limits="At most 100 characters each side; a list of links has no sentence.",
        source=sources.SURFER,
        examples=(({"context_relevance": 0.5}, 1.0), ({"context_relevance": 0.0}, 0.0), ({}, None)),
    ),
    Signal(
        slug="site-on-topic",
        title="the linking site is about your topic",
        aspect="relevance",
        group="site text",
        value="site_relevance",
        ramp=(0.05, 0.6),
        unit="likeness 0..1",
        weight=1.5,
        provenance=sources.OURS,
        evidence=("site_relevance", "n_pages_read"),
        why="A site of the field lends more than a lucky page on a site about everything.",
        limits="Only the pages that were read speak for the site.",
        source=sources.TF_IDF,
        examples=(({"site_relevance": 0.6}, 1.0), ({"site_relevance": 0.02}, 0.0), ({}, None)),
    ),
    Signal(
        slug="anchor-tells-who",
        title="the anchor says who is linked to",
        aspect="relevance",
        group="anchor",
        value="case anchor_kind when 'branded' then 1.0 when 'naked' then 1.0 when 'partial' then 0.8 when 'exact' "
        "then 0.6 "
        "when 'other' then 0.6 when 'image' then 0.5 when 'generic' then 0.3 when 'empty' then 0.0 end",
        ramp=(0.0, 1.0),
        unit="share",
        weight=1.0,
        provenance=sources.OURS,
        evidence=("anchor", "anchor_kind"),
        why="A name or an address is clearly about you; an empty or generic anchor says nothing.",
        limits="Brand names come from the settings: one that is missing there is not seen.",
        source=sources.GOOGLE_LINKS,
        examples=(({"anchor_kind": "branded"}, 1.0), ({"anchor_kind": "empty"}, 0.0), ({}, None)),
    ),
    Signal(
        slug="language-of-your-customers",
        title="the linking page is in a language of your customers",
        aspect="relevance",
        group="language",
        value="is_language_ours::int",
        ramp=(0, 1),
        unit="yes or no",
        weight=1.0,
        provenance=sources.OURS,
        evidence=("source_language",),
        why="Visitors come by links that they can read.",
        limits="Languages are detected from text; very short pages are left out.",
        source=sources.GOOGLE_HELPFUL,
        examples=(({"is_language_ours": True}, 1.0), ({"is_language_ours": False}, 0.0), ({}, None)),
    ),
    Signal(
        slug="subject-and-place",
        title="for a local business: your subject and a place that you serve",
        aspect="relevance",
        group="place",
        value=f"case when place_match is null then null when place_match and {_SUBJECT} >= 0.35 then 1.0 "
        f"when place_match or {_SUBJECT} >= 0.35 then 0.75 when {_SUBJECT} >= 0.2 or country_match then 0.4 "
        f"when {_SUBJECT} is not null then 0.0 end",
        ramp=(0, 1),
        unit="rung 0..1",
        weight=2.0,
        provenance="a ladder: subject and place, then either, then moderately related or the same country; "
        + sources.OURS,
        evidence=("place_match", "country_match", "page_relevance", "site_relevance"),
        why="For a local business the neighbours are relevant whatever they write about, and its field "
        "wherever it is; for an online one places do not count.",
        limits="Known for local businesses only: places by their names in text, address and structured data, by "
        "the area of the telephone; countries by country domain and telephone code.",
        source=sources.GOOGLE_LOCAL,
        examples=(
            ({"place_match": True, "page_relevance": 0.5}, 1.0),
            ({"place_match": True, "page_relevance": 0.05}, 0.75),
            ({"place_match": False, "page_relevance": 0.5}, 0.75),
            ({"place_match": False, "page_relevance": 0.25}, 0.4),
            ({"place_match": False, "country_match": True, "page_relevance": 0.05}, 0.4),
            ({"place_match": False, "page_relevance": 0.05}, 0.0),
            ({"page_relevance": 0.5}, None),
        ),
    ),
)
