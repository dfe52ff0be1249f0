"""Internal links: how many lead to a page, directly or through redirects, and how many on it lead astray."""

from __future__ import annotations

import duckdb


def open_inlinks(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``inlink_count`` (links to a URL) and ``outlink_count`` (faulty links on a page).

    Repeated links are counted each; a page's links to itself count as links, and the page not as one that links to it.
    """
    db.execute("""
        create or replace temp table inlink_count as
        select d.to_url as url, count(*) as n_inlinks,
            count(distinct l.source_url) filter (l.source_url <> d.to_url) as n_inlinking_pages,
            count(*) filter (not l.is_nofollow) as n_followed_inlinks
        from own_link l join leads d using (url) group by d.to_url
    """)
    db.execute("""
        create or replace temp table outlink_count as
        select l.source_url as url,
            count(*) filter (c.url is null and (p.state = 'failed' or p.status >= 400)) as n_links_to_errors,
            count(*) filter (c.url is not null) as n_links_to_redirects
        from own_link l left join own_page p on p.url = l.url left join chain c on c.url = l.url
        group by l.source_url
    """)
