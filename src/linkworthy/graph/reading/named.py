"""Links between names, out of tables: CSV, Parquet, a query. DuckDB sorts and numbers the names within its memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from linkworthy.engine.embedded import Embedded, quoted
from linkworthy.errors import InputError, SourceError
from linkworthy.graph.inputs import Names, Pairs
from linkworthy.graph.reading.lines import fingerprint
from linkworthy.graph.store import Kind

ROWS = 1 << 20
PAIRS = (
    ("source_domain", "target_domain"), ("source_host", "target_host"), ("source_url", "target_url"),
    ("source", "target"), ("source", "destination"), ("from", "to"), ("src", "dst"),
    ("referring page url", "target url"),
    ("source url", "target url"), ("sourceurl", "targeturl"),
)  # fmt: skip
"""Headers that name the two ends of a link, the likeliest first."""

_ADDRESS = r"^\d+\.\d+\.\d+\.\d+$|^\["
_REVERSED = (
    "case when regexp_matches({0}, '" + _ADDRESS + "') then {0} "
    "else array_to_string(list_reverse(string_split({0}, '.')), '.') end"
)


class NamedLinks:
    """The links that a query gives as columns ``source``, ``target`` and, where they have weights, ``weight``.

    Links of domains, hosts and pages to themselves are left out; links between other things are kept as they are.
    """

    has_names = True

    def __init__(
        self, db: duckdb.DuckDBPyConnection, query: str, *, kind: Kind, is_weighted: bool, made_from: tuple[str, ...],
        identity: str,
    ) -> None:  # fmt: skip
        self.kind, self.is_weighted, self.made_from, self._identity, self._db = (
            kind, is_weighted, made_from, f"{identity} {kind} {query}", db,
        )  # fmt: skip
        weight = "weight" if is_weighted else "1"
        ends = [_REVERSED.format(end) if kind in {"domain", "host"} else end for end in ("source", "target")]
        loops = "" if kind == "other" else "and source <> target"
        try:
            db.execute(f"""
                create or replace temp table link as
                select {ends[0]} as source, {ends[1]} as target, {weight}::float as weight
                from (select source::varchar as source, target::varchar as target, {weight} as weight from ({query}))
                where source <> '' and target <> '' {loops} and {weight} > 0
            """)
            db.execute("""
                create or replace temp table node as
                select name, (row_number() over (order by name) - 1)::uinteger as id
                from (select source as name from link union select target from link)
            """)
        except duckdb.Error as fault:
            raise SourceError(f"{', '.join(made_from)}: {str(fault).splitlines()[0]}") from None
        self.n_nodes = self._one("select count(*) from node")
        self.n_expected = self._one("select count(*) from link")
        if not self.n_expected:
            raise InputError(f"{', '.join(made_from)}: no links between two different {kind}s")

    def identity(self) -> str:
        """Tell this input from another one."""
        return self._identity

    def names(self) -> Iterator[Names]:
        """Give the names, in ascending order of their bytes."""
        for batch in self._batches("select name from node order by name"):
            column = batch.column(0).cast(pa.large_string())
            if len(column):
                _valid, offsets, data = column.buffers()
                ends = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
                yield Names(np.frombuffer(data or b"", np.uint8), ends[:-1], ends[1:])

    def pairs(self) -> Iterator[Pairs]:
        """Give the links as pairs of node numbers."""
        weight = ", weight" if self.is_weighted else ""
        query = f"""select s.id, t.id{weight} from link join node s on s.name = link.source
            join node t on t.name = link.target"""
        for batch in self._batches(query):
            source, target = (batch.column(k).to_numpy() for k in (0, 1))
            weights = batch.column(2).to_numpy() if self.is_weighted else np.zeros(0, np.float32)
            yield Pairs(source.astype(np.uint32), target.astype(np.uint32), weights.astype(np.float32))

    def _batches(self, query: str) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._db.sql(query).to_arrow_reader(ROWS)
        except (duckdb.Error, pa.ArrowException) as fault:
            raise SourceError(f"{', '.join(self.made_from)}: {str(fault).splitlines()[0]}") from None

    def _one(self, query: str) -> int:
        return int(self._db.sql(query).fetchall()[0][0])


def links_of_tables(
    paths: Sequence[Path],
    *,
    kind: Kind | None = None,
    source: str = "",
    target: str = "",
    weight: str = "",
    memory_bytes: int = 0,
    scratch: Path | None = None,
) -> NamedLinks:
    """Read links out of CSV or Parquet files; the two columns are told by their headers where they are not named.

    Raises: InputError where a column cannot be told, SourceError where a file cannot be read.
    """
    db = Embedded(memory_bytes=memory_bytes, scratch=scratch).connect({})
    tables = " union all by name ".join(f"select * from {_reader(path)}" for path in paths)
    try:
        columns = db.sql(f"select * from ({tables}) limit 0").columns
    except duckdb.Error as fault:
        raise SourceError(f"{paths[0].name}: {str(fault).splitlines()[0]}") from None
    ends = _ends(columns, source, target, paths[0])
    if weight and weight not in columns:
        raise InputError(f"{paths[0].name} has no column {weight!r}; it has {', '.join(columns)}")
    chosen = f'select "{ends[0]}" as source, "{ends[1]}" as target'
    chosen += f', try_cast("{weight}" as double) as weight' if weight else ", 1 as weight"
    query = f"{chosen} from ({tables})"
    if kind is None:
        sample: list[Any] = db.sql(f"select source::varchar, target::varchar from ({query}) limit 50").fetchall()
        kind = _kind_of([str(text) for row in sample for text in row if text])
    if kind in {"domain", "host"}:
        query = f"select lower(rtrim(source::varchar, '.')) as source, lower(rtrim(target::varchar, '.')) as target, weight from ({query})"  # noqa: E501 - one clause
    return NamedLinks(
        db, query, kind=kind, is_weighted=bool(weight), made_from=tuple(path.name for path in paths),
        identity=fingerprint(list(paths)),
    )  # fmt: skip


def _reader(path: Path) -> str:
    if path.suffix == ".parquet":
        return f"read_parquet({quoted(str(path))})"
    return f"read_csv({quoted(str(path))}, all_varchar = true, header = true, ignore_errors = true)"


def _ends(columns: Sequence[str], source: str, target: str, path: Path) -> tuple[str, str]:
    for wanted in (source, target):
        if wanted and wanted not in columns:
            raise InputError(f"{path.name} has no column {wanted!r}; it has {', '.join(columns)}")
    if source and target:
        return source, target
    folded = {column.strip().lower(): column for column in columns}
    for one, two in PAIRS:
        if one in folded and two in folded:
            return folded[one], folded[two]
    if len(columns) == 2:
        return columns[0], columns[1]
    raise InputError(
        f"{path.name}: say which columns link to which: --source and --target; it has {', '.join(columns)}"
    )


def _kind_of(names: list[str]) -> Kind:
    if not names:
        return "other"
    if sum("://" in name for name in names) > len(names) / 2:
        return "page"
    dotted = sum("." in name and "/" not in name and " " not in name for name in names)
    return "host" if dotted > len(names) * 0.9 else "other"
