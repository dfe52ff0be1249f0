"""Clusters of referring domains that belong to one owner: union-find over rare shared evidence.

Two domains are joined where they share one strong kind of evidence (an identifier that pays or proves one owner, a
contact), or two independent weaker kinds. A weaker kind counts less the more domains hold the value, since an agency's
tag, a crowded server and a stock theme are on many; where the sets of domains that hold two values of different kinds
overlap far more than chance would have it (three domains and more, Poisson tail under MAX_CHANCE), size does not
matter. One weak kind never joins. A cluster counts from three domains on.
Memory: the shared values, and a pair of numbers for each two values that one domain holds.
Source: Van Goethem et al. 2019, "Purchased Fame" (owner evidence of private blog networks); the weights are ours.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from linkworthy.metrics.owners import Shared

STRONG = frozenset({"id", "contact"})
WEIGHTS = {
    "id": 1.0,
    "contact": 1.0,
    "tag": 0.6,
    "address": 0.5,
    "text": 0.5,
    "cocited": 0.45,
    "interlink": 0.4,
    "design": 0.35,
    "title": 0.3,
    "subnet": 0.25,
}
JOIN_WEIGHT = 0.75
MIN_DOMAINS = 3
MAX_CHANCE = 1e-5
"""Chance of so large an overlap of two unrelated values, over which it is none."""
MIN_OVERLAP = 1 / 3
"""Of the domains of either value: an agency's account has most of its clients elsewhere."""
RARE = 4
"""Domains up to which a value counts in full."""
MAX_VALUES = 16
"""Weak values of one domain that are compared with each other; the rarest of them."""
MAX_OVERLAP = 60
MAX_OWNERS = 12
"""Identifiers and contacts that one domain may share with others."""
_SAID = {
    "id": "identifier",
    "contact": "contact",
    "tag": "analytics account",
    "address": "server address",
    "subnet": "address range",
    "design": "design",
    "title": "title pattern",
    "text": "text",
    "interlink": "mutual links",
    "cocited": "common targets",
}
_PAIRWISE = frozenset({"text", "interlink", "cocited"})
"""Kinds whose evidence is of two domains each."""


@dataclass(frozen=True, slots=True)
class Network:
    """One cluster."""

    id: str
    domains: tuple[str, ...]
    kinds: tuple[str, ...]
    """Kinds of evidence that at least two of its domains share, strongest first."""
    evidence: str
    """What they share, in words."""


class _Clusters:
    """Union-find over domains by number."""

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))

    def root(self, one: int) -> int:
        parent = self._parent
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    def join(self, domains: Sequence[int]) -> None:
        if not domains:
            return
        first = self.root(domains[0])
        for other in domains[1:]:
            low, high = sorted((first, self.root(other)))
            self._parent[high] = first = low


def find_networks(shared: Iterable[Shared], n_domains: int = 0) -> list[Network]:
    """Join domains to clusters, largest first; ``n_domains`` is how many there are, with and without evidence."""
    evidence = sorted(set(shared), key=lambda one: (one.kind, one.value, one.domains))
    names = sorted({domain for one in evidence for domain in one.domains})
    number = {name: n for n, name in enumerate(names)}
    clusters = _Clusters(len(names))
    weak: list[tuple[Shared, list[int]]] = []
    crowded = _crowded(evidence)
    for one in evidence:
        members = [number[domain] for domain in one.domains if domain not in crowded or one.kind not in STRONG]
        if one.kind in STRONG:
            clusters.join(members)
        else:
            weak.append((one, members))
    for members in _joined(weak, len(names), max(n_domains, len(names))):
        clusters.join(members)
    found: dict[int, list[str]] = defaultdict(list)
    for n, name in enumerate(names):
        found[clusters.root(n)].append(name)
    large = [domains for domains in found.values() if len(domains) >= MIN_DOMAINS]
    large.sort(key=lambda domains: (-len(domains), domains))
    return _described(large, evidence)


def _crowded(evidence: Iterable[Shared]) -> set[str]:
    """Give domains that hold so many owners' identifiers that they are nobody's: a flood to join strangers by."""
    counts = Counter(domain for one in evidence if one.kind in STRONG for domain in one.domains)
    return {domain for domain, n in counts.items() if n > MAX_OWNERS}


def rarity(n: int) -> float:
    """Give what a value on so many domains counts, 0..1."""
    return 1.0 if n <= RARE else (RARE / n) ** 0.4


def _joined(weak: Sequence[tuple[Shared, list[int]]], n_names: int, n_domains: int) -> Iterator[list[int]]:
    """Yield sets of domains that two independent weak kinds join."""
    support: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    for a, b, members in _overlaps(weak, n_names):
        one, other = weak[a][0], weak[b][0]
        sizes = len(one.domains), len(other.domains)
        if len(members) >= MIN_DOMAINS and WEIGHTS[one.kind] + WEIGHTS[other.kind] >= JOIN_WEIGHT - 0.2:
            expected = sizes[0] * sizes[1] / n_domains
            if _tail(len(members), expected) < MAX_CHANCE and min(len(members) / size for size in sizes) >= MIN_OVERLAP:
                yield members
                continue
        if len(members) > MAX_OVERLAP:
            continue
        for pair in combinations(members, 2):
            for of, size in zip((one, other), sizes, strict=True):
                kinds = support[pair]
                kinds[of.kind] = max(kinds.get(of.kind, 0.0), WEIGHTS[of.kind] * rarity(size))
    for pair, kinds in sorted(support.items()):
        if sum(weight for kind, weight in kinds.items() if kind in _independent(kinds)) >= JOIN_WEIGHT:
            yield list(pair)


