"""Relations over own pages, their hosts and folders, and the site as a whole."""

from __future__ import annotations

from linkworthy.catalogue.languages import VERSIONS, together
from linkworthy.catalogue.later import PAGES_LATER
from linkworthy.catalogue.relation import HOST, HOSTS, ORIGIN, OWN, PATH, SEGMENTS, VALUE, Relation, nulls, relation
from linkworthy.metrics.newest import ONCE

_PAGE_NUMBER = "'[?&/](?:page|paged|seite|pagina|p)[=/-]?([0-9]{1,5})(?:[/&.]|$)'"
_FILE = "'[.](css|js|png|jpe?g|gif|svg|webp|ico|woff2?|txt|xml)([?]|$)'"
_VERSION = r"'/? ?v?[0-9]+\.[0-9]'"


_GRAMS_PER_BYTE = "(0.194 * 494 / 1e9)"
"""Kilowatt hours a gigabyte times grams of CO2 a kilowatt hour.

Source: https://sustainablewebdesign.org/estimating-digital-emissions/ (version 4)
"""
_AFTER = (
    "title", "h1", "description", "canonical_url", "is_noindex", "is_nofollow", "n_words", "n_links", "schema_types",
    "n_requests", "n_failed_requests", "n_console_errors", "n_script_errors", "is_settled", "moved_to_url",
)  # fmt: skip
"""What is known of a page after its scripts ran."""
_BEFORE = (
    "title", "h1", "description", "canonical_url", "is_noindex", "is_nofollow", "n_words", "n_links",
)  # fmt: skip
_LAB = dict.fromkeys(
    (
        "inp_ms", "fcp_ms", "tbt_ms", "transfer_bytes", "third_party_share", "is_lcp_lazy", "carbon_g",
        "small_text_share", "n_small_targets", "is_too_wide", "overlay_share", "mobile_n_main_words",
    ),
    "measured_load",
)  # fmt: skip


def lab(device: str) -> str:
    """Give the SQL of what the lab measured last on a device, under its name."""
    return f"""{device} as (select * from lab_pages where device = '{device}' and state = 'measured'
        qualify row_number() over (partition by url order by measured_at desc) = 1)"""


def own_pages() -> str:
    """Give the SQL of own pages with their metrics, each once."""
    return f"""
        with {OWN}, {VERSIONS}, {lab("phone")}, {lab("desktop")}, site_facts as (
            select coalesce(bool_or(status = 200) filter (depth = 0), false) as is_start_read,
                coalesce(bool_or(len(hreflang) > 0), false) or exists (from map_set) as is_site_in_languages from own),
        limits as (
            select avg((o.ttfb_ms > 800)::int) as late_share, avg((o.total_ms > 1000)::int) as slow_share,
                quantile_cont(o.n_external_links * 100.0 / o.n_words, 0.95) filter (
                    o.n_words >= 100 and o.n_external_links > 0) as external_rate_limit,
                avg((o.n_keywords > 0)::int) as keywords_share,
                quantile_cont(m.link_score, 0.1) as low_link_score, avg((q.n_bot_hits > 0)::int) as bot_share,
                quantile_cont(m.n_referring_domains, 0.9) filter (m.n_referring_domains > 0) as many_domains
            from own o join page_metrics m using (url) left join page_parts q using (url) where m.is_indexable)
        select p.* exclude (lcp_ms, cls, n_requests, hreflang), {together("p")} as hreflang,
            len(p.hreflang) as n_page_alternates, coalesce(len(v.alternates), 0) as n_map_alternates,
            m.* exclude (url), q.* exclude (url), site_facts.*, limits.*,
            t.is_indexable as canonical_is_indexable, t.index_reason as canonical_index_reason,
            not coalesce(p.is_rendered, false) and p.n_words = 0 and p.n_links = 0 as is_shell,
            {PATH.format("p.url")} as path, {SEGMENTS.format("p.url")} as segments,
            len(segments) - len(list_distinct(segments)) as n_segments_again,
            len(list_filter(range(2, len(segments) + 1), lambda i: segments[i] = segments[i - 1])) > 0
                as is_segment_doubled,
            regexp_extract(p.url, '[?](.*)$', 1) as query,
            coalesce(p.depth = 0, false) or {PATH.format("p.url")} = '/' as is_home,
            lower(concat_ws(', ', p.meta_robots, p.x_robots_tag)) as directives,
            try_cast(nullif(regexp_extract(p.url, {_PAGE_NUMBER}, 1), '') as int) as page_number,
            date_diff('day', greatest(p.published_at, p.modified_at), p.fetched_at) as age_days,
            coalesce(phone.lcp_ms, p.lcp_ms) as lcp_ms, coalesce(phone.cls, p.cls) as cls,
            coalesce(phone.n_requests, p.n_requests) as n_requests, phone.lcp_spread, phone.inp_ms, phone.fcp_ms,
            phone.tbt_ms, phone.n_loads, phone.transfer_bytes, phone.third_party_share, phone.is_lcp_lazy,
            phone.transfer_bytes * {_GRAMS_PER_BYTE} as carbon_g, phone.small_text_share, phone.n_small_targets,
            phone.n_targets, phone.is_too_wide, phone.overlay_share, phone.n_main_words as mobile_n_main_words,
            desktop.access_score,
            {VALUE.format("m")} as value {nulls(PAGES_LATER, "pages")}
        from own p join page_metrics m using (url) cross join site_facts cross join limits
            left join page_parts q using (url)
            left join page_metrics t on t.url = p.canonical_url and t.url <> p.url
            left join phone on phone.url = p.url left join desktop on desktop.url = p.url
            left join map_set v on v.url = p.url
    """


