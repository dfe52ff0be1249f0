"""Builds a world from a seed: the plan, then every site, then the dates and sources of what links to the owner."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from random import Random

from linkworthy import urls
from linkworthy.demo.draft import Draft
from linkworthy.demo.model import TODAY, LinkCase, World
from linkworthy.demo.plan import plan
from linkworthy.demo.sites import blogs, forums, friends, harm, local, outside, shop_faults, trade, troubled
from linkworthy.demo.sites.shop import Shop

N_WEEKS = 25
"""Weeks of ordinary new links before the blast."""
BLAST_DAYS_AGO = 12
_WEEKS_OF_SILENCE = 1


@lru_cache(maxsize=8)
def build(seed: int) -> World:
    """Build the world of a seed; the same seed gives the same bytes."""
    draft = Draft(plan(seed))
    shop = Shop(draft)
    shop.name_targets()
    shop_faults.plant(shop)
    shop.write()
    shop_faults.plant_copies(shop)
    draft.shop_docs = shop.site.docs
    for family in (trade, blogs, forums, local, friends, harm, troubled, outside):
        family.write(draft)
    return draft.finish(_reported(draft))


def _reported(draft: Draft) -> tuple[LinkCase, ...]:
    """Date every link and say which exports hold it: no export knows all, and ordinary links come week by week."""
    rng = draft.stream("reports")
    ordinary = sorted({urls.domain_of(link.source_url) for link in draft.links if not _is_blast(link)})
    rng.shuffle(ordinary)
    start = TODAY - timedelta(days=BLAST_DAYS_AGO + 7 * (N_WEEKS + _WEEKS_OF_SILENCE))
    first = {
        domain: start + timedelta(days=7 * (n * N_WEEKS // len(ordinary)) + rng.randint(0, 6))
        for n, domain in enumerate(ordinary)
    }
    out = []
    for link in draft.links:
        if _is_blast(link):
            day = TODAY - timedelta(days=BLAST_DAYS_AGO - rng.randint(0, 3))
        else:
            day = first[urls.domain_of(link.source_url)]
        out.append(replace(link, first_seen=day, reporters=link.reporters or _reporters(rng)))
    return tuple(out)


def _is_blast(link: LinkCase) -> bool:
    return "automated" in link.kinds


def _reporters(rng: Random) -> tuple[str, ...]:
    found = [
        name for name, share in (("ahrefs", 0.9), ("gsc", 0.55), ("list", 0.15), ("log", 0.25)) if rng.random() < share
    ]
    return tuple(found) or ("gsc",)
