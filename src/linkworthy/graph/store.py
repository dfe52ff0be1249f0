"""A graph on disk: what its folder holds, and how it is opened. Nothing here is compiled: lookups start at once.

``graph.json``    format, kind, sizes, and the length and XXH3 of every file
``names``         names in ascending order of their bytes, front-coded in blocks of sixteen; ``names.blocks``: starts
``core.rows``     in-links of nodes that have out-links themselves: rows of source numbers, see ``kernels.rows``
``rim.rows``      in-links of the other nodes, which pass nothing on: ranks need them once, at the end
``core.parts``    for each part of about a million links: its first row, first byte and first link; ``rim.parts``
``core.nodes``    the node of each core row; ``core.order``: its source number, by descending out-degree
``in.places``     where each node's row starts; the top bit says rim
``out.degrees``   links that leave each node, each target once
``*.weights``     where links have weights: one a link; ``out.weights``: their sum a node; ``in.links``: a row's first
A node is the place of its name in the order of names; a source number is a node's place by descending out-degree.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import xxhash
from numpy.typing import NDArray

from linkworthy.errors import InputError, SourceError

FORMAT = 1
HEADER = "graph.json"
RIM = np.uint64(1 << 63)

Kind = Literal["domain", "host", "page", "other"]
KINDS: tuple[Kind, ...] = ("domain", "host", "page", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a graph's folder says of itself."""

    kind: Kind
    n_nodes: int
    n_arcs: int
    n_core: int
    n_repeats: int
    """Links that the input named again; they count once, or add their weight."""
    is_weighted: bool
    has_names: bool
    made_from: tuple[str, ...]
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """File: its bytes and their XXH3-64."""


class Graph:
    """A graph that was built; arrays are mapped when they are first read, for lookups where ``is_random``."""

    def __init__(self, folder: Path, *, is_random: bool = False) -> None:
        self.folder, self.is_random = folder, is_random
        self.header = read_header(folder)

    def __len__(self) -> int:
        """Give the number of nodes."""
        return self.header.n_nodes

    def array(self, name: str, kind: Any) -> NDArray[Any]:
        """Map one of the graph's files; an empty one is an empty array."""
        return mapped(self.folder / name, kind, is_random=self.is_random)

    @cached_property
    def core_rows(self) -> NDArray[np.uint8]:
        """Rows of nodes that have out-links."""
        return self.array("core.rows", np.uint8)

    @cached_property
    def rim_rows(self) -> NDArray[np.uint8]:
        """Rows of nodes without out-links."""
        return self.array("rim.rows", np.uint8)

    @cached_property
    def core_parts(self) -> NDArray[np.int64]:
        """First row, byte and link of each part, and of the end."""
        return self.array("core.parts", np.int64).reshape(-1, 3)

    @cached_property
    def rim_parts(self) -> NDArray[np.int64]:
        """First row, byte and link of each part, and of the end."""
        return self.array("rim.parts", np.int64).reshape(-1, 3)

    @cached_property
    def core_nodes(self) -> NDArray[np.uint32]:
        """Node of each core row, ascending."""
        return self.array("core.nodes", np.uint32)

    @cached_property
    def order(self) -> NDArray[np.uint32]:
        """Source number of each core row."""
        return self.array("core.order", np.uint32)

    @cached_property
    def sources(self) -> NDArray[np.uint32]:
        """Node of each source number."""
        return self.array("core.sources", np.uint32)

    @cached_property
    def places(self) -> NDArray[np.uint64]:
        """Where each node's row starts; the top bit says rim."""
        return self.array("in.places", np.uint64)

    @cached_property
    def out_degrees(self) -> NDArray[np.uint32]:
        """Links that leave each node."""
        return self.array("out.degrees", np.uint32)

    @cached_property
    def out_weights(self) -> NDArray[np.float64]:
        """Weight that leaves each node: the number of links where links have no weights."""
        if self.header.is_weighted:
            return self.array("out.weights", np.float64)
        return self.out_degrees.astype(np.float64)

    def weights(self, where: Literal["core", "rim"]) -> NDArray[np.float32]:
        """Weights of the links of rows, in their order; empty where links have none."""
        if not self.header.is_weighted:
            return np.zeros(0, np.float32)
        return self.array(f"{where}.weights", np.float32)

    def row_of(self, node: int) -> tuple[NDArray[np.uint8], int, bool]:
        """Give the bytes that hold a node's row, where it starts, and whether they are the rim's."""
        place = int(self.places[node])
        if place >> 63:
            return self.rim_rows, place & ~(1 << 63), True
        return self.core_rows, place, False

    def verify(self) -> None:
        """Compare every file with its checksum.

        Raises: SourceError naming the damaged file.
        """
        for name, (_size, wanted) in self.header.files.items():
            if digest(self.folder / name) != wanted:
                raise SourceError(f"{self.folder / name} is damaged: its checksum differs; build the graph again")


