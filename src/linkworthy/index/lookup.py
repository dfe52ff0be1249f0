"""Opens an index for questions: rows of a page, host, domain or prefix, from the few row groups that hold them."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from linkworthy.engine.embedded import Embedded, quoted
from linkworthy.errors import InputError
from linkworthy.index.layout import MACROS, TABLES, bucket_of
from linkworthy.index.manifest import Manifest, read_manifest
from linkworthy.index.rows import beyond, merged
from linkworthy.index.scopes import Scope
from linkworthy.tables.indexed import LINKS

KEY_COLUMNS = {"links": "target_key", "outgoing": "source_key", "pages": "url_key"}
ORDER = ", ".join(LINKS.sort)
_KEYS = tuple((name, "") for name in LINKS.sort)

Key = Sequence[Any]
"""Values of a row in the columns that its table is sorted by."""


MAX_GROUPS = 8
"""Row groups that are read at once without SQL; more are left to DuckDB, which reads them on all cores."""


class _Known(NamedTuple):
    """An open file, and the least and greatest key of each of its row groups; null where the file does not say."""

    file: pq.ParquetFile
    ends: list[tuple[str, str] | None]


class _Open(NamedTuple):
    """A file whose row groups are read one after the other."""

    file: pq.ParquetFile
    groups: Iterator[int]


class Asker:
    """A connection of its own to an index, for questions asked on several threads; a context manager."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self._db = db

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._db.close()

    def register(self, name: str, rows: pa.Table) -> None:
        """Make a table visible to this connection alone."""
        self._db.register(name, rows)

    def ask(self, sql: str, values: dict[str, Any]) -> pa.Table:
        """Answer a query of our own with values bound by name."""
        # Values that a query does not name would be refused.
        named = {name: value for name, value in values.items() if f"${name}" in sql}
        return self._db.sql(sql, params=named or None).to_arrow_table()


class LinkIndex:
    """A read-only view of one state of an index; a context manager. Later changes are seen by those who open later."""

    def __init__(self, folder: Path, engine: Embedded | None = None) -> None:
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder)
        self._engine = engine or Embedded()
        self._open_files: dict[Path, _Known] = {}

    @cached_property
    def db(self) -> duckdb.DuckDBPyConnection:
        """A connection that knows the index's functions; opening it takes longer than many a question."""
        db = self._engine.bare()
        db.execute("set parquet_metadata_cache = true")
        for sql in MACROS:
            db.execute(sql)
        return db

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection and the files."""
        if "db" in self.__dict__:
            self.db.close()
        for known in self._open_files.values():
            known.file.close()

    # Rows -----------------------------------------------------------------------------------------------------------

    def files(self, table: str, domains: Sequence[str] | None = None) -> list[Path]:
        """Give the files that may hold rows of some domains, or all of a table."""
        if domains is None:
            return self.in_bucket(table)
        buckets = {bucket_of(domain, self.manifest.n_buckets) for domain in domains}
        return [self.folder / one.name for one in self.manifest.of(table) if one.bucket in buckets]

    def in_bucket(self, table: str, bucket: int | None = None) -> list[Path]:
        """Give the files of a table, of one bucket or of all."""
        return [self.folder / one.name for one in self.manifest.of(table, bucket)]

    def rows(self, table: str, scope: Scope | None = None, *, domains: Sequence[str] | None = None) -> str:
        """Give the subquery for rows of a table, each link once, of a scope, of some domains' buckets, or all.

        A scope's values have to be bound by the caller: ``scope.values()``.
        """
        files = self.files(table, [scope.domain] if scope else domains)
        if not files:
            name = f"no_{table}"
            self.db.register(name, TABLES[table].schema.empty_table())
            return f"(select * from {name})"
        names = ", ".join(quoted(str(path)) for path in files)
        source = f"read_parquet([{names}], hive_partitioning = false)"
        if scope is not None:
            source = f"(select * from {source} where {scope.where(KEY_COLUMNS[table])})"
        per_bucket: dict[str, int] = {}
        for path in files:
            per_bucket[path.parent.name] = per_bucket.get(path.parent.name, 0) + 1
        return f"({merged(table, source, n_files=max(per_bucket.values()))})"

    def walk(self, scope: Scope, after: Key | None = None) -> Iterator[pa.Table]:
        """Give the links to a scope in the order of their keys, a few row groups at a time, each link once.

        Only what is asked for is read, so that the first hundred of a site with millions come as quick as of any other.
        ``after`` is the key of a row; the rows up to it are left out.
        """
        files = self.files("links", [scope.domain])
        if len(files) == 1 and after is None:
            # One file holds each link once and in order: nothing is left for SQL to do.
            known = self._known(files[0])
            for number in _groups_between(known, scope.low, scope):
                yield _within(known.file.read_row_group(number, use_threads=False), scope)
            return
        low = str(after[0]) if after else scope.low
        opened = [self._begin(path, scope, low) for path in files]
        values = {**scope.values(), **{f"after{n}": value for n, value in enumerate(after or ())}}
        beyond_it = f" and {beyond(_KEYS, 'after')}" if after else ""
        rest: pa.Table | None = None
        while opened:
            read = [(one, group) for one in opened if (group := next(one.groups, None)) is not None]
            opened = [one for one, _ in read]
            groups = [one.file.read_row_group(group, use_threads=False) for one, group in read]
            cut = _least([_last_key(rows) for rows in groups if rows.num_rows])
            tables = [_between(rows, low, scope.high) for rows in groups]
            pieces = [rows for rows in (rest, *tables) if rows is not None]
            if not pieces:
                return
            self.db.register("piece", pa.concat_tables(pieces))
            where = f"{scope.where('target_key')}{beyond_it}"
            if len(tables) > 1 or rest is not None:
                # What lies beyond the least last key may have more to come from another file.
                cuts = {f"cut{n}": value for n, value in enumerate(cut)} if cut else {}
                behind = beyond(_KEYS, "cut") if cut else "false"
                ready = self._ask(f"select * from piece where {where} and not {behind}", {**values, **cuts})
                rest = self._ask(f"select * from piece where {where} and {behind}", {**values, **cuts})
                self.db.register("piece", ready)
                yield self._ask(f"{merged('links', 'piece', n_files=2)} order by {ORDER}", {})
            else:
                yield self._ask(f"select * from piece where {where}", values)
        if rest is not None and rest.num_rows:
            self.db.register("piece", rest)
            yield self._ask(f"{merged('links', 'piece', n_files=2)} order by {ORDER}", {})

    def held(self, scope: Scope, columns: Sequence[str]) -> pa.Table | None:
        """Give some columns of the links to a scope where they lie in a few row groups of one file, else null."""
        files = self.files("links", [scope.domain])
        if len(files) != 1:
            return None
        known = self._known(files[0])
        groups = _groups_between(known, scope.low, scope)
        if not groups or len(groups) > MAX_GROUPS:
            return None
        key = LINKS.sort[0]
        wanted = [key, *(name for name in columns if name != key)]
        rows = known.file.read_row_groups(groups, columns=wanted, use_threads=len(groups) > 2)
        return _within(rows, scope)

    def _begin(self, path: Path, scope: Scope, low: str) -> _Open:
        known = self._known(path)
        return _Open(known.file, iter(_groups_between(known, low, scope)))

    def _known(self, path: Path) -> _Known:
        known = self._open_files.get(path)
        if known is None:
            file = pq.ParquetFile(path)
            known = self._open_files[path] = _Known(file, _ends_of(file))
        return known

    # Answers --------------------------------------------------------------------------------------------------------

    def ask(self, sql: str, values: dict[str, Any] | None = None) -> pa.Table:
        """Answer a query with values bound by name.

        Raises: InputError with the engine's first line where the query is wrong.
        """
        try:
            return self._ask(sql, values or {})
        except duckdb.Error as fault:
            raise InputError(f"query: {str(fault).splitlines()[0]}") from None

    def execute(self, sql: str, values: dict[str, Any]) -> None:
        """Carry out a statement of our own with values bound by name."""
        self.db.execute(sql, {name: value for name, value in values.items() if f"${name}" in sql} or None)

    def all_rows(self, sql: str, values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Answer a query as a list of rows."""
        return list(self.ask(sql, values).to_pylist())

    def _ask(self, sql: str, values: dict[str, Any]) -> pa.Table:
        return Asker(self.db).ask(sql, values)

    def beside(self) -> Asker:
        """Open one more connection: it sees the index's functions and lasting tables, not what others registered."""
        return Asker(self.db.cursor())


