"""Google Search Console, told by what the columns hold, because headers and dates come in the owner's language."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.site import SiteConfig
from linkworthy.sources import dates, numbers
from linkworthy.sources.forms import Form, layout_of, opinions_of
from linkworthy.sources.layouts import Grid, Layout, is_host, is_url, named

VENDOR = "search-console"
_OTHERS = frozenset(
    {
        "url", "urls", "source", "source url", "source page", "page", "page url", "link", "links", "backlink",
        "backlinks", "address", "date", "first seen", "last seen", "discovered", "created", "added", "timestamp",
        "domain", "host", "website", "rank",
    }
)  # fmt: skip
"""Header words of anybody's list, which Search Console does not use."""
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "null", "none", "nan"})
"""Cells that say that there is nothing."""
_NUMBERED = frozenset({"", "#", "no", "no.", "nr", "nr.", "index"})
"""Headers of a column that counts the rows."""
_TITLE_ROWS = 10
_PERFORMANCE = {
    5: ("clicks", "impressions", "ctr", "position"),
    9: ("clicks", "", "impressions", "", "ctr", "", "position", ""),
}
"""Columns after the first, by the number of all; where two spans are compared each comes twice, the newer one first."""
_METRICS = (("clicks",), ("impressions",))
_METRIC_ROLES = {
    "clicks": ("clicks",), "impressions": ("impressions",), "position": ("position", "average position"),
    "day": ("date", "day"), "country": ("country",),
}  # fmt: skip
_BY_NAME = (
    Form(
        vendor=VENDOR, title="Search Console performance, queries", table="keyword_reports", needs=("keyword",),
        signs=(("query", "queries", "top queries"), *_METRICS),
        roles=_METRIC_ROLES | {"keyword": ("query", "queries", "top queries"), "url": ("page", "url",
            "landing page")},
    ),
    Form(
        vendor=VENDOR, title="Search Console performance, pages", table="page_reports", needs=("url",),
        signs=(("page", "pages", "top pages", "landing page"), *_METRICS), never=("avg position", "avg. position"),
        roles=_METRIC_ROLES | {"url": ("page", "pages", "top pages", "landing page")},
    ),
)  # fmt: skip
"""Its API's answers as a table, and exports of fewer metrics."""


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    listed = tomllib.loads(
        resources.files("linkworthy.words").joinpath("search_console.toml").read_text(encoding="utf-8")
    )
    return {name: frozenset(map(str.casefold, words)) for name, words in listed.items()}


def recognise_named(grid: Grid) -> Layout | None:
    """Tell performance data by English headers, null where it is another's."""
    return layout_of(grid, _BY_NAME)


class _Table(NamedTuple):
    """The columns of a file that hold anything, below its header."""

    grid: Grid
    n_header: int
    """Rows up to and with the header."""
    header: tuple[str, ...]
    columns: tuple[list[str], ...]
    """Their cells, without spaces around."""
    places: tuple[int, ...]
    """Where each stands in the file."""

    def layout(self, table: str, roles: Mapping[str, int], words: str) -> Layout:
        """Give the layout for roles by the place among these columns."""
        width = len(self.grid.rows[self.n_header - 1])
        at = {role: self.places[n] for role, n in roles.items()}
        header = self.grid.rows[self.n_header - 1]
        days = self.columns[roles["last_seen"]] if "last_seen" in roles else []
        figures = [cell for column in self.columns[1:] for cell in column if cell]
        return Layout(
            reported_by=VENDOR,
            recognised_as=words,
            delimiter=self.grid.delimiter,
            n_columns=width,
            skip_bytes=self.grid.starts[self.n_header - 1],
            roles=at,
            opinions=opinions_of(header, [named(cell) for cell in header], at.values()),
            date_order=dates.order_of(days),
            table=table,
            decimal_mark=numbers.decimal_mark(figures, self.grid.delimiter),
        )


