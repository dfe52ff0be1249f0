"""Variants: one page that answers under several URLs (scheme, www, index file, slash, letter case, parameters)."""

from __future__ import annotations

import duckdb

_CONTENT = "coalesce(main_hash, body_hash)"


def open_variants(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``variant``: pages that repeat another one's content under another spelling.

    Only pages that answer 200 without redirect are compared, and only those with equal main text (equal body where a
    page has no main text): two spellings of a URL that show different things are two pages. The page that stays is
    the one that most others name as canonical, then https, then most inlinking pages, then the shorter and the
    smaller URL.
    """
    db.execute(f"""
        create or replace temp table spelling as
        select p.url, url_variant_key(p.url) as base_key, url_query(p.url) as query, {_CONTENT} as content,
            array_to_string(list_sort(string_split(url_query(p.url), '&')), '&') as sorted_query,
            coalesce(i.n_inlinking_pages, 0) as n_pages, coalesce(v.n_votes, 0) as n_votes
        from own_page p left join chain c using (url) left join inlink_count i using (url)
            left join (select canonical_url as url, count(*) as n_votes from own_page where canonical_url <> url
                       group by canonical_url) v using (url)
        where p.status = 200 and p.is_html and c.url is null and {_CONTENT} is not null
    """)
    db.execute("""
        create or replace temp table variant as
        with same as (
            select *, first(url) over (partition by base_key, sorted_query, content
                order by n_votes desc, url like 'https:%' desc,
                n_pages desc, length(url), url) as best from spelling),
        clean as (
            select p.url, min(c.url) as best from same p join same c on c.base_key = p.base_key
                and c.content = p.content
            where p.query <> '' and c.query = '' and c.best = c.url group by p.url)
        select s.url, coalesce(c.best, s.best) as variant_of, case
            when c.best is not null then 'parameters'
            when s.query <> url_query(s.best) then 'parameter-order'
            when left(s.url, 5) <> left(s.best, 5) then 'scheme'
            when url_host(s.url) <> url_host(s.best) then 'www'
            when lower(url_path(s.url)) = lower(url_path(s.best)) then 'case'
            when lower(rtrim(url_path(s.url), '/')) = lower(rtrim(url_path(s.best), '/')) then 'slash'
            else 'index' end as variant_kind
        from same s left join clean c using (url)
        where coalesce(c.best, s.best) <> s.url
    """)
