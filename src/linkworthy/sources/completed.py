"""Columns that a vendor writes in pieces, put together before rows are shaped: kind, loss, URLs without scheme."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from linkworthy.sources import cells
from linkworthy.sources.delimited import Chunk
from linkworthy.sources.layouts import Layout

_URL_ROLES = ("source", "target", "url")
_NO_DATE = r"^[\s0:/.\-]*$"


def completed(chunk: Chunk, layout: Layout) -> Chunk:
    """Give the rows with the columns that ``layout.roles`` places beyond the file's own; most layouts have none."""
    if not len(chunk.numbers):
        return chunk
    added: dict[int, pa.Array] = {}
    if layout.flag_kinds:
        added[layout.roles["kind"]] = _kinds(chunk, layout)
    if layout.lost_parts:
        added[layout.roles["lost"]] = _lost(*(chunk.columns[place] for place in layout.lost_parts))
    if layout.bare_scheme:
        places = {layout.roles[role] for role in _URL_ROLES if role in layout.roles}
        added |= {place: with_scheme(chunk.columns[place], layout.bare_scheme) for place in places}
    return replace(chunk, columns=chunk.columns | added) if added else chunk


def _kinds(chunk: Chunk, layout: Layout) -> pa.Array:
    """Give the first kind whose flag is true, else the word ``none``."""
    said = [pc.fill_null(cells.flags(chunk.columns[place]), False) for place in layout.flag_kinds.values()]
    return pc.case_when(pc.make_struct(*said), *map(pa.scalar, layout.flag_kinds), pa.scalar("none"))


def _lost(date: pa.Array, flag: pa.Array) -> pa.Array:
    """Give the date of loss where there is one, else what the flag says."""
    return pc.if_else(pc.match_substring_regex(date, _NO_DATE), flag, date)


def with_scheme(column: pa.Array, scheme: str) -> pa.Array:
    """Write a scheme before what has none; a link's identity does not rest on it."""
    if pc.all(pc.starts_with(column, "http")).as_py() is not False:
        return column
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(_is_bare(trimmed), pc.binary_join_element_wise(scheme, trimmed, ""), column)


def count_bare(column: pa.Array) -> int:
    """Count the cells that hold a URL without scheme."""
    return pc.sum(_is_bare(pc.utf8_trim_whitespace(column))).as_py() or 0


def _is_bare(trimmed: pa.Array) -> pa.Array:
    return pc.match_substring_regex(trimmed, r"(?i)^(?:[^\s/:?#@]+\.)+[^\s/:?#@.]+(?:[:/?#]|$)")
