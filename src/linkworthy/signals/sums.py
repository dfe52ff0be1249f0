"""The arithmetic of a verdict: six criteria, five kinds of harm, and one term for each signal that is known.

Goodness is the mean of the criteria known, weighted by CRITERION_WEIGHTS; a criterion is the mean of its signals
known, weighted
by theirs. The harm of a kind is the sum of weight times score over its groups of evidence, at most 1; within a
group the largest
counts, because evidence of one group is not independent. A kind is found at FOUND and above, where two groups
corroborate each other or one
signal is strong: one weak signal is shown and is never a verdict. The terms of the criteria add up to goodness,
those of a kind to
its harm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from linkworthy.catalogue.signal import CRITERIA, KINDS, Signal

CRITERION_WEIGHTS: Mapping[str, float] = {
    "relevance": 4.0, "authority": 1.5, "link_quality": 2.0, "editorial": 2.0, "outbound": 1.0, "indexing": 1.5,
}  # fmt: skip
"""What each criterion counts in goodness; our judgement, in the mission's order: relevance first."""
FOUND = 0.5
"""Harm from which on a kind is called found, where it is corroborated."""
SPEAKS = 0.08
"""Weight times score from which on a signal corroborates another one."""
MAX_EVIDENCE = 160


class Known(NamedTuple):
    """One signal of one link: null value and score where it is not known."""

    signal: Signal
    value: float | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Sum:
    """What the signals of one link add up to."""

    criteria: Mapping[str, float | None]
    goodness: float | None
    harms: Mapping[str, float | None]
    found: tuple[str, ...]
    """Kinds found, strongest first."""
    terms: tuple[Mapping[str, Any], ...]
    n_known: int
    coverage_share: float

    @property
    def harm(self) -> float | None:
        """The largest harm of the kinds judged."""
        return max((harm for harm in self.harms.values() if harm is not None), default=None)

    def strongest(self, aspect: str) -> list[Mapping[str, Any]]:
        """Give the terms of a kind or criterion that contribute, largest first."""
        mine = [term for term in self.terms if term["aspect"] == aspect and term["contribution"] > 0]
        return sorted(mine, key=lambda term: (-term["contribution"], term["signal"]))


def add_up(judged: Sequence[Known], row: Mapping[str, Any]) -> Sum:
    """Add up the signals of one link; ``row`` gives the evidence."""
    by_aspect: dict[str, list[Known]] = {}
    for known in judged:
        if known.score is not None:
            by_aspect.setdefault(known.signal.aspect, []).append(known)
    terms: list[Mapping[str, Any]] = []
    criteria: dict[str, float | None] = dict.fromkeys(CRITERIA)
    total = sum(CRITERION_WEIGHTS[name] for name in CRITERIA if name in by_aspect)
    for name in CRITERIA:
        if mine := by_aspect.get(name):
            weight = sum(known.signal.weight for known in mine)
            criteria[name] = sum(known.signal.weight * (known.score or 0.0) for known in mine) / weight
            share = CRITERION_WEIGHTS[name] / total / weight
            terms += [_term(known, known.signal.weight * (known.score or 0.0) * share, row) for known in mine]
    goodness = (
        sum(CRITERION_WEIGHTS[name] * (criteria[name] or 0.0) for name in by_aspect if name in criteria) / total
        if total
        else None
    )
    harms: dict[str, float | None] = dict.fromkeys(KINDS)
    found: list[tuple[float, str]] = []
    for kind in KINDS:
        if mine := by_aspect.get(kind):
            harm, parts, is_corroborated = _harm(mine)
            harms[kind] = harm
            terms += [_term(known, part, row) for known, part in zip(mine, parts, strict=True)]
            if harm >= FOUND and is_corroborated:
                found.append((-harm, kind))
    n_known = sum(len(mine) for mine in by_aspect.values())
    covered = sum(known.signal.weight for mine in by_aspect.values() for known in mine)
    share = covered / sum(known.signal.weight for known in judged) if judged else 0.0
    return Sum(criteria, goodness, harms, tuple(kind for _, kind in sorted(found)), tuple(terms), n_known, share)