def recognise(grid: Grid, config: SiteConfig) -> Layout | None:
    """Tell the layout by what each column holds; null where it is another's.

    Titles above the header, empty columns, and rows that are dirt among many clean ones do not matter.
    Raises: InputError where it is a part of the performance export that names neither pages nor queries.
    """
    widths = Counter(map(len, grid.rows))
    width = max(widths, key=lambda n: (widths[n], n), default=0)
    n_header = next((n for n, row in enumerate(grid.rows, 1) if len(row) == width and sum(map(bool, row)) > 1), 0)
    if not n_header or n_header > _TITLE_ROWS or any(map(is_url, grid.rows[n_header - 1])):
        return None
    header = grid.rows[n_header - 1]
    rows = [row for row in grid.without(n_header) if len(row) == width]
    if 2 * len(rows) <= len(grid.without(n_header)):
        return None
    _refuse_filters(header)
    columns = [[row[n].strip() for row in rows] for n in range(width)]
    held = tuple(n for n in range(width) if any(cell.casefold() not in _NOTHING for cell in columns[n]))
    if len(held) > 1 and named(header[held[0]]) in _NUMBERED and numbers.are_places(columns[held[0]]):
        unnumbered = held[1:]
    else:
        unnumbered = held
    chosen = dict.fromkeys((tuple(range(width)), held, unnumbered))
    for places in chosen:
        table = _Table(grid, n_header, tuple(header[n] for n in places), tuple(columns[n] for n in places), places)
        found = (
            _performance(table) or _links(table) or _sites(table) or _pages(table, config) or _texts(table)
            if len(table.columns) > 1
            else _pages_alone(table)
        )
        if found:
            return found
    return None


def recognise_list(grid: Grid) -> Layout | None:
    """Tell lists of one column by their header in any known language: sample links, linking text."""
    rows = grid.without(1)
    if not grid.rows or not grid.rows[0] or not rows:
        return None
    table = _Table(grid, 1, grid.rows[0][:1], ([row[0].strip() for row in rows if row],), (0,))
    if found := _pages_alone(table):
        return found
    if named(table.header[0]) in _words()["link_text"] and not _most(is_url, table.columns[0]):
        told = f"by its header {table.header[0].strip()!r}"
        return table.layout("anchor_reports", {"anchor": 0}, f"Search Console top linking text, {told}")
    return None


def _pages_alone(table: _Table) -> Layout | None:
    """Tell a list of sample links: its only column is headed as linking pages are in some language."""
    if not table.columns or named(table.header[0]) not in _words()["linking_page"]:
        return None
    if not _most(is_url, table.columns[0]):
        return None
    words = f"Search Console more sample links, by its header {table.header[0].strip()!r}"
    return table.layout("observations", {"source": 0}, words)


def _most(holds: Callable[[str], bool], cells: Sequence[str]) -> bool:
    """Tell whether most cells that are filled are of a kind."""
    filled = [cell for cell in cells if cell.casefold() not in _NOTHING]
    return 10 * sum(map(holds, filled)) > 6 * len(filled)


def _refuse_filters(header: Sequence[str]) -> None:
    if len(header) == 2 and named(header[0]) in _words()["filter"]:
        raise InputError("the filters of a Search Console export: what was asked, and no data; import its other parts")


_NO_LINKS = frozenset({
    "keyword", "keywords", "traffic", "visits", "visitors", "volume", "competitor", "competitors", "competition",
    "rank", "rating", "authority", "score", "revenue", "cost", "clicks", "impressions", "queries", "sessions",
})  # fmt: skip
"""Words in headers of tables about domains that need not link."""


def _are_counts(columns: Sequence[Sequence[str]]) -> bool:
    return all(_most(numbers.is_count, column) for column in columns)


def _links(table: _Table) -> Layout | None:
    if len(table.columns) != 2 or any(named(cell) in _OTHERS for cell in table.header):
        return None
    pages, days = table.columns
    if not _most(is_url, pages) or not _most(dates.is_date, days):
        return None
    words = "Search Console latest links, by a column of URLs and one of dates"
    return table.layout("observations", {"source": 0, "last_seen": 1}, words)


def _sites(table: _Table) -> Layout | None:
    if len(table.columns) not in {2, 3}:
        return None
    hosts, *counts = table.columns
    if not _most(is_host, hosts) or not _are_counts(counts):
        return None
    if len(counts) == 1 and any(named(cell) in _OTHERS - {"website"} for cell in table.header):
        return None
    if any(not _NO_LINKS.isdisjoint(named(cell).split()) for cell in table.header):
        return None
    roles = dict(zip(("host", "n_links", "n_targets"), range(len(table.columns)), strict=False))
    words = (
        f"Search Console top linking sites, by a column of hosts and {'two' if len(counts) == 2 else 'one'} of counts"
    )
    return table.layout("domain_reports", roles, words)


