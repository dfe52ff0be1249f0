"""Relations over sets of pages: languages, series of pages, sitemaps, probes, robots.txt, reports, changes."""

from __future__ import annotations

from linkworthy.catalogue.languages import VERSIONS, codes, together
from linkworthy.catalogue.relation import HOST, HOSTS, OWN, PATH, VALUE, Relation, empty, relation

_FIELDS = (
    "user-?agent|allow|disallow|sitemap|crawl-delay|host|clean-param|request-rate|visit-time|content-signal|"
    "content-usage"
)
_KNOWN_LINES = f"'(?i)^\\s*({_FIELDS})\\s*:'"


def _alternates() -> str:
    return f"""
        with {OWN}, {VERSIONS}, versed as (
            select o.* replace ({together("o")} as hreflang) from own o left join map_set v using (url)),
        said as (
            select o.url, o.canonical_url, o.html_lang, unnest(o.hreflang) as alternate,
                generate_subscripts(o.hreflang, 1)::int as n, o.hreflang as own_set
            from versed o where len(o.hreflang) > 0 and o.status = 200),
        {codes("select alternate.lang as lang from said")}
        select s.url, s.n, s.alternate.lang as lang, s.alternate.url as target_url, s.alternate.url = s.url as is_self,
            m.is_indexable, p.state as target_state, p.status as target_status, p.redirect_url as target_redirect,
            t.is_indexable as target_is_indexable, t.index_reason as target_index_reason,
            t.canonical_state as target_canonical_state, t.n_inlinking_pages as target_n_inlinking_pages,
            len(p.hreflang) > 0 as target_has_set,
            list_contains(list_transform(p.hreflang, lambda h: h.url), s.url) as target_returns,
            list_filter(s.own_set, lambda h: h.url = s.url)[1].lang as own_lang,
            list_filter(p.hreflang, lambda h: h.url = s.url)[1].lang as returned_lang,
            list_contains(list_transform(list_filter(p.hreflang, lambda h: h.url = s.url), lambda h: h.lang),
                list_filter(s.own_set, lambda h: h.url = s.url)[1].lang) as returns_same_lang,
            list_contains(list_transform(p.hreflang, lambda h: h.url), s.canonical_url) as returns_canonical,
            c.code_fault, {VALUE.format("m")} as value
        from said s join page_metrics m using (url) join code c on c.lang = s.alternate.lang
            left join versed p on p.url = s.alternate.url
            left join page_metrics t on t.url = s.alternate.url
    """


def _language_targets() -> str:
    return f"""
        with {OWN}, {VERSIONS}, said as (
            select o.url, unnest({together("o")}) as alternate from own o left join map_set v using (url)
            where o.status = 200)
        select alternate.url as url, count(distinct alternate.lang) filter (alternate.lang <> 'x-default') as n_langs,
            list_sort(list(distinct alternate.lang)) as langs, count(distinct said.url) as n_pages,
            count(distinct regexp_extract(alternate.lang, '^[a-z]+', 0)) filter (alternate.lang <> 'x-default')
                as n_languages, any_value({VALUE.format("m")}) as value
        from said left join page_metrics m on m.url = alternate.url group by alternate.url
    """


def _series() -> str:
    return f"""
        with {OWN}, {HOSTS},
        named as (
            select url, 1 as n, 'next' as rel, next_url as target_url from own
                where next_url is not null and status = 200
            union all
            select url, 2, 'prev', prev_url from own where prev_url is not null and status = 200),
        linked as (
            select distinct l.source_url, l.url from links l semi join named n on n.url = l.source_url
                and n.target_url = l.url)
        select n.*, p.state as target_state, p.status as target_status, p.redirect_url as target_redirect,
            m.is_indexable, t.is_indexable as target_is_indexable, t.index_reason as target_index_reason,
            t.n_inlinking_pages as target_n_inlinking_pages, l.url is not null as is_linked,
            if(n.rel = 'next', p.prev_url, p.next_url) as target_back_url,
            case when n.target_url = n.url then true when p.status is null then null
                when if(n.rel = 'next', p.next_url, p.prev_url) is null then false
                when if(n.rel = 'next', p.next_url, p.prev_url) = n.url then true when b.status is null then null
                else coalesce(if(n.rel = 'next', b.next_url, b.prev_url) = n.url, false) end as is_round,
            {VALUE.format("m")} as value
        from named n join own_host h on h.host = {HOST.format("n.target_url")} join page_metrics m using (url)
            left join own p on p.url = n.target_url left join page_metrics t on t.url = n.target_url
            left join own b on b.url = if(n.rel = 'next', p.next_url, p.prev_url)
            left join linked l on l.source_url = n.url and l.url = n.target_url
    """


