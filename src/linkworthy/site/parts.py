"""Atomic files: a table's part, or a small text, is on disk whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linkworthy.errors import StageError
from linkworthy.tables.form import Table

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 1 << 14
"""Values encoded at a time: with Parquet's own 1,024 a fifth of the time goes into starting."""
DICTIONARY_BYTES = 1 << 17
"""A column whose dictionary grows beyond this has hardly a value twice, and is written plainly from there on."""


def write_text(path: Path, text: str) -> None:
    """Write a text under a temporary name, flush it to the disk and rename it."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as fault:
        raise StageError(f"cannot write {path}: {fault.strerror}") from None


def as_table(table: Table, rows: Any) -> pa.Table:
    """Shape rows into a table's schema: missing columns become null, unknown ones are refused.

    Keys of a map may stay dictionary-encoded; in the file they are texts as the schema says.

    Raises: StageError naming the column that does not fit.
    """
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow

    schema = table.schema
    if isinstance(rows, pa.RecordBatch):
        rows = pa.Table.from_batches([rows])
    if not isinstance(rows, pa.Table):
        listed = list(rows)
        unknown = {key for row in listed for key in row} - set(table.names)
        if unknown:
            raise StageError(f"table {table.name} has no column {', '.join(sorted(unknown))}")
        rows = pa.table({c: pa.array([row.get(c) for row in listed], schema.field(c).type) for c in table.names})
    # Arrow makes this list anew each time that it is asked.
    given = dict(zip(rows.column_names, rows.columns, strict=True))
    unknown = given.keys() - set(table.names)
    if unknown:
        raise StageError(f"table {table.name} has no column {', '.join(sorted(unknown))}")
    columns = []
    for field in schema:
        column = given.get(field.name)
        if column is None:
            column = pa.nulls(rows.num_rows, field.type)
        elif not _is_stored_as(column.type, field.type):
            column = column.cast(field.type)
        if not field.nullable and column.null_count:
            raise StageError(
                f"table {table.name}: column {field.name} may not be null, and is in {column.null_count} rows"
            )
        columns.append(column)
    fields = [field.with_type(column.type) for field, column in zip(schema, columns, strict=True)]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _is_stored_as(kind: pa.DataType, wanted: pa.DataType) -> bool:
    """Tell whether a column needs no cast: Parquet stores a dictionary's values and not the dictionary's type."""
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow

    if pa.types.is_map(kind) and pa.types.is_map(wanted) and pa.types.is_dictionary(kind.key_type):
        return bool(kind.key_type.value_type == wanted.key_type and kind.item_type == wanted.item_type)
    return bool(kind == wanted)


def write_table(path: Path, table: Table, rows: Any) -> int:
    """Write rows as one Parquet file in the table's schema, atomically; gives the number of rows.

    Columns of maps and lists get no statistics: no query asks for their least entry, and they take longest to compute.
    """
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow
    import pyarrow.parquet as pq  # noqa: PLC0415 - --help must not pay for Arrow

    data = as_table(table, rows)
    flat = [field.name for field in table.schema if not pa.types.is_nested(field.type)]
    temporary = path.with_name(path.name + ".tmp")
    try:
        pq.write_table(
            data,
            temporary,
            compression="zstd",
            compression_level=1,
            write_statistics=flat,
            write_batch_size=BATCH_ROWS,
            dictionary_pagesize_limit=DICTIONARY_BYTES,
            store_schema=data.schema == table.schema,
        )
        temporary.replace(path)
    except OSError as fault:
        raise StageError(f"cannot write {path}: {fault.strerror or fault}") from None
    return int(data.num_rows)
