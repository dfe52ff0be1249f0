"""Questions to the link index that count: totals, domains, addresses, anchors, best pages, velocity, batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.index.lookup import LinkIndex
from linkworthy.index.scopes import Scope
from linkworthy.questions.linkindex import IndexFilter, Query, filtered, owned

_COUNTED = """
count(*) as n_links, count(*) filter (is_followed) as n_followed_links, count(distinct source_url) as n_pages,
count(distinct source_domain) as n_domains, count(distinct source_domain) filter (is_followed) as n_followed_domains,
count(distinct address) as n_addresses, count(distinct subnet_of(address)) as n_subnets,
count(distinct target_key) as n_targets, min(first_seen_on) as first_seen_on, max(last_seen_on) as last_seen_on"""
_COLUMNS = (
    "target_key", "source_domain", "source_url", "is_followed", "first_seen_on", "last_seen_on", "address",
)  # fmt: skip
"""What is counted with."""
PERIODS = ("day", "week", "month", "quarter", "year")


def count(index: LinkIndex, scope: Scope, only: IndexFilter | None = None, *, owners: bool = False) -> dict[str, Any]:
    """Count the links to a scope: rows, linking pages, domains, addresses, subnets, targets; owners where asked for."""
    query = filtered(index, scope, only or IndexFilter())
    counted: dict[str, Any]
    held = index.held(scope, _COLUMNS) if only is None or only == IndexFilter() else None
    if held is not None:
        counted = _counted(held)
    else:
        counted = index.all_rows(f"select {_COUNTED} from ({query.sql})", query.values)[0]
    if owners:
        sql = owned(index, query.sql, query.values)
        counted["n_owners"] = index.all_rows(f"select count(distinct owner_of) as n from ({sql})", query.values)[0]["n"]
    return counted


def _counted(rows: pa.Table) -> dict[str, Any]:
    """Count a few rows as ``_COUNTED`` does; planning its SQL would take longer than the counting."""
    followed = rows.filter(rows.column("is_followed"))
    addresses = pc.unique(rows.column("address")).drop_null().to_pylist()
    subnets = {f"{one.rpartition('.')[0]}.0/24" for one in addresses if ":" not in one}
    return {
        "n_links": rows.num_rows,
        "n_followed_links": followed.num_rows,
        "n_pages": _n_distinct(rows, "source_url"),
        "n_domains": _n_distinct(rows, "source_domain"),
        "n_followed_domains": _n_distinct(followed, "source_domain"),
        "n_addresses": len(addresses),
        "n_subnets": len(subnets),
        "n_targets": _n_distinct(rows, "target_key"),
        "first_seen_on": pc.min(rows.column("first_seen_on")).as_py(),
        "last_seen_on": pc.max(rows.column("last_seen_on")).as_py(),
    }


def _n_distinct(rows: pa.Table, name: str) -> int:
    return int(pc.count_distinct(rows.column(name)).as_py())


def about_domains(index: LinkIndex, scope: Scope, only: IndexFilter | None = None) -> Query:
    """Ask for the referring domains, most links first.

    Columns: domain, n_links, n_followed_links, n_pages, n_targets, n_addresses, first_seen_on, last_seen_on,
    top_anchor.
    """
    query = filtered(index, scope, only or IndexFilter())
    return Query(
        f"""
        select source_domain as domain, count(*) as n_links, count(*) filter (is_followed) as n_followed_links,
          count(distinct source_url) as n_pages, count(distinct target_key) as n_targets,
          count(distinct address) as n_addresses, min(first_seen_on) as first_seen_on,
          max(last_seen_on) as last_seen_on, arg_max(anchor, (n_occurrences, anchor)) as top_anchor
        from ({query.sql}) group by source_domain order by n_links desc, domain""",
        query.values,
    )


def about_addresses(index: LinkIndex, scope: Scope, only: IndexFilter | None = None, *, subnets: bool = False) -> Query:
    """Ask for the addresses, or the /24 networks, of the linking servers; most domains first.

    Columns: address or subnet, n_domains, n_pages, n_links, domains (the first 20).
    """
    query = filtered(index, scope, only or IndexFilter())
    name, value = ("subnet", "subnet_of(address)") if subnets else ("address", "address")
    return Query(
        f"""
        select {value} as {name}, count(distinct source_domain) as n_domains, count(distinct source_url) as n_pages,
          count(*) as n_links, list_sort(list(distinct source_domain))[:20] as domains
        from ({query.sql}) where {value} is not null group by {name} order by n_domains desc, n_links desc, {name}""",
        query.values,
    )


def about_anchors(index: LinkIndex, scope: Scope, only: IndexFilter | None = None) -> Query:
    """Ask for the anchors, white space folded; those of most domains first.

    Columns: anchor, n_links, n_followed_links, n_pages, n_domains, links_share, first_seen_on, last_seen_on.
    """
    query = filtered(index, scope, only or IndexFilter())
    return Query(
        f"""
        select anchor, count(*) as n_links, count(*) filter (is_followed) as n_followed_links,
          count(distinct source_url) as n_pages, count(distinct source_domain) as n_domains,
          count(*) / sum(count(*)) over () as links_share, min(first_seen_on) as first_seen_on,
          max(last_seen_on) as last_seen_on
        from ({query.sql}) group by anchor order by n_domains desc, n_links desc, anchor""",
        query.values,
    )


def about_best(index: LinkIndex, scope: Scope, only: IndexFilter | None = None) -> Query:
    """Ask for the pages that are linked to, those with most referring domains first.

    Columns: target_url, n_domains, n_followed_domains, n_links, n_pages, first_seen_on, last_seen_on, status (of its
    newest capture, null where it was not captured).
    """
    query = filtered(index, scope, only or IndexFilter())
    return Query(
        f"""
        with best as (
          select target_key, bool_or(is_https) as is_https, count(distinct source_domain) as n_domains,
            count(distinct source_domain) filter (is_followed) as n_followed_domains, count(*) as n_links,
            count(distinct source_url) as n_pages, min(first_seen_on) as first_seen_on,
            max(last_seen_on) as last_seen_on
          from ({query.sql}) group by target_key),
        {_newest(index, scope)}
        select url_of(target_key, is_https) as target_url, n_domains, n_followed_domains, n_links, n_pages,
          first_seen_on, last_seen_on, status
        from best left join newest on newest.url_key = target_key
        order by n_domains desc, n_links desc, target_url""",
        query.values,
    )


def about_broken(index: LinkIndex, scope: Scope, only: IndexFilter | None = None) -> Query:
    """Ask for links to pages whose newest capture was an error (4xx, 5xx), those of most domains first.

    A page that was never captured is not among them: nothing is known of it.
    Columns: target_url, status, captured_on, n_domains, n_links, source_url (the first), anchor (its).
    """
    query = filtered(index, scope, only or IndexFilter())
    return Query(
        f"""
        with {_newest(index, scope)}
        select url_of(l.target_key, bool_or(l.is_https)) as target_url, n.status, n.captured_on,
          count(distinct source_domain) as n_domains, count(*) as n_links, min(source_url) as source_url,
          arg_min(anchor, source_url) as anchor
        from ({query.sql}) l join newest n on n.url_key = l.target_key
        where n.status >= 400 group by l.target_key, n.status, n.captured_on
        order by n_domains desc, n_links desc, target_url""",
        query.values,
    )


def _newest(index: LinkIndex, scope: Scope) -> str:
    return f"""newest as (
          select url_key, arg_max(status, (captured_on, batch)) as status, max(captured_on) as captured_on
          from {index.rows("pages", domains=[scope.domain])} where domain = '{scope.domain.replace("'", "''")}'
          group by url_key)"""


def about_velocity(index: LinkIndex, scope: Scope, only: IndexFilter | None = None, *, period: str = "month") -> Query:
    """Ask how many links, linking pages and domains were seen first, and last, in each period.

    A link seen last in a period is no lost link: its page may not have been captured since. ``changes`` tells.
    Columns: period, n_new_links, n_new_pages, n_new_domains, n_known_domains, n_last_links.
    Raises: InputError for an unknown period.
    """
    if period not in PERIODS:
        raise InputError(f"period {period!r}: one of {', '.join(PERIODS)}")
    query = filtered(index, scope, only or IndexFilter())
    return Query(
        f"""
        with found as (select * from ({query.sql})),
        new_links as (
          select date_trunc('{period}', first_seen_on)::date as period, count(*) as n_new_links from found group by 1),
        new_pages as (
          select period, count(*) as n_new_pages
          from (
            select date_trunc('{period}', min(first_seen_on))::date as period from found group by source_url)
          group by 1),
        new_domains as (
          select period, count(*) as n_new_domains
          from (
            select date_trunc('{period}', min(first_seen_on))::date as period from found group by source_domain)
          group by 1),
        last_links as (
          select date_trunc('{period}', last_seen_on)::date as period, count(*) as n_last_links from found group by 1)
        select period, coalesce(n_new_links, 0) as n_new_links, coalesce(n_new_pages, 0) as n_new_pages,
          coalesce(n_new_domains, 0) as n_new_domains,
          sum(coalesce(n_new_domains, 0)) over (order by period)::bigint as n_known_domains,
          coalesce(n_last_links, 0) as n_last_links
        from new_links full join new_pages using (period) full join new_domains using (period)
          full join last_links using (period) order by period""",
        query.values,
    )


def batch(index: LinkIndex, names: Sequence[str]) -> pa.Table:
    """Count the links to each of many domains, in one pass over their buckets; one without links has zeros.

    Columns: domain and those of :func:`count`.
    Raises: InputError for a text that is no domain.
    """
    wanted: dict[str, None] = {}
    for name in names:
        url = urls.normalise(name if "://" in name else f"https://{name}")
        if url is None:
            raise InputError(f"{name!r}: no domain")
        wanted[urls.domain_of(url)] = None
    index.db.register("asked", pa.table({"domain": pa.array(wanted, pa.string()), "place": range(len(wanted))}))
    return index.ask(f"""
      with counted as (
        select target_domain, {_COUNTED} from {index.rows("links", domains=list(wanted))}
        where target_domain in (select domain from asked) group by target_domain)
      select domain, coalesce(n_links, 0) as n_links, coalesce(n_followed_links, 0) as n_followed_links,
        coalesce(n_pages, 0) as n_pages, coalesce(n_domains, 0) as n_domains,
        coalesce(n_followed_domains, 0) as n_followed_domains, coalesce(n_addresses, 0) as n_addresses,
        coalesce(n_subnets, 0) as n_subnets, coalesce(n_targets, 0) as n_targets, first_seen_on, last_seen_on
      from asked left join counted on target_domain = domain order by place""")
