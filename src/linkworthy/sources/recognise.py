"""Which source reads a file: told by what the file holds, and never by its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from linkworthy.errors import InputError, SourceError
from linkworthy.site import SiteConfig
from linkworthy.sources import dates, host_lists, layouts, logs, numbers, tables
from linkworthy.sources.base import Source
from linkworthy.sources.counts import CountSource
from linkworthy.sources.intersect import IntersectSource
from linkworthy.sources.layouts import Grid, Layout, is_bare_url, is_url
from linkworthy.sources.long_rows import has_long_row, without_long_rows
from linkworthy.sources.looks import NO_URL, is_html, looks_like
from linkworthy.sources.rows import LONG_ROW
from linkworthy.sources.streams import HEAD_BYTES, Unpacked, Utf8, encoding_of
from linkworthy.sources.tables import TableSource
from linkworthy.sources.vendors import (
    ahrefs,
    bing,
    majestic,
    moz,
    popularity,
    screaming_frog,
    search_console,
    semrush,
)

_DELIMITERS = ("\t", ",", ";", "|")
_BY_HEADER = (
    ahrefs.recognise,
    semrush.recognise,
    majestic.recognise,
    moz.recognise,
    bing.recognise,
    screaming_frog.recognise,
    popularity.recognise,
    search_console.recognise_named,
)
"""Vendors that are told by words of their headers, which are not translated."""
_ZSTD = b"\x28\xb5\x2f\xfd"
_NO_DELIMITER = "\x1f"
"""Separates nothing: each line of a plain list is one cell."""


def recognise(path: Path, config: SiteConfig, mapping: Mapping[str, str] | None = None) -> Source:
    """Give the source that reads a file.

    Raises: InputError that says in one line what the file looks like, where no source reads it.
    """
    raw, is_whole = _head(path)
    if archive := _archive(_mended_head(path) if raw.startswith(_ZSTD) else raw):
        return archive
    text = _text(raw)
    is_binary = _is_binary(raw, text)
    sample, is_cut = text, not is_whole and not is_binary and has_long_row(text)
    if is_cut:
        sample, is_whole = without_long_rows(path)
    if log := logs.recognise(sample):
        return log
    layout = None if is_html(text) else _layout(sample, config, mapping or {}, is_whole=is_whole, is_binary=is_binary)
    if layout is None:
        shown = raw if encoding_of(raw)[0] == "utf-8" else text
        looks = "one line, a header without rows?" if _is_one_row(text, shown) else looks_like(shown)
        raise InputError(f"{path}: {looks}{f' ({LONG_ROW})' if is_cut else ''}, no link data that is known here")
    return _source(layout)


def _is_one_row(text: bytes, raw: bytes) -> bool:
    """Tell whether a text is a single row of several cells without a URL."""
    line = text.strip()
    is_row = b"\n" not in line and any(line.count(mark.encode()) for mark in _DELIMITERS)
    return is_row and looks_like(raw) == NO_URL


def _source(layout: Layout) -> Source:
    if layout.rivals:
        return IntersectSource(layout)
    return TableSource(layout) if layout.table == "observations" else CountSource(layout)


def _head(path: Path) -> tuple[bytes, bool]:
    with Unpacked(path) as file:
        try:
            head = file.read(HEAD_BYTES)
        except SourceError as fault:
            mended = _mended_head(path)
            if _archive(mended):
                return mended, False
            raise InputError(f"{path}: packed, and damaged from its first bytes on ({fault})") from None
    return head, len(head) < HEAD_BYTES


def _mended_head(path: Path) -> bytes:
    """Give the first bytes that an archive's own reader recovers, empty where it recovers none."""
    from linkworthy.archives.sniff import read_head  # noqa: PLC0415 - archives cost time that a list need not pay

    try:
        return read_head(path)
    except SourceError:
        return b""


def _archive(head: bytes) -> Source | None:
    from linkworthy.archives.sniff import recognise_archive  # noqa: PLC0415 - archives cost time that a list need not pay

    kind = recognise_archive(head)
    if kind == "warc":
        from linkworthy.sources.warc import WarcSource  # noqa: PLC0415

        return WarcSource()
    if kind == "wat":
        from linkworthy.sources.wat import WatSource  # noqa: PLC0415

        return WatSource()
    return None


