"""What changed between two days: links that are new, lost or back, with the reason that captures of pages give.

A link stands on a day when the newest capture of its page until that day holds it. A page that was not captured again
tells nothing, so its links stand as they did: they are not lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pyarrow as pa

from linkworthy.engine.embedded import quoted
from linkworthy.errors import InputError
from linkworthy.index.lookup import LinkIndex
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
  from known group by url)"""

_CHANGED = """
states as (
  select found.*, f.batch is not null as was_captured,
    coalesce(list_contains(seen_in, f.batch), false) as stood,
    coalesce(list_contains(seen_in, a.batch), false) as stands,
    a.captured_on as checked_on, a.status, a.redirect_url
  from found left join at_first f on f.url = source_url left join at_last a on a.url = source_url),
changed as (
  select *, case when stands and not stood and first_seen_on > $since then 'new'
      when stands and not stood then 'returned' when stood and not stands then 'lost' end as change
  from states)
select change,
  case when change = 'new' then case when was_captured then 'link added' else 'page found' end
    when change = 'returned' then 'link restored'
    when status in (404, 410) then 'page gone' when status >= 400 then 'page answers ' || status
    when redirect_url is not null then 'page redirects' else 'link removed' end as reason,
  source_url, source_domain, url_of(target_key, is_https) as target_url, anchor, kind, is_followed, first_seen_on,
  last_seen_on, checked_on
from changed where change is not null
order by change, target_key, source_domain, source_url, anchor, kind
"""


_ALL_CAPTURES = (
    """
create or replace temp table at_first as
select url, arg_max(batch, (captured_on, batch)) as batch from {pages} where captured_on <= $since group by url""",
    """
create or replace temp table at_last as
select url, arg_max(batch, (captured_on, batch)) as batch, max(captured_on) as captured_on,
  arg_max(status, (captured_on, batch)) as status, arg_max(redirect_url, (captured_on, batch)) as redirect_url
from {pages} where captured_on <= $to group by url""",
)
_LINK = "hash(target_key, source_url, anchor, kind)"
"""A link in 64 bits: among a million links of a bucket two share a number once in forty million buckets."""
_MOVED = """
create or replace temp table moved as
select {link} as link from {rows} group by link
having (bit_or(case when len(seen_in) = 1 then {bit} << seen_in[1]
    else list_reduce(list_transform(seen_in, lambda x: {bit} << x), lambda x, y: x | y) end) & {wanted}) <> {wanted}
  or min(first_seen_on) > $since
"""
"""Links that may have changed: all but those of old that every capture that tells something has seen."""
_OF_BUCKET = """
select any_value(target_key) as target_key, any_value(source_domain) as source_domain,
  any_value(source_url) as source_url, any_value(anchor) as anchor, any_value(kind) as kind,
  bool_or(is_https) as is_https, bool_or(is_followed) as is_followed, min(first_seen_on) as first_seen_on,
  max(last_seen_on) as last_seen_on, flatten(list(seen_in)) as seen_in
from (select *, {link} as link from {rows}) where link in (select link from moved)
group by link having min(first_seen_on) <= $to
"""
"""What a change is told by, and no more: a whole index has many rows."""
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
    for sql in _ALL_CAPTURES:
        index.execute(sql.format(pages=index.rows("pages")), days)
    bits = _bits_of(index)
    for bucket in range(index.manifest.n_buckets):
        files = ", ".join(quoted(str(path)) for path in index.in_bucket("links", bucket))
        if files:
            rows = f"read_parquet([{files}], hive_partitioning = false)"
            index.execute(_MOVED.format(link=_LINK, rows=rows, **bits), days)
            yield index.ask(f"with found as ({_OF_BUCKET.format(link=_LINK, rows=rows)}), {_CHANGED}", days)


def _bits_of(index: LinkIndex) -> dict[str, str]:
    """Give one bit, and the bits of all batches that tell how a page was on one of the two days."""
    told = index.ask("select distinct batch from (select batch from at_first union all select batch from at_last)")
    batches = [int(batch) for batch in told.column("batch").to_pylist()]
    if any(batch > _MAX_BATCH for batch in batches):
        return {"bit": "0::hugeint", "wanted": "1::hugeint"}
    kind = "hugeint" if any(batch > 62 for batch in batches) else "ubigint"
    return {"bit": f"1::{kind}", "wanted": f"{sum(1 << batch for batch in batches)}::{kind}"}


def _check(since: date, to: date) -> None:
    if since >= to:
        raise InputError(f"from {since} to {to}: the first day has to be before the last one")


def summary_of(sql: str) -> str:
    """Give the query that counts changes: links and domains by change and reason."""
    return f"""
      select change, reason, count(*) as n_links, count(distinct source_domain) as n_domains
      from ({sql}) group by all order by change, n_links desc, reason"""
