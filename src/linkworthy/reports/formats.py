"""Rows as files: CSV, JSON, JSON lines, XLSX, Markdown and Parquet, a batch at a time, so that memory stays flat."""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from linkworthy.errors import InputError, StageError
from linkworthy.reports.cells import csv_cell, plain, shaped
from linkworthy.reports.columns import joined, texts_of, values_of
from linkworthy.reports.markdown import md_head, md_row

if TYPE_CHECKING:
    import pyarrow as pa

    from linkworthy.questions.open import Stream

FORMATS = ("csv", "json", "jsonl", "xlsx", "md", "parquet")
TEXTS = ("csv", "json", "jsonl", "md")
"""Formats that can be printed."""
ENDINGS = {".ndjson": "jsonl", ".markdown": "md", **{f".{name}": name for name in FORMATS}}

_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What JSON leaves as it is and a terminal obeys: DEL, the C1 controls, and marks that turn the direction of text."""

_QUOTED = re.compile('[",\r\n]')
_SPECIAL = r'^[=+\-@]|[\x00-\x1f\x{7f}-\x{9f}",]'
"""Texts that cannot be a cell as they are: formulas, control characters, and what must be quoted."""


class Written(NamedTuple):
    """What a file holds, and what could not be written as it was."""

    n_rows: int
    notes: tuple[str, ...] = ()


def form_of(output: Path | None, form: str = "") -> str:
    """Give the format that is asked for, or the one that a file's ending tells.

    Raises: InputError where neither says a format.
    """
    if form or output is None:
        return form
    found = ENDINGS.get(output.suffix.lower())
    if found is None:
        raise InputError(f"{output}: the ending tells no format; --format is one of {', '.join(FORMATS)}")
    return found


def write_file(stream: Stream, path: Path, form: str, *, title: str = "rows", created_at: str = "") -> Written:
    """Write all rows under a temporary name and rename it; ``title`` names an XLSX file's sheet.

    Raises: StageError where the file cannot be written.
    """
    with replacing(path) as temporary:
        if form == "xlsx":
            from linkworthy.reports.xlsx import Workbook  # noqa: PLC0415 - loaded where it is asked for

            with Workbook(temporary, created_at) as workbook:
                n_rows = workbook.add(title, stream)
                return Written(n_rows, tuple(workbook.notes))
        if form == "parquet":
            return Written(_write_parquet(stream, temporary))
        with temporary.open("w", encoding="utf-8", newline="") as file:
            return Written(write_text(stream, file, form))


def write_text(stream: Stream, file: IO[str], form: str) -> int:
    """Write all rows in one of the formats that are text; gives their number."""
    counted = _Counted(stream)
    pieces = _csv(counted.names, counted) if form == "csv" else _PIECES[form](counted.names, counted.columns())
    for piece in pieces:
        file.write(piece)
    return counted.n_rows


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary name that becomes ``path`` when all went well, and vanishes otherwise.

    Raises: StageError where the file cannot be written.
    """
    temporary = path.with_name(path.name + ".tmp")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as fault:
        raise StageError(f"cannot write {path}: {fault.strerror or fault}") from None
    finally:
        temporary.unlink(missing_ok=True)


class _Counted:
    """Batches of a stream, counted while they pass; or their columns in Python."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.names: list[str] = list(stream.schema.names)
        self.n_rows = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._stream.batches:
            self.n_rows += batch.num_rows
            if batch.num_rows:
                yield batch

    def columns(self) -> Iterator[list[list[Any]]]:
        for batch in self:
            yield [values_of(column) for column in batch.columns]


def _csv(names: Sequence[str], batches: Iterable[pa.RecordBatch]) -> Iterator[str]:
    """Write CSV (RFC 4180 with line feeds)."""
    yield ",".join(_csv_cells(names, is_alone=len(names) == 1)) + "\n"
    for batch in batches:
        lines = joined([_csv_texts(column, is_alone=len(names) == 1) for column in batch.columns], ",")
        yield "\n".join(lines.to_pylist()) + "\n"


def _csv_texts(column: pa.Array, *, is_alone: bool) -> pa.Array:
    """Give the cells of a column; whole numbers and texts without a special sign are written as they are."""
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow
    import pyarrow.compute as pc  # noqa: PLC0415 - --help must not pay for Arrow

    put = partial(_csv_cells, is_alone=is_alone)
    is_text = pa.types.is_string(column.type)
    if is_alone or not (is_text or pa.types.is_integer(column.type)):
        return texts_of(column, put)
    told = column.cast(pa.large_string()).fill_null("")
    if is_text:
        is_special = pc.match_substring_regex(told, _SPECIAL)
        if pc.any(is_special).as_py():
            return pc.replace_with_mask(told, is_special, texts_of(column.filter(is_special), put))
    return told


def _csv_cells(values: Sequence[Any], *, is_alone: bool) -> list[str]:
    """Give cells that need no more: an empty one is quoted where it is a whole line."""
    cells = [csv_cell(value) for value in values]
    return [
        '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) or (is_alone and not cell) else cell
        for cell in cells
    ]


def _json_rows(names: Sequence[str], columns: list[list[Any]]) -> Iterator[str]:
    for row in zip(*columns, strict=True):
        data = {name: _jsonable(value) for name, value in zip(names, row, strict=True)}
        text = json.dumps(data, ensure_ascii=False, default=plain)
        yield _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _jsonable(value: Any) -> Any:
    """Make a value fit for JSON, which knows no NaN and no infinity."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        found = shaped(value)
        return found if isinstance(found, dict) else [_jsonable(item) for item in found]
    if isinstance(value, dict):
        return {name: _jsonable(item) for name, item in value.items()}
    return value


def _jsonl(names: Sequence[str], batches: Iterable[list[list[Any]]]) -> Iterator[str]:
    for columns in batches:
        yield "".join(f"{row}\n" for row in _json_rows(names, columns))


def _json(names: Sequence[str], batches: Iterable[list[list[Any]]]) -> Iterator[str]:
    before = "[\n"
    for columns in batches:
        yield before + ",\n".join(_json_rows(names, columns))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _markdown(names: Sequence[str], batches: Iterable[list[list[Any]]]) -> Iterator[str]:
    yield md_head(names)
    for columns in batches:
        yield "".join(md_row(row) for row in zip(*columns, strict=True))


_PIECES: dict[str, Callable[[Sequence[str], Iterable[list[list[Any]]]], Iterator[str]]] = {
    "json": _json,
    "jsonl": _jsonl,
    "md": _markdown,
}


def _write_parquet(stream: Stream, path: Path) -> int:
    import pyarrow.parquet as pq  # noqa: PLC0415 - loaded where it is asked for

    n_rows = 0
    with pq.ParquetWriter(path, stream.schema, compression="zstd") as writer:
        for batch in stream.batches:
            if batch.num_rows:
                writer.write_batch(batch)
                n_rows += batch.num_rows
    return n_rows