class _Given:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int) -> bytes:
        data, self._data = self._data[:size], self._data[size:]
        return data


def _text(raw: bytes) -> bytes:
    stream = Utf8(_Given(raw))
    pieces = []
    while piece := stream.read(HEAD_BYTES):
        pieces.append(piece)
    return b"".join(pieces)


def _is_binary(raw: bytes, text: bytes) -> bool:
    if encoding_of(raw)[0] != "utf-8":
        return False
    return sum(byte < 9 or 13 < byte < 31 for byte in text[:4096]) * 20 > min(len(text), 4096)


def _layout(
    text: bytes, config: SiteConfig, mapping: Mapping[str, str], *, is_whole: bool, is_binary: bool
) -> Layout | None:
    """Tell the layout by the user's word, by a vendor's header or columns, else as anybody's table.

    What looks binary is a table only where a vendor's header says so: control characters may stand in its cells.
    """
    grids = [grid for mark in _DELIMITERS if (grid := layouts.cut(text, mark, is_whole=is_whole)).rows]
    plain = layouts.cut(text, _NO_DELIMITER, is_whole=is_whole)
    best = _best(grids, plain)
    if best and tables.names_all(mapping, best):
        return tables.recognise(best, config, mapping)
    for grid in grids:
        for tell in _BY_HEADER:
            if layout := tell(grid):
                return layout
    if plain.rows and (layout := search_console.recognise_list(plain)):
        return layout
    if best and not mapping and (layout := search_console.recognise(best, config)):
        return layout
    return None if is_binary else _anybodys(best, plain, config, mapping)


def _anybodys(best: Grid | None, plain: Grid, config: SiteConfig, mapping: Mapping[str, str]) -> Layout | None:
    """Tell the layout of a table or a list that no vendor wrote."""
    layout = tables.recognise(best, config, mapping) if best else None
    if layout or mapping:
        return layout
    return host_lists.recognise_hosts(plain) or (host_lists.recognise_host_column(best) if best else None)


def _best(grids: list[Grid], plain: Grid) -> Grid | None:
    """Choose the delimiter that cuts most rows into one number of cells, at least two; none where lines are URLs."""
    scored = [(*_score(grid), -n, grid) for n, grid in enumerate(grids)]
    even = max((found for found in scored if found[1] > 1), default=None, key=lambda found: found[:3])
    lines = [row[0] for row in plain.rows if row and row[0].strip() and not row[0].lstrip().startswith("#")]
    is_plain = bool(lines) and 2 * sum(_is_page(line) for line in lines) >= len(lines)
    if (
        even
        and even[0] >= (0.9 if is_plain and not _is_of_values(even[3]) else 0.5)
        and not (is_plain and _is_in_urls(even[3]))
    ):
        return even[3]
    if is_plain:
        return plain
    return even[3] if even else None


def _score(grid: Grid) -> tuple[float, int]:
    """Give the share of rows of the commonest width, and that; comments are no rows of a table."""
    widths = [len(row) for row in grid.rows if row and not row[0].lstrip().startswith("#")]
    if not widths:
        return 0.0, 0
    common = max(set(widths), key=lambda width: (widths.count(width), width))
    return widths.count(common) / len(widths), common


def _is_page(line: str) -> bool:
    """Tell whether a whole line is a URL, or one without its scheme that names more than a host."""
    text = line.strip()
    return " " not in text and (is_url(text) or (is_bare_url(text) and "/" in text))


def _is_of_values(grid: Grid) -> bool:
    """Tell whether what stands beside the first cells of rows is numbers, dates and URLs, and so no part of a URL."""
    width = _score(grid)[1]
    rest = [cell.strip() for row in grid.rows if len(row) == width for cell in row[1:] if cell.strip()]
    n_values = sum(is_url(cell) or numbers.is_count(cell) or dates.is_date(cell) for cell in rest)
    return 10 * n_values > 6 * len(rest)


def _is_in_urls(grid: Grid) -> bool:
    """Tell whether a delimiter stands inside the URLs of a short list without header and separates nothing."""
    width = _score(grid)[1]
    if len(grid.rows[0]) == width and not any(map(is_url, grid.rows[0])):
        return False
    rest = [cell.strip() for row in grid.rows if len(row) == width for cell in row[1:]]
    return len(grid.rows) < 3 and not any(is_url(cell) or not cell for cell in rest)
