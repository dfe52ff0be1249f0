"""Holds a graph's in-links ready for iteration, and sums contributions over them with all cores.

Plain ids where they fit into the memory allowed (4 bytes a link), else the packed rows straight from the mapped file,
which the system keeps in memory as far as there is room and streams from the disk beyond that.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.pull import (
    AHEAD,
    gather_packed,
    gather_packed_many,
    gather_packed_weighted,
    gather_plain,
)
from linkworthy.graph.kernels.rows import decode_rows
from linkworthy.graph.store import Graph, let_go_of
from linkworthy.graph.threads import spread

Layout = Literal["plain", "packed"]
Vector = NDArray[Any]


class Flow:
    """The in-links of one graph and the cores to sum over them."""

    def __init__(self, graph: Graph, *, memory_bytes: int, n_threads: int = 0, layout: Layout | None = None) -> None:
        self.graph, self.n_threads = graph, n_threads
        links = int(graph.core_parts[-1, 2])
        fits = 4 * links + 8 * graph.header.n_core < memory_bytes // 2
        # Weights lie in the order of the packed rows and are read beside them.
        self.layout: Layout = "packed" if graph.header.is_weighted else layout or ("plain" if fits else "packed")

    @cached_property
    def plain(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Bounds and ids of the core rows, unpacked; the ids are padded for the prefetch."""
        parts, data = self.graph.core_parts, self.graph.core_rows
        bounds = np.zeros(int(parts[-1, 0]) + 1, np.int64)
        ids = np.zeros(int(parts[-1, 2]) + AHEAD, np.uint32)

        def unpack(k: int) -> None:
            (row, at, link), (end, _at, _link) = parts[k].tolist(), parts[k + 1].tolist()
            here = np.zeros(end - row + 1, np.int64)
            here[0] = link
            decode_rows(data, at, end - row, here, ids)
            bounds[row + 1 : end + 1] = here[1:]

        spread(unpack, range(len(parts) - 1), self.n_threads)
        let_go_of(data)
        return bounds, ids

    def gather(self, c: Vector, y: Vector, where: Literal["core", "rim"] = "core") -> None:
        """Sum the contributions over the in-links of every row; several vectors are columns."""
        graph = self.graph
        parts = graph.core_parts if where == "core" else graph.rim_parts
        weights = graph.weights(where)
        if where == "core" and self.layout == "plain" and c.ndim == 1:
            bounds, ids = self.plain
            spread(
                lambda k: gather_plain(bounds, ids, int(parts[k, 0]), int(parts[k + 1, 0]), c, y),
                range(len(parts) - 1), self.n_threads,
            )  # fmt: skip
            return
        data = graph.core_rows if where == "core" else graph.rim_rows

        def part(k: int) -> None:
            (row, at, link), end = parts[k].tolist(), int(parts[k + 1, 0])
            if c.ndim > 1:
                gather_packed_many(data, at, row, end, weights, link, c, y)
            elif weights.size:
                gather_packed_weighted(data, at, row, end, weights, link, c, y)
            else:
                gather_packed(data, at, row, end, c, y)

        spread(part, range(len(parts) - 1), self.n_threads)
