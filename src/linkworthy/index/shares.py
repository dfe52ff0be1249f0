"""Deals everything that speaks of links out in shares of the linking pages, so that the merge's memory is bounded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkworthy.engine.progress import Progress
from linkworthy.index.keys import folded, numbered, page_keys, shares_of
from linkworthy.index.opinions import Vocabulary


class Share(NamedTuple):
    """Rows of some linking pages: ``rows`` for the statements, and what their numbers stand for."""

    rows: pa.Table
    opinions: pa.Array
    pages: pa.Array
    """Page keys by number (columns ``s`` and ``t``)."""
    anchors: pa.Array
    """Folded anchors by number (column ``a``)."""
    has_moved: bool
    """Redirects are known of a page or a target in it."""
    has_speakers: bool
    """More than one source speaks in it."""


def deal(
    reader: Iterable[pa.RecordBatch],
    n_shares: int,
    scratch: Path,
    progress: Progress,
    words: Vocabulary,
    moved: Mapping[str, str],
) -> Iterator[Share]:
    """Give shares one after the other; what speaks of one link is in one share, in the order in which it came.

    ``moved`` says where a page key leads by redirects: a page is dealt with the page that it leads to.
    """
    ends = (pa.array(list(moved), pa.string()), pa.array(list(moved.values()), pa.string()))
    batches = (_keyed(batch, words, ends) for batch in reader)
    if n_shares == 1:
        rows = list(batches)
        if rows:
            yield _share(pa.Table.from_batches(rows))
        return
    paths = [scratch / f"{n}.arrow" for n in range(n_shares)]
    packed = pa.ipc.IpcWriteOptions(compression="lz4")
    with contextlib.ExitStack() as stack:
        writers: list[pa.ipc.RecordBatchStreamWriter] = []
        for batch in batches:
            if not writers:
                writers = [stack.enter_context(pa.ipc.new_stream(path, batch.schema, options=packed)) for path in paths]
            share = shares_of(pc.coalesce(batch.column("final_key"), batch.column("source_key")), n_shares)
            order = np.argsort(share, kind="stable")
            sorted_batch = batch.take(pa.array(order))
            bounds = np.searchsorted(share[order], np.arange(n_shares + 1))
            for n, writer in enumerate(writers):
                if bounds[n] < bounds[n + 1]:
                    writer.write_batch(sorted_batch.slice(bounds[n], bounds[n + 1] - bounds[n]))
    for n, path in enumerate(paths if writers else ()):
        progress.update(n)
        with pa.ipc.open_stream(path) as rows_of:
            table = rows_of.read_all()
        path.unlink()
        if table.num_rows:
            yield _share(table)


def _keyed(batch: pa.RecordBatch, words: Vocabulary, ends: tuple[pa.Array, pa.Array]) -> pa.RecordBatch:
    """Add the keys that rows are merged by; opinions get numbers for keys."""
    columns = {name: batch.column(name) for name in batch.schema.names}
    text = {name: columns[name].cast(pa.string()) for name in ("source_url", "target_url", "anchor", "reported_by")}
    columns["opinions"] = words.encode(columns["opinions"], text["reported_by"])
    columns["source_key"] = page_keys(text["source_url"])
    columns["target_key"] = page_keys(text["target_url"])
    columns["anchor_key"] = folded(text["anchor"])
    columns["final_key"] = _led(columns["source_key"], ends)
    columns["final_target_key"] = _led(columns["target_key"], ends)
    return pa.RecordBatch.from_pydict(columns)


def _led(keys: pa.Array, ends: tuple[pa.Array, pa.Array]) -> pa.Array:
    """Give where redirects lead from each page, null where none do."""
    if not len(ends[0]):
        return pa.nulls(len(keys), pa.string())
    return ends[1].take(pc.index_in(keys, ends[0], skip_nulls=True))


def _share(rows: pa.Table) -> Share:
    """Make a share of rows: they, their pages and their anchors get numbers."""
    (s, t, final_s, final_t), pages = numbered(
        *(rows.column(f"{name}_key") for name in ("source", "target", "final", "final_target"))
    )
    (a,), anchors = numbered(rows.column("anchor_key"))
    opinions = whole(rows.column("opinions"))
    numbers = {
        "sid": pa.array(np.arange(rows.num_rows, dtype=np.int32)),
        "s": s,
        "t": t,
        "a": a,
        "final_s": final_s,
        "final_t": final_t,
        "is_bare": pc.fill_null(pc.equal(rows.column("anchor_key"), ""), False),
        "has_opinions": pa.array(np.diff(opinions.offsets.to_numpy()) > 0),
    }
    kept = [name for name in rows.column_names if not name.endswith("_key") and name != "opinions"]
    seen = rows.select(kept)
    for name, column in numbers.items():
        seen = seen.append_column(name, column)
    has_moved = max(len(final_s) - final_s.null_count, len(final_t) - final_t.null_count) > 0
    n_speakers = pc.count_distinct(rows.column("reported_by"), mode="all").as_py()
    return Share(seen, opinions, pages, anchors, has_moved, n_speakers > 1)


def whole(column: pa.ChunkedArray) -> pa.Array:
    """Give a column in one piece."""
    joined = column.combine_chunks()
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) else joined
