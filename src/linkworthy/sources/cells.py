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

INSTANT = pa.timestamp("us", tz="UTC")

_PLAIN = (
    r"^https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}"
    r"/[A-Za-z0-9_~!$&'()*+,;=:@%/.-]*(?:\?[A-Za-z0-9_~!$&()*+,;=:@%/?.-]*)?$"
)
"""Texts that :func:`urls.normalise` gives back as they are, unless :data:`_NOT_PLAIN` is found in them."""
_NOT_PLAIN = r"/\.|/%2[eE]|^[^/]*//[^/]*xn--"
_HOST = r"^https?://(?P<host>\[[^\]]*\]|[^/:?#]+)"

_FLAGS = {
    **dict.fromkeys(("true", "1", "yes", "y", "t", "+", "x"), True),
    **dict.fromkeys(("false", "0", "no", "n", "f", "-"), False),
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
    """Normalise a column of URLs. Spellings that are plainly normal already are told apart without a parser."""
    is_plain = pc.and_(
        pc.and_not(pc.match_substring_regex(cells, _PLAIN), pc.match_substring_regex(cells, _NOT_PLAIN)),
        pc.less_equal(pc.binary_length(cells), urls.MAX_URL_CHARACTERS),
    )
    if pc.all(is_plain, min_count=0).as_py():
        url = cells
    else:
        others = pc.if_else(is_plain, pa.scalar(None, pa.string()), cells)
        url = pc.coalesce(
            pc.if_else(is_plain, cells, pa.scalar(None, pa.string())), by_distinct(others, _url, pa.string())
        )
    host = pc.struct_field(pc.extract_regex(url, _HOST), "host")
    return Urls(url, host, by_distinct(host, urls.registrable_domain, pa.string()))


@lru_cache(maxsize=65_536)
def _url(text: str) -> str | None:
    return urls.normalise(text)


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


def clipped(cells: pa.Array, n_characters: int) -> pa.Array:
    """Cut texts to a length."""
    longest = pc.max(pc.binary_length(cells)).as_py() or 0
    return pc.utf8_slice_codeunits(cells, 0, n_characters) if longest > n_characters else cells


def opinions(named: dict[str, pa.Array], n_rows: int) -> pa.Array:
    """Join columns into one column of maps by name; empty cells are left out."""
    import numpy as np  # noqa: PLC0415 - arrays of places, used here only

    if not named:
        return pa.MapArray.from_arrays(
            pa.array([0] * (n_rows + 1), pa.int32()), pa.array([], pa.string()), pa.array([], pa.string())
        )
    names = list(named)
    order = np.arange(n_rows * len(names)).reshape(len(names), n_rows).T.ravel()
    is_filled = np.concatenate(
        [pc.fill_null(pc.not_equal(column, ""), False).to_numpy(zero_copy_only=False) for column in named.values()]
    )[order]
    offsets = np.zeros(n_rows + 1, dtype=np.int32)
    np.cumsum(is_filled.reshape(n_rows, len(names)).sum(axis=1), out=offsets[1:])
    values = pa.concat_arrays(list(named.values())).take(pa.array(order[is_filled]))
    keys = pa.array(names, pa.string()).take(pa.array(order[is_filled] // max(n_rows, 1)))
    return pa.MapArray.from_arrays(pa.array(offsets), keys, values)
