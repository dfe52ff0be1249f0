"""Duplicate, common and unique text of own pages, and the passages that two pages share.

Every word of a page's visible text is one of three. *Common*: it lies in a block, or in a run of K = 7 words, that
stands on at least max(3, N/2) of the N indexable pages (variants of a page are left out), or in a block of the page's
frame (nav, header, footer, sidebar) that stands on two: the template. *Duplicate*: it lies in a run of 7 words that
stands on two pages or more, and is not common. *Unique*: the rest. The three shares of a page add up to one.

Each distinct block is read once, whatever number of pages carries it. Words are hashed in batches (``shingles``), the
hashes counted by DuckDB, so time is linear in distinct words. Memory: 20 bytes a word of distinct blocks besides
DuckDB's own, and DuckDB spills. Which other pages share a passage is kept for the first ``KEPT`` pages of each
shingle, so that one text on many pages costs KEPT and not N pairs each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkworthy.metrics.shingles import K, shingles, words

KEPT = 10
"""Pages kept for each shingle as the other side of a pair."""
N_OTHERS = 5
"""Other pages listed for one page."""
N_PASSAGES = 10
"""Passages listed for one pair."""
_BATCH_CHARACTERS = 4_000_000
_STEP = f"least({K}, coalesce(lead(position) over (partition by block order by position) - position, {K}))"
"""Words that a shingle covers before the next one of its block starts."""
_STEP_OF_PAIR = _STEP.replace("by block order", "by block, other order")


def open_duplicates(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``text_share`` (a page's shares and nearest page) and ``pair`` (pages sharing text)."""
    _open_blocks(db)
    _open_shingles(db)
    _open_shares(db)
    _open_pairs(db)


def _open_blocks(db: duckdb.DuckDBPyConnection) -> None:
    """Give numbers to scanned pages and distinct blocks, and tell which blocks belong to the template."""
    db.execute("""
        create or replace temp table scanned as
        select url, (row_number() over (order by url))::int as page
        from index_status anti join variant using (url) where is_indexable
    """)
    db.execute("""
        create or replace temp table distinct_block as
        with own as (select b.*, s.page from blocks b join scanned s using (url))
        select text_hash, (row_number() over (order by text_hash))::int as block, arg_min(text, (page, n)) as text,
            count(distinct page) >= greatest(3, (select count(*) from scanned) / 2)
                or (count(distinct page) >= 2 and bool_and(region in ('nav', 'header', 'footer',
                    'sidebar'))) as is_common
        from own group by text_hash
    """)
    db.execute("""
        create or replace temp table placed as
        select s.page, d.block, count(*) as n_times from blocks b join scanned s using (url)
            join distinct_block d using (text_hash)
        group by s.page, d.block
    """)


def _open_shingles(db: duckdb.DuckDBPyConnection) -> None:
    """Hash the words of every distinct block, and keep the shingles that stand on two pages or in the template."""
    db.execute("create or replace temp table block_size (block int, n_words int)")
    db.execute("create or replace temp table shingle (block int, position int, hash ubigint)")
    for numbers, texts in _batches(db):
        found = words(texts)
        sizes = np.bincount(found.text, minlength=len(texts)).astype(np.int32)
        runs = shingles(found)
        _insert(db, "block_size", {"block": numbers, "n_words": sizes})
        _insert(
            db, "shingle", {"block": numbers[runs.text], "position": runs.position.astype(np.int32), "hash": runs.hash}
        )
    db.execute("""
        create or replace temp table shared_hash as
        with common as (select distinct hash from shingle join distinct_block using (block) where is_common),
        seen as (
            select s.hash, count(distinct p.page) as n_pages
            from shingle s join distinct_block d using (block) join placed p using (block) where not d.is_common
            group by s.hash having count(distinct p.page) >= 2)
        select coalesce(s.hash, c.hash) as hash,
            c.hash is not null or s.n_pages >= greatest(3, (select count(*) from scanned) / 2) as is_common
        from seen s full join common c on c.hash = s.hash
    """)
    db.execute("""
        create or replace temp table shared_run as
        select s.block, s.position, s.hash, h.is_common from shingle s join shared_hash h using (hash)
        join distinct_block d using (block) where not d.is_common
    """)


def _open_shares(db: duckdb.DuckDBPyConnection) -> None:
    """Count the words of each class a block, then a page."""
    db.execute(f"""
        create or replace temp table text_count as
        with any_run as (
            select block, sum(step) as n from (select block, position, {_STEP} as step from shared_run) group by block),
        common_run as (
            select block, sum(step) as n
            from (select block, position, {_STEP} as step from shared_run where is_common) group by block)
        select p.page, sum(z.n_words * n_times) as n_words,
            sum(if(d.is_common, z.n_words, coalesce(c.n, 0)) * n_times) as n_common,
            sum(if(d.is_common, 0, coalesce(a.n, 0) - coalesce(c.n, 0)) * n_times) as n_duplicate
        from placed p join distinct_block d using (block) join block_size z using (block)
            left join any_run a using (block) left join common_run c using (block)
        group by p.page having sum(z.n_words * n_times) > 0
    """)


