"""Visits of one access log, counted by day and page in bounded memory, and the pages that may link."""

from __future__ import annotations

import ctypes
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from linkworthy.engine.embedded import Embedded
from linkworthy.site import SiteConfig
from linkworthy.sources import cells
from linkworthy.sources.weblogs.counts import Counts, Names, Ranks, by_link
from linkworthy.sources.weblogs.kept import ROWS_AT_ONCE, Kept
from linkworthy.sources.weblogs.split import Split

MAX_ROWS = 200_000
"""Rows of partial counts kept in memory before they go to the disk."""
BATCH_ROWS = 25_000
_MEMORY_BYTES = 96 << 20

_SUMS = "sum(n_visits)::bigint as n_visits, sum(n_bots)::bigint as n_bots"
_BY_DAY = f"""
select day, referrer_url, any_value(referrer_domain) as referrer_domain, referrer_kind, target_url, status, {_SUMS}
from counted where day between ? and ?
group by day, referrer_url, referrer_kind, target_url, status
order by day, referrer_url, target_url, status, referrer_kind
"""
_LEADS = """
select referrer_url as source_url, any_value(referrer_domain) as source_domain, target_url,
       sum(n_visits)::bigint as n_visits, min(row) as row, min(first_at) as first_at, max(last_at) as last_at
from counted where referrer_kind = 'link' and n_visits > 0
group by referrer_url, target_url order by source_url, target_url
"""
_VISITS = (
    "day", "referrer_url", "referrer_domain", "referrer_kind", "target_url", "status", "n_visits", "n_bots",
)  # fmt: skip


class Visits:
    """Counts visits. What does not fit into memory waits on the disk until the end.

    Counts wait as numbers; where there are more names than numbers or memory for them, names wait with their counts.
    """

    def __init__(self, config: SiteConfig, latest: int) -> None:
        self._names = Names(config, latest)
        self._counts = Counts()
        self._scratch = tempfile.TemporaryDirectory(prefix="linkworthy-")
        self._kept = Kept(Path(self._scratch.name))
        self._ranks: Ranks | None = None
        self._files: list[Path] = []
        self._days: Counter[str] = Counter()

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
            if not self._names.has_room(piece):
                self._write()
            visits, refused = self._names.resolve(piece)
            rejects += [(start + place, reason) for place, reason in refused]
            self._counts.add(visits)
            if self._counts.n_rows > MAX_ROWS:
                self._kept.add(self._counts.take())
        return rejects

    def _write(self) -> None:
        """Write all counts with their names, in their order, and forget these."""
        self._kept.add(self._counts.take())
        ranks = self._names.ranks()
        self._names.forget()
        path = Path(self._scratch.name) / f"{len(self._files)}.parquet"
        writer = None
        for counted in self._kept.by_day(ranks):
            table = ranks.table(counted)
            self._days.update(
                {str(row["values"]): row["counts"] for row in table.column("day").value_counts().to_pylist()}
            )
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd", compression_level=1)
            writer.write_table(table)
        if writer:
            writer.close()
            self._files.append(path)
        self._kept.clear()
        _give_back()

    def by_day(self) -> Iterator[pa.Table]:
        """Give the visits by day, referrer, target and status, in this order."""
        self._end()
        if self._ranks:
            for counted in self._kept.by_day(self._ranks):
                yield self._ranks.table(counted).select(_VISITS)
            return
        with self._opened() as db:
            for first, last in self._spans():
                yield from _asked(db, _BY_DAY, [first, last])

    def leads(self, file: str, reported_by: str) -> Iterator[pa.Table]:
        """Give one observation for each page that people came from and each own page that they came to."""
        self._end()
        if self._ranks:
            for counted in self._kept.all_days(self._ranks, by_link):
                table = self._ranks.table(counted).drop_columns(["day", "referrer_kind", "status", "n_bots"])
                yield _observed(
                    table.rename_columns({"referrer_url": "source_url", "referrer_domain": "source_domain"}),
                    file,
                    reported_by,
                )
            return
        with self._opened() as db:
            for table in _asked(db, _LEADS, []):
                yield _observed(table, file, reported_by)

    def _end(self) -> None:
        """Settle whether names were ever forgotten: counts of different numbers can only be added up by their names."""
        if self._ranks is not None:
            return
        if self._files:
            self._write()
            return
        self._kept.add(self._counts.take())
        self._ranks = self._names.ranks()
        self._names.forget()
        _give_back()

    def _opened(self) -> duckdb.DuckDBPyConnection:
        _give_back()
        engine = Embedded(workers=1, memory_bytes=_MEMORY_BYTES, scratch=Path(self._scratch.name))
        db = engine.connect({"counted": self._files})
        db.execute("set threads = 1")
        db.execute("set preserve_insertion_order = false")
        return db

    def _spans(self) -> Iterator[tuple[str, str]]:
        """Give spans of days whose counts one query adds up in memory; a day that is larger uses the disk."""
        first, n_rows, last = None, 0, ""
        for day in sorted(self._days):
            if first is not None and n_rows + self._days[day] > ROWS_AT_ONCE:
                yield first, last
                first, n_rows = None, 0
            first = day if first is None else first
            n_rows += self._days[day]
            last = day
        if first is not None:
            yield first, last


def _give_back() -> None:
    """Give memory that was freed back to the system, where the C library can: what comes next has its own allocator."""
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _asked(db: duckdb.DuckDBPyConnection, sql: str, values: list[str]) -> Iterator[pa.Table]:
    for batch in db.sql(sql, params=values).to_arrow_reader(BATCH_ROWS):
        if batch.num_rows:
            yield pa.Table.from_batches([batch])


def _observed(table: pa.Table, file: str, reported_by: str) -> pa.Table:
    """Make observations of sums by referrer and target."""
    n = table.num_rows
    first, last = (
        table.column(name).cast(pa.timestamp("s", "UTC")).cast(cells.INSTANT) for name in ("first_at", "last_at")
    )
    return (
        table.drop_columns(["first_at", "last_at"])
        .append_column("first_seen_at", first)
        .append_column("last_seen_at", last)
        .append_column("kind", pa.repeat(pa.scalar("unknown"), n))
        .append_column("reported_by", pa.repeat(pa.scalar(reported_by), n))
        .append_column("file", pa.repeat(pa.scalar(file), n))
        .append_column("is_lead", pa.repeat(pa.scalar(True), n))
        .append_column("opinions", cells.opinions({}, n))
    )
