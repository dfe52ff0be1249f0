"""Screaming Frog's columns over our tables: one relation of own and linked URLs, and one of links.

What is not measured here has its column all the same, empty, so that sheets and scripts find what they look for.
"""

from __future__ import annotations

import duckdb

_REASONS = """case coalesce(m.index_reason, '') when 'robots' then 'Blocked by robots.txt' when 'redirected' then
 'Redirected' when 'status' then case when p.status >= 500 then 'Server Error' else 'Client Error' end
 when 'noindex' then 'noindex' when 'unavailable' then 'Unavailable After'
 when 'canonicalised' then 'Canonicalised' when 'not-html' then '' else '' end"""
_STATUS_WORDS = """case p.status when 200 then 'OK' when 201 then 'Created' when 204 then 'No Content'
 when 301 then 'Moved Permanently' when 302 then 'Found' when 303 then 'See Other' when 304 then 'Not Modified'
 when 307 then 'Temporary Redirect' when 308 then 'Permanent Redirect' when 400 then 'Bad Request'
 when 401 then 'Unauthorized' when 403 then 'Forbidden' when 404 then 'Not Found' when 405 then 'Method Not Allowed'
 when 410 then 'Gone' when 429 then 'Too Many Requests' when 500 then 'Internal Server Error'
 when 502 then 'Bad Gateway' when 503 then 'Service Unavailable' when 504 then 'Gateway Timeout'
 else case when p.state = 'disallowed' then 'Blocked by robots.txt' when p.status is null then 'No Response'
 else '' end end"""

_NONE = "null::varchar"
COLUMNS: tuple[tuple[str, str], ...] = (
    ("Address", "p.url"),
    ("Content Type", "p.content_type"),
    ("Status Code", "coalesce(p.status, 0)"),
    ("Status", _STATUS_WORDS),
    ("Indexability", "case m.is_indexable when true then 'Indexable' when false then 'Non-Indexable' end"),
    ("Indexability Status", _REASONS),
    ("Title 1", "p.title"),
    ("Title 1 Length", "coalesce(length(p.title), 0)"),
    ("Title 1 Pixel Width", _NONE),
    ("Meta Description 1", "p.description"),
    ("Meta Description 1 Length", "coalesce(length(p.description), 0)"),
    ("Meta Description 1 Pixel Width", _NONE),
    ("Meta Keywords 1", _NONE),
    ("Meta Keywords 1 Length", _NONE),
    ("H1-1", "p.h1"),
    ("H1-1 Length", "coalesce(length(p.h1), 0)"),
    ("H2-1", "p.h2[1]"),
    ("H2-1 Length", "coalesce(length(p.h2[1]), 0)"),
    ("H2-2", "p.h2[2]"),
    ("H2-2 Length", "coalesce(length(p.h2[2]), 0)"),
    ("Meta Robots 1", "p.meta_robots"),
    ("X-Robots-Tag 1", "p.x_robots_tag"),
    ("Meta Refresh 1", "p.meta_refresh_url"),
    ("Canonical Link Element 1", "p.canonical_url"),
    ('rel="next" 1', "p.next_url"),
    ('rel="prev" 1', "p.prev_url"),
    ("Size (Bytes)", "p.n_decoded_bytes"),
    ("Transferred (Bytes)", "p.n_bytes"),
    ("Word Count", "p.n_words"),
    ("Sentence Count", _NONE),
    ("Flesch Reading Ease Score", _NONE),
    ("Readability", _NONE),
    ("Text Ratio", _NONE),
    ("Crawl Depth", "p.depth"),
    ("Folder Depth", "len(string_split(regexp_extract(p.url, '^https?://[^/?#]+/?([^?#]*)', 1), '/')) - 1"),
    ("Link Score", "round(m.link_score)::int"),
    ("Inlinks", "m.n_inlinks"),
    ("Unique Inlinks", "m.n_inlinking_pages"),
    ("% of Total", "round(100.0 * m.n_inlinking_pages / nullif(t.n_html, 0), 3)"),
    ("Outlinks", "p.n_internal_links"),
    ("Unique Outlinks", "o.n_internal"),
    ("External Outlinks", "p.n_external_links"),
    ("Unique External Outlinks", "o.n_external"),
    ("Closest Near Duplicate Match", "m.near_duplicate_url"),
    ("No. Near Duplicates", "m.n_near_duplicates"),
    ("Near Duplicate Similarity", "round(100 * m.near_duplicate_share, 2)"),
    ("Spelling Errors", _NONE),
    ("Grammar Errors", _NONE),
    ("Hash", "printf('%016x', p.body_hash)"),
    ("Response Time", "round(p.ttfb_ms / 1000, 3)"),
    ("Last Modified", "p.last_modified_at"),
    ("Redirect URL", "p.redirect_url"),
    (
        "Redirect Type",
        "case p.redirect_kind when 'http' then 'HTTP Redirect' when 'meta-refresh' then 'Meta Refresh' end",
    ),
    ("Language", "p.html_lang"),
    ("HTTP Version", "p.http_version"),
    ("URL Encoded Address", "p.url"),
    ("Crawl Timestamp", "p.fetched_at"),
)
"""Name of each column of internal_all, and the expression that fills it."""

