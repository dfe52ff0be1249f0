"""Tables as views: of files, of Arrow, and of nothing at all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkworthy.engine.embedded import Embedded, quoted
from linkworthy.tables import TABLES


def test_a_table_that_nobody_wrote_is_empty_and_has_its_columns() -> None:
    with Embedded(1).connect({}) as db:
        for name, table in TABLES.items():
            found = db.sql(f'select * from "{name}"').to_arrow_table()
            assert found.num_rows == 0
            assert tuple(found.column_names) == table.names


def test_parts_of_an_older_form_are_read_with_null_for_what_they_lack(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "old.parquet")
    pq.write_table(pa.table({"a": [2], "b": ["x"]}), tmp_path / "new.parquet")
    paths = [tmp_path / "old.parquet", tmp_path / "new.parquet"]
    assert Embedded(1).aggregate("select * from t order by a", {"t": paths}).to_pylist() == [
        {"a": 1, "b": None},
        {"a": 2, "b": "x"},
    ]


def test_a_folder_may_be_called_anything(tmp_path: Path) -> None:
    folder = tmp_path / "o'brien; drop [table] * ü"
    folder.mkdir()
    pq.write_table(pa.table({"a": [1]}), folder / "t.parquet")
    assert Embedded(1).aggregate("select a from t", {"t": [folder / "t.parquet"]}).to_pylist() == [{"a": 1}]
    assert quoted("o'brien") == "'o''brien'"


def test_instants_are_told_in_utc() -> None:
    with Embedded(1).connect({}) as db:
        told = db.sql("select (timestamptz '2026-01-01 00:00:00+02')::text").fetchall()
    assert told == [("2025-12-31 22:00:00+00",)]


def test_no_extension_is_fetched_for_a_query() -> None:
    with Embedded(1).connect({}) as db, pytest.raises(duckdb.Error):
        db.sql("select * from 'https://shop.example/pages.parquet'").fetchall()
