"""When links came: bursts against the site's own rhythm, what was lost of them, and anchors that came together.

Dates on which links were only found by this run (no source gave an earlier one) are no dates of a link's birth and
are left out.
"""

from __future__ import annotations

import duckdb

MIN_WEEKS = 8
"""Weeks of dates that a rhythm needs."""

_BORN = """
create or replace temp table born as
with run as (select coalesce((select min(checked_at) from checks), (select max(imported_at) from imports),
'infinity'::timestamptz)
  - interval 1 day as began_at)
select source_domain as domain, min(first_seen_at)::date as day,
  (count(*) filter (state = 'gone' or lost_at is not null)) = count(*) as is_lost
from base, run where first_seen_at < began_at group by source_domain
"""

_BURST = f"""
create or replace temp table burst as
with span as (select min(day) as first_day, max(day) as last_day from born),
week as (select unnest(generate_series(first_day::timestamp, last_day::timestamp, interval 7 days))::date as start
from span),
filled as (select start, count(born.day) as n from week left join born on born.day >= start and born.day < start + 7
group by start),
rhythm as (select greatest(1.0, median(n)) as usual, count(*) as n_weeks from filled)
select domain, day, count(*) over around as n_burst_domains,
  case when n_weeks >= {MIN_WEEKS} then count(*) over around / usual end as burst_ratio,
  sum(is_lost::int) over around / count(*) over around as lost_share
from born, rhythm
window around as (order by day range between interval 3 days preceding and interval 3 days following)
"""

_ANCHORS = """
create or replace temp table anchor_burst as
with run as (select coalesce((select min(checked_at) from checks), (select max(imported_at) from imports),
'infinity'::timestamptz)
  - interval 1 day as began_at),
used as (select coalesce(a.keyword, b.anchor_key) as key, b.anchor_key, b.source_domain, min(b.first_seen_at)::date
as day
  from base b join anchor a on a.anchor is not distinct from b.anchor and a.kind = b.kind and a.target_url is not
  distinct from b.target_url, run
  where a.is_money_anchor and b.first_seen_at < began_at group by all),
near as (select source_domain, anchor_key,
  count(distinct source_domain) over (partition by key order by day range between interval 3 days preceding and
  interval 3 days following)
    as n_domains,
  count(distinct anchor_key) filter (len(string_split(anchor_key, ' ')) >= 3) over week as n_variants,
  count(distinct source_domain) over week as n_wide
  from used window week as (order by day range between interval 7 days preceding and interval 7 days following))
select source_domain as domain, anchor_key, max(n_domains) as n_anchor_burst,
  max(case when n_variants >= 3 and n_wide >= n_variants and len(string_split(anchor_key, ' ')) >= 3 then n_variants
  else 0 end) as n_spun_anchors
from near group by 1, 2
"""


def measure_velocity(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``burst`` (a row per domain) and ``anchor_burst`` (a row per domain and anchor)."""
    for statement in (_BORN, _BURST, _ANCHORS):
        db.execute(statement)
