"""Public lists of popular sites: Tranco, Majestic Million, CrUX, Open PageRank, Common Crawl's ranks."""

from __future__ import annotations

from linkworthy.sources import numbers
from linkworthy.sources.forms import Form, layout_of
from linkworthy.sources.layouts import Grid, Layout, is_host

TABLE = "popularity"
_FORMS = (
    Form(
        vendor="majestic-million", title="Majestic Million", table=TABLE, needs=("rank", "host"),
        signs=(("global rank",), ("domain",), ("ref sub nets",)),
        roles={"rank": ("global rank",), "host": ("domain",), "score": ("ref sub nets",)},
    ),
    Form(
        vendor="crux", title="CrUX ranks", table=TABLE, needs=("rank", "host"), signs=(("origin",), ("rank",
            "experimental.popularity.rank")),
        roles={"rank": ("rank", "experimental.popularity.rank"), "host": ("origin",)},
    ),
    Form(
        vendor="open-pagerank", title="Open PageRank", table=TABLE, needs=("rank", "host"),
        signs=(("rank",), ("domain",), ("open page rank", "open pagerank", "page rank decimal", "openpagerank")),
        roles={"rank": ("rank",), "host": ("domain",), "score": ("open page rank", "open pagerank",
            "page rank decimal", "openpagerank")},
    ),
    Form(
        vendor="common-crawl", title="Common Crawl ranks", table=TABLE, needs=("rank", "reversed_host"),
        signs=(("#harmonicc pos", "harmonicc pos"), ("#host rev", "host rev", "#domain rev", "domain rev")),
        roles={
            "rank": ("#harmonicc pos", "harmonicc pos"), "score": ("#harmonicc val", "harmonicc val"),
            "reversed_host": ("#host rev", "host rev", "#domain rev", "domain rev"),
        },
    ),
    Form(
        vendor="tranco", title="Tranco list", table=TABLE, needs=("rank", "host"), signs=(("rank",), ("domain",)),
        never=("traffic", "dr", "da", "backlinks", "links", "url", "anchor"), roles={"rank": ("rank",),
            "host": ("domain",)},
    ),
)  # fmt: skip
_LEAST_ROWS = 2


def recognise(grid: Grid) -> Layout | None:
    """Tell the list by its header, Tranco's by its two columns; null where it is none of these."""
    if layout := layout_of(grid, _FORMS):
        return layout if layout.reported_by != "tranco" or layout.n_columns == 2 else None
    return _unnamed(grid)


def _unnamed(grid: Grid) -> Layout | None:
    """Tell a list without header: places that grow by one, and hosts."""
    pairs = [row for row in grid.rows if len(row) == 2]
    if len(pairs) < _LEAST_ROWS or 10 * len(pairs) < 9 * len(grid.rows):
        return None
    n_hosts = sum(is_host(host) for _, host in pairs)
    if not numbers.are_places([rank for rank, _ in pairs]) or 10 * n_hosts < 7 * len(pairs):
        return None
    return Layout(
        reported_by="tranco",
        recognised_as="Tranco list, by a column of places from 1 on and one of domains, without header",
        delimiter=grid.delimiter,
        n_columns=2,
        skip_bytes=grid.lead,
        roles={"rank": 0, "host": 1},
        table=TABLE,
    )
