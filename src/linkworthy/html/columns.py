"""Numbers about a page's blocks and links as columns, in steps so coarse that every machine gives the same.

A network's inputs are rounded to STEP, so the last digits of a logarithm or a quotient, which differ from machine to
machine, count for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from linkworthy.html.page import Rows

Matrix = npt.NDArray[np.float64]
Array = npt.NDArray[Any]

STEP = 1 / 128
LARGEST = 64.0
REGIONS = ("main", "list", "nav", "header", "footer", "sidebar", "comment", "author")
REGION = {name: n for n, name in enumerate(REGIONS)}


def column(rows: Sequence[Any], name: str, n: int) -> list[Any]:
    """Give the first ``n`` values of a field."""
    if isinstance(rows, Rows):
        return rows.column(name)[:n]
    return [getattr(row, name) for row in rows[:n]]


def numbers(values: Sequence[Any]) -> Matrix:
    """Give values as numbers."""
    return np.asarray(values, dtype=np.float64)


def stepped(values: Array) -> Matrix:
    """Round to steps, within bounds; changes and gives its argument where it can."""
    out = np.asarray(values, dtype=np.float64)
    np.multiply(out, 1 / STEP, out=out)
    np.rint(out, out=out)
    np.multiply(out, STEP, out=out)
    return np.asarray(np.clip(out, -LARGEST, LARGEST, out=out))


def one_hot(codes: Array, n: int) -> Matrix:
    """Give a column for each code, with 1 in the column of a row's code."""
    out = np.zeros((len(codes), n))
    out[np.arange(len(codes)), codes] = 1
    return out


def shifted(rows: Matrix, step: int) -> Matrix:
    """Give each row that of ``step`` rows further on, zeros beyond the ends."""
    out = np.zeros_like(rows)
    if abs(step) < len(rows):
        if step > 0:
            out[:-step] = rows[step:]
        else:
            out[-step:] = rows[:step]
    return out


def window(rows: Matrix, size: int) -> Matrix:
    """Give the mean of the rows up to ``size`` before and after each."""
    sums = np.zeros((len(rows) + 1, rows.shape[1]))
    np.cumsum(rows, axis=0, out=sums[1:])
    places = np.arange(len(rows))
    low = np.maximum(places - size, 0)
    high = np.minimum(places + size + 1, len(rows))
    return np.asarray((sums[high] - sums[low]) / (high - low)[:, None])
