"""Where the measuring of links begins: each link of the index with its best check and the page that it was read from.

Every other module of this kind adds one temporary table to the same connection; ``backlinks`` joins them.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from linkworthy import urls
from linkworthy.metrics.protected import protected_as
from linkworthy.site import SiteConfig
from linkworthy.site.journal import Label

_CHECKED = """
create or replace temp table best_check as
select * from checks
qualify row_number() over (partition by link_id order by
  case state when 'live' then 0 when 'could not check' then 1 else 2 end,
  case counts when 'yes' then 0 when 'not known' then 1 else 2 end,
  case region when 'main' then 0 else 1 end, n nulls last) = 1
"""

_BASE = """
create or replace temp table base as
select i.link_id, i.source_url, i.source_host, i.source_domain,
  coalesce(c.target_url, i.target_url) as target_url,
  coalesce(c.anchor, i.anchor) as anchor,
  case when c.state = 'live' and c.kind is not null then c.kind else i.kind end as kind,
  coalesce(c.state, 'not checked') as state, c.reason as state_reason,
  case when c.link_id is null or c.state = 'could not check' then 'not known' else c.counts end as counts,
  c.counts_reason, c.rel, c.position, c.before, c.after, c.is_hidden, c.status as check_status, c.target_status,
  coalesce(c.region, r.region) as region,
  case when c.state = 'live' and c.counts_reason in ('nofollow', 'ugc', 'sponsored', 'page-nofollow') then false
       when c.state = 'live' then not coalesce(regexp_matches(c.rel, '(^| )(nofollow|ugc|sponsored)( |$)'), false)
       when i.is_nofollow or i.is_ugc or i.is_sponsored then false
       when i.is_nofollow is null and i.is_ugc is null and i.is_sponsored is null then null
       else true end as is_followed,
  i.first_seen_at, i.last_seen_at, i.lost_at, i.reported_by, i.n_visits, i.opinions,
  r.source_title as reported_title,
  coalesce(c.final_source_url, i.source_url) as page_url,
  lower(trim(regexp_replace(coalesce(c.anchor, i.anchor), '\\s+', ' ', 'g'))) as anchor_key
from link_index i
left join best_check c using (link_id)
left join reported r on r.source_url = i.source_url
  and coalesce(r.target_url, '') = coalesce(i.target_url, '') and r.anchor is not distinct from i.anchor
where i.source_domain not in (select domain from own_domain)
  and (not i.is_lead or c.state = 'live')
"""

_REPORTED = """
create or replace temp table reported as
select source_url, target_url, anchor, min(region) as region, min(source_title) as source_title
from observations where region is not null or source_title is not null
group by source_url, target_url, anchor
"""


def make_base(db: duckdb.DuckDBPyConnection, config: SiteConfig, labels: Sequence[Label]) -> None:
    """Make the temporary tables ``base``, ``own_domain``, ``domain_protection`` and ``label``."""
    own = sorted({*config.own_domains, *(urls.registrable_domain(host) for host in config.hosts)})
    own = [domain for domain in own if config.is_own_host(domain)]
    db.register("own_domain", pa.table({"domain": pa.array(own, pa.string())}))
    db.execute(_CHECKED)
    db.execute(_REPORTED)
    db.execute(_BASE)
    domains = [row[0] for row in db.execute("select distinct source_domain from base order by 1").fetchall()]
    domains = [domain for domain in domains if not config.is_own_host(domain)]
    protection = {"domain": domains, "protected_as": [protected_as(domain, config) for domain in domains]}
    db.register(
        "domain_protection", pa.table(protection, pa.schema([("domain", pa.string()), ("protected_as", pa.string())]))
    )
    db.execute("delete from base where source_domain not in (select domain from domain_protection)")
    said = {"subject": [label.subject for label in labels], "word": [label.word for label in labels]}
    db.register("label", pa.table(said, pa.schema([("subject", pa.string()), ("word", pa.string())])))
