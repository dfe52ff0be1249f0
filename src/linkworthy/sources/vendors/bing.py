"""Bing Webmaster Tools: the three files of its backlinks report, and its search performance."""

from __future__ import annotations

from linkworthy.sources.forms import Form, headers, layout_of
from linkworthy.sources.layouts import Grid, Layout

_VENDOR = "bing"
_COUNT = ("backlinks count", "backlink count", "backlinkscount")
_PAGES = ("Source Url", "Anchor text", "Target Url")
"""To the letter: other people's tables have these three columns too."""
_LINKS = Form(
    vendor=_VENDOR, title="Bing backlinks, pages", needs=("source", "target"),
    signs=(("source url",), ("anchor text",), ("target url",)),
    roles={"source": ("source url",), "target": ("target url",), "anchor": ("anchor text",)},
)  # fmt: skip
_FORMS = (
    Form(
        vendor=_VENDOR, title="Bing backlinks, domains", table="domain_reports", signs=(("domain",), _COUNT),
        needs=("host",),
        roles={"host": ("domain",), "n_links": _COUNT},
    ),
    Form(
        vendor=_VENDOR, title="Bing backlinks, anchors", table="anchor_reports", needs=("anchor",),
        signs=(("anchor", "anchor text"), _COUNT),
        roles={"anchor": ("anchor", "anchor text"), "n_links": _COUNT},
    ),
    Form(
        vendor=_VENDOR, title="Bing search performance, queries", table="keyword_reports", needs=("keyword",),
        signs=(("keyword",), ("impressions",), ("clicks",), ("avg position", "avg. position", "average position")),
        roles={
            "keyword": ("keyword",), "clicks": ("clicks",), "impressions": ("impressions",), "day": ("date",),
            "position": ("avg position", "avg. position", "average position"), "url": ("page", "url"),
        },
    ),
    Form(
        vendor=_VENDOR, title="Bing search performance, pages", table="page_reports", needs=("url",),
        signs=(("page",), ("impressions",), ("clicks",), ("avg position", "avg. position", "average position")),
        roles={
            "url": ("page",), "clicks": ("clicks",), "impressions": ("impressions",), "day": ("date",),
            "position": ("avg position", "avg. position", "average position"),
        },
    ),
)  # fmt: skip


def recognise(grid: Grid) -> Layout | None:
    """Tell the layout by its header, null where it is another tool's."""
    cells = {tuple(cell.strip('\ufeff "') for cell in row) for _, row, _ in headers(grid)}
    return layout_of(grid, (_LINKS,) if _PAGES in cells else _FORMS)
