"""Text for Markdown: tables whose cells mean nothing to Markdown or HTML, whatever the web wrote into them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from linkworthy.reports.cells import harmless, plain, shaped

_MEANS = re.compile(r"([\\`*\[\]|~$@#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_URL = re.compile(r"https?://[^\s<>\\`|]+\Z")


def md_text(text: str) -> str:
    """Escape a text so that it stands as it is after other words: one line, no mark-up, no HTML, nobody mentioned."""
    line = " ".join(harmless(text).split())
    return _MEANS.sub(r"\\\1", "".join(_HTML.get(c, c) for c in line)) if line else ""


def md_cell(value: Any) -> str:
    """Give the text of a table's cell; a whole URL becomes a link to itself, unknown stays empty."""
    value = shaped(value)
    if value is None:
        return ""
    if isinstance(value, (bool, int, float, date)):
        return _figure(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(md_cell(item) for item in value)
    if isinstance(value, (list, dict)):
        return md_text(json.dumps(value, ensure_ascii=False, default=plain))
    text = harmless(plain(value))
    return f"<{text}>" if _URL.match(text) else md_text(text)


def _figure(value: float | date) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M" if value.hour or value.minute else "%Y-%m-%d")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def md_head(names: Sequence[str]) -> str:
    """Give the head of a table."""
    return f"| {' | '.join(md_text(name) for name in names)} |\n|{' --- |' * len(names)}\n"


def md_row(values: Iterable[Any]) -> str:
    """Give one row of a table."""
    return f"| {' | '.join(md_cell(value) for value in values)} |\n"


def md_table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Give a whole table with an empty line after it."""
    return md_head(names) + "".join(md_row(row) for row in rows) + "\n"
