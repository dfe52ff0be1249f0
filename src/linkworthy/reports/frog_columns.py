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
_EASE = """case when q.reading_ease >= 90 then 'Very Easy' when q.reading_ease >= 80 then 'Easy'
 when q.reading_ease >= 70 then 'Fairly Easy' when q.reading_ease >= 60 then 'Normal'
 when q.reading_ease >= 50 then 'Fairly Hard' when q.reading_ease >= 30 then 'Hard'
 when q.reading_ease is not null then 'Very Hard' end"""
_ELEMENT = "if(p.n_canonical_tags = 1 and p.header_canonical_url = p.canonical_url, null, p.canonical_url)"
"""The canonical, where it is not that of the header alone."""
COLUMNS: tuple[tuple[str, str], ...] = (
    ("Address", "p.url"),
    ("Content Type", "p.content_type"),
    ("Status Code", "coalesce(p.status, 0)"),
    ("Status", _STATUS_WORDS),
    ("Indexability", "case m.is_indexable when true then 'Indexable' when false then 'Non-Indexable' end"),
    ("Indexability Status", _REASONS),
    ("Title 1", "p.title"),
    ("Title 1 Length", "coalesce(length(p.title), 0)"),
    ("Title 1 Pixel Width", "if(p.is_html, coalesce(round(q.title_width), 0)::int, null)"),
    ("Meta Description 1", "p.description"),
    ("Meta Description 1 Length", "coalesce(length(p.description), 0)"),
    ("Meta Description 1 Pixel Width", "if(p.is_html, coalesce(round(q.description_width), 0)::int, null)"),
    ("Meta Keywords 1", "p.keywords"),
    ("Meta Keywords 1 Length", "coalesce(length(p.keywords), 0)"),
    ("H1-1", "p.h1"),
    ("H1-1 Length", "coalesce(length(p.h1), 0)"),
    ("H2-1", "p.h2[1]"),
    ("H2-1 Length", "coalesce(length(p.h2[1]), 0)"),
    ("H2-2", "p.h2[2]"),
    ("H2-2 Length", "coalesce(length(p.h2[2]), 0)"),
    ("Meta Robots 1", "p.meta_robots"),
    ("X-Robots-Tag 1", "p.x_robots_tag"),
    ("Meta Refresh 1", "p.meta_refresh_url"),
    ("Canonical Link Element 1", _ELEMENT),
    ('rel="next" 1', "p.next_url"),
    ('rel="prev" 1', "p.prev_url"),
    ('HTTP rel="next" 1', _NONE),
    ('HTTP rel="prev" 1', _NONE),
    ("amphtml Link Element", _NONE),
    ("Size (bytes)", "p.n_decoded_bytes"),
    ("Transferred (bytes)", "p.n_bytes"),
    ("Total Transferred (bytes)", _NONE),
    ("CO2 (mg)", _NONE),
    ("Carbon Rating", _NONE),
    ("Word Count", "p.n_words"),
    ("Sentence Count", _NONE),
    ("Average Words Per Sentence", _NONE),
    ("Flesch Reading Ease Score", "round(q.reading_ease, 3)"),
    ("Readability", _EASE),
    ("Text Ratio", "round(100.0 * q.n_text_characters / nullif(p.n_decoded_bytes, 0), 3)"),
    ("Crawl Depth", "p.depth"),
    ("Folder Depth", "len(string_split(regexp_extract(p.url, '^https?://[^/?#]+/?([^?#]*)', 1), '/')) - 1"),
    ("Link Score", "round(m.link_score)::int"),
    ("Inlinks", "m.n_inlinks"),
    ("Unique Inlinks", "m.n_inlinking_pages"),
    ("Unique JS Inlinks", _NONE),
    ("% of Total", "round(100.0 * m.n_inlinking_pages / nullif(t.n_html, 0), 3)"),
    ("Outlinks", "p.n_internal_links"),
    ("Unique Outlinks", "o.n_internal"),
    ("Unique JS Outlinks", _NONE),
    ("External Outlinks", "p.n_external_links"),
    ("Unique External Outlinks", "o.n_external"),
    ("Unique External JS Outlinks", _NONE),
    ("Closest Near Duplicate Match", "m.near_duplicate_url"),
    ("No. Near Duplicates", "m.n_near_duplicates"),
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
    ("Cookies", _NONE),
    ("Language", "p.html_lang"),
    ("HTTP Version", "'HTTP/' || p.http_version"),
    ("Mobile Alternate Link", _NONE),
    ("Closest Semantically Similar Address", _NONE),
    ("Semantic Similarity Score", _NONE),
    ("No. Semantically Similar", _NONE),
    ("Semantic Relevance Score", _NONE),
    ("URL Encoded Address", "p.url"),
    ("Crawl Timestamp", "p.fetched_at"),
)
"""Name of each column of internal_all, and the expression that fills it."""

