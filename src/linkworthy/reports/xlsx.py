"""XLSX workbooks written row by row: text stays text, dates are dates, and no row is lost to a limit of the format.

A cell from the web is always written as a string, so it can neither be a formula nor a link. Memory is one row: the
sheets lie in temporary files until the workbook is closed.

Source: https://support.microsoft.com/office/excel-specifications-and-limits (1,048,576 rows, 32,767 characters a cell).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from linkworthy.reports.cells import plain, shaped
from linkworthy.reports.formats import values_of

if TYPE_CHECKING:
    from linkworthy.questions.open import Stream

MAX_ROWS = 1_048_576
MAX_CHARACTERS = 32_767
MAX_WHOLE = 2**53
"""Above this a spreadsheet's number loses digits."""
FIRST_DAY = date(1900, 3, 1)
"""Days before it are counted differently by different programs."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f']")
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
        self._instant = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
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

        def rows() -> Iterable[tuple[Any, ...]]:
            for batch in stream.batches:
                columns = [values_of(column) for column in batch.columns]
                shown = [
                    [to(value) for value in column] if to else column for to, column in zip(turn, columns, strict=True)
                ]
                yield from zip(*shown, strict=True)

        return self.add_rows(title, names, rows())

    def add_rows(self, title: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Add a sheet with these rows, or several where one is full; gives the number of rows."""
        sheet = _Sheet(self, self._new_sheet(title), names)
        n_rows = n_sheets = n_clipped = 0
        for row in rows:
            if sheet.n_rows + 1 >= self._max_rows:
                n_clipped += sheet.finish()
                n_sheets += 1
                sheet = _Sheet(self, self._new_sheet(f"{title} {n_sheets + 1}"), names)
            sheet.write(row)
            n_rows += 1
        n_clipped += sheet.finish()
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

    def __init__(self, book: Workbook, sheet: Any, names: Sequence[str]) -> None:
        self._sheet = sheet
        self._instant, self._day = book._instant, book._day  # noqa: SLF001 - two halves of one thing
        self.n_rows = 0
        self._n_clipped = 0
        self._widths = [len(name) + 4 for name in names]
        for n, name in enumerate(names):
            sheet.write_string(0, n, name, book._head)  # noqa: SLF001 - two halves of one thing
        sheet.freeze_panes(1, 0)

    def write(self, row: Sequence[Any]) -> None:
        """Write one row."""
        self.n_rows += 1
        at = self.n_rows
        is_sample = at <= _SAMPLED
        sheet = self._sheet
        for n, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                text = value
            elif isinstance(value, bool):
                sheet.write_boolean(at, n, value)
                continue
            elif isinstance(value, (int, float)):
                text = self._number(at, n, value)
            elif isinstance(value, date):
                text = self._date(at, n, value)
            else:
                text = _words(value)
            if text:
                text = self._clipped(_ILLEGAL.sub(" ", text))
                sheet.write_string(at, n, text)
                if is_sample:
                    self._widths[n] = max(self._widths[n], len(text))

    def finish(self) -> int:
        """Set filter and widths; gives the number of cells that were cut."""
        if self._widths:
            self._sheet.autofilter(0, 0, self.n_rows, len(self._widths) - 1)
        for n, width in enumerate(self._widths):
            self._sheet.set_column(n, n, min(max(width + 1, _WIDTHS[0]), _WIDTHS[1]))
        return self._n_clipped

    def _number(self, at: int, n: int, value: float) -> str:
        """Write a number; one that a spreadsheet would change comes back as a text."""
        if isinstance(value, float) and not math.isfinite(value):
            return ""
        if abs(value) > MAX_WHOLE and isinstance(value, int):
            return str(value)
        self._sheet.write_number(at, n, value)
        return ""

    def _date(self, at: int, n: int, value: date) -> str:
        """Write a day or an instant in UTC; one that a spreadsheet cannot count comes back as a text."""
        is_instant = isinstance(value, datetime)
        if (value.date() if isinstance(value, datetime) else value) < FIRST_DAY:
            return value.isoformat()
        if isinstance(value, datetime) and value.tzinfo is not None:
            value = value.astimezone(UTC).replace(tzinfo=None)
        self._sheet.write_datetime(at, n, value, self._instant if is_instant else self._day)
        self._widths[n] = max(self._widths[n], 16 if is_instant else 10)
        return ""

    def _clipped(self, text: str) -> str:
        """Cut a text to what a cell holds, counted as spreadsheets do, and say so at its end."""
        if len(text) * 2 <= MAX_CHARACTERS:
            return text
        units = len(text.encode("utf-16-le")) // 2
        if units <= MAX_CHARACTERS:
            return text
        self._n_clipped += 1
        note = f" … [cut: {len(text):,} characters]"
        room = (MAX_CHARACTERS - len(note)) * 2
        return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + note


def _words(value: Any) -> str:
    """Put a list or a mapping into one text."""
    value = shaped(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False, default=plain) if isinstance(value, (list, dict)) else plain(value)
