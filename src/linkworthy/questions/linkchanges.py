"""What changed between two days: links that are new, lost or back, with the reason that captures of pages give.

A link stands on a day when the newest capture of its page until that day holds it. A page that was not captured again
tells nothing, so its links stand as they did: they are not lost.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

import numpy as np
import pyarrow as pa

from linkworthy.engine.embedded import quoted
from linkworthy.errors import InputError
from linkworthy.index.lookup import Asker, LinkIndex
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
create or replace table captures as
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
_LINKS = f"select {_LINK} as link from {{rows}}"
_MOVED = """
select link from ({rows}) group by link
having (bit_or(seen) & {wanted}) <> {wanted} or min(first_seen_on) > $since
"""
"""Links that may have changed: all but those of old that every batch that tells something has seen."""
_SEEN = f"select {_LINK} as link, {{seen}} as seen, first_seen_on from {{rows}}"
_BITS_OF_LIST = """
case when len(seen_in) = 1 then {one} << seen_in[1]
  else list_reduce(list_transform(seen_in, lambda x: {one} << x), lambda x, y: x | y) end"""
_OF_MOVED = f"""
select target_key, source_domain, source_url, anchor, kind, is_https, is_followed, first_seen_on, last_seen_on,
  {_LINK} as link, {{seen}} as seen
from {{rows}} where {_LINK} in (select link from moved)
"""
"""What a change is told by, and no more: a whole index has many rows."""
_ONCE = """
select any_value(target_key) as target_key, any_value(source_domain) as source_domain,
  any_value(source_url) as source_url, any_value(anchor) as anchor, any_value(kind) as kind,
  bool_or(is_https) as is_https, bool_or(is_followed) as is_followed, min(first_seen_on) as first_seen_on,
  max(last_seen_on) as last_seen_on, bit_or(seen::{kind}) as seen
from of_moved group by link having min(first_seen_on) <= $to"""
_AS_IT_IS = "select * from of_moved where first_seen_on <= $to"
_STATES_OF_MOVED = """
with found as ({found}),
states as (
  select found.*, first_batch is not null as was_captured, captured_on as checked_on, status, is_redirected,
    coalesce(seen::{kind} & ({one} << first_batch) <> 0, false) as stood,
    coalesce(seen::{kind} & ({one} << last_batch) <> 0, false) as stands
  from found left join captures on page = hash(source_url))"""
_AT_ONCE = 2
"""Buckets that are worked on at the same time: while one is read, the other one is sorted."""
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
    """Give the changes of the whole index, bucket by bucket, so that memory holds few of them and the pages' captures.

    Columns: those of :func:`about_changes`.
    Raises: InputError where the days are in the wrong order.
    """
    _check(since, to)
    days = {"since": since, "to": to}
    if len(index.manifest.batches) > _MAX_BATCH:
        yield from _unsieved(index, days)
        return
    index.execute(_ALL_CAPTURES.format(pages=index.rows("pages")), days)
    sieve = _Sieve(index, days)
    buckets = [files for n in range(index.manifest.n_buckets) if (files := index.manifest.of("links", n))]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting: deque[Future[pa.Table]] = deque()
        for files in buckets:
            waiting.append(pool.submit(sieve.changes, files))
            if len(waiting) > _AT_ONCE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _Sieve:
    """Finds the changes of a bucket: by numbers of links first, so that only links that moved are looked at whole."""

    def __init__(self, index: LinkIndex, days: dict[str, date]) -> None:
        told = index.ask("select distinct unnest([first_batch, last_batch]) as batch from captures")
        self._index, self._days = index, days
        self._wanted = {int(batch) for batch in told.column("batch").to_pylist() if batch is not None}
        """Batches that tell how a page was on one of the two days."""
        # As Arrow, the larger one comes back as a decimal.
        self._kind = "hugeint" if len(index.manifest.batches) > 62 else "ubigint"
        self._one = f"1::{self._kind}"
        self._bits = f"{sum(1 << batch for batch in self._wanted)}::{self._kind}"
        since = days["since"].isoformat()
        self._is_of_old = any(one.number in self._wanted and one.to_day <= since for one in index.manifest.batches)

    def changes(self, files: Sequence[File]) -> pa.Table:
        """Give the changes of the links in the files of one bucket."""
        with self._index.beside() as asker:
            is_plain = self._is_of_old and _are_of_one_batch(files)
            asker.register("moved", self._plain(asker, files) if is_plain else self._moved(asker, files))
            of_moved = " union all ".join(
                _OF_MOVED.format(seen=_seen(file, self._one), rows=_rows_of(self._index, [file])) for file in files
            )
            asker.register("of_moved", asker.ask(of_moved, self._days))
            # Of two batches that both tell, what moved is in one of the two.
            is_once = is_plain and {file.batches[0] for file in files} == self._wanted and len(files) <= 2
            found = _AS_IT_IS if is_once else _ONCE.format(kind=self._kind)
            states = _STATES_OF_MOVED.format(found=found, one=self._one, kind=self._kind)
            return asker.ask(f"{states}, {_CHANGED}", self._days)

    def _plain(self, asker: Asker, files: Sequence[File]) -> pa.Table:
        """Give the links that are not in all batches that tell; those that none of these saw did not stand at all."""
        told = [file for file in files if file.batches[0] in self._wanted]
        links = asker.ask(_LINKS.format(rows=_rows_of(self._index, told)), {}).column("link") if told else []
        numbers = np.sort(np.asarray(links, np.uint64))
        first = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1]))[: len(numbers)])
        is_moved = np.diff(first, append=len(numbers)) < len(self._wanted)
        return pa.table({"link": numbers[first[is_moved]]})

    def _moved(self, asker: Asker, files: Sequence[File]) -> pa.Table:
        seen = (_SEEN.format(seen=_seen(file, self._one), rows=_rows_of(self._index, [file])) for file in files)
        return asker.ask(_MOVED.format(rows=" union all ".join(seen), wanted=self._bits), self._days)


def _are_of_one_batch(files: Sequence[File]) -> bool:
    """Tell whether each file is of one batch and each batch has one file, so that a batch holds a link once."""
    return all(len(file.batches) == 1 for file in files) and len({file.batches for file in files}) == len(files)


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


def _check(since: date, to: date) -> None:
    if since >= to:
        raise InputError(f"from {since} to {to}: the first day has to be before the last one")


def summary_of(sql: str) -> str:
    """Give the query that counts changes: links and domains by change and reason."""
    return f"""
      select change, reason, count(*) as n_links, count(distinct source_domain) as n_domains
      from ({sql}) group by all order by change, n_links desc, reason"""
