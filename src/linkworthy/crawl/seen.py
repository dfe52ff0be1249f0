"""A set of texts by their 64-bit fingerprints: 8 bytes a slot, asked and told many at a time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.int64]

_FIRST_SLOTS = 1 << 12
_MAX_LOAD = 0.6


class Seen:
    """Knows which texts it was told. Of five million, two share a fingerprint once in a million times.

    Fingerprints are Python's own, which differ between processes: the set is rebuilt where it is opened.
    """

    def __init__(self) -> None:
        self._slots = np.zeros(_FIRST_SLOTS, np.int64)
        self._n = 0

    def __len__(self) -> int:
        """Count the texts."""
        return self._n

    def has(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Tell of each fingerprint whether it is known."""
        known: npt.NDArray[np.bool_] = self._slots[self._places(hashes)] != 0
        return known

    def add(self, hashes: Hashes) -> int:
        """Take fingerprints, and count those that were new."""
        fresh = np.unique(hashes)
        fresh = fresh[~self.has(fresh)]
        self._grow(self._n + len(fresh))
        self._put(fresh)
        self._n += len(fresh)
        return len(fresh)

    def _places(self, hashes: Hashes) -> npt.NDArray[np.int64]:
        """Give where each fingerprint stands, or the free slot where it would."""
        mask = np.int64(len(self._slots) - 1)
        places = _mixed(hashes) & mask
        open_ones = np.arange(len(hashes))
        while len(open_ones):
            held = self._slots[places[open_ones]]
            open_ones = open_ones[(held != 0) & (held != hashes[open_ones])]
            places[open_ones] = (places[open_ones] + 1) & mask
        return places

    def _put(self, fresh: Hashes) -> None:
        """Write new fingerprints; of several that want one slot one gets it, and the others look on."""
        while len(fresh):
            places = self._places(fresh)
            self._slots[places] = fresh
            fresh = fresh[self._slots[places] != fresh]

    def _grow(self, n: int) -> None:
        size = len(self._slots)
        while n > _MAX_LOAD * size:
            size *= 2
        if size > len(self._slots):
            held = self._slots[self._slots != 0]
            self._slots = np.zeros(size, np.int64)
            self._put(held)


def fingerprints(texts: Iterable[str]) -> Hashes:
    """Give a fingerprint of each text, never 0."""
    found = np.fromiter(map(hash, texts), np.int64)
    found[found == 0] = 1
    return found


def _mixed(hashes: Hashes) -> npt.NDArray[np.int64]:
    return (hashes >> np.int64(17)) ^ hashes
