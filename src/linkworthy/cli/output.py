"""What verbs print: JSON, CSV or a table, with everything from the web made harmless for the terminal."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from linkworthy.reports.cells import csv_text, harmless, plain, shaped

if TYPE_CHECKING:
    import pyarrow as pa


_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What JSON leaves as it is and a terminal obeys: DEL, the C1 controls, and marks that turn the direction of text."""

_PIPE_COLUMNS = 400
_GAP = 2
"""Columns between two cells."""
_SHORT = 10
"""Letters of a date; a column of cells that are no longer is not narrowed."""
_NAMES = frozenset({"file", "source", "domain", "anchor"})
"""Columns that name a thing: broken into lines, never cut."""


def show_json(data: Any) -> None:
    """Print JSON."""
    text = json.dumps(data, ensure_ascii=False, indent=1, default=plain)
    click.echo(_STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def show_rows(table: pa.Table, *, as_json: bool, as_csv: bool = False, note: str = "") -> None:
    """Print rows as JSON, as CSV, or as a table that fits the terminal."""
    rows = table.to_pylist()
    if as_json:
        show_json([{name: shaped(value) for name, value in row.items()} for row in rows])
    elif as_csv:
        click.echo(csv_text(table.column_names, ([row[c] for c in table.column_names] for row in rows)), nl=False)
    else:
        _show_table(table.column_names, rows)
        if note:
            click.echo(note, err=True)


def cell(value: Any) -> str:
    """Give the text of a cell for the terminal."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, list):
        return ", ".join(cell(item) for item in value[:6])
    return harmless(str(value))


def _show_table(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    texts = [[cell(row[name]) for name in names] for row in rows]
    columns = [[line[place] for line in texts] for place in range(len(names))]
    # A pipe cuts no line; on a terminal text gives way, and numbers and the words of headers stay whole.
    console = Console() if sys.stdout.isatty() else Console(width=_PIPE_COLUMNS)
    natural = [max(map(len, (name, *column))) for name, column in zip(names, columns, strict=True)]
    is_wide = sum(natural) + _GAP * len(names) > console.width
    heads = [name.replace("_", "_\n") if is_wide else name for name in names]
    least = [max(map(len, head.split("\n"))) for head in heads]
    kept = [max(head, width) if width <= _SHORT else head for head, width in zip(least, natural, strict=True)]
    shown = Table(box=box.SIMPLE, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name, head, width in zip(
        names, heads, kept if sum(kept) + _GAP * len(kept) < console.width else least, strict=True
    ):
        is_named = name.endswith("url") or name in _NAMES
        shown.add_column(head, overflow="fold" if is_named else "ellipsis", min_width=width, max_width=60)
    for line in texts:
        shown.add_row(*map(Text, line))
    console.print(shown)
