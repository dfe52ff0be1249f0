"""Where a node's score comes from: what each referring node contributes, to the last digit, with the error bound.

x_t = base v_t + d sum over links s->t of w_st x_s / W_s: the terms are the contributions. What they miss of the stored
score is the error, at most the last change of the ranking.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linkworthy.errors import InputError
from linkworthy.graph.links import in_links
from linkworthy.graph.lookup import Lookup


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one referring node contributes to a score."""

    name: str
    share: float
    """Of the raw score, 0..1."""
    raw: float
    points: float
    """Points that the score of 0..100 would lose at once without this link; what follows from that comes on top."""
    score: float
    """The referring node's own score, 0..100."""
    n_targets: int
    """Nodes that share what it passes on."""


@dataclass(frozen=True, slots=True)
class Why:
    """A score opened into its arithmetic."""

    name: str
    score: float
    raw: float
    given: float
    """What every node has without a link, of the raw score."""
    error: float
    """What given and contributions together miss of the raw score; below the ranking's tolerance."""
    n_referrers: int
    damping: float
    half: int
    """How many referrers, the greatest first, carry half of what links bring."""
    contributions: tuple[Contribution, ...]


def why(lookup: Lookup, text: str, limit: int = 20) -> Why:
    """Open the score of a node into the contributions of those that link to it, the greatest first.

    Raises: InputError where the ranks are no PageRank.
    """
    graph, ranks, node = lookup.graph, lookup.ranks, lookup.node(text)
    facts = ranks.facts
    if facts.damping is None or facts.measure != "pagerank":
        raise InputError(f"ranks {ranks.name} are no PageRank: only its scores are sums of contributions")
    sources, weights = in_links(graph, node)
    out = graph.out_weights[sources] if graph.header.is_weighted else graph.out_degrees[sources].astype(np.float64)
    raw = facts.damping * weights * ranks.scores[sources].astype(np.float64) / out
    score = float(ranks.scores[node])
    given = _given(lookup, score, float(raw.sum()))
    order = np.argsort(-raw, kind="stable")
    heaped = np.cumsum(raw[order])
    half = int(np.searchsorted(heaped, heaped[-1] / 2)) + 1 if heaped.size else 0
    listed = []
    for place in order[:limit].tolist():
        part, source = float(raw[place]), int(sources[place])
        listed.append(
            Contribution(
                name=lookup.names.name(source), share=part / score if score else 0.0, raw=part,
                points=float(ranks.points(score) - ranks.points(max(score - part, 0.0))),
                score=float(ranks.points(ranks.scores[source])), n_targets=int(graph.out_degrees[source]),
            )
        )  # fmt: skip
    return Why(
        name=lookup.names.name(node), score=float(ranks.points(score)), raw=score, given=given,
        error=abs(score - given - float(raw.sum())), n_referrers=int(sources.size), damping=facts.damping, half=half,
        contributions=tuple(listed),
    )  # fmt: skip


def _given(lookup: Lookup, score: float, brought: float) -> float:
    """Give what a node has without links: base / n, from the sum of the scores that are handed out evenly."""
    graph, ranks = lookup.graph, lookup.ranks
    damping = ranks.facts.damping or 0.0
    if ranks.name != "pagerank":
        # A biased ranking gives each node its own share: what links do not explain.
        return max(score - brought, 0.0)
    passed = float(np.sum(ranks.scores[graph.core_nodes], dtype=np.float64))
    return ((1 - damping) + damping * max(0.0, 1 - passed)) / len(graph)
