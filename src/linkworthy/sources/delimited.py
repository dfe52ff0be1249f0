"""Delimited text as columns, in chunks: clean blocks are read by Arrow, the others row by row by the same grammar.

Rows are numbered from 1 below the header. A block that Arrow refuses (ragged rows, broken quotes) costs its own slow
reading and nothing else; a row that cannot be used comes out with its number and reason.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from linkworthy.sources.ahead import AHEAD, THREADS
from linkworthy.sources.rows import Buffer, Rows
from linkworthy.sources.streams import Readable

BLOCK_BYTES = 4 << 20
"""Smaller blocks stay in the processor's cache, larger ones need fewer calls for the same rows."""
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
    number = 1
    with ThreadPoolExecutor(THREADS) as pool:
        blocks = _Ahead(buffer, _Blocks(delimiter, n_cells, n_needed, wanted), pool, block_bytes)
        while True:
            columns, end = blocks.next()
            if columns is not None:
                n_rows = len(columns[wanted[0]])
                chunk = Chunk(columns=columns, numbers=pa.array(np.arange(number, number + n_rows, dtype=np.int64)))
            elif end:
                chunk, n_rows = _slow_chunk(rows, wanted, number, end)
            else:
                break
            number += n_rows
            if n_rows:
                yield chunk
    if buffer.fault:
        raise buffer.fault


class _Ahead:
    """Has Arrow read blocks before they are asked for. Where it refuses one, the buffer goes back to its beginning."""

    def __init__(self, buffer: Buffer, blocks: _Blocks, pool: Executor, block_bytes: int) -> None:
        self._buffer = buffer
        self._blocks = blocks
        self._pool = pool
        self._block_bytes = block_bytes
        self._waiting: deque[tuple[bytes, int, Future[dict[int, pa.Array] | None]]] = deque()
        """Bytes of each block, how many of them are its rows, and its columns."""
        self._n_ahead = 1
        """Blocks in flight: more after each that Arrow could read, one alone after a refusal."""

    def next(self) -> tuple[dict[int, pa.Array] | None, int]:
        """Give the columns of the next block, or the number of bytes in the buffer to be read row by row; 0 at the end.

        The buffer may be read from and moved on only where no columns are given.
        """
        end = self._start()
        if not self._waiting:
            return None, end
        data, end, reading = self._waiting.popleft()
        columns = reading.result()
        if columns is None:
            self._go_back(data, end)
            self._n_ahead = 1
        else:
            self._n_ahead = min(self._n_ahead + 1, AHEAD)
        return columns, end

    def _start(self) -> int:
        """Start reading blocks; gives the number of bytes at hand where no block can be cut from them."""
        buffer = self._buffer
        while len(self._waiting) < self._n_ahead:
            buffer.trim()
            buffer.fill(self._block_bytes)
            end = _cut(buffer)
            if not end:
                return len(buffer.data)
            self._waiting.append((buffer.data, end, self._pool.submit(self._blocks.read, buffer.data, end)))
            buffer.at = end
        return 0

    def _go_back(self, data: bytes, end: int) -> None:
        """Put a block and those begun after it back into the buffer."""
        rest = [later[:its_end] for later, its_end, _ in self._waiting]
        self._buffer.data = b"".join((data[:end], *rest, self._buffer.data[self._buffer.at :]))
        self._buffer.at = 0
        self._waiting.clear()


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
        width = self._width
        table, other = self._table(data, end, width)
        if table is None and other and self._n_needed <= other <= 2 * self._n_cells:
            width = other
            table, _ = self._table(data, end, width)
        if table is None:
            return None
        self._width = width
        if any(pc.max(pc.binary_length(cells)).as_py() for cells in table.columns[len(self._kept(width)) :]):
            return None
        empty = pa.repeat(pa.scalar(""), table.num_rows)
        return {n: _whole(table.column(str(n))) if n < width else empty for n in self._wanted}

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
                arrow_csv.ReadOptions(
                    column_names=[str(n) for n in range(width)], block_size=end + 1, use_threads=False
                ),
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


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


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
