"""Duplicate, common and unique text of own pages, near-duplicates, and the passages that two pages share.

Every word of a page's visible text is one of three. *Common*: it lies in a block that stands on at least max(3, N/2) of
the N indexable pages (variants of a page are left out), or in a block of the page's frame (nav, header, footer,
sidebar) that stands on two, or in a run of K = 7 words that does either: the template. *Duplicate*: it lies in a run of
7 words that stands on two pages or more, and is not common. *Unique*: the rest. The three shares of a page add up to
one.

A run may go on from one block into the next of the same region, as a reader's eye does, so pages of short blocks
(tables, lists, product data) are compared too. Blocks of the template are read once, all other text once a page, in
the order of the pages; ``corpus`` counts the runs, in time linear in words and in bounded memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkworthy.metrics import near
from linkworthy.metrics.blocktext import is_joined, text_of, whole_pages
from linkworthy.metrics.corpus import Corpus
from linkworthy.metrics.passages import cut
from linkworthy.metrics.shingles import read_texts
from linkworthy.site.config import Duplicates

N_OTHERS = 5
"""Other pages listed for one page."""
N_PASSAGES = 5
"""Passages listed for one pair."""
N_NEAR = 20
"""Near-duplicates listed for one page."""
LEAST_NEAR = 0.5
"""Similarity from which pairs are kept, so that the threshold can be moved later."""
_PAIRS_AT_ONCE = 250_000
"""Pairs whose passages are looked for at once: 20 megabytes."""

Array = npt.NDArray[Any]


def open_duplicates(db: duckdb.DuckDBPyConnection, settings: Duplicates, folder: Path | None = None) -> Corpus:
    """Make the temporary tables ``text_share`` (a page's shares, nearest page and cluster), ``pair`` and ``near_pair``.

    Gives the counted words of all pages, whose files lie in the folder; close it when the passages are read.
    """
    open_scanned(db, settings)
    corpus = Corpus(folder, settings.words)
    template, n_frame = read_template(db, settings.words)
    _read_pages(db, corpus, n_frame.size)
    corpus.count(template, limit_of(n_frame.size, settings.common_share))
    _open_counts(db, corpus, n_frame)
    _open_near(db, corpus, settings.similarity_share)
    _open_shares(db)
    return corpus


def limit_of(n_pages: int, share: float) -> int:
    """Give the number of pages from which a run belongs to the template."""
    return max(3, int(np.ceil(n_pages * share - 1e-9)))


def open_scanned(db: duckdb.DuckDBPyConnection, settings: Duplicates) -> None:
    """Give numbers to the scanned pages, and tell which blocks belong to the template."""
    db.execute("""
        create or replace temp table scanned as
        select url, (row_number() over (order by url) - 1)::int as page
        from index_status anti join variant using (url) where is_indexable
    """)
    db.execute("""
        create or replace temp table placed as
        select b.text_hash, s.page, count(*)::int as n_times,
            bool_and(b.region in ('nav', 'header', 'footer', 'sidebar')) as is_frame
        from blocks b join scanned s using (url) group by b.text_hash, s.page
    """)
    db.execute(f"""
        create or replace temp table template_block as
        select text_hash from placed group by text_hash
        having count(*) >= greatest(3, (select count(*) from scanned) * {settings.common_share:f})
            or (count(*) >= 2 and bool_and(is_frame))
    """)


def read_template(db: duckdb.DuckDBPyConnection, k: int) -> tuple[Array, Array]:
    """Give the runs of the template's blocks, sorted, and for each scanned page its words in such blocks."""
    rows = db.sql("""
        select text_hash, min(text) as text from blocks semi join scanned using (url)
        semi join template_block using (text_hash) group by text_hash order by text_hash
    """).to_arrow_table()
    read = read_texts(text_of(rows), k=k)
    sizes = np.diff(read.ends, prepend=0)
    _show(db, "template_size", {"text_hash": rows.column("text_hash"), "n_words": sizes})
    counted = db.sql("""
        select s.page, coalesce(sum(z.n_words * p.n_times), 0)::bigint as n_words
        from scanned s left join placed p using (page) left join template_size z using (text_hash)
        group by s.page order by s.page
    """).to_arrow_table()
    db.unregister("template_size")
    return np.unique(read.runs), counted.column("n_words").to_numpy()


def _read_pages(db: duckdb.DuckDBPyConnection, corpus: Corpus, n_pages: int) -> None:
    done = 0
    for table in whole_pages(db):
        page = table.column("page").to_numpy()
        stop = int(page[-1]) + 1
        corpus.add(text_of(table), is_joined(table), np.bincount(page - done, minlength=stop - done))
        done = stop
    corpus.add(pa.array([], pa.string()), np.zeros(0, np.bool_), np.zeros(n_pages - done, np.int64))


def _open_counts(db: duckdb.DuckDBPyConnection, corpus: Corpus, n_frame: Array) -> None:
    """Make ``text_count`` (words of each class of a page) and ``pair`` (words of a page that stand on another)."""
    columns = {
        "page": np.arange(corpus.n, dtype=np.int32),
        "n_words": np.diff(corpus.firsts) + n_frame,
        "n_common": corpus.counts[:, 0] + n_frame,
        "n_duplicate": corpus.counts[:, 1],
    }
    _keep(db, "text_count", columns)
    pairs = corpus.nearest(N_OTHERS)
    _keep(db, "pair", {"page": pairs[:, 0], "other": pairs[:, 1], "n_shared": pairs[:, 2]})


def _open_near(db: duckdb.DuckDBPyConnection, corpus: Corpus, least: float) -> None:
    """Make ``near_pair`` (pairs that are alike, both ways) and ``cluster`` (pages that are near-duplicates)."""
    pairs = near.find_near(corpus, min(LEAST_NEAR, least))
    lowest = near.clusters(pairs, corpus.n, least)
    sizes = np.bincount(lowest, minlength=corpus.n)[lowest]
    member = np.flatnonzero(sizes > 1)
    _keep(db, "cluster", {"page": member.astype(np.int32), "first_page": lowest[member].astype(np.int32)})
    both = {
        "page": np.concatenate((pairs.one, pairs.other)).astype(np.int32),
        "other": np.concatenate((pairs.other, pairs.one)).astype(np.int32),
        "share": np.concatenate((pairs.share, pairs.share)),
    }
    _keep(db, "alike", both)
    db.execute(f"""
        create or replace temp table near_pair as
        select page, other, share, count(*) filter (share >= {least:f} - 1e-12) over (partition by page) as n_near
        from alike qualify row_number() over (partition by page order by share desc, other) <= {N_NEAR}
    """)


def _open_shares(db: duckdb.DuckDBPyConnection) -> None:
    db.execute("""
        create or replace temp table text_share as
        select s.url, t.n_duplicate / t.n_words as duplicate_share, t.n_common / t.n_words as common_share,
            (t.n_words - t.n_common - t.n_duplicate) / t.n_words as unique_share,
            o.url as nearest_url, n.n_shared / t.n_words as nearest_share,
            a.url as near_duplicate_url, l.share as near_duplicate_share,
            coalesce(l.n_near, 0)::int as n_near_duplicates, f.url as cluster_url
        from scanned s join text_count t using (page)
            left join (select page, other, n_shared from pair
                       qualify row_number() over (partition by page order by n_shared desc, other) = 1) n using (page)
            left join scanned o on o.page = n.other
            left join (select * from near_pair
                       qualify row_number() over (partition by page order by share desc, other) = 1) l using (page)
            left join scanned a on a.page = l.other
            left join cluster c using (page) left join scanned f on f.page = c.first_page
        where t.n_words > 0
    """)


def passages(db: duckdb.DuckDBPyConnection, corpus: Corpus) -> Iterator[pa.Table]:
    """Give the rows of table ``duplicates`` in its order: the longest runs of shared words for each listed pair."""
    pairs = db.sql("""
        select page, other, n_shared / n_words as share from pair join text_count using (page) order by page, other
    """).to_arrow_table()
    pages, others, shares = (pairs.column(name).to_numpy() for name in ("page", "other", "share"))
    if not pages.size:
        return
    urls = db.sql("select url from scanned order by page").to_arrow_table().column("url").combine_chunks()
    db.execute("create or replace temp table quoting as select distinct page from pair")
    start = stop = 0
    for table in whole_pages(db, "semi join quoting using (page)"):
        said = table.column("page").to_numpy()
        low, high = np.searchsorted(pages, said[0]), np.searchsorted(pages, said[-1], side="right")
        if high > stop:
            start, stop = low, max(high, low + _PAIRS_AT_ONCE)
            found = corpus.passages(pages[start:stop], others[start:stop], N_PASSAGES)
        listed = found[slice(*np.searchsorted(found[:, 0], (low - start, high - start)))]
        pair = listed[:, 0] + start
        yield pa.table({
            "url": urls.take(pa.array(pages[pair])),
            "other_url": urls.take(pa.array(others[pair])),
            "n": listed[:, 1].astype(np.int32),
            "n_words": (listed[:, 3] - listed[:, 2]).astype(np.int32),
            "passage": cut(table, pages[pair], listed[:, 2], listed[:, 3], corpus.k),
            "share": shares[pair],
        })  # fmt: skip


NEAR_DUPLICATES = """
select s.url, o.url as other_url, n.share::double as similarity_share
from near_pair n join scanned s using (page) join scanned o on o.page = n.other order by s.url, o.url
"""
"""The rows of table ``near_duplicates``."""


def _show(db: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Any]) -> None:
    db.register(name, pa.table(columns))


def _keep(db: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Any]) -> None:
    _show(db, "shown", columns)
    db.execute(f"create or replace temp table {name} as select * from shown")
    db.unregister("shown")
