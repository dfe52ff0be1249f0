"""The redirect map: one 301 for each own URL whose links from other sites are lost; planned here, and written as CSV.

A rule is for a host, a path and, where its URL has one, a query; a rule without a query answers whatever the query is.
The scheme does not count: what leads from http to https, or to another host as a whole, is a rule of the host and not
of a page, and is left out with that reason.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from linkworthy.reports.cells import csv_cell

COLUMNS = ("from_url", "to_url", "code", "why", "share", "status", "n_referring_domains", "n_visits")
"""Columns of the CSV."""

MANY_TO_HOME = 2
"""From so many pages on, leading them to the start page is warned of."""

ENDLESS = 10
"""Redirects in a row that search engines follow; where none of them led to a page, nobody arrives.

Source: https://developers.google.com/search/docs/crawling-indexing/http-network-errors (Googlebot follows up to 10).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """One rule: requests for ``from_url`` are answered 301 with ``to_url``."""

    from_url: str
    to_url: str
    why: str
    share: float
    """How sure the suggestion is, 0..1."""
    status: int | None
    """What the old URL answers today."""
    n_referring_domains: int
    n_visits: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A linked URL that leads nowhere, and for which the owner has to choose a page: none is near enough."""

    url: str
    why: str
    """What meets visitors there."""
    n_referring_domains: int
    n_visits: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectMap:
    """The rules, the URLs for which no page is near enough, and what was left out with the reason."""

    redirects: tuple[Redirect, ...]
    open: tuple[Undecided, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def rule_key(url: str) -> str:
    """Name what a rule is for: host, port, path and query, without the scheme; an empty query is none."""
    path, _, query = url.partition("://")[2].partition("?")
    return f"{path}?{query}" if query else path


def redirect_map(rows: Iterable[Mapping[str, Any]], statuses: Mapping[str, int | None]) -> RedirectMap:
    """Plan the redirects from rows of table ``targets``, most linked first, and check them.

    Rows whose redirects are known have ``is_loop`` and ``is_endless`` as well.
    ``statuses`` gives what each suggested page answers. A rule that leads to another rule is pointed at that rule's
    end; one that leads back to itself, to anything but 200, or only to another scheme is left out and reported.
    """
    wanted: dict[str, Mapping[str, Any]] = {}
    left: list[Undecided] = []
    for row in sorted(rows, key=lambda row: (-(row["n_referring_domains"] or 0), -(row["n_visits"] or 0), row["url"])):
        if row["suggested_url"]:
            wanted.setdefault(rule_key(row["url"]), row)
        elif why := _lost(row):
            left.append(_undecided(row, why))
    ends = {key: row["suggested_url"] for key, row in wanted.items()}
    redirects: list[Redirect] = []
    problems: list[str] = []
    for key, row in wanted.items():
        url = row["url"]
        end = _end(key, ends)
        if rule_key(row["suggested_url"]) == key and row["suggested_url"] != url:
            problems.append(f"{url}: only its scheme would change; that is one rule for the whole host")
        elif end is None:
            problems.append(f"{url}: its redirect would come back to itself")
        elif statuses.get(end) != 200:
            problems.append(f"{url}: {end} answers {statuses.get(end) or 'nothing'} and not 200")
        else:
            redirects.append(_redirect(row, end))
    return RedirectMap(
        redirects=tuple(redirects), open=tuple(left), problems=tuple(problems), warnings=_warnings(redirects)
    )


def _warnings(redirects: Sequence[Redirect]) -> tuple[str, ...]:
    """Warn of many pages that lead to one start page."""
    homes = Counter(r.to_url for r in redirects if rule_key(r.to_url).partition("/")[2] == "")
    return tuple(
        f"{n} pages lead to the start page {url}: search engines take that for missing pages (soft 404); choose the "
        "nearest page for each"
        for url, n in sorted(homes.items())
        if n >= MANY_TO_HOME
    )


def read_redirect_map(db: duckdb.DuckDBPyConnection) -> RedirectMap:
    """Plan the redirects of a snapshot; ``db`` has its tables as views."""
    rows = db.sql(
        """
        with ends as (
          select url, is_loop, not is_loop and not is_offsite and n_hops >= ?
            and coalesce(final_status, 300) between 300 and 399 as is_endless
          from redirects)
        select url, status, t.final_url, final_status, t.n_hops, n_referring_domains, n_visits, suggested_url,
          suggested_why, suggested_share, is_loop, is_endless
        from targets t left join ends using (url)
        where suggested_url is not null or final_status in (404, 410) or is_loop or is_endless
        """,
        params=[ENDLESS],
    ).to_arrow_table()
    answers = db.sql("""
        select url, max(status) from pages where redirect_url is null
            and url in (select suggested_url from targets) group by url
    """).fetchall()
    return redirect_map(rows.to_pylist(), dict(answers))


def to_csv(plan: RedirectMap) -> str:
    """Give the rules as CSV; a cell never starts a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for r in plan.redirects:
        cells = (r.from_url, r.to_url, 301, r.why, f"{r.share:.2f}", r.status, r.n_referring_domains, r.n_visits)
        writer.writerow([csv_cell(cell) for cell in cells])
    return out.getvalue()


