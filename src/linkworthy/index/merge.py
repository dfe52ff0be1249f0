"""The merge stage: reports of all sources and captures of all pages become the link index, each link once."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Self

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from linkworthy import urls
from linkworthy.engine.embedded import Embedded, open_view
from linkworthy.engine.progress import Progress
from linkworthy.index import disputes, statements
from linkworthy.index.keys import identities
from linkworthy.index.opinions import Vocabulary, chosen
from linkworthy.index.redirects import redirected
from linkworthy.index.shares import Share, deal, whole
from linkworthy.site import Run, SiteConfig
from linkworthy.tables import table

GROUP = "index"
BATCH_ROWS = 20_000
SHARE_ROWS = 60_000
"""Memory holds one share; each costs its own run of the statements."""


def merge_index(
    run: Run, config: SiteConfig, engine: Embedded, progress: Progress, *, share_rows: int = SHARE_ROWS
) -> dict[str, Any]:
    """Merge observations and captured links into ``link_index``, and keep where they contradict in ``disagreements``.

    Two reports are of one link where source page, target page, anchor and kind agree (``urls.link_identity``). A report
    that lacks the kind or the anchor joins the link that has it; one that names the linking page alone speaks for every
    link known from that page, and stays a row without target where none is known. A report of another address of a
    captured link joins it where redirects prove that they are one. Flags come from the newest capture, else from the
    newest report. ``share_rows`` reports and captures, about, are merged at a time.
    """
    scratch = run.folder / "merge"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for name in ("link_index", "disagreements"):
        run.discard(name, GROUP)
    words = Vocabulary()
    with engine.connect(run.tables()) as db, _Writer(run) as writer:
        name_own(db, config)
        for sql in (statements.captured(), statements.newest(), disputes.READ_AT):
            db.execute(sql)
        n_shares = 1 + _number(db, f"select count(*) from ({statements.SEEN})") // share_rows
        progress.start("merge", n_shares)
        moved = redirected(db, config)
        reader = db.sql(statements.SEEN).to_arrow_reader(BATCH_ROWS)
        for share in _ahead(deal(reader, n_shares, scratch, progress, words, moved)):
            merge_share(db, share)
            for batch in db.sql(statements.INDEX).to_arrow_reader(BATCH_ROWS):
                writer.add("link_index", pa.Table.from_batches([batch]), partial(_index_rows, share, words))
            writer.add("disagreements", _disagreements(db, share))
    shutil.rmtree(scratch, ignore_errors=True)
    progress.finish(f"{writer.n_rows['link_index']:,} links")
    return {"n_links": writer.n_rows["link_index"], "n_disagreements": writer.n_rows["disagreements"]}


def _ahead(shares: Iterator[Share]) -> Iterator[Share]:
    """Make one share ready on another thread while the one before is worked on.

    Whatever is read from the database is read before the first share is given, so that nobody else uses it then.
    """
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, shares, None)
        while (share := waiting.result()) is not None:
            waiting = pool.submit(next, shares, None)
            yield share


class _Writer:
    """Finishes and writes parts while the next ones are worked out; a table without rows gets one empty part."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._pool = ThreadPoolExecutor(1)
        self._waiting: Future[int] | None = None
        self._n_parts = {"link_index": 0, "disagreements": 0}
        self.n_rows = dict(self._n_parts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        with contextlib.closing(self), self._pool:
            if fault == (None, None, None):
                for name, n in self._n_parts.items():
                    if not n:
                        self._run.write(name, GROUP, [])

    def close(self) -> None:
        """Wait for the last part."""
        if self._waiting is not None:
            self._waiting.result()

    def add(self, name: str, rows: pa.Table, finish: Callable[[pa.Table], pa.Table] | None = None) -> None:
        """Hand a part over, and what is still to be done to it, once the part before is on disk."""
        if not rows.num_rows:
            return
        self.close()
        self._waiting = self._pool.submit(self._write, name, rows, self._n_parts[name], finish)
        self._n_parts[name] += 1
        self.n_rows[name] += rows.num_rows

    def _write(self, name: str, rows: pa.Table, n: int, finish: Callable[[pa.Table], pa.Table] | None) -> int:
        return self._run.write(name, GROUP, finish(rows) if finish else rows, n)


def name_own(db: duckdb.DuckDBPyConnection, config: SiteConfig) -> None:
    """Make the tables of own domains and hosts."""
    db.register("own_domains", pa.table({"domain": pa.array(sorted(config.own_domains), pa.string())}))
    db.register("own_hosts", pa.table({"host": pa.array(sorted(config.hosts), pa.string())}))


def merge_share(db: duckdb.DuckDBPyConnection, share: Share) -> None:
    """Run the statements on one share, up to its links and what each source says of them."""
    open_view(db, "seen", share.rows)
    for sql in statements.steps(has_moved=share.has_moved):
        db.execute(sql)


def _number(db: duckdb.DuckDBPyConnection, sql: str) -> int:
    return sum(row[0] for row in db.execute(sql).fetchall())


def _index_rows(share: Share, words: Vocabulary, rows: pa.Table) -> pa.Table:
    """Add what SQL does not know: identities, registrable domains, opinions under their names."""
    authority = pc.list_element(pc.split_pattern(whole(rows.column("source_url")), "/", max_splits=3), 2)
    named = authority.dictionary_encode()
    hosts = [urls.host_of(f"//{name}/") for name in named.dictionary.to_pylist()]
    domains = [urls.registrable_domain(host) for host in hosts]
    rows = rows.append_column("link_id", link_ids(rows, share))
    rows = rows.append_column("source_host", pa.array(hosts, pa.string()).take(named.indices))
    rows = rows.append_column("source_domain", pa.array(domains, pa.string()).take(named.indices))
    rows = rows.append_column("opinions", words.decode(chosen(share.opinions, whole(rows.column("opinion_sids")))))
    return rows.select([name for name in table("link_index").names if name in rows.column_names])


def _disagreements(db: duckdb.DuckDBPyConnection, share: Share) -> pa.Table:
    if share.has_speakers:
        db.execute(disputes.WORDED)
    db.execute(disputes.disputed(has_speakers=share.has_speakers))
    if not _number(db, "select count(*) from disputed"):
        return table("disagreements").schema.empty_table()
    rows = db.sql(disputes.FOUND).to_arrow_table()
    domains = [urls.domain_of(url) for url in rows.column("source_url").to_pylist()]
    rows = rows.append_column("link_id", link_ids(rows, share))
    rows = rows.append_column("other_link_id", link_ids(rows, share, "other_"))
    rows = rows.append_column("source_domain", pa.array(domains, pa.string()))
    return rows.select(table("disagreements").names)


def link_ids(rows: pa.Table, share: Share, prefix: str = "") -> pa.Array:
    """Give the identities of links whose page keys and anchors are numbers in ``s``, ``t``, ``a``; null for none."""
    s, t, a, kind = (whole(rows.column(f"{prefix}{name}")) for name in ("s", "t", "a", "kind"))
    kind = kind.cast(pa.string())
    ids = identities(
        pc.fill_null(share.pages.take(s), ""), share.pages.take(t), share.anchors.take(a), pc.fill_null(kind, "")
    )
    return pc.if_else(pc.is_valid(kind), ids, pa.scalar(None, pa.string()))
