"""Opens a snapshot for questions: every table a view, absent ones empty and known to be absent."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any, NamedTuple, Self

import duckdb
import pyarrow as pa

from linkworthy.engine.embedded import Embedded
from linkworthy.errors import InputError, StageError
from linkworthy.metrics.newest import show_once
from linkworthy.site import Readable

ROWS_AT_ONCE = 5_000


class Question(NamedTuple):
    """A query with its values, by place or by name, that was not asked yet."""

    sql: str
    values: list[Any] | dict[str, Any] | None = None


class Stream(NamedTuple):
    """An answer that is read a batch at a time, once."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


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

    def answer(self, question: Question) -> pa.Table:
        """Answer a question with one table.

        Raises: InputError with the engine's first line where the query is wrong.
        """
        try:
            return self.db.sql(question.sql, params=question.values or None).to_arrow_table()
        except duckdb.Error as fault:
            raise InputError(f"query: {str(fault).splitlines()[0]}") from None

    def stream(self, question: Question) -> Stream:
        """Answer a question a batch at a time: memory does not grow with the rows.

        Raises: InputError with the engine's first line where the query is wrong, or fails on the way.
        """
        try:
            relation = self.db.sql(question.sql, params=question.values or None)
            reader = relation.to_arrow_reader(ROWS_AT_ONCE)
        except duckdb.Error as fault:
            raise InputError(f"query: {str(fault).splitlines()[0]}") from None
        return Stream(reader.schema, _batches(reader))

    def ask(self, sql: str, values: list[Any] | None = None) -> pa.Table:
        """Answer a query with bound values.

        Raises: InputError with the engine's first line where the query is wrong.
        """
        return self.answer(Question(sql, values))

    def ask_named(self, sql: str, values: dict[str, Any]) -> pa.Table:
        """Answer a query of our own whose values are bound by name."""
        return self.db.sql(sql, params=values).to_arrow_table()

    def rows(self, sql: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        """Answer a query as a list of rows."""
        return list(self.ask(sql, values).to_pylist())

    def one(self, sql: str, values: list[Any] | None = None) -> dict[str, Any]:
        """Answer a query that has one row."""
        return self.rows(sql, values)[0]


def _batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    try:
        yield from reader
    except (duckdb.Error, pa.ArrowException, OSError) as fault:
        raise InputError(f"query: {str(fault).splitlines()[0]}") from None
