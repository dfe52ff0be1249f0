"""The cells of XLSX rows, a column at a time: text stays text, dates are dates, numbers keep their digits.

A cell is written without its reference, ``<c r="B2"`` goes before it: so equal values of a column are worked out once.
Source: ECMA-376, part 1, sections 18.3.1.4 (c), 18.3.1.53 (is), 22.9.2.19 (escapes of ST_Xstring).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from linkworthy.reports.cells import plain, shaped
from linkworthy.reports.columns import texts, texts_of, values_of

if TYPE_CHECKING:
    import pyarrow as pa

MAX_CHARACTERS = 32_767
MAX_WHOLE = 2**53
"""Above this a spreadsheet's number loses digits."""
FIRST_DAY = date(1900, 3, 1)
"""Days before it are counted differently by different programs."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone
_DAY = timedelta(days=1)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_PLAIN = re.compile(r"[!-%'-;=?-~]+(?: [!-%'-;=?-~]+)*")
"""Texts that are written as they are, most of all: ASCII without marks of XML and without spaces that XML drops."""
_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


class Cells:
    """Writes cells of one workbook; ``day`` and ``instant`` are the numbers of its styles for dates."""

    def __init__(self, day: int, instant: int) -> None:
        self._day, self._instant = day, instant
        self.n_clipped = 0
        """Cells that were cut since it was asked last; the one who asks sets it to 0."""

    def texts(self, column: pa.Array, turn: Callable[[Any], Any] | None = None) -> pa.Array:
        """Give the same for an Arrow column."""
        before = self.n_clipped
        told = texts_of(column, partial(self.column, turn=turn))
        if self.n_clipped == before:
            return told
        self.n_clipped = before  # each cell that is cut counts, and not each text that is too long
        return texts(self.column(values_of(column), turn))

    def column(self, values: Sequence[Any], turn: Callable[[Any], Any] | None = None) -> list[str]:
        """Give what stands behind the reference of each cell, empty for a cell that is left out."""
        told: dict[Any, str] = {}
        out: list[str] = []
        for value in values:
            given = turn(value) if turn else value
            # A truth equals a number, and a list has no hash: the type belongs to the key, and lists have none.
            key = (given.__class__, given) if given.__class__ in _HASHED else None
            cell = told.get(key) if key else None
            if cell is None:
                n_before = self.n_clipped
                cell = self._cell(given)
                if key and self.n_clipped == n_before:
                    told[key] = cell
            out.append(cell)
        return out

    def _cell(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bool):
            return f' t="b"><v>{int(value)}</v></c>'
        if isinstance(value, (int, float)):
            return self._number(value)
        return self._date(value) if isinstance(value, date) else self._text(_words(value))

    def _text(self, text: str) -> str:
        """Write a text within the cell, where it can be neither a formula nor a link."""
        if _PLAIN.fullmatch(text) and "_x" not in text and len(text) * 2 <= MAX_CHARACTERS:
            return f' t="inlineStr"><is><t>{text}</t></is></c>'
        text = self._clipped(_ILLEGAL.sub(" ", text))
        if not text:
            return ""
        kept = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
        return f' t="inlineStr"><is><t{kept}>{_ESCAPE.sub("_x005F_", text).translate(_MARKS)}</t></is></c>'

    def _number(self, value: float) -> str:
        """Write a number; one that a spreadsheet would change is written as a text."""
        if isinstance(value, float) and not math.isfinite(value):
            return ""
        if isinstance(value, int) and abs(value) > MAX_WHOLE:
            return self._text(str(value))
        return f"><v>{value!r}</v></c>"

    def _date(self, value: date) -> str:
        """Write a day or an instant in UTC; one that a spreadsheet cannot count is written as a text."""
        if not isinstance(value, datetime):
            if value < FIRST_DAY:
                return self._text(value.isoformat())
            return f' s="{self._day}"><v>{(value - _EPOCH.date()).days}</v></c>'
        if value.date() < FIRST_DAY:
            return self._text(value.isoformat())
        bare = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo is not None else value
        return f' s="{self._instant}"><v>{(bare - _EPOCH) / _DAY!r}</v></c>'

    def _clipped(self, text: str) -> str:
        """Cut a text to what a cell holds, counted as spreadsheets do, and say so at its end."""
        if len(text) * 2 <= MAX_CHARACTERS:
            return text
        units = len(text.encode("utf-16-le")) // 2
        if units <= MAX_CHARACTERS:
            return text
        self.n_clipped += 1
        note = f" … [cut: {len(text):,} characters]"
        room = (MAX_CHARACTERS - len(note)) * 2
        return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + note


_HASHED = frozenset({str, int, float, bool, date, datetime, type(None)})


def _words(value: Any) -> str:
    """Put a list or a mapping into one text."""
    value = shaped(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False, default=plain) if isinstance(value, (list, dict)) else plain(value)
