"""BVGraph files (``.graph`` and ``.properties``), as the WebGraph framework writes them, decoded without Java."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkworthy.errors import SourceError
from linkworthy.graph.inputs import Names, Pairs
from linkworthy.graph.kernels.arcs import repeat_rows
from linkworthy.graph.kernels.bits import PADDING
from linkworthy.graph.kernels.bvgraph import DAMAGED, MORE_BITS, MORE_ROOM, decode_nodes
from linkworthy.graph.reading.lines import fingerprint
from linkworthy.graph.reading.numbered import NumberedPairs
from linkworthy.graph.rowfile import NO_WEIGHTS, Rows
from linkworthy.graph.store import Kind

CHUNK_BYTES = 1 << 24
ROOM_LINKS = 1 << 22
ROOM_ROWS = 1 << 17


class Properties(NamedTuple):
    """What the ``.properties`` file says of a graph."""

    n_nodes: int
    n_arcs: int
    n_window: int
    least_interval: int
    zeta_k: int
    n_bits: float
    """Bits that the graph takes, to three digits a link behind the point; 0 where it does not say."""


class Mark(NamedTuple):
    """A place where decoding can begin: the next node, its bit, and the rows before it that it may refer to."""

    node: int
    bit: int
    bounds: NDArray[np.int64]
    ids: NDArray[np.uint32]


START = Mark(0, 0, np.zeros(1, np.int64), np.zeros(0, np.uint32))


def read_properties(path: Path) -> Properties:
    """Read a BVGraph's properties.

    Raises: SourceError where they are missing, incomplete, or name codes other than the default ones.
    """
    try:
        text = path.read_text(encoding="latin-1")
    except OSError as fault:
        raise SourceError(f"{path} cannot be read: {fault.strerror}; it belongs to the .graph file") from None
    said = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    said = {key.strip(): value.strip() for key, value in said.items()}
    if said.get("version", "0") != "0" or said.get("compressionflags", ""):
        flags = said.get("compressionflags") or f"version {said.get('version')}"
        raise SourceError(f"{path}: only the default codes are read, not {flags}")
    if not said.get("graphclass", "BVGraph").endswith("BVGraph"):
        raise SourceError(f"{path}: the graph class is {said['graphclass'][:80]}, not BVGraph")
    try:
        found = Properties(
            int(said["nodes"]), int(said["arcs"]), int(said.get("windowsize", "7")),
            int(said.get("minintervallength", "4")), int(said.get("zetak", "3")),
            float(said.get("bitsperlink", "0")) * int(said["arcs"]),
        )  # fmt: skip
    except (KeyError, ValueError) as fault:
        raise SourceError(f"{path}: nodes, arcs or a setting is missing or no number ({fault})") from None
    if not (0 <= found.n_nodes <= 1 << 32 and 0 <= found.n_window <= 1 << 16 and 1 <= found.zeta_k <= 16):
        raise SourceError(f"{path}: {found} is no graph that can be read")
    return found


class BVGraph:
    """The rows of a BVGraph, decoded in order.

    Raises: SourceError where the file is shorter than its properties say.
    """

    def __init__(self, graph: Path) -> None:
        self.path = graph
        self.properties = read_properties(graph.with_suffix(".properties"))
        self.n_bytes = graph.stat().st_size
        self._check_size()

    def _check_size(self) -> None:
        """Compare the file's length with what its properties say, before hours are spent on it."""
        p = self.properties
        # The figure is rounded to a thousandth of a bit a link, and every node takes a bit at least.
        least = max(p.n_bits - 0.001 * p.n_arcs, p.n_nodes) / 8
        if self.n_bytes < least:
            raise SourceError(
                f"{self.path} holds {self.n_bytes:,} bytes, and its properties speak of {least:,.0f} at least: "
                "it is cut off; fetch it again"
            )

    def rows(self, mark: Mark = START, last: int | None = None) -> Iterator[Rows]:
        """Give rows of successors from a mark on.

        Raises: SourceError where the file ends too early or is damaged.
        """
        for rows, _mark in self.marked(mark, last):
            yield rows

    def marked(self, mark: Mark = START, last: int | None = None) -> Iterator[tuple[Rows, Mark]]:
        """Give rows, and with each batch the mark behind it: from there decoding can begin, in another thread too."""
        p = self.properties
        last = p.n_nodes if last is None else last
        n_bytes, n_links = CHUNK_BYTES, ROOM_LINKS
        node, bit = mark.node, mark.bit
        data, byte = self._read(bit, n_bytes)
        while node < last:
            carried = mark.bounds.size - 1
            bounds = np.zeros(carried + ROOM_ROWS + 1, np.int64)
            bounds[: carried + 1] = mark.bounds
            ids = np.empty(mark.ids.size + n_links, np.uint32)
            ids[: mark.ids.size] = mark.ids
            end = 8 * (data.size - PADDING)
            n, after, why = decode_nodes(
                data, bit - 8 * byte, end, node, last, p.n_nodes, p.n_window, p.least_interval, p.zeta_k, carried,
                bounds, ids,
            )  # fmt: skip
            bit, node = after + 8 * byte, node + n
            if n:
                mark = self._mark(node, bit, bounds[: carried + n + 1], ids)
                at = bounds[carried]
                own = bounds[carried : carried + n + 1] - at
                yield Rows(node - n, own, ids[at : at + own[-1]], NO_WEIGHTS), mark
            if why == DAMAGED or (why == MORE_BITS and 8 * byte + end >= 8 * self.n_bytes):
                said = "is damaged" if why == DAMAGED else "is cut off"
                raise SourceError(f"{self.path} {said} at node {node:,} of {p.n_nodes:,}, byte {bit // 8:,}")
            if why == MORE_BITS:
                n_bytes = n_bytes if n else 2 * n_bytes
                data, byte = self._read(bit, n_bytes)
            if why == MORE_ROOM and not n:
                n_links *= 2

    def _read(self, bit: int, n_bytes: int) -> tuple[NDArray[np.uint8], int]:
        with self.path.open("rb") as file:
            file.seek(bit // 8)
            data = np.fromfile(file, np.uint8, n_bytes)
        return np.concatenate([data, np.zeros(PADDING, np.uint8)]), bit // 8

    def _mark(self, node: int, bit: int, bounds: NDArray[np.int64], ids: NDArray[np.uint32]) -> Mark:
        kept = bounds[max(0, bounds.size - 1 - self.properties.n_window) :]
        return Mark(node, bit, kept - kept[0], ids[kept[0] : kept[-1]].copy())


class _BVSource:
    """A BVGraph and the names of its nodes."""

    is_weighted = False

    def __init__(self, graph: Path, vertices: Sequence[Path] = (), *, kind: Kind = "other") -> None:
        self.graph, self.vertices, self.kind = BVGraph(graph), list(vertices), kind
        self.n_nodes = self.graph.properties.n_nodes
        self.n_expected = self.graph.properties.n_arcs
        self.has_names = bool(vertices)
        self.made_from = tuple(path.name for path in (graph, *self.vertices))

    def identity(self) -> str:
        """Tell this input from another one."""
        return f"{type(self).__name__} {fingerprint([self.graph.path, *self.vertices])}"

    def names(self) -> Iterator[Names]:
        """Give the names of the vertices."""
        return NumberedPairs([], self.vertices).names()

    def _lists(self) -> Iterator[Rows]:
        """Give every node's list.

        Raises: SourceError where the file holds another number of links than its properties say.
        """
        n = 0
        for rows in self.graph.rows():
            n += rows.ids.size
            yield rows
        if n != self.n_expected:
            raise SourceError(f"{self.graph.path} holds {n:,} links, and its properties say {self.n_expected:,}")


class BVLinks(_BVSource):
    """A BVGraph that lists what each node links to."""

    def pairs(self) -> Iterator[Pairs]:
        """Give every link as a pair."""
        for rows in self._lists():
            source = np.empty(rows.ids.size, np.uint32)
            repeat_rows(rows.bounds, rows.first, source)
            yield Pairs(source, rows.ids, NO_WEIGHTS)


class TransposedBVLinks(_BVSource):
    """A BVGraph that lists what links to each node."""

    def rows(self) -> Iterator[Rows]:
        """Give the in-links of every node, in order."""
        return self._lists()
