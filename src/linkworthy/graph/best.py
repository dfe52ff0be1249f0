"""The best referrers of every node, part by part."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.best import best_of_rows
from linkworthy.graph.rowfile import NO_WEIGHTS, Packed, Rows, pack, read_parts
from linkworthy.graph.store import Graph
from linkworthy.graph.threads import in_order

LIMIT = 1_000
"""Referrers that are kept a node, by rank: a list beyond that is read from the rows themselves."""


def packed_best(graph: Graph, where: str, rank: NDArray[np.uint32]) -> Iterator[tuple[int, Packed]]:
    """Give the packed rows of best referrers for all core rows or all rim rows, with each part's first row."""
    rank_of_source = rank[graph.sources]

    def best(rows: Rows) -> tuple[int, Packed]:
        bounds = np.zeros(rows.bounds.size, np.int64)
        out = np.empty(rows.ids.size, np.uint32)
        best_of_rows(rows.bounds, rows.ids, rank_of_source, LIMIT, bounds, out)
        return rows.first, pack(Rows(rows.first, bounds, out, NO_WEIGHTS))

    yield from in_order(best, read_parts(graph.folder, where))