_OWN = """, p.is_own, p.is_html, p.n_titles, p.n_descriptions, p.n_h1, p.h2, p.is_noindex, p.is_nofollow, p.state,
 p.fault, p.hreflang, p.n_canonicals, p.n_canonical_tags,
 p.header_canonical_url as "HTTP Canonical", p.n_images_no_alt, p.n_insecure_resources, m.canonical_state,
 m.title_twins, m.description_twins, m.h1_twins, m.content_twins, m.is_indexable, m.in_sitemap, p.status as code,
 p.role, p.meta_refresh_url, m.index_reason, p.headers, p.charset, p.schema_types, p.viewport,
 coalesce(len(string_split(p.meta_robots, '; ')), 0) + (p.x_robots_tag is not null)::int as n_directives"""


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
        left join page_parts q using (url) left join outgoing o using (url)
        where p.role <> 'probe' and (p.is_own or p.role in ('outbound', 'resource'))
    """)
    db.execute(_LINKED)


_LINKED = rf"""
    create or replace temp view frog_link as
    with own_host as (select distinct host from pages where is_own),
    own as (select * from pages where is_own and role <> 'probe'),
    said as (
        select 'Hyperlink' as kind, l.source_url, l.url, l.n, l.anchor, l.kind as form, l.href, l.rel, l.path, l.region,
            not (l.is_nofollow or l.is_ugc or l.is_sponsored) as is_followed
        from links l
        union all by name
        select 'Image' as kind, i.url as source_url, i.image_url as url, i.n, i.alt as anchor, 'image' as form
        from images i
        union all by name
        select case r.kind when 'script' then 'JavaScript' when 'style' then 'CSS' when 'frame' then 'iFrame'
                when 'image' then 'Image' when 'media' then 'Media' else 'Other' end as kind,
            r.url as source_url, r.resource_url as url, r.n
        from resources r where r.kind <> 'form'
        union all by name
        select 'HTML Canonical' as kind, p.url as source_url, {_ELEMENT} as url, 0 as n from own p
        union all by name
        select 'HTTP Canonical' as kind, url as source_url, header_canonical_url as url, 0 as n from own
        union all by name
        select if(redirect_kind = 'http', 'HTTP Redirect', 'Meta Refresh') as kind, url as source_url,
            redirect_url as url, 0 as n from own
        union all by name
        select 'Rel Next' as kind, url as source_url, next_url as url, 0 as n from own
        union all by name
        select 'Rel Prev' as kind, url as source_url, prev_url as url, 0 as n from own
        union all by name
        select 'HTML Hreflang' as kind, url as source_url, unnest(hreflang).url as url, 0 as n from own)
    select l.kind as "Type", l.source_url as "Source", l.url as "Destination", d.n_decoded_bytes as "Size (Bytes)",
        case when l.form in ('image', 'area') then l.anchor else '' end as "Alt Text",
        case when l.form in ('image', 'area') then '' else l.anchor end as "Anchor",
        coalesce(d.status, 0) as "Status Code", f."Status", coalesce(l.is_followed, true) as "Follow",
        null::varchar as "Target", l.rel as "Rel",
        case when l.href is null then null when l.href like 'http%' then 'Absolute'
            when l.href like '//%' then 'Protocol-Relative' when l.href like '/%' then 'Root-Relative'
            else 'Path-Relative' end as "Path Type",
        '//body/' || replace(regexp_replace(l.path, ':nth-of-type\((\d+)\)', '[\1]', 'g'), ' > ', '/') as "Link Path",
        case when l.kind <> 'Hyperlink' then null else case l.region when 'nav' then 'Navigation'
            when 'header' then 'Header' when 'footer' then 'Footer' when 'sidebar' then 'Aside' else 'Content' end
            end as "Link Position",
        if(l.kind in ('HTTP Redirect', 'HTTP Canonical'), 'HTTP', 'HTML') as "Link Origin",
        h.host is not null as is_internal, l.n
    from said l join own s on s.url = l.source_url left join pages d on d.url = l.url and d.role <> 'probe'
        left join frog_url f on f."Address" = l.url
        left join own_host h on h.host = regexp_extract(l.url, '^https?://(\[[^\]]*\]|[^/:?#]+)', 1)
    where l.url is not null
"""
"""Every way in which an own page names a URL, as Screaming Frog tells them apart; links first in their order."""
