"""The merge stage: reports of all sources and captures of all pages become the link index, each link once."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from linkworthy import urls
from linkworthy.engine.embedded import Embedded, open_view
from linkworthy.engine.progress import Progress
from linkworthy.index import statements
from linkworthy.index.keys import folded, identities, page_keys
from linkworthy.site import Run, SiteConfig
from linkworthy.tables import table

GROUP = "index"
BATCH_ROWS = 100_000
_STEPS = (
    statements.KINDS,
    statements.ANCHORS,
    statements.WHOLE,
    statements.SPELLINGS,
    statements.OPINIONS,
)
_KEYED = (("skey", "source_url", page_keys), ("tkey", "target_url", page_keys), ("akey", "anchor", folded))


def merge_index(run: Run, config: SiteConfig, engine: Embedded, progress: Progress) -> dict[str, Any]:
    """Merge observations and captured links into ``link_index``.

    Two reports are of one link where source page, target page, anchor and kind agree (``urls.link_identity``). A report
    that lacks the kind or the anchor joins the link that has it; one that names the linking page alone speaks for every
    link known from that page, and stays a row without target where none is known. Flags come from the newest capture,
    else from the newest report.
    """
    progress.start("merge", len(_STEPS) + 2)
    scratch = run.folder / "merge"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    run.discard("link_index", GROUP)
    n_rows = 0
    with engine.connect(run.tables()) as db:
        _name_own(db, config)
        db.execute(statements.CAPTURED)
        db.execute(statements.NEWEST)
        open_view(db, "seen", list(_keyed(db, scratch)))
        for n, sql in enumerate(_STEPS, 1):
            db.execute(sql)
            progress.update(n)
        for n, part in enumerate(_index_parts(db)):
            n_rows += run.write("link_index", GROUP, part, n)
    if not n_rows:
        run.write("link_index", GROUP, [])
    shutil.rmtree(scratch, ignore_errors=True)
    progress.finish(f"{n_rows:,} links")
    return {"n_links": n_rows}


def _name_own(db: duckdb.DuckDBPyConnection, config: SiteConfig) -> None:
    db.register("own_domains", pa.table({"domain": pa.array(sorted(config.own_domains), pa.string())}))
    db.register("own_hosts", pa.table({"host": pa.array(sorted(config.hosts), pa.string())}))


def _keyed(db: duckdb.DuckDBPyConnection, scratch: Path) -> Iterator[Path]:
    """Write everything that speaks of a link with the keys that it is merged by, in files of bounded size."""
    reader = db.sql(statements.SEEN).to_arrow_reader(BATCH_ROWS)
    batches = itertools.chain(reader, [pa.RecordBatch.from_pylist([], schema=reader.schema)])
    for n, batch in enumerate(batches):
        rows = pa.Table.from_batches([batch])
        for key, column, work_out in _KEYED:
            rows = rows.append_column(key, work_out(_array(rows, column)))
        path = scratch / f"{n}.parquet"
        pq.write_table(rows, path, compression="zstd", compression_level=1)
        yield path


def _index_parts(db: duckdb.DuckDBPyConnection) -> Iterator[pa.Table]:
    names = table("link_index").names
    for batch in db.sql(statements.INDEX).to_arrow_reader(BATCH_ROWS):
        rows = pa.Table.from_batches([batch])
        if not rows.num_rows:
            continue
        keys = [_array(rows, name) for name in ("skey", "tkey", "akey", "kind")]
        hosts = _array(rows, "source_host").dictionary_encode()
        domains = pa.array([urls.registrable_domain(host) for host in hosts.dictionary.to_pylist()], pa.string())
        rows = rows.append_column("link_id", identities(*keys))
        rows = rows.append_column("source_domain", domains.take(hosts.indices))
        yield rows.select([name for name in names if name in rows.column_names])


def _array(rows: pa.Table, name: str) -> pa.Array:
    column = rows.column(name).combine_chunks().cast(pa.string())
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
