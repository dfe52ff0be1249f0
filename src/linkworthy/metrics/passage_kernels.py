"""Copies passages out of texts of many blocks: bytes of UTF-8, cut after a number of characters."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from linkworthy.metrics.kernel import kernel

Array = npt.NDArray[Any]

_SPACE = 32


@kernel
def copy_passages(data: Array, offsets: Array, bounds: Array, limit: int, places: Array, out: Array) -> None:
    """Write each passage into ``out``, from its place on; without room in ``out``, its bytes into ``places``.

    A row of ``bounds``: first block, last block, first byte and end byte. ``places`` holds one number more than there
    are passages: bytes go into the one after the passage's own, so that their sums are places.
    """
    for i in range(bounds.shape[0]):
        if out.size == 0:
            places[i + 1] = copy_passage(data, offsets, bounds[i], limit, out, np.int64(0))
        else:
            copy_passage(data, offsets, bounds[i], limit, out, places[i])


@kernel
def copy_passage(data: Array, offsets: Array, bound: Array, limit: int, out: Array, place: Any) -> Any:
    """Write one passage, a space between blocks; gives its bytes."""
    at, n = np.int64(place), 0
    for block in range(bound[0], bound[1] + 1):
        if block > bound[0]:
            if n == limit:
                break
            if out.size > 0:
                out[at] = _SPACE
            at += 1
            n += 1
        start = bound[2] if block == bound[0] else offsets[block]
        stop = bound[3] if block == bound[1] else offsets[block + 1]
        for i in range(start, stop):
            if data[i] & 0xC0 != 0x80:  # a character begins
                if n == limit:
                    return at - place
                n += 1
            if out.size > 0:
                out[at] = data[i]
            at += 1
    return at - place
