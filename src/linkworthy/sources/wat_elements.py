"""The link elements of many WAT pages: resolved together, and what the simple ones of them say as columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkworthy.html.compiled.resolving import ASK, K_COLUMNS
from linkworthy.html.head import MAX_STYLESHEETS
from linkworthy.html.links import Resolver
from linkworthy.html.texts import Texts
from linkworthy.sources.wat_envelope import I_TEXTS
from linkworthy.sources.wat_layout import Link
from linkworthy.sources.wat_page import asked_of
from linkworthy.sources.wat_spans import resolve_rows
from linkworthy.sources.wat_survey import Survey, first_of_each

Array = NDArray[Any]

_STYLE, _NEXT, _PREVIOUS, _ALTERNATE, _OTHER = 1, 2, 4, 8, 16
"""What an element tells, by its rel; what tells anything else is put to the functions that read one page."""
_MARKS = {"stylesheet": _STYLE, "next": _NEXT, "prev": _PREVIOUS, "alternate": _ALTERNATE}
_URL, _REL, _TYPE, _LANGUAGE = (I_TEXTS + 2 * n for n in range(4))


class Elements:
    """The link elements of ``n`` pages that facts come from."""

    def __init__(self, found: Survey, items: Array, pages: Array, resolvers: Sequence[Resolver]) -> None:
        ids, rels = found.encoded(items, _REL)
        marks = np.array([_marks_of(rel) for rel in rels] or [0])[ids]
        alternates = (marks & _ALTERNATE > 0).nonzero()[0]
        marks[alternates[self._tell_others(found, items[alternates])]] |= _OTHER
        chosen = marks & ~_ALTERNATE > 0
        self._found, self._resolvers = found, resolvers
        self._items, self._pages, self._marks = items[chosen], pages[chosen], marks[chosen]
        self._urls = self._resolved()

    @staticmethod
    def _tell_others(found: Survey, alternates: Array) -> Array:
        """Tell which alternates name a language or a feed; most are icons and style sheets."""
        ids, types = found.encoded(alternates, _TYPE)
        are_feeds = np.array(["+" in one for one in types] or [False])[ids]
        told: Array = are_feeds | (alternates[:, _LANGUAGE] >= 0)
        return told

    def columns(self, n: int) -> dict[str, Any]:
        """Give style sheets and neighbours of each page."""
        columns: dict[str, Any] = {
            name: first_of_each(self._urls, self._marks & mark > 0, self._pages, n)
            for name, mark in (("next_url", _NEXT), ("prev_url", _PREVIOUS))
        }
        are_styles = self._marks & _STYLE > 0
        styles: dict[int, dict[str, None]] = {}
        listed = self._urls.filter(pa.array(are_styles)).to_pylist()
        for page, url in zip(self._pages[are_styles].tolist(), listed, strict=True):
            if url:
                styles.setdefault(page, {})[url] = None
        columns["stylesheets"] = [list(styles.get(page, ()))[:MAX_STYLESHEETS] for page in range(n)]
        return columns

    def _resolved(self) -> pa.StringArray:
        """Give the URL that each element leads to, null where it is none."""
        nears = [resolver.near for resolver in self._resolvers]
        bases = [near.base.encode() if near is not None else b"" for near in nears]
        bounds = np.zeros(len(bases) + 1, np.int64)
        np.cumsum([len(base) for base in bases], out=bounds[1:])
        places = [(near.origin, near.folder, near.query) if near is not None else (0, 0, 0) for near in nears]
        items, pages = self._items, self._pages
        size = (items[:, _URL + 1] - items[:, _URL]).clip(0) + np.diff(bounds)[pages] + 1
        out, ends = np.empty(int(size.sum()) + 1, np.uint8), np.zeros(len(items) + 1, np.int32)
        kinds, row = np.zeros(len(items), np.uint8), np.zeros(K_COLUMNS, np.int64)
        resolve_rows(
            self._found.array, items, _URL, pages, np.frombuffer(b"".join(bases), np.uint8), bounds,
            np.array(places, np.int64).reshape(-1, 3), row, out, ends, kinds,
        )  # fmt: skip
        asked = (kinds == ASK).nonzero()[0]
        hrefs = self._found.strings(items[asked], _URL)
        others = {
            place: self._resolvers[page].url(href)
            for place, page, href in zip(asked.tolist(), pages[asked].tolist(), hrefs, strict=True)
        }
        data, ends, is_null = Texts(out[: ends[-1]].tobytes(), ends, others, has_nulls=True).packed()
        validity = None if is_null is None else pa.py_buffer(np.packbits(~is_null, bitorder="little"))
        return pa.StringArray.from_buffers(len(items), pa.py_buffer(ends), pa.py_buffer(data), validity)

    def others(self, pages: Sequence[int]) -> dict[int, list[Link]]:
        """Give the elements of pages with any that tells something else, and of these pages, by page."""
        is_other = np.zeros(len(self._resolvers), np.bool_)
        is_other[self._pages[self._marks & _OTHER > 0]] = True
        is_other[list(pages)] = True
        chosen = is_other[self._pages]
        items = self._items[chosen]
        texts = [self._found.strings(items, column) for column in (_URL, _REL, _TYPE, _LANGUAGE)]
        targets = self._urls.filter(pa.array(chosen)).to_pylist()
        elements: dict[int, list[Link]] = {}
        for page, target, url, rel, kind, language in zip(self._pages[chosen].tolist(), targets, *texts, strict=True):
            if url:
                self._resolvers[page].learn(url, target)
            elements.setdefault(page, []).append(Link(url=url, rel=rel, type=kind, hreflang=language))
        return elements


@lru_cache(maxsize=4_096)
def _marks_of(rel: str) -> int:
    marks = 0
    for one in asked_of(rel) if rel else ():
        marks |= _MARKS.get(one, _OTHER)
    return marks
