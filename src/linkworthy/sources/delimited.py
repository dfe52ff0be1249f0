"""Delimited text as columns, in chunks: clean blocks are read by Arrow, the others row by row by the same grammar.

Rows are numbered from 1 below the header. A block that Arrow refuses (ragged rows, broken quotes) costs its own slow
reading and nothing else; a row that cannot be used comes out with its number and reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from linkworthy.sources.rows import Buffer, Rows
from linkworthy.sources.streams import Readable

BLOCK_BYTES = 6 << 20
_LOOK_BACK = 64
"""Line ends that are tried for a cut outside quotes."""


@dataclass(slots=True, kw_only=True)
class Chunk:
    """Some rows as columns by their place in the file, and the rows that have no place in the columns."""

    columns: dict[int, pa.Array]
    numbers: pa.Array
    rejects: list[tuple[int, str, str]] = field(default_factory=list)
    """Row number, reason, sample."""


def read_chunks(
    stream: Readable,
    delimiter: str,
    n_cells: int,
    wanted: Sequence[int],
    *,
    n_needed: int = 1,
    skip_bytes: int = 0,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[Chunk]:
    """Read all rows; ``skip_bytes`` is what stands before the first row.

    Raises: SourceError where the stream is damaged, once all rows before the damage were given.
    """
    buffer = Buffer(stream)
    buffer.fill(skip_bytes)
    buffer.at = min(skip_bytes, len(buffer.data))
    rows = Rows(buffer, delimiter, n_cells, n_needed)
    blocks = _Blocks(delimiter, n_cells, n_needed, wanted)
    number = 1
    while True:
        buffer.trim()
        buffer.fill(block_bytes)
        if not buffer.data:
            break
        end = _cut(buffer)
        columns = blocks.read(buffer.data, end) if end else None
        if columns is None:
            chunk, n_rows = _slow_chunk(rows, wanted, number, end or len(buffer.data))
        else:
            buffer.at = end
            n_rows = len(columns[wanted[0]])
            chunk = Chunk(columns=columns, numbers=pa.array(np.arange(number, number + n_rows, dtype=np.int64)))
        number += n_rows
        if n_rows:
            yield chunk
    if buffer.fault:
        raise buffer.fault


def _cut(buffer: Buffer) -> int:
    """Find where the last whole row of the buffer ends; 0 where that cannot be told without reading row by row."""
    data = buffer.data
    end = len(data) if buffer.is_over and not buffer.fault else data.rfind(b"\n") + 1
    n_quotes = data.count(b'"', 0, end)
    for _ in range(_LOOK_BACK):
        if end == 0 or n_quotes % 2 == 0:
            return end
        if buffer.is_over:
            return 0
        before = data.rfind(b"\n", 0, data.rfind(b'"', 0, end)) + 1
        n_quotes -= data.count(b'"', before, end)
        end = before
    return 0


class _Blocks:
    """Reads whole blocks by Arrow. Rows may all be shorter than the header, or go on with empty cells alone."""

    def __init__(self, delimiter: str, n_cells: int, n_needed: int, wanted: Sequence[int]) -> None:
        self._delimiter = delimiter
        self._n_cells = n_cells
        self._n_needed = n_needed
        self._wanted = wanted
        self._width = n_cells
        """Cells of the rows of the last block, likely those of the next."""

    def read(self, data: bytes, end: int) -> dict[int, pa.Array] | None:
        """Give the wanted columns of the first ``end`` bytes, null where the rows differ in their number of cells."""
        table, other = self._table(data, end, self._width)
        if table is None and other and self._n_needed <= other <= 2 * self._n_cells:
            table, _ = self._table(data, end, other)
            self._width = other if table else self._width
        if table is None:
            return None
        if any(pc.max(pc.binary_length(cells)).as_py() for cells in table.columns[len(self._kept(self._width)) :]):
            return None
        empty = pa.repeat(pa.scalar(""), table.num_rows)
        return {n: table.column(str(n)).combine_chunks() if n < self._width else empty for n in self._wanted}

    def _kept(self, width: int) -> list[str]:
        return [str(n) for n in self._wanted if n < width]

    def _table(self, data: bytes, end: int, width: int) -> tuple[pa.Table | None, int]:
        """Read rows of one width; where Arrow refuses one for its width, gives the width that it has."""
        kept = [*self._kept(width), *(str(n) for n in range(self._n_cells, width))]
        found = 0

        def note(row: arrow_csv.InvalidRow) -> str:
            nonlocal found
            found = found or row.actual_columns
            return "error"

        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(pa.py_buffer(data).slice(0, end)),
                arrow_csv.ReadOptions(column_names=[str(n) for n in range(width)], block_size=end + 1),
                arrow_csv.ParseOptions(delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=note),
                arrow_csv.ConvertOptions(
                    check_utf8=False,
                    column_types=dict.fromkeys(kept, pa.string()),
                    include_columns=kept,
                    null_values=[],
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:
            return None, found
        return table, width


def _slow_chunk(rows: Rows, wanted: Sequence[int], number: int, end: int) -> tuple[Chunk, int]:
    cells: list[list[str]] = []
    numbers: list[int] = []
    rejects: list[tuple[int, str, str]] = []
    n_rows = 0
    buffer = rows.buffer
    left_at_end = len(buffer.data) - end
    while buffer.at < len(buffer.data) - left_at_end or not n_rows:
        row = rows.next()
        if row is None:
            break
        if row.reason:
            rejects.append((number + n_rows, row.reason, row.sample))
        else:
            cells.append([row.cells[n] for n in wanted])
            numbers.append(number + n_rows)
        n_rows += 1
    columns = {n: pa.array([row[i] for row in cells], pa.string()) for i, n in enumerate(wanted)}
    return Chunk(columns=columns, numbers=pa.array(numbers, pa.int64()), rejects=rejects), n_rows