def _pages(table: _Table, config: SiteConfig) -> Layout | None:
    """Tell the list of top linked pages: own ones, or plainly those of one other site."""
    if len(table.columns) not in {2, 3}:
        return None
    pages, *counts = table.columns
    if not _are_counts(counts) or not _most(is_url, pages):
        return None
    found = [cell for cell in pages if is_url(cell)]
    is_own = 2 * sum(_is_own(page, config) for page in found) > len(found)
    is_named = named(table.header[0]) in _words()["target_page"]
    if not is_own and not is_named:
        sites = {urls.domain_of(url) for page in found if (url := urls.normalise(page))}
        if len(sites) != 1 or len(found) < 2 or any(named(cell) in _OTHERS for cell in table.header):
            return None
    if is_own and len(counts) == 1 and named(table.header[0]) in _OTHERS:
        return None
    roles = {"url": 0, "n_links": 1, "n_domains": 2} if len(counts) == 2 else {"url": 0}
    words = (
        f"Search Console top linked pages, by a column of pages and {'two' if len(counts) == 2 else 'one'} of counts"
    )
    return table.layout("page_reports", roles, words)


def _texts(table: _Table) -> Layout | None:
    """Tell the list of linking text: places from 1 on, and a text that is seldom a URL."""
    if len(table.columns) != 2 or any(named(cell) in _OTHERS - {"rank"} for cell in table.header):
        return None
    ranks, texts = table.columns
    if _most(is_url, texts) or all(map(numbers.is_count, texts)) or not numbers.are_places(ranks):
        return None
    words = "Search Console top linking text, by a column of places from 1 on and one of texts"
    return table.layout("anchor_reports", {"rank": 0, "anchor": 1}, words)


def _performance(table: _Table) -> Layout | None:
    """Tell the parts of the performance export: a label, counts, a percentage and a place."""
    metrics = _PERFORMANCE.get(len(table.columns))
    if metrics is None:
        return None
    labels, *columns = table.columns
    fits = {"clicks": numbers.is_count, "impressions": numbers.is_count, "ctr": _is_rate}
    metric = ""
    for name, column in zip(metrics, columns, strict=True):
        metric = name or metric
        if not _most(fits.get(metric, _is_number), column) and any(column):
            return None
    if named(table.header[0]) in _OTHERS - {"date", "page"} or not any(map(any, columns)):
        return None
    roles = {name: place for place, name in enumerate(metrics, 1) if name and name != "ctr"}
    told = "by a column of {} and four metrics"
    if _most(is_url, labels):
        return table.layout(
            "page_reports", roles | {"url": 0}, f"Search Console performance, pages, {told.format('pages')}"
        )
    _refuse_sums(named(table.header[0]), labels)
    return table.layout(
        "keyword_reports", roles | {"keyword": 0}, f"Search Console performance, queries, {told.format('texts')}"
    )


def _refuse_sums(head: str, labels: Sequence[str]) -> None:
    parts = {"country": "country", "device": "device", "appearance": "search appearance"}
    part = next((part for name, part in parts.items() if head in _words()[name]), None)
    if part is None and _most(dates.is_date, labels):
        part = "day"
    if part:
        raise InputError(
            f"Search Console performance by {part}: sums of the whole site, of no page and no query; "
            "import 'Queries' and 'Pages' of the same export"
        )


def _is_rate(text: str) -> bool:
    """Tell whether a text is a percentage, or the part of one that a spreadsheet holds behind it."""
    number = numbers.decimal_number(text, "," if "," in text else ".")
    return numbers.is_percentage(text) or (number is not None and 0 <= number <= 1)


def _is_number(text: str) -> bool:
    return any(numbers.decimal_number(text, mark) is not None for mark in ".,")


def _is_own(text: str, config: SiteConfig) -> bool:
    url = urls.normalise(text)
    return url is not None and config.is_own_host(urls.host_of(url))
