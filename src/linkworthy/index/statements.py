"""The SQL that merges reports and captures of links, in the order in which it runs."""

from __future__ import annotations

_LINKISH = "('text', 'image', 'empty', 'area', 'unknown')"
_KEYS = "skey, tkey, akey, kind"

CAPTURED = """
create temp table captured as
select source_url, url as target_url, anchor, kind, captured_at, min(capture) as capture,
       bool_and(is_nofollow) as is_nofollow, bool_and(is_ugc) as is_ugc, bool_and(is_sponsored) as is_sponsored,
       count(*) as n_occurrences
from links
where url is not null
  and (target_domain in (select domain from own_domains) or target_host in (select host from own_hosts))
  and source_domain not in (select domain from own_domains)
  and regexp_extract(source_url, '^[^:]*://([^/:?#]+)', 1) not in (select host from own_hosts)
group by source_url, url, anchor, kind, captured_at
"""
"""Links from foreign pages to own ones, as captured: crawl, verification, archives."""

NEWEST = """
create temp table newest as
select source_url, max(captured_at) as captured_at from links
where source_url in (select source_url from captured union all select source_url from observations)
group by source_url
"""
"""When each linking page was captured last, with or without a link to an own page."""

SEEN = """
select source_url, target_url, anchor, kind, is_nofollow, is_ugc, is_sponsored, reported_by, first_seen_at,
       last_seen_at, lost_at, state, is_lead, n_visits, opinions, file, row, 1 as n_reports,
       null::bigint as n_occurrences, null::timestamptz as captured_at, null::timestamptz as newest_at
from observations
union all
select c.source_url, target_url, anchor, kind, is_nofollow, is_ugc, is_sponsored,
       case when capture in ('crawl', 'verify') then capture end, c.captured_at, c.captured_at, null, null, false, null,
       null, '', 0, 0,
       case when c.captured_at = n.captured_at then n_occurrences else 0 end, c.captured_at, n.captured_at
from captured c join newest n using (source_url)
union all
select source_url, null, null, 'unknown', null, null, null, null, null, null, null, null, true, null, null, '', 0, 0,
       0, captured_at, captured_at
from newest where source_url not in (select source_url from captured)
"""
"""Everything that speaks of a link: reports, captures, and pages that were captured without any link to an own page."""

KINDS = f"""
create temp table kinded as
with plain as (
  select * replace (
    case when akey is null and kind in {_LINKISH} then 'unknown' when akey = '' and kind = 'text' then 'empty'
         else kind end as kind)
  from seen where tkey is not null),
known as (
  select skey, tkey, akey, arg_min(kind, {{c: max_captured is null, n: -n, k: kind}}) as known_kind from (
    select {_KEYS}, max(captured_at) as max_captured, count(*) as n from plain
    where akey is not null and kind in {_LINKISH} and kind <> 'unknown' group by all)
  group by all)
select plain.* replace (case when kind = 'unknown' then coalesce(known_kind, kind) else kind end as kind)
from plain left join known using (skey, tkey, akey)
"""
"""A report that does not say the kind takes the kind of the same source, target and anchor where another knows it."""

ANCHORS = f"""
create temp table anchored as
with main as (
  select skey, tkey, arg_min({{akey: akey, kind: kind}}, {{c: max_captured is null, n: -n, a: akey, k: kind}}) as link
  from (
    select {_KEYS}, max(captured_at) as max_captured, count(*) as n from kinded
    where akey is not null and kind in {_LINKISH} group by all)
  group by all)
select kinded.* replace (
  case when akey is null and kind = 'unknown' then link.akey else akey end as akey,
  case when akey is null and kind = 'unknown' then coalesce(link.kind, kind) else kind end as kind)
from kinded left join main using (skey, tkey)
"""
"""A report that does not say the anchor joins the link of the same source and target that is known best."""

