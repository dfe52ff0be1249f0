"""The merge stage: reports of all sources and captures of all pages become the link index, each link once."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkworthy import urls
from linkworthy.engine.embedded import Embedded, open_view
from linkworthy.engine.progress import Progress
from linkworthy.index import statements
from linkworthy.index.keys import attributed, folded, identities, n_entries, page_keys
from linkworthy.site import Run, SiteConfig
from linkworthy.tables import table

GROUP = "index"
BATCH_ROWS = 100_000
_KEYED = (("skey", "source_url", page_keys), ("tkey", "target_url", page_keys), ("akey", "anchor", folded))


def merge_index(run: Run, config: SiteConfig, engine: Embedded, progress: Progress) -> dict[str, Any]:
    """Merge observations and captured links into ``link_index``.

    Two reports are of one link where source page, target page, anchor and kind agree (``urls.link_identity``). A report
    that lacks the kind or the anchor joins the link that has it; one that names the linking page alone speaks for every
    link known from that page, and stays a row without target where none is known. Flags come from the newest capture,
    else from the newest report.
    """
    progress.start("merge", len(statements.STEPS) + 1)
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
        for n, (sql, spent) in enumerate(statements.STEPS, 1):
            db.execute(sql)
            if spent:
                db.execute(f"drop table {spent}")
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
    sid = 0
    for n, batch in enumerate(batches):
        rows = pa.Table.from_batches([batch])
        for key, column, work_out in _KEYED:
            rows = rows.append_column(key, work_out(_array(rows, column)))
        opinions = attributed(_whole(rows.column("opinions")), _array(rows, "reported_by"))
        rows = rows.set_column(rows.column_names.index("opinions"), "opinions", opinions)
        rows = rows.append_column("has_opinions", pc.greater(n_entries(opinions), 0))
        rows = rows.append_column("sid", pa.array(range(sid, sid + len(batch)), pa.int64()))
        path = scratch / f"{n}.parquet"
        pq.write_table(rows, path, compression="zstd", compression_level=1)
        yield path
        sid += len(batch)


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
    return _whole(rows.column(name).cast(pa.string()))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) else joined