def _map_entries() -> str:
    return f"""
        with {OWN}
        select s.*, p.state, p.status, p.redirect_url, p.depth, m.is_indexable, m.index_reason,
            m.canonical_state, p.canonical_url, m.n_inlinking_pages, {VALUE.format("m")} as value
        from (select url, min(sitemap_url) as sitemap_url, max(last_modified_at) as last_modified_at,
                count(distinct regexp_replace(sitemap_url, '^https?://(www[.])?', '')) as n_sitemaps from sitemap_urls
              group by url) s left join own p using (url) left join page_metrics m using (url)
    """


def _sitemaps() -> str:
    return f"""
        with {HOSTS},
        rejected as (
            select file as url, count(*) as n_rejected, min(reason) as reason,
                bool_or(reason like '%50,000%') as is_long,
                bool_or(reason like '%50 MB%') as is_large from rejects
            where starts_with(file, 'http') group by file),
        named as (
            select sitemap_url as url, count(*) as n_urls, count(last_modified_at) as n_dated,
                count(distinct last_modified_at) as n_dates,
                count(*) filter (last_modified_at > (select max(fetched_at) from pages)) as n_future,
                count(*) filter (starts_with(s.url, 'http://') and starts_with(sitemap_url, 'https://')) as n_unsafe,
                count(*) filter (h.host is null) as n_foreign
            from sitemap_urls s left join own_host h on h.host = {HOST.format("s.url")} group by sitemap_url)
        select coalesce(n.url, r.url) as url, coalesce(n.n_urls, 0) as n_urls, coalesce(n.n_dated, 0) as n_dated,
            coalesce(n.n_dates, 0) as n_dates, coalesce(n.n_future, 0) as n_future, coalesce(n.n_unsafe, 0) as n_unsafe,
            coalesce(n.n_foreign, 0) as n_foreign, coalesce(r.n_rejected, 0) as n_rejected, r.reason,
            coalesce(r.is_long, false) as is_long, coalesce(r.is_large, false) as is_large,
            starts_with(r.reason, 'sitemap not read') as is_unread, ln(1 + coalesce(n.n_urls, 0)) as value
        from named n full join rejected r on r.url = n.url
    """


def _own_robots() -> str:
    return f"""
        with {HOSTS}, counted as (select host, count(*)::double as n from pages where is_own group by host),
        lines as (
            select host_url, list_filter(list_transform(string_split(replace(text, chr(13), chr(10)), chr(10)),
                lambda one: trim(regexp_replace(one, '#.*$', ''))), lambda one: one <> '') as lines
            from robots)
        select r.*, list_filter(l.lines, lambda one: not regexp_matches(one, {_KNOWN_LINES})) as unknown_lines,
            list_filter(l.lines, lambda one: regexp_matches(one, '(?i)^sitemap\\s*:')
                and not regexp_matches(one, '(?i)^sitemap\\s*:\\s*https?://[^/]')) as sitemap_lines,
            len(list_filter(l.lines, lambda one: regexp_matches(one, '(?i)^user-?agent\\s*:'))) as n_groups,
            len(list_filter(l.lines, lambda one: regexp_matches(one, '(?i)^(allow|disallow)\\s*:'))) as n_rules,
            regexp_matches(r.text, '(?i)^\\s*<(!doctype|html|\\?xml)') as is_html_body,
            starts_with(r.text, chr(65279)) as has_mark, octet_length(encode(r.text)) as n_bytes,
            try_cast(nullif(regexp_extract(r.text, '(?im)^\\s*crawl-delay\\s*:\\s*([0-9.]+)', 1), '') as double)
                as longest_delay_s, null::varchar as earlier_text, coalesce(c.n, 0) as value
        from robots r left join lines l using (host_url)
        join own_host h on h.host = {HOST.format("r.host_url || '/'")} left join counted c on c.host = h.host
        -- What several addresses answer with is one file, told where most pages are.
        qualify row_number() over (partition by coalesce(r.text, r.host_url), r.status
            order by coalesce(c.n, 0) desc, starts_with(r.host_url, 'https:') desc, r.host_url) = 1
    """


def _own_probes() -> str:
    return "select *, null::double as value from probes"


