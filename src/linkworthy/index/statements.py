"""The SQL that merges reports and captures of links, in the order in which it runs.

``seen`` is one share of the pages that link, one row a report or capture, with its number ``sid``; what speaks of one
link is always in one share. Page keys and anchors stand in it as numbers (``s`` source, ``t`` target, ``a`` anchor)
that sort as the texts do. Opinions stay outside: their rows are named by ``sid``.
"""

from __future__ import annotations

LINKISH = "('text', 'image', 'empty', 'area', 'unknown')"
"""Kinds that a report which does not say the kind may mean."""
_KEYS = "s, t, a, kind"


def captured(of: str = "true") -> str:
    """Give the statement for links from foreign pages to own ones, as captured: crawl, verification, archives."""
    return f"""
create or replace temp table captured as
select source_url, url as target_url, anchor, kind, captured_at, min(capture) as capture,
       bool_and(is_nofollow) as is_nofollow, bool_and(is_ugc) as is_ugc, bool_and(is_sponsored) as is_sponsored,
       count(distinct n) as n_occurrences
from links
where url is not null and {of}
  and (target_domain in (select domain from own_domains) or target_host in (select host from own_hosts))
  and source_domain not in (select domain from own_domains)
  and regexp_extract(source_url, '^[^:]*://([^/:?#]+)', 1) not in (select host from own_hosts)
group by source_url, url, anchor, kind, captured_at
"""


def newest(of: str = "true") -> str:
    """Give the statement for when each linking page was captured last, with or without a link to an own page."""
    return f"""
create or replace temp table newest as
select source_url, max(captured_at) as captured_at from links
where {of} and source_url in (select source_url from captured union all select source_url from observations
  where rival_domain is null)
group by source_url
"""


REDIRECTED = """
select distinct url, final_url from pages
where redirect_url is not null and final_url is not null and final_url <> url and state = 'answered'
"""
"""Pages that lead elsewhere, own and linking ones, as they answered."""

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

PLACED = """
create or replace temp table placed as
select sid, s, t, a, is_bare, kind, captured_at is not null as is_captured, reported_by from seen
"""
"""Where each row stands by its own words."""

MOVED = f"""
create or replace temp table placed as
with landed as (
  select distinct s, t, a, kind, coalesce(final_s, s) as end_s, coalesce(final_t, t) as end_t from seen
  where captured_at is not null and t is not null and kind in {LINKISH}),
moving as (
  select r.sid, arg_min({{s: c.s, t: c.t}}, {{k: c.kind <> r.kind, f: c.s <> r.s, t: c.t, s: c.s}}) as link
  from seen r join landed c on coalesce(r.final_s, r.s) = c.end_s and coalesce(r.final_t, r.t) = c.end_t
  where r.captured_at is null and r.kind in {LINKISH} and (r.a is null or r.a = c.a)
    and (r.s, r.t) not in (select (s, t) from landed)
  group by r.sid),
homes as (
  select r.sid, min(c.s) as s from seen r join landed c on r.final_s = c.s
  where r.t is null and r.s not in (select s from landed) group by r.sid)
select seen.sid, coalesce(homes.s, link.s, seen.s) as s, coalesce(link.t, seen.t) as t, a, is_bare, kind,
  captured_at is not null as is_captured, reported_by
from seen left join moving using (sid) left join homes using (sid)
"""
"""The same, where redirects are known: a report of another address of a link that was captured stands where it does."""

KINDS = f"""
create or replace temp table kinded as
with plain as (
  select sid, s, t, a, is_bare, is_captured, reported_by,
    case when a is null and kind in {LINKISH} then 'unknown' when is_bare and kind = 'text' then 'empty'
         else kind end as kind
  from placed where t is not null),
known as (
  select s, t, a, arg_min(kind, {{c: not is_captured, n: -n, k: kind}}) as known_kind from (
    select {_KEYS}, bool_or(is_captured) as is_captured, count(*) as n from plain
    where a is not null and kind in {LINKISH} and kind <> 'unknown' group by all)
  where (s, t, a) in (select (s, t, a) from plain where a is not null and kind = 'unknown')
  group by all)
select plain.* replace (case when kind = 'unknown' then coalesce(known_kind, kind) else kind end as kind)
from plain left join known using (s, t, a)
"""
"""A report that does not say the kind takes the kind of the same source, target and anchor where another knows it."""

