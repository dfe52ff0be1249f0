"""The SQL that finds where sources contradict each other, or a source itself, in one share of the merge.

It reads what ``statements`` leave behind: ``seen``, ``whole``, ``linked`` and ``said``.
"""

from __future__ import annotations

from linkworthy.index.statements import LINKISH

_ORDER = "{t: coalesce(last_seen_at, first_seen_at), f: file, r: row}"

WORDED = f"""
create or replace temp table worded as
select l.lid, w.sid, w.s, w.t, w.a, w.kind, is_bare, coalesce(reported_by, 'archive') as who, {_ORDER} as by_time
from whole w semi join (
    select s from placed group by s
    having min(coalesce(reported_by, 'archive')) <> max(coalesce(reported_by, 'archive'))) crowded using (s)
  join seen using (sid) join linked l on w.s = l.s and w.t = l.t and w.a = l.a and w.kind = l.kind
where not w.is_page_level and not is_lead and w.kind in {LINKISH} and (n_reports > 0 or n_occurrences > 0)
"""
"""Rows that name target and anchor, by the link that they speak of, of pages that several sources name; leads know no
anchor."""


def _between(about: str, same: str, differs: str, only: str = "true", having: str = "true") -> str:
    """Pair the sources whose words on one thing have nothing in common; each is shown by its newest row.

    Most things have one source or one word: those are left out before any words are gathered.
    """
    doubtful = f"""
    worded semi join (select {same} from worded where {only} group by {same}
      having min(who) <> max(who) and min({differs}) <> max({differs})) doubtful using ({same})"""
    return f"""
select '{about}' as about, x.lid, y.lid as other_lid, x.sid, y.sid as other_sid, x.who as one, y.who as other,
  null as word, null as other_word
from (select {same}, who, list(distinct {differs}) as words, arg_max(lid, by_time) as lid, arg_max(sid, by_time) as sid
      from {doubtful} where {only} group by {same}, who having {having}) x
join (select {same}, who, list(distinct {differs}) as words, arg_max(lid, by_time) as lid, arg_max(sid, by_time) as sid
      from {doubtful} where {only} group by {same}, who having {having}) y using ({same})
where x.who < y.who and not list_has_any(x.words, y.words)"""


def _of_one_link(about: str) -> str:
    """Pair the sources whose newest words on one link differ."""
    return f"""
select '{about}' as about, x.lid, y.lid as other_lid, x.{about}.sid as sid, y.{about}.sid as other_sid, x.who as one,
  y.who as other, x.{about}.word as word, y.{about}.word as other_word
from said x join said y using (lid) where x.who < y.who and x.{about}.word <> y.{about}.word"""


PAIRS = "\nunion all\n".join(
    (
        _of_one_link("state"),
        _of_one_link("follow"),
        _between("anchor", "s, t", "a"),
        _between("kind", "s, t, a", "kind", only="kind <> 'unknown'"),
        _between("target", "s, a", "t", only="not is_bare", having="count(distinct t) = 1"),
    )
)
"""Two sources that contradict each other, with the row behind either word."""

READ_AT = """
create or replace temp table read_at as
select max(imported_at) as imported_at, max(imported_at) + interval 1 day as latest from imports
"""
"""When the last file was read."""

DATES = """
with odd as materialized (
  select sid, reported_by, first_seen_at, last_seen_at, lost_at, imported_at
  from seen
    cross join read_at
  where n_reports > 0 and (last_seen_at < first_seen_at or lost_at < first_seen_at
    or greatest(first_seen_at, last_seen_at, lost_at) > latest)),
impossible as (
  select * from odd where last_seen_at < date_trunc('day', first_seen_at)
    or lost_at < date_trunc('day', first_seen_at)
    or greatest(first_seen_at, last_seen_at, lost_at) > imported_at + interval 1 day)
select 'date' as about, l.lid, null as other_lid, sid, null as other_sid, reported_by as one, null as other,
  case when last_seen_at < date_trunc('day', first_seen_at)
         then strftime(last_seen_at, 'last seen %Y-%m-%d, before first seen ') || strftime(first_seen_at, '%Y-%m-%d')
       when lost_at < date_trunc('day', first_seen_at)
         then strftime(lost_at, 'lost %Y-%m-%d, before first seen ') || strftime(first_seen_at, '%Y-%m-%d')
       else strftime(greatest(first_seen_at, last_seen_at, lost_at), 'dated %Y-%m-%d, after it was read on ')
         || strftime(imported_at, '%Y-%m-%d') end as word,
  null as other_word
from impossible join whole w using (sid) join linked l on w.s = l.s and w.t is not distinct from l.t
  and w.a is not distinct from l.a and w.kind = l.kind
where not w.is_page_level
"""
"""Dates that cannot be: seen last or lost before seen first, or after the last file was read."""


def disputed(*, has_speakers: bool) -> str:
    """Give the statement for all disagreements of a share; where one source speaks alone, its dates are looked at."""
    pairs = f"({PAIRS})\nunion all\n({DATES})" if has_speakers else DATES
    return f"create or replace temp table disputed as {pairs}"


FOUND = """
select about, l.s, l.t, l.a, l.kind, o.s as other_s, o.t as other_t, o.a as other_a, o.kind as other_kind,
  x.source_url, coalesce(x.target_url, y.target_url) as target_url, one, other,
  coalesce(word, case about when 'anchor' then x.anchor when 'kind' then l.kind else x.target_url end) as one_says,
  coalesce(other_word, case about when 'anchor' then y.anchor when 'kind' then o.kind when 'target' then y.target_url
    end) as other_says,
  coalesce(x.lost_at, x.last_seen_at, x.first_seen_at) as one_at,
  coalesce(y.lost_at, y.last_seen_at, y.first_seen_at) as other_at,
  nullif(x.file, '') as one_file, nullif(x.row, 0) as one_row,
  nullif(y.file, '') as other_file, nullif(y.row, 0) as other_row
from disputed p join linked l on l.lid = p.lid left join linked o on o.lid = p.other_lid
join seen x on x.sid = p.sid left join seen y on y.sid = p.other_sid
order by about, x.source_url, target_url, one, other, one_says, other_says, one_file, one_row"""
