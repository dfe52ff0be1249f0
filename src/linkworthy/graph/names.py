"""Finds nodes by name and names by node, straight from the mapped file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from linkworthy.errors import SourceError
from linkworthy.graph.store import Graph, Kind, ask_ahead
from linkworthy.urls import domain_of, host_of, normalise, reversed_host

BLOCK = 16
"""Names of a block; the first one stands whole."""


_DAMAGED = "the list of names is damaged; build the graph again"


class NameList:
    """The names of a graph's nodes; a node without a name is called by its number."""

    def __init__(self, graph: Graph) -> None:
        self.n = len(graph)
        self.kind: Kind = graph.header.kind
        self.has_names = graph.header.has_names
        if self.has_names:
            self._data = graph.array("names", np.uint8)
            self._blocks = graph.array("names.blocks", np.int64)

    def name(self, node: int) -> str:
        """Give a node's name, as it is written by people."""
        if not self.has_names:
            return str(node)
        return shown(self._read(node // BLOCK, node % BLOCK)[-1].decode("utf-8", "replace"), self.kind)

    def names(self, nodes: NDArray[np.int64]) -> list[str]:
        """Give the names of several nodes; those that lie on the disk are looked for at once."""
        if self.has_names and len(nodes):
            blocks = nodes // BLOCK
            ask_ahead(self._blocks, np.concatenate([blocks, blocks + 1]))
            ask_ahead(self._data, np.concatenate([self._blocks[blocks], self._blocks[blocks + 1] - 1]))
        return [self.name(node) for node in nodes.tolist()]

    def block(self, block: int) -> list[bytes]:
        """Give the names of a block as they are stored; the last block may be shorter."""
        return self._read(block, BLOCK - 1)

    def find(self, text: str) -> int | None:
        """Give the node that is meant: by its name, else by its host or domain where a URL is given."""
        if not self.has_names:
            return int(text) if text.isdecimal() and int(text) < self.n else None
        for candidate in stored(text, self.kind):
            node = self._place(candidate.encode("utf-8", "surrogateescape"))
            if node is not None:
                return node
        return None

    def below(self, text: str, limit: int = 5) -> list[str]:
        """Give names that begin as the text does, for a message that says what is there."""
        if not self.has_names or not self.n:
            return []
        wanted = next(stored(text, self.kind), "").encode("utf-8", "surrogateescape")
        block = self._block_of(wanted)
        found: list[str] = []
        for here in range(max(block, 0), min(block + 2, -(-self.n // BLOCK))):
            hits = (name for name in self._read(here, BLOCK - 1) if name.startswith(wanted))
            found += [shown(name.decode("utf-8", "replace"), self.kind) for name in hits]
        return found[:limit]

    def _block_of(self, wanted: bytes) -> int:
        low, high = -1, -(-self.n // BLOCK)
        while high - low > 1:
            middle = (low + high) // 2
            if self._read(middle, 0)[0] <= wanted:
                low = middle
            else:
                high = middle
        return low

    def _place(self, wanted: bytes) -> int | None:
        block = self._block_of(wanted)
        if block < 0:
            return None
        for place, name in enumerate(self._read(block, BLOCK - 1)):
            if name == wanted:
                return block * BLOCK + place
        return None

    def _read(self, block: int, last: int) -> list[bytes]:
        """Read a block's names up to a place."""
        at, end = int(self._blocks[block]), int(self._blocks[block + 1])
        data = self._data[at : end if last else min(end, at + 9_000)].tobytes()
        size, at = _number(data, 0)
        out = [data[at : at + size]]
        at += size
        end = len(data)
        while len(out) <= last and at < end:
            # Nearly all lengths are a single byte; a hundred names are some eight hundred of them.
            same, at = (data[at], at + 1) if data[at] < 128 else _number(data, at)
            if at >= end:
                raise SourceError(_DAMAGED)
            size, at = (data[at], at + 1) if data[at] < 128 else _number(data, at)
            out.append(out[-1][:same] + data[at : at + size])
            at += size
        return out


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data):
            raise SourceError(_DAMAGED)
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def shown(name: str, kind: Kind) -> str:
    """Give a stored name as people write it: com.example becomes example.com."""
    return reversed_host(name) if kind in {"domain", "host"} else name


def stored(text: str, kind: Kind) -> Iterator[str]:
    """Give the forms under which a name may be stored, the likeliest first, none of them twice."""
    seen: set[str] = set()
    for form in _forms(text.strip(), kind):
        if form and form not in seen:
            seen.add(form)
            yield form


def _forms(text: str, kind: Kind) -> Iterator[str]:
    if kind == "page":
        yield normalise(text) or text
    if kind in {"page", "other"}:
        yield text
        return
    host = host_of(text) if "://" in text else text.lower().rstrip(".")
    if not host.isascii():
        url = normalise(f"http://{host}/")
        host = host_of(url) if url else host
    bare = host.removeprefix("www.")
    yield reversed_host(host)
    yield reversed_host(bare)
    if kind == "host":
        yield reversed_host(f"www.{bare}")
    else:
        # Reading the list of public suffixes takes longer than the whole answer: only where nothing else was found.
        yield reversed_host(domain_of(f"http://{host}/"))
    yield host
