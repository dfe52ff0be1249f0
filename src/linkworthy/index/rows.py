"""The SQL of the index: captured links become its rows, and rows of several files become one."""

from __future__ import annotations

from collections.abc import Sequence

from linkworthy.tables.indexed import INDEXED, LINKS, PAGES

PAGE_CAPTURES = """
create or replace temp table capture as
select url, fetched_at, max(host) as host, max(domain) as domain, max(status) as status,
  max(redirect_url) as redirect_url, bool_or(is_noindex) as is_noindex, bool_or(is_nofollow) as is_nofollow,
  max(canonical_url) as canonical_url, left(max(title), 200) as title,
  max(coalesce(language, nullif(regexp_extract(lower(html_lang), '^[a-z]{2}'), ''))) as language,
  max(generator) as generator, max(address) as address, max(owner_ids) as owner_ids,
  max(n_external_links) as n_external_links
from given_pages where has_key(host) group by url, fetched_at
"""
"""Captures of pages, each once: the same archive given twice counts once."""

HOST_PAGES = """
create or replace temp table host_pages as
select host, count(distinct url) as n from capture where status = 200 group by host having count(distinct url) >= 3
"""

SPOOL = """
copy (
  select key_of(l.url, target_host) as target_key, target_domain, starts_with(l.url, 'https') as is_https,
    l.source_domain, l.source_url, coalesce(anchor, '') as anchor, kind,
    not (l.is_nofollow or is_ugc or is_sponsored or coalesce(c.is_nofollow, false)) as is_followed, l.is_nofollow,
    is_ugc, is_sponsored, region, position, c.address, c.language, captured_at,
    epoch(captured_at)::bigint * 1000000 + 999999 - least(n, 999999) as newest,
    bucket_of(target_domain, {n_buckets}) as bucket
  from given_links l left join capture c on c.url = l.source_url and c.fetched_at = l.captured_at
  where l.url is not null and has_key(target_host) and {only}
) to '{folder}' (format parquet, compression zstd, compression_level 1, partition_by (bucket))
"""
"""Links to buckets. ``newest`` orders occurrences: the first one of the newest capture tells what a link is like; where
one page was captured twice in a second, a hash of its values decides, so that the order of the input plays no part."""

LINKS_OF_BUCKET = """
with told as (
  select *, newest::hugeint * 18446744073709551616
    + hash(is_nofollow, is_ugc, is_sponsored, region, position, address, language) as latest
  from read_parquet('{spool}/bucket={bucket}/*.parquet', hive_partitioning = false)),
one as (
  select target_key, target_domain, source_domain, source_url, anchor, kind, bool_or(is_https) as is_https,
    bool_or(is_followed) as is_followed, arg_max(is_nofollow, latest) as is_nofollow, arg_max(is_ugc, latest) as is_ugc,
    arg_max(is_sponsored, latest) as is_sponsored, arg_max(region, latest) as region,
    round(arg_max(position, latest), 2) as position, arg_max(address, latest) as address,
    arg_max(language, latest) as language, ceil(count(*) / count(distinct captured_at))::int as n_occurrences,
    min(captured_at)::date as first_seen_on, max(captured_at)::date as last_seen_on,
    count(distinct captured_at)::int as n_captures
  from told group by target_key, target_domain, source_domain, source_url, anchor, kind),
spread as (
  select host, target_key, anchor, count(distinct source_url) as n_holding
  from (select host_of(source_url) as host, target_key, anchor, source_url from one) group by all),
shares as (
  select s.host, target_key, anchor, least(1.0, round(n_holding / h.n, 2)) as host_share
  from spread s join host_pages h using (host))
select one.* exclude (n_captures, first_seen_on, last_seen_on), host_share, first_seen_on, last_seen_on, n_captures,
  [{batch}::smallint] as seen_in
from one left join shares on shares.host = host_of(one.source_url) and shares.target_key = one.target_key
  and shares.anchor = one.anchor
"""

OUTGOING_SPOOL = """
copy (
  select key_of(source_url, host_of(source_url)) as source_key, source_domain, source_url, target_domain,
    url_of(target_key, is_https) as target_url, anchor, kind, is_followed, first_seen_on, last_seen_on,
    bucket_of(source_domain, {n_buckets}) as bucket
  from read_parquet([{files}], hive_partitioning = false) where has_key(host_of(source_url))
) to '{folder}' (format parquet, compression zstd, compression_level 1, partition_by (bucket))
"""

PAGES_OF_BUCKET = """
select key_of(url, host) as url_key, url, domain, {batch}::smallint as batch, fetched_at::date as captured_on, status,
  redirect_url, is_noindex, is_nofollow, canonical_url, title, language, generator, address, owner_ids, n_external_links
from capture where bucket_of(domain, {n_buckets}) = {bucket}
qualify row_number() over (partition by url, fetched_at::date order by fetched_at desc) = 1
"""

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
