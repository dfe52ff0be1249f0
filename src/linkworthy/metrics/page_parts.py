"""Puts together what the parts of each own page amount to: table ``page_parts``."""

from __future__ import annotations

import duckdb

from linkworthy.metrics.name_parts import open_name_parts
from linkworthy.metrics.report_parts import open_report_parts
from linkworthy.metrics.text_parts import open_text_parts

_SEARCH = (
    "'(?i)^https?://[^/]+/?$|[/?&_.-](search|site-?search|suche?n?|recherche|buscar?|busca|cerca|ricerca|zoeken|szukaj|find|cse|query)"
    "([/?&=_.-]|$)'"
)
"""Targets of search boxes; the start page takes them in most content systems."""


def open_page_parts(db: duckdb.DuckDBPyConnection, *, has_blocks: bool, has_resources: bool) -> None:
    """Make the temporary tables that :func:`page_parts_sql` joins; the metrics of own pages come before it."""
    open_text_parts(db)
    open_name_parts(db)
    open_report_parts(db)
    db.execute(f"""
        create or replace temp table page_forms as
        select url, count(*) as n from resources r semi join own_page p using (url)
        where kind = 'form' and not regexp_matches(resource_url, {_SEARCH}) group by url
    """)
    db.execute(f"""
        create or replace temp table part_facts as
        select {has_blocks}::bool as has_blocks, {has_resources}::bool as has_resources
    """)


def page_parts_sql() -> str:
    """Give the query that fills table ``page_parts``, one row for each own page."""
    text = "f.has_blocks and p.is_html and p.status = 200"
    return f"""
        select p.url, coalesce(o.n_nofollow_links, 0)::int as n_nofollow_links,
            coalesce(o.n_followed_links, 0)::int as n_followed_links, coalesce(o.n_main_links, 0)::int as n_main_links,
            coalesce(o.links_above, false) as links_above, coalesce(i.n_main_inlinks, 0)::int as n_main_inlinks,
            coalesce(i.n_indexable_inlinks, 0)::int as n_indexable_inlinks,
            if({text}, coalesce(t.n_text_characters, 0), null)::bigint as n_text_characters,
            if({text}, coalesce(h.heading_levels, ''), null) as heading_levels, n.long_heading,
            t.placeholder, t.garbled, e.reading_ease,
            if({text}, coalesce(h.n_questions, 0), null)::int as n_questions,
            if({text}, coalesce(h.n_unanswered, 0), null)::int as n_unanswered,
            coalesce(n.h2_twins, 0)::int as h2_twins, n.title_width, n.description_width, n.title_own_length,
            if(p.title is null, null, n.title_repeats)::int as title_repeats,
            if(f.has_resources and p.is_html, coalesce(w.n, 0), null)::int as n_entry_forms,
            g.og_title, g.og_description, g.og_image, g.og_url,
            if(r.has_others, coalesce(c.n_copies, 0), null)::int as n_copies_elsewhere,
            if(r.has_search, coalesce(s.impressions, 0), null)::double as impressions,
            if(r.has_search, coalesce(s.clicks, 0), null)::double as clicks,
            if(r.has_logs, coalesce(b.n_bot_hits, 0), null)::bigint as n_bot_hits,
            if(r.has_logs, coalesce(b.n_bot_errors, 0), null)::bigint as n_bot_errors
        from own_page p cross join part_facts f cross join report_facts r
            left join page_links o using (url) left join inlink_count i using (url) left join page_text t using (url)
            left join page_headings h using (url) left join page_ease e using (url) left join page_names n using (url)
            left join page_graph g using (url) left join page_copies c using (url)
            left join page_forms w using (url) left join search_reports s using (url) left join bot_hits b using (url)
    """
