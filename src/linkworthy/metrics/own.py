"""What all metrics of the own site start from: each own page once, and every known answer."""

from __future__ import annotations

import duckdb

from linkworthy.engine.embedded import quoted
from linkworthy.metrics.newest import ONCE
from linkworthy.site import SiteConfig

# A page that the browser could not finish was answered all the same, and is known as it came.
_PAGE = """
    url, host, domain, is_own, role, depth,
        if(fault = 'not-rendered' and status is not null, 'answered', state) as state,
        fault, status, redirect_url, redirect_kind, is_html, is_noindex,
        is_nofollow, meta_robots, x_robots_tag, fetched_at,
    is_robots_allowed, canonical_url, title, description, h1, main_hash, body_hash, n_main_words, n_words, ttfb_ms
"""


def open_own(db: duckdb.DuckDBPyConnection, config: SiteConfig) -> None:
    """Make the temporary tables ``any_page``, ``own_page`` and ``sitemap_page``, and the macros on URLs.

    A page that several stages captured counts once, with its newest answer.
    """
    open_macros(db, config)
    db.execute(f"create or replace temp table any_page as select {_PAGE} from pages where role <> 'probe' {ONCE}")
    db.execute("create or replace temp table own_page as select * exclude (is_own, role) from any_page where is_own")
    db.execute("create or replace temp table sitemap_page as select distinct url from sitemap_urls")


def open_macros(db: duckdb.DuckDBPyConnection, config: SiteConfig) -> None:
    """Make the macros ``url_host``, ``url_path``, ``url_query``, ``is_own_host`` and ``url_variant_key``."""
    db.execute(r"create or replace temp macro url_host(u) as regexp_extract(u, '^https?://(\[[^\]]*\]|[^/:?#]+)', 1)")
    db.execute("create or replace temp macro url_path(u) as regexp_extract(u, '^https?://[^/?#]+([^?#]*)', 1)")
    db.execute("create or replace temp macro url_query(u) as regexp_extract(u, '[?]([^#]*)', 1)")
    domains = sorted(config.own_domains)
    below = [f"ends_with(h, {quoted('.' + domain)})" for domain in domains]
    named = ", ".join(map(quoted, sorted({*domains, *config.hosts})))
    db.execute(f"create or replace temp macro is_own_host(h) as (h in ({named}) or {' or '.join(below)})")
    # The spelling that scheme, www, index files, a trailing slash and letter case leave open.
    db.execute(r"""
        create or replace temp macro url_variant_key(u) as
            regexp_replace(regexp_extract(u, '^https?://([^/?#]+)', 1), '^www\.', '')
            || lower(regexp_replace(regexp_replace(url_path(u), '/(index|default)\.(html?|php|aspx?|jsp|shtml)$',
                '/', 'i'), '/+$', ''))
    """)


def scalar(db: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Give the one whole number that a query answers."""
    return int(db.sql(sql).fetchall()[0][0])
