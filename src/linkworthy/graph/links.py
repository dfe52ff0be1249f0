"""The links of single nodes: who links to one, and whom it links to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.rows import decode_row, rows_with
from linkworthy.graph.lookup import read_row
from linkworthy.graph.store import Graph
from linkworthy.graph.threads import spread


def in_links(graph: Graph, node: int) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    """Give the nodes that link to one, and the weight of each link."""
    data, at, is_rim = graph.row_of(node)
    degree, _ids = read_row(data, at, 0)
    numbers = np.empty(degree + 4, np.uint32)
    decode_row(data, at, degree, numbers)
    sources = graph.sources[numbers[:degree]]
    if not graph.header.is_weighted:
        return sources, np.ones(degree)
    first = int(graph.array("in.links", np.uint64)[node])
    weights = graph.weights("rim" if is_rim else "core")[first : first + degree]
    return sources, weights.astype(np.float64)


def out_links(graph: Graph, node: int, n_threads: int = 0) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give the nodes that one links to, and the weight of each link: one pass over all rows, as ranks take many."""
    if graph.out_degrees[node] == 0:
        return np.zeros(0, np.int64), np.zeros(0)
    core = graph.core_nodes
    number = int(graph.order[np.searchsorted(core, node)])
    is_rim = np.ones(len(graph), np.bool_)
    is_rim[core] = False
    found: list[NDArray[np.int64]] = []
    for data, parts, nodes in (
        (graph.core_rows, graph.core_parts, core.astype(np.int64)),
        (graph.rim_rows, graph.rim_parts, np.flatnonzero(is_rim)),
    ):

        def part(
            k: int, data: NDArray[np.uint8] = data, parts: NDArray[np.int64] = parts,
        ) -> NDArray[np.int64]:  # fmt: skip
            (row, at, _link), end = parts[k].tolist(), int(parts[k + 1, 0])
            rows = np.empty(end - row, np.int64)
            return rows[: rows_with(data, at, row, end, number, rows)]

        found += [nodes[rows] for rows in spread(part, range(len(parts) - 1), n_threads)]
    targets = np.sort(np.concatenate(found))
    if not graph.header.is_weighted:
        return targets, np.ones(targets.size)
    weights = []
    for target in targets.tolist():
        sources, w = in_links(graph, target)
        weights.append(float(w[sources == node][0]))
    return targets, np.array(weights)
