"""Questions to the link index in SQL, and answers of any size as a stream."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from linkworthy.errors import InputError
from linkworthy.index.lookup import LinkIndex
from linkworthy.questions.linkcoverage import batches
from linkworthy.questions.linkindex import Query
from linkworthy.questions.open import ROWS_AT_ONCE, Stream


def about_sql(index: LinkIndex, query: str) -> Query:
    """Ask any read-only query over the tables ``links`` (with ``target_url``), ``outgoing``, ``pages`` and ``batches``.

    A condition on ``target_domain`` or ``target_key`` (``source_domain`` in ``outgoing``, ``domain`` in ``pages``)
    reads little; one on anything else reads all.

    Raises: InputError for a query that is wrong, or that is no query.
    """
    try:
        statements = index.db.extract_statements(query)
    except duckdb.Error as fault:
        raise InputError(f"query: {str(fault).splitlines()[0]}") from None
    if len(statements) != 1 or statements[0].type.name != "SELECT":
        raise InputError("query: one SELECT, please; the tables are only read")
    links = f"select *, url_of(target_key, is_https) as target_url from {index.rows('links')}"
    for name, rows in (("links", links), ("outgoing", index.rows("outgoing")), ("pages", index.rows("pages"))):
        index.db.execute(f"create or replace temp view {name} as select * from ({rows})")
    known = batches(index)
    index.db.register(
        "batches", pa.Table.from_pylist(known) if known else pa.table({"number": pa.array([], pa.int64())})
    )
    return Query(query, {})


def stream(index: LinkIndex, query: Query) -> Stream:
    """Answer a query a batch at a time: memory does not grow with the rows.

    Raises: InputError with the engine's first line where the query is wrong, or fails on the way.
    """
    named = {name: value for name, value in query.values.items() if f"${name}" in query.sql}
    try:
        reader = index.db.sql(query.sql, params=named or None).to_arrow_reader(ROWS_AT_ONCE)
    except duckdb.Error as fault:
        raise InputError(f"query: {str(fault).splitlines()[0]}") from None
    return Stream(reader.schema, _batches(reader))


def _batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    try:
        yield from reader
    except (duckdb.Error, pa.ArrowException, OSError) as fault:
        raise InputError(f"query: {str(fault).splitlines()[0]}") from None
