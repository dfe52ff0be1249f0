"""The SQL that merges reports and captures of links, in the order in which it runs.

``seen`` is one share of the pages that link, one row a report or capture, with its number ``sid``; what speaks of one
link is always in one share. Opinions stay outside: their rows are named by ``sid``.
"""

from __future__ import annotations

_LINKISH = "('text', 'image', 'empty', 'area', 'unknown')"
_KEYS = "skey, tkey, akey, kind"

CAPTURED = """
create temp table captured as
select source_url, url as target_url, anchor, kind, captured_at, min(capture) as capture,
       bool_and(is_nofollow) as is_nofollow, bool_and(is_ugc) as is_ugc, bool_and(is_sponsored) as is_sponsored,
       count(distinct n) as n_occurrences
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
where source_url in (select source_url from captured union all select source_url from observations
  where rival_domain is null)
group by source_url
"""
"""When each linking page was captured last, with or without a link to an own page."""

SEEN = """
select source_url, target_url, anchor, kind, is_nofollow, is_ugc, is_sponsored, reported_by, first_seen_at,
       last_seen_at, lost_at, state, is_lead, n_visits, opinions, file, row, 1 as n_reports,
       null::bigint as n_occurrences, null::timestamptz as captured_at
from observations where rival_domain is null
union all
select c.source_url, target_url, anchor, kind, is_nofollow, is_ugc, is_sponsored,
       case when capture in ('crawl', 'verify') then capture end, c.captured_at, c.captured_at, null, null, false, null,
       null, '', 0, 0,
       case when c.captured_at = n.captured_at then n_occurrences else 0 end, c.captured_at
from captured c join newest n using (source_url)
union all
select source_url, null, null, 'unknown', null, null, null, null, null, null, null, null, true, null, null, '', 0, 0,
       0, captured_at
from newest where source_url not in (select source_url from captured)
"""
"""Everything that speaks of a link: reports, captures, and pages that were captured without any link to an own page."""

SHARED_OUT = f"""
select *, (hash(regexp_extract(source_url, '://([^?]*)', 1)) % ?)::bigint as share from ({SEEN})
"""
"""The same with the number of its share. It rests on what two spellings of one page have in common."""

KINDS = f"""
create or replace temp table kinded as
with plain as (
  select sid, skey, tkey, akey, captured_at is not null as is_captured,
    case when akey is null and kind in {_LINKISH} then 'unknown' when akey = '' and kind = 'text' then 'empty'
         else kind end as kind
  from seen where tkey is not null),
known as (
  select skey, tkey, akey, arg_min(kind, {{c: not is_captured, n: -n, k: kind}}) as known_kind from (
    select {_KEYS}, bool_or(is_captured) as is_captured, count(*) as n from plain
    where akey is not null and kind in {_LINKISH} and kind <> 'unknown' group by all)
  where (skey, tkey, akey) in (select (skey, tkey, akey) from plain where akey is not null and kind = 'unknown')
  group by all)
select plain.* replace (case when kind = 'unknown' then coalesce(known_kind, kind) else kind end as kind)
from plain left join known using (skey, tkey, akey)
"""
"""A report that does not say the kind takes the kind of the same source, target and anchor where another knows it."""

ANCHORS = f"""
create or replace temp table anchored as
with main as (
  select skey, tkey, arg_min({{akey: akey, kind: kind}}, {{c: not is_captured, n: -n, a: akey, k: kind}}) as link
  from (
    select {_KEYS}, bool_or(is_captured) as is_captured, count(*) as n from kinded
    where akey is not null and kind in {_LINKISH}
      and (skey, tkey) in (select (skey, tkey) from kinded where akey is null and kind = 'unknown')
    group by all)
  group by all)
select sid, skey, tkey,
  case when akey is null and kind = 'unknown' then link.akey else akey end as akey,
  case when akey is null and kind = 'unknown' then coalesce(link.kind, kind) else kind end as kind
from kinded left join main using (skey, tkey)
"""
"""A report that does not say the anchor joins the link of the same source and target that is known best."""

WHOLE = f"""
create or replace temp table whole as
select *, false as is_page_level from anchored
union all
select page.sid, page.skey, links.tkey, links.akey, links.kind, true
from seen page join (select distinct {_KEYS} from anchored) links using (skey)
where page.tkey is null
union all
select sid, skey, null, null, 'unknown', false from seen
where tkey is null and n_reports > 0 and skey not in (select skey from anchored)
"""
"""A report of a linking page alone speaks for every link of that page, and is a row of its own where none is known."""

LINKED = f"""
create or replace temp table linked as
select {_KEYS}, count(*) as n, min(sid) as sid from whole group by {_KEYS}
"""
"""Every link once, with how many rows speak of it."""

_BY_TIME = "{t: coalesce(last_seen_at, first_seen_at), f: file, r: row}"


def _flag(name: str) -> str:
    """Give the newest capture's word on a qualifier, else the newest report's."""
    captured = f"bool_and({name}) filter (n_occurrences > 0 and not is_page_level)"
    reported = f"arg_max({name}, {_BY_TIME}) filter ({name} is not null and n_reports > 0)"
    return f"coalesce({captured}, {reported}) as {name}"


def _best(name: str) -> str:
    """Give the spelling of a URL that was captured, else that by https, else the first in order."""
    return f"arg_min({name}, {{c: captured_at is null, s: {name} not like 'https:%', u: {name}}})"