_OWN = """, p.is_own, p.is_html, p.n_titles, p.n_descriptions, p.n_h1, p.h2, p.is_noindex, p.is_nofollow, p.state,
 p.fault, p.hreflang, p.n_canonicals, p.n_images_no_alt, p.n_insecure_resources, m.canonical_state, m.title_twins,
 m.description_twins, m.h1_twins, m.content_twins, m.is_indexable, m.in_sitemap, p.status as code, p.role,
 p.meta_refresh_url, m.index_reason, p.headers, p.charset, p.schema_types, p.viewport"""


def open_frog(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``frog_url`` (every URL with all columns) and ``frog_link`` (every link)."""
    listed = ", ".join(f'{value} as "{name.replace(chr(34), chr(34) * 2)}"' for name, value in COLUMNS)
    db.execute(f"""
        create or replace temp table frog_url as
        with outgoing as (
            select source_url as url, count(distinct url) filter (is_internal) as n_internal,
                count(distinct url) filter (not is_internal) as n_external
            from links where url is not null and source_url in (select url from pages where is_own) group by 1),
        t as (select count(*) as n_html from pages where is_own and is_html and status = 200)
        select {listed} {_OWN} from pages p cross join t left join page_metrics m using (url)
        left join outgoing o using (url)
        where p.role <> 'probe' and (p.is_own or p.role in ('outbound', 'resource'))
    """)
    db.execute(r"""
        create or replace temp view frog_link as
        select case l.kind when 'image' then 'Image' else 'Hyperlink' end as "Type", l.source_url as "Source",
            l.url as "Destination", d.n_decoded_bytes as "Size (Bytes)",
            case l.kind when 'image' then l.anchor else '' end as "Alt Text",
            case l.kind when 'image' then '' else l.anchor end as "Anchor", coalesce(d.status, 0) as "Status Code",
            f."Status", not (l.is_nofollow or l.is_ugc or l.is_sponsored) as "Follow", null::varchar as "Target",
            l.rel as "Rel",
            case when l.href like 'http%' then 'Absolute' when l.href like '//%' then 'Protocol-Relative'
                when l.href like '/%' then 'Root-Relative' else 'Path-Relative' end as "Path Type",
            '//body/' || replace(regexp_replace(l.path, ':nth-of-type\((\d+)\)', '[\1]', 'g'), ' > ', '/')
                as "Link Path",
            case l.region when 'nav' then 'Navigation' when 'header' then 'Header' when 'footer' then 'Footer'
                when 'sidebar' then 'Aside' else 'Content' end as "Link Position",
            'HTML' as "Link Origin", l.is_internal, l.n
        from links l join pages s on s.url = l.source_url and s.is_own and s.role <> 'probe'
            left join pages d on d.url = l.url and d.role <> 'probe'
            left join frog_url f on f."Address" = l.url
        where l.url is not null
    """)
