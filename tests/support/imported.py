"""What a source gives for a file, put together from its batches."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from linkworthy.site import SiteConfig
from linkworthy.sources.base import Context, Source

WHEN = datetime(2026, 11, 22, 4, 44, tzinfo=UTC)


class Imported(NamedTuple):
    """Rows by table, and the counts."""

    tables: dict[str, list[dict[str, Any]]]
    n_used: int
    n_rejected: int

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Give the rows of a table, none where it has none."""
        return self.tables.get(table, [])


def imported(source: Source, path: Path, site: str | SiteConfig) -> Imported:
    """Read a file for a site."""
    config = SiteConfig(url=site) if isinstance(site, str) else site
    context = Context(config=config, imported_at=WHEN)
    tables: dict[str, list[dict[str, Any]]] = {}
    n_used = n_rejected = 0
    for batch in source.read(path, context):
        tables.setdefault(batch.table, []).extend(
            batch.rows.to_pylist() if isinstance(batch.rows, pa.Table) else map(dict, batch.rows)
        )
        n_used += batch.n_rows_used
        n_rejected += batch.n_rows_rejected
    return Imported(tables, n_used, n_rejected)