def _rendered_pages() -> str:
    """Give pages before and after their scripts ran: as the crawl rendered them, else as the lab did."""
    by_crawl = "coalesce(b.is_rendered, false) or l.url is null"
    after = ", ".join(f"if({by_crawl}, b.{name}, l.{name}) as {name}" for name in _AFTER)
    before = ", ".join(f"if({by_crawl}, b.raw_{name}, b.{name}) as raw_{name}" for name in _BEFORE)
    left_out = ", ".join(("is_rendered", "raw_n_types", *_AFTER, *(f"raw_{name}" for name in _BEFORE)))
    return f"""
        with b as ({own_pages()}), {lab("desktop")}, l as (select * from desktop)
        select b.* exclude ({left_out}), true as is_rendered, {after}, {before},
            if({by_crawl}, b.raw_n_types, len(b.schema_types)) as raw_n_types, l.n_console_warnings, l.n_browser_issues
        from b left join l on l.url = b.url where b.is_rendered or l.url is not null
    """


def _own_hosts() -> str:
    return f"""
        with answered as (
            select *, {ORIGIN.format("url")} as host_url from pages
            where is_own and role = 'own' and status = 200 and is_html and cardinality(headers) > 0 {ONCE})
        select host_url, min(url) as on_page, count(*) as n_pages, starts_with(host_url, 'https:') as is_secure,
            count(*) filter (headers['strict-transport-security'] is null) as n_no_hsts,
            min(try_cast(nullif(regexp_extract(headers['strict-transport-security'], 'max-age="?([0-9]+)', 1), '')
                as bigint)) as hsts_max_age,
            count(*) filter (lower(trim(headers['x-content-type-options'])) is distinct from 'nosniff') as n_sniffed,
            count(*) filter (headers['x-frame-options'] is null
                and not contains(coalesce(lower(headers['content-security-policy']), ''), 'frame-ancestors'))
                as n_framed,
            count(*) filter (headers['content-security-policy'] is null) as n_no_csp,
            count(*) filter (contains(lower(headers['referrer-policy']), 'unsafe-url')) as n_unsafe_referrer,
            count(*) filter (headers['referrer-policy'] is null) as n_no_referrer,
            min(headers['server']) filter (regexp_matches(headers['server'], {_VERSION})) as server_version,
            min(headers['x-powered-by']) filter (regexp_matches(headers['x-powered-by'], {_VERSION})) as powered_by,
            min(generator) filter (regexp_matches(generator, {_VERSION})) as generator_version,
            count(*) filter (headers['set-cookie'] is not null) as n_cookies,
            min(headers['set-cookie'][:300]) filter (headers['set-cookie'] is not null
                and not regexp_matches(headers['set-cookie'], '(?i);\\s*samesite\\s*=')
                or starts_with(host_url, 'https:') and headers['set-cookie'] is not null
                and not regexp_matches(headers['set-cookie'], '(?i);\\s*secure\\b')) as weak_cookie,
            max(http_version) as http_version, count(http_version) as n_versions,
            min(tls_fault) as tls_fault, ln(1 + count(*)) as value,
            null::int as certificate_days, null::varchar as oldest_tls
        from answered group by host_url
    """


