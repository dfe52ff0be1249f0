"""A graph's links turned round: what it takes to follow distrust from bad targets to those who link to them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from linkworthy.graph.inputs import Names, Pairs
from linkworthy.graph.kernels.arcs import repeat_rows
from linkworthy.graph.names import BLOCK, NameList
from linkworthy.graph.rowfile import read_parts
from linkworthy.graph.store import Graph


class ReversedGraph:
    """A built graph as input: every link the other way round."""

    def __init__(self, graph: Graph) -> None:
        header = graph.header
        self.graph, self.kind, self.n_nodes, self.n_expected = graph, header.kind, header.n_nodes, header.n_arcs
        self.is_weighted, self.has_names = header.is_weighted, header.has_names
        self.made_from: tuple[str, ...] = (f"{graph.folder.name}, links turned round",)

    def identity(self) -> str:
        """Tell this input from another one."""
        return f"reversed {self.graph.folder.absolute()} {dict(self.graph.header.files)}"

    def names(self) -> Iterator[Names]:
        """Give the graph's own names."""
        listed = NameList(self.graph)
        for block in range(-(-self.n_nodes // BLOCK)):
            names = listed.block(block)
            ends = np.cumsum([len(name) for name in names], dtype=np.int64)
            starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
            yield Names(np.frombuffer(b"".join(names), np.uint8), starts, ends)

    def pairs(self) -> Iterator[Pairs]:
        """Give each link with its ends exchanged."""
        graph = self.graph
        is_rim = np.ones(len(graph), np.bool_)
        is_rim[graph.core_nodes] = False
        for where, nodes in (("core", graph.core_nodes), ("rim", np.flatnonzero(is_rim).astype(np.uint32))):
            for rows in read_parts(graph.folder, where):
                row = np.empty(rows.ids.size, np.uint32)
                repeat_rows(rows.bounds, rows.first, row)
                yield Pairs(nodes[row], graph.sources[rows.ids], rows.weights)
