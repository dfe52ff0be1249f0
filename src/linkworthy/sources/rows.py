"""Rows of delimited text one by one: csv's grammar, bounded, and sound again after a stray quote."""

from __future__ import annotations

import csv
import re
from typing import NamedTuple

from linkworthy.errors import SourceError
from linkworthy.sources.streams import Readable

MAX_RECORD = 1 << 17
"""Bytes of one row; also csv's own limit of one cell."""
MAX_LINES = 500
"""Lines that a quoted cell may run over; beyond, its quote is taken for a stray one."""
MAX_STRAY = 100
"""Stray quotes after which a file's quotes no longer hold line breaks, so that no file takes quadratic time."""
SAMPLE = 200

LONG_ROW = f"row over {MAX_RECORD} bytes"
STRAY_QUOTE = "quote that never closes"
MANY_CELLS = "more cells than the header"
FEW_CELLS = "fewer cells than the header"
CUT_OFF = "cut off where the file is damaged"

_LINE_END = re.compile(rb"\r\n|\r|\n")


class Row(NamedTuple):
    """One row: its cells, or the reason why it has none; and its beginning as text."""

    cells: list[str]
    reason: str
    sample: str


class Buffer:
    """What has been read of a stream and not yet used; positions stay valid until :meth:`trim`."""

    def __init__(self, stream: Readable) -> None:
        self.data = b""
        self.at = 0
        self.is_over = False
        self.fault: SourceError | None = None
        """The damage that ended the stream, if any did."""
        self._stream = stream

    def fill(self, n_bytes: int) -> None:
        """Read until ``n_bytes`` are at hand, or the stream ends."""
        pieces = [self.data]
        have = len(self.data) - self.at
        while have < n_bytes and not self.is_over:
            try:
                piece = self._stream.read(max(n_bytes - have, 1 << 16))
            except SourceError as fault:
                self.fault, piece = fault, b""
            self.is_over = not piece
            pieces.append(piece)
            have += len(piece)
        if len(pieces) > 1:
            self.data = b"".join(pieces)

    def trim(self) -> None:
        """Forget what has been used."""
        self.data, self.at = self.data[self.at :], 0

    def line(self) -> tuple[bytes, bool] | None:
        """Give the next line with its end, and whether it was too long and is cut; null at the end of the stream."""
        start = self.at
        found = _LINE_END.search(self.data, start)
        if found is None or (found.end() == len(self.data) and not self.is_over):
            self.fill(MAX_RECORD + 2)
            found = _LINE_END.search(self.data, start)
        end = found.end() if found else len(self.data)
        if end == start:
            return None
        if end - start > MAX_RECORD:
            kept = self.data[start : start + 4 * SAMPLE]
            self._skip_line()
            return kept, True
        self.at = end
        return self.data[start:end], False

    def _skip_line(self) -> None:
        while True:
            found = _LINE_END.search(self.data, self.at)
            if found and (found.end() < len(self.data) or self.is_over):
                self.at = found.end()
                return
            self.at = len(self.data) if found is None else found.start()
            self.trim()
            if self.is_over:
                self.at = len(self.data)
                return
            self.fill(1 << 18)


class Rows:
    """The rows of delimited text. Empty lines are no rows."""

    def __init__(self, buffer: Buffer, delimiter: str, n_cells: int = 0, n_needed: int = 0) -> None:
        self.buffer = buffer
        self._delimiter = delimiter
        self._n_cells = n_cells
        self._n_needed = n_needed
        self._n_stray = 0

    def next(self) -> Row | None:
        """Give the next row, null at the end.

        Where a number of cells is expected, a row gets it: missing cells at its end are empty as long as the needed
        ones are there, and a row with more cells than the header is refused.
        """
        while True:
            taken = self.buffer.line()
            if taken is None:
                return None
            line, is_cut = taken
            if not line.strip(b"\r\n"):
                continue
            text = line.decode("utf-8", "replace")
            if is_cut:
                return Row([], LONG_ROW, text[:SAMPLE])
            if self.buffer.fault and self.buffer.at == len(self.buffer.data) and not line.endswith((b"\n", b"\r")):
                return Row([], CUT_OFF, text[:SAMPLE])
            return self._row(text)

    def _row(self, first: str) -> Row:
        after_first = self.buffer.at
        text: str | None = first
        is_open = '"' in first and ends_open(first, self._delimiter)
        if is_open:
            text = self._gathered(first)
        cells = self._cells(text) if text is not None else None
        if cells is None or (is_open and self._n_cells and len(cells) != self._n_cells):
            self._n_stray += 1
            self.buffer.at = after_first
            return Row([], STRAY_QUOTE, first[:SAMPLE])
        return self._fitted(cells, first[:SAMPLE])

    def _gathered(self, text: str) -> str | None:
        """Add lines until the quoted cell closes; null where it does not within bounds."""
        if self._n_stray >= MAX_STRAY:
            return None
        lines = [text]
        n_characters, is_open = len(text), True
        while is_open:
            taken = None if len(lines) >= MAX_LINES or n_characters > MAX_RECORD else self.buffer.line()
            if taken is None or taken[1]:
                return None
            line = taken[0].decode("utf-8", "replace")
            lines.append(line)
            n_characters += len(line)
            is_open = ends_open(line, self._delimiter, is_open=True)
        return "".join(lines)

    def _cells(self, text: str) -> list[str] | None:
        try:
            return next(csv.reader([text], delimiter=self._delimiter))
        except (csv.Error, StopIteration):
            return None

    def _fitted(self, cells: list[str], sample: str) -> Row:
        n = self._n_cells
        if not n or len(cells) == n:
            return Row(cells, "", sample)
        if len(cells) > n:
            return Row([], MANY_CELLS, sample) if any(cells[n:]) else Row(cells[:n], "", sample)
        if len(cells) < self._n_needed:
            return Row([], FEW_CELLS, sample)
        return Row(cells + [""] * (n - len(cells)), "", sample)


def ends_open(line: str, delimiter: str, *, is_open: bool = False) -> bool:
    """Tell whether a quoted cell is open where a line ends: a quote opens at the start of a cell and nowhere else."""
    at = 0
    if not is_open and line.startswith('"'):
        is_open, at = True, 1
    while True:
        if is_open:
            at = line.find('"', at)
            if at < 0:
                return True
            if line.startswith('""', at):
                at += 2
                continue
            at += 1
        at = line.find(delimiter + '"', at)
        if at < 0:
            return False
        is_open, at = True, at + 2
