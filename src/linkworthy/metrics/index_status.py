"""Indexability: whether a search engine may index an own page under its URL, and the first reason why not."""

from __future__ import annotations

import duckdb


def open_index_status(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``index_status``: url, is_indexable and index_reason.

    Reasons stand in the order in which a crawler is stopped: robots.txt comes first (nothing is fetched), then a
    redirect, the status, the kind of body, noindex, and a canonical that names another page. Without an answer
    nothing is known.
    Source: https://developers.google.com/search/docs/fundamentals/how-search-works
    """
    db.execute("""
        create or replace temp table index_status as
        select url, case when index_reason = 'unknown' then null else index_reason is null end as is_indexable,
            nullif(index_reason, 'unknown') as index_reason
        from (
            select p.url, case
                when p.state = 'disallowed' or not p.is_robots_allowed then 'robots'
                when p.state <> 'answered' or p.status is null then 'unknown'
                when s.location is not null or (p.status between 300 and 399 and p.status <> 304) then 'redirected'
                when p.status <> 200 then 'status'
                when not p.is_html then 'not-html'
                when p.is_noindex then 'noindex'
                when c.state not in ('self', 'none') then 'canonicalised' end as index_reason
            from own_page p left join step s using (url) left join canonical c using (url))
    """)