def _tail(n: int, expected: float) -> float:
    """Give the chance that a Poisson variable of this mean reaches n."""
    if expected >= n:
        return 1.0
    term = math.exp(-expected + n * math.log(expected) - math.lgamma(n + 1)) if expected > 0 else 0.0
    return term / (1 - expected / (n + 1))


def _overlaps(weak: Sequence[tuple[Shared, list[int]]], n_names: int) -> Iterator[tuple[int, int, list[int]]]:
    """Yield two values of independent kinds and the domains that hold both, two at least."""
    if not weak:
        return
    kinds = {kind: n for n, kind in enumerate(WEIGHTS)}
    value = np.repeat(np.arange(len(weak)), [len(members) for _, members in weak])
    domain = np.concatenate([np.asarray(members) for _, members in weak])
    kind = np.asarray([kinds[one.kind] for one, _ in weak])[value]
    size = np.asarray([len(members) for _, members in weak])[value]
    order = np.lexsort((value, size, domain))
    value, domain, kind = value[order], domain[order], kind[order]
    starts = np.searchsorted(domain, np.arange(n_names))
    is_kept = np.arange(len(domain)) - starts[domain] < MAX_VALUES
    value, domain, kind = value[is_kept], domain[is_kept], kind[is_kept]
    yield from _common(value, domain, kind, (kinds["address"], kinds["subnet"]))


def _common(
    value: npt.NDArray[np.int64], domain: npt.NDArray[np.int64], kind: npt.NDArray[np.int64], same: tuple[int, int]
) -> Iterator[tuple[int, int, list[int]]]:
    lows, highs, holders = [], [], []
    for step in range(1, MAX_VALUES):
        one, other = slice(None, -step or None), slice(step, None)
        is_pair = (domain[one] == domain[other]) & (kind[one] != kind[other])
        is_pair &= ~(np.isin(kind[one], same) & np.isin(kind[other], same))
        if not is_pair.any():
            continue
        a, b = value[one][is_pair], value[other][is_pair]
        lows.append(np.minimum(a, b))
        highs.append(np.maximum(a, b))
        holders.append(domain[one][is_pair])
    if not lows:
        return
    low, high, holder = np.concatenate(lows), np.concatenate(highs), np.concatenate(holders)
    order = np.lexsort((holder, high, low))
    low, high, holder = low[order], high[order], holder[order]
    edges = np.flatnonzero(np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1]), True])
    for start, end in zip(edges[:-1][np.diff(edges) >= 2], edges[1:][np.diff(edges) >= 2], strict=True):
        yield int(low[start]), int(high[start]), holder[start:end].tolist()


def _independent(kinds: Iterable[str]) -> set[str]:
    """Drop a kind that follows from another one: the range of an address that is shared itself."""
    found = set(kinds)
    return found - {"subnet"} if "address" in found else found


def _described(large: Sequence[list[str]], evidence: Sequence[Shared]) -> list[Network]:
    of = {domain: n for n, domains in enumerate(large) for domain in domains}
    best: list[dict[str, tuple[int, str]]] = [{} for _ in large]
    held: list[dict[str, set[str]]] = [{} for _ in large]
    for one in evidence:
        here: dict[int, list[str]] = defaultdict(list)
        for domain in one.domains:
            if domain in of:
                here[of[domain]].append(domain)
        for n, domains in here.items():
            if len(domains) >= 2:
                held[n].setdefault(one.kind, set()).update(domains)
                best[n][one.kind] = max(best[n].get(one.kind, (0, "")), (len(domains), one.value))
    return [_network(n, domains, best[n], held[n]) for n, domains in enumerate(large)]


def _network(n: int, domains: list[str], best: dict[str, tuple[int, str]], held: dict[str, set[str]]) -> Network:
    kinds = sorted(_independent(best), key=lambda kind: (-WEIGHTS[kind], kind))
    said = []
    for kind in kinds:
        count, value = best[kind]
        if kind in _PAIRWISE:
            said.append(f"{_SAID[kind]} between {len(held[kind])} domains (one is {value[:120]})")
        else:
            said.append(f"{_SAID[kind]} {value[:120]} on {count} domains")
    return Network(f"network-{n + 1}", tuple(domains), tuple(kinds), "; ".join(said))


def shared_counts(shared: Iterable[Shared]) -> dict[str, dict[str, int]]:
    """Give for each domain and kind of evidence how many other referring domains share a value with it."""
    others: dict[str, dict[str, set[str]]] = {}
    for one in shared:
        for domain in one.domains:
            others.setdefault(domain, {}).setdefault(one.kind, set()).update(one.domains)
    return {domain: {kind: len(found) - 1 for kind, found in kinds.items()} for domain, kinds in others.items()}
