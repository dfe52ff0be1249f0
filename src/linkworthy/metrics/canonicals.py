"""Canonicals: where each own page's canonical leads, and whether the way there contradicts itself."""

from __future__ import annotations

import duckdb

MAX_STEPS = 20
"""Canonicals that are followed from one page."""


def open_canonicals(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``canonical``: url, state and target's status of every own HTML page.

    A target that redirects is called so even where the redirect comes back to the page; a target that names yet another
    canonical makes a chain, and one whose chain comes back to a page of it a loop. Source: RFC 6596, section 3.
    """
    db.execute("""
        create or replace temp table pointing as
        select p.url, p.canonical_url as target from own_page p left join step s using (url)
        where p.is_html and p.canonical_url is not null and p.canonical_url <> p.url and s.location is null
            and coalesce(p.status, 200) = 200
    """)
    db.execute(f"""
        create or replace temp table canonical_walk as
        with recursive walk as (
            select url as start, target, [url] as urls, 1 as n, false as is_loop from pointing
            union all
            select w.start, p.target, list_append(w.urls, w.target), w.n + 1, list_contains(w.urls, w.target)
            from walk w left join pointing p on p.url = w.target
            where w.target is not null and not w.is_loop and w.n <= {MAX_STEPS})
        select start as url, max(n) - 1 as n_steps, bool_or(is_loop) as is_loop from walk group by start
    """)
    db.execute("""
        create or replace temp table canonical as
        select p.url, t.status as target_status, case
            when p.canonical_url is null then 'none'
            when p.canonical_url = p.url then 'self'
            when not is_own_host(url_host(p.canonical_url)) then 'cross-domain'
            when t.state = 'failed' or t.status >= 400 then 'to-error'
            when s.location is not null then 'to-redirect'
            when w.is_loop then 'loop'
            when t.is_noindex then 'to-noindex'
            when w.n_steps >= 2 then 'chain'
            else 'other' end as state
        from own_page p left join any_page t on t.url = p.canonical_url left join step s on s.url = p.canonical_url
            left join canonical_walk w on w.url = p.url
        where p.is_html
    """)
