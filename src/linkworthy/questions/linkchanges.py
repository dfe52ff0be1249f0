"""What changed between two days: links that are new, lost or back, with the reason that captures of pages give.

A link stands on a day when the newest capture of its page until that day holds it. A page that was not captured again
tells nothing, so its links stand as they did: they are not lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa

from linkworthy.engine.embedded import quoted
from linkworthy.errors import InputError
from linkworthy.index.lookup import LinkIndex
from linkworthy.index.manifest import File
from linkworthy.index.rows import merged
from linkworthy.index.scopes import Scope
from linkworthy.questions.linkindex import IndexFilter, Query, filtered

_CAPTURES = """
known as (
  select url, captured_on, batch, status, redirect_url from {pages}
  where captured_on <= $to and url in (select source_url from found)),
at_first as (
  select url, arg_max(batch, (captured_on, batch)) as batch from known where captured_on <= $since group by url),
at_last as (
  select url, arg_max(batch, (captured_on, batch)) as batch, max(captured_on) as captured_on,
    arg_max(status, (captured_on, batch)) as status, arg_max(redirect_url, (captured_on, batch)) as redirect_url
  from known group by url),
states as (
  select found.*, f.batch is not null as was_captured,
    coalesce(list_contains(seen_in, f.batch), false) as stood,
    coalesce(list_contains(seen_in, a.batch), false) as stands,
    a.captured_on as checked_on, a.status, a.redirect_url is not null as is_redirected
  from found left join at_first f on f.url = source_url left join at_last a on a.url = source_url)"""

_CHANGED = """
changed as (
  select *, case when stands and not stood and first_seen_on > $since then 'new'
      when stands and not stood then 'returned' when stood and not stands then 'lost' end as change
  from states)
select change,
  case when change = 'new' then case when was_captured then 'link added' else 'page found' end
    when change = 'returned' then 'link restored'
    when status in (404, 410) then 'page gone' when status >= 400 then 'page answers ' || status
    when is_redirected then 'page redirects' else 'link removed' end as reason,
  source_url, source_domain, url_of(target_key, is_https) as target_url, anchor, kind, is_followed, first_seen_on,
  last_seen_on, checked_on
from changed where change is not null
order by change, target_key, source_domain, source_url, anchor, kind
"""

_ALL_CAPTURES = """
create or replace temp table captures as
select hash(url) as page, arg_max(batch, (captured_on, batch)) filter (captured_on <= $since) as first_batch,
  arg_max(batch, (captured_on, batch)) as last_batch, max(captured_on) as captured_on,
  arg_max(status, (captured_on, batch)) as status, arg_max(redirect_url, (captured_on, batch)) is not null
    as is_redirected
from {pages} where captured_on <= $to group by url
"""
"""Captures of all pages. A page is known by 64 bits: among a hundred million two share a number once in four thousand
indexes."""
_LINK = "hash(target_key, source_url, anchor, kind)"
"""A link in 64 bits: among a million links of a bucket two share a number once in forty million buckets."""
_MOVED = """
create or replace temp table moved as
select link, bit_or(seen) as seen, min(first_seen_on) as first_seen_on, count(*) > 1 as is_in_several
from ({rows}) group by link
having (bit_or(seen) & {wanted}) <> {wanted} or min(first_seen_on) > $since
"""
"""Links that may have changed: all but those of old that every batch that tells something has seen."""
_SEEN = f"select {_LINK} as link, {{seen}} as seen, first_seen_on from {{rows}}"
_BITS_OF_LIST = """
case when len(seen_in) = 1 then {one} << seen_in[1]
  else list_reduce(list_transform(seen_in, lambda x: {one} << x), lambda x, y: x | y) end"""
_OF_MOVED = f"""
create or replace temp table of_moved as
select target_key, source_domain, source_url, anchor, kind, is_https, is_followed, moved.first_seen_on, last_seen_on,
  link, seen, is_in_several
from (select *, {_LINK} as link from {{rows}}) all_links join moved using (link) where moved.first_seen_on <= $to
"""
"""What a change is told by, and no more: a whole index has many rows."""
_STATES_OF_MOVED = """
with found as (
  select * exclude (link, is_in_several) from of_moved where not is_in_several
  union all
  select any_value(target_key), any_value(source_domain), any_value(source_url), any_value(anchor), any_value(kind),
    bool_or(is_https), bool_or(is_followed), any_value(first_seen_on), max(last_seen_on), any_value(seen)
  from of_moved where is_in_several group by link),
