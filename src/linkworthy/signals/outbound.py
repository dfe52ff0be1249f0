"""Criterion 5, outbound link quality: what else the linking page and its site link to."""

from __future__ import annotations

from linkworthy.catalogue.signal import Signal
from linkworthy.signals import sources

OUTBOUND = (
    Signal(
        slug="few-outbound-domains", title="the page links to few other sites", aspect="outbound", group="outlinks",
        value="n_external_domains", ramp=(100, 20), unit="domains", weight=1.0, provenance="beyond 100 external links peers speak of too many",
        evidence=("n_external_domains", "n_external_links"),
        why="What a page gives is shared among all that it links to.",
        limits="Good directories and link lists exist: it never speaks alone.",
        source=sources.PAGERANK,
        examples=(({"n_external_domains": 5}, 1.0), ({"n_external_domains": 150}, 0.0), ({}, None)),
    ),
    Signal(
        slug="more-words-than-links", title="the page has more to say than to link", aspect="outbound", group="density",
        value="100.0 * n_external_links / greatest(n_main_words, 20)", ramp=(12, 3), unit="external links for 100 words", weight=1.0,
        provenance=sources.OURS, evidence=("n_external_links", "n_main_words"),
        why="A page of bare links was made for links.",
        limits="Directories and blogrolls are dense by nature.",
        source=sources.CONTENT_SPAM,
        examples=(({"n_external_links": 6, "n_main_words": 400}, 1.0), ({"n_external_links": 60, "n_main_words": 100}, 0.0), ({}, None)),
    ),
    Signal(
        slug="clean-neighbours", title="it links to no spam trades", aspect="outbound", group="neighbours",
        value="n_poison_anchors", ramp=(4, 0), unit="links", weight=2.0, provenance="bad neighbourhood propagates against the link's direction",
        evidence=("n_poison_anchors",),
        why="Who links to casinos and pills beside you sells links.",
        limits="By words in anchors and host names; words of your own trade are left out.",
        source="Krishnan and Raj 2006, Web Spam Detection with Anti-Trust Rank",
        examples=(({"n_poison_anchors": 0}, 1.0), ({"n_poison_anchors": 4}, 0.0), ({}, None)),
    ),
    Signal(
        slug="clean-words", title="its text is free of spam trades", aspect="outbound", group="poison words",
        value="n_poison_words", ramp=(5, 1), unit="distinct words", weight=1.0, provenance=sources.OURS, evidence=("n_poison_words",),
        why="Pages full of casino and pharmacy words are hacked or made for links.",
        limits="One hit is nothing: newspapers write about casinos.",
        source=sources.CONTENT_SPAM,
        examples=(({"n_poison_words": 1}, 1.0), ({"n_poison_words": 5}, 0.0), ({}, None)),
    ),
    Signal(
        slug="site-links-sparingly", title="the site does not hand links out", aspect="outbound", group="site outlinks",
        value="site_outbound_rate", ramp=(30, 6), unit="other domains a page", weight=1.0, provenance=sources.OURS,
        evidence=("site_outbound_rate", "n_pages_read"),
        why="A site that links to dozens on every page does not choose.",
        limits="Only the pages that were read; template links are left out.",
        source=sources.GOOGLE_SPAM,
        examples=(({"site_outbound_rate": 2.0}, 1.0), ({"site_outbound_rate": 40.0}, 0.0), ({}, None)),
    ),
)  # fmt: skip
