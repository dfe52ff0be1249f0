"""The redirect map: one 301 for each own URL whose links from other sites are lost, as nginx rules and as CSV.

Nothing here comes from a trusted hand: an address may hold quotes, dollars, braces and anything percent-encoded. So
an nginx ``location`` is written for plain paths only, every other address becomes a fully escaped pattern of a
``map``, and a target is percent-encoded down to characters that mean nothing to nginx.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from linkworthy import urls
from linkworthy.reports.cells import csv_cell

COLUMNS = ("from_url", "to_url", "code", "why", "share", "status", "n_referring_domains", "n_visits")
"""Columns of the CSV."""

_PLAIN = re.compile(r"/[A-Za-z0-9/_.~-]*\Z")
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!&()*+,=%")


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
class RedirectMap:
    """The rules, the URLs for which no page is near enough, and what was left out with the reason."""

    redirects: tuple[Redirect, ...]
    open: tuple[str, ...]
    """Lost URLs for which the owner has to choose a page."""
    problems: tuple[str, ...]


def redirect_map(rows: Iterable[Mapping[str, Any]], statuses: Mapping[str, int | None]) -> RedirectMap:
    """Plan the redirects from rows of table ``targets``, most linked first, and check them.

    ``statuses`` gives what each suggested page answers. A rule that leads to another rule is pointed at that rule's
    end; one that leads back to itself, or to anything but 200, is left out and reported.
    """
    wanted: dict[str, Mapping[str, Any]] = {}
    left: list[str] = []
    for row in sorted(rows, key=lambda row: (-(row["n_referring_domains"] or 0), -(row["n_visits"] or 0), row["url"])):
        if row["suggested_url"]:
            wanted.setdefault(row["url"], row)
        elif row["final_status"] in {404, 410}:
            left.append(row["url"])
    ends = {url: row["suggested_url"] for url, row in wanted.items()}
    redirects: list[Redirect] = []
    problems: list[str] = []
    for url, row in wanted.items():
        end = _end(url, ends)
        if end is None:
            problems.append(f"{url}: its redirect would come back to itself")
        elif statuses.get(end) != 200:
            problems.append(f"{url}: {end} answers {statuses.get(end) or 'nothing'} and not 200")
        else:
            redirects.append(_redirect(row, end))
    return RedirectMap(redirects=tuple(redirects), open=tuple(left), problems=tuple(problems))


def read_redirect_map(db: duckdb.DuckDBPyConnection) -> RedirectMap:
    """Plan the redirects of a snapshot; ``db`` has its tables as views."""
    rows = db.sql("""
        select url, status, final_status, n_referring_domains, n_visits, suggested_url, suggested_why, suggested_share
        from targets where suggested_url is not null or final_status in (404, 410)
    """).to_arrow_table()
    answers = db.sql("""
        select url, max(status) from pages where redirect_url is null
            and url in (select suggested_url from targets) group by url
    """).fetchall()
    return redirect_map(rows.to_pylist(), dict(answers))


def to_nginx(plan: RedirectMap) -> str:
    """Give the rules as text to include: a ``map`` for the http block, and ``location`` blocks for each server."""
    plain = [redirect for redirect in plan.redirects if _PLAIN.match(_path(redirect.from_url))]
    mapped = [redirect for redirect in plan.redirects if not _PLAIN.match(_path(redirect.from_url))]
    lines = ["# Redirects for pages that other sites link to, written by linkworthy. Read them before you use them."]
    if mapped:
        lines += ["", "# In the http block:", "map $host$request_uri $linkworthy_to {", '    default "";']
        for redirect in mapped:
            lines += [
                f"    # {_comment(redirect)}",
                f'    "{_pattern(redirect.from_url)}" "{_target(redirect.to_url)}";',
            ]
        lines.append("}")
    hosts = sorted({urls.host_of(redirect.from_url) for redirect in plan.redirects})
    for host in hosts:
        lines += ["", f"# In the server block of {_text(host)}:"]
        for redirect in plain:
            if urls.host_of(redirect.from_url) == host:
                path, target = _path(redirect.from_url), _target(redirect.to_url)
                lines += [f"# {_comment(redirect)}", f'location = "{path}" {{ return 301 "{target}"; }}']
        if any(urls.host_of(redirect.from_url) == host for redirect in mapped):
            lines.append("if ($linkworthy_to) { return 301 $linkworthy_to; }")
    for title, texts in (("No page is near enough; choose one", plan.open), ("Left out", plan.problems)):
        if texts:
            lines += ["", f"# {title}:", *(f"#   {_text(text)}" for text in texts)]
    return "\n".join(lines) + "\n"


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


def _end(url: str, ends: Mapping[str, str]) -> str | None:
    """Follow rules to the last one, null where they come back."""
    seen = {url}
    target = ends[url]
    while target in ends:
        if target in seen:
            return None
        seen.add(target)
        target = ends[target]
    return None if target in seen else target


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


def _path(url: str) -> str:
    """Give path and query of a URL."""
    parts = urls.split(url)
    return parts.path + ("?" + parts.query if parts.query else "")


def _pattern(url: str) -> str:
    """Give the pattern that matches a host and request exactly, whatever the query where the URL has none."""
    path = _path(url)
    text = re.sub(r"[^A-Za-z0-9]", lambda found: "\\" + found.group(), urls.host_of(url) + path)
    pattern = f"~^{text}{'' if '?' in path else '([?].*)?'}$"
    return pattern.replace("\\", "\\\\").replace('"', '\\"')


def _target(url: str) -> str:
    """Percent-encode whatever could mean something to nginx: quotes, dollars, semicolons, braces, white space."""
    return "".join(c if c in _SAFE else "".join(f"%{byte:02X}" for byte in c.encode()) for c in url)


def _comment(redirect: Redirect) -> str:
    visits = "" if redirect.n_visits is None else f", visits: {redirect.n_visits}"
    return _text(f"referring domains: {redirect.n_referring_domains}{visits}; {redirect.why}")


def _text(text: str) -> str:
    """Keep a text on its line."""
    return "".join(c if c.isprintable() else " " for c in text)
