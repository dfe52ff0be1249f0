# mypy: disable-error-code="assignment,arg-type,return-value,no-any-return"
# Compiled code counts in machine numbers, and a loop keeps its branches together: a call in it may cost more.
"""Front-codes sorted names: of sixteen the first stands whole, the others as what differs from the one before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.native import kernel

BLOCK = 16

Bytes = NDArray[np.uint8]
Longs = NDArray[np.int64]


@kernel()
def _write_number(out: Bytes, at: int, value: int) -> int:
    while value >= 128:
        out[at] = np.uint8((value & 127) | 128)
        value >>= 7
        at += 1
    out[at] = np.uint8(value)
    return at + 1


@kernel()
def encode_names(data: Bytes, starts: Longs, ends: Longs, out: Bytes, blocks: Longs) -> tuple[int, int]:
    """Write names; gives the bytes written, and the first name that is not above the one before it, or -1."""
    at = 0
    for k in range(starts.size):
        first, size = starts[k], ends[k] - starts[k]
        same = 0
        if k > 0:
            before, before_size = starts[k - 1], ends[k - 1] - starts[k - 1]
            while same < size and same < before_size and data[first + same] == data[before + same]:
                same += 1
            if same == size or (same < before_size and data[first + same] < data[before + same]):
                return at, k
        if k % 16 == 0:
            blocks[k // 16] = at
            same = 0
        else:
            at = _write_number(out, at, same)
        at = _write_number(out, at, size - same)
        for byte in range(same, size):
            out[at] = data[first + byte]
            at += 1
    return at, -1
