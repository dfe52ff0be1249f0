"""Batches of one file gathered into part files of a sensible size, in each table's order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkworthy.site import Run
from linkworthy.site.parts import as_table
from linkworthy.sources.base import Batch
from linkworthy.tables import table as table_named

PART_ROWS = 250_000
PART_BYTES = 32 << 20
"""Arrow bytes of a table at which its part is written, so that memory is bounded whatever the rows hold."""

_DATES = {"observations": ("first_seen_at", "last_seen_at", "lost_at"), "visits": ("day",)}


class Parts:
    """Takes batches of one file and writes them as parts of one group; counts rows, finds first and last date."""

    def __init__(self, run: Run, group: str) -> None:
        self.n_used = 0
        self.n_rejected = 0
        self.first_at: datetime | None = None
        self.last_at: datetime | None = None
        self._run = run
        self._group = group
        self._waiting: dict[str, list[pa.Table]] = {}
        self._n_parts: dict[str, int] = {}

    def add(self, batch: Batch) -> None:
        """Take a batch."""
        self.n_used += batch.n_rows_used
        self.n_rejected += batch.n_rows_rejected
        if not len(batch.rows):
            return
        table = as_table(table_named(batch.table), batch.rows)
        self._note_dates(batch.table, table)
        waiting = self._waiting.setdefault(batch.table, [])
        waiting.append(table)
        if sum(t.num_rows for t in waiting) >= PART_ROWS or sum(t.nbytes for t in waiting) >= PART_BYTES:
            self._write(batch.table)

    def close(self) -> None:
        """Write what is left. A file without a single row in a table leaves no part of that table."""
        for name in list(self._waiting):
            self._write(name)

    def _write(self, name: str) -> None:
        waiting = self._waiting.pop(name, [])
        if not waiting:
            return
        n = self._n_parts.get(name, 0)
        self._n_parts[name] = n + 1
        self._run.write(name, self._group, _in_order(pa.concat_tables(waiting), table_named(name).sort), n)

    def _note_dates(self, name: str, table: pa.Table) -> None:
        for column in _DATES.get(name, ()):
            ends = pc.min_max(table.column(column)).as_py()
            for when in (_instant(ends["min"]), _instant(ends["max"])):
                if when is not None:
                    self.first_at = min(self.first_at or when, when)
                    self.last_at = max(self.last_at or when, when)


def _in_order(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Sort rows; those of a file that is read from its start to its end are in order, and moving them costs most."""
    places = pc.sort_indices(table, [(key, "ascending") for key in keys])
    is_sorted = np.array_equal(places.to_numpy(), np.arange(table.num_rows))
    return table if is_sorted else table.take(places)


def _instant(value: date | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return datetime.combine(value, time(), UTC)