IMAGES = """
create or replace temp table lettered as
with lettered as (
  select s, t, a, reported_by, bool_or(is_captured) as is_captured, count(*) as n from kinded
  where kind = 'image' and not is_bare group by all),
bare as (
  select sid, s, t, reported_by from kinded
  where is_bare and kind in ('image', 'empty') and not is_captured
    and (s, t) in (select (s, t) from lettered) and (s, t, reported_by) not in (select (s, t, coalesce(reported_by, ''))
    from lettered)),
main as (
  select s, t, arg_min(a, {c: not is_captured, n: -n, a: a}) as a from (
    select s, t, a, bool_or(is_captured) as is_captured, sum(n) as n from lettered group by all)
  group by all)
select bare.sid, main.a from bare join main using (s, t)
"""
"""A source that reports a link without text may not read alternative texts: it means the image that another source
names by its text, unless it reports that image as well."""

ANCHORS = f"""
create or replace temp table anchored as
with main as (
  select s, t, arg_min({{a: a, kind: kind}}, {{c: not is_captured, n: -n, a: a, k: kind}}) as link
  from (
    select {_KEYS}, bool_or(is_captured) as is_captured, count(*) as n from kinded
    where a is not null and kind in {LINKISH}
      and (s, t) in (select (s, t) from kinded where a is null and kind = 'unknown')
    group by all)
  group by all)
select sid, s, t,
  case when lettered.a is not null then lettered.a when kinded.a is null and kind = 'unknown' then link.a
       else kinded.a end as a,
  case when lettered.a is not null then 'image'
       when kinded.a is null and kind = 'unknown' then coalesce(link.kind, kind) else kind end as kind
from kinded left join main using (s, t) left join lettered using (sid)
"""
"""A report that does not say the anchor joins the link of the same source and target that is known best."""

WHOLE = f"""
create or replace temp table whole as
select *, false as is_page_level from anchored
union all
select page.sid, page.s, links.t, links.a, links.kind, true
from placed page join (select distinct {_KEYS} from anchored) links using (s)
where page.t is null
union all
select sid, placed.s, null, null, 'unknown', false from placed join seen using (sid)
where placed.t is null and n_reports > 0 and placed.s not in (select s from anchored)
"""
"""A report of a linking page alone speaks for every link of that page, and is a row of its own where none is known."""

LINKED = f"""
create or replace temp table linked as
select *, row_number() over () as lid from (
  select {_KEYS}, count(*) as n, min(sid) as sid from whole group by {_KEYS})
"""
"""Every link once, with how many rows speak of it."""

SPOKEN = """
create or replace temp table spoken as
select lid, w.sid, w.is_page_level from whole w join linked l
on w.s = l.s and w.t is not distinct from l.t and w.a is not distinct from l.a and w.kind = l.kind
where l.n > 1
"""
"""Which rows speak of each link that several speak of."""

_BY_TIME = "{t: coalesce(last_seen_at, first_seen_at), f: file, r: row}"


def _flag(name: str) -> str:
    """Give the newest capture's word on a qualifier, else the newest report's."""
    captured = f"bool_and({name}) filter (n_occurrences > 0 and not is_page_level)"
    reported = f"arg_max({name}, {_BY_TIME}) filter ({name} is not null and n_reports > 0)"
    return f"coalesce({captured}, {reported}) as {name}"


def _best(name: str) -> str:
    """Give the spelling of a URL that was captured, else that by https, else the first in order."""
    return f"arg_min({name}, {{c: captured_at is null, s: {name} not like 'https:%', u: {name}}})"


_SAYS = "state in ('live', 'lost') or n_occurrences > 0"
_STATE = f"case when state = 'lost' then 'lost' when {_SAYS} then 'live' end"
_FOLLOW = "case when is_nofollow or is_ugc or is_sponsored then 'nofollow' when not is_nofollow then 'followed' end"

SAID = f"""
create or replace temp table said as
select lid, coalesce(reported_by, 'archive') as who,
  arg_max({{word: {_STATE}, sid: sid}}, {_BY_TIME}) filter ({_SAYS}) as state,
  arg_max({{word: {_FOLLOW}, sid: sid}}, {_BY_TIME})
    filter ({_FOLLOW} is not null and not is_page_level and (n_reports > 0 or n_occurrences > 0)) as follow
from spoken join seen using (sid) where {_SAYS} or {_FOLLOW} is not null
group by lid, who
"""
"""The newest word of each source on each link: live or lost, followed or not."""

