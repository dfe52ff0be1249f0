"""In-degrees that count referrers once a group: a registrable domain, an owner, a server's address, or its /24.

Groups of owners and addresses come from a table with a row a name. Nodes that it does not tell of count one each, so
such an in-degree is what the referrers come to at most; the share of links whose referrer is known goes with it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkworthy.engine.embedded import Embedded, quoted
from linkworthy.errors import InputError, SourceError
from linkworthy.graph.kernels.groups import groups_of_rows
from linkworthy.graph.names import BLOCK, NameList, shown
from linkworthy.graph.rowfile import Rows, read_parts
from linkworthy.graph.store import Graph
from linkworthy.graph.threads import in_order
from linkworthy.urls import host_of, registrable_domain

By = Literal["domain", "owner", "address", "network"]
BY: tuple[By, ...] = ("domain", "owner", "address", "network")
NAMES = ("domain", "host", "name", "source_domain", "source_host", "url", "site")
COLUMNS: dict[str, tuple[str, ...]] = {
    "owner": ("owner", "network_id", "owner_id", "organisation", "organization", "group"),
    "address": ("address", "ip", "ip_address", "server_ip"),
}
"""Headers that hold a group, the likeliest first; a /24 is worked out from the address."""
ROWS = 100_000


class Groups(NamedTuple):
    """The group of each node, 0 where it is unknown."""

    of_node: NDArray[np.uint32]
    n_groups: int
    n_unmatched: int
    """Rows of the table whose name the graph does not hold."""


class GroupDegrees(NamedTuple):
    """Groups that link to each node, and the share of links whose source has a known group."""

    counts: NDArray[np.uint32]
    known_share: float | None


def domains_of(graph: Graph) -> Groups:
    """Group the nodes of a graph of hosts or pages by registrable domain.

    Raises: InputError where nodes have no names, or are domains already.
    """
    if not graph.header.has_names or graph.header.kind not in {"host", "page"}:
        raise InputError(f"nodes of {graph.folder} are no hosts or pages: by domain counts those of a domain once")
    names = NameList(graph)
    numbers: dict[str, int] = {}
    out = np.zeros(len(graph), np.uint32)
    kind = graph.header.kind
    for block in range(-(-len(graph) // BLOCK)):
        for place, raw in enumerate(names.block(block)):
            name = shown(raw.decode("utf-8", "replace"), kind)
            domain = registrable_domain(host_of(name) if kind == "page" else name)
            out[block * BLOCK + place] = numbers.setdefault(domain, len(numbers) + 1)
    return Groups(out, len(numbers), 0)


def read_groups(graph: Graph, paths: Iterable[Path], by: By, column: str = "") -> Groups:
    """Read the groups of nodes out of CSV or Parquet files with a column of names and one of groups.

    Raises: InputError where a column cannot be told, SourceError where a file cannot be read.
    """
    names, numbers = NameList(graph), dict[str, int]()
    out, n_unmatched = np.zeros(len(graph), np.uint32), 0
    for name, group in _pairs(list(paths), by, column):
        node = names.find(name)
        if node is None:
            n_unmatched += 1
        elif key := network_of(group) if by == "network" else group.strip().lower():
            out[node] = numbers.setdefault(key, len(numbers) + 1)
    return Groups(out, len(numbers), n_unmatched)


def network_of(address: str) -> str | None:
    """Give the /24 of an address (the /48 of IPv6), null where it is none."""
    try:
        one = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    return str(ipaddress.ip_network(f"{one}/{24 if one.version == 4 else 48}", strict=False))


def _pairs(paths: list[Path], by: By, column: str) -> Iterator[tuple[str, str]]:
    db = Embedded().connect({})
    for path in paths:
        reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
        more = "" if reader == "read_parquet" else ", all_varchar = true, header = true, ignore_errors = true"
        try:
            rows = db.sql(f"select * from {reader}({quoted(str(path))}{more})")
            folded = {name.strip().lower(): name for name in rows.columns}
            name = next((folded[key] for key in NAMES if key in folded), None)
            wanted = (column.lower(),) if column else COLUMNS["owner" if by == "owner" else "address"]
            group = next((folded[key] for key in wanted if key in folded), None)
            if name is None or group is None:
                missing = f"column of names and of {by}s" if not column else f"column {column!r} beside names"
                raise InputError(f"{path.name}: no {missing}; it has {', '.join(rows.columns)}")
            found = db.sql(
                f'select "{name}"::varchar, "{group}"::varchar from {reader}({quoted(str(path))}{more}) '
                f'where "{name}" is not null and "{group}" is not null order by all'
            )
            for batch in found.to_arrow_reader(ROWS):
                yield from zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
        except duckdb.Error as fault:
            raise SourceError(f"{path.name}: {str(fault).splitlines()[0]}") from None


def group_degrees(graph: Graph, groups: Groups) -> GroupDegrees:
    """Give how many different groups link to each node, its own left out; unknown sources count one each."""
    out, n_known = np.zeros(len(graph), np.uint32), 0
    of_source = groups.of_node[graph.sources]
    is_rim = np.ones(len(graph), np.bool_)
    is_rim[graph.core_nodes] = False
    for where, nodes in (("core", graph.core_nodes), ("rim", np.flatnonzero(is_rim))):

        def count(rows: Rows, nodes: NDArray[np.integer] = nodes) -> tuple[int, NDArray[np.uint32], int]:
            counts = np.zeros(rows.bounds.size - 1, np.uint32)
            own = groups.of_node[nodes[rows.first : rows.first + counts.size]]
            return rows.first, counts, int(groups_of_rows(rows.bounds, rows.ids, of_source, own, counts))

        for first, counts, known in in_order(count, read_parts(graph.folder, where)):
            out[nodes[first : first + counts.size]] = counts
            n_known += known
    return GroupDegrees(out, n_known / graph.header.n_arcs if graph.header.n_arcs else None)