def _ends_of(file: pq.ParquetFile) -> list[tuple[str, str] | None]:
    ends: list[tuple[str, str] | None] = []
    for number in range(file.metadata.num_row_groups):
        statistics = file.metadata.row_group(number).column(0).statistics
        is_told = statistics is not None and statistics.has_min_max
        ends.append((_text(statistics.min), _text(statistics.max)) if is_told else None)
    return ends


def _groups_between(known: _Known, low: str, scope: Scope) -> list[int]:
    """Give the row groups whose keys may lie in a scope; one without statistics may."""
    return [n for n, ends in enumerate(known.ends) if ends is None or (ends[1] >= low and ends[0] <= scope.high)]


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _between(rows: pa.Table, low: str, high: str) -> pa.Table:
    """Give the rows whose keys lie between two, both included; rows are sorted by key."""
    keys = rows.column(0)
    start = bisect.bisect_left(range(rows.num_rows), low, key=lambda place: keys[place].as_py())
    end = bisect.bisect_right(range(rows.num_rows), high, key=lambda place: keys[place].as_py())
    return rows.slice(start, end - start)


def _within(rows: pa.Table, scope: Scope) -> pa.Table:
    """Give the rows of a scope; rows are sorted by key, their first column."""
    keys, count = rows.column(0), rows.num_rows
    end = bisect.bisect_right if scope.kind == "page" else bisect.bisect_left
    first = bisect.bisect_left(range(count), scope.low, key=lambda place: keys[place].as_py())
    return rows.slice(first, end(range(count), scope.high, key=lambda place: keys[place].as_py()) - first)


def _last_key(rows: pa.Table) -> tuple[Any, ...]:
    return tuple(rows.column(name)[rows.num_rows - 1].as_py() for name in LINKS.sort)


def _least(keys: Sequence[tuple[Any, ...]]) -> tuple[Any, ...] | None:
    return min(keys, default=None)
