# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# ruff: noqa: FBT001
"""A web-like graph of any size, row by row in the order of targets: skewed degrees, neighbours, two thirds dangling."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.inputs import Names
from linkworthy.graph.kernels.arcs import sort_ids
from linkworthy.graph.kernels.native import kernel
from linkworthy.graph.rowfile import NO_WEIGHTS, Rows
from linkworthy.graph.store import Kind
from linkworthy.graph.threads import in_order

CORE_SHARE = 0.36
"""Nodes that link at all: Common Crawl's domain graph of spring 2026 has 64 % dangling nodes."""
CHUNK_NODES = 1 << 17
MAX_DEGREE = 4_000_000


@kernel()
def _mixed(number: np.uint64) -> np.uint64:
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))


@kernel()
def _unit(seed: np.uint64) -> float:
    return (np.float64(_mixed(seed) >> np.uint64(11)) + 0.5) / np.float64(np.uint64(1) << np.uint64(53))


@kernel()
def _degree(seed: np.uint64, scale: float, is_core: bool, most: int) -> int:
    """Draw an in-degree from a Pareto tail with exponent 1.15; nodes that link are linked to four times as much."""
    share = 1.95 if is_core else 0.47
    return min(np.int64(scale * share * _unit(seed) ** (-1 / 1.15)), most)


@kernel()
def _chunk(first: int, last: int, core: NDArray[np.uint32], scale: float, n_nodes: int, most: int,
           bounds: NDArray[np.int64], ids: NDArray[np.uint32]) -> int:  # fmt: skip
    """Write the in-links of targets first..last; a third of them from neighbours, the rest from hubs; no repeats."""
    n_core, written = core.size, 0
    at = np.searchsorted(core, first)
    bounds[0] = 0
    for node in range(first, last):
        seed = np.uint64(node) * np.uint64(0x9E3779B97F4A7C15)
        while at < n_core and core[at] < node:
            at += 1
        degree = _degree(seed, scale, at < n_core and core[at] == node, most)
        begun = written
        for k in range(degree):
            draw = _mixed(seed + np.uint64(k + 1) * np.uint64(0xD1342543DE82EF95))
            unit = (np.float64(draw >> np.uint64(11)) + 0.5) / np.float64(np.uint64(1) << np.uint64(53))
            if draw & np.uint64(3) == np.uint64(0):
                near = np.int64(np.float64(node) * n_core / n_nodes) + np.int64(400 * (unit - 0.5))
                place = min(max(near, 0), n_core - 1)
            else:
                # Hubs link most; which nodes are hubs has nothing to do with the order of names.
                hub = np.uint64(n_core * unit * unit * unit)
                place = np.int64((hub * np.uint64(2654435761) + np.uint64(12345)) % np.uint64(n_core))
            ids[written] = core[place]
            written += 1
        sort_ids(ids, begun, written)
        kept = begun
        for k in range(begun, written):
            if k == begun or ids[k] != ids[kept - 1]:
                ids[kept] = ids[k]
                kept += 1
        written = kept
        bounds[node - first + 1] = written
    return written


class WebLike:
    """Links of a web-like graph; the rows are made anew each time they are read."""

    kind: Kind = "domain"
    is_weighted = False
    has_names: bool

    def __init__(self, n_nodes: int, n_links: int, *, has_names: bool = False) -> None:
        self.n_nodes, self.n_expected, self.has_names = n_nodes, n_links, has_names
        chosen = np.random.default_rng(1).random(n_nodes, np.float32) < CORE_SHARE
        self.core = np.flatnonzero(chosen).astype(np.uint32)
        del chosen
        # Repeats fall out and the tail is cut: the scale that gives the wanted mean was found by trial.
        self.scale = max(0.2, n_links / n_nodes / 7.0 + 0.35)
        self.most = min(MAX_DEGREE, max(self.core.size // 4, 1))
        self.made_from = (f"web-like graph of {n_nodes:,} nodes",)

    def identity(self) -> str:
        """Tell this graph from another one."""
        return f"{self.n_nodes} {self.n_expected} {self.has_names}"

    def names(self) -> Iterator[Names]:
        """Give names of 20 bytes, in order."""
        for first in range(0, self.n_nodes, 1 << 18):
            numbers = np.arange(first, min(first + (1 << 18), self.n_nodes))
            text = np.char.mod("com.site-%011d", numbers).astype("S20")
            ends = np.arange(1, numbers.size + 1, dtype=np.int64) * 20
            yield Names(text.view(np.uint8), ends - 20, ends)

    def rows(self) -> Iterator[Rows]:
        """Give the in-links of every node."""
        yield from in_order(self._rows, range(0, self.n_nodes, CHUNK_NODES))

    def _rows(self, first: int) -> Rows:
        last = min(first + CHUNK_NODES, self.n_nodes)
        bounds = np.zeros(last - first + 1, np.int64)
        room = np.empty(self._room(first, last), np.uint32)
        used = _chunk(first, last, self.core, self.scale, self.n_nodes, self.most, bounds, room)
        return Rows(first, bounds, room[:used].copy(), NO_WEIGHTS)

    def _room(self, first: int, last: int) -> int:
        return int(_total_degree(first, last, self.core, self.scale, self.most))


@kernel()
def _total_degree(first: int, last: int, core: NDArray[np.uint32], scale: float, most: int) -> int:
    total, at = np.int64(0), np.searchsorted(core, first)
    for node in range(first, last):
        while at < core.size and core[at] < node:
            at += 1
        seed = np.uint64(node) * np.uint64(0x9E3779B97F4A7C15)
        total += _degree(seed, scale, at < core.size and core[at] == node, most)
    return total
