"""What is true of a world, as tables: links, faults, prospects, and who must not be called harmful."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from linkworthy import urls
from linkworthy.demo.model import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The ground truth of one world; every row is a plain dictionary."""

    links: tuple[dict[str, Any], ...]
    """Columns: those of LinkCase, with source_domain and is_harmful."""
    faults: tuple[dict[str, Any], ...]
    """Columns: rule, url, case, other_url."""
    prospects: tuple[dict[str, Any], ...]
    """Columns: kind, domain, url, is_required."""
    harmful_domains: frozenset[str]
    """Registrable domains with a link that must be called harmful."""
    harmless_domains: frozenset[str]
    """Registrable domains of this web with no such link: none of them may be called harmful or disavowed."""
    undated_domains: frozenset[str]
    """Linking domains that no export gives a date for."""


def truth(world: World) -> Truth:
    """Give the ground truth of a world."""
    links = tuple(
        {**asdict(link), "source_domain": urls.domain_of(link.source_url), "is_harmful": link.is_harmful}
        for link in world.links
    )
    harmful = frozenset(row["source_domain"] for row in links if row["is_harmful"])
    everybody = frozenset(urls.registrable_domain(name) for name in world.hosts)
    dated = {row["source_domain"] for row in links if {"ahrefs", "list"} & set(row["reporters"])}
    return Truth(
        links=links,
        faults=tuple(asdict(fault) for fault in world.faults),
        prospects=tuple(asdict(chance) for chance in world.chances),
        harmful_domains=harmful,
        harmless_domains=everybody - harmful,
        undated_domains=frozenset(row["source_domain"] for row in links) - dated,
    )
