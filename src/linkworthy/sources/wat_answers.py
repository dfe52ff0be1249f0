"""The HTTP headers of many WAT pages as columns."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkworthy.fetch.base import Headers
from linkworthy.sources.wat_envelope import HEADER, I_RECORD, I_TEXTS
from linkworthy.sources.wat_survey import Survey, first_of_each
from linkworthy.tables import table

Array = NDArray[Any]

_COLUMNS = ("server", "content-type", "content-encoding")
_HEEDED = frozenset({"link", "x-robots-tag", "refresh"})
"""Headers that facts of the head come from."""
_NAME, _VALUE = I_TEXTS, I_TEXTS + 2


class Answers:
    """The headers of all pages of a chunk, before it is known which of those are read."""

    def __init__(self, found: Survey) -> None:
        self._found = found
        items = self._items = found.items_of(HEADER)
        ids, written = found.encoded(items, _NAME)
        names = [name.strip().lower() for name in written]
        known = {name: n for n, name in enumerate(dict.fromkeys(names))}
        self._names = list(known)
        self._ids = np.array([known[name] for name in names] or [0])[ids]
        self._is_first = np.diff(items[:, _NAME], prepend=-1) != 0
        self.are_odd = np.zeros(len(found.states), np.bool_)
        """Records with a name written in two ways, or with values that only Python can strip."""
        self.are_odd[items[found.ends_beyond_ascii(items, _VALUE), I_RECORD]] = True
        self._mark_twins()

    def _mark_twins(self) -> None:
        records = self._items[self._is_first, I_RECORD]
        pairs = records * (len(self._names) + 1) + self._ids[self._is_first]
        order = np.argsort(pairs, kind="stable")
        self.are_odd[records[order[1:][np.diff(pairs[order]) == 0]]] = True

    def columns(self, place: Array, n: int) -> tuple[dict[str, Any], list[str | None]]:
        """Give the columns of ``n`` pages that headers are in, and their content types as they were sent.

        ``place`` says for each record which page it is, -1 for none.
        """
        is_here = place[self._items[:, I_RECORD]] >= 0
        items, firsts = self._items[is_here], self._is_first[is_here]
        values = self._found.joined(items, _VALUE, firsts)
        ids, pages = self._ids[is_here][firsts], place[items[firsts, I_RECORD]]
        offsets = np.zeros(n + 1, np.int32)
        np.cumsum(np.bincount(pages, minlength=n), out=offsets[1:])
        keys = pa.array(self._names, pa.string()).take(pa.array(ids))
        kind = table("pages").schema.field("headers").type
        columns: dict[str, Any] = {"headers": pa.MapArray.from_arrays(pa.array(offsets), keys, values, kind)}
        for name in _COLUMNS:
            number = self._names.index(name) if name in self._names else -1
            columns[name.replace("-", "_")] = first_of_each(values, ids == number, pages, n)
        types: list[str | None] = columns["content_type"].to_pylist()
        columns["content_type"] = [_media_type(one) if one else None for one in types]
        return columns, types

    def heeded(self, place: Array) -> dict[int, Headers]:
        """Give the headers that facts of the head come from, by page."""
        numbers = [n for n, name in enumerate(self._names) if name in _HEEDED]
        if not numbers:
            return {}
        chosen = np.isin(self._ids, numbers) & (place[self._items[:, I_RECORD]] >= 0)
        items = self._items[chosen]
        sent: dict[int, list[tuple[str, str]]] = {}
        texts = zip(self._ids[chosen].tolist(), self._found.strings(items, _VALUE), strict=True)
        for page, (number, value) in zip(place[items[:, I_RECORD]].tolist(), texts, strict=True):
            sent.setdefault(page, []).append((self._names[number], (value or "").strip()))
        return {page: tuple(pairs) for page, pairs in sent.items()}


@lru_cache(maxsize=1_024)
def _media_type(content_type: str) -> str | None:
    return content_type.partition(";")[0].strip().lower() or None
