"""Who speaks of a link: the merge done again for the pages in question, with every row that went into each link."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from linkworthy import urls
from linkworthy.engine.progress import SILENT
from linkworthy.index import statements
from linkworthy.index.keys import page_keys
from linkworthy.index.merge import BATCH_ROWS, link_ids, merge_share, name_own
from linkworthy.index.opinions import Vocabulary
from linkworthy.index.redirects import redirected
from linkworthy.index.shares import deal, whole
from linkworthy.site import SiteConfig

_NEAR = "regexp_extract(source_url, '://([^?%]*)', 1) in (select start from near)"
_WORDS = """
select w.s, w.t, w.a, w.kind, seen.sid, coalesce(reported_by, 'archive') as reported_by,
  nullif(file, '') as file, nullif(row, 0) as row, source_url, target_url, anchor, seen.kind as kind_said,
  case when state in ('live', 'lost') then state when n_occurrences > 0 then 'live' when captured_at is not null
    then 'not found' end as state,
  is_nofollow, is_ugc, is_sponsored, first_seen_at, last_seen_at, lost_at, captured_at, is_lead, n_visits,
  case when w.is_page_level then 'names the linking page alone'
       when w.s <> seen.s or w.t <> seen.t then 'names another address, which redirects'
       when w.a is distinct from seen.a then 'does not say the anchor'
       when w.kind <> seen.kind then 'does not say the kind'
       else 'names the link' end as joined_by
from whole w join seen using (sid)
order by coalesce(last_seen_at, first_seen_at) desc nulls last, reported_by, file, row, sid
"""


def spoken_of(
    db: duckdb.DuckDBPyConnection, config: SiteConfig, sources: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Give by link every row that speaks of it, the newest first: whose, where, what it says, and how it joined.

    ``sources`` are linking pages; rows of pages that redirect to them are read as well.
    """
    moved = redirected(db, config)
    ends = {urls.page_key(url) for url in sources}
    ends |= {moved[key] for key in ends if key in moved}
    keys = ends | {first for first, last in moved.items() if last in ends}
    starts = sorted({key.partition("?")[0].partition("%")[0] for key in keys})
    db.register("near", pa.table({"start": pa.array(starts, pa.string())}))
    name_own(db, config)
    for sql in (statements.captured(_NEAR), statements.newest(_NEAR)):
        db.execute(sql)
    reader = db.sql(f"select * from ({statements.SEEN}) where {_NEAR}").to_arrow_reader(BATCH_ROWS)
    words = Vocabulary()
    out: dict[str, list[dict[str, Any]]] = {}
    for share in deal(_named(reader, keys), 1, Path(), SILENT, words, moved):
        merge_share(db, share)
        rows = db.sql(_WORDS).to_arrow_table()
        opinions = words.decode(share.opinions.take(whole(rows.column("sid")))).to_pylist()
        ids = link_ids(rows, share).to_pylist()
        told = rows.drop_columns(["s", "t", "a", "kind", "sid"]).rename_columns({"kind_said": "kind"}).to_pylist()
        for link_id, row, said in zip(ids, told, opinions, strict=True):
            out.setdefault(link_id, []).append({**row, "opinions": dict(said or ())})
    return out


def _named(reader: pa.RecordBatchReader, keys: set[str]) -> Iterator[pa.RecordBatch]:
    """Keep the rows of some pages."""
    wanted = pa.array(sorted(keys), pa.string())
    for batch in reader:
        rows = batch.filter(pc.is_in(page_keys(batch.column("source_url").cast(pa.string())), wanted))
        if rows.num_rows:
            yield rows
