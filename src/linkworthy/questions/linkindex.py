"""Questions to the link index about single links: backlinks of anything, filtered, ordered, paged, each thing once."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal, NamedTuple

import duckdb
import pyarrow as pa

from linkworthy.errors import InputError
from linkworthy.index.layout import url_of
from linkworthy.index.lookup import LinkIndex
from linkworthy.index.rows import beyond
from linkworthy.index.scopes import Scope
from linkworthy.questions.linkowners import register_owners
from linkworthy.tables.indexed import LINKS

Unit = Literal["link", "page", "domain", "owner"]
UNITS: tuple[Unit, ...] = ("link", "page", "domain", "owner")
ORDERS = {
    "target": (),
    "source": (("source_domain", ""), ("source_url", "")),
    "first-seen": (("first_seen_on", "desc"),),
    "last-seen": (("last_seen_on", "desc"),),
    "captures": (("n_captures", "desc"),),
    "occurrences": (("n_occurrences", "desc"),),
}
"""Columns that an order begins with; the link's own key decides between equals."""
COLUMNS = (
    "source_url", "source_domain", "target_url", "anchor", "kind", "is_followed", "is_nofollow", "is_ugc",
    "is_sponsored", "region", "position", "n_occurrences", "host_share", "address", "language", "first_seen_on",
    "last_seen_on", "n_captures", "seen_in",
)  # fmt: skip
_TIES = tuple((name, "") for name in LINKS.sort)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFilter:
    """Which links: every field that is not null narrows the answer."""

    source: str | None = None
    """Registrable domain of the linking page."""
    anchor: str | None = None
    """Text that the anchor holds, case ignored."""
    kind: str | None = None
    followed: bool | None = None
    region: str | None = None
    language: str | None = None
    since: date | None = None
    """First seen on or after this day."""
    until: date | None = None
    """First seen on or before this day."""
    seen_since: date | None = None
    """Seen last on or after this day."""
    batch: str | None = None
    """Name or source of a batch that saw it."""
    template: bool | None = None
    """Stands on half of the linking host's pages or more, or does not."""
    where: str = ""
    """A SQL predicate over the index's columns."""


_PREDICATES = {
    "source": "source_domain = $source",
    "anchor": "contains(lower(anchor), lower($anchor))",
    "kind": "kind = $kind",
    "followed": "is_followed = $followed",
    "region": "region = $region",
    "language": "language = $language",
    "since": "first_seen_on >= $since",
    "until": "first_seen_on <= $until",
    "seen_since": "last_seen_on >= $seen_since",
    "batch": "list_has_any(seen_in, $batch)",
    "template": "coalesce(host_share >= 0.5, false) = $template",
}


class Rows(NamedTuple):
    """One page of an answer."""

    table: pa.Table
    next: str | None
    """What ``after`` of the next page is, null after the last one."""


class Query(NamedTuple):
    """SQL with its values."""

    sql: str
    values: dict[str, Any]


def backlinks(
    index: LinkIndex,
    scope: Scope,
    only: IndexFilter | None = None,
    *,
    order: str = "target",
    one_per: Unit = "link",
    limit: int = 100,
    after: str | None = None,
) -> Rows:
    """Give links to a page, host, domain or prefix, filtered, ordered and paged.

    ``one_per`` keeps the first of each linking page, domain or owner. In the order ``target`` (by address, host
    reversed) no more is read than a page of the answer needs.

    Columns: ``COLUMNS``.
    Raises: InputError for an unknown order, a wrong predicate, or an ``after`` of another question.
    """
    only = only or IndexFilter()
    keys = _keys(order)
    placed = _read_cursor(after, order, one_per, len(keys))
    if order == "target" and one_per == "link":
        found = _walked(index, scope, only, limit + 1, placed)
    else:
        query = about_backlinks(index, scope, only, order=order, one_per=one_per, hidden=True)
        where = beyond(keys, "at") if placed is not None else "true"
        values = {f"at{n}": value for n, value in enumerate(placed or ())}
        sql = f"select * from ({query.sql}) where {where} order by {_by(keys)} limit {limit + 1}"
        found = index.ask(sql, {**query.values, **values})
    page = found.slice(0, limit)
    has_more = found.num_rows > limit
    cursor = _cursor(order, one_per, [page.column(name)[-1].as_py() for name, _ in keys]) if has_more else None
    return Rows(page.select(COLUMNS), cursor)


def about_backlinks(
    index: LinkIndex,
    scope: Scope,
    only: IndexFilter | None = None,
    *,
    order: str = "target",
    one_per: Unit = "link",
    hidden: bool = False,
) -> Query:
    """Give the query for all of them; ``hidden`` columns are those that pages are told apart by."""
    narrowed = filtered(index, scope, only or IndexFilter())
    keys = _keys(order)
    sql = f"select *, url_of(target_key, is_https) as target_url from ({narrowed.sql})"
    if one_per != "link":
        unit = {"page": "source_url", "domain": "source_domain", "owner": "owner_of"}[one_per]
        if one_per == "owner":
            sql = owned(index, sql, narrowed.values)
        sql += f" qualify row_number() over (partition by {unit} order by {_by(keys)}) = 1"
    chosen = "*" if hidden else ", ".join(COLUMNS)
    return Query(f"select {chosen} from ({sql}) order by {_by(keys)}", narrowed.values)


