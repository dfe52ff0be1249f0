"""Clusters of referring domains that belong to one owner: union-find over rare shared evidence.

Two domains are joined where they share one strong kind of evidence (an owner's identifier, a contact), or at least two
independent kinds whose weights reach JOIN_WEIGHT: a design alone never joins, and neither does an address alone. A
cluster counts from three
domains on. Memory: the shared values and the referring domains.
Source: Van Goethem et al. 2019, "Purchased Fame" (owner evidence of private blog networks); the weights are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from linkworthy.metrics.owners import Shared

STRONG = frozenset({"id", "contact"})
WEIGHTS = {
    "id": 1.0,
    "contact": 1.0,
    "address": 0.5,
    "text": 0.5,
    "interlink": 0.35,
    "cocited": 0.45,
    "design": 0.35,
    "title": 0.3,
    "subnet": 0.25,
}
JOIN_WEIGHT = 0.75
MIN_DOMAINS = 3
_SAID = {
    "id": "identifier", "contact": "contact", "address": "server address", "subnet": "address range",
    "design": "design",
    "title": "title pattern", "text": "text", "interlink": "mutual links",
    "cocited": "common targets",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Network:
    """One cluster."""

    id: str
    domains: tuple[str, ...]
    kinds: tuple[str, ...]
    """Kinds of evidence that at least two of its domains share, strongest first."""
    evidence: str
    """What they share, in words."""


def _pairs(shared: Iterable[Shared]) -> Iterator[tuple[str, str, str]]:
    for one in shared:
        if one.kind in STRONG:
            yield from ((one.kind, one.domains[0], other) for other in one.domains[1:])
        else:
            yield from ((one.kind, a, b) for a, b in combinations(one.domains, 2))


def find_networks(shared: Iterable[Shared]) -> list[Network]:
    """Join domains to clusters, largest first."""
    evidence = list(shared)
    kinds_of: dict[tuple[str, str], set[str]] = {}
    for kind, a, b in _pairs(evidence):
        kinds_of.setdefault((min(a, b), max(a, b)), set()).add(kind)
    parent: dict[str, str] = {}

    def root(domain: str) -> str:
        while (up := parent.setdefault(domain, domain)) != domain:
            parent[domain] = parent[up]
            domain = parent[domain]
        return domain

    for (a, b), kinds in sorted(kinds_of.items()):
        if kinds & STRONG or (
            len(_independent(kinds)) >= 2 and sum(WEIGHTS[k] for k in _independent(kinds)) >= JOIN_WEIGHT
        ):
            low, high = sorted((root(a), root(b)))
            parent[high] = low
    members: dict[str, list[str]] = {}
    for domain in sorted(parent):
        members.setdefault(root(domain), []).append(domain)
    large = [domains for domains in members.values() if len(domains) >= MIN_DOMAINS]
    large.sort(key=lambda domains: (-len(domains), domains))
    return [_network(f"network-{i}", domains, evidence) for i, domains in enumerate(large, 1)]


def _independent(kinds: Iterable[str]) -> set[str]:
    """Drop a kind that follows from another one: the range of an address that is shared itself."""
    found = set(kinds)
    return found - {"subnet"} if "address" in found else found


def _network(network_id: str, domains: list[str], evidence: list[Shared]) -> Network:
    inside = set(domains)
    best: dict[str, tuple[int, str]] = {}
    held: dict[str, set[str]] = {}
    for one in evidence:
        here = inside & set(one.domains)
        if len(here) < 2:
            continue
        held.setdefault(one.kind, set()).update(here)
        best[one.kind] = max(best.get(one.kind, (0, "")), (len(here), one.value))
    kinds = sorted(_independent(best), key=lambda kind: (-WEIGHTS[kind], kind))
    said = []
    for kind in kinds:
        n, value = best[kind]
        if kind in {"text", "interlink", "cocited"}:
            said.append(f"{_SAID[kind]} between {len(held[kind])} domains (one is {value[:120]})")
        else:
            said.append(f"{_SAID[kind]} {value[:120]} on {n} domains")
    return Network(network_id, tuple(domains), tuple(kinds), "; ".join(said))


def shared_counts(shared: Iterable[Shared]) -> dict[str, dict[str, int]]:
    """Give for each domain and kind of evidence how many other referring domains share a value with it."""
    others: dict[str, dict[str, set[str]]] = {}
    for one in shared:
        for domain in one.domains:
            others.setdefault(domain, {}).setdefault(one.kind, set()).update(one.domains)
    return {domain: {kind: len(found) - 1 for kind, found in kinds.items()} for domain, kinds in others.items()}
