"""Graphs as text of numbers: pairs, Common Crawl's vertices and edges, WebGraph's adjacency lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linkworthy.errors import SourceError
from linkworthy.graph.inputs import Names, Pairs
from linkworthy.graph.kernels.text import NO_NAME, OUT_OF_ORDER, parse_adjacency, parse_pairs, parse_vertices
from linkworthy.graph.reading.lines import fingerprint, line_buffers
from linkworthy.graph.rowfile import NO_WEIGHTS
from linkworthy.graph.store import Kind

LEAST_LINE = 4
"""Bytes of the shortest pair on its line: two digits, a tab, a line feed."""


class NumberedPairs:
    """Pairs of node numbers, one a line, and names where a file of vertices is given.

    A file of vertices has lines of number, tab, name (and more), from 0, in ascending order of the names' bytes.
    """

    is_weighted = False

    def __init__(self, edges: Sequence[Path], vertices: Sequence[Path] = (), kind: Kind = "other") -> None:
        self.edges, self.vertices, self.kind = list(edges), list(vertices), kind
        self.made_from = tuple(path.name for path in (*self.vertices, *self.edges))
        self.has_names = bool(self.vertices)
        packed = sum(path.stat().st_size for path in self.edges)
        # 3.4 bytes a link packed and 17 plain, as Common Crawl's release of spring 2026 has it.
        self.n_expected = int(packed / (3.4 if any(path.suffix == ".gz" for path in self.edges) else 17))
        self.n_nodes = self._count_vertices() if vertices else self._highest() + 1

    def identity(self) -> str:
        """Tell this input from another one."""
        return fingerprint([*self.vertices, *self.edges])

    def names(self) -> Iterator[Names]:
        """Give the names of the vertices.

        Raises: SourceError naming the line that is wrong.
        """
        first = 0
        for path in self.vertices:
            for data, _read in line_buffers(path):
                starts, ends = _room(data)
                n, wrong, what = parse_vertices(data, data.size, first, starts, ends)
                if wrong >= 0:
                    said = {OUT_OF_ORDER: f"the number should be {first + n}", NO_NAME: "the name is missing"}
                    raise SourceError(f"{path}: {said.get(what, 'no number, tab and name')}: {_line(data, wrong)}")
                yield Names(data, starts[:n], ends[:n])
                first += n

    def pairs(self) -> Iterator[Pairs]:
        """Give the links.

        Raises: SourceError naming the line that is wrong.
        """
        return self._pairs(self.n_nodes)

    def _pairs(self, limit: int) -> Iterator[Pairs]:
        for path in self.edges:
            for data, _read in line_buffers(path):
                source = np.empty(data.size // LEAST_LINE + 1, np.uint32)
                target = np.empty(source.size, np.uint32)
                n, wrong = parse_pairs(data, data.size, limit, source, target)
                if wrong >= 0:
                    raise SourceError(f"{path}: no pair of node numbers below {limit:,}: {_line(data, wrong)}")
                yield Pairs(source[:n], target[:n], NO_WEIGHTS)

    def _highest(self) -> int:
        return max(
            (int(max(p.source.max(), p.target.max())) for p in self._pairs(1 << 32) if p.source.size), default=-1
        )

    def _count_vertices(self) -> int:
        return sum(
            int(np.count_nonzero(data == 10)) + int(data.size > 0 and data[-1] != 10)
            for path in self.vertices
            for data, _read in line_buffers(path)
        )


class AdjacencyText:
    """WebGraph's text: the number of nodes, then for each node a line of the nodes it links to."""

    is_weighted = False
    has_names = False
    kind: Kind = "other"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.made_from: tuple[str, ...] = (path.name,)
        first = next((data for data, _read in line_buffers(path)), np.zeros(0, np.uint8))
        head = first.tobytes().split(b"\n", 1)[0].strip()
        if not head.isdigit() or int(head) > 1 << 32:
            raise SourceError(f"{path}: the first line must be the number of nodes, not {head[:60]!r}")
        self.n_nodes = int(head)
        self.n_expected = path.stat().st_size // (2 if path.suffix == ".gz" else 6)

    def identity(self) -> str:
        """Tell this input from another one."""
        return fingerprint([self.path])

    def names(self) -> Iterator[Names]:
        """Give none: nodes are called by their numbers."""
        return iter(())

    def pairs(self) -> Iterator[Pairs]:
        """Give the links.

        Raises: SourceError naming the line that is wrong, or where there are fewer lines than nodes.
        """
        row, is_first = 0, True
        for data, _read in line_buffers(self.path):
            body = data[int(np.argmax(data == 10)) + 1 :] if is_first else data
            is_first = False
            source = np.empty(body.size // 2 + 1, np.uint32)
            target = np.empty(source.size, np.uint32)
            n, row, wrong = parse_adjacency(body, body.size, row, self.n_nodes, source, target)
            if wrong >= 0:
                raise SourceError(f"{self.path}, line {row + 2}: no node number below {self.n_nodes:,}")
            yield Pairs(source[:n], target[:n], NO_WEIGHTS)
        if row < self.n_nodes - 1:
            raise SourceError(f"{self.path}: {row:,} lines for {self.n_nodes:,} nodes: the file is cut off")


def _room(data: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    n = int(np.count_nonzero(data == 10)) + 1
    return np.empty(n, np.int64), np.empty(n, np.int64)


def _line(data: NDArray[np.uint8], at: int) -> str:
    return repr(data[at : at + 80].tobytes().split(b"\n", 1)[0].decode("utf-8", "replace"))
