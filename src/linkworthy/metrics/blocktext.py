"""Text of own pages in the order of the pages, a bounded number of blocks at a time, whole pages only."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

_BLOCKS_AT_ONCE = 8_000

OWN_TEXT = """
select s.page, b.n, b.region, b.text from blocks b join scanned s using (url) anti join template_block using (text_hash)
{where} order by s.page, b.n
"""
"""Blocks of scanned pages outside the template."""


def whole_pages(db: duckdb.DuckDBPyConnection, where: str = "") -> Iterator[pa.Table]:
    """Give the blocks of ``scanned`` pages that are no template, in batches that end with a page."""
    reader = db.sql(OWN_TEXT.format(where=where)).to_arrow_reader(_BLOCKS_AT_ONCE)
    held: pa.Table | None = None
    for batch in reader:
        if not batch.num_rows:
            continue
        table = pa.Table.from_batches([batch])
        held = table if held is None else pa.concat_tables([held, table])
        pages = held.column("page").to_numpy()
        cut = int(np.searchsorted(pages, pages[-1]))
        if cut:
            yield held.slice(0, cut).combine_chunks()
            held = held.slice(cut)
    if held is not None:
        yield held.combine_chunks()


def is_joined(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Tell for each block whether its words go on with those of the one before: next to it, in the same region."""
    page, n = table.column("page").to_numpy(), table.column("n").to_numpy()
    region = table.column("region").combine_chunks().dictionary_encode().indices.to_numpy()
    out = np.zeros(table.num_rows, np.bool_)
    out[1:] = (page[1:] == page[:-1]) & (n[1:] == n[:-1] + 1) & (region[1:] == region[:-1])
    return out


def text_of(table: pa.Table) -> pa.Array:
    """Give the texts of a batch as one array."""
    return table.column("text").combine_chunks() if table.num_rows else pa.array([], pa.string())
