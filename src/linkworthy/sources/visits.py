"""Visits of one access log, counted by day and page in bounded memory, and the pages that may link."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkworthy import urls
from linkworthy.engine.embedded import Embedded
from linkworthy.sources import cells

MAX_ROWS = 400_000
"""Rows of partial counts kept in memory before they go to the disk."""
BATCH_ROWS = 100_000
_MEMORY_BYTES = 1 << 30

_KEYS = ["day", "referrer_url", "referrer_kind", "target_url", "status"]
_SUMS = "sum(n_visits)::bigint as n_visits, sum(n_bots)::bigint as n_bots"
_BY_DAY = f"""
select day, referrer_url, referrer_kind, target_url, status, {_SUMS} from counted
group by all order by day, referrer_url, target_url, status
"""
_LEADS = """
select referrer_url as source_url, target_url, sum(n_visits)::bigint as n_visits, min(row) as row,
       min(first_at) as first_seen_at, max(last_at) as last_seen_at
from counted where referrer_kind = 'link' and n_visits > 0
group by all order by source_url, target_url
"""


class Visits:
    """Counts visits; what does not fit into memory waits on the disk until the end."""

    def __init__(self) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="linkworthy-")
        self._parts: list[pa.Table] = []
        self._n_rows = 0
        self._files: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._scratch.cleanup()

    def add(self, table: pa.Table) -> None:
        """Count visits: row, at, referrer_url, referrer_kind, target_url, status, is_bot."""
        is_bot = table.column("is_bot")
        visit = pc.invert(is_bot).cast(pa.int64())
        people = pc.if_else(is_bot, pa.scalar(None, cells.INSTANT), table.column("at"))
        counted = (
            table.append_column("day", table.column("at").cast(pa.date32()))
            .append_column("n_visits", visit)
            .append_column("n_bots", is_bot.cast(pa.int64()))
            .append_column("person_at", people)
            .group_by(_KEYS)
            .aggregate(
                [("n_visits", "sum"), ("n_bots", "sum"), ("person_at", "min"), ("person_at", "max"), ("row", "min")]
            )
            .rename_columns(
                {
                    "n_visits_sum": "n_visits",
                    "n_bots_sum": "n_bots",
                    "person_at_min": "first_at",
                    "person_at_max": "last_at",
                    "row_min": "row",
                }
            )
        )
        self._parts.append(counted)
        self._n_rows += counted.num_rows
        if self._n_rows > MAX_ROWS:
            self._spill()

    def _spill(self) -> None:
        path = Path(self._scratch.name) / f"{len(self._files)}.parquet"
        pq.write_table(pa.concat_tables(self._parts), path, compression="zstd", compression_level=1)
        self._files.append(path)
        self._parts, self._n_rows = [], 0

    def by_day(self) -> Iterator[pa.Table]:
        """Give the visits by day, referrer, target and status, in this order."""
        for table in self._asked(_BY_DAY):
            yield table.append_column("referrer_domain", _domains(table.column("referrer_url")))

    def leads(self, file: str, reported_by: str) -> Iterator[pa.Table]:
        """Give one observation for each page that people came from and each own page that they came to."""
        for table in self._asked(_LEADS):
            n = table.num_rows
            yield (
                table.append_column("source_domain", _domains(table.column("source_url")))
                .append_column("kind", pa.repeat(pa.scalar("unknown"), n))
                .append_column("reported_by", pa.repeat(pa.scalar(reported_by), n))
                .append_column("file", pa.repeat(pa.scalar(file), n))
                .append_column("is_lead", pa.repeat(pa.scalar(True), n))
                .append_column("opinions", cells.opinions({}, n))
            )

    def _asked(self, sql: str) -> Iterator[pa.Table]:
        if self._files and self._parts:
            self._spill()
        if not self._files and not self._parts:
            return
        engine = Embedded(workers=1, memory_bytes=_MEMORY_BYTES, scratch=Path(self._scratch.name))
        counted = self._files or pa.concat_tables(self._parts)
        with engine.connect({"counted": counted}) as db:
            for batch in db.sql(sql).to_arrow_reader(BATCH_ROWS):
                if batch.num_rows:
                    yield pa.Table.from_batches([batch])


def _domains(column: pa.ChunkedArray) -> pa.Array:
    def domain(url: str) -> str:
        return urls.domain_of(url) if url else ""

    return cells.by_distinct(column.combine_chunks(), domain, pa.string())