def _same(one: str, other: str) -> str:
    """Join two tables by their keys, which may be null."""
    return " and ".join(f"{one}.{key} is not distinct from {other}.{key}" for key in _KEYS.split(", "))


_LIVE = "filter (state = 'live' or n_occurrences > 0)"

MERGED = f"""
create or replace temp table merged as
select w.skey, w.tkey, w.akey, w.kind,
  {_best("source_url")} as source_url,
  {_best("target_url")} filter (target_url is not null) as target_url,
  min(anchor) as anchor, max(anchor) as last_anchor,
  case when count(captured_at) > 0 then coalesce(sum(n_occurrences) filter (not is_page_level), 0) end::bigint
    as n_occurrences,
  bool_and(is_lead) as is_lead,
  {_flag("is_nofollow")}, {_flag("is_ugc")}, {_flag("is_sponsored")},
  coalesce(list(distinct reported_by) filter (reported_by is not null), []) as reported_by,
  sum(n_reports)::bigint as n_reports,
  least(min(first_seen_at), min(last_seen_at)) as first_seen_at,
  greatest(max(first_seen_at), max(last_seen_at)) as last_seen_at,
  max(lost_at) as lost_at,
  min(reported_by) filter (state = 'lost') as lost_by, max(reported_by) filter (state = 'lost') as last_lost_by,
  min(coalesce(reported_by, '')) {_LIVE} as live_by, max(coalesce(reported_by, '')) {_LIVE} as last_live_by,
  sum(n_visits)::bigint as n_visits,
  arg_max(w.sid, {_BY_TIME}) filter (has_opinions) as opinion_sid,
  min(reported_by) filter (has_opinions) <> max(reported_by) filter (has_opinions) as has_speakers
from whole w join seen using (sid)
join (select {_KEYS} from linked where n > 1) l on {_same("w", "l")}
group by w.skey, w.tkey, w.akey, w.kind
"""
"""The links of which several rows speak."""


def _lone_flag(name: str) -> str:
    """Give what the only row says of a qualifier; an older capture says nothing."""
    return f"case when n_reports > 0 or n_occurrences > 0 then {name} end as {name}"


_LONE = f"""
select l.skey, l.tkey, l.akey, l.kind, source_url, target_url, anchor,
  case when captured_at is not null then coalesce(n_occurrences, 0) end::bigint as n_occurrences,
  is_lead, {_lone_flag("is_nofollow")}, {_lone_flag("is_ugc")}, {_lone_flag("is_sponsored")},
  case when reported_by is null then [] else [reported_by] end as reported_by, n_reports::bigint as n_reports,
  least(first_seen_at, last_seen_at) as first_seen_at, greatest(first_seen_at, last_seen_at) as last_seen_at, lost_at,
  false as is_disputed, n_visits::bigint as n_visits, case when has_opinions then [sid] else [] end as opinion_sids
from linked l join seen using (sid)
where l.n = 1
"""
"""The links of which one row speaks: what :data:`MERGED` would make of it, without the work."""

SPELLINGS = f"""
create or replace temp table spellings as
select {_KEYS}, arg_min(anchor, {{n: -n, a: anchor}}) as anchor from (
  select w.skey, w.tkey, w.akey, w.kind, seen.anchor, count(*) as n
  from whole w join seen using (sid)
  join (select {_KEYS} from merged where anchor <> last_anchor) m on {_same("w", "m")}
  where seen.anchor is not null and not w.is_page_level
  group by all)
group by all
"""
"""The most frequent spelling of an anchor, where there are several."""

SHARED = f"""
create or replace temp table shared as
with spoken as (
  select w.skey, w.tkey, w.akey, w.kind, reported_by, arg_max(w.sid, {_BY_TIME}) as sid
  from whole w join seen using (sid)
  join (select {_KEYS} from merged where has_speakers) m on {_same("w", "m")}
  where has_opinions group by all)
select {_KEYS}, list(sid order by reported_by) as sids from spoken group by all
"""
"""Opinions of several sources on one link side by side, each by its newest row."""

_SEVERAL = f"""
select m.skey, m.tkey, m.akey, m.kind, m.source_url, m.target_url, coalesce(spellings.anchor, m.anchor) as anchor,
  m.n_occurrences, m.is_lead, m.is_nofollow, m.is_ugc, m.is_sponsored, list_sort(m.reported_by) as reported_by,
  m.n_reports, m.first_seen_at, m.last_seen_at, m.lost_at,
  lost_by is not null and live_by is not null and least(lost_by, live_by) <> greatest(last_lost_by, last_live_by)
    as is_disputed,
  m.n_visits,
  coalesce(shared.sids, case when opinion_sid is null then [] else [opinion_sid] end) as opinion_sids
from merged m
left join spellings on {_same("m", "spellings")}
left join shared on {_same("m", "shared")}
"""

INDEX = f"""
select *, regexp_extract(source_url, '^[^:]*://(\\[[^\\]]*\\]|[^/:?#]+)', 1) as source_host
from ({_LONE} union all {_SEVERAL})
order by target_url, source_url, anchor, kind, akey
"""

STEPS: tuple[tuple[str, str], ...] = (
    (KINDS, ""),
    (ANCHORS, "kinded"),
    (WHOLE, "anchored"),
    (LINKED, ""),
    (MERGED, ""),
    (SPELLINGS, ""),
    (SHARED, "whole"),
)
"""Each statement, with the table that nothing needs after it."""
