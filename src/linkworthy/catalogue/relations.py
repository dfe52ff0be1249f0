"""The relations that rules judge: named views over the stored tables, built in this one place.

Each has a key, which findings keep, and a column ``value``: what stands behind the row, for sorting. Value is the
number of referring domains plus ln(1 + visits) of the page concerned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from linkworthy.engine.embedded import quoted
from linkworthy.metrics.newest import ONCE
from linkworthy.metrics.wordlists import phrase_pattern, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One view: its key (one or two columns), the tables without which it says nothing, and the query."""

    name: str
    about: str
    key: tuple[str, ...]
    needs: tuple[str, ...]
    sql: Callable[[], str]


_OWN = f"""own as (
    select * exclude (headers), headers['retry-after'] as retry_after
    from pages where is_own and role <> 'probe' {ONCE})"""
_ANY = f"""seen as (
    select url, state, fault, status, final_url, final_status, n_hops, title
        from pages where role <> 'probe' {ONCE})"""
_LINKS = """own_link as (
    select l.* from links l semi join (
        select source_url, arg_max(capture, (captured_at, capture)) as capture from links
        where source_url in (select url from own where status = 200)
            group by source_url) c using (source_url, capture))"""
_HOSTS = "own_host as (select distinct host from pages where is_own)"
_HOST = r"regexp_extract({}, '^https?://(\[[^\]]*\]|[^/:?#]+)', 1)"
_PATH = "regexp_extract({}, '^https?://[^/?#]+([^?#]*)', 1)"
_VALUE = "coalesce({0}.n_referring_domains, 0) + ln(1 + coalesce({0}.n_visits, 0))"


def _own_pages() -> str:
    return f"""
        with {_OWN}
        select p.*, m.* exclude (url), t.is_indexable as canonical_is_indexable,
            t.index_reason as canonical_index_reason,
            {_PATH.format("p.url")} as path, regexp_extract(p.url, '[?](.*)$', 1) as query,
            coalesce(p.depth = 0, false) or {_PATH.format("p.url")} = '/' as is_home,
            (select coalesce(bool_or(status = 200), false) from own where depth = 0) as is_start_read,
            null::double as lcp_ms, null::double as inp_ms, null::double as cls, null::double as transfer_bytes,
            {_VALUE.format("m")} as value
        from own p join page_metrics m using (url) left join page_metrics t on t.url = p.canonical_url
            and t.url <> p.url
    """


def _page_links() -> str:
    return f"""
        with {_OWN}, {_LINKS}, {_HOSTS}
        select l.source_url, l.n, l.url, l.href, l.anchor, l.kind, l.region, l.is_nofollow,
            s.is_indexable as source_is_indexable,
            t.state as target_state, t.fault as target_fault, t.status as target_status,
            coalesce(r.final_url, l.url) as target_final_url, coalesce(r.final_status, t.status) as target_final_status,
            r.n_hops as target_n_hops, coalesce(r.is_loop, false) as target_is_loop,
                r.url is not null as target_redirects,
            m.is_indexable as target_is_indexable, m.index_reason as target_index_reason, {_VALUE.format("m")} as value
        from own_link l join own_host h on h.host = l.target_host left join page_metrics s on s.url = l.source_url
            left join own t on t.url = l.url left join redirects r on r.url = l.url
                left join page_metrics m on m.url = l.url
    """


def _outbound() -> str:
    # A poison word that the start page uses itself is the owner's trade, and says nothing about a neighbour.
    pattern = quoted(phrase_pattern(words("spam", "poison")))
    said = (
        "translate(o.host, '.-', '  ') || ' | ' || array_to_string(o.anchors, ' | ') || ' | ' || coalesce(p.title, '')"
    )
    found = f"""list_transform(regexp_extract_all(lower({said}), {pattern}),
        lambda w: regexp_replace(w, '^[^\\p{{L}}\\p{{N}}]+|[^\\p{{L}}\\p{{N}}]+$', '', 'g'))"""
    return f"""
        with {_OWN}, {_LINKS}, {_HOSTS}, {_ANY},
        start as (select string_agg(lower(concat_ws(' ', title, h1, description)), ' ') as words
            from own where depth = 0),
        outside as (
            select url, min(target_host) as host, min(target_domain) as domain, count(*) as n_links,
                count(distinct source_url) as n_pages, min(source_url) as linked_from,
                list_sort(list(distinct anchor))[:5] as anchors,
                bool_or(not (is_nofollow or is_ugc or is_sponsored)) as is_followed, min(region) as region
            from own_link l anti join own_host h on h.host = l.target_host where url is not null
                and not is_internal group by url)
        select o.*, p.state, if(p.url is null, null, coalesce(p.fault, '')) as fault, p.status, p.final_url,
            p.final_status, p.n_hops, p.title,
            {_HOST.format("p.final_url")} as final_host,
            list_distinct(list_filter({found}, lambda w: not contains(coalesce(start.words, ''), w))) as poison_words,
            coalesce(m.n_referring_domains, 0) + ln(1 + coalesce(m.n_visits, 0)) as value
        from outside o cross join start left join seen p using (url) left join page_metrics m on m.url = o.linked_from
    """


