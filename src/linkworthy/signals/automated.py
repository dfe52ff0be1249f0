"""Kind 2, automated link building: bursts, open-submission software, spun anchors, copied pages."""

from __future__ import annotations

from linkworthy.catalogue.signal import Signal
from linkworthy.signals import sources

AUTOMATED = (
    Signal(
        slug="part-of-a-burst", title="it came in a burst of new linking sites", aspect="automated", group="dates",
        value="case when n_burst_domains >= 8 then burst_ratio when n_burst_domains is not null then 0.0 end", ramp=(3, 8),
        unit="times the usual week", weight=0.3, provenance="from three times the median of at least eight weeks and eight domains on",
        evidence=("first_seen_at", "n_burst_domains", "burst_ratio"),
        why="Programs place links in days; people take their time.",
        limits="News and a good campaign burst as well: it never speaks alone.",
        source=sources.SPAM_RANK,
        examples=(({"n_burst_domains": 14, "burst_ratio": 14.0}, 1.0), ({"n_burst_domains": 14, "burst_ratio": 2.0}, 0.0), ({}, None)),
    ),
    Signal(
        slug="burst-then-loss", title="most of its burst is gone again", aspect="automated", group="loss",
        value="case when n_burst_domains >= 8 then burst_lost_share when n_burst_domains is not null then 0.0 end", ramp=(0.3, 0.7),
        unit="share", weight=0.15, provenance=sources.OURS, evidence=("burst_lost_share", "n_burst_domains"),
        why="What programs place, moderators remove.",
        limits="As good as the dates of loss.",
        source=sources.SPAM_RANK,
        examples=(({"n_burst_domains": 14, "burst_lost_share": 0.8}, 1.0), ({"n_burst_domains": 14, "burst_lost_share": 0.1}, 0.0), ({}, None)),
    ),
    Signal(
        slug="open-submission-page", title="it stands where software lets anybody put a link", aspect="automated", group="footprint",
        value="n_footprint", ramp=(0, 2), unit="marks of three", weight=0.35,
        provenance="profiles, guestbooks and user pages are the targets that such programs ship with",
        evidence=("source_url", "source_engine", "source_kind", "n_footprint"),
        why="Nobody chose the link: a form took it.",
        limits="An honest member's profile looks the same: it never speaks alone.",
        source=sources.GOOGLE_SPAM,
        examples=(({"n_footprint": 2}, 1.0), ({"n_footprint": 0}, 0.0), ({}, None)),
    ),
    Signal(
        slug="same-keyword-same-days", title="many sites took the same keyword anchor within days", aspect="automated", group="anchor",
        value="n_anchor_burst", ramp=(3, 8), unit="referring domains", weight=0.35,
        provenance="from ten domains in three days on peers call it certain", evidence=("anchor", "keyword", "n_anchor_burst", "first_seen_at"),
        why="The same keyword on many sites in the same days comes from one order.",
        limits="Needs dates that the sources give.",
        source=sources.GOOGLE_SPAM,
        examples=(({"n_anchor_burst": 10}, 1.0), ({"n_anchor_burst": 2}, 0.0), ({}, None)),
    ),
    Signal(
        slug="spun-anchors", title="its anchor is one of many variants that came together", aspect="automated", group="anchor",
        value="n_spun_anchors", ramp=(2, 7), unit="variants", weight=0.35, provenance=sources.OURS,
        evidence=("anchor", "n_spun_anchors", "first_seen_at"),
        why="Programs spin keyword anchors so that no two are alike; within a week, each on a site of its own.",
        limits="Keyword anchors only.",
        source=sources.GOOGLE_SPAM,
        examples=(({"n_spun_anchors": 7}, 1.0), ({"n_spun_anchors": 0}, 0.0), ({}, None)),
    ),
    Signal(
        slug="keyword-on-open-page", title="a keyword anchor on an open-submission page", aspect="automated", group="anchor",
        value="case when is_money_anchor is null then null else (is_money_anchor and n_footprint >= 1)::int end", ramp=(0, 1), unit="yes or no",
        weight=0.2, provenance=sources.OURS, evidence=("anchor", "source_url", "n_footprint"),
        why="Members write their site's name; programs write what they sell.",
        limits="Keywords are those of the settings.",
        source=sources.GOOGLE_SPAM,
        examples=(({"is_money_anchor": True, "n_footprint": 1}, 1.0), ({"is_money_anchor": False, "n_footprint": 2}, 0.0), ({}, None)),
    ),
    Signal(
        slug="among-spam-links", title="it stands among links of spam trades", aspect="automated", group="neighbours",
        value="case when region in ('comment', 'author') then 0 else n_poison_anchors end", ramp=(0, 2), unit="links", weight=0.2,
        provenance=sources.OURS, evidence=("n_poison_anchors",),
        why="The other customers of the same program.",
        limits="By words in anchors and host names.",
        source=sources.CONTENT_SPAM,
        examples=(({"n_poison_anchors": 2}, 1.0), ({"n_poison_anchors": 0}, 0.0), ({}, None)),
    ),
    Signal(
        slug="copied-page", title="the page is a copy", aspect="automated", group="copy",
        value="is_scraped::int", ramp=(0, 1), unit="yes or no", weight=0.15, provenance="scrapers are ignored by search engines: weak",
        evidence=("scraped_url",),
        why="Scrapers publish what they fetch, links included.",
        limits="Agreed syndication looks the same; harmless by itself.",
        source="https://developers.google.com/search/docs/essentials/spam-policies#scraped-content",
        examples=(({"is_scraped": True}, 1.0), ({"is_scraped": False}, 0.0), ({}, None)),
    ),
)  # fmt: skip
