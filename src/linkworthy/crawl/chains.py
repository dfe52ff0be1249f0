"""SQL that ends a crawl: each URL once, chains of redirects put together from single answers, repeats dropped."""

from __future__ import annotations

from linkworthy.tables import TABLES

_ROLES = "case role when 'own' then 0 when 'linking' then 1 when 'outbound' then 2 else 3 end"
_ONCE = (
    f"qualify row_number() over (partition by url order by {_ROLES}, found_by = 'redirect', found_on nulls first,"
    " fetched_at) = 1"
)

PAGES_ONCE = f"select * from pages {_ONCE}"
"""Each URL once: an own page before an outbound link's end, what was asked for before what a chain ended on."""

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

_ANSWERS = f"""
own as (
  select * from ({PAGES_ONCE}) where role = 'own' and state in ('answered', 'failed')),
every as (
  select url as hop_url, status, redirect_url as location, redirect_kind as kind, fault, address,
    tls_fault, dns_ms, connect_ms, tls_ms, ttfb_ms, total_ms, 0 as rank from own
  union all
  select hop_url, status, location, kind, fault, address, tls_fault, dns_ms, connect_ms, tls_ms, ttfb_ms, total_ms, 1
    from hops
    where fault is null or fault not in ('redirect-loop', 'too-many-redirects')),
answers as (
  select * from every qualify row_number() over (partition by hop_url order by rank, status, location) = 1)
"""


def own_hops(max_hops: int) -> str:
    """Give the ``hops`` of own URLs, each followed through the answers of the crawl up to ``max_hops`` redirects.

    A URL is its first hop; the chain ends where an answer redirects no further, where its target was not fetched, where
    it comes back to itself, or at the limit.
    """
    columns = ", ".join(f'"{name}"' for name in TABLES["hops"].names)
    return f"""
with recursive {_ANSWERS},
chain(url, n, hop_url, seen) as (
  select url, 0, url, [url] from own
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
select {columns} from ({HOPS_ONCE}) where url not in (select url from own)
"""


def pages_with_ends(max_hops: int) -> str:
    """Give ``pages`` with the end of its chain on every own URL; a target not fetched is an end without status."""
    return f"""
with hops_of_own as ({own_hops(max_hops)}),
lasts as (
  select url, arg_max({{hop_url: hop_url, status: status, n: n, onward: case when fault is null then location end}}, n)
    as last
  from hops_of_own group by url),
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
