"""Collects what visits give, and puts it on disk together: first the parts, then word of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from linkworthy import urls
from linkworthy.crawl.frontier import Offer, Result
from linkworthy.crawl.task import Content, Taken
from linkworthy.html.page import Block, Image, Item, Link, Resource, Rows
from linkworthy.html.texts import Texts
from linkworthy.site.parts import write_table
from linkworthy.tables import table

MAX_RESULTS = 800
MAX_ROWS = 150_000
MAX_TEXT = 48 << 20
"""Characters of text, about."""
MAX_SECONDS = 10.0
"""A batch ends at any of the four: what a kill can cost stays small, and so does memory."""
_MAX_KNOWN = 100_000

Commit = Callable[[int, list[Result], list[Offer]], None]
"""Takes word of a part that is on disk: its number, the results that it holds, and the URLs that they offer."""

Apply = Callable[[list[Result], list[Offer]], None]
"""Takes what is good only together with the next part: a kill before it undoes both."""

_CONTENT: dict[str, tuple[str, tuple[str, ...]]] = {
    "links": ("links", Link._fields),
    "blocks": ("blocks", Block._fields),
    "images": ("images", Image._fields),
    "resources": ("resources", Resource._fields),
    "structured": ("items", Item._fields),
}
"""Table: where a page holds its rows, and their columns."""
_TEXT = Block._fields.index("text")


class Batch:
    """What is not on disk yet. Parts of several writers differ in their numbers by ``stride``."""

    def __init__(
        self,
        path: Callable[[str, int], Path],
        capture: str,
        commit: Commit,
        first: int,
        stride: int,
        *,
        apply: Apply | None = None,
    ) -> None:
        """Take where parts lie, and whom to tell; ``apply`` is told of what is not on disk yet when a pass ends."""
        self._apply = apply
        self._path = path
        self._capture = capture
        self._commit = commit
        self._part = first
        self._stride = stride
        self._known: dict[int, tuple[int, int, int, str]] = {}
        self._results: list[Result] = []
        self._offers: list[Offer] = []
        self._n_told = 0
        """Results that were applied, and whose rows are not on disk."""
        self._clear()

    def add(self, taken: Taken, result: Result | None = None) -> None:
        """Take what came of one visit, and write all where there is enough."""
        for name, rows in taken.rows.items():
            if rows:
                self._rows.setdefault(name, []).extend(rows)
                self._n_rows += len(rows)
        if taken.content is not None:
            page = taken.content.page
            self._contents.append(taken.content)
            self._n_rows += len(page.links) + len(page.blocks) + len(page.images)
            self._n_text += _n_characters(page.blocks)
        for offer in taken.offers:
            self._offer(offer)
        if result is not None:
            self._results.append(result)
        is_full = (
            len(self._results) + self._n_told >= MAX_RESULTS or self._n_rows >= MAX_ROWS or self._n_text >= MAX_TEXT
        )
        if is_full or time.monotonic() - self._since >= MAX_SECONDS:
            self.flush()

    def end_pass(self) -> None:
        """Let the frontier know all; many small passes share a part where it can wait for that."""
        if self._apply is None:
            self.flush()
        elif self._results or self._offers:
            self._apply(self._results, self._offers)
            self._n_told += len(self._results)
            self._results, self._offers = [], []

    def flush(self) -> None:
        """Write the parts, then give word of them."""
        if self._rows or self._results or self._offers or self._contents or self._n_told:
            for name, rows in self._rows.items():
                self._write(name, rows)
            self._contents.sort(key=lambda content: content.page.url)
            for name in _CONTENT:
                columns = _columns(name, self._contents, self._capture)
                if columns is not None:
                    self._write(name, columns)
            self._commit(self._part, self._results, self._offers)
            self._part += self._stride
        self._clear()

    def _write(self, name: str, rows: Any) -> None:
        write_table(self._path(name, self._part), table(name), rows)

    def _offer(self, offer: Offer) -> None:
        """Keep an offer unless this writer has made one that is as good."""
        key = hash((offer.role, offer.url))
        known = self._known.get(key)
        if known is None or offer.order < known:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known[key] = offer.order
            self._offers.append(offer)

    def _clear(self) -> None:
        self._rows: dict[str, list[Mapping[str, Any]]] = {}
        self._contents: list[Content] = []
        self._results, self._offers = [], []
        self._n_rows = self._n_text = self._n_told = 0
        self._since = time.monotonic()


def _n_characters(blocks: Sequence[Block]) -> int:
    if isinstance(blocks, Rows) and isinstance(texts := blocks.held[_TEXT], Texts):
        return texts.n_bytes
    return sum([len(block.text) for block in blocks])


def _columns(name: str, contents: Sequence[Content], capture: str) -> pa.Table | None:
    """Give the rows of one table that pages hold as columns, null where they hold none."""
    held, fields = _CONTENT[name]
    kept = [(content, rows) for content in contents if name in content.tables and (rows := getattr(content.page, held))]
    if not kept:
        return None
    schema = table(name).schema
    held_columns = [rows.held if isinstance(rows, Rows) else list(zip(*rows, strict=True)) for _, rows in kept]
    arrays = {
        field: arrow_of([columns[n] for columns in held_columns], schema.field(field).type)
        for n, field in enumerate(fields)
    }
    sizes = [len(rows) for _, rows in kept]
    for field, value in _source(name, capture).items():
        one_each = pa.array([value(content) for content, _ in kept], schema.field(field).type)
        arrays[field] = one_each.take(pa.array([n for n, size in enumerate(sizes) for _ in range(size)], pa.int32()))
    return pa.table(arrays)


def arrow_of(columns: Sequence[Sequence[Any]], kind: pa.DataType) -> pa.Array:
    """Put the columns of pages one behind the other; texts are taken as the UTF-8 that they are."""
    texts = [column for column in columns if isinstance(column, Texts)]
    if kind != pa.string() or not texts:
        return pa.array(list(chain.from_iterable(columns)), kind)
    if len(texts) < len(columns):
        return pa.concat_arrays([arrow_of([one], kind) for one in columns])
    packed = [column.packed() for column in texts]
    sizes = np.concatenate([bounds[1:] - bounds[:-1] for _, bounds, _ in packed])
    bounds = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=bounds[1:])
    data = pa.py_buffer(b"".join([data for data, _, _ in packed]))
    return pa.StringArray.from_buffers(len(sizes), pa.py_buffer(bounds), data, _validity(packed))


def _validity(packed: Sequence[tuple[bytes, Any, Any]]) -> pa.Buffer | None:
    """Give the bits of what is not null, null where nothing is."""
    if all(is_null is None for _, _, is_null in packed):
        return None
    nulls = [np.zeros(len(bounds) - 1, np.bool_) if is_null is None else is_null for _, bounds, is_null in packed]
    return pa.py_buffer(np.packbits(~np.concatenate(nulls), bitorder="little"))


def _source(name: str, capture: str) -> dict[str, Callable[[Content], Any]]:
    if name != "links":
        return {"url": lambda content: content.page.url}
    return {
        "source_url": lambda content: content.page.url,
        "source_domain": lambda content: urls.domain_of(content.page.url),
        "captured_at": lambda content: content.captured_at,
        "capture": lambda _content: capture,
    }
