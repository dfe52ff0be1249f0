"""What a table is: named columns with a type, a meaning and the reason why a value may be null.

Importing this costs no heavy library: Arrow is loaded when a schema is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal[
    "string", "bool", "int16", "int32", "int64", "uint64", "double", "instant", "date", "list<string>", "list<int>", "map<string,string>",
    "list<term>", "list<alternate>",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``null`` says why a value may be absent, and an empty text that it never is."""

    name: str
    kind: Kind
    meaning: str
    null: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One relation between two stages: ``key`` identifies a row, ``sort`` is the order of its rows on disk."""

    name: str
    about: str
    key: tuple[str, ...]
    sort: tuple[str, ...]
    columns: tuple[Column, ...]
    written_by: str

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, columns in their declared order."""
        return _schema(self)

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)


@lru_cache(maxsize=64)
def _schema(table: Table) -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow

    term = pa.struct(
        [
            pa.field("signal", pa.string()),
            pa.field("value", pa.float64()),
            pa.field("score", pa.float64()),
            pa.field("weight", pa.float64()),
            pa.field("contribution", pa.float64()),
            pa.field("evidence", pa.string()),
        ]
    )
    kinds: dict[str, pa.DataType] = {
        "string": pa.string(),
        "bool": pa.bool_(),
        "int16": pa.int16(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "uint64": pa.uint64(),
        "double": pa.float64(),
        "instant": pa.timestamp("us", tz="UTC"),
        "date": pa.date32(),
        "list<string>": pa.list_(pa.string()),
        "list<int>": pa.list_(pa.int16()),
        "map<string,string>": pa.map_(pa.string(), pa.string()),
        "list<term>": pa.list_(term),
        "list<alternate>": pa.list_(pa.struct([pa.field("lang", pa.string()), pa.field("url", pa.string())])),
    }
    return pa.schema([pa.field(c.name, kinds[c.kind], nullable=bool(c.null)) for c in table.columns])