MERGED = f"""
create or replace temp table merged as
with disputed as (
  select lid, min(state.word) <> max(state.word) as is_disputed from said group by lid)
select lid,
  {_best("source_url")} as source_url,
  {_best("target_url")} filter (target_url is not null) as target_url,
  min(anchor) as anchor, max(anchor) as last_anchor,
  case when count(captured_at) > 0 then coalesce(sum(n_occurrences) filter (not is_page_level), 0) end::bigint
    as n_occurrences,
  bool_and(is_lead) as is_lead,
  {_flag("is_nofollow")}, {_flag("is_ugc")}, {_flag("is_sponsored")},
  coalesce(list(distinct reported_by) filter (reported_by is not null), []) as reported_by,
  coalesce(list(distinct file) filter (file <> ''), []) as files,
  sum(n_reports)::bigint as n_reports,
  least(min(first_seen_at), min(last_seen_at)) as first_seen_at,
  greatest(max(first_seen_at), max(last_seen_at)) as last_seen_at,
  max(lost_at) as lost_at, coalesce(any_value(is_disputed), false) as is_disputed,
  sum(n_visits)::bigint as n_visits,
  arg_max(sid, {_BY_TIME}) filter (has_opinions) as opinion_sid,
  min(reported_by) filter (has_opinions) <> max(reported_by) filter (has_opinions) as has_speakers
from spoken join seen using (sid) left join disputed using (lid)
group by lid
"""
"""The links of which several rows speak."""


def _lone_flag(name: str) -> str:
    """Give what the only row says of a qualifier; an older capture says nothing."""
    return f"case when n_reports > 0 or n_occurrences > 0 then {name} end as {name}"


_LONE = f"""
select l.s, l.t, l.a, l.kind, source_url, target_url, anchor,
  case when captured_at is not null then coalesce(n_occurrences, 0) end::bigint as n_occurrences,
  is_lead, {_lone_flag("is_nofollow")}, {_lone_flag("is_ugc")}, {_lone_flag("is_sponsored")},
  case when reported_by is null then [] else [reported_by] end as reported_by,
  case when file = '' then [] else [file] end as files, n_reports::bigint as n_reports,
  least(first_seen_at, last_seen_at) as first_seen_at, greatest(first_seen_at, last_seen_at) as last_seen_at, lost_at,
  false as is_disputed, n_visits::bigint as n_visits, case when has_opinions then [sid] else [] end as opinion_sids
from linked l join seen using (sid)
where l.n = 1
"""
"""The links of which one row speaks: what :data:`MERGED` would make of it, without the work."""

SPELLINGS = """
create or replace temp table spellings as
select lid, arg_min(anchor, {b: is_bare, n: -n, a: anchor}) as anchor from (
  select lid, seen.anchor, bool_and(is_bare) as is_bare, count(*) as n
  from spoken join seen using (sid)
  where lid in (select lid from merged where anchor <> last_anchor) and seen.anchor is not null and not is_page_level
  group by lid, seen.anchor)
group by lid
"""
"""The most frequent spelling of an anchor, where there are several."""

SHARED = f"""
create or replace temp table shared as
with newest_word as (
  select lid, reported_by, arg_max(sid, {_BY_TIME}) as sid
  from spoken join seen using (sid)
  where has_opinions and lid in (select lid from merged where has_speakers)
  group by all)
select lid, list(sid order by reported_by) as sids from newest_word group by lid
"""
"""Opinions of several sources on one link side by side, each by its newest row."""

_SEVERAL = """
select l.s, l.t, l.a, l.kind, m.source_url, m.target_url, coalesce(spellings.anchor, m.anchor) as anchor,
  m.n_occurrences, m.is_lead, m.is_nofollow, m.is_ugc, m.is_sponsored, list_sort(m.reported_by) as reported_by,
  list_sort(m.files) as files, m.n_reports, m.first_seen_at, m.last_seen_at, m.lost_at, m.is_disputed, m.n_visits,
  coalesce(shared.sids, case when opinion_sid is null then [] else [opinion_sid] end) as opinion_sids
from merged m join linked l using (lid) left join spellings using (lid) left join shared using (lid)
"""

INDEX = f"""
select *
from ({_LONE} union all {_SEVERAL})
order by target_url, source_url, anchor, kind, a
"""


def steps(*, has_moved: bool) -> tuple[str, ...]:
    """Give the statements of one share in order; redirects are looked at where any is known."""
    placed = MOVED if has_moved else PLACED
    return (placed, KINDS, IMAGES, ANCHORS, WHOLE, LINKED, SPOKEN, SAID, MERGED, SPELLINGS, SHARED)
