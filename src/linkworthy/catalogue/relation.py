"""What a relation is, and the pieces of SQL that several of them share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from linkworthy.metrics.newest import ONCE
from linkworthy.tables import TABLES

Later = Mapping[str, tuple[str, str]]
"""Columns that nothing gives yet: SQL type, and the need that would give them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One view: its key (one or two columns), the tables without which it says nothing, and the query."""

    name: str
    about: str
    key: tuple[str, ...]
    needs: tuple[str, ...]
    sql: Callable[[], str]
    later: Later = field(default_factory=dict)
    """Columns that are null for now; a rule that reads one is not judged, and says what it needs."""
    wants: Mapping[str, str] = field(default_factory=dict)
    """What columns need, beyond the tables of the relation."""
    is_long: bool = False
    """It has a row for every link, image or file of a page: rules judge its rows as they pass, and no copy is made."""
    named: Callable[[str], str] | None = None
    """The query for a few rows, whose keys stand in a table of that name as ``key`` and ``n``, where it is quicker."""


def relation(
    name: str,
    about: str,
    key: str,
    needs: str,
    sql: Callable[[], str],
    later: Later | None = None,
    wants: Mapping[str, str] | None = None,
    *,
    is_long: bool = False,
    named: Callable[[str], str] | None = None,
) -> Relation:
    """Give a relation; names in ``key`` and ``needs`` are parted by spaces."""
    keys, tables = tuple(key.split()), tuple(needs.split())
    return Relation(
        name=name, about=about, key=keys, needs=tables, sql=sql, later=later or {}, wants=wants or {}, is_long=is_long,
        named=named,
    )  # fmt: skip


def absent(later: Later, table: str = "") -> dict[str, tuple[str, str]]:
    """Give those columns that no table holds yet, a table of that name or all of them."""
    known = TABLES[table].names if table in TABLES else ()
    return {name: form for name, form in later.items() if name not in known}


def nulls(later: Later, table: str = "") -> str:
    """Give the SQL of typed nulls for the columns that are absent, each with a comma before it."""
    return "".join(f", null::{kind} as {name}" for name, (kind, _need) in absent(later, table).items())


def empty(columns: Later, *keys: str) -> str:
    """Give a query without rows for a relation whose data nothing gives yet."""
    named = ", ".join(f"null::{kind} as {name}" for name, (kind, _need) in columns.items())
    return f"select {', '.join(keys)}, {named}, 0::double as value where false"


OWN = f"""own as (
    select * exclude (headers, fragments), headers['retry-after'] as retry_after
    from pages where is_own and role <> 'probe' {ONCE})"""
"""Own pages, each with its newest answer."""
PLACES = f"""place as (
    select url, fragments from pages where is_own and role <> 'probe' and status = 200 and redirect_url is null
        and not is_truncated and len(fragments) > 0 {ONCE})"""
"""Where fragments may lead to on own pages that were read whole."""
ANY = f"""seen as (
    select url, state, fault, status, final_url, final_status, n_hops, title, n_bytes, n_decoded_bytes, content_type,
        content_encoding, redirect_url, is_robots_allowed, is_googlebot_allowed,
        headers['cache-control'] as cache_control, headers['etag'] as etag, headers is not null as has_headers
    from pages where role <> 'probe' {ONCE})"""
"""Every URL that was asked for, with its newest answer."""
LINKS = """recaptured as (
    select source_url, arg_max(capture, (captured_at, capture)) as capture from links
    where source_url in (select url from own where status = 200)
    group by source_url having min(capture) <> max(capture)),
own_link as (
    select l.* from links l semi join (select url from own where status = 200) o on o.url = l.source_url
        left join recaptured c on c.source_url = l.source_url where c.capture is null or c.capture = l.capture)"""
HOSTS = "own_host as (select distinct host from pages where is_own)"
HOST = r"regexp_extract({}, '^https?://(\[[^\]]*\]|[^/:?#]+)', 1)"
PATH = "regexp_extract({}, '^https?://[^/?#]+([^?#]*)', 1)"
SEGMENTS = f"list_filter(string_split({PATH}, '/'), lambda part: part <> '')"
"""Parts of the path, empty ones left out."""
ORIGIN = "regexp_extract({}, '^https?://[^/?#]+', 0)"
VALUE = "coalesce({0}.n_referring_domains, 0) + ln(1 + coalesce({0}.n_visits, 0))"
"""What stands behind a page: referring domains and visits."""
