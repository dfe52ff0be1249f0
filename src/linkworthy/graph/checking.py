"""Proves that a graph's files are what was written: checksums, and a walk over all rows that trusts nothing."""

from __future__ import annotations

from linkworthy.errors import SourceError
from linkworthy.graph.kernels.rows import PADDING, check_rows
from linkworthy.graph.store import Graph


def check_graph(graph: Graph) -> int:
    """Check every file and every row; gives the bytes that the graph holds.

    Raises: SourceError naming the damaged file or row.
    """
    graph.verify()
    for name, data, parts in (
        ("core.rows", graph.core_rows, graph.core_parts),
        ("rim.rows", graph.rim_rows, graph.rim_parts),
    ):
        n_rows, n_bytes, _links = parts[-1].tolist()
        wrong = -1 if n_bytes + PADDING == data.size else 0
        if wrong < 0:
            wrong = int(check_rows(data, 0, n_bytes, n_rows, graph.header.n_core))
        if wrong >= 0:
            raise SourceError(f"{graph.folder / name}: row {wrong:,} is damaged; build the graph again")
    return sum(size for size, _sum in graph.header.files.values())