def lint(redirects: Sequence[Redirect], statuses: Mapping[str, int | None]) -> list[str]:
    """Name every rule that loops, starts a chain, comes twice or leads to anything but 200."""
    starts = {redirect.from_url for redirect in redirects}
    found: list[str] = []
    seen: set[str] = set()
    for redirect in redirects:
        if redirect.from_url == redirect.to_url:
            found.append(f"{redirect.from_url}: redirects to itself")
        elif redirect.to_url in starts:
            found.append(f"{redirect.from_url}: {redirect.to_url} is redirected as well")
        if statuses.get(redirect.to_url) != 200:
            found.append(f"{redirect.from_url}: {redirect.to_url} does not answer 200")
        if redirect.from_url in seen:
            found.append(f"{redirect.from_url}: comes twice")
        seen.add(redirect.from_url)
    return found


def _lost(row: Mapping[str, Any]) -> str:
    """Say why a linked URL leads nowhere, empty where it does lead somewhere or nobody knows."""
    if row["final_status"] in {404, 410}:
        hops = row.get("n_hops")
        end = f"its redirects end at {row['final_url']}, which answers" if hops else "it answers"
        return f"{end} {row['final_status']}"
    if row.get("is_loop"):
        return f"its redirects loop: {row['final_url']} comes twice"
    return f"{row['n_hops']} redirects in a row, and no page at their end" if row.get("is_endless") else ""


def _undecided(row: Mapping[str, Any], why: str) -> Undecided:
    return Undecided(
        url=row["url"], why=why, n_referring_domains=row["n_referring_domains"] or 0, n_visits=row["n_visits"]
    )


def _end(key: str, ends: Mapping[str, str]) -> str | None:
    """Follow rules to the last one, null where they come back."""
    seen = {key}
    target = ends[key]
    while (rule := _rule_for(target, ends)) is not None:
        if rule in seen:
            return None
        seen.add(rule)
        target = ends[rule]
    return target


def _rule_for(url: str, ends: Mapping[str, str]) -> str | None:
    """Find the rule that answers a URL: its own, else that of its path, which answers whatever the query is."""
    key = rule_key(url)
    return next((found for found in (key, key.partition("?")[0]) if found in ends), None)


def _redirect(row: Mapping[str, Any], to_url: str) -> Redirect:
    return Redirect(
        from_url=row["url"],
        to_url=to_url,
        why=row["suggested_why"] or "",
        share=float(row["suggested_share"] or 0.0),
        status=row["status"],
        n_referring_domains=row["n_referring_domains"] or 0,
        n_visits=row["n_visits"],
    )
