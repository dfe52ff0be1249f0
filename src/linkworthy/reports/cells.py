"""Cells that leave the house: nothing from the web may start a formula in a spreadsheet or steer a terminal."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

_FORMULA_STARTS = frozenset("=+-@\t\r\n")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_STEERING = frozenset({"Cc", "Cf", "Cs"})


def plain(value: Any) -> str:
    """Give the text of a value that JSON has no form for."""
    return value.isoformat() if isinstance(value, (datetime, date)) else str(value)


def shaped(value: Any) -> Any:
    """Turn Arrow's list of pairs for a map into a mapping."""
    if isinstance(value, list) and value and all(isinstance(item, tuple) and len(item) == 2 for item in value):
        return dict(value)
    return value


def csv_cell(value: Any) -> str:
    """Give the text of a cell; one that a spreadsheet would take for a formula gets a quote before it.

    Control characters become spaces: a file of cells is looked at in terminals too.
    """
    if value is None:
        return ""
    if isinstance(value, (bool, int, float)):
        return str(value)
    if isinstance(value, (list, dict)):
        text = json.dumps(shaped(value), ensure_ascii=False, default=plain)
    else:
        text = value if isinstance(value, str) else plain(value)
    text = _CONTROLS.sub(" ", text)
    return f"'{text}" if text[:1] in _FORMULA_STARTS else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Write CSV (RFC 4180 with line feeds) whose cells are all harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([csv_cell(value) for value in row])
    return out.getvalue()


def harmless(text: str) -> str:
    """Take out what could steer a terminal: control and formatting characters."""
    return "".join(c if unicodedata.category(c) not in _STEERING else " " for c in text)
