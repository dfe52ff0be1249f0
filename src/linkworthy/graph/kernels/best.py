# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# Compiled code counts in machine numbers, and a loop keeps its branches together: a call in it may cost more.
"""Puts a row's sources into the order of their ranks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.arcs import sort_ids
from linkworthy.graph.kernels.native import kernel

Ids = NDArray[np.uint32]
Longs = NDArray[np.int64]


@kernel()
def best_of_rows(bounds: Longs, ids: Ids, rank_of_source: Ids, limit: int, new_bounds: Longs, out: Ids) -> None:
    """Replace each row by the ranks of its sources, ascending, at most ``limit`` of them."""
    written = 0
    new_bounds[0] = 0
    for row in range(bounds.size - 1):
        n = bounds[row + 1] - bounds[row]
        ranks = np.empty(n, np.uint32)
        for k in range(n):
            ranks[k] = rank_of_source[ids[bounds[row] + k]]
        sort_ids(ranks, 0, n)
        for k in range(min(n, limit)):
            out[written + k] = ranks[k]
        written += min(n, limit)
        new_bounds[row + 1] = written