states as (
  select found.*, first_batch is not null as was_captured, captured_on as checked_on, status, is_redirected,
    coalesce(seen & ({one} << first_batch) <> 0, false) as stood,
    coalesce(seen & ({one} << last_batch) <> 0, false) as stands
  from found left join captures on page = hash(source_url))"""
_MAX_BATCH = 125
"""Batches beyond this have no bit; every link may then have changed."""


def about_changes(index: LinkIndex, scope: Scope, since: date, to: date, only: IndexFilter | None = None) -> Query:
    """Ask for the links to a scope that came, went or came back after ``since`` until ``to``.

    Columns: change (new, lost, returned), reason, source_url, source_domain, target_url, anchor, kind, is_followed,
    first_seen_on, last_seen_on, checked_on (day of the capture that tells).
    Raises: InputError where the days are in the wrong order.
    """
    _check(since, to)
    found = filtered(index, scope, only or IndexFilter())
    # Seen later than the last day: whatever a link is like now, it was there on the days of its batches.
    sql = f"""
      with found as (select * from ({found.sql}) where first_seen_on <= $to),
      {_CAPTURES.format(pages=index.rows("pages"))},
      {_CHANGED}"""
    return Query(sql, {**found.values, "since": since, "to": to})


def all_changes(index: LinkIndex, since: date, to: date) -> Iterator[pa.Table]:
    """Give the changes of the whole index, bucket by bucket, so that memory holds one of them and the pages' captures.

    Columns: those of :func:`about_changes`.
    Raises: InputError where the days are in the wrong order.
    """
    _check(since, to)
    days = {"since": since, "to": to}
    if len(index.manifest.batches) > _MAX_BATCH:
        yield from _unsieved(index, days)
        return
    index.execute(_ALL_CAPTURES.format(pages=index.rows("pages")), days)
    one, wanted = _bits_of(index)
    for bucket in range(index.manifest.n_buckets):
        files = index.manifest.of("links", bucket)
        if files:
            seen = (_SEEN.format(seen=_seen(file, one), rows=_rows_of(index, [file])) for file in files)
            index.execute(_MOVED.format(rows=" union all ".join(seen), wanted=wanted), days)
            index.execute(_OF_MOVED.format(rows=_rows_of(index, files)), {"to": to})
            yield index.ask(f"{_STATES_OF_MOVED.format(one=one)}, {_CHANGED}", {"since": since})


def _unsieved(index: LinkIndex, days: dict[str, date]) -> Iterator[pa.Table]:
    captures = _CAPTURES.format(pages=index.rows("pages"))
    for bucket in range(index.manifest.n_buckets):
        files = index.manifest.of("links", bucket)
        if files:
            links = merged("links", _rows_of(index, files), n_files=len(files))
            found = f"found as (select * from ({links}) where first_seen_on <= $to)"
            yield index.ask(f"with {found}, {captures}, {_CHANGED}", days)


def _rows_of(index: LinkIndex, files: Sequence[File]) -> str:
    names = ", ".join(quoted(str(index.folder / file.name)) for file in files)
    return f"read_parquet([{names}], hive_partitioning = false)"


def _seen(file: File, one: str) -> str:
    """Give the bits of the batches that saw a row; a file that was not merged from others is of one batch."""
    return f"{one} << {file.batches[0]}" if len(file.batches) == 1 else _BITS_OF_LIST.format(one=one)


def _bits_of(index: LinkIndex) -> tuple[str, str]:
    """Give one bit, and the bits of all batches that tell how a page was on one of the two days."""
    told = index.ask("select distinct unnest([first_batch, last_batch]) as batch from captures")
    batches = {int(batch) for batch in told.column("batch").to_pylist() if batch is not None}
    kind = "hugeint" if len(index.manifest.batches) > 62 else "ubigint"
    return f"1::{kind}", f"{sum(1 << batch for batch in batches)}::{kind}"


def _check(since: date, to: date) -> None:
    if since >= to:
        raise InputError(f"from {since} to {to}: the first day has to be before the last one")


def summary_of(sql: str) -> str:
    """Give the query that counts changes: links and domains by change and reason."""
    return f"""
      select change, reason, count(*) as n_links, count(distinct source_domain) as n_domains
      from ({sql}) group by all order by change, n_links desc, reason"""
