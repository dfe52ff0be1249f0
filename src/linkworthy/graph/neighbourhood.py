"""The neighbourhood of a node: its best referrers, and which of them link to each other or are linked back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linkworthy.graph.links import in_links
from linkworthy.graph.lookup import Lookup


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One node of a neighbourhood."""

    name: str
    score: float
    """0..100."""
    rank: int
    n_referrers: int
    n_targets: int
    is_linked_back: bool
    """The node in the middle links to it, too."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A node, its best referrers, and the links among these."""

    name: str
    score: float
    n_referrers: int
    neighbours: tuple[Neighbour, ...]
    """Best first."""
    links: tuple[tuple[int, int], ...]
    """From one neighbour to another, by their places in the list."""
    density: float | None
    """Share of the links that could stand among the neighbours, and do: that of unrelated sites is near 0."""


def neighbourhood(lookup: Lookup, text: str, limit: int = 20) -> Neighbourhood:
    """Give the neighbourhood of a node with at most ``limit`` of its referrers."""
    node = lookup.node(text)
    graph, ranks = lookup.graph, lookup.ranks
    n_referrers, places = lookup.referrers(node, limit)
    nodes = np.asarray(ranks.by_rank[places], np.int64)
    nodes = nodes[nodes != node]
    links: list[tuple[int, int]] = []
    listed = []
    for place, one in enumerate(nodes.tolist()):
        sources = in_links(graph, one)[0]
        here = np.flatnonzero(np.isin(nodes, sources))
        links += [(int(source), place) for source in here.tolist() if source != place]
        score = float(ranks.points(ranks.scores[one]))
        listed.append(
            Neighbour(
                name=lookup.names.name(one), score=score, rank=int(ranks.rank[one]) + 1,
                n_referrers=int(sources.size), n_targets=int(graph.out_degrees[one]),
                is_linked_back=bool((sources == node).any()),
            )
        )  # fmt: skip
    possible = nodes.size * (nodes.size - 1)
    return Neighbourhood(
        name=lookup.names.name(node), score=float(ranks.points(ranks.scores[node])), n_referrers=n_referrers,
        neighbours=tuple(listed), links=tuple(sorted(links)), density=len(links) / possible if possible else None,
    )  # fmt: skip
