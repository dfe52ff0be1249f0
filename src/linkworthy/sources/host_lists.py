"""Anybody's list of domains that link, without their pages: one a line, or as a column of a table."""

from __future__ import annotations

from linkworthy.sources import dates
from linkworthy.sources.forms import cells_of, opinions_of
from linkworthy.sources.layouts import Grid, Layout, find, is_host, is_url, named, roles_by_name
from linkworthy.sources.tables import header_words

_LEAST_HOSTS = 3
"""One or two words with a full stop in them may be anything."""
_COUNTS = (
    "links", "backlinks", "number of links", "number of backlinks", "link count", "backlink count", "total links",
    "total backlinks", "links to target", "n links", "liens", "enlaces", "anzahl links", "anzahl backlinks",
)  # fmt: skip
_LINKING = frozenset({
    "referring domain", "referring domains", "linking domain", "linking domains", "source domain", "domain from",
    "backlink domain", "linking site", "linking sites", "referring host", "linking host", "linking root domain",
})  # fmt: skip
_NAMED = _LINKING | {
    "domain",
    "domains",
    "host",
    "hosts",
    "hostname",
    "site",
    "website",
    "root domain",
    "domaine",
    "dominio",
}
_DATES = ("first_seen", "last_seen", "lost")


def recognise_hosts(grid: Grid) -> Layout | None:
    """Tell a plain list of hosts, one a line: domains that link, without a page. Null where it is none."""
    lines = [row[0].strip() for row in grid.rows if row and row[0].strip() and not row[0].lstrip().startswith("#")]
    n_header = 0 if not lines or is_host(lines[0]) else 1
    if not _are_hosts(lines[n_header:]):
        return None
    return Layout(
        reported_by="list",
        recognised_as="list of hosts, one a line",
        delimiter=grid.delimiter,
        n_columns=1,
        skip_bytes=grid.starts[0] if n_header and grid.rows[0][0].strip() == lines[0] else grid.lead,
        roles={"host": 0},
        table="domain_reports",
    )


def recognise_host_column(grid: Grid) -> Layout | None:
    """Tell a table with one column of hosts, and of URLs none: domains that link, with what is said of them.

    Its header must speak of links, for a table of domains may be one of competitors, too. Null where it does not, or
    where it cannot be told which of several columns is meant.
    """
    if len(grid.rows) < 2 or any(is_url(cell) for row in grid.rows for cell in row):
        return None
    header, rows = grid.rows[0], grid.without(1)
    if any(map(is_host, header)):
        return None
    names = [named(cell) for cell in header]
    least = [1 if name in _NAMED else _LEAST_HOSTS for name in names]
    columns = [place for place in range(len(header)) if _are_hosts(cells_of(rows, [place]), least[place])]
    if len(columns) != 1:
        return None
    roles = {role: place for role, place in roles_by_name(names, header_words()).items() if role in _DATES}
    roles["host"] = columns[0]
    count = find(names, *_COUNTS)
    if count is not None:
        roles["n_links"] = count
    elif names[columns[0]] not in _LINKING:
        return None
    return Layout(
        reported_by="list",
        recognised_as=f"table of domains, in column {header[columns[0]].strip()!r}, by what it holds",
        delimiter=grid.delimiter,
        n_columns=len(header),
        skip_bytes=grid.starts[0],
        roles=roles,
        opinions=opinions_of(header, names, roles.values()),
        date_order=dates.order_of(cells_of(rows, [roles[role] for role in _DATES if role in roles])),
        table="domain_reports",
    )


def _are_hosts(texts: list[str], least: int = _LEAST_HOSTS) -> bool:
    return len(texts) >= least and 10 * sum(map(is_host, texts)) >= 9 * len(texts)
