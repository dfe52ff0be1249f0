"""One thing to import, whatever it came in, and how its rows get the names and numbers that its owner knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from linkworthy.sources.base import Batch, Source
from linkworthy.sources.sheets import Rowbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One thing to import: bytes that lie in a file, with the name that the user knows them by."""

    name: str
    path: Path
    n_bytes: int
    content_hash: str
    share: float = 1.0
    """How much of the file given by the user has been passed when this has been read, 0..1."""
    refusal: str | None = None
    """Why nothing of it is read."""
    fault: str | None = None
    """Why it ends early."""
    notes: tuple[str, ...] = ()
    """What else its owner should know."""
    book: str | None = None
    """The workbook that it is a sheet of."""
    rows: Rowbook | None = None
    """The sheet's own numbers of its rows."""

    def named(self, batch: Batch, source: Source) -> Batch:
        """Give a batch whose rows bear the user's name of the file, and the sheet's own numbers."""
        if self.name == str(self.path) or not len(batch.rows):
            return batch
        layout = getattr(source, "layout", None)
        skip_bytes = int(getattr(layout, "skip_bytes", 0))
        if isinstance(batch.rows, pa.Table):
            return replace(batch, rows=self._renamed(batch.rows, skip_bytes))
        rows = [{**row, "file": self.name} if "file" in row else row for row in batch.rows]
        if self.rows:
            rows = [
                {**row, "row": int(self.rows.numbered([row["row"]], skip_bytes)[0])} if "row" in row else row
                for row in rows
            ]
        return replace(batch, rows=rows)

    def _renamed(self, table: pa.Table, skip_bytes: int) -> pa.Table:
        columns: dict[str, Any] = {}
        if "file" in table.column_names:
            columns["file"] = pa.repeat(pa.scalar(self.name), table.num_rows)
        if self.rows and "row" in table.column_names:
            columns["row"] = pa.array(self.rows.numbered(table.column("row").to_numpy(), skip_bytes))
        for name, column in columns.items():
            table = table.set_column(table.schema.get_field_index(name), name, column)
        return table
