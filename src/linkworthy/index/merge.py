"""The merge stage: reports of all sources and captures of all pages become the link index, each link once."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from linkworthy import urls
from linkworthy.engine.embedded import Embedded, open_view
from linkworthy.engine.progress import Progress
from linkworthy.index import statements
from linkworthy.index.keys import attributed, folded, identities, n_entries, page_keys
from linkworthy.site import Run, SiteConfig
from linkworthy.tables import table

GROUP = "index"
BATCH_ROWS = 50_000
SHARE_ROWS = 40_000
"""Memory holds one share; each costs its own run of the statements."""
_KEYED = (("skey", "source_url", page_keys), ("tkey", "target_url", page_keys), ("akey", "anchor", folded))


def merge_index(
    run: Run, config: SiteConfig, engine: Embedded, progress: Progress, *, share_rows: int = SHARE_ROWS
) -> dict[str, Any]:
    """Merge observations and captured links into ``link_index``.

    Two reports are of one link where source page, target page, anchor and kind agree (``urls.link_identity``). A report
    that lacks the kind or the anchor joins the link that has it; one that names the linking page alone speaks for every
    link known from that page, and stays a row without target where none is known. Flags come from the newest capture,
    else from the newest report. ``share_rows`` reports and captures, about, are merged at a time.
    """
    scratch = run.folder / "merge"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    run.discard("link_index", GROUP)
    n_rows = 0
    with engine.connect(run.tables()) as db:
        _name_own(db, config)
        db.execute(statements.CAPTURED)
        db.execute(statements.NEWEST)
        n_shares = 1 + _number(db, f"select count(*) from ({statements.SEEN})") // share_rows
        progress.start("merge", n_shares)
        parts = itertools.chain.from_iterable(
            _index_parts(db, seen) for seen in _shares(db, n_shares, scratch, progress)
        )
        for n, part in enumerate(parts):
            n_rows += run.write("link_index", GROUP, part, n)
    if not n_rows:
        run.write("link_index", GROUP, [])
    shutil.rmtree(scratch, ignore_errors=True)
    progress.finish(f"{n_rows:,} links")
    return {"n_links": n_rows}


def _name_own(db: duckdb.DuckDBPyConnection, config: SiteConfig) -> None:
    db.register("own_domains", pa.table({"domain": pa.array(sorted(config.own_domains), pa.string())}))
    db.register("own_hosts", pa.table({"host": pa.array(sorted(config.hosts), pa.string())}))


def _number(db: duckdb.DuckDBPyConnection, sql: str) -> int:
    return sum(row[0] for row in db.execute(sql).fetchall())


def _shares(db: duckdb.DuckDBPyConnection, n_shares: int, scratch: Path, progress: Progress) -> Iterator[pa.Table]:
    """Give everything that speaks of a link, a share of the linking pages at a time, so that memory is bounded."""
    reader = db.sql(statements.SHARED_OUT, params=[n_shares]).to_arrow_reader(BATCH_ROWS)
    if n_shares == 1:
        yield _keyed(reader.read_all())
        return
    paths = [scratch / f"{n}.arrow" for n in range(n_shares)]
    packed = pa.ipc.IpcWriteOptions(compression="lz4")
    with contextlib.ExitStack() as stack:
        writers = [stack.enter_context(pa.ipc.new_stream(path, reader.schema, options=packed)) for path in paths]
        for batch in reader:
            for n, writer in enumerate(writers):
                writer.write_batch(batch.filter(pc.equal(batch.column("share"), n)))
    for n, path in enumerate(paths):
        progress.update(n)
        with pa.ipc.open_stream(path) as rows:
            yield _keyed(rows.read_all())
        path.unlink()


def _keyed(rows: pa.Table) -> pa.Table:
    """Add the number of every row, the keys that it is merged by, and whether it has opinions."""
    for key, column, work_out in _KEYED:
        values = [work_out(chunk) for chunk in rows.column(column).cast(pa.string()).chunks]
        rows = rows.append_column(key, pa.chunked_array(values, pa.string()))
    counts = [n_entries(chunk) for chunk in rows.column("opinions").chunks]
    rows = rows.append_column("has_opinions", pc.greater(pa.chunked_array(counts, pa.int32()), 0))
    return rows.append_column("sid", pa.array(range(rows.num_rows), pa.int64()))


def _index_parts(db: duckdb.DuckDBPyConnection, seen: pa.Table) -> Iterator[pa.Table]:
    names = table("link_index").names
    open_view(db, "seen", seen.drop_columns("opinions"))
    for sql, spent in statements.STEPS:
        db.execute(sql)
        if spent:
            db.execute(f"drop table {spent}")
    for batch in db.sql(statements.INDEX).to_arrow_reader(BATCH_ROWS):
        rows = pa.Table.from_batches([batch])
        if not rows.num_rows:
            continue
        keys = [_array(rows, name) for name in ("skey", "tkey", "akey", "kind")]
        hosts = _array(rows, "source_host").dictionary_encode()
        domains = pa.array([urls.registrable_domain(host) for host in hosts.dictionary.to_pylist()], pa.string())
        rows = rows.append_column("link_id", identities(*keys))
        rows = rows.append_column("source_domain", domains.take(hosts.indices))
        rows = rows.append_column("opinions", _opinions(seen, _whole(rows.column("opinion_sids"))))
        yield rows.select([name for name in names if name in rows.column_names])


def _opinions(seen: pa.Table, sids: pa.Array) -> pa.Array:
    """Give the opinions of the rows that each link names, side by side, each with who says so."""
    named = sids.flatten()
    opinions = attributed(
        _whole(seen.column("opinions").take(named)), _whole(seen.column("reported_by").cast(pa.string()).take(named))
    )
    offsets = opinions.offsets.take(pc.subtract(sids.offsets, sids.offsets[0]))
    return pa.MapArray.from_arrays(offsets, opinions.keys, opinions.items)


def _array(rows: pa.Table, name: str) -> pa.Array:
    return _whole(rows.column(name).cast(pa.string()))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) else joined
