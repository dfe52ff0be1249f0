"""Google Search Console: latest links, told by what its columns hold, because its headers are translated."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.site import SiteConfig
from linkworthy.sources import dates
from linkworthy.sources.layouts import Grid, Layout, is_url, named

_OTHERS = frozenset(
    {
        "url", "urls", "source", "source url", "source page", "page", "page url", "link", "links", "backlink",
        "backlinks", "address", "date", "first seen", "last seen", "discovered", "created", "added", "timestamp",
    }
)  # fmt: skip
"""Header words of anybody's list, which Search Console does not use."""
_COUNT = re.compile(r"\d{1,3}(?:[.,'’\s\u00a0\u202f]\d{3})+|\d+")
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}")


def recognise(grid: Grid, config: SiteConfig) -> Layout | None:
    """Tell the layout by its columns, a URL and a date and nothing else; null where it is another's.

    Raises: InputError where it is a list of Search Console that names no linking pages.
    """
    header = grid.rows[0]
    rows = [row for row in grid.without(1) if len(row) == len(header)]
    if not rows or len(rows) * 10 < len(grid.without(1)) * 9 or any(map(is_url, header)):
        return None
    _refuse_others(rows, config)
    if len(header) != 2 or any(named(cell) in _OTHERS for cell in header):
        return None
    order = dates.order_of(row[1] for row in rows)
    told = sum(dates.is_date(row[1]) for row in rows)
    if sum(is_url(row[0]) for row in rows) * 10 < len(rows) * 9 or told * 10 < len(rows) * 9:
        return None
    return Layout(
        reported_by="search-console",
        recognised_as="Search Console latest links, by a column of URLs and one of dates",
        delimiter=grid.delimiter,
        n_columns=2,
        skip_bytes=grid.starts[0],
        roles={"source": 0, "last_seen": 1},
        date_order=order,
    )


def _refuse_others(rows: Sequence[tuple[str, ...]], config: SiteConfig) -> None:
    if len(rows[0]) not in {2, 3} or not all(_COUNT.fullmatch(cell.strip()) for row in rows for cell in row[1:]):
        return
    own = sum(is_url(row[0]) and _is_own(row[0], config) for row in rows)
    if 2 * own > len(rows):
        raise InputError(
            "a Search Console list of your own top linked pages: it names targets and no linking page; "
            "export 'Latest links'"
        )
    if len(rows[0]) == 3 and all(_HOST.fullmatch(row[0].strip()) for row in rows):
        raise InputError("a Search Console list of top linking sites: it names no linking page; export 'Latest links'")


def _is_own(text: str, config: SiteConfig) -> bool:
    url = urls.normalise(text)
    return url is not None and config.is_own_host(urls.host_of(url))
