"""Semrush: backlinks, referring domains, anchors, pages, Backlink Audit, organic positions; files and API output."""

from __future__ import annotations

from dataclasses import replace

from linkworthy.sources.forms import Form, layout_of
from linkworthy.sources.layouts import Grid, Layout

_VENDOR = "semrush"
_SOURCE = ("source url",)
_AUDITED = (*_SOURCE, "source page", "source page url")
_SEEN = {"first_seen": ("first seen",), "last_seen": ("last seen",)}
_COUNTED = ("backlinks", "backlinks num", "total backlinks")
_DOMAINS = ("domains", "domains num", "referring domains")
_LINKS = Form(
    vendor=_VENDOR, title="Semrush backlinks", needs=("source",),
    signs=(
        _SOURCE, ("target url",),
        ("page ascore", "page score", "domain ascore", "external links", "external num", "internal links",
            "sitewide", "newlink",
         "new link", "lost link", "lostlink", "page authority score"),
    ),
    never=("toxicity score",),
    roles=_SEEN | {
        "source": _AUDITED,
        "target": ("target url", "target page", "target page url"),
        "anchor": ("anchor", "anchor text"),
        "title": ("source title",),
        "alt": ("image alt",),
        "nofollow": ("nofollow", "no follow"),
        "ugc": ("ugc",),
        "sponsored": ("sponsored",),
        "kind": ("type", "link type"),
    },
    kinds={"text": "text", "image": "image", "frame": "frame", "form": "form", "redirect": "redirect"},
    flag_kinds={"image": ("image",), "frame": ("frame",), "form": ("form",), "text": ("text",)},
    lost_flags=("lost link", "lostlink"),
)  # fmt: skip
_FORMS = (
    replace(
        _LINKS, title="Semrush Backlink Audit", never=(),
        signs=(_AUDITED, ("toxicity score", "toxicity", "toxic score", "toxic markers", "toxicity markers")),
    ),
    _LINKS,
    Form(
        vendor=_VENDOR, title="Semrush referring domains", table="domain_reports", needs=("host",),
        signs=(
            ("domain", "root domain"), ("domain ascore", "domain authority score", "ascore", "authority score",
                "domain score"),
            (*_COUNTED, "ip address", "ip", "country"),
        ),
        never=("url", "source url"),
        roles=_SEEN | {"host": ("domain", "root domain"), "n_links": _COUNTED, "n_followed": ("follow links",
            "follows num")},
    ),
    Form(
        vendor=_VENDOR, title="Semrush anchors", table="anchor_reports", needs=("anchor",),
        signs=(("anchor",), _DOMAINS, _COUNTED), never=("dofollow links", "top dr", "url", "source url"),
        roles=_SEEN | {"anchor": ("anchor",), "n_links": _COUNTED, "n_domains": _DOMAINS},
    ),
    Form(
        vendor=_VENDOR, title="Semrush indexed pages", table="page_reports", needs=("url",),
        signs=(("source url", "url", "target url", "page url"), _DOMAINS, _COUNTED,
               ("response code", "last seen", "title", "source title")),
        never=("anchor", "ur", "url rating", "page authority", "trust flow"),
        roles={
            "url": ("source url", "url", "target url", "page url"), "n_links": _COUNTED, "n_domains": _DOMAINS,
            "status": ("response code",), "day": ("last seen",),
        },
    ),
    Form(
        vendor=_VENDOR, title="Semrush organic positions", table="keyword_reports", needs=("keyword",),
        signs=(
            ("keyword",), ("position",), ("search volume", "volume"),
            ("traffic (%)", "keyword intents", "position type", "traffic cost", "number of results",
                "serp features by keyword",
             "keyword difficulty index", "keyword difficulty"),
        ),
        roles={
            "keyword": ("keyword",), "url": ("url",), "position": ("position",), "volume": ("search volume",
                "volume"),
            "traffic": ("traffic",), "day": ("timestamp", "date"), "country": ("country", "database"),
        },
    ),
    Form(
        vendor=_VENDOR, title="Semrush organic pages", table="page_reports", needs=("url",),
        signs=(("url",), ("traffic (%)",), ("traffic", "number of keywords", "keywords")), never=("keyword",),
        roles={"url": ("url",), "traffic": ("traffic",)},
    ),
)  # fmt: skip


def recognise(grid: Grid) -> Layout | None:
    """Tell the layout by its header, null where it is another tool's."""
    return layout_of(grid, _FORMS)
