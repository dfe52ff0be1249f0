"""What a graph says of one node: score, rank, percentile, noise, and its best referrers. Nothing here is compiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.errors import InputError, SourceError
from linkworthy.graph.names import NameList
from linkworthy.graph.ranks import MAIN, Ranks, names_of_ranks
from linkworthy.graph.store import Graph, ask_ahead


@dataclass(frozen=True, slots=True)
class Referrer:
    """A node that links to the one asked for."""

    name: str
    score: float
    """0..100."""
    rank: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a graph says of one node."""

    name: str
    score: float
    """0..100, on the graph's published logarithmic scale."""
    raw: float
    rank: int
    """From 1."""
    n_nodes: int
    percentile: float
    """Share of nodes with a lower score, in percent."""
    band: tuple[float, float] | None
    """Noise band of the score, null where none was measured."""
    n_referrers: int
    n_targets: int
    """Nodes that it links to."""
    referrers: tuple[Referrer, ...]
    """Best first."""


class Lookup:
    """Answers questions about single nodes of a ranked graph."""

    def __init__(self, graph: Graph, name: str = MAIN) -> None:
        self.graph, self.names, self.ranks = graph, NameList(graph), Ranks(graph, name)

    def node(self, text: str) -> int:
        """Find the node that is meant.

        Raises: InputError where the graph holds no such name, with names that begin like it.
        """
        return find(self.names, text)

    def ask(self, text: str, limit: int = 100) -> Answer:
        """Answer for one name, with at most ``limit`` referrers."""
        node = self.node(text)
        n, ranks = self.referrers(node, limit)
        ask_ahead(self.ranks.by_rank, ranks)
        nodes = self.ranks.by_rank[ranks].astype(np.int64)
        ask_ahead(self.ranks.scores, nodes)
        names = self.names.names(nodes)
        scores = self.ranks.points(self.ranks.scores[nodes])
        listed = zip(names, scores.tolist(), ranks.tolist(), strict=True)
        raw = float(self.ranks.scores[node])
        return Answer(
            name=self.names.name(node), score=float(self.ranks.points(raw)), raw=raw,
            rank=int(self.ranks.rank[node]) + 1, n_nodes=len(self.graph), percentile=self.ranks.percentile(node),
            band=self.ranks.band(node), n_referrers=n, n_targets=int(self.graph.out_degrees[node]),
            referrers=tuple(Referrer(one, score, rank + 1) for one, score, rank in listed),
        )  # fmt: skip

    def referrers(self, node: int, limit: int) -> tuple[int, NDArray[np.int64]]:
        """Give how many nodes link to one, and the places of the best of them."""
        data, at, _is_rim = self.graph.row_of(node)
        n = read_row(data, at, 0)[0]
        rows, places = self.ranks.best
        found = read_row(rows, int(places[node]), limit)[1]
        return n, np.array(found, np.int64)


def find(names: NameList, text: str) -> int:
    """Find the node that is meant.

    Raises: InputError where the graph holds no such name, with names that begin like it.
    """
    node = names.find(text)
    if node is None:
        near = names.below(text)
        said = f"; it holds {', '.join(near)}" if near else ""
        raise InputError(f"the graph holds no {names.kind if names.kind != 'other' else 'node'} {text!r}{said}")
    return node


def read_row(data: NDArray[np.uint8], at: int, limit: int) -> tuple[int, list[int]]:
    """Read a row's degree and its first ids without compiled code: a hundred take 30 microseconds.

    Raises: SourceError where the row runs beyond the file.
    """
    head = data[at : at + 6].tobytes() + bytes(6)
    degree = shift = used = 0
    while True:
        byte = head[used]
        degree |= (byte & 127) << shift
        used, shift = used + 1, shift + 7
        if byte < 128:
            break
    n = min(degree, limit)
    body = data[at + used : at + used + 5 * n + 8].tobytes()
    out: list[int] = []
    here, before = 0, 0
    try:
        while len(out) < n:
            lengths = body[here]
            here += 1
            for _slot in range(min(4, n - len(out))):
                size = (lengths & 3) + 1
                before += int.from_bytes(body[here : here + size], "little")
                out.append(before)
                here, lengths = here + size, lengths >> 2
    except IndexError:
        raise SourceError("a row of the graph is damaged; 'linkworthy graph build' makes it again") from None
    return degree, out


def table(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """Give the answers as rows, without their referrers."""
    return [
        {
            "name": one.name, "score": one.score, "rank": one.rank, "percentile": one.percentile,
            "low": one.band[0] if one.band else None, "high": one.band[1] if one.band else None,
            "n_referrers": one.n_referrers, "n_targets": one.n_targets,
        }
        for one in answers
    ]  # fmt: skip


def beside(lookup: Lookup, text: str) -> list[dict[str, Any]]:
    """Give what the graph's other ranks say of a node: raw value, score and rank by each."""
    node = lookup.node(text)
    others = [Ranks(lookup.graph, name) for name in names_of_ranks(lookup.graph) if name != lookup.ranks.name]
    return [
        {"ranks": one.name, "raw": float(one.scores[node]), "score": float(one.points(one.scores[node])),
         "rank": int(one.rank[node]) + 1}
        for one in others
    ]  # fmt: skip
