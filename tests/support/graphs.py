"""Small graphs for tests: links in memory as an input of builds, and graphs with every corner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from linkworthy.graph.build import build
from linkworthy.graph.inputs import Names, Pairs
from linkworthy.graph.store import Graph, Kind

Link = tuple[int, int] | tuple[int, int, float]

CORNERS: tuple[tuple[int, tuple[Link, ...]], ...] = (
    (1, ()),
    (3, ()),
    (2, ((0, 1),)),
    (2, ((0, 0), (0, 1), (1, 1))),
    (5, ((0, 1), (0, 1), (1, 2), (2, 0), (2, 0), (2, 0))),
    (6, ((0, 1), (1, 0), (2, 3), (3, 2))),
    (7, tuple((k, 0) for k in range(1, 7))),
    (7, tuple((0, k) for k in range(1, 7))),
    (5, tuple((a, b) for a in range(5) for b in range(5) if a != b)),
)
"""Isolated nodes, dangling ones, loops, repeats, parts apart, stars inwards and outwards, all with all."""


class Given:
    """Links in memory, with or without names and weights."""

    made_from = ("test",)

    def __init__(
        self, n_nodes: int, links: Sequence[Link], names: Sequence[str] = (), kind: Kind = "other",
        *, is_weighted: bool = False,
    ) -> None:  # fmt: skip
        self.n_nodes, self.links, self.listed, self.kind, self.is_weighted = n_nodes, links, names, kind, is_weighted
        self.has_names, self.n_expected = bool(names), len(links)

    def identity(self) -> str:
        return repr((self.n_nodes, self.links, self.listed))

    def names(self) -> Iterator[Names]:
        for name in self.listed:
            data = np.frombuffer(name.encode(), np.uint8)
            yield Names(data, np.zeros(1, np.int64), np.array([data.size], np.int64))

    def pairs(self) -> Iterator[Pairs]:
        source = np.array([link[0] for link in self.links], np.uint32)
        target = np.array([link[1] for link in self.links], np.uint32)
        weights = np.array([link[2] if len(link) > 2 else 1.0 for link in self.links], np.float32)
        yield Pairs(source, target, weights if self.is_weighted else np.zeros(0, np.float32))


def made(folder: Path, n_nodes: int, links: Sequence[Link], **more: object) -> Graph:
    """Build a graph of a few links."""
    return build(folder / "graph", Given(n_nodes, links, **more))  # type: ignore[arg-type]


def random_links(seed: int, n_nodes: int, n_links: int) -> list[tuple[int, int]]:
    """Give links whose targets and sources are skewed, repeats and loops among them."""
    chance = np.random.default_rng(seed)
    source = (n_nodes * chance.random(n_links) ** 2).astype(int)
    target = (n_nodes * chance.random(n_links) ** 3).astype(int)
    return [(int(a), int(b)) for a, b in zip(source, target, strict=True)]
