"""Judges rows of a relation by SQL, typed as the relation is."""

from __future__ import annotations

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
    schema = relation_schema(relation)
    unknown = {key for row in rows for key in row} - set(schema.names)
    assert not unknown, f"{relation} has no column {unknown}"
    numbered = schema.append(pa.field("row_number", pa.int32()))
    table = pa.Table.from_pylist([{**row, "row_number": i} for i, row in enumerate(rows)], schema=numbered)
    db = _database()
    db.register("example", table)
    answer = db.sql(f"select ({expression})::bool from example order by row_number").fetchall()
    db.unregister("example")
    return [row[0] for row in answer]