WHOLE = f"""
create temp table whole as
select *, false as is_page_level from anchored
union all
select page.* replace (links.tkey as tkey, links.akey as akey, links.kind as kind, null as target_url, null as anchor),
       true as is_page_level
from seen page join (select distinct {_KEYS} from anchored) links using (skey)
where page.tkey is null
union all
select * replace (null as akey, 'unknown' as kind), false from seen
where tkey is null and n_reports > 0 and skey not in (select skey from anchored)
"""
"""A report of a linking page alone speaks for every link of that page, and is a row of its own where none is known."""

SPELLINGS = f"""
create temp table spellings as
select {_KEYS}, arg_min(anchor, {{n: -n, a: anchor}}) as anchor from (
  select {_KEYS}, anchor, sum(n_reports + coalesce(n_occurrences, 0)) as n from whole
  where anchor is not null group by all)
group by all
"""

OPINIONS = f"""
create temp table opined as
select {_KEYS}, map_from_entries(flatten(list(entries order by reported_by))) as opinions from (
  select {_KEYS}, reported_by,
    list_transform(map_entries(arg_max(opinions, {{t: coalesce(last_seen_at, first_seen_at), f: file, r: row}})),
                   lambda e: {{'k': reported_by || '.' || e.key, 'v': e.value}}) as entries
  from whole where opinions is not null and cardinality(opinions) > 0 group by {_KEYS}, reported_by)
group by all
"""
"""The newest row of each source speaks for that source."""

_BY_TIME = "{t: coalesce(last_seen_at, first_seen_at), f: file, r: row}"


def _flag(name: str) -> str:
    """Give the newest capture's word on a qualifier, else the newest report's."""
    captured = f"bool_and({name}) filter (n_occurrences > 0 and not is_page_level)"
    reported = f"arg_max({name}, {_BY_TIME}) filter ({name} is not null and n_reports > 0)"
    return f"coalesce({captured}, {reported}) as {name}"


MERGED = f"""
select {_KEYS},
  arg_min(source_url, {{c: captured_at is null, s: source_url not like 'https:%', u: source_url}}) as source_url,
  arg_min(target_url, {{c: captured_at is null, s: target_url not like 'https:%', u: target_url}})
    filter (target_url is not null) as target_url,
  case when count(captured_at) > 0 then coalesce(sum(n_occurrences) filter (not is_page_level), 0) end::bigint
    as n_occurrences,
  bool_and(is_lead) as is_lead,
  {_flag("is_nofollow")}, {_flag("is_ugc")}, {_flag("is_sponsored")},
  coalesce(list_sort(list_distinct(list(reported_by) filter (reported_by is not null))), []) as reported_by,
  sum(n_reports)::bigint as n_reports,
  least(min(first_seen_at), min(last_seen_at)) as first_seen_at,
  greatest(max(first_seen_at), max(last_seen_at)) as last_seen_at,
  max(lost_at) as lost_at,
  coalesce(list(distinct reported_by) filter (state = 'lost'), []) as lost_by,
  coalesce(list(distinct coalesce(reported_by, '')) filter (state = 'live' or n_occurrences > 0), []) as live_by,
  sum(n_visits)::bigint as n_visits
from whole group by all
"""


def _same(other: str) -> str:
    return " and ".join(f"m.{key} is not distinct from {other}.{key}" for key in _KEYS.split(", "))


INDEX = f"""
select m.skey, m.tkey, m.akey, m.kind, source_url,
  regexp_extract(source_url, '^[^:]*://(\\[[^\\]]*\\]|[^/:?#]+)', 1) as source_host,
  target_url, anchor, n_occurrences, is_lead, is_nofollow, is_ugc, is_sponsored, reported_by, n_reports, first_seen_at,
  last_seen_at, lost_at,
  len(lost_by) > 0 and len(live_by) > 0 and len(list_distinct(list_concat(lost_by, live_by))) > 1 as is_disputed,
  n_visits, coalesce(opinions, map {{}}) as opinions
from ({MERGED}) m
left join spellings s on {_same("s")}
left join opined o on {_same("o")}
order by target_url, source_url, anchor, m.kind, m.akey
"""
