"""The SQL of the index: captured links become its rows, and rows of several files become one.

What makes rows out of captures is written in the subset of SQL that DuckDB and Spark both run, beside functions that
:mod:`linkworthy.index.layout` defines for the one and :mod:`linkworthy.index.sparksql` for the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from linkworthy.tables.indexed import INDEXED, LINKS, PAGES

CAPTURE = """
select url, fetched_at, max(host) as host, max(domain) as domain, max(status) as status,
  max(redirect_url) as redirect_url, bool_or(is_noindex) as is_noindex, bool_or(is_nofollow) as is_nofollow,
  max(canonical_url) as canonical_url, left(max(title), 200) as title,
  max(coalesce(language, nullif(regexp_extract(lower(html_lang), '^([a-z][a-z])', 1), ''))) as language,
  max(generator) as generator, max(address) as address, max(owner_ids) as owner_ids,
  max(n_external_links) as n_external_links
from given_pages where has_key(host) group by url, fetched_at
"""
"""Captures of pages, each once: the same archive given twice counts once."""

HOST_PAGES = """
select host, count(distinct url) as n from capture where status = 200 group by host having count(distinct url) >= 3
"""

DEALT = """
select key_of(l.url, l.target_host) as target_key, l.target_domain, l.url like 'https:%' as is_https,
  l.source_domain, l.source_url, coalesce(l.anchor, '') as anchor, l.kind,
  not (l.is_nofollow or l.is_ugc or l.is_sponsored or coalesce(c.is_nofollow, false)) as is_followed, l.is_nofollow,
  l.is_ugc, l.is_sponsored, l.region, l.position, c.address, c.language, l.captured_at,
  seconds_of(l.captured_at) * 1000000 + 999999 - least(l.n, 999999) as newest,
  bucket_of(l.target_domain, {n_buckets}) as bucket
from given_links l left join capture c on c.url = l.source_url and c.fetched_at = l.captured_at
where l.url is not null and has_key(l.target_host) and {only}
"""
"""Links with their buckets. ``newest`` orders occurrences: the first one of the newest capture tells what a link is
like; where one page was captured twice in a second, the greatest values decide, so that the order of the input plays no
part."""

ONLY_EXTERNAL = "l.target_domain is distinct from l.source_domain"

LINKS_OF = """
with one as (
  select target_key, target_domain, source_domain, source_url, anchor, kind, bool_or(is_https) as is_https,
    bool_or(is_followed) as is_followed,
    max(told_of(newest, is_nofollow, is_ugc, is_sponsored, region, position, address, language)) as told,
    cast(ceil(count(*) / count(distinct captured_at)) as int) as n_occurrences,
    cast(min(captured_at) as date) as first_seen_on, cast(max(captured_at) as date) as last_seen_on,
    cast(count(distinct captured_at) as int) as n_captures
  from {rows} group by target_key, target_domain, source_domain, source_url, anchor, kind),
spread as (
  select host, target_key, anchor, count(distinct source_url) as n_holding
  from (select host_of(source_url) as host, target_key, anchor, source_url from one) held
  group by host, target_key, anchor),
shares as (
  select s.host, s.target_key, s.anchor, least(1e0, two_digits(s.n_holding / h.n)) as host_share
  from spread s join host_pages h on h.host = s.host)
select one.target_key, one.target_domain, is_https, source_domain, source_url, one.anchor, kind, is_followed,
  told.is_nofollow as is_nofollow, told.is_ugc as is_ugc, told.is_sponsored as is_sponsored,
  nullif(told.region, '') as region, case when told.position >= 0 then two_digits(told.position) end as position,
  n_occurrences, host_share, nullif(told.address, '') as address, nullif(told.language, '') as language,
  first_seen_on, last_seen_on, n_captures, just({batch}) as seen_in
from one left join shares on shares.host = host_of(one.source_url) and shares.target_key = one.target_key
  and shares.anchor = one.anchor
"""

OUTGOING_OF = """
select key_of(source_url, host_of(source_url)) as source_key, source_domain, source_url, target_domain,
  url_of(target_key, is_https) as target_url, anchor, kind, is_followed, first_seen_on, last_seen_on,
  bucket_of(source_domain, {n_buckets}) as bucket
from {rows} where has_key(host_of(source_url))
"""

PAGES_OF = """
select key_of(url, host) as url_key, url, domain, cast({batch} as smallint) as batch, captured_on, status, redirect_url,
  is_noindex, is_nofollow, canonical_url, title, language, generator, address, owner_ids, n_external_links, bucket
from (
  select capture.*, cast(fetched_at as date) as captured_on, bucket_of(domain, {n_buckets}) as bucket,
    row_number() over (partition by url, cast(fetched_at as date) order by fetched_at desc) as place
  from capture where {only}) placed
where place = 1
"""
"""A page's last capture of each day."""

_MERGED_LINKS = """
select target_key, target_domain, bool_or(is_https) as is_https, source_domain, source_url, anchor, kind,
  bool_or(is_followed) as is_followed, arg_max(is_nofollow, newest) as is_nofollow, arg_max(is_ugc, newest) as is_ugc,
  arg_max(is_sponsored, newest) as is_sponsored, arg_max(region, newest) as region,
  arg_max(position, newest) as position, arg_max(n_occurrences, newest) as n_occurrences,
  arg_max(host_share, newest) as host_share, arg_max(address, newest) as address, arg_max(language, newest) as language,
  min(first_seen_on) as first_seen_on, max(last_seen_on) as last_seen_on, sum(n_captures)::int as n_captures,
  list_sort(list_distinct(flatten(list(seen_in)))) as seen_in
from (select *, epoch(last_seen_on)::bigint * 100000 + list_max(seen_in) as newest from {rows})
group by target_key, target_domain, source_domain, source_url, anchor, kind
"""
_MERGED_OUTGOING = """
select source_key, source_domain, source_url, target_domain, target_url, anchor, kind,
  bool_or(is_followed) as is_followed, min(first_seen_on) as first_seen_on, max(last_seen_on) as last_seen_on
from {rows} group by source_key, source_domain, source_url, target_domain, target_url, anchor, kind
"""


def merged(table: str, rows: str, *, n_files: int) -> str:
    """Give the query for rows of a table that come from several files, each link once; one file holds it once."""
    if n_files < 2 or table == PAGES.name:
        return f"select * from {rows}"
    return (_MERGED_LINKS if table == LINKS.name else _MERGED_OUTGOING).format(rows=rows)


def ordered(table: str, query: str) -> str:
    """Give the query whose rows are a file of the table: its columns in order, sorted."""
    relation = {one.name: one for one in INDEXED}[table]
    return f"select {', '.join(relation.names)} from ({query}) order by {', '.join(relation.sort)}"


def beyond(keys: Sequence[tuple[str, str]], name: str) -> str:
    """Give the predicate for rows behind one, whose values are bound as ``$name0`` and so on.

    ``keys`` are columns with their direction, ``desc`` or nothing. Column by column, because some go down and some up.
    """
    cases = []
    for n, (column, direction) in enumerate(keys):
        same = [f"{before} = ${name}{m}" for m, (before, _) in enumerate(keys[:n])]
        cases.append(" and ".join([*same, f"{column} {'<' if direction else '>'} ${name}{n}"]))
    first, direction = keys[0]
    return f"({first} {'<' if direction else '>'}= ${name}0 and ({' or '.join(f'({case})' for case in cases)}))"
