"""Numbers as exports write them: any grouping of thousands, either decimal mark, any script's digits, percentages."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from linkworthy.sources import cells

_GROUP = r"[.,'’٬،\s\u00a0\u202f\u2009]"
_WHOLE = re.compile(rf"[+-]?(?:\d{{1,3}}(?:{_GROUP}\d{{2,3}})*{_GROUP}\d{{3}}|\d+)")
_PERCENT = re.compile(r"[%٪﹪％]\s*[+-]?[\d.,٫\s]+|[+-]?[\d.,٫\s\u00a0\u202f]+[%٪﹪％]")
_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:[.\s\u00a0\u202f]\d{3})+|\d+)[,٫](?:\d{1,2}|\d{4,})")
_POINT = re.compile(r"[+-]?(?:\d{1,3}(?:[,'’\s\u00a0\u202f]\d{3})+|\d+)\.(?:\d{1,2}|\d{4,})")
_BY_POINTS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+")
_SUFFIXES = {"k": 1e3, "m": 1e6, "b": 1e9}
_MOST = 2**62
_MOST_CHARACTERS = 40


def is_count(text: str) -> bool:
    """Tell whether a text is a whole number from 0, grouped or not."""
    return _WHOLE.fullmatch(text.strip()) is not None and not text.strip().startswith("-")


def are_places(texts: Sequence[str]) -> bool:
    """Tell whether texts count places in a list from 1 on; a few that do not are dirt among them."""
    places = [whole_number(text) for text in texts]
    found = [place for place in places if place is not None]
    n_next = sum(later == earlier + 1 for earlier, later in itertools.pairwise(found))
    return found[:1] == [1] and 2 * len(found) > len(texts) and 10 * n_next >= 8 * (len(found) - 1)


def is_percentage(text: str) -> bool:
    """Tell whether a text is a percentage."""
    return _PERCENT.fullmatch(text.strip()) is not None


def whole_number(text: str) -> int | None:
    """Read a whole number; separators group its digits. Null where it is none."""
    text = text.strip()
    if not _WHOLE.fullmatch(text):
        number = decimal_number(text, ".")
        return int(number) if number is not None and number.is_integer() and abs(number) < _MOST else None
    number = int(re.sub(_GROUP, "", text)) if len(text) <= _MOST_CHARACTERS else _MOST
    return number if abs(number) < _MOST else None


def decimal_number(text: str, mark: str) -> float | None:
    """Read a number with decimals after ``mark``; a percentage gives its number, ``1.2K`` gives 1,200."""
    text = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text.strip()).replace("٫", mark)
    text = text[:_MOST_CHARACTERS].strip("%٪﹪％ \u00a0\u202f")
    factor = _SUFFIXES.get(text[-1:].lower(), 1.0)
    text = text[:-1] if factor != 1.0 else text
    before, _, after = text.rpartition(mark) if text.count(mark) == 1 else (text, "", "")
    if not _WHOLE.fullmatch(before or "0") or not re.fullmatch(r"\d{0,18}", after) or not before + after:
        return None
    before = re.sub(_GROUP, "", before)
    return float(f"{before or 0}.{after or 0}") * factor


def decimal_mark(texts: Iterable[str], delimiter: str = ",") -> str:
    """Tell the decimal mark by numbers that can be read one way only; a point where none tells.

    Semicolons part the cells where commas are decimal marks: there a point before three figures groups thousands.
    """
    n_comma = n_point = n_grouped = 0
    for text in texts:
        bare = text.strip().strip("%٪﹪％ \u00a0\u202f")
        n_comma += _COMMA.fullmatch(bare) is not None
        n_point += _POINT.fullmatch(bare) is not None
        n_grouped += _BY_POINTS.fullmatch(bare) is not None
    return "," if n_comma > n_point or (delimiter == ";" and n_grouped and not n_comma + n_point) else "."


def whole_numbers(column: pa.Array) -> pa.Array:
    """Read a column of whole numbers, null where a cell holds none."""
    try:
        return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column).cast(pa.int64())
    except pa.ArrowInvalid:
        return cells.by_distinct(column, whole_number, pa.int64())


def decimal_numbers(column: pa.Array, mark: str) -> pa.Array:
    """Read a column of numbers with decimals, null where a cell holds none."""
    plain = r"^-?[0-9]{1,15}(?:\.[0-9]{1,17})?$" if mark == "." else r"^-?[0-9]{1,15}$"
    filled = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
    if pc.all(pc.match_substring_regex(filled, plain), min_count=0).as_py():
        return filled.cast(pa.float64())
    return cells.by_distinct(column, partial(decimal_number, mark=mark), pa.float64())
