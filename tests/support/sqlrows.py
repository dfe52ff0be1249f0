"""Judges rows of a relation by SQL, typed as the relation is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa

from linkworthy.catalogue.relations import open_relation
from linkworthy.engine.embedded import Embedded


@lru_cache(maxsize=1)
def _database() -> duckdb.DuckDBPyConnection:
    return Embedded(workers=1).connect({})


@lru_cache(maxsize=32)
def relation_schema(name: str) -> pa.Schema:
    """Give the columns of a relation and their types."""
    schema: pa.Schema = _database().sql(f"select * from {open_relation(_database(), name)}").to_arrow_table().schema
    return schema


def judged(relation: str, rows: Sequence[Mapping[str, Any]], expression: str) -> list[bool | None]:
    """Evaluate an expression on each row; columns that a row leaves out are null."""
    (answers,) = judged_by_each(relation, rows, [expression])
    return answers


def judged_by_each(
    relation: str, rows: Sequence[Mapping[str, Any]], expressions: Sequence[str]
) -> list[list[bool | None]]:
    """Evaluate each of several expressions on each row, in one query."""
    schema = relation_schema(relation)
    unknown = {key for row in rows for key in row} - set(schema.names)
    assert not unknown, f"{relation} has no column {unknown}"
    said = set(re.findall(r"[a-z_][a-z0-9_]*", " ".join(expressions)))
    used = pa.schema([field for field in schema if field.name in said])
    plain = [
        {key: value for key, value in row.items() if key in said} | {"row_number": i} for i, row in enumerate(rows)
    ]
    table = pa.Table.from_pylist(plain, schema=used.append(pa.field("row_number", pa.int32())))
    db = _database()
    db.register("example", table)
    asked = ", ".join(f"({expression})::bool" for expression in expressions)
    answers = db.sql(f"select {asked} from example order by row_number").fetchall()
    db.unregister("example")
    return [[answer[i] for answer in answers] for i in range(len(expressions))]
