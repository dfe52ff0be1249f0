"""Kind 5, links from irrelevant sites, without being a snob: adjacent is fine."""

from __future__ import annotations

from linkworthy.catalogue.signal import Signal
from linkworthy.signals import sources

_LOCAL = "coalesce(place_match, false)"

IRRELEVANT = (
    Signal(
        slug="page-off-topic",
        title="the page is about something else",
        aspect="irrelevant",
        group="page text",
        value=f"case when n_main_words < 80 or page_relevance is null or topic_share is null then null "
        f"when {_LOCAL} then 1.0 else greatest(page_relevance, topic_share, 0.8 * context_relevance) end",
        ramp=(0.22, 0.10),
        unit="likeness 0..1",
        weight=0.55,
        is_strong=True,
        provenance="5 % of same-topic pages lie below 0.19 on WCXB, and half of the others below 0.14",
        evidence=("page_relevance", "topic_share", "context_relevance", "source_topic", "n_main_words"),
        why="Neither its words nor its topics nor the sentence around the link touch your topic or a neighbouring one.",
        limits="Pages under 80 words or without a clear topic are not judged; for a local business a page that "
        "names its place is never off "
        "topic.",
        source=sources.TF_IDF,
        examples=(
            ({"n_main_words": 300, "page_relevance": 0.05, "topic_share": 0.05, "context_relevance": 0.0}, 1.0),
            ({"n_main_words": 300, "page_relevance": 0.05, "topic_share": 0.3}, 0.0),
            ({"n_main_words": 40, "page_relevance": 0.0, "topic_share": 0.0}, None),
        ),
    ),
    Signal(
        slug="site-off-topic",
        title="the site is about something else",
        aspect="irrelevant",
        group="site text",
        value=f"case when n_pages_read < 2 or site_relevance is null then null when {_LOCAL} then 1.0 else "
        "greatest(site_relevance, page_relevance, topic_share) end",
        ramp=(0.22, 0.08),
        unit="likeness 0..1",
        weight=0.2,
        provenance=sources.OURS,
        evidence=("site_relevance", "n_pages_read"),
        why="No page of it that was read is near your topic.",
        limits="From two pages read on; sites about everything have no topic.",
        source=sources.TF_IDF,
        examples=(
            ({"n_pages_read": 5, "site_relevance": 0.02}, 1.0),
            ({"n_pages_read": 5, "site_relevance": 0.4}, 0.0),
            ({"n_pages_read": 1}, None),
        ),
    ),
    Signal(
        slug="words-off-topic",
        title="the words around the link are about something else",
        aspect="irrelevant",
        group="words around",
        value="context_relevance",
        ramp=(0.08, 0.0),
        unit="likeness 0..1",
        weight=0.15,
        provenance="short texts are unsure: weak",
        evidence=("before", "anchor", "after"),
        why="The sentence does not lead to you.",
        limits="At most 100 characters each side.",
        source=sources.TF_IDF,
        examples=(({"context_relevance": 0.0}, 1.0), ({"context_relevance": 0.4}, 0.0), ({}, None)),
    ),
    Signal(
        slug="foreign-language",
        title="the page is in none of your customers' languages",
        aspect="irrelevant",
        group="language",
        value="is_language_ours::int",
        ramp=(1, 0),
        unit="yes or no",
        weight=0.15,
        provenance=sources.OURS,
        evidence=("source_language",),
        why="Its readers are not your customers.",
        limits="Honest foreign articles exist: it never speaks alone.",
        source=sources.GOOGLE_HELPFUL,
        examples=(({"is_language_ours": False}, 1.0), ({"is_language_ours": True}, 0.0), ({}, None)),
    ),
    Signal(
        slug="elsewhere",
        title="for a local business: neither the topic nor the place",
        aspect="irrelevant",
        group="place",
        value="case when place_match is null or page_relevance is null then null else (not place_match and "
        "page_relevance < 0.22)::int end",
        ramp=(0, 1),
        unit="yes or no",
        weight=0.15,
        provenance=sources.OURS,
        evidence=("place_match", "page_relevance"),
        why="A neighbour's link needs no shared topic; a stranger's does.",
        limits="Known for local businesses only.",
        source=sources.GOOGLE_LOCAL,
        examples=(
            ({"place_match": False, "page_relevance": 0.1}, 1.0),
            ({"place_match": True, "page_relevance": 0.1}, 0.0),
            ({}, None),
        ),
    ),
    Signal(
        slug="spam-trade",
        title="the page is about a spam trade",
        aspect="irrelevant",
        group="poison words",
        value="n_poison_words",
        ramp=(2, 5),
        unit="distinct words",
        weight=0.4,
        provenance=sources.OURS,
        evidence=("n_poison_words",),
        why="Casinos, pills and their like link to anybody.",
        limits="Words of your own trade are left out; one or two are nothing.",
        source=sources.CONTENT_SPAM,
        examples=(({"n_poison_words": 5}, 1.0), ({"n_poison_words": 1}, 0.0), ({}, None)),
    ),
)