def read_header(folder: Path) -> Header:
    """Read a graph's header and check that its files are whole.

    Raises: InputError where there is no graph, SourceError where it is damaged or of another version.
    """
    path = folder / HEADER
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{folder} holds no graph: 'linkworthy graph build {folder} INPUT' makes one") from None
    except (OSError, ValueError) as fault:
        raise SourceError(f"{path} cannot be read ({fault}); build the graph again") from None
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise SourceError(f"{path} is of another version than {FORMAT}; build the graph again")
    try:
        files = {name: (int(size), str(sum_)) for name, (size, sum_) in data.pop("files").items()}
        header = Header(**(data | {"made_from": tuple(data["made_from"]), "files": files}))
    except (TypeError, ValueError, KeyError, AttributeError) as fault:
        raise SourceError(f"{path} is damaged ({fault}); build the graph again") from None
    for name, (size, _sum) in header.files.items():
        found = (folder / name).stat().st_size if (folder / name).exists() else None
        if found != size:
            said = "is missing" if found is None else f"holds {found:,} bytes instead of {size:,}"
            raise SourceError(f"{folder / name} {said}; build the graph again")
    return header


def write_header(folder: Path, header: Header) -> None:
    """Write a graph's header with the sizes and checksums of all other files of its folder."""
    from linkworthy.site.parts import write_text  # noqa: PLC0415 - lookups need no writer

    names = sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.endswith(".json"))
    files = {name: ((folder / name).stat().st_size, digest(folder / name)) for name in names}
    text = json.dumps({"format": FORMAT, **asdict(header), "files": files}, indent=1, ensure_ascii=False)
    write_text(folder / HEADER, text + "\n")


def digest(path: Path) -> str:
    """Give a file's XXH3-64."""
    state = xxhash.xxh3_64()
    with path.open("rb") as file:
        while block := file.read(1 << 24):
            state.update(block)
    return state.hexdigest()


def mapped(path: Path, kind: Any, *, is_random: bool = False) -> NDArray[Any]:
    """Map a file as an array, read-only.

    Where places are read at random the system is told so: else it reads megabytes around each one.
    """
    if path.stat().st_size == 0:
        return np.zeros(0, kind)
    with path.open("rb") as file:
        area = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if is_random and hasattr(mmap, "MADV_RANDOM"):
        area.madvise(mmap.MADV_RANDOM)
    return np.frombuffer(area, kind)


def ask_ahead(array: NDArray[Any], places: NDArray[Any]) -> None:
    """Tell the system which places of a mapped array are read next, so that the disk looks for all of them at once."""
    area = getattr(array.base, "obj", None)
    if isinstance(area, mmap.mmap) and hasattr(mmap, "MADV_WILLNEED"):
        # A set, not NumPy's unique: that one loads masked arrays, which takes longer than an answer.
        for page in sorted(set((places.astype(np.int64) * array.itemsize // mmap.PAGESIZE).tolist())):
            area.madvise(mmap.MADV_WILLNEED, page * mmap.PAGESIZE, mmap.PAGESIZE)


def let_go_of(array: NDArray[Any]) -> None:
    """Give back the memory of a mapped array that is not read again soon; its places can still be read."""
    area = getattr(array.base, "obj", None)
    if isinstance(area, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        area.madvise(mmap.MADV_DONTNEED)
