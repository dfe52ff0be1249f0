"""Redirects as chains: every own URL that redirects, with each hop to the end, loops and kinds of hops."""

from __future__ import annotations

import duckdb

MAX_HOPS = 20
"""Steps of a chain that are followed; browsers stop at 20 (https://fetch.spec.whatwg.org/#http-redirect-fetch)."""


def open_redirects(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``step`` (one known answer a URL), ``chain`` and ``leads`` (a URL and where it leads).

    ``leads`` holds URLs that redirect and those that others link to, each with itself as well.

    ``chain`` walks out-links: at each step the URL's own ``Location`` or meta refresh; a URL without one, one that
    was not fetched, one that comes a second time (a loop) and the limit of hops end it. A meta refresh to the page
    itself is a reload and no redirect. Memory: one list of URLs for each chain.
    """
    db.execute("""
        create or replace temp table step as
        select url, status, if(kind = 'meta-refresh' and location = url, null, location) as location, kind from (
            select url, status, redirect_url as location, redirect_kind as kind, 0 as rank from any_page
            union all
            select hop_url, status, location, kind, 1 from hops)
        qualify row_number() over (partition by url order by rank, status nulls last, location nulls last, kind) = 1
    """)
    db.execute(f"""
        create or replace temp table chain as
        with recursive walk as (
            select s.url as start, s.location, [s.url] as urls, [s.status] as statuses, [s.kind] as kinds,
                1 as n, false as is_loop
            from step s join own_page using (url) where s.location is not null
            union all
            select w.start, if(list_contains(w.urls, w.location), null, s.location), list_append(w.urls, w.location),
                list_append(w.statuses, s.status), if(s.location is null, w.kinds, list_append(w.kinds, s.kind)),
                w.n + 1, list_contains(w.urls, w.location)
            from walk w left join step s on s.url = w.location
            where w.location is not null and w.n <= {MAX_HOPS})
        select start as url, urls, statuses, kinds[1:n - 1] as kinds, n - 1 as n_hops, is_loop, urls[-1] as final_url,
            if(is_loop, null, statuses[-1]) as final_status
        from walk qualify row_number() over (partition by start order by n desc) = 1
    """)
    db.execute("""
        create or replace temp table leads as
        select url, url as to_url from linked_target
        union
        select url, unnest(urls) from chain
    """)


def open_home(db: duckdb.DuckDBPyConnection, start_url: str) -> None:
    """Make the table ``home``: keys of the start page, of where it ends, and of the root of every own host."""
    db.execute(
        """
        create or replace temp table home as
        select distinct url_variant_key(url) as key from (
            select ?::varchar as url
            union all select final_url from chain where url = ? and is_own_host(url_host(final_url))
            union all select url from own_page where url_path(url) = '/' and url_query(url) = '')
        """,
        [start_url, start_url],
    )


def redirects_sql() -> str:
    """Give the query that fills table ``redirects``: chains joined with who links into them."""
    return """
        select c.url, c.final_url, c.final_status::smallint as final_status, c.n_hops::smallint as n_hops, c.is_loop,
            len(list_intersect(c.statuses[:c.n_hops], [302, 303, 307])) > 0 as is_temporary,
            len(list_filter(c.urls[2:], lambda u, i: starts_with(u, 'http://')
                and starts_with(c.urls[i], 'https://'))) > 0
                as is_downgrade,
            not is_own_host(url_host(c.final_url)) as is_offsite,
            is_own_host(url_host(c.final_url)) and not c.is_loop and url_query(c.final_url) = ''
                and url_variant_key(c.final_url) in (select key from home)
                and url_variant_key(c.url) not in (select key from home) as is_to_home,
            c.kinds, c.urls, list_transform(c.statuses, lambda s: coalesce(s::varchar, '?')) as statuses,
            coalesce(i.n_inlinks, 0)::int as n_inlinks, coalesce(f.pages, []) as linked_from,
            if(known.has_links, coalesce(b.n_links, 0), null)::int as n_backlinks,
            if(known.has_links, coalesce(b.n_domains, 0), null)::int as n_referring_domains
        from chain c cross join known left join inlink_count i using (url) left join linked_from f using (url)
            left join backing b using (url)
        order by c.url
    """
