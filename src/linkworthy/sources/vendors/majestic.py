"""Majestic: backlinks of its reports and its API, referring domains, anchors and pages."""

from __future__ import annotations

from linkworthy.sources.forms import Form, layout_of
from linkworthy.sources.layouts import Grid, Layout

_VENDOR = "majestic"
_SOURCE = ("source url",)
_FLOW = (
    "source trust flow", "source citation flow", "domain trust flow", "trust flow", "citation flow",
    "target trust flow",
    "flag no follow", "flag redirect", "flag deleted", "first indexed date", "ac rank", "source ac rank",
)  # fmt: skip
_KINDS = {
    "textlink": "text", "text link": "text", "text": "text", "imagelink": "image", "image link": "image",
    "image": "image",
    "images": "image", "alttext": "image", "alt text": "image", "redirect": "redirect", "frame": "frame",
    "iframe": "frame",
    "canonical": "canonical", "mention": "", "none": "text",
}  # fmt: skip
_LINKS = Form(
    vendor=_VENDOR, title="Majestic backlinks", needs=("source",), signs=(_SOURCE, _FLOW),
    roles={
        "source": _SOURCE,
        "target": ("target url",),
        "anchor": ("anchor text", "anchor"),
        "title": ("source title", "title"),
        "first_seen": ("first indexed date", "first indexed", "date first indexed", "first seen",
            "first crawled date", "source first found date", "first found date"),
        "last_seen": ("last seen date", "last seen", "date last seen", "last crawl date", "last crawled date",
            "source crawl date"),
        "lost": ("date lost", "lost date", "lost"),
        "nofollow": ("flag no follow", "flag nofollow", "nofollow", "no follow"),
        "ugc": ("flag ugc", "ugc"),
        "sponsored": ("flag sponsored", "sponsored"),
        "kind": ("link type",),
    },
    kinds=_KINDS,
    flag_kinds={
        "redirect": ("flag redirect",), "frame": ("flag frame",), "mention": ("flag mention",),
        "image": ("flag images", "flag image", "flag image link"), "alttext": ("flag alt text",),
    },
    lost_flags=("flag deleted",),
)  # fmt: skip
_FORMS = (
    _LINKS,
    Form(
        vendor=_VENDOR, title="Majestic referring domains", table="domain_reports", needs=("host",),
        signs=(
            ("domain", "referring domain", "ref domain"),
            ("trust flow", "citation flow", "domain trust flow", "topical trust flow topic 0", "alexa rank",
                "matched links",
             "ref domain types live", "total domain links"),
            ("backlinks", "matched links", "external back links", "ref domains", "referring domains", "total links",
             "ref domain types live", "first link date", "matched links date", "ext back links",
             "total domain links"),
        ),
        never=("dr", "domain rating", "anchor text", "global rank"),
        roles={
            "host": ("domain", "referring domain", "ref domain"),
            "n_links": ("matched links", "backlinks", "total domain links", "links", "total links"),
            "n_followed": ("matched links followed", "followed links"),
            "n_targets": ("matched urls", "target urls"),
            "first_seen": ("first link date", "first seen", "first crawled", "first found"),
            "last_seen": ("last successful crawl", "last crawled", "last seen", "last link date"),
        },
    ),
    Form(
        vendor=_VENDOR, title="Majestic anchor text", table="anchor_reports", needs=("anchor",),
        signs=(
            ("anchor text", "anchor"), ("ref domains", "referring domains", "refdomains"),
            ("total links", "external links", "external backlinks", "ext back links", "deleted links",
                "no follow links",
             "nofollow links", "estimated link trust flow", "trust flow", "citation flow"),
        ),
        never=("domain", "url", "source url", "dofollow links", "top dr"),
        roles={
            "anchor": ("anchor text", "anchor"),
            "n_links": ("total links", "external links", "external backlinks", "ext back links", "backlinks"),
            "n_domains": ("ref domains", "referring domains", "refdomains"),
        },
    ),
    Form(
        vendor=_VENDOR, title="Majestic pages", table="page_reports", needs=("url",),
        signs=(
            ("url", "page"), ("citation flow", "trust flow", "ac rank"),
            ("ext back links", "external back links", "external backlinks", "referring domains", "ref domains",
                "backlinks",
             "last crawl result", "crawl result"),
        ),
        never=("domain", "anchor text", "global rank"),
        roles={
            "url": ("url", "page"),
            "n_links": ("ext back links", "external back links", "external backlinks", "backlinks"),
            "n_domains": ("ref domains", "referring domains"),
            "day": ("date", "last crawled", "last crawl date"),
        },
    ),
)  # fmt: skip


def recognise(grid: Grid) -> Layout | None:
    """Tell the layout by its header, null where it is another tool's."""
    return layout_of(grid, _FORMS)
