"""Opinions on their way through the merge: their keys are numbers in a list of ``vendor.column``, written out last."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Numbers = np.ndarray[Any, np.dtype[np.int32]]


class Vocabulary:
    """The keys of all opinions seen so far, each with who says so: ``ahrefs.domain rating``."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def encode(self, opinions: pa.Array, reported_by: pa.Array) -> pa.Array:
        """Replace the keys of a column of maps by numbers that say the reporter as well."""
        offsets = opinions.offsets.to_numpy()
        start, end = int(offsets[0]), int(offsets[-1])
        keys = opinions.keys.slice(start, end - start).dictionary_encode()
        speakers = pc.fill_null(reported_by, "").dictionary_encode()
        n_keys = max(len(keys.dictionary), 1)
        pairs = np.repeat(speakers.indices.to_numpy(), np.diff(offsets)).astype(np.int64) * n_keys
        pairs += keys.indices.to_numpy()
        numbers = self._table(speakers.dictionary.to_pylist(), keys.dictionary.to_pylist(), pairs)[pairs]
        items = opinions.items.slice(start, end - start)
        return pa.MapArray.from_arrays(pa.array(offsets - start), pa.array(numbers, pa.int32()), items)

    def _table(self, speakers: list[str], keys: list[str], pairs: np.ndarray[Any, np.dtype[np.int64]]) -> Numbers:
        """Give the number of every pair of speaker and key that occurs."""
        table = np.zeros(max(len(speakers) * len(keys), 1), np.int32)
        for pair in np.flatnonzero(np.bincount(pairs, minlength=len(table))):
            speaker, key = divmod(int(pair), max(len(keys), 1))
            table[pair] = self._numbers.setdefault(f"{speakers[speaker]}.{keys[key]}", len(self._numbers))
        return table

    def decode(self, opinions: pa.Array) -> pa.Array:
        """Write the keys of a column of maps out."""
        offsets = opinions.offsets.to_numpy()
        start, end = int(offsets[0]), int(offsets[-1])
        words = pa.array(list(self._numbers), pa.string())
        keys = words.take(opinions.keys.slice(start, end - start))
        return pa.MapArray.from_arrays(pa.array(offsets - start), keys, opinions.items.slice(start, end - start))


def chosen(opinions: pa.Array, sids: pa.Array) -> pa.Array:
    """Give the opinions of the rows that each link names, side by side."""
    named = opinions.take(sids.flatten())
    inner = named.offsets.to_numpy()
    start, end = int(inner[0]), int(inner[-1])
    outer = sids.offsets.to_numpy()
    offsets = inner[outer - outer[0]] - start
    return pa.MapArray.from_arrays(
        pa.array(offsets, pa.int32()), named.keys.slice(start, end - start), named.items.slice(start, end - start)
    )
