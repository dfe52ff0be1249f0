"""Criterion 4, editorial standards: does the site choose what it links to, or hand links out?"""

from __future__ import annotations

from linkworthy.catalogue.signal import Signal
from linkworthy.signals import sources

EDITORIAL = (
    Signal(
        slug="signed-and-dated", title="the linking page names an author and a date", aspect="editorial", group="byline",
        value="has_author::int + has_date::int", ramp=(0, 2), unit="of two", weight=1.0, provenance=sources.OURS,
        evidence=("has_author", "has_date", "published_at"),
        why="Who signs stands behind a recommendation.",
        limits="Read from metas, structured data and bylines; some honest pages have neither.",
        source=sources.GOOGLE_HELPFUL,
        examples=(({"has_author": True, "has_date": True}, 1.0), ({"has_author": False, "has_date": False}, 0.0), ({}, None)),
    ),
    Signal(
        slug="link-in-a-sentence", title="the link stands in a sentence", aspect="editorial", group="words around",
        value="case when region in ('main', 'comment') then n_context_words end", ramp=(0, 12), unit="words", weight=1.5,
        provenance=sources.OURS, evidence=("before", "after"),
        why="Somebody who wrote around a link chose it.",
        limits="At most 100 characters each side are known.",
        source=sources.SURFER,
        examples=(({"region": "main", "n_context_words": 12}, 1.0), ({"region": "main", "n_context_words": 0}, 0.0),
                  ({"region": "footer", "n_context_words": 12}, None)),
    ),
    Signal(
        slug="page-of-an-editor", title="the page is of a kind that somebody edits", aspect="editorial", group="page kind",
        value="case when region in ('comment', 'author') then 0.3 else case source_kind when 'article' then 1.0 when 'product' then 0.8 "
              "when 'home' then 0.7 when 'listing' then 0.6 when 'contact' then 0.6 when 'directory' then 0.5 when 'forum' then 0.5 "
              "when 'profile' then 0.1 when 'other' then 0.5 end end",
        ramp=(0.0, 1.0), unit="share", weight=1.0, provenance=sources.OURS, evidence=("source_kind", "region", "source_engine"),
        why="An article's links were chosen by its author; a profile's by whoever registered.",
        limits="Kinds are recognised from structure and words.",
        source=sources.GOOGLE_SPAM,
        examples=(({"source_kind": "article", "region": "main"}, 1.0), ({"source_kind": "profile"}, 0.1), ({}, None)),
    ),
    Signal(
        slug="no-paid-wording", title="no wording of a paid post or of links for sale", aspect="editorial", group="paid",
        value="case when n_main_words is null then null when paid_words is null then 1 when is_followed then 0 else 0.6 end", ramp=(0, 1),
        unit="yes or no", weight=1.5, provenance="a paid link that passes credit is against the guidelines in so many words",
        evidence=("paid_words", "rel"),
        why="Paid links are fine with rel=sponsored and a breach without.",
        limits="Only wording that is printed on the page, in the languages of the list.",
        source=sources.GOOGLE_SPAM,
        examples=(({"n_main_words": 200}, 1.0), ({"n_main_words": 200, "paid_words": "sponsored post", "is_followed": True}, 0.0), ({}, None)),
    ),
    Signal(
        slug="anchor-not-for-search", title="the anchor was not written for a search engine", aspect="editorial", group="anchor",
        value="is_money_anchor::int", ramp=(1, 0), unit="yes or no", weight=1.0, provenance=sources.OURS,
        evidence=("anchor", "keyword", "anchor_domains", "anchor_share"),
        why="People link with names and sentences; exact keywords are ordered.",
        limits="One keyword anchor is natural; the keywords are those of the settings.",
        source=sources.GOOGLE_SPAM,
        examples=(({"is_money_anchor": False}, 1.0), ({"is_money_anchor": True}, 0.0), ({}, None)),
    ),
    Signal(
        slug="anchor-not-overused", title="the anchor is not the profile's monotone", aspect="editorial", group="anchor share",
        value="case when is_money_anchor and anchor_domains >= 5 then anchor_share when is_money_anchor is not null then 0.0 end",
        ramp=(0.3, 0.05), unit="share of referring domains", weight=0.5, provenance="from 30 % on, peers call one keyword overused",
        evidence=("anchor", "anchor_share", "anchor_domains"),
        why="The same keyword on a third of all domains is an order, not a habit.",
        limits="Judged from five domains on, keyword anchors only.",
        source=sources.GOOGLE_SPAM,
        examples=(({"is_money_anchor": False}, 1.0), ({"is_money_anchor": True, "anchor_domains": 9, "anchor_share": 0.4}, 0.0), ({}, None)),
    ),
    Signal(
        slug="link-is-visible", title="the link is visible", aspect="editorial", group="hidden",
        value="is_hidden::int", ramp=(1, 0), unit="yes or no", weight=1.5, provenance="hidden links are a breach in themselves",
        evidence=("is_hidden",),
        why="Nobody hides a recommendation.",
        limits="Attributes and inline styles only; style sheets are not evaluated.",
        source="https://developers.google.com/search/docs/essentials/spam-policies#hidden-text-and-links",
        examples=(({"is_hidden": False}, 1.0), ({"is_hidden": True}, 0.0), ({}, None)),
    ),
    Signal(
        slug="text-is-original", title="the page wrote its own text", aspect="editorial", group="copy",
        value="is_scraped::int", ramp=(1, 0), unit="yes or no", weight=1.5, provenance=sources.OURS, evidence=("scraped_url",),
        why="A copy chooses nothing; scrapers are ignored by search engines, and so may you.",
        limits="Compared with own and linking pages only; agreed syndication looks the same.",
        source="https://developers.google.com/search/docs/essentials/spam-policies#scraped-content",
        examples=(({"is_scraped": False}, 1.0), ({"is_scraped": True}, 0.0), ({}, None)),
    ),
)  # fmt: skip
