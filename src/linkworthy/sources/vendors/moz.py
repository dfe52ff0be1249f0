"""Moz: Open Site Explorer's export behind its preamble, and Link Explorer's."""

from __future__ import annotations

from linkworthy.sources.forms import Form, layout_of
from linkworthy.sources.layouts import Grid, Layout

_VENDOR = "moz"
_PAGE = ("page authority", "pa", "url page authority", "source page authority")
_DOMAIN = ("domain authority", "da", "url domain authority", "source domain authority")
_TARGET = ("target url", "target page", "links to", "target")
_ANCHOR = ("anchor text", "anchor")
_SEEN = {
    "first_seen": ("first seen", "date first seen", "discovered", "date discovered"),
    "last_seen": ("last seen", "last crawled", "date last seen", "last crawled date"),
    "lost": ("date lost", "lost", "lost date", "disappeared", "date disappeared"),
}
_FORMS = (
    Form(
        vendor=_VENDOR, title="Moz inbound links", needs=("source",),
        signs=(
            ("url", "source url", "source page", "linking page", "page url"), (*_PAGE, *_DOMAIN, "moz rank"),
            (*_TARGET, *_ANCHOR, "link equity", "link state", "link type", "link flag"),
        ),
        never=("dr", "domain rating", "page ascore", "trust flow", "source trust flow"),
        roles=_SEEN | {
            "source": ("url", "source url", "source page", "linking page", "page url"),
            "target": _TARGET,
            "anchor": _ANCHOR,
            "title": ("title", "source title", "page title"),
            "nofollow": ("only rel=nofollow", "nofollow", "is nofollow", "rel=nofollow"),
            "follow": ("only follow", "followed", "follow"),
            "kind": ("link type", "link flag", "link flags"),
        },
        kinds={
            **dict.fromkeys(("text", "dofollow", "nofollow", "ugc", "sponsored", "equity"), "text"), "image": "image",
            "redirect": "redirect", "301": "redirect", "canonical": "canonical", "frame": "frame", "form": "form",
        },
        lost_flags=("link state", "link status"),
    ),
    Form(
        vendor=_VENDOR, title="Moz top pages", table="page_reports", needs=("url",),
        signs=(
            ("url", "page", "page url"), _PAGE,
            ("linking domains to page", "linking domains", "number of domains linking to this page",
             "root domains linking to page", "total links", "http status", "http status code", "inbound links"),
        ),
        never=("dr", "domain rating", "page ascore", "anchor text", "domain", "root domain"),
        roles={
            "url": ("url", "page url", "page"),
            "n_links": ("external links", "external links to page", "total external links", "inbound links"),
            "n_domains": ("linking domains to page", "linking domains", "number of domains linking to this page",
                          "root domains linking to page"),
            "status": ("http status", "http status code", "status", "status code", "http response"),
            "day": ("last crawled",),
        },
    ),
    Form(
        vendor=_VENDOR, title="Moz linking domains", table="domain_reports", needs=("host",),
        signs=(
            ("root domain", "linking domain", "domain", "linking root domain", "linking domains"),
            ("domain authority", "da"),
            ("linking domains", "spam score", "links to target", "total links", "linking root domains",
                "link equity", "links",
             "linking domains to domain", "first seen"),
        ),
        never=("dr", "domain rating", "page ascore", "url"),
        roles=_SEEN | {
            "host": ("root domain", "linking domain", "domain", "linking root domain", "linking domains"),
            "n_links": ("links to target", "links to site", "links to your site"),
            "n_followed": ("followed links", "followed links to target"),
        },
    ),
    Form(
        vendor=_VENDOR, title="Moz anchor text", table="anchor_reports", needs=("anchor",),
        signs=(
            _ANCHOR,
            ("linking root domains", "number of linking root domains", "root domains", "linking domains",
             "total root domains", "external root domains"),
            ("external links", "total links", "number of links", "total external links", "external pages", "links",
             "followed linking domains", "total external followed links"),
        ),
        never=("url", "domain", "source url"),
        roles={
            "anchor": _ANCHOR,
            "n_links": ("external links", "total external links", "external pages", "total links",
                "number of links", "links"),
            "n_followed": ("followed links", "total external followed links"),
            "n_domains": ("linking root domains", "number of linking root domains", "external root domains",
                "root domains",
                          "linking domains", "total root domains"),
        },
    ),
)  # fmt: skip


def recognise(grid: Grid) -> Layout | None:
    """Tell the layout by its header, null where it is another tool's."""
    return layout_of(grid, _FORMS)
