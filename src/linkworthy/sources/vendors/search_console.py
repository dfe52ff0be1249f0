"""Google Search Console, told by what the columns hold, because headers and dates come in the owner's language."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.site import SiteConfig
from linkworthy.sources import dates, numbers
from linkworthy.sources.forms import Form, cells_of, layout_of, opinions_of
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


def recognise(grid: Grid, config: SiteConfig) -> Layout | None:
    """Tell the layout by what each column holds; null where it is another's.

    Raises: InputError where it is a part of the performance export that names neither pages nor queries.
    """
    header = grid.rows[0]
    rows = [row for row in grid.without(1) if len(row) == len(header)]
    if not rows or len(rows) * 10 < len(grid.without(1)) * 9 or any(map(is_url, header)):
        return None
    _refuse_filters(header)
    return (
        _performance(grid, header, rows)
        or _links(grid, header, rows)
        or _sites(grid, header, rows)
        or _pages(grid, header, rows, config)
        or _texts(grid, header, rows)
    )


def recognise_list(grid: Grid) -> Layout | None:
    """Tell lists of one column by their header in any known language: sample links, linking text."""
    head, words = (named(grid.rows[0][0]) if grid.rows and grid.rows[0] else ""), _words()
    rows = grid.without(1)
    if head in words["linking_page"] and rows and _most(is_url, [row[0] for row in rows]):
        told = f"by its header {grid.rows[0][0].strip()!r}"
        return _layout(grid, "observations", {"source": 0}, f"Search Console more sample links, {told}")
    if head in words["link_text"] and not any(is_url(row[0]) for row in rows):
        told = f"by its header {grid.rows[0][0].strip()!r}"
        return _layout(grid, "anchor_reports", {"anchor": 0}, f"Search Console top linking text, {told}")
    return None


def _most(holds: object, cells: Sequence[str]) -> bool:
    return callable(holds) and sum(map(holds, cells)) * 10 >= len(cells) * 9


def _refuse_filters(header: Sequence[str]) -> None:
    if len(header) == 2 and named(header[0]) in _words()["filter"]:
        raise InputError("the filters of a Search Console export: what was asked, and no data; import its other parts")


def _are_counts(columns: Sequence[Sequence[str]]) -> bool:
    return any(columns[0]) and all(not cell or numbers.is_count(cell) for column in columns for cell in column)


def _columns(rows: Sequence[tuple[str, ...]]) -> list[list[str]]:
    return [[row[n].strip() for row in rows] for n in range(len(rows[0]))]


def _layout(grid: Grid, table: str, roles: dict[str, int], words: str, rows: Sequence[tuple[str, ...]] = ()) -> Layout:
    header = grid.rows[0]
    return Layout(
        reported_by=VENDOR,
        recognised_as=words,
        delimiter=grid.delimiter,
        n_columns=len(header),
        skip_bytes=grid.starts[0],
        roles=roles,
        opinions=opinions_of(header, [named(cell) for cell in header], roles.values()),
        date_order=dates.order_of(cells_of(rows, [roles["last_seen"]])) if "last_seen" in roles else None,
        table=table,
        decimal_mark=numbers.decimal_mark(cells_of(rows, range(1, len(header)))),
    )


def _links(grid: Grid, header: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Layout | None:
    if len(header) != 2 or any(named(cell) in _OTHERS for cell in header):
        return None
    pages, days = _columns(rows)
    if not _most(is_url, pages) or not _most(dates.is_date, days):
        return None
    words = "Search Console latest links, by a column of URLs and one of dates"
    return _layout(grid, "observations", {"source": 0, "last_seen": 1}, words, rows)


def _sites(grid: Grid, header: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Layout | None:
    if len(header) != 3:
        return None
    hosts, *counts = _columns(rows)
    if not all(map(is_host, hosts)) or not _are_counts(counts):
        return None
    words = "Search Console top linking sites, by a column of hosts and two of counts"
    return _layout(grid, "domain_reports", {"host": 0, "n_links": 1, "n_targets": 2}, words, rows)


def _pages(grid: Grid, header: Sequence[str], rows: Sequence[tuple[str, ...]], config: SiteConfig) -> Layout | None:
    """Tell the list of top linked pages: own ones, or plainly those of one other site."""
    if len(header) not in {2, 3}:
        return None
    pages, *counts = _columns(rows)
    if not _are_counts(counts) or not _most(is_url, pages):
        return None
    is_own = 2 * sum(_is_own(page, config) for page in pages) > len(pages)
    is_named = named(header[0]) in _words()["target_page"]
    if not is_own and not is_named:
        sites = {urls.domain_of(url) for page in pages if (url := urls.normalise(page))}
        if len(sites) != 1 or len(rows) < 2 or any(named(cell) in _OTHERS for cell in header):
            return None
    if is_own and len(header) == 2 and named(header[0]) in _OTHERS:
        return None
    roles = {"url": 0, "n_links": 1, "n_domains": 2} if len(header) == 3 else {"url": 0}
    words = (
        f"Search Console top linked pages, by a column of pages and {'two' if len(header) == 3 else 'one'} of counts"
    )
    return _layout(grid, "page_reports", roles, words, rows)


def _texts(grid: Grid, header: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Layout | None:
    """Tell the list of linking text: places from 1 on, and a text that is no URL."""
    if len(header) != 2 or any(named(cell) in _OTHERS - {"rank"} for cell in header):
        return None
    ranks, texts = _columns(rows)
    if any(map(is_url, texts)) or all(map(numbers.is_count, texts)):
        return None
    if [numbers.whole_number(rank) for rank in ranks] != list(range(1, len(ranks) + 1)):
        return None
    words = "Search Console top linking text, by a column of places from 1 on and one of texts"
    return _layout(grid, "anchor_reports", {"rank": 0, "anchor": 1}, words, rows)


def _performance(grid: Grid, header: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Layout | None:
    """Tell the parts of the performance export: a label, counts, a percentage and a place."""
    metrics = _PERFORMANCE.get(len(header))
    if metrics is None:
        return None
    labels, *columns = _columns(rows)
    fits = {"clicks": numbers.is_count, "impressions": numbers.is_count, "ctr": _is_rate}
    metric = ""
    for name, column in zip(metrics, columns, strict=True):
        metric = name or metric
        if not _most(fits.get(metric, _is_number), [cell for cell in column if cell]):
            return None
    if named(header[0]) in _OTHERS - {"date", "page"}:
        return None
    roles = {name: place for place, name in enumerate(metrics, 1) if name and name != "ctr"}
    told = "by a column of {} and four metrics"
    if _most(is_url, labels):
        words = f"Search Console performance, pages, {told.format('pages')}"
        return _layout(grid, "page_reports", roles | {"url": 0}, words, rows)
    _refuse_sums(named(header[0]), labels)
    words = f"Search Console performance, queries, {told.format('texts')}"
    return _layout(grid, "keyword_reports", roles | {"keyword": 0}, words, rows)


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
