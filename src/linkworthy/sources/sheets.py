"""One sheet of a workbook as delimited text, with the sheet's own number of every row."""

from __future__ import annotations

import bisect
from array import array
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xxhash

from linkworthy.errors import SourceError
from linkworthy.sources.rows import MAX_LINES, MAX_RECORD
from linkworthy.sources.spools import Budget

_HEAD_ROWS = 20
"""Rows that are seen before the width of the table is told."""
_ENDS_KEPT = 400
"""Rows whose ends are kept: the header stands among them."""
_FLUSH_BYTES = 1 << 20


def quoted(text: str) -> bytes:
    """Write a text as a cell that no delimiter cuts."""
    return b'"' + text.replace('"', '""').encode("utf-8", "replace") + b'"'


class SheetWriter(AbstractContextManager["SheetWriter"]):
    """Takes the rows of a sheet as written cells. Rows without any cell are left out; each keeps its number.

    Titles above the table stay as short as they are; the other rows are filled up to one width.

    Raises: SourceError where the budget is spent.
    """

    def __init__(self, path: Path, budget: Budget) -> None:
        self.n_rows = 0
        self.noticed: Counter[str] = Counter()
        """What befell cells, in words, with its count."""
        self._file = path.open("wb")
        self._budget = budget
        self._state = xxhash.xxh3_128()
        self._numbers: array[int] = array("q")
        self._ends: list[int] = []
        self._n_bytes = 0
        self._width = 0
        self._head: list[tuple[int, list[bytes]]] | None = []
        self._waiting: list[bytes] = []
        self._n_waiting = 0

    def add(self, number: int, cells: list[bytes]) -> None:
        """Take one row: its number in the sheet, and its cells, empty bytes for empty ones."""
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            return
        if self._head is None:
            self._write(number, cells, self._width)
            return
        self._head.append((number, cells))
        if len(self._head) == _HEAD_ROWS:
            self._write_head()

    def _write_head(self) -> None:
        head, self._head = self._head or [], None
        self._width = max((len(cells) for _, cells in head), default=0)
        for number, cells in head:
            is_title = len(cells) == 1 < self._width
            self._write(number, cells, 1 if is_title else self._width)

    def _write(self, number: int, cells: list[bytes], width: int) -> None:
        line = b"\t".join(cells) + b"\t" * (width - len(cells))
        if b"\n" in line and (len(line) > MAX_RECORD or line.count(b"\n") >= MAX_LINES):
            line = line.replace(b"\n", b" ")
        self._waiting.append(line)
        self._waiting.append(b"\n")
        self._n_waiting += len(line) + 1
        self._n_bytes += len(line) + 1
        self._numbers.append(number)
        self.n_rows += 1
        if len(self._ends) < _ENDS_KEPT:
            self._ends.append(self._n_bytes)
        if self._n_waiting >= _FLUSH_BYTES:
            self._flush()

    def _flush(self) -> None:
        data = b"".join(self._waiting)
        self._waiting, self._n_waiting = [], 0
        self._state.update(data)
        if fault := self._budget.spend(len(data)):
            raise SourceError(fault)
        self._file.write(data)

    def finish(self) -> tuple[str, Rowbook]:
        """Write what is left; gives the hash of the content, and the book of its rows.

        Raises: SourceError where the budget is spent.
        """
        if self._head is not None:
            self._write_head()
        self._flush()
        return self._state.hexdigest(), Rowbook(self._numbers, self._ends)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()


class Rowbook:
    """The sheet's own numbers of the rows of a delimited text."""

    def __init__(self, numbers: Sequence[int], ends: Sequence[int]) -> None:
        import numpy as np  # noqa: PLC0415 - workbooks only

        self._numbers = np.array(numbers, dtype=np.int64)
        self._ends = ends

    def numbered(self, rows: Any, skip_bytes: int) -> Any:
        """Give the sheet's numbers of rows that are counted from 1 behind the header's bytes."""
        import numpy as np  # noqa: PLC0415

        n_header = bisect.bisect_right(self._ends, skip_bytes) if skip_bytes else 0
        places = np.asarray(rows, dtype=np.int64) + (n_header - 1)
        if not len(self._numbers):
            return places + 1
        return self._numbers[np.clip(places, 0, len(self._numbers) - 1)]
