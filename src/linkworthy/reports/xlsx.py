"""XLSX workbooks written row by row: text stays text, dates are dates, and no row is lost to a limit of the format.

A cell from the web is always written as a string, so it can neither be a formula nor a link. Memory is one row: the
sheets lie in temporary files until the workbook is closed.

Source: https://support.microsoft.com/office/excel-specifications-and-limits (1,048,576 rows, 32,767 characters a cell).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from linkworthy.reports.columns import joined, texts
from linkworthy.reports.xlsx_cells import MAX_CHARACTERS, Cells

if TYPE_CHECKING:
    import pyarrow as pa

    from linkworthy.questions.open import Stream

MAX_ROWS = 1_048_576
_AT_ONCE = 2_000
"""Rows of a small table that are written at once."""
_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f']")
_TAGS = re.compile("<[^>]*>")
_WIDTHS = (8, 60)
_SAMPLED = 200


class Workbook:
    """A workbook under construction; a context manager that writes it to its path at the end.

    ``notes`` says what could not be written as it was, and stands in a last sheet.
    """

    def __init__(self, path: Path, created_at: str = "", *, max_rows: int = MAX_ROWS) -> None:
        import xlsxwriter  # noqa: PLC0415 - --help must not pay for it

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._book.use_zip64()
        created = datetime.fromisoformat(created_at) if created_at else datetime(2000, 1, 1, tzinfo=UTC)
        self._book.set_properties({"created": created.astimezone(UTC).replace(tzinfo=None)})
        self._head = self._book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1})
        instant = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._cells = Cells(_style(day), _style(instant))
        self._max_rows = max_rows
        self._titles: set[str] = set()
        self.notes: list[str] = []

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the file; after a fault only the temporary files are removed."""
        if kind is not None:
            self._book.fileclosed = True
            for sheet in self._book.worksheets():
                if sheet.row_data_fh is not None:
                    sheet.row_data_fh.close()
                    Path(sheet.row_data_filename).unlink(missing_ok=True)
            return
        if self.notes:
            self.add_rows("notes", ["note"], [[note] for note in self.notes])
        self._book.close()

    def add(self, title: str, stream: Stream, texts: Mapping[str, Callable[[Any], Any]] | None = None) -> int:
        """Add a sheet with all rows of a stream, or several where one is full; gives the number of rows.

        ``texts`` says for columns by name how their values are put into words.
        """
        names = list(stream.schema.names)
        turn = [(texts or {}).get(name) for name in names]
        batches = (
            [self._cells.texts(column, to) for column, to in zip(batch.columns, turn, strict=True)]
            for batch in stream.batches
        )
        return self._add(title, names, batches)

    def add_rows(self, title: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Add a sheet with these rows, or several where one is full; gives the number of rows."""
        some = iter(rows)
        batches = (
            [texts(self._cells.column(values)) for values in zip(*taken, strict=True)]
            for taken in iter(lambda: list(itertools.islice(some, _AT_ONCE)), [])
        )
        return self._add(title, names, batches)

    def _add(self, title: str, names: Sequence[str], batches: Iterable[Sequence[pa.Array]]) -> int:
        sheet = _Sheet(self._new_sheet(title), self._head, names)
        n_rows = n_sheets = self._cells.n_clipped = 0
        for columns in batches:
            at, n_in_batch = 0, len(columns[0]) if columns else 0
            while at < n_in_batch:
                room = self._max_rows - 1 - sheet.n_rows
                if not room:
                    sheet.finish()
                    n_sheets += 1
                    sheet = _Sheet(self._new_sheet(f"{title} {n_sheets + 1}"), self._head, names)
                    continue
                sheet.write([column.slice(at, room) for column in columns])
                at += room
            n_rows += n_in_batch
        sheet.finish()
        n_clipped = self._cells.n_clipped
        if n_sheets:
            self.notes.append(
                f"{title}: {n_rows:,} rows are more than a sheet holds; they go on in {n_sheets} more sheets"
            )
        if n_clipped:
            self.notes.append(
                f"{title}: {n_clipped:,} cells are longer than the {MAX_CHARACTERS:,} characters of a cell and were "
                "cut; CSV, JSON and Parquet hold them whole"
            )
        return n_rows

    def _new_sheet(self, title: str) -> Any:
        """Make a sheet under a title that is allowed and new, whatever its case."""
        wanted = _TITLE.sub(" ", title).strip()[:31] or "rows"
        name, n = wanted, 1
        while name.lower() in self._titles or name.lower() == "history":
            n += 1
            name = f"{wanted[: 30 - len(str(n))]} {n}"
        self._titles.add(name.lower())
        return self._book.add_worksheet(name)


class _Sheet:
    """One sheet while its rows are written."""

    def __init__(self, sheet: Any, head: Any, names: Sequence[str]) -> None:
        self._sheet = sheet
        self.n_rows = 0
        self._widths = [len(name) + 4 for name in names]
        self._letters = [_letters(n) for n in range(len(names))]
        for n, name in enumerate(names):
            sheet.write_string(0, n, name, head)
        sheet.freeze_panes(1, 0)
        sheet._write_single_row(1)  # noqa: SLF001 - the head goes to the file before the rows that are written past it

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Write rows, given by columns of written cells.

        They go into the library's file of rows as they are: its own way of writing a cell takes many times as long.
        """
        if self.n_rows < _SAMPLED:
            self._widen([column.slice(0, _SAMPLED - self.n_rows).to_pylist() for column in columns])
        if columns:
            self._sheet.row_data_fh.write("".join(self._lines(columns).to_pylist()))
            self.n_rows += len(columns[0])

    def _lines(self, columns: Sequence[pa.Array]) -> pa.Array:
        import pyarrow.compute as pc  # noqa: PLC0415 - --help must not pay for Arrow

        first = self.n_rows + 2
        numbers = texts([str(number) for number in range(first, first + len(columns[0]))])
        row: list[pa.Array | str] = ['<row r="', numbers, '">']
        for letter, column in zip(self._letters, columns, strict=True):
            cells = joined([f'<c r="{letter}', numbers, '"', column])
            row.append(pc.if_else(pc.equal(pc.binary_length(column), 0), column, cells))
        return joined([*row, "</row>"])

    def _widen(self, columns: Sequence[Sequence[str]]) -> None:
        for n, column in enumerate(columns):
            self._widths[n] = max(self._widths[n], max((_width(cell) for cell in column), default=0))

    def finish(self) -> None:
        """Set size, filter and widths."""
        if self._widths:
            self._sheet._check_dimensions(self.n_rows, len(self._widths) - 1)  # noqa: SLF001 - rows it did not see
            self._sheet.autofilter(0, 0, self.n_rows, len(self._widths) - 1)
        for n, width in enumerate(self._widths):
            self._sheet.set_column(n, n, min(max(width + 1, _WIDTHS[0]), _WIDTHS[1]))


def _style(style: Any) -> int:
    """Give the number of a style, which the library tells where it writes one."""
    return int(style._get_xf_index())  # noqa: SLF001 - cells are written past the library


def _letters(place: int) -> str:
    name, n = "", place + 1
    while n:
        n, rest = divmod(n - 1, 26)
        name = chr(65 + rest) + name
    return name


def _width(cell: str) -> int:
    """Give the characters that a written cell shows, about."""
    if cell.startswith(" s="):
        return 16 if "." in cell else 10
    return len(_TAGS.sub("", cell[cell.find(">") + 1 :]))
