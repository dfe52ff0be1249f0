"""A link intersect: one linking page or domain, and a column for each of the sites that were compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkworthy import urls
from linkworthy.site import SiteConfig
from linkworthy.sources import cells, numbers
from linkworthy.sources.base import Batch, Context
from linkworthy.sources.completed import completed
from linkworthy.sources.counts import hosts_of, shape_counts
from linkworthy.sources.delimited import Chunk, read_chunks
from linkworthy.sources.layouts import Layout
from linkworthy.sources.observations import shape
from linkworthy.sources.rows import SAMPLE
from linkworthy.sources.streams import open_text

NO_TARGET = "no site of the intersect is linked"

_NOTHING = r"^\s*(?:0|-|–|—|no|false|n/a)?\s*$"
_TARGETS = frozenset({"target", "anchor_and_target", "n_links"})
_SHOWN = {"observations": "source_url", "domain_reports": "host"}


@dataclass(slots=True)
class IntersectSource:
    """A link intersect whose layout is known: a row gives an observation or a count for each site that it names."""

    layout: Layout
    detail: str | None = None
    is_damaged: bool = False

    @property
    def reported_by(self) -> str:
        """Who speaks."""
        return self.layout.reported_by

    @property
    def recognised_as(self) -> str:
        """The layout in words."""
        return self.layout.recognised_as

    def read(self, path: Path, context: Context) -> Iterator[Batch]:
        """Read the file in batches of bounded size.

        Raises: SourceError where the file is damaged.
        """
        layout, n_used = self.layout, 0
        needed = 1 + max(*layout.roles.values(), *layout.rivals.values())
        with open_text(path, context) as text:
            chunks = read_chunks(
                text,
                layout.delimiter,
                layout.n_columns,
                layout.wanted,
                n_needed=needed,
                skip_bytes=layout.skip_bytes,
            )
            for chunk in chunks:
                for batch in _shaped(completed(chunk, layout), layout, context, str(path)):
                    n_used += batch.n_rows_used
                    yield batch
        if not n_used:
            self.detail = "no row of it can be used; the table of rejects says why"


def _shaped(chunk: Chunk, layout: Layout, context: Context, file: str) -> Iterator[Batch]:
    roles = {role: place for role, place in layout.roles.items() if role not in _TARGETS}
    shaped = shape if layout.table == "observations" else shape_counts
    for batch in shaped(chunk, replace(layout, roles=roles), context, file)[0]:
        if batch.table == layout.table and isinstance(batch.rows, pa.Table):
            yield from _by_target(batch.rows, chunk, layout, context.config, file)
        else:
            yield batch


def _by_target(rows: pa.Table, chunk: Chunk, layout: Layout, config: SiteConfig, file: str) -> Iterator[Batch]:
    """Write each row once for each site that it links to; one that links to none is rejected."""
    places = pc.index_in(rows.column("row").combine_chunks(), chunk.numbers)
    is_used = np.zeros(rows.num_rows, dtype=bool)
    parts: list[pa.Table] = []
    for site, place in layout.rivals.items():
        said = chunk.columns[place].take(places)
        is_linked = pc.invert(pc.match_substring_regex(said, f"(?i){_NOTHING}"))
        is_used |= is_linked.to_numpy(zero_copy_only=False)
        linked = rows.filter(is_linked)
        parts.append(_led_to(linked, said.filter(is_linked), site, layout.table, config))
    n_used = int(is_used.sum())
    if n_used:
        together = pa.concat_tables(parts)
        together = together.take(pc.sort_indices(together, [("row", "ascending")]))
        yield Batch(table=layout.table, rows=together, n_rows_used=n_used)
    if n_used < rows.num_rows:
        left = rows.filter(pa.array(~is_used))
        rejects = pa.table(
            {
                "file": pa.repeat(pa.scalar(file), left.num_rows),
                "row": left.column("row"),
                "reason": pa.repeat(pa.scalar(NO_TARGET), left.num_rows),
                "sample": cells.clipped(left.column(_SHOWN[layout.table]).combine_chunks(), SAMPLE),
            }
        )
        yield Batch(table="rejects", rows=rejects, n_rows_rejected=left.num_rows)


def _led_to(rows: pa.Table, said: pa.Array, site: str, table: str, config: SiteConfig) -> pa.Table:
    """Say where rows lead: the URL or the count in the cell, and the competitor where the site is not own."""
    host = hosts_of(pa.array([site.strip()]))[0].as_py()
    is_own = host is not None and config.is_own_host(host)
    rival = None if is_own or host is None else urls.registrable_domain(host)
    if table == "observations":
        rows = rows.append_column("target_url", cells.urls_of(said).url)
    else:
        rows = rows.append_column("n_links", numbers.whole_numbers(said))
    return rows.append_column("rival_domain", pa.repeat(pa.scalar(rival, pa.string()), rows.num_rows))
