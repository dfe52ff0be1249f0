"""The embedded engine maps, aggregates and iterates."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkworthy.engine.embedded import Embedded, quoted


def double(number: int) -> int:
    return 2 * number


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_shards(workers: int) -> None:
    assert list(Embedded(workers=workers).map_shards(range(9), double)) == [0, 2, 4, 6, 8, 10, 12, 14, 16]


def test_files_tables_and_absent_tables_can_be_asked_together(tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    pq.write_table(pa.table({"sitemap_url": ["a", "b"], "url": ["c", "d"]}), path)
    answer = Embedded().aggregate(
        "select (select count(*) from sitemap_urls), (select sum(x) from mine), (select count(*) from pages)",
        {"sitemap_urls": [path], "mine": pa.table({"x": [1, 2]})},
    )
    assert [column[0].as_py() for column in answer.columns] == [2, 3, 0]


def test_a_query_cannot_load_an_extension() -> None:
    with Embedded().connect({}) as db, pytest.raises(duckdb.Error):
        db.execute("select * from 'https://example.com/x.parquet'")


def test_iteration_stops_at_the_tolerance_or_the_limit() -> None:
    halve = lambda x: (x / 2, x / 2)  # noqa: E731 - two lines of use
    assert Embedded().iterate(1.0, halve, 0.25, 100) == 0.25
    assert Embedded().iterate(1.0, halve, 0.0, 3) == 0.125


def test_quoting_keeps_a_text_a_text() -> None:
    assert quoted("it's") == "'it''s'"
