"""Builds a graph's folder: names, then in-links by target, then the same with sources numbered by out-degree.

Each stage leaves its files under a temporary folder and says so in ``state.json``; the same build of the same input
goes on behind the last finished stage. The finished folder gets its name at the end, so it is whole or not there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.engine.progress import SILENT, Progress
from linkworthy.errors import InputError, SourceError, StageError
from linkworthy.graph.inputs import Links, PairLinks, RowLinks
from linkworthy.graph.kernels.arcs import add_weights, count_sources, split_rows
from linkworthy.graph.namefile import write_names
from linkworthy.graph.rowfile import NO_WEIGHTS, Packed, Rows, RowWriter, pack, parts_of, read_parts
from linkworthy.graph.spill import Buckets, n_buckets
from linkworthy.graph.store import FORMAT, HEADER, RIM, Graph, Header, write_header
from linkworthy.graph.threads import in_order
from linkworthy.site.parts import write_text

MEMORY_BYTES = 4 << 30
"""Memory that a build may use where the user names none."""
BYTES_A_NODE = 28
"""Degrees, numbers and their sort order; see ``_number``."""
MAX_NODES = 1 << 32
STATE = "state.json"


def build(folder: Path, links: Links, *, memory_bytes: int = MEMORY_BYTES, progress: Progress = SILENT) -> Graph:
    """Build a graph from links, or finish a build of the same links that was stopped.

    Raises: InputError where a folder of that name holds something else, StageError where memory or disk is short,
    SourceError where the input is damaged.
    """
    check_place(folder)
    check_room(folder, links, memory_bytes)
    work = folder.with_name(folder.name + ".building")
    build_ = _Build(work, links, memory_bytes, progress)
    build_.names()
    build_.by_target()
    build_.number()
    build_.by_source_number()
    build_.finish(folder)
    return Graph(folder)


def check_place(folder: Path) -> None:
    """Check that a graph may be written there.

    Raises: InputError where a folder of that name is no graph, or its parent is missing.
    """
    if folder.exists() and not (folder / HEADER).exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} exists and is no graph: choose another name")
    if not folder.absolute().parent.is_dir():
        raise InputError(f"{folder.parent} does not exist")


def check_room(folder: Path, links: Links, memory_bytes: int) -> None:
    """Compare what a build needs with the memory allowed and the disk's free space, before hours are spent.

    Raises: StageError saying which is short and by how much.
    """
    if links.n_nodes > MAX_NODES:
        raise StageError(f"{links.n_nodes:,} nodes are more than a graph can hold ({MAX_NODES:,})")
    nodes = links.n_nodes * BYTES_A_NODE
    if nodes + (64 << 20) > memory_bytes:
        need = (nodes + (64 << 20)) / 2**30
        raise StageError(f"{links.n_nodes:,} nodes need {need:.1f} GiB of memory: raise --memory")
    pairs = 0 if isinstance(links, RowLinks) else links.n_expected * (12 if links.is_weighted else 8)
    need_bytes = pairs + links.n_expected * 6 + links.n_nodes * 40
    free = shutil.disk_usage(folder.absolute().parent).free
    if need_bytes > free:
        raise StageError(f"the build needs about {need_bytes / 2**30:.1f} GiB of disk, and {free / 2**30:.1f} are free")


class _Build:
    """The stages of one build and what they leave behind."""

    def __init__(self, work: Path, links: Links, memory_bytes: int, progress: Progress) -> None:
        self.work, self.links, self.memory_bytes, self.progress = work, links, memory_bytes, progress
        fingerprint = f"{FORMAT} {links.identity()}"
        self._state: dict[str, Any] = {}
        with suppress(OSError, ValueError):
            self._state = json.loads((work / STATE).read_text(encoding="utf-8"))
        if self._state.get("input") != fingerprint:
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            self._state = {"input": fingerprint}

    def _done(self, stage: str, **facts: int) -> None:
        self._state[stage] = facts
        write_text(self.work / STATE, json.dumps(self._state))

    def names(self) -> None:
        """Write the names."""
        if "names" in self._state:
            return
        if self.links.has_names:
            self.progress.start("reading names", self.links.n_nodes)
            count = write_names(self.work, self.links.names())
            if count != self.links.n_nodes:
                raise SourceError(f"{count:,} names for {self.links.n_nodes:,} nodes: the input's parts disagree")
            self.progress.finish(f"{count:,} names")
        self._done("names")

    def by_target(self) -> None:
        """Write every node's in-links in the input's numbers, and count what leaves each node."""
        if "by_target" in self._state:
            return
        spilled = self.work / "spilled"
        n_read = 0
        if isinstance(self.links, PairLinks):
            if "spilled" not in self._state:
                shutil.rmtree(spilled, ignore_errors=True)
                n_read = self._buckets().fill(self.links.pairs(), self.progress, self.links.n_expected)
                self._done("spilled", n=n_read)
            n_read = self._state["spilled"]["n"]
        n = self._write_by_target()
        self._done("by_target", n_arcs=n, n_repeats=n_read - n if n_read else 0)
        shutil.rmtree(spilled, ignore_errors=True)

    def _buckets(self) -> Buckets:
        n = self.links.n_expected or self.links.n_nodes * 32
        return Buckets(self.work / "spilled", self.links.n_nodes, n_buckets(self.links.n_nodes, n, self.memory_bytes),
                       is_weighted=self.links.is_weighted)  # fmt: skip

    def _rows(self) -> Iterator[Rows]:
        if isinstance(self.links, RowLinks):
            return self.links.rows()
        return self._buckets().rows(self.memory_bytes - self.links.n_nodes * BYTES_A_NODE)

    def _write_by_target(self) -> int:
        n_nodes, n, row = self.links.n_nodes, 0, 0
        degrees = np.zeros(n_nodes, np.uint32)
        sums = np.zeros(n_nodes if self.links.is_weighted else 0, np.float64)
        self.progress.start("sorting links by target", n_nodes)
        # Rows that the input can give again are not written twice.
        with RowWriter(self.work, "raw", is_weighted=self.links.is_weighted) as out:
            for rows in self._rows():
                count_sources(rows.ids, degrees)
                if sums.size:
                    add_weights(rows.ids, rows.weights, sums)
                if isinstance(self.links, PairLinks):
                    for packed in in_order(pack, parts_of(rows)):
                        out.write(packed)
                n += rows.ids.size
                row = rows.first + rows.bounds.size - 1
                self.progress.update(row, n_nodes)
        if row != n_nodes:
            raise SourceError(f"in-links of {row:,} nodes out of {n_nodes:,}: the input's parts disagree")
        degrees.tofile(self.work / "out.degrees")
        if sums.size:
            sums.tofile(self.work / "out.weights")
        self.progress.finish(f"{n:,} links")
        return n

    def number(self) -> None:
        """Give numbers to the nodes that have out-links, by descending out-degree."""
        if "number" in self._state:
            return
        degrees = np.fromfile(self.work / "out.degrees", np.uint32)
        core = np.flatnonzero(degrees).astype(np.uint32)
        rows = np.argsort(np.uint32(0xFFFFFFFF) - degrees[core], kind="stable").astype(np.uint32)
        order = np.empty(core.size, np.uint32)
        order[rows] = np.arange(core.size, dtype=np.uint32)
        core.tofile(self.work / "core.nodes")
        order.tofile(self.work / "core.order")
        core[rows].tofile(self.work / "core.sources")
        self._done("number", n_core=core.size)

    def by_source_number(self) -> None:
        """Write the rows that stay: sources by number, nodes with out-links apart from those without."""
        if "by_source_number" in self._state:
            return
        core = np.fromfile(self.work / "core.nodes", np.uint32)
        number = np.zeros(self.links.n_nodes, np.uint32)
        number[core] = np.fromfile(self.work / "core.order", np.uint32)
        is_core = np.zeros(self.links.n_nodes, np.bool_)
        is_core[core] = True
        raw = self.links.rows() if isinstance(self.links, RowLinks) else read_parts(self.work, "raw")
        self.progress.start("numbering sources", self.links.n_nodes)
        weighted = self.links.is_weighted
        with (
            RowWriter(self.work, "core", is_weighted=weighted) as inner,
            RowWriter(self.work, "rim", is_weighted=weighted) as outer,
            (self.work / "in.places").open("wb") as places,
            (self.work / "in.links").open("wb") as firsts,
        ):
            jobs = (part for rows in raw for part in parts_of(rows))
            for rows, near, far in in_order(_numbered(number, is_core), jobs):
                mask = is_core[rows.first : rows.first + rows.bounds.size - 1]
                first_link = np.array([inner.n_links, outer.n_links], np.uint64)
                where = np.empty(mask.size, np.uint64)
                where[mask] = inner.write(near)
                where[~mask] = outer.write(far).astype(np.uint64) | RIM
                places.write(where.data)
                if weighted:
                    firsts.write(_first_links(rows, mask, first_link).data)
                self.progress.update(rows.first + mask.size, self.links.n_nodes)
        self.progress.finish()
        self._done("by_source_number")

    def finish(self, folder: Path) -> None:
        """Write the header and give the folder its name."""
        for name in ("raw.rows", "raw.parts", "raw.weights", *(() if self.links.is_weighted else ("in.links",))):
            (self.work / name).unlink(missing_ok=True)
        counted = self._state["by_target"]
        write_header(self.work, Header(
            kind=self.links.kind, n_nodes=self.links.n_nodes, n_arcs=counted["n_arcs"],
            n_core=self._state["number"]["n_core"], n_repeats=counted["n_repeats"], is_weighted=self.links.is_weighted,
            has_names=self.links.has_names, made_from=self.links.made_from,
        ))  # fmt: skip
        old = folder.with_name(folder.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        self.work.rename(folder)
        (folder / STATE).unlink()
        shutil.rmtree(old, ignore_errors=True)


def _numbered(number: NDArray[np.uint32], is_core: NDArray[np.bool_]) -> Callable[[Rows], tuple[Rows, Packed, Packed]]:
    def split(rows: Rows) -> tuple[Rows, Packed, Packed]:
        mask = is_core[rows.first : rows.first + rows.bounds.size - 1]
        return rows, *(_side(rows, number, mask, wanted=wanted) for wanted in (True, False))  # type: ignore[return-value]

    return split


def _side(rows: Rows, number: NDArray[np.uint32], mask: NDArray[np.bool_], *, wanted: bool) -> Packed:
    bounds = np.zeros(rows.bounds.size, np.int64)
    ids, weights = np.empty(rows.ids.size, np.uint32), np.empty(rows.weights.size, np.float32)
    n = split_rows(rows.bounds, rows.ids, rows.weights, number, mask, wanted, bounds, ids, weights)
    used = int(bounds[n])
    return pack(Rows(0, bounds[: n + 1], ids[:used], weights[:used] if weights.size else NO_WEIGHTS))


def _first_links(rows: Rows, mask: NDArray[np.bool_], first: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Tell the place of each row's first link in its own file of weights."""
    degrees = np.diff(rows.bounds).astype(np.uint64)
    out = np.empty(mask.size, np.uint64)
    for side, chosen in enumerate((mask, ~mask)):
        here = degrees[chosen]
        out[chosen] = first[side] + np.cumsum(here) - here
    return out