def _harm(mine: Sequence[Known]) -> tuple[float, list[float], bool]:
    """Give the harm of one kind, the part of each signal, and whether it is corroborated."""
    raw = [known.signal.weight * (known.score or 0.0) for known in mine]
    if not any(raw):
        return 0.0, raw, False
    best: dict[str, int] = {}
    for i, known in enumerate(mine):
        group = known.signal.group
        if group not in best or raw[i] > raw[best[group]]:
            best[group] = i
    parts = [part if best[mine[i].signal.group] == i else 0.0 for i, part in enumerate(raw)]
    whole = sum(parts)
    if whole > 1.0:
        parts = [part / whole for part in parts]
    is_strong = any(known.signal.is_strong and (known.score or 0.0) >= 0.8 for known in mine)
    return sum(parts), parts, is_strong or sum(raw[i] >= SPEAKS for i in best.values()) >= 2


_PHRASES = {
    "anchor": "anchor “{}”",
    "before": "before it “{}”",
    "after": "after it “{}”",
    "keyword": "keyword “{}”",
    "source_title": "title “{}”",
    "paid_words": "it says “{}”",
    "scraped_url": "copied from {}",
    "network_evidence": "{}",
    "network_size": "{} linking domains together",
    "n_id_domains": "{} other linking domains have its identifier",
    "n_address_domains": "{} other linking domains at its address",
    "n_subnet_domains": "{} other linking domains in its address range",
    "n_design_domains": "{} other linking domains have its design",
    "n_text_domains": "{} other linking domains have its text",
    "n_interlink_domains": "linked with {} other linking domains",
    "n_cocited_domains": "{} other linking domains link to the same rare sites",
    "n_tag_domains": "{} other linking domains have its analytics account",
    "n_title_domains": "{} other linking domains have its slogan",
    "n_snippet_domains": "the same words on {} other linking domains",
    "n_peer_domains": "{} other domains that were read link to it",
    "n_page_inlinks": "{} other pages of its site link to the page",
    "n_hidden_external": "{} hidden links on it",
    "sells_words": "the site says “{}”",
    "invites_guests": "invites guest posts: {}",
    "names_contact": "says who runs it: {}",
    "names_policy": "has rules of its own: {}",
    "comment_followed_share": "share of {} of its comments' links followed",
    "site_poison_share": "share of {} of its pages link to spam trades",
    "one_shot_share": "share of {} of its articles link to one or two sites",
    "is_listed": "a search engine lists it: {}",
    "listed_at": "seen on {}",
    "is_parked": "parked or for sale: {}",
    "is_machine_page": "a table about a domain: {}",
    "has_wall": "behind a login or a subscription: {}",
    "n_spun_anchors": "{} variants of the anchor",
    "n_anchor_burst": "{} domains with this anchor within days",
    "n_burst_domains": "{} new linking domains in its week",
    "burst_ratio": "{} times the usual week",
    "burst_lost_share": "share of them lost since {}",
    "n_footprint": "{} marks of open submission",
    "n_comment_domains": "{} other domains in its comments",
    "n_same_link_pages": "the same link on {} pages of it",
    "sitewide_share": "on a share of {} of its pages read",
    "n_pages_read": "{} of its pages read",
    "first_seen_at": "first seen {}",
    "last_seen_at": "last seen {}",
    "published_at": "dated {}",
    "n_poison_words": "{} poison words in its text",
    "n_poison_anchors": "{} links on it with poison words",
    "anchor_domains": "{} domains use the anchor",
    "anchor_share": "share of domains with this anchor {}",
}
"""How a column reads in a sentence, where its name alone does not."""


def _term(known: Known, contribution: float, row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "signal": known.signal.slug, "aspect": known.signal.aspect, "title": known.signal.title, "value": known.value,
        "score": known.score, "weight": known.signal.weight, "contribution": contribution,
        "evidence": evidence(known.signal, row),
    }  # fmt: skip


def evidence(signal: Signal, row: Mapping[str, Any]) -> str:
    """Give the evidence columns of a signal that are known, in words."""
    said = []
    for name in signal.evidence:
        value = row.get(name)
        if value is None or value in ("", []):
            continue
        said.append(_said(name, value) if type(value) is not list else _worded(name, _shown(value)))
    return "; ".join(said)


@lru_cache(maxsize=1 << 17)
def _said(name: str, value: Any) -> str:
    """Say one column with its value; values repeat from link to link, and so do the signals that show a column."""
    return _worded(name, _shown(value))


def _worded(name: str, text: str) -> str:
    return _PHRASES.get(name, f"{_plain(name)} {{}}").format(text)


def _plain(name: str) -> str:
    return name.removeprefix("n_").removeprefix("is_").removeprefix("has_").removesuffix("_at").replace("_", " ")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, list):
        return ", ".join(map(str, value))[:MAX_EVIDENCE]
    return str(value)[:MAX_EVIDENCE]
