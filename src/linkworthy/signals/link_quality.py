"""Criterion 3, link quality: authority that holds up: visits, traffic, place on the page, age, whether it counts."""

from __future__ import annotations

from linkworthy.catalogue.signal import Signal
from linkworthy.signals import sources

LINK_QUALITY = (
    Signal(
        slug="visits-arrive", title="people come by this link", aspect="link_quality", group="visits",
        value="n_visits", ramp=(-10, 10), unit="visits", weight=2.0, provenance="visits cannot be faked by a link seller in your own log; " + sources.OURS,
        evidence=("n_visits",),
        why="A link that people follow is worth having whatever any score says; none is neutral.",
        limits="Known where access logs were imported; browsers often send the origin only.",
        source=sources.SURFER,
        examples=(({"n_visits": 10}, 1.0), ({"n_visits": 0}, 0.5), ({}, None)),
    ),
    Signal(
        slug="site-has-traffic", title="vendors see search traffic on the linking site (their opinion)", aspect="link_quality", group="traffic",
        value="log10(1 + vendor_traffic)", ramp=(0.5, 3.5), unit="log10 of visits a month", weight=1.0, provenance=sources.OURS,
        evidence=("vendor_traffic",),
        why="A site can fake authority but hardly organic search.",
        limits="A vendor's estimate; small honest sites have little.",
        source=sources.PURCHASED_FAME,
        examples=(({"vendor_traffic": 9999.0}, 1.0), ({"vendor_traffic": 0.0}, 0.0), ({}, None)),
    ),
    Signal(
        slug="authority-holds-up", title="its authority is matched by traffic", aspect="link_quality", group="traffic",
        value="case when vendor_authority >= 25 then log10(1 + vendor_traffic) / (vendor_authority / 20) end", ramp=(0.3, 1.5),
        unit="log10 visits for each 20 points", weight=1.5, provenance="hollow authority is the mark of inflated scores; " + sources.OURS,
        evidence=("vendor_authority", "vendor_traffic"),
        why="High scores with no visitors are bought with links, not earned.",
        limits="Both numbers are vendors' estimates; judged from a score of 25 on.",
        source=sources.SPAM_RANK,
        examples=(({"vendor_authority": 40.0, "vendor_traffic": 9999.0}, 1.0), ({"vendor_authority": 60.0, "vendor_traffic": 1.0}, 0.0),
                  ({"vendor_authority": 10.0, "vendor_traffic": 1.0}, None)),
    ),
    Signal(
        slug="placed-where-people-read", title="the link stands where people read", aspect="link_quality", group="region",
        value="case when is_hidden then 0.0 else case region when 'main' then 1.0 when 'list' then 0.6 when 'author' then 0.4 when 'comment' "
              "then 0.3 when 'header' then 0.2 when 'nav' then 0.15 when 'sidebar' then 0.15 when 'footer' then 0.1 end end",
        ramp=(0.0, 1.0), unit="chance to be followed", weight=2.0, provenance="our reading of the reasonable surfer's features; no weights are public",
        evidence=("region", "position"),
        why="Links in the text are followed, links in footers are not, and search engines weigh them so.",
        limits="Regions are recognised from HTML; link archives hold none.",
        source=sources.SURFER,
        examples=(({"region": "main"}, 1.0), ({"region": "main", "is_hidden": True}, 0.0), ({}, None)),
    ),
    Signal(
        slug="link-is-followed", title="the link is followed", aspect="link_quality", group="rel",
        value="is_followed::int", ramp=(-1, 1), unit="yes or no", weight=1.0,
        provenance="nofollow is a hint since 2020 and natural profiles hold many: it halves, never zeroes",
        evidence=("rel", "counts_reason"),
        why="Nofollow, ugc and sponsored hold credit back; visitors come all the same.",
        limits="Reported flags stand in where the page was not read.",
        source=sources.GOOGLE_REL,
        examples=(({"is_followed": True}, 1.0), ({"is_followed": False}, 0.5), ({}, None)),
    ),
    Signal(
        slug="link-has-lasted", title="the link has lasted", aspect="link_quality", group="age",
        value="date_diff('day', first_seen_at, last_seen_at)", ramp=(-365, 365), unit="days", weight=0.5, provenance=sources.OURS,
        evidence=("first_seen_at", "last_seen_at"),
        why="Bought and automated links come and go; a link that stays was meant. A new link is neutral.",
        limits="As old as the sources' memory.",
        source=sources.SPAM_RANK,
        examples=(({"first_seen_at": "2024-01-01T00:00:00Z", "last_seen_at": "2025-01-01T00:00:00Z"}, 1.0),
                  ({"first_seen_at": "2025-01-01T00:00:00Z", "last_seen_at": "2025-01-01T00:00:00Z"}, 0.5), ({}, None)),
    ),
    Signal(
        slug="page-has-substance", title="the linking page has a text of its own", aspect="link_quality", group="page length",
        value="n_main_words", ramp=(30, 300), unit="words", weight=0.5, provenance=sources.OURS, evidence=("n_main_words",),
        why="Thin pages rank for nothing and bring nobody.",
        limits="A short page may be excellent; a directory has little text by nature.",
        source=sources.CONTENT_SPAM,
        examples=(({"n_main_words": 300}, 1.0), ({"n_main_words": 20}, 0.0), ({}, None)),
    ),
    Signal(
        slug="site-comes-back", title="the linking site links to you from several pages", aspect="link_quality", group="links",
        value="case when n_domain_pages is null or coalesce(is_sitewide, false) then null else least(n_domain_pages, 5) end",
        ramp=(-3, 5), unit="linking pages", weight=0.5, provenance=sources.OURS, evidence=("n_domain_pages", "n_domain_links"),
        why="Who comes back to cite a site again values it; one link is neutral.",
        limits="Reported and read pages only; sitewide links are left out.",
        source=sources.PAGERANK,
        examples=(({"n_domain_pages": 5, "is_sitewide": False}, 1.0), ({"n_domain_pages": 1}, 0.5),
                  ({"n_domain_pages": 9, "is_sitewide": True}, None)),
    ),
)  # fmt: skip
