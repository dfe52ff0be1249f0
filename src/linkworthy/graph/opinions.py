"""Second opinions: lists of popularity and vendors' scores, read and laid beside our own scores.

Read are Tranco and Umbrella (rank, domain), Majestic Million, CrUX (origin, rank bucket), Common Crawl's ranks, Open
PageRank, and any table with a column of domains and one of scores or ranks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from linkworthy.engine.embedded import Embedded, quoted
from linkworthy.errors import InputError, SourceError
from linkworthy.graph.agreement import calibrated, kendall, overlap, spearman
from linkworthy.graph.lookup import Lookup
from linkworthy.graph.ranks import top
from linkworthy.graph.store import HEADER, Graph

LIMIT = 100_000
"""Rows of a list that are compared, from its top."""
TOP = 100
N_LISTED = 20
NAMES = ("domain", "origin", "host", "#host_rev", "url", "site", "target", "name")
VALUES = {
    "rank": False, "globalrank": False, "#harmonicc_pos": False, "#pr_pos": False, "position": False,
    "open page rank": True, "page_rank_decimal": True, "domain rating": True, "dr": True, "domain authority": True,
    "da": True, "trustflow": True, "citationflow": True, "trust flow": True, "citation flow": True,
    "authority score": True, "ascore": True, "score": True, "traffic": True, "visits": True,
}  # fmt: skip
"""Headers that hold an opinion, and whether more is better."""


@dataclass(frozen=True, slots=True)
class Series:
    """One opinion: names and values, more is better (positions are turned round)."""

    title: str
    names: tuple[str, ...]
    values: tuple[float, ...]
    is_score: bool
    """A score on a scale, not a position."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one opinion agrees with our scores."""

    title: str
    n_listed: int
    n_found: int
    coverage: float | None
    """Share of the listed names that our graph holds."""
    spearman: float | None
    kendall: float | None
    top_overlap: float | None
    """Share of the hundred highest by one that are among the hundred highest by the other, of the names found."""
    calibration: tuple[dict[str, float], ...]
    """What their scale says at our scores; empty for positions."""
    hollow: tuple[str, ...]
    """Names that rank high in our graph, and that the list does not hold: authority without popularity."""


def read_series(path: Path, column: str = "") -> list[Series]:
    """Read every opinion that a file holds.

    Raises: InputError where no column can be told, SourceError where the file cannot be read.
    """
    if (path / HEADER).exists():
        return [_of_graph(path)]
    db = Embedded().connect({})
    head = _head(path)
    has_header = not head.split(",")[0].strip().strip('"').isdigit()
    reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    more = "" if reader == "read_parquet" else f", all_varchar = true, header = {str(has_header).lower()}"
    try:
        rows = db.sql(f"select * from {reader}({quoted(str(path))}{more}) limit {LIMIT}")
        columns = {name.strip().lower(): name for name in rows.columns}
        if not has_header and len(rows.columns) == 2:
            named = {"rank": rows.columns[0], "domain": rows.columns[1]}
        else:
            named = columns
        name = next((named[key] for key in NAMES if key in named), None)
        if column and column.lower() not in named:
            raise InputError(f"{path.name} has no column {column!r}; it has {', '.join(named)}")
        wanted = [column.lower()] if column else [key for key in VALUES if key in named]
        if name is None or not wanted:
            raise InputError(
                f"{path.name}: no column of domains and of scores or ranks (--column); it has {', '.join(named)}"
            )
        rows.create_view("listed")
        return [_series(db, path, name, named[key], is_score=VALUES.get(key, True)) for key in wanted]
    except duckdb.Error as fault:
        raise SourceError(f"{path.name}: {str(fault).splitlines()[0]}") from None


def _head(path: Path) -> str:
    import gzip  # noqa: PLC0415 - lists may be packed

    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            return file.readline(4096).decode("utf-8-sig", "replace")
    except (OSError, EOFError) as fault:
        raise SourceError(f"{path} cannot be read: {fault}") from None


def _series(db: duckdb.DuckDBPyConnection, path: Path, name: str, value: str, *, is_score: bool) -> Series:
    found = db.sql(
        f'select any_value("{name}"), v from (select "{name}", try_cast("{value}" as double) as v from listed) '
        f'where "{name}" is not null and v is not null group by "{name}", v order by v {"desc" if is_score else ""}'
    ).fetchall()
    is_reversed = "rev" in name.lower()
    names = tuple(".".join(reversed(str(row[0]).split("."))) if is_reversed else str(row[0]) for row in found)
    values = tuple(float(row[1]) * (1 if is_score else -1) for row in found)
    return Series(f"{path.name}: {value.lstrip('#')}" if value != "column0" else path.name, names, values, is_score)


def _of_graph(path: Path) -> Series:
    other = Lookup(Graph(path))
    nodes = list(top(other.ranks, LIMIT))
    points = other.ranks.points(other.ranks.scores[nodes])
    return Series(f"graph {path.name}", tuple(other.names.name(node) for node in nodes), tuple(points.tolist()), True)


def compare(lookup: Lookup, series: Sequence[Series]) -> list[Agreement]:
    """Lay each opinion beside our scores."""
    return [_compared(lookup, one) for one in series]


def _compared(lookup: Lookup, series: Series) -> Agreement:
    nodes: list[int] = []
    values: list[float] = []
    seen: set[int] = set()
    for name, value in zip(series.names, series.values, strict=True):
        node = lookup.names.find(name)
        if node is not None and node not in seen:
            seen.add(node)
            nodes.append(node)
            values.append(value)
    ours = np.asarray(lookup.ranks.points(lookup.ranks.scores[nodes]), np.float64)
    theirs = np.array(values)
    hollow = [node for node in top(lookup.ranks, 5 * N_LISTED) if node not in seen][:N_LISTED]
    return Agreement(
        title=series.title, n_listed=len(series.names), n_found=len(nodes),
        coverage=len(nodes) / len(series.names) if series.names else None, spearman=spearman(ours, theirs),
        kendall=kendall(ours, theirs), top_overlap=overlap(ours, theirs, TOP),
        calibration=tuple(calibrated(ours, theirs)) if series.is_score else (),
        hollow=tuple(lookup.names.name(node) for node in hollow),
    )  # fmt: skip
