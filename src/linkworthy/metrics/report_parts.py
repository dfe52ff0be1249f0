"""What reports, logs and pages of other sites say of own pages: impressions, bots, copies."""

from __future__ import annotations

import duckdb

SEARCH = "('search-console', 'bing')"
"""Who reports impressions in search by page."""
MIN_COPIED_WORDS = 50
"""Words of main text below which two pages may well agree by chance."""


def open_report_parts(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``report_facts``, ``search_reports``, ``bot_hits`` and ``page_copies``."""
    db.execute(f"""
        create or replace temp table report_facts as
        select exists (select 1 from page_reports where reported_by in {SEARCH} and impressions is not null)
                as has_search,
            exists (select 1 from visits) as has_logs, exists (select 1 from pages where not is_own and is_html)
                as has_others
    """)
    # Files overlap: what one file says of a page on its days is added up, and the file that says most stands.
    db.execute(f"""
        create or replace temp table search_reports as
        with summed as (
            select url, file, sum(impressions) as impressions, sum(clicks) as clicks from page_reports
            where is_own and reported_by in {SEARCH} group by url, file)
        select url, max(impressions) as impressions, max(clicks) as clicks from summed group by url
    """)
    db.execute("""
        create or replace temp table bot_hits as
        select target_url as url, sum(n_bots) as n_bot_hits,
            sum(n_bots) filter (status >= 400 and status not in (401, 403, 429)) as n_bot_errors
        from visits where n_bots > 0 group by target_url
    """)
    db.execute(f"""
        create or replace temp table page_copies as
        with theirs as (
            select main_hash, count(distinct domain) as n from pages
            where not is_own and main_hash is not null and status = 200 group by main_hash)
        select p.url, t.n as n_copies from own_page p join theirs t using (main_hash)
        where p.n_main_words >= {MIN_COPIED_WORDS}
    """)
