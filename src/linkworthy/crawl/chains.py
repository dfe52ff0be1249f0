"""SQL that ends a crawl: each URL once, chains of redirects put together from single answers, repeats dropped."""

from __future__ import annotations

from linkworthy.tables import TABLES

_ROLES = "case role when 'own' then 0 when 'linking' then 1 when 'outbound' then 2 else 3 end"
_REPEATED = "(select url from pages group by url having count(*) > 1)"

PAGES_ONCE = f"""
select * from pages anti join {_REPEATED} as repeated using (url)
union all
select * from pages semi join {_REPEATED} as repeated using (url)
qualify row_number() over (
  partition by url order by {_ROLES}, found_by = 'redirect', found_on nulls first, fetched_at) = 1
"""
"""Each URL once: an own page before an outbound link's end, what was asked for before what a chain ended on.

Few URLs have several rows: only those are held side by side, the others pass.
"""

HOPS_ONCE = "select * from hops qualify row_number() over (partition by url, n order by hop_url) = 1"
ROBOTS_ONCE = (
    "select * from robots"
    " qualify row_number() over (partition by host_url order by status is null, status, fetched_at) = 1"
)
PROBES_ONCE = "select * from probes qualify row_number() over (partition by kind, url order by status) = 1"
CHECKS_ONCE = (
    "select * from checks qualify row_number() over (partition by link_id, n"
    " order by source_url is distinct from final_source_url, source_url) = 1"
)
"""Two linking pages that redirect to one page show its links once."""

LINKS_ONCE = "select * from links qualify captured_at = min(captured_at) over (partition by source_url)"
BLOCKS_ONCE = "select * from blocks qualify row_number() over (partition by url, n order by text_hash) = 1"
STRUCTURED_ONCE = "select * from structured qualify row_number() over (partition by url, n order by data) = 1"
"""Two URLs that redirect to one page may have been read by two workers."""

_OWN = f"""
own as (
  select url, status, redirect_url as location, redirect_kind as kind, fault, address,
    tls_fault, dns_ms, connect_ms, tls_ms, ttfb_ms, total_ms
  from ({PAGES_ONCE}) where role = 'own' and state in ('answered', 'failed'))
"""
_ANSWERS = """
every as (
  select url as hop_url, * exclude (url), 0 as rank from own
  union all
  select hop_url, status, location, kind, fault, address, tls_fault, dns_ms, connect_ms, tls_ms, ttfb_ms, total_ms, 1
    from hops
    where fault is null or fault not in ('redirect-loop', 'too-many-redirects')),
in_chains as (
  select hop_url from every where location is not null union select location from every where location is not null),
answers as (
  select * from every semi join in_chains using (hop_url)
  qualify row_number() over (partition by hop_url order by rank, status, location) = 1)
"""
"""Answers that lead on, or that one leads to: few among those of a crawl."""


def own_hops(max_hops: int) -> str:
    """Give the ``hops`` of own URLs, each followed through the answers of the crawl up to ``max_hops`` redirects.

    A URL is its first hop; the chain ends where an answer redirects no further, where its target was not fetched, where
    it comes back to itself, or at the limit. Most URLs do not redirect, and take no part in the recursion.
    """
    columns = ", ".join(f'"{name}"' for name in TABLES["hops"].names)
    return f"""
with recursive {_OWN}, {_ANSWERS},
chain(url, n, hop_url, seen) as (
  select url, 0, url, [url] from own where location is not null
  union all
  select chain.url, chain.n + 1, answers.location, list_append(chain.seen, answers.location)
  from chain join answers using (hop_url)
  where answers.location is not null and answers.fault is null and chain.n < {max_hops}
    and not list_contains(chain.seen, answers.location)
    and exists (select 1 from answers as next where next.hop_url = answers.location))
select chain.url, chain.n, chain.hop_url, status, location, kind,
  case when location is null or fault is not null then fault
    when list_contains(seen, location) then 'redirect-loop'
    when n >= {max_hops} then 'too-many-redirects' end as fault,
  address, tls_fault, dns_ms, connect_ms, tls_ms, ttfb_ms, total_ms
from chain join answers using (hop_url)
union all by name
select url, 0 as n, url as hop_url, * exclude (url) from own where location is null
union all by name
select {columns} from ({HOPS_ONCE}) anti join (select url from own) as own_urls using (url)
"""


PAGES_WITH_ENDS = f"""
with redirecting as (select url from settled_hops where n = 0 and location is not null),
lasts as (
  select url, arg_max({{hop_url: hop_url, status: status, n: n, onward: case when fault is null then location end}}, n)
    as last
  from settled_hops semi join redirecting using (url) group by url),
ends as (
  select url, coalesce(last.onward, last.hop_url) as end_url, last.n + (last.onward is not null)::int as n_followed,
    case when last.onward is null then last.status end as end_status
  from lasts)
select pages.* replace (
  coalesce(end_url, final_url) as final_url,
  case when end_url is null then final_status else end_status end as final_status,
  coalesce(n_followed, n_hops) as n_hops)
from ({PAGES_ONCE}) as pages left join ends on pages.url = ends.url and pages.role = 'own' and pages.status is not null
"""
"""Pages with the end of its chain on every own URL that redirects; a target not fetched is an end without status.

It reads the hops of ``own_hops`` as they were settled.
"""
