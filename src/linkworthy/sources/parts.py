"""Batches of one file gathered into part files of a sensible size, in each table's order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from linkworthy.site import Run
from linkworthy.site.parts import as_table
from linkworthy.sources.base import Batch
from linkworthy.tables import table as table_named

PART_ROWS = 250_000
PART_BYTES = 16 << 20
"""Arrow bytes of a table at which its part is written: memory is bounded whatever the rows hold, and writing goes on
beside reading from early on."""

_DATES = {"observations": ("first_seen_at", "last_seen_at", "lost_at"), "visits": ("day",)}


class Parts:
    """Takes batches of one file and writes them as parts of one group; counts rows, finds first and last date.

    One part at a time is written, on another thread. Nothing is being written any more once the context is left.
    """

    def __init__(self, run: Run, group: str) -> None:
        self.n_used = 0
        self.n_rejected = 0
        self.first_at: datetime | None = None
        self.last_at: datetime | None = None
        self._run = run
        self._group = group
        self._waiting: dict[str, list[pa.Table]] = {}
        self._n_rows: Counter[str] = Counter()
        self._n_bytes: Counter[str] = Counter()
        """Of what is waiting; a log may give very many small batches."""
        self._n_parts: dict[str, int] = {}
        self._writer = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._writer.shutdown(wait=True, cancel_futures=True)

    def add(self, batch: Batch) -> None:
        """Take a batch."""
        self.n_used += batch.n_rows_used
        self.n_rejected += batch.n_rows_rejected
        if not len(batch.rows):
            return
        table = as_table(table_named(batch.table), batch.rows)
        self._note_dates(batch.table, table)
        self._waiting.setdefault(batch.table, []).append(table)
        self._n_rows[batch.table] += table.num_rows
        self._n_bytes[batch.table] += table.nbytes
        if self._n_rows[batch.table] >= PART_ROWS or self._n_bytes[batch.table] >= PART_BYTES:
            self._write(batch.table)

    def close(self) -> None:
        """Write what is left. A file without a single row in a table leaves no part of that table."""
        for name in list(self._waiting):
            self._write(name)
        self._settle()

    def _settle(self) -> None:
        """Wait until the part before is written, or raise what kept it from being so."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()

    def _write(self, name: str) -> None:
        waiting = self._waiting.pop(name, [])
        self._n_rows[name] = self._n_bytes[name] = 0
        if not waiting:
            return
        n = self._n_parts.get(name, 0)
        self._n_parts[name] = n + 1
        self._settle()
        self._writing = self._writer.submit(self._write_part, name, pa.concat_tables(waiting), n)

    def _write_part(self, name: str, table: pa.Table, n: int) -> None:
        self._run.write(name, self._group, _in_order(table, table_named(name).sort), n)

    def _note_dates(self, name: str, table: pa.Table) -> None:
        for column in _DATES.get(name, ()):
            ends = pc.min_max(table.column(column)).as_py()
            for when in (_instant(ends["min"]), _instant(ends["max"])):
                if when is not None:
                    self.first_at = min(self.first_at or when, when)
                    self.last_at = max(self.last_at or when, when)


def _in_order(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Sort rows, unless they are in order already, as those of a file are that is read from its start to its end."""
    if _is_in_order(table, keys):
        return table
    # A file's name is the same in all rows, and would be compared again and again.
    telling = [key for key in keys if not _is_constant(table.column(key))]
    return table.sort_by([(key, "ascending") for key in telling]) if telling else table


def _is_constant(column: pa.ChunkedArray) -> bool:
    return not column.null_count and len(column) > 0 and pc.all(pc.equal(column, column[0])).as_py()


def _is_in_order(table: pa.Table, keys: Sequence[str]) -> bool:
    """Tell whether each row is at or after the one before it; false where a key is null, for the sort to place."""
    if table.num_rows < 2:
        return True
    is_tied = pa.scalar(True)
    for key in keys:
        column = table.column(key)
        if column.null_count:
            return False
        before, after = column.slice(0, table.num_rows - 1), column.slice(1)
        if pc.any(pc.and_(is_tied, pc.less(after, before))).as_py():
            return False
        is_tied = pc.and_(is_tied, pc.equal(after, before))
    return True


def _instant(value: date | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return datetime.combine(value, time(), UTC)
