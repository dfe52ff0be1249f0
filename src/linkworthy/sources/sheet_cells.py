"""The cells of one XLSX sheet, row by row: values as they are kept, and never a formula computed.

Source: ECMA-376, part 1, section 18.3
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Protocol

from linkworthy.sources import markup
from linkworthy.sources.formulas import linked_url
from linkworthy.sources.markup import Elements, unescape
from linkworthy.sources.sheets import SheetWriter, quoted
from linkworthy.sources.unpacking import Readable

MAX_COLUMNS = 16_384
_LAST_SERIAL = 2_958_466
"""The first day that Excel does not know, 10000-01-01."""
_CACHED_DATES = 100_000
_LETTERS = re.compile(r"[A-Za-z]{1,3}")
NO_VALUE = "formulas without a stored value, read as empty"
LINK = "HYPERLINK formulas, read as the URL that they name"
ERROR = "error values such as #REF!, read as empty"
MERGED = "merged ranges, of which the first cell holds the value"
LOST_TEXT = "texts that the workbook has lost, read as empty"
FAR_CELL = f"cells beyond column {MAX_COLUMNS:,}, left out"


class Strings(Protocol):
    """The texts that the cells of a workbook share."""

    def cell(self, place: int) -> bytes | None:
        """Give a text as a written cell, null where there is none."""
        ...


def read_cells(
    source: Readable, strings: Strings, is_date: Sequence[bool], writer: SheetWriter, *, is_1904: bool = False
) -> None:
    """Give all rows of a sheet to a writer.

    Raises: MarkupError where the sheet is damaged, after all whole rows before.
    """
    markup.parse(source, _Cells(strings, _numbers(is_date, is_1904=is_1904), writer))


class _Cells(Elements):
    """Gathers the cells of a row, and gives the row on when it ends."""

    def __init__(self, strings: Strings, number_cell: Callable[[str, str], bytes], writer: SheetWriter) -> None:
        super().__init__(
            {
                "row": self._start_row, "c": self._start_cell, "v": self._start_value, "t": self._start_text,
                "f": self._start_formula, "rPh": self._start_phonetic, "mergeCell": self._start_merged,
            },
            {
                "row": self._end_row, "c": self._end_cell, "v": self._stop, "t": self._stop, "rPh": self._end_phonetic,
                "f": self._end_formula,
            },
        )  # fmt: skip
        self._strings = strings
        self._number_cell = number_cell
        self._writer = writer
        self._noticed = writer.noticed
        self._cells: list[bytes] = []
        self._places: dict[str, int] = {}
        self._number = self._n_phonetic = 0
        self._column = -1
        self._kind = self._style = self._url = ""
        self._has_value = self._has_formula = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r", "")
        self._number = int(given) if given.isdecimal() and len(given) < 10 else self._number + 1
        self._column = -1
        self._cells = []

    def _end_row(self) -> None:
        self._writer.add(self._number, self._cells)
        self._cells = []

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = self._column + 1 if reference is None else self._place_of(reference)
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._url = ""
        self._has_value = self._has_formula = False

    def _end_cell(self) -> None:
        text = self.taken()
        if self._url:
            self._noticed[LINK] += 1
        value = quoted(self._url) if self._url else self._cell(text)
        if not value:
            return
        column, cells = self._column, self._cells
        if column >= MAX_COLUMNS:
            self._noticed[FAR_CELL] += 1
        elif column == len(cells):
            cells.append(value)
        else:
            cells.extend([b""] * (column + 1 - len(cells)))
            cells[column] = value

    def _start_value(self, _: dict[str, str]) -> None:
        self.is_taking = self._has_value = True

    def _start_text(self, _: dict[str, str]) -> None:
        self.is_taking = not self._n_phonetic

    def _stop(self) -> None:
        self.is_taking = False

    def _start_formula(self, _: dict[str, str]) -> None:
        self._has_formula = self.is_taking = True

    def _end_formula(self) -> None:
        self.is_taking = False
        self._url = linked_url(unescape(self.taken())) or ""

    def _start_phonetic(self, _: dict[str, str]) -> None:
        self._n_phonetic += 1

    def _end_phonetic(self) -> None:
        self._n_phonetic -= 1

    def _start_merged(self, _: dict[str, str]) -> None:
        self._noticed[MERGED] += 1

    def _place_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            place = _column(letters) if len(self._places) < MAX_COLUMNS else MAX_COLUMNS
            self._places[letters] = place
        return place

    def _cell(self, text: str) -> bytes:
        kind = self._kind
        if kind == "s":
            value = self._strings.cell(int(text)) if text.isdecimal() and len(text) < 12 else None
            if value is None:
                self._noticed[LOST_TEXT] += 1
            return value or b""
        if kind == "e":
            self._noticed[ERROR] += 1
            return b""
        if not text:
            if self._has_formula and (kind == "n" or not self._has_value):  # no number is empty
                self._noticed[NO_VALUE] += 1
            return b""
        if kind == "n":
            return self._number_cell(text, self._style)
        if kind == "b":
            return b"TRUE" if text.strip() in ("1", "true") else b"FALSE"
        return quoted(unescape(text))


def _column(letters: str) -> int:
    if not _LETTERS.fullmatch(letters):
        return MAX_COLUMNS
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place - 1


def _numbers(is_date: Sequence[bool], *, is_1904: bool) -> Callable[[str, str], bytes]:
    """Give what writes a number in the style of its cell: dates as ISO 8601, whole numbers with all their digits."""
    dated = {str(n) for n, flag in enumerate(is_date) if flag}
    written: dict[str, bytes] = {}

    def write(text: str, style: str) -> bytes:
        if style not in dated:
            return _number(text)
        value = written.get(text)
        if value is None:
            if len(written) >= _CACHED_DATES:
                written.clear()
            value = written[text] = _date(text, is_1904=is_1904) or _number(text)
        return value

    return write


def _number(text: str) -> bytes:
    if text.isdecimal():
        return text.encode()
    try:
        exact = Decimal(text.strip())
    except InvalidOperation:
        return quoted(text)
    if not exact.is_finite() or abs(exact.adjusted()) > 300:
        return quoted(text)
    if exact == exact.to_integral_value() and exact.adjusted() < 40:
        return f"{exact.to_integral_value():f}".encode()
    return repr(float(exact)).encode()


def _date(text: str, *, is_1904: bool) -> bytes | None:
    try:
        serial = float(text)
    except ValueError:
        return None
    if not 0 <= serial < _LAST_SERIAL:
        return None
    day, seconds = int(serial), round(serial % 1 * 86_400)
    if serial < 1 and not is_1904:
        return str(datetime.min + timedelta(seconds=seconds))[11:19].encode()  # noqa: DTZ901 - a time of no day
    epoch = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30 if day >= 60 else 31)  # noqa: DTZ001 - no zone
    try:
        when = epoch + timedelta(days=day, seconds=seconds)
    except OverflowError:
        return None
    return str(when.date() if not seconds else when).encode()
