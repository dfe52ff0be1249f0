# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# Compiled code counts in machine numbers, and a loop keeps its branches together: a call in it may cost more.
"""Counts how many different groups the sources of a row belong to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.arcs import sort_ids
from linkworthy.graph.kernels.native import kernel

Ids = NDArray[np.uint32]
Longs = NDArray[np.int64]


@kernel()
def groups_of_rows(bounds: Longs, ids: Ids, group_of_source: Ids, own: Ids, out: Ids) -> int:
    """Write for each row its sources' groups, each once and its own left out; gives the links from known groups.

    Group 0 is unknown: such sources count one each.
    """
    known = 0
    for row in range(bounds.size - 1):
        first, n = bounds[row], bounds[row + 1] - bounds[row]
        groups = np.empty(n, np.uint32)
        named = 0
        for k in range(n):
            group = group_of_source[ids[first + k]]
            if group != 0:
                groups[named] = group
                named += 1
        sort_ids(groups, 0, named)
        different = 0
        for k in range(named):
            if groups[k] != own[row] and (k == 0 or groups[k] != groups[k - 1]):
                different += 1
        out[row] = np.uint32(different + n - named)
        known += named
    return known
