"""Links of own pages by where they stand: what a page's text links to, and who links to a page from text."""

from __future__ import annotations

import duckdb

_TEXT = "(l.region is null or l.region in ('main', 'list', 'comment', 'author'))"
"""Regions that no template fills; an archive without HTML does not tell, and all its links count."""


def open_link_parts(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``links_out`` (by linking page) and ``links_in`` (by linked page, redirects followed).

    A page's links to itself are left out. Linear in links: one pass for each of the two tables.
    """
    db.execute(f"""
        create or replace temp table links_out as
        select l.source_url as url, count(*) filter (l.is_nofollow) as n_nofollow_links,
            count(*) filter (not l.is_nofollow) as n_followed_links,
            count(distinct l.url) filter ({_TEXT}) as n_main_links,
            bool_or(regexp_matches(l.url, '/((index|default)[.][a-z]+)?$')
                and starts_with(l.source_url, regexp_replace(l.url, '[^/]*$', ''))) as links_above
        from own_link l where l.url <> l.source_url group by l.source_url
    """)
    db.execute(f"""
        create or replace temp table links_in as
        select d.to_url as url, count(distinct l.source_url) filter ({_TEXT}) as n_main_inlinks,
            count(distinct l.source_url) filter (x.is_indexable) as n_indexable_inlinks
        from own_link l join leads d using (url) left join index_status x on x.url = l.source_url
        where l.source_url <> d.to_url group by d.to_url
    """)
