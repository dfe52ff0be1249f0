"""What a graph is built from: names in order, and links as pairs or as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.rowfile import Rows
from linkworthy.graph.store import Kind


class Pairs(NamedTuple):
    """Links, in any order."""

    source: NDArray[np.uint32]
    target: NDArray[np.uint32]
    weight: NDArray[np.float32]
    """One a link, or none at all."""


class Names(NamedTuple):
    """Names of nodes that follow one another, as bytes: name k is ``data[starts[k]:ends[k]]``."""

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


class _Source(Protocol):
    """A source of links, read as often as needed; nodes are numbers below ``n_nodes``."""

    kind: Kind
    n_nodes: int
    is_weighted: bool
    has_names: bool
    made_from: tuple[str, ...]
    n_expected: int
    """Links that are expected, for progress and the check of the disk; 0 where nobody knows."""

    def identity(self) -> str:
        """Tell this input from another one: paths, lengths and times of change."""
        ...

    def names(self) -> Iterator[Names]:
        """Give the names, in ascending order of their bytes."""
        ...


@runtime_checkable
class PairLinks(_Source, Protocol):
    """Links in any order: they are sorted by target first."""

    def pairs(self) -> Iterator[Pairs]:
        """Give the links as pairs."""
        ...


@runtime_checkable
class RowLinks(_Source, Protocol):
    """Links that are sorted by target already."""

    def rows(self) -> Iterator[Rows]:
        """Give the in-links of every node, in order."""
        ...


Links = PairLinks | RowLinks
