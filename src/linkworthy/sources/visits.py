"""Visits of one access log, counted by day and page in bounded memory, and the pages that may link."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linkworthy import urls
from linkworthy.engine.embedded import Embedded
from linkworthy.site import SiteConfig
from linkworthy.sources import cells
from linkworthy.sources.weblogs.counts import DAY_S, Counted, Counts, Names
from linkworthy.sources.weblogs.split import Split

MAX_ROWS = 300_000
"""Rows of partial counts kept in memory before they go to the disk."""
BATCH_ROWS = 50_000
ROWS_AT_ONCE = 250_000
"""Rows of partial counts that one query adds up, as far as days can be parted."""
_MEMORY_BYTES = 96 << 20

_SUMS = "sum(n_visits)::bigint as n_visits, sum(n_bots)::bigint as n_bots"
_BY_DAY = f"""
select day, referrer_url, referrer_kind, target_url, status, {_SUMS} from counted where day between ? and ?
group by all order by day, referrer_url, target_url, status, referrer_kind
"""
_LEADS = """
select referrer_url as source_url, target_url, sum(n_visits)::bigint as n_visits, min(row) as row,
       make_timestamptz(min(first_at) * 1000000) as first_seen_at,
       make_timestamptz(max(last_at) * 1000000) as last_seen_at
from counted where referrer_kind = 'link' and n_visits > 0
group by all order by source_url, target_url
"""


class Visits:
    """Counts visits; what does not fit into memory waits on the disk until the end."""

    def __init__(self, config: SiteConfig, latest: int) -> None:
        self._names = Names(config, latest)
        self._counts = Counts()
        self._scratch = tempfile.TemporaryDirectory(prefix="linkworthy-")
        self._files: list[Path] = []
        self._table: pa.Table | None = None
        self._days: Counter[int] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._scratch.cleanup()

    @property
    def other_hosts(self) -> Counter[str]:
        """Hosts of others that requests were for, by the number of distinct requests."""
        return self._names.other_hosts

    def add(self, split: Split) -> list[tuple[int, str]]:
        """Count visits; gives the place and the reason of each that is none."""
        rejects: list[tuple[int, str]] = []
        for start, piece in self._names.pieces(split):
            if self._names.is_full or self._counts.n_rows > MAX_ROWS:
                self._spill()
            if self._names.is_full:
                self._names.forget()
            visits, refused = self._names.resolve(piece)
            rejects += [(start + place, reason) for place, reason in refused]
            self._counts.add(visits)
        return rejects

    def _spill(self) -> None:
        """Write what is counted to the disk, in the order of days; names keep their numbers."""
        counted = self._taken()
        if not len(counted.key):
            return
        path = Path(self._scratch.name) / f"{len(self._files)}.parquet"
        writer = None
        for start in range(0, len(counted.key), BATCH_ROWS):
            table = self._names.table(Counted(*(column[start : start + BATCH_ROWS] for column in counted)))
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd", compression_level=1)
            writer.write_table(table)
        if writer:
            writer.close()
        self._files.append(path)

    def _taken(self) -> Counted:
        counted = self._counts.take()
        days, n_rows = np.unique(self._names.days(counted.key), return_counts=True)
        self._days.update(dict(zip(days.tolist(), n_rows.tolist(), strict=True)))
        return counted

    def by_day(self) -> Iterator[pa.Table]:
        """Give the visits by day, referrer, target and status, in this order."""
        with self._opened() as db:
            for first, last in self._spans():
                for table in _asked(db, _BY_DAY, [first, last]):
                    yield table.append_column("referrer_domain", _domains(table.column("referrer_url")))

    def leads(self, file: str, reported_by: str) -> Iterator[pa.Table]:
        """Give one observation for each page that people came from and each own page that they came to."""
        with self._opened() as db:
            for table in _asked(db, _LEADS, []):
                n = table.num_rows
                yield (
                    table.append_column("source_domain", _domains(table.column("source_url")))
                    .append_column("kind", pa.repeat(pa.scalar("unknown"), n))
                    .append_column("reported_by", pa.repeat(pa.scalar(reported_by), n))
                    .append_column("file", pa.repeat(pa.scalar(file), n))
                    .append_column("is_lead", pa.repeat(pa.scalar(True), n))
                    .append_column("opinions", cells.opinions({}, n))
                )

    def _opened(self) -> duckdb.DuckDBPyConnection:
        if self._table is None:
            if self._files:
                self._spill()
            self._table = self._names.table(self._taken())
            self._names.forget()
        engine = Embedded(workers=1, memory_bytes=_MEMORY_BYTES, scratch=Path(self._scratch.name))
        db = engine.connect({"counted": self._files or self._table})
        db.execute("set threads = 2")
        db.execute("set preserve_insertion_order = false")
        return db

    def _spans(self) -> Iterator[tuple[str, str]]:
        """Give spans of days whose counts one query adds up in memory; a day that is larger uses the disk."""
        first, n_rows, last = None, 0, 0
        for day in sorted(self._days):
            if first is not None and n_rows + self._days[day] > ROWS_AT_ONCE:
                yield _date(first), _date(last)
                first, n_rows = None, 0
            first = day if first is None else first
            n_rows += self._days[day]
            last = day
        if first is not None:
            yield _date(first), _date(last)


def _date(day: int) -> str:
    return str(np.datetime64(day * DAY_S, "s"))[:10]


def _asked(db: duckdb.DuckDBPyConnection, sql: str, values: list[str]) -> Iterator[pa.Table]:
    for batch in db.sql(sql, params=values).to_arrow_reader(BATCH_ROWS):
        if batch.num_rows:
            yield pa.Table.from_batches([batch])


def _domains(column: pa.ChunkedArray) -> pa.Array:
    def domain(url: str) -> str:
        return urls.domain_of(url) if url else ""

    return cells.by_distinct(column.combine_chunks(), domain, pa.string())