def filtered(index: LinkIndex, scope: Scope, only: IndexFilter) -> Query:
    """Give the query for the links to a scope that a filter leaves."""
    predicate, values = predicate_of(index, only)
    return Query(f"select * from {index.rows('links', scope)} where {predicate}", {**scope.values(), **values})


def owned(index: LinkIndex, sql: str, values: dict[str, Any]) -> str:
    """Add to links the owner of their domain, ``owner_of``; a domain that shares no identifier is its own owner."""
    domains = index.ask(f"select distinct source_domain from ({sql})", values).column(0).to_pylist()
    register_owners(index, domains)
    return f"""
      select l.*, coalesce(o.owner, l.source_domain) as owner_of
      from ({sql}) l left join domain_owner o on o.domain = l.source_domain"""


def predicate_of(index: LinkIndex, only: IndexFilter) -> tuple[str, dict[str, Any]]:
    """Give the predicate of a filter and its values.

    Raises: InputError where ``where`` is no predicate, or no batch has the name.
    """
    values = {f.name: getattr(only, f.name) for f in fields(only) if getattr(only, f.name) is not None}
    where = str(values.pop("where", "")).strip()
    predicates = [_PREDICATES[name] for name in values]
    if only.batch is not None:
        values["batch"] = batches_named(index, only.batch)
    if where:
        _check_predicate(where)
        predicates.append(f"(\n{where}\n)")
    return " and ".join(predicates) or "true", values


def batches_named(index: LinkIndex, name: str) -> list[int]:
    """Give the numbers of the batches that have a name or a source.

    Raises: InputError where none has.
    """
    found = [one.number for one in index.manifest.batches if name in {one.name, one.source}]
    if not found:
        known = ", ".join(one.name for one in index.manifest.batches) or "none"
        raise InputError(f"no batch {name!r}; there are: {known}")
    return found


def _check_predicate(where: str) -> None:
    try:
        statements = duckdb.extract_statements(f"select * from links where (\n{where}\n)")
    except duckdb.Error as fault:
        raise InputError(f"--where: {str(fault).splitlines()[0]}") from None
    if len(statements) != 1 or statements[0].type.name != "SELECT":
        raise InputError("--where: one predicate, please")


def _walked(index: LinkIndex, scope: Scope, only: IndexFilter, limit: int, after: Sequence[Any] | None) -> pa.Table:
    predicate, values = predicate_of(index, only)
    found: list[pa.Table] = []
    n_rows = 0
    for piece in index.walk(scope, after):
        if predicate == "true":
            rows = _addressed(piece.slice(0, limit - n_rows))
        else:
            index.db.register("found", piece)
            rows = index.ask(
                f"select *, url_of(target_key, is_https) as target_url from found where {predicate} "
                f"limit {limit - n_rows}", values
            )  # fmt: skip
        found.append(rows)
        n_rows += rows.num_rows
        if n_rows >= limit:
            break
    if not found:
        empty = LINKS.schema.empty_table()
        return empty.append_column("target_url", pa.array([], pa.string()))
    return pa.concat_tables(found)


def _addressed(rows: pa.Table) -> pa.Table:
    """Add the target's URL to a few rows."""
    keys, are_https = rows.column("target_key").to_pylist(), rows.column("is_https").to_pylist()
    targets = [url_of(key, is_https=bool(is_https)) for key, is_https in zip(keys, are_https, strict=True)]
    return rows.append_column("target_url", pa.array(targets, pa.string()))


# Pages --------------------------------------------------------------------------------------------------------------


def _keys(order: str) -> tuple[tuple[str, str], ...]:
    if order not in ORDERS:
        raise InputError(f"order {order!r}: one of {', '.join(ORDERS)}")
    first = ORDERS[order]
    return (*first, *(tie for tie in _TIES if tie not in first))


def _by(keys: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {direction}".strip() for name, direction in keys)


def _cursor(order: str, one_per: str, values: Sequence[Any]) -> str:
    said = [order, one_per, [value.isoformat() if isinstance(value, date) else value for value in values]]
    return base64.urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).decode().rstrip("=")


def _read_cursor(after: str | None, order: str, one_per: str, n_values: int) -> Sequence[Any] | None:
    if after is None:
        return None
    try:
        said = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        is_ours = said[:2] == [order, one_per] and len(said[2]) == n_values
    except (binascii.Error, ValueError, IndexError, TypeError, KeyError):
        is_ours = False
    if not is_ours:
        raise InputError("--after: not the mark that the page before gave for this order")
    return list(said[2])