def _reported_pages() -> str:
    return f"""
        with {OWN},
        said as (
            select url, max(impressions) as impressions, max(clicks) as clicks, max(n_bots) as n_bot_hits,
                max(n_errors) as n_bot_errors, max(n_people) as n_visits
            from (
                select url, sum(impressions) as impressions, sum(clicks) as clicks, null as n_bots, null as n_errors,
                    null as n_people from page_reports where is_own and impressions is not null group by url, file
                union all
                select target_url, null, null, sum(n_bots), sum(n_bots) filter (status >= 400
                    and status not in (401, 403, 429)), sum(n_visits)
                from visits where n_bots > 0 group by target_url)
            group by url)
        select s.*, p.url is not null as is_known, p.state, p.status, p.redirect_url, p.depth, p.is_html,
            m.is_indexable, m.index_reason, m.n_inlinking_pages,
            regexp_matches(lower({PATH.format("s.url")}), '\\.(css|js|png|jpe?g|gif|svg|webp|ico|woff2?|pdf|xml|txt)$')
                as is_file, coalesce(s.clicks, 0) + ln(1 + coalesce(s.impressions, 0)) as value
        from said s left join own p using (url) left join page_metrics m using (url)
    """


_SITE_FILES = {
    "path": ("varchar", "site_files"), "status": ("int", "site_files"), "text": ("varchar", "site_files"),
    "n_faults": ("int", "site_files"),
}  # fmt: skip
_LAB = {
    "device": ("varchar", "load_audits"), "audit": ("varchar", "load_audits"),
    "state": ("varchar", "load_audits"),
    "amount": ("double", "load_audits"), "items": ("varchar", "load_audits"),
}  # fmt: skip
_AMP = {
    name: (kind, "amp")
    for kind, names in {
        "boolean": "is_valid_doctype is_amp_html has_head has_body has_canonical has_charset has_viewport has_runtime "
        "has_boilerplate is_indexable canonical_is_indexable canonical_returns",
        "int": "status n_disallowed n_other_faults",
        "varchar": "canonical_url linked_from index_reason",
    }.items()
    for name in names.split()
}


def _changed_pages() -> str:
    return f"""
        select c.*, {VALUE.format("m")} as value from page_changes c left join page_metrics m using (url)
    """


def _structured_faults() -> str:
    return f"""
        select s.*, m.is_indexable, {VALUE.format("m")} as value
        from structured_checks s join page_metrics m using (url)
    """


def _access_faults() -> str:
    return f"""
        select a.*, {VALUE.format("m")} as value from access_faults a join page_metrics m using (url)
    """


SET_RELATIONS: tuple[Relation, ...] = (
    relation(
        "alternates", "Pages that own pages name for other languages.", "url n", "pages page_metrics", _alternates
    ),
    relation(
        "language_targets",
        "Pages that are named for languages, with every language they are named for.",
        "url",
        "pages page_metrics",
        _language_targets,
    ),
    relation("series", "Next and previous pages that own pages name.", "url n", "pages page_metrics links", _series),
    relation("map_entries", "URLs that sitemaps name.", "url", "pages page_metrics sitemap_urls", _map_entries),
    relation("sitemaps", "Sitemaps of the site.", "url", "pages sitemap_urls", _sitemaps),
    relation("own_robots", "robots.txt files of own hosts.", "host_url", "pages robots", _own_robots),
    relation(
        "own_probes", "URLs asked for on purpose: variants, and a path that cannot exist.", "url", "probes", _own_probes
    ),
    relation(
        "reported_pages",
        "Own URLs that search engines' reports or logs of bots name.",
        "url",
        "pages page_metrics",
        _reported_pages,
    ),
    relation(
        "changed_pages",
        "Own pages that changed since the crawl before.",
        "url",
        "page_metrics page_changes",
        _changed_pages,
    ),
    relation(
        "structured_faults",
        "Items of structured data with something missing or wrong.",
        "url n",
        "page_metrics structured_checks",
        _structured_faults,
    ),
    relation(
        "site_files",
        "Files with a fixed address: llms.txt, security.txt, ads.txt.",
        "url",
        "site_files",
        lambda: empty(_SITE_FILES, "null::varchar as url"),
    ),
    relation(
        "load_audits",
        "What a browser found to improve in the load of a page, each audit and device.",
        "url n",
        "load_audits",
        lambda: empty(_LAB, "null::varchar as url", "null::int as n"),
    ),
    relation(
        "access_faults",
        "Rules of accessibility that a page breaks, by axe-core.",
        "url n",
        "accessibility",
        _access_faults,
    ),
    relation("amp_pages", "AMP pages of the site.", "url", "amp", lambda: empty(_AMP, "null::varchar as url")),
)