def _open_pairs(db: duckdb.DuckDBPyConnection) -> None:
    """Count for each page and each other page the words that stand on both, and choose the nearest."""
    db.execute(f"""
        create or replace temp table other_run as
        with standing as (
            select distinct r.hash, p.page from shared_run r join placed p using (block) where not r.is_common),
        kept as (
            select hash, page from standing qualify row_number() over (partition by hash order by page) <= {KEPT})
        select r.block, r.position, k.page as other from shared_run r join kept k using (hash) where not r.is_common
    """)
    db.execute(f"""
        create or replace temp table pair as
        with cover as (
            select block, other, sum(step) as n
            from (select block, other, position, {_STEP_OF_PAIR} as step from other_run) group by block, other)
        select p.page, c.other, sum(c.n * p.n_times) as n_shared
        from cover c join placed p using (block) where p.page <> c.other group by p.page, c.other
        qualify row_number() over (partition by p.page order by sum(c.n * p.n_times) desc, c.other) <= {N_OTHERS}
    """)
    db.execute("""
        create or replace temp table text_share as
        select s.url, t.n_duplicate / t.n_words as duplicate_share, t.n_common / t.n_words as common_share,
            (t.n_words - t.n_common - t.n_duplicate) / t.n_words as unique_share,
            o.url as nearest_url, n.n_shared / t.n_words as nearest_share
        from scanned s join text_count t using (page)
            left join (select page, other, n_shared from pair
                       qualify row_number() over (partition by page order by n_shared desc, other) = 1) n using (page)
            left join scanned o on o.page = n.other
    """)


def passages(db: duckdb.DuckDBPyConnection) -> pa.Table:
    """Give the rows of table ``duplicates``: the longest runs of shared words for each listed pair."""
    db.execute(f"""
        create or replace temp table run as
        select block, other, min(position) as first_word, max(position) + {K} as end_word
        from (select *, position - row_number() over (partition by block, other order by position) as island
            from other_run)
        group by block, other, island
    """)
    db.execute(f"""
        create or replace temp table passage as
        select q.page, q.other, r.block, r.first_word, r.end_word,
            row_number() over (partition by q.page, q.other order by r.end_word - r.first_word desc, r.block,
                r.first_word) - 1 as n
        from pair q join placed p on p.page = q.page join run r on r.block = p.block and r.other = q.other
        qualify n < {N_PASSAGES}
    """)
    db.execute("create or replace temp table quoted (block int, first_word int, end_word int, passage varchar)")
    for table in _quotations(db):
        db.register("batch", table)
        db.execute("insert into quoted select * from batch")
        db.unregister("batch")
    return db.sql("""
        select s.url, o.url as other_url, p.n::int as n, (p.end_word - p.first_word)::int as n_words, q.passage,
            (r.n_shared / t.n_words)::double as share
        from passage p join quoted q using (block, first_word, end_word) join pair r using (page, other)
            join text_count t using (page) join scanned s on s.page = p.page join scanned o on o.page = p.other
        order by s.url, o.url, p.n
    """).to_arrow_table()


def _quotations(db: duckdb.DuckDBPyConnection) -> Iterator[pa.Table]:
    """Cut the passages out of their blocks' texts."""
    kinds = {"block": pa.int32(), "first_word": pa.int32(), "end_word": pa.int32(), "passage": pa.string()}
    for low, high in _ranges(db, "distinct_block where block in (select block from passage)"):
        rows = db.sql(f"""
            select d.block, d.text, list_sort(list(distinct [p.first_word, p.end_word])) as runs
            from passage p join distinct_block d using (block) where block between {low} and {high}
            group by d.block, d.text order by d.block
        """).fetchall()
        found = words([text for _, text, _ in rows])
        firsts = np.searchsorted(found.text, np.arange(len(rows)))
        cut = []
        for (block, text, runs), at in zip(rows, firsts, strict=True):
            for first, end in runs:
                start, stop = found.start[at + first], found.end[at + end - 1]
                cut.append((block, first, end, text[start:stop][:1000]))
        yield pa.table({name: pa.array([row[j] for row in cut], kind) for j, (name, kind) in enumerate(kinds.items())})


def _ranges(db: duckdb.DuckDBPyConnection, blocks: str) -> list[tuple[int, int]]:
    """Give first and last numbers of runs of blocks that hold a bounded amount of text each."""
    return db.sql(f"""
        select min(block), max(block) from (
            select block, (sum(length(text)) over (order by block)) // {_BATCH_CHARACTERS} as part from {blocks})
        group by part order by part
    """).fetchall()


def _batches(db: duckdb.DuckDBPyConnection) -> Iterator[tuple[npt.NDArray[np.int32], list[str]]]:
    """Give distinct blocks in batches of bounded text."""
    for low, high in _ranges(db, "distinct_block"):
        rows = db.sql(f"select block, text from distinct_block where block between {low} and {high} order by block")
        table = rows.to_arrow_table()
        yield table.column("block").to_numpy().astype(np.int32), table.column("text").to_pylist()


def _insert(db: duckdb.DuckDBPyConnection, name: str, columns: dict[str, npt.NDArray[Any]]) -> None:
    db.register("batch", pa.table({key: pa.array(values) for key, values in columns.items()}))
    db.execute(f"insert into {name} select * from batch")
    db.unregister("batch")
