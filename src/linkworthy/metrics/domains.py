"""Referring domains, every link of each counted once, and links between domains."""

from __future__ import annotations

import duckdb

from linkworthy.site import Run

_DOMAINS = """
with page as (
  select domain, mode(language order by language) as language, mode(address order by address) as address,
    list_sort(list_distinct(flatten(list(owner_ids)))) as owner_ids
  from pages where not is_own and domain in (select source_domain from backlinks) group by domain
), reporter as (
  select source_domain, list_sort(list_distinct(flatten(list(reported_by)))) as reported_by from backlinks group by
  source_domain
), named as (
  select source_domain, arg_max(anchor, (n, anchor)) as top_anchor
  from (select source_domain, anchor, count(*) as n from backlinks where anchor is not null and anchor <> '' group
  by all)
  group by source_domain
)
select b.source_domain as domain, count(*) as n_links, count(distinct b.source_url) as n_pages,
  count(distinct b.target_url) as n_targets,
  case when bool_or(b.state <> 'not checked') then count(*) filter (b.state = 'live') end as n_live,
  case when bool_or(b.state <> 'not checked') then count(*) filter (b.state = 'gone') end as n_gone,
  count(*) filter (b.state not in ('live', 'gone')) as n_unchecked,
  case when bool_or(b.state <> 'not checked') then count(*) filter (b.counts = 'yes') end as n_counting,
  avg(b.is_followed::int) as followed_share,
  min(b.first_seen_at) as first_seen_at, max(b.last_seen_at) as last_seen_at, any_value(r.reported_by) as reported_by,
  any_value(n.top_anchor) as top_anchor, any_value(p.language) as language, any_value(p.address) as address,
  coalesce(any_value(p.owner_ids), []) as owner_ids, any_value(b.network_id) as network_id, max(b.authority) as
  authority, min(b.authority_rank) as authority_rank,
  max(b.vendor_authority) as vendor_authority, sum(b.n_visits)::bigint as n_visits
from backlinks b
left join reporter r using (source_domain)
left join named n using (source_domain)
left join page p on p.domain = b.source_domain
group by b.source_domain order by domain
"""

_EDGES = """
select source_domain, target_domain, count(*) as n_links,
  count(*) filter (not (is_nofollow or is_ugc or is_sponsored)) as n_followed
from links where not is_internal and target_domain is not null
group by source_domain, target_domain order by target_domain, source_domain
"""

PART_ROWS = 500_000


def write_domains(db: duckdb.DuckDBPyConnection, run: Run) -> int:
    """Write ``domains`` from ``backlinks``."""
    return run.write("domains", "metrics", db.sql(_DOMAINS).to_arrow_table())


def write_edges(db: duckdb.DuckDBPyConnection, run: Run) -> int:
    """Write ``edges`` from ``links``, part by part."""
    total = run.write("edges", "metrics", db.sql(f"select * from ({_EDGES}) limit 0").to_arrow_table())
    for n, batch in enumerate(db.sql(_EDGES).to_arrow_reader(PART_ROWS)):
        total += run.write("edges", "metrics", batch, n)
    return total
