"""Indexability: whether a search engine may index an own page under its URL, and the first reason why not."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from linkworthy.html.robots_meta import unavailable_at

_INSTANT = pa.timestamp("us", tz="UTC")


def open_index_status(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``index_status``: url, is_indexable, index_reason and unavailable_at.

    Reasons stand in the order in which a crawler is stopped: robots.txt comes first (nothing is fetched), then a
    redirect, the status, the kind of body, noindex, a day named by unavailable_after that was over when the page
    was fetched, and a canonical that names another page. Without an answer nothing is known.
    Source: https://developers.google.com/search/docs/fundamentals/how-search-works
    """
    _open_last_days(db)
    db.execute("""
        create or replace temp table index_status as
        select url, case when index_reason = 'unknown' then null else index_reason is null end as is_indexable,
            nullif(index_reason, 'unknown') as index_reason, unavailable_at
        from (
            select p.url, d.unavailable_at, case
                when p.state = 'disallowed' or not p.is_robots_allowed then 'robots'
                when p.state <> 'answered' or p.status is null then 'unknown'
                when s.location is not null or (p.status between 300 and 399 and p.status <> 304) then 'redirected'
                when p.status <> 200 then 'status'
                when not p.is_html then 'not-html'
                when p.is_noindex then 'noindex'
                when d.unavailable_at <= p.fetched_at then 'unavailable'
                when c.state not in ('self', 'none') then 'canonicalised' end as index_reason
            from own_page p left join step s using (url) left join canonical c using (url)
                left join last_day d on d.meta_robots is not distinct from p.meta_robots
                    and d.x_robots_tag is not distinct from p.x_robots_tag)
    """)


def _open_last_days(db: duckdb.DuckDBPyConnection) -> None:
    """Make the table of all directives that name a last day, and that day."""
    said = db.sql("""
        select distinct meta_robots, x_robots_tag from own_page
        where contains(lower(concat_ws(';', meta_robots, x_robots_tag)), 'unavailable_after')
    """).fetchall()
    days = [unavailable_at(meta, tag) for meta, tag in said]
    schema = pa.schema([("meta_robots", pa.string()), ("x_robots_tag", pa.string()), ("unavailable_at", _INSTANT)])
    rows = pa.Table.from_arrays(
        [pa.array([one[0] for one in said], pa.string()), pa.array([one[1] for one in said], pa.string()),
         pa.array(days, _INSTANT)], schema=schema,
    )  # fmt: skip
    db.register("last_days", rows)
    db.execute("create or replace temp table last_day as select * from last_days")
    db.unregister("last_days")