def _backlink_targets() -> str:
    return f"""
        select t.*, coalesce(r.is_loop, false) as is_loop, r.urls, m.content_twins, m.variant_of, m.index_reason,
            {_VALUE.format("t")} as value
        from targets t left join redirects r using (url)
            left join page_metrics m on m.url = coalesce(t.final_url, t.url)
        where t.n_links > 0
    """


def _redirects() -> str:
    return "select r.*, coalesce(r.n_referring_domains, 0)::double as value from redirects r"


def _map_entries() -> str:
    return f"""
        with {_OWN}
        select s.url, s.sitemap_url, s.last_modified_at, p.state, p.status, p.depth, m.is_indexable, m.index_reason,
            m.canonical_state, m.n_inlinking_pages, {_VALUE.format("m")} as value
        from (select url, min(sitemap_url) as sitemap_url, max(last_modified_at) as last_modified_at from sitemap_urls
              group by url) s left join own p using (url) left join page_metrics m using (url)
    """


def _own_robots() -> str:
    return f"""
        with {_HOSTS}, counted as (select host, count(*)::double as n from pages where is_own group by host)
        select r.*, coalesce(c.n, 0) as value from robots r
        join own_host h on h.host = {_HOST.format("r.host_url || '/'")} left join counted c on c.host = h.host
    """


def _site() -> str:
    return f"""
        with {_OWN}, {_HOSTS}
        select coalesce(min(url) filter (depth = 0), min(url)) as url, count(*) as n_pages, count(*)
            filter (status is not null) as n_answered,
            count(*) filter (is_html and status = 200) as n_html,
            (select count(*) from sitemap_urls) as n_sitemap_urls,
            (select coalesce(sum(len(r.sitemaps)), 0) from robots r
             join own_host h on h.host = {_HOST.format("r.host_url || '/'")}) as n_named_sitemaps,
            (select count(*) from robots r
             join own_host h on h.host = {_HOST.format("r.host_url || '/'")}) as n_robots, 0::double as value
        from own having count(*) > 0
    """


def _own_probes() -> str:
    return """select *, null::double as value from probes"""


def _own_images() -> str:
    return f"""
        with {_OWN}
        select i.*, m.is_indexable, {_VALUE.format("m")} as value
        from images i join own using (url) join page_metrics m using (url)
    """


def _own_resources() -> str:
    return f"""
        with {_OWN}
        select r.*, {_VALUE.format("m")} as value from resources r join own using (url) join page_metrics m using (url)
    """


def _own_structured() -> str:
    return f"""
        with {_OWN}
        select s.*, m.is_indexable, {_VALUE.format("m")} as value
        from structured s join own using (url) join page_metrics m using (url)
    """


def _relation(name: str, about: str, key: str, needs: str, sql: Callable[[], str]) -> Relation:
    return Relation(name=name, about=about, key=tuple(key.split()), needs=tuple(needs.split()), sql=sql)


_ALL = (
    _relation("own_pages", "Own pages with their metrics.", "url", "pages page_metrics", _own_pages),
    _relation(
        "page_links",
        "Links from own pages to own pages, each occurrence, with what meets the reader.",
        "source_url n",
        "pages page_metrics links redirects",
        _page_links,
    ),
    _relation("outbound", "Pages of other sites that own pages link to.", "url", "pages page_metrics links", _outbound),
    _relation("redirects", "Own URLs that redirect.", "url", "redirects", _redirects),
    _relation(
        "backlink_targets",
        "Own URLs that other sites link to.",
        "url",
        "link_index targets redirects page_metrics",
        _backlink_targets,
    ),
    _relation("map_entries", "URLs that sitemaps name.", "url", "pages page_metrics sitemap_urls", _map_entries),
    _relation("own_robots", "robots.txt files of own hosts.", "host_url", "pages robots", _own_robots),
    _relation("site", "The site as a whole, one row.", "url", "pages", _site),
    _relation(
        "own_probes", "URLs asked for on purpose: variants, and a path that cannot exist.", "url", "probes", _own_probes
    ),
    _relation("own_images", "Images on own pages.", "url n", "pages page_metrics images", _own_images),
    _relation(
        "own_resources",
        "Scripts, styles, frames and form targets of own pages.",
        "url n",
        "pages page_metrics resources",
        _own_resources,
    ),
    _relation(
        "own_structured", "Structured data on own pages.", "url n", "pages page_metrics structured", _own_structured
    ),
)
RELATIONS: dict[str, Relation] = {relation.name: relation for relation in _ALL}


def view_name(name: str) -> str:
    """Give the name under which a relation is opened; stored tables keep their own names."""
    return f"judged_{name}"


def open_relation(db: duckdb.DuckDBPyConnection, name: str, *, stored: bool = False) -> str:
    """Make a relation visible, as a view or computed once as a temporary table; gives its name for queries."""
    view = view_name(name)
    kind = "table" if stored else "view"
    db.execute(f"create or replace temp {kind} {view} as {RELATIONS[name].sql()}")
    return view
