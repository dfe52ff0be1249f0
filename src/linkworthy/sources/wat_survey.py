"""What compiled code found in some records of a WAT: which texts stand where, and columns made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkworthy.sources.wat_envelope import I_COLUMNS, I_KIND, I_TEXTS, V_COUNT, survey
from linkworthy.sources.wat_spans import Marks, folded, marked, spans, stripped, take_apart

Array = NDArray[Any]

_KEY_COLUMNS = 24
_BYTES_OF_ITEM = 12
"""Bytes that a header, a meta, a link or a script takes at least where there are many."""
_MARKS = Marks()


class Room:
    """Arrays that surveys write to, one after the other: new ones would cost as much as reading does."""

    def __init__(self) -> None:
        self.key = np.zeros(_KEY_COLUMNS, np.int64)
        self._items = np.empty((0, I_COLUMNS), np.int64)

    def items(self, n_bytes: int) -> Array:
        """Give an array for all items that some bytes may hold."""
        size = n_bytes // _BYTES_OF_ITEM + 1
        if len(self._items) < size:
            self._items = np.empty((2 * size, I_COLUMNS), np.int64)
        return self._items


class Survey:
    """The records of one chunk."""

    def __init__(self, contents: Sequence[bytes], room: Room) -> None:
        joined = bytearray().join(contents)
        bounds = np.zeros(len(contents) + 1, np.int64)
        np.cumsum([len(content) for content in contents], out=bounds[1:])
        self.array = np.frombuffer(joined, np.uint8)
        self.states = np.zeros(len(contents), np.uint8)
        """What each record is; see ``wat_envelope``."""
        self.rows = np.empty((len(contents), 2 * V_COUNT + 2), np.int64)
        """Where the texts of each record stand."""
        items = room.items(len(joined))
        n_items = survey(self.array, bounds, self.states, self.rows, items, room.key)
        self.items = items[:n_items]
        """Headers, metas, link elements and scripts of all pages, in their order, until the next survey."""
        self.text = bytes(joined)
        """Of texts that are asked for, the escapes are undone."""

    def items_of(self, kind: int) -> Array:
        """Give the items of one kind."""
        items: Array = self.items[self.items[:, I_KIND] == kind]
        return items

    def strings(self, rows: Array, column: int) -> list[str | None]:
        """Give the texts of a column, null for those that are absent."""
        text = self.text
        return [
            None if start < 0 else text[start:end].decode()
            for start, end in zip(rows[:, column].tolist(), rows[:, column + 1].tolist(), strict=True)
        ]

    def encoded(self, rows: Array, column: int) -> tuple[Array, list[str]]:
        """Give the texts of a column by number, and the different ones among them."""
        encoded = self.column(rows, column).dictionary_encode()
        return encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist()

    def column(self, rows: Array, column: int) -> pa.StringArray:
        """Give the texts of a column as they are, those that are absent empty."""
        out, bounds = _room(rows, column)
        spans(self.array, rows, column, out, bounds)
        return _strings(out, bounds)

    def folded(self, rows: Array, column: int) -> pa.StringArray:
        """Give the texts of a column with their white space folded; none may be longer than ``MAX_FOLDED`` bytes."""
        out, bounds = _room(rows, column)
        folded(self.array, rows, column, out, bounds)
        return _strings(out, bounds)

    def joined(self, rows: Array, column: int, is_first: Array) -> pa.StringArray:
        """Give the texts of a column without white space around them, those joined that follow a first one."""
        out, bounds = _room(rows, column, 2)
        n = stripped(self.array, rows, column, is_first, out, bounds)
        return _strings(out, bounds[: n + 1])

    def ends_beyond_ascii(self, rows: Array, column: int) -> Array:
        """Tell where a text begins or ends with a character beyond ASCII, which may be white space."""
        starts, ends = rows[:, column], rows[:, column + 1]
        has_any = ends > starts
        at = np.where(has_any, starts, 0), np.where(has_any, ends - 1, 0)
        return has_any & ((self.array[at[0]] | self.array[at[1]]) >= 0x80)

    def taken_apart(self, rows: Array, column: int) -> list[list[int]]:
        """Give of each URL where its host begins and ends, its folder, and its path; -1 where it is not plain."""
        places = np.empty((len(rows), 4), np.int64)
        take_apart(self.array, rows, column, places)
        return places.tolist()

    def marked(self, rows: Array) -> Array:
        """Tell which addresses may hold the identifier of an owner."""
        found = np.zeros(len(rows), np.bool_)
        marked(self.array, rows, I_TEXTS, _MARKS.texts, _MARKS.bounds, _MARKS.firsts, found)
        return found


def _room(rows: Array, column: int, n_beside: int = 0) -> tuple[Array, Array]:
    """Give arrays that all texts of a column fit into."""
    starts = rows[:, column]
    size = int(np.where(starts >= 0, rows[:, column + 1] - starts, 0).sum())
    return np.empty(size + n_beside * len(rows) + 1, np.uint8), np.zeros(len(rows) + 1, np.int32)


def _strings(out: Array, bounds: Array) -> pa.StringArray:
    return pa.StringArray.from_buffers(len(bounds) - 1, pa.py_buffer(bounds), pa.py_buffer(out))


def with_nulls(values: pa.StringArray, is_null: Array) -> pa.StringArray:
    """Give the same texts, null where they are to be."""
    if not is_null.any():
        return values
    validity = pa.py_buffer(np.packbits(~is_null, bitorder="little"))
    _, bounds, data = values.buffers()
    return pa.StringArray.from_buffers(len(values), bounds, data, validity)


def lengths(values: pa.StringArray) -> Array:
    """Give the bytes of each text of a column that is no slice of another."""
    return np.diff(np.frombuffer(values.buffers()[1], np.int32)[: len(values) + 1])


def first_of_each(values: pa.StringArray, are_fit: Array, pages: Array, n: int) -> pa.StringArray:
    """Give for each of ``n`` pages the first of its values that is fit, null where none is."""
    places = np.full(n, -1)
    fit = are_fit.nonzero()[0][::-1]
    places[pages[fit]] = fit
    return values.take(pa.array(places, mask=places < 0))
