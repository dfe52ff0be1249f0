"""Questions to the link index about many sites at once: outgoing links, linked domains, intersection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from linkworthy.errors import InputError, StageError
from linkworthy.index.lookup import LinkIndex
from linkworthy.index.scopes import Scope
from linkworthy.questions.linkindex import Query


def about_outgoing(index: LinkIndex, scope: Scope) -> Query:
    """Ask for the links that pages of a scope hold, in the order of the pages.

    Columns: those of the index's table ``outgoing``, its key left out.
    Raises: StageError where the index was made without the order by source.
    """
    _need_outgoing(index)
    return Query(
        f"select * exclude (source_key) from {index.rows('outgoing', scope)} "
        "order by source_key, target_domain, target_url, anchor, kind",
        scope.values(),
    )


def about_linked_domains(index: LinkIndex, scope: Scope) -> Query:
    """Ask for the domains that pages of a scope link to, those of most pages first.

    Columns: domain, n_links, n_followed_links, n_pages, n_targets, first_seen_on, last_seen_on.
    Raises: StageError where the index was made without the order by source.
    """
    _need_outgoing(index)
    return Query(
        f"""
        select target_domain as domain, count(*) as n_links, count(*) filter (is_followed) as n_followed_links,
          count(distinct source_url) as n_pages, count(distinct target_url) as n_targets,
          min(first_seen_on) as first_seen_on, max(last_seen_on) as last_seen_on
        from {index.rows("outgoing", scope)} group by target_domain order by n_pages desc, n_links desc, domain""",
        scope.values(),
    )


def about_intersection(
    index: LinkIndex, scopes: Sequence[Scope], *, without: Sequence[Scope] = (), at_least: int | None = None
) -> Query:
    """Ask for the domains that link to several sites, and to none of others; those of most sites first.

    ``at_least`` sites of the first kind, all of them where it is null. Links within a site do not count.
    Columns: domain, n_sites, sites, n_links, is_followed (a followed link to one of them at least), source_url (the
    first), first_seen_on, last_seen_on.
    Raises: InputError for fewer than two sites where at_least is null, or a number that cannot be.
    """
    if not scopes or (at_least is not None and not 1 <= at_least <= len(scopes)):
        raise InputError(f"at least {at_least} of {len(scopes)} sites: that cannot be")
    values: dict[str, Any] = {}
    wanted = [_sources(index, scope, f"s{n}", values) for n, scope in enumerate(scopes)]
    refused = [_sources(index, scope, f"w{n}", values) for n, scope in enumerate(without)]
    own = sorted({scope.domain for scope in (*scopes, *without)})
    values |= {"own": own, "at_least": at_least or len(scopes)}
    beside = f"and source_domain not in (select source_domain from ({_all(refused)}))" if refused else ""
    return Query(
        f"""
        select source_domain as domain, count(distinct site) as n_sites, list_sort(list(distinct site)) as sites,
          count(*) as n_links, bool_or(is_followed) as is_followed, min(source_url) as source_url,
          min(first_seen_on) as first_seen_on, max(last_seen_on) as last_seen_on
        from ({_all(wanted)}) where not list_contains($own, source_domain) {beside}
        group by source_domain having count(distinct site) >= $at_least
        order by n_sites desc, n_links desc, domain""",
        values,
    )


def _sources(index: LinkIndex, scope: Scope, name: str, values: dict[str, Any]) -> str:
    """Give the query for the links to one of several sites; its values are bound under names of their own."""
    sql = index.rows("links", scope)
    for key, value in scope.values().items():
        sql = sql.replace(f"${key}", f"${name}{key}")
        values[f"{name}{key}"] = value
    values[f"{name}text"] = scope.text
    return f"select source_domain, source_url, is_followed, first_seen_on, last_seen_on, ${name}text as site from {sql}"


def _all(queries: Sequence[str]) -> str:
    return " union all ".join(f"({query})" for query in queries)


def _need_outgoing(index: LinkIndex) -> None:
    if not index.manifest.has_outgoing:
        raise StageError(f"{index.folder}: made without the order by source (--no-outgoing): it has no outgoing links")
