"""Kind 4, sitewide links in headers, footers and sidebars, with the exception of a fully relevant one."""

from __future__ import annotations

from linkworthy.catalogue.signal import Signal
from linkworthy.signals import sources

_MAY_STAY = "(greatest(site_relevance, page_relevance) >= 0.5 and not coalesce(is_money_anchor, false))"
"""The exception: a site about the owner's topic that calls the owner by name. Nulls are left out by greatest."""
_IS = f"(is_sitewide and not coalesce({_MAY_STAY}, false))"

SITEWIDE = (
    Signal(
        slug="on-every-page",
        title="the same link stands on most pages of its site",
        aspect="sitewide",
        group="pages",
        value=f"case when is_sitewide is null then null when {_IS} then greatest(sitewide_share, case when "
        "n_same_link_pages >= 20 then 1.0 end) "
        "else 0.0 end",
        ramp=(0.2, 0.6),
        unit="share of pages read",
        weight=0.35,
        provenance="from half of the pages read, or 20 pages, it is counted once",
        evidence=("sitewide_share", "n_pages_read", "n_same_link_pages", "region"),
        why="A template gives one recommendation, however many pages repeat it; widely spread footer links are a "
        "breach.",
        limits="Judged on the pages that were read; a fully relevant site that calls you by name may keep its link.",
        source=sources.GOOGLE_SPAM,
        examples=(
            ({"is_sitewide": True, "sitewide_share": 0.9, "site_relevance": 0.1}, 1.0),
            ({"is_sitewide": True, "sitewide_share": 0.9, "site_relevance": 0.8, "is_money_anchor": False}, 0.0),
            ({}, None),
        ),
    ),
    Signal(
        slug="in-the-template",
        title="it stands in a header, footer, navigation or sidebar",
        aspect="sitewide",
        group="region",
        value="case when region is null then null else (region in ('header', 'nav', 'footer', 'sidebar'))::int end",
        ramp=(0, 1),
        unit="yes or no",
        weight=0.1,
        provenance=sources.OURS,
        evidence=("region", "position"),
        why="Such links are set by whoever builds the template, for all pages.",
        limits="A blogroll is a choice, too.",
        source=sources.GOOGLE_SPAM,
        examples=(({"region": "footer"}, 1.0), ({"region": "main"}, 0.0), ({}, None)),
    ),
    Signal(
        slug="sitewide-keyword",
        title="a sitewide link with a keyword anchor",
        aspect="sitewide",
        group="anchor",
        value="case when is_sitewide is null or is_money_anchor is null then null else (is_sitewide and "
        "is_money_anchor)::int end",
        ramp=(0, 1),
        unit="yes or no",
        weight=0.3,
        provenance=sources.OURS,
        evidence=("anchor", "sitewide_share"),
        why="A keyword in every footer is the classic paid link.",
        limits="Keywords are those of the settings.",
        source=sources.GOOGLE_SPAM,
        examples=(
            ({"is_sitewide": True, "is_money_anchor": True}, 1.0),
            ({"is_sitewide": True, "is_money_anchor": False}, 0.0),
            ({}, None),
        ),
    ),
    Signal(
        slug="sitewide-off-topic",
        title="a sitewide link on a site about something else",
        aspect="sitewide",
        group="topic",
        value="case when is_sitewide is null then null when is_sitewide then greatest(site_relevance, "
        "page_relevance, topic_share) else 1.0 end",
        ramp=(0.4, 0.1),
        unit="likeness 0..1",
        weight=0.25,
        provenance=sources.OURS,
        evidence=("site_relevance", "page_relevance"),
        why="A fully relevant sitewide link may stay; an irrelevant one has no reason to exist.",
        limits="Needs text of the site.",
        source=sources.GOOGLE_SPAM,
        examples=(
            ({"is_sitewide": True, "site_relevance": 0.1}, 1.0),
            ({"is_sitewide": True, "site_relevance": 0.8}, 0.0),
            ({}, None),
        ),
    ),
    Signal(
        slug="builders-credit",
        title="a builder's signature in the footer",
        aspect="sitewide",
        group="credit",
        value="is_credit::int",
        ramp=(0, 1),
        unit="yes or no",
        weight=0.15,
        provenance=sources.OURS,
        evidence=("before", "anchor", "region"),
        why="Website by …: fine with nofollow, and named in the guidelines without.",
        limits="By phrases of the languages of the list.",
        source=sources.GOOGLE_SPAM,
        examples=(({"is_credit": True}, 1.0), ({"is_credit": False}, 0.0), ({}, None)),
    ),
    Signal(
        slug="badge-on-many-sites",
        title="the same badge or widget stands on other sites",
        aspect="sitewide",
        group="widget",
        value="case when region is null then null when region in ('header', 'nav', 'footer', 'sidebar') then "
        "n_snippet_domains else 0 end",
        ramp=(1, 5),
        unit="other referring domains",
        weight=0.2,
        provenance="widely distributed widget links are named in the guidelines",
        evidence=("before", "anchor", "after", "n_snippet_domains"),
        why="Links that come inside a widget were not given by those who embed it.",
        limits="Eight words or more; partners' badges look the same.",
        source=sources.GOOGLE_SPAM,
        examples=(
            ({"region": "footer", "n_snippet_domains": 5}, 1.0),
            ({"region": "main", "n_snippet_domains": 5}, 0.0),
            ({}, None),
        ),
    ),
)
