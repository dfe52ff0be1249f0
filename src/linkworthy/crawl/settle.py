"""Turns the many parts of a group into one sorted file a table, which no longer shows in which order answers came.

Tables of what pages hold may stay in their parts, each of which is sorted: all rows of a page stand in one of them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from linkworthy.engine.embedded import Embedded, open_view
from linkworthy.site import Run
from linkworthy.site.parts import as_table
from linkworthy.tables import TABLES
from linkworthy.tables.form import Table

if TYPE_CHECKING:
    from linkworthy.crawl.frontier import Frontier

ROWS_AT_ONCE = 10_000
MEMORY_MB = (400, 1_600, 6_400, 25_600)
"""What the database may use; more is allowed only where it cannot do with less."""
THREADS = 2
"""Each thread of the database sorts in memory of its own."""


def settle(
    run: Run,
    group: str,
    engine: Embedded,
    frontier: Frontier,
    folder: Path,
    *,
    queries: Mapping[str, str],
    tables: Iterable[str],
    kept: Collection[str] = (),
) -> None:
    """Write each table anew, sorted, as part 0 of its group, and remove its other parts; those ``kept`` stay.

    A table without a query of its own is copied as it is; a query sees what was settled before it as ``settled_NAME``.
    Killed at any moment, a second call goes on: the sorted files
    are complete before the first part is touched.
    """
    if frontier.fact("sorted") is None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with engine.connect(own_tables(run, group)) as db:
            _bound(db, folder)
            for name in (name for name in tables if name not in kept):
                query = queries.get(name, f'select * from "{name}"')
                _sort(db, TABLES[name], query, folder / f"{name}.parquet")
                open_view(db, f"settled_{name}", [folder / f"{name}.parquet"])
        frontier.keep("sorted", "yes")
    for path in sorted(folder.glob("*.parquet")):
        path.replace(run.path(path.stem, group, 0))
    for name in TABLES.keys() - set(kept):
        run.discard(name, group, 1)


def _bound(db: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Let the database use bounded memory, and the run's own folder for what does not fit."""
    spill = folder / "spill"
    spill.mkdir()
    db.execute("set temp_directory = ?", [str(spill)])
    db.execute("set preserve_insertion_order = false")
    db.execute("set threads = ?", [THREADS])


def own_tables(run: Run, group: str) -> dict[str, list[Path]]:
    """Give the parts that this run has written for one group."""
    found = {
        name: [run.path(name, group, 0).with_name(path.name) for path in paths] for name, paths in run.tables().items()
    }
    mine = {name: [p for p in paths if p.name.split(".")[1] == group and p.exists()] for name, paths in found.items()}
    return {name: paths for name, paths in mine.items() if paths}


def _sort(db: duckdb.DuckDBPyConnection, table: Table, query: str, path: Path) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - loaded where files are written

    order = ", ".join(f'"{name}"' for name in dict.fromkeys((*table.sort, *table.key)))
    names = ", ".join(f'"{name}"' for name in table.names)
    for memory_mb in MEMORY_MB:
        db.execute("set memory_limit = ?", [f"{memory_mb}MB"])
        try:
            with pq.ParquetWriter(path, table.schema, compression="zstd", compression_level=3) as writer:
                reader = db.sql(f"select {names} from ({query}) order by {order}").to_arrow_reader(ROWS_AT_ONCE)
                for batch in reader:
                    if batch.num_rows:
                        writer.write_table(as_table(table, batch))
            break
        except duckdb.OutOfMemoryException:
            if memory_mb == MEMORY_MB[-1]:
                raise
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
