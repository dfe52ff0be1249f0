"""Columns of cells turned into columns of values: URLs, dates, flags, each distinct value worked out once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from linkworthy import urls
from linkworthy.sources import dates
from linkworthy.sources.formulas import linked_url

INSTANT = pa.timestamp("us", tz="UTC")
_NO_TEXT = pa.scalar(None, pa.string())

_SEGMENT = r"(?:(?:[A-Za-z0-9_~!$&'()*+,;=:@-]|%[013-9A-Fa-f]|%2[0-9A-DFa-df])[A-Za-z0-9_~!$&'()*+,;=:@%.-]*)?"
"""A part of a path that begins with no full stop, not even an encoded one: those may be steps up."""
_PLAIN = (
    r"^https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}"
    rf"/{_SEGMENT}(?:/{_SEGMENT})*(?:\?[A-Za-z0-9_~!$&()*+,;=:@%/?.-]*)?$"
)
"""Texts that :func:`urls.normalise` gives back as they are, unless a label of their host begins with ``xn--``."""
_SAMPLE = 256
"""Cells at a column's beginning that tell whether its values come again and again."""

_FLAGS = {
    **dict.fromkeys(
        ("true", "1", "yes", "y", "t", "+", "x", "wahr", "ja", "vrai", "oui", "verdadero", "sí", "vero", "sì"), True
    ),
    **dict.fromkeys(("false", "0", "no", "n", "f", "-", "falsch", "nein", "faux", "non", "falso"), False),
}
_LOSSES = _FLAGS | {
    **dict.fromkeys(("lost", "deleted", "removed", "gone", "dead", "disappeared", "link removed", "not found"), True),
    **dict.fromkeys(("live", "active", "new", "alive", "found", "present"), False),
}


class Urls(NamedTuple):
    """A column of URLs: normalised, host and registrable domain, each null where the cell holds no URL."""

    url: pa.Array
    host: pa.Array
    domain: pa.Array


def by_distinct(cells: pa.Array, function: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """Apply a function to every distinct value once; null stays null."""
    encoded = cells.dictionary_encode()
    values = pa.array([function(value) for value in encoded.dictionary.to_pylist()], kind)
    return values.take(encoded.indices)


def urls_of(cells: pa.Array) -> Urls:
    """Normalise a column of URLs, each distinct one once where they come again and again."""
    if len(cells.slice(0, _SAMPLE).unique()) > _SAMPLE // 2:
        return _urls_of(cells)
    encoded = cells.dictionary_encode()
    found = _urls_of(encoded.dictionary)
    return Urls(*(column.take(encoded.indices) for column in found))


def _urls_of(cells: pa.Array) -> Urls:
    """Normalise URLs. Spellings that are plainly normal already are told apart without a parser."""
    is_plain = pc.and_(
        pc.match_substring_regex(cells, _PLAIN), pc.less_equal(pc.binary_length(cells), urls.MAX_URL_CHARACTERS)
    )
    authority = _authorities(pc.if_else(is_plain, cells, _NO_TEXT))
    has_punycode = pc.match_substring(authority.dictionary, "xn--")
    if pc.any(has_punycode).as_py():
        is_plain = pc.and_(is_plain, pc.invert(pc.fill_null(has_punycode.take(authority.indices), False)))
    if pc.all(is_plain, min_count=0).as_py():
        url = cells
    else:
        others = pc.if_else(is_plain, _NO_TEXT, cells)
        url = pc.if_else(is_plain, cells, by_distinct(others, _url, pa.string()))
        authority = _authorities(url)
    hosts = [urls.host_of(f"//{name}") if ":" in name else name for name in authority.dictionary.to_pylist()]
    domains = [urls.registrable_domain(host) for host in hosts]
    return Urls(url, *(pa.array(names, pa.string()).take(authority.indices) for names in (hosts, domains)))


def _authorities(url: pa.Array) -> pa.DictionaryArray:
    """Give what stands between ``//`` and the path: normalised URLs have at least three slashes."""
    return pc.list_element(pc.split_pattern(url, "/", max_splits=3), 2).dictionary_encode()


@lru_cache(maxsize=65_536)
def _url(text: str) -> str | None:
    return urls.normalise(text) or urls.normalise(linked_url(text) or "" if "(" in text[:40] else "")


def instants(cells: pa.Array, order: dates.Order | None, imported_at: datetime) -> pa.Array:
    """Read a column of dates as UTC; null where there is none, or one before the web or after the import."""
    filled = pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)
    try:
        when = filled.cast(pa.timestamp("us")).cast(INSTANT)
    except pa.ArrowInvalid:
        when = by_distinct(filled, lambda text: dates.parse(text, order), INSTANT)
    lowest, highest = pa.scalar(dates.EARLIEST, INSTANT), pa.scalar(dates.latest(imported_at), INSTANT)
    is_sound = pc.and_(pc.greater_equal(when, lowest), pc.less_equal(when, highest))
    return pc.if_else(is_sound, when, pa.scalar(None, INSTANT))


def flags(cells: pa.Array) -> pa.Array:
    """Read a column of booleans in any vendor's spelling; null where it is none."""
    return by_distinct(cells, lambda text: _FLAGS.get(text.strip().lower()), pa.bool_())


def losses(cells: pa.Array) -> pa.Array:
    """Read a column that says whether a link is lost, as a flag or in a word; null where it is neither."""
    return by_distinct(cells, lambda text: _LOSSES.get(text.strip().lower()), pa.bool_())


def clipped(cells: pa.Array, n_characters: int) -> pa.Array:
    """Cut texts to a length."""
    longest = pc.max(pc.binary_length(cells)).as_py() or 0
    return pc.utf8_slice_codeunits(cells, 0, n_characters) if longest > n_characters else cells


def opinions(named: dict[str, pa.Array], n_rows: int) -> pa.Array:
    """Join columns into one column of maps by name, its keys dictionary-encoded; empty cells are left out."""
    import numpy as np  # noqa: PLC0415 - arrays of places, used here only

    n = len(named)
    is_filled = np.empty((n_rows, n), dtype=np.bool_)
    for place, column in enumerate(named.values()):
        is_filled[:, place] = pc.fill_null(pc.binary_length(column), 0).to_numpy() > 0
    offsets = np.zeros(n_rows + 1, dtype=np.int32)
    np.cumsum(is_filled.sum(axis=1), out=offsets[1:])
    places = np.broadcast_to(np.arange(n, dtype=np.int8), is_filled.shape)[is_filled]
    rows = np.arange(n_rows * n, dtype=np.int32).reshape(n, n_rows).T[is_filled]
    values = pa.concat_arrays([pa.array([], pa.string()), *named.values()]).take(pa.array(rows))
    keys = pa.DictionaryArray.from_arrays(pa.array(places), pa.array(list(named), pa.string()))
    return pa.MapArray.from_arrays(pa.array(offsets), keys, values)
