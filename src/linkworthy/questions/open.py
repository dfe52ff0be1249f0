"""Opens a snapshot for questions: every table a view, absent ones empty and known to be absent."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from linkworthy.engine.embedded import Embedded
from linkworthy.errors import InputError, StageError
from linkworthy.metrics.newest import show_once
from linkworthy.site import Readable


class Answers:
    """A read-only view of one snapshot, or of a run before it is published; a context manager."""

    def __init__(self, snapshot: Readable, engine: Embedded | None = None) -> None:
        self.snapshot = snapshot
        tables = snapshot.tables()
        self.db: duckdb.DuckDBPyConnection = (engine or Embedded()).connect(tables)
        show_once(self.db, tables)

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.db.close()

    def need(self, table: str, verb: str) -> None:
        """Check that a stage wrote a table.

        Raises: StageError naming the verb that writes it.
        """
        if not self.snapshot.has(table):
            raise StageError(f"snapshot {self.snapshot.id} holds no {table} yet; 'linkworthy {verb}' makes them")

    def ask(self, sql: str, values: list[Any] | None = None) -> pa.Table:
        """Answer a query with bound values.

        Raises: InputError with the engine's first line where the query is wrong.
        """
        try:
            return self.db.sql(sql, params=values or None).to_arrow_table()
        except duckdb.Error as fault:
            raise InputError(f"query: {str(fault).splitlines()[0]}") from None

    def ask_named(self, sql: str, values: dict[str, Any]) -> pa.Table:
        """Answer a query of our own whose values are bound by name."""
        return self.db.sql(sql, params=values).to_arrow_table()

    def rows(self, sql: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        """Answer a query as a list of rows."""
        return list(self.ask(sql, values).to_pylist())

    def one(self, sql: str, values: list[Any] | None = None) -> dict[str, Any]:
        """Answer a query that has one row."""
        return self.rows(sql, values)[0]