def _families() -> str:
    return f"""
        with {OWN}, shaped as (
            select p.url, {ORIGIN.format("p.url")} || regexp_replace({PATH.format("p.url")}, '[^/]*$', '')
                    || if(contains(p.url, '?'), '?' || array_to_string(list_sort(list_distinct(list_transform(
                        string_split(regexp_extract(p.url, '[?](.*)$', 1), '&'),
                        lambda one: regexp_extract(one, '^[^=]*', 0)))), '&'), '') as family,
                contains(p.url, '?') as has_query, m.nearest_share, m.content_twins, m.is_indexable, p.n_main_words,
                len(list_distinct({SEGMENTS.format("p.url")})) < len({SEGMENTS.format("p.url")})
                    or regexp_matches(p.url, '[/=](19|20)[0-9][0-9]([/-][0-9]{{1,2}}){{1,2}}') as is_endless_form
            from own p join page_metrics m using (url) where p.status = 200 and p.is_html)
        select family as url, count(*) as n_pages, count(*) filter (is_indexable) as n_indexable,
            count(*) filter (content_twins > 0 or nearest_share >= 0.8) as n_alike, min(url) as on_page,
            median(coalesce(nearest_share, 0)) filter (is_indexable) as likeness, bool_or(has_query) as has_query,
            count(*) filter (is_endless_form) as n_endless_forms, median(n_main_words) as typical_words,
            ln(1 + count(*)) as value
        from shaped group by family having count(*) >= 2
    """


def _site() -> str:
    robots_host = HOST.format("r.host_url || '/'")
    own_robots = f"select r.* from robots r join own_host h on h.host = {robots_host}"
    return f"""
        with {OWN}, {HOSTS}, own_robots as ({own_robots}),
        hits as (
            select sum(v.n_bots) as n_bot_hits, sum(v.n_bots) filter (not m.is_indexable or contains(v.target_url, '?')
                    and m.url is null or v.status between 300 and 399) as n_wasted_hits
            from visits v left join page_metrics m on m.url = v.target_url
            where not regexp_matches(lower(v.target_url), {_FILE}))
        select coalesce(min(p.url) filter (p.depth = 0), min(p.url)) as url, count(*) as n_pages, count(*)
            filter (p.status is not null) as n_answered,
            count(*) filter (p.is_html and p.status = 200) as n_html,
            (select count(*) from sitemap_urls) as n_sitemap_urls,
            (select coalesce(sum(len(sitemaps)), 0) from own_robots) as n_named_sitemaps,
            (select count(*) from own_robots) as n_robots,
            list_distinct(flatten(list(p.schema_types) filter (p.depth = 0))) as home_types,
            count(*) filter (p.depth = 0 and p.status = 200) as n_starts,
            count(*) filter (m.canonical_state not in ('self', 'none')
                and {PATH.format("p.canonical_url")} = '/' and not contains(p.canonical_url, '?')
                and {PATH.format("p.url")} <> '/') as n_canonicals_to_home,
            any_value(hits.n_bot_hits) as n_bot_hits, any_value(coalesce(hits.n_wasted_hits, 0)) as n_wasted_hits,
            0::double as value
        from own p left join page_metrics m using (url) cross join hits having count(*) > 0
    """


def _search_queries() -> str:
    return """
        with summed as (
            select lower(k.keyword) as keyword, k.url, max(k.clicks) as clicks, max(k.impressions) as impressions,
                min(k.position) as position
            from keyword_reports k join page_metrics m using (url) where m.is_indexable group by 1, 2),
        shares as (select *, impressions / sum(impressions) over (partition by keyword) as share from summed)
        select keyword as url, count(*) as n_pages, count(*) filter (share >= 0.2) as n_rivals,
            sum(impressions) as impressions, sum(clicks) as clicks,
            list(url order by impressions desc nulls last, url)[:5] as pages, ln(1 + sum(impressions)) as value
        from shares where keyword is not null group by keyword having count(*) > 1
    """


PAGE_RELATIONS: tuple[Relation, ...] = (
    relation(
        "own_pages",
        "Own pages with their metrics.",
        "url",
        "pages page_metrics",
        own_pages,
        PAGES_LATER,
        {**_LAB, "access_score": "accessibility"},
    ),
    relation(
        "rendered_pages",
        "Own pages before and after a browser ran their scripts.",
        "url",
        "pages page_metrics browser",
        _rendered_pages,
        wants={"n_console_warnings": "measured_load", "n_browser_issues": "measured_load"},
    ),
    relation(
        "own_hosts",
        "Own hosts: what the headers of their pages say.",
        "host_url",
        "pages",
        _own_hosts,
        {"certificate_days": ("int", "certificates"), "oldest_tls": ("varchar", "certificates")},
    ),
    relation("families", "Own pages of one folder and one set of parameters.", "url", "pages page_metrics", _families),
    relation("site", "The site as a whole, one row.", "url", "pages", _site),
    relation(
        "search_queries", "Search queries that show several own pages.", "url", "page_metrics queries", _search_queries
    ),
)
