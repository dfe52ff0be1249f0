"""Tells what the files given for a graph are, and opens them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from linkworthy.errors import InputError, SourceError
from linkworthy.graph.inputs import Links
from linkworthy.graph.reading.bvgraph import BVLinks, TransposedBVLinks
from linkworthy.graph.reading.lines import line_buffers
from linkworthy.graph.reading.named import links_of_tables
from linkworthy.graph.reading.numbered import AdjacencyText, NumberedPairs
from linkworthy.graph.reading.reversed import ReversedGraph
from linkworthy.graph.store import HEADER, Graph, Kind

_PAIR = re.compile(rb"^\d+[\t ,]+\d+\s*$")


def open_links(
    paths: Sequence[Path],
    *,
    kind: Kind | None = None,
    is_transposed: bool = False,
    source: str = "",
    target: str = "",
    weight: str = "",
    memory_bytes: int = 0,
    scratch: Path | None = None,
) -> Links:
    """Open files as links: a BVGraph, Common Crawl's vertices and edges, adjacency text, pairs of numbers, tables.

    Raises: InputError where files are missing or do not go together, SourceError where one cannot be read.
    """
    for path in paths:
        if not path.exists():
            raise InputError(f"{path} does not exist")
    named = kind or _kind_of(paths)
    vertices = sorted(path for path in paths if "vertices" in path.name)
    others = sorted(path for path in paths if path not in vertices and path.suffix not in {".properties", ".offsets"})
    if not others:
        raise InputError("no links among the files: a .graph file, edges, or a table is needed")
    first = others[0]
    if first.is_dir() and (first / HEADER).exists():
        if not is_transposed:
            raise InputError(f"{first} is a graph already; --transposed turns its links round")
        return ReversedGraph(Graph(first))
    if first.suffix == ".graph":
        _alone(others, first)
        made = TransposedBVLinks if is_transposed or first.stem.endswith("-t") else BVLinks
        return made(first, vertices, kind=named or "other")
    if ".graph-txt" in first.name:
        _alone(others, first)
        return AdjacencyText(first)
    if first.is_dir():
        raise InputError(f"{first} is a folder and no graph; name the files in it")
    if vertices or _holds_numbers(first):
        return NumberedPairs(others, vertices, named or "other")
    return links_of_tables(
        others, kind=kind, source=source, target=target, weight=weight, memory_bytes=memory_bytes, scratch=scratch
    )


def _alone(others: Sequence[Path], first: Path) -> None:
    if len(others) > 1:
        raise InputError(f"{first.name} is a whole graph: {others[1].name} cannot be read with it")


def _kind_of(paths: Sequence[Path]) -> Kind | None:
    """Tell what nodes are by the names of Common Crawl's files."""
    for path in paths:
        if found := re.search(r"-(domain|host)\b", path.name):
            return "domain" if found[1] == "domain" else "host"
    return None


def _holds_numbers(path: Path) -> bool:
    if path.suffix == ".parquet":
        return False
    for data, _read in line_buffers(path):
        lines = [line for line in data[:4096].tobytes().split(b"\n")[:10] if line and not line.startswith(b"#")]
        whole = lines[:-1] if data.size > 4096 else lines
        return bool(whole) and all(_PAIR.match(line) for line in whole)
    raise SourceError(f"{path} is empty")
