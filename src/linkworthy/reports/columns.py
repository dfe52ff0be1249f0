"""Columns of cells as Arrow texts: each different value is put into words once, and rows are joined without a loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

Put = Callable[[Sequence[Any]], Sequence[str]]


def values_of(column: pa.Array) -> list[Any]:
    """Give a column's values in Python: instants without time zone (they are UTC), decimals as numbers.

    An instant that Python has no form for (beyond the year 9999) becomes a text.
    """
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow

    try:
        values = column.to_pylist()
    except (ValueError, OverflowError):
        return list(column.cast(pa.string()).to_pylist())
    if pa.types.is_decimal(column.type):
        return [None if value is None else _number(value) for value in values]
    return list(values)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def texts_of(column: pa.Array, put: Put) -> pa.Array:
    """Give the texts that ``put`` makes of a column's values; texts, numbers and truths are put once for each value."""
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow

    kind = column.type
    if not (pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_float64(kind)):
        return texts(put(values_of(column)))
    # Floats by their bits: zero has a sign, and nothing equals itself less than what is no number.
    encoded = (column.view(pa.int64()) if pa.types.is_float64(kind) else column).dictionary_encode()
    named = encoded.dictionary.view(kind) if pa.types.is_float64(kind) else encoded.dictionary
    told = texts([*put([*values_of(named), None])])
    return told.take(encoded.indices.fill_null(len(told) - 1))


def texts(values: Sequence[str]) -> pa.Array:
    """Give texts as an Arrow array without a limit on their bytes."""
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow

    return pa.array(values, pa.large_string())


def joined(parts: Sequence[pa.Array | str], between: str = "") -> pa.Array:
    """Join texts side by side, row by row; a single text stands in every row."""
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow
    import pyarrow.compute as pc  # noqa: PLC0415 - --help must not pay for Arrow

    whole = (pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in (*parts, between))
    return pc.binary_join_element_wise(*whole)
