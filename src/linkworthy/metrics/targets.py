"""Own URLs that other sites link to or send visitors to: who stands behind them, and what meets them there."""

from __future__ import annotations

import duckdb

BY_LINKS = ("link", "social", "assistant", "mail", "app")
"""Kinds of referrers that hold a link to the page; a search engine, an advertisement or nobody sends by none."""


def open_linked(db: duckdb.DuckDBPyConnection, *, has_links: bool, has_checks: bool, has_visits: bool) -> None:
    """Make the temporary tables ``known``, ``live_link``, ``landing`` (visits by links) and ``linked_target``.

    A link counts here until a check calls it gone; a lead out of a log counts once a check has seen it.
    """
    db.execute(
        """create or replace temp table known as
        select ?::bool as has_links, ?::bool as has_checks, ?::bool as has_visits, (select count(*)
            from sitemap_page) > 0
            as has_sitemap""",
        [has_links, has_checks, has_visits],
    )
    db.execute("""
        create or replace temp table live_link as
        with seen as (
            select link_id, bool_or(state = 'live') as is_live, bool_and(state = 'gone') as is_gone,
                bool_or(counts = 'yes') as is_counting, min(target_url) as target_url
            from checks group by link_id)
        select coalesce(l.target_url, s.target_url) as url, l.source_domain, l.anchor, s.is_counting
        from link_index l left join seen s using (link_id)
        where coalesce(l.target_url, s.target_url) is not null and not coalesce(s.is_gone, false)
            and (not l.is_lead or coalesce(s.is_live, false)) and not is_own_host(l.source_host)
            and is_own_host(url_host(coalesce(l.target_url, s.target_url)))
    """)
    db.execute(f"""
        create or replace temp table landing as
        select target_url as url, sum(n_visits)::bigint as n_visits from visits
        where referrer_kind in {BY_LINKS} and is_own_host(url_host(target_url))
        group by target_url having sum(n_visits) > 0
    """)
    db.execute("create or replace temp table linked_target as select url from live_link union select url from landing")


def open_backing(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``backing``: links, domains and visits that lead to a URL, redirects followed."""
    db.execute("""
        create or replace temp table backing as
        with linked as (
            select d.to_url as url, count(*) as n_links, count(distinct l.source_domain) as n_domains
            from live_link l join leads d using (url) group by d.to_url),
        visited as (
            select d.to_url as url, sum(v.n_visits) as n_visits from landing v
                join leads d using (url) group by d.to_url)
        select coalesce(l.url, v.url) as url, coalesce(n_links, 0) as n_links, coalesce(n_domains, 0) as n_domains,
            coalesce(n_visits, 0) as n_visits
        from linked l full join visited v on v.url = l.url
    """)


def targets_sql() -> str:
    """Give the query that fills table ``targets``: needs ``chain``, ``page_metric`` and ``suggestion``."""
    return """
        with linked as (
            select url, count(*) as n_links, count(distinct source_domain) as n_domains,
                count(distinct source_domain) filter (is_counting) as n_followed
            from live_link group by url),
        redirected as (select url, final_url, final_status, n_hops, is_temporary, is_to_home from redirect)
        select t.url, p.status, if(p.state = 'skipped', null, p.fault) as fault,
            coalesce(r.final_url, if(p.status is null, null, t.url)) as final_url,
            if(r.url is null, p.status, r.final_status)::smallint as final_status,
            if(p.url is null, null, coalesce(r.n_hops, 0))::smallint as n_hops,
            if(p.url is null, null, coalesce(r.is_temporary, false)) as is_temporary,
            if(p.url is null, null, coalesce(r.is_to_home, false)) as is_to_home,
            f.is_noindex, p.is_robots_allowed, m.canonical_state, coalesce(o.n_inlinks, 0)::int as n_inlinks,
            f.ttfb_ms, f.n_words, coalesce(l.n_links, 0)::int as n_links, coalesce(l.n_domains,
                0)::int as n_referring_domains,
            if(known.has_checks, coalesce(l.n_followed, 0), null)::int as n_followed_domains,
            if(known.has_visits, coalesce(v.n_visits, 0), null)::bigint as n_visits,
            s.suggested_url, s.suggested_why, s.suggested_share
        from linked_target t cross join known left join own_page p using (url) left join redirected r using (url)
            left join any_page f on f.url = coalesce(r.final_url, t.url)
            left join page_metric m on m.url = coalesce(r.final_url, t.url)
            left join inlink_count o on o.url = t.url
            left join linked l on l.url = t.url left join landing v on v.url = t.url
            left join suggestion s on s.url = t.url
        order by t.url
    """
