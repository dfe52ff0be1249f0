# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# Compiled code counts in machine numbers, and a loop keeps its branches together: a call in it may cost more.
"""Counts pairs that two orders disagree on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.native import kernel


@kernel()
def inversions(values: NDArray[Any]) -> int:
    """Count pairs i < j with values[i] > values[j], by merging; sorts the array."""
    n, total, width = values.size, 0, 1
    other = np.empty_like(values)
    while width < n:
        for low in range(0, n, 2 * width):
            middle, high = min(low + width, n), min(low + 2 * width, n)
            i, j = low, middle
            for k in range(low, high):
                if i < middle and (j >= high or values[i] <= values[j]):
                    other[k] = values[i]
                    i += 1
                else:
                    other[k] = values[j]
                    total += middle - i
                    j += 1
        values[:] = other
        width *= 2
    return total
