"""Criterion 2, authority: rank over the web's link graph; vendors' scores as their opinion."""

from __future__ import annotations

from linkworthy.catalogue.signal import Signal
from linkworthy.signals import sources

AUTHORITY = (
    Signal(
        slug="own-authority",
        title="the linking domain ranks high in the link graph",
        aspect="authority",
        group="graph",
        value="authority",
        ramp=(5, 60),
        unit="0..100",
        weight=3.0,
        provenance="the only score here whose arithmetic can be opened",
        evidence=("authority",),
        why="Links from sites that many good sites link to pass more on.",
        limits="Null without a graph of the whole web: a rank over a handful of imported links would be no authority.",
        source=sources.PAGERANK,
        examples=(({"authority": 60.0}, 1.0), ({"authority": 5.0}, 0.0), ({}, None)),
    ),
    Signal(
        slug="vendors-authority",
        title="vendors score the linking domain high (their opinion)",
        aspect="authority",
        group="vendors",
        value="vendor_authority",
        ramp=(5, 60),
        unit="0..100, median of vendors",
        weight=1.0,
        provenance="vendors agree with each other at a Spearman of 0.73 to 0.81 only, so a third of an own rank",
        evidence=("vendor_authority",),
        why="Where no graph is at hand, the opinion of those who have one is better than none, as an opinion.",
        limits="The vendors' arithmetic is secret, and can be inflated by bought links.",
        source="https://help.ahrefs.com/en/articles/1409408-what-is-domain-rating-dr",
        examples=(({"vendor_authority": 60.0}, 1.0), ({"vendor_authority": 5.0}, 0.0), ({}, None)),
    ),
    Signal(
        slug="public-institution",
        title="a public institution or school links to you",
        aspect="authority",
        group="name",
        value="case when protected_as in ('government', 'education') then 1 end",
        ramp=(0, 1),
        unit="yes or not known",
        weight=1.0,
        provenance=sources.OURS,
        evidence=("source_domain", "protected_as"),
        why="Such suffixes are given to institutions only, which rarely link for money.",
        limits="A sign for, never against: other sites lose nothing. Hacked and student pages exist.",
        source="https://www.iana.org/domains/root/db",
        examples=(({"protected_as": "government"}, 1.0), ({"protected_as": "platform"}, None), ({}, None)),
    ),
)
