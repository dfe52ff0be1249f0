"""Ahrefs: every export that speaks of links, old and new headers, and its API's names in a CSV."""

from __future__ import annotations

import re
from dataclasses import replace

from linkworthy.errors import InputError
from linkworthy.sources.forms import Form, headers, layout_of
from linkworthy.sources.layouts import Grid, Layout, find

_VENDOR = "ahrefs"
_SOURCE = ("referring page url", "ref. page url", "url from", "referring url", "source url")
_SIGNS = (
    "domain rating", "dr", "ur", "url rating", "url rating (desc)", "domain traffic", "ahrefs rank",
    "domain rating source",
    "ahrefs rank source", "url rating source",
)  # fmt: skip
_LINK_ROLES = {
    "target": ("target url", "link url", "url to"),
    "anchor_and_target": ("anchor and target url",),
    "anchor": ("anchor", "link anchor", "anchor text"),
    "title": ("referring page title", "ref. page title", "title"),
    "first_seen": ("first seen", "first seen link"),
    "last_seen": ("last seen", "last check", "last checked", "last visited", "ref. page checked"),
    "lost": ("lost", "day lost"),
    "nofollow": ("nofollow", "is nofollow"),
    "follow": ("is dofollow", "dofollow"),
    "ugc": ("ugc", "is ugc"),
    "sponsored": ("sponsored", "is sponsored"),
    "kind": ("type", "link type"),
    "alt": ("alt",),
    "rel": ("rel", "link attributes", "attributes"),
}
_OPINIONS = frozenset(
    {
        "domain rating", "dr", "ur", "url rating", "url rating (desc)", "domain traffic", "page traffic", "traffic",
        "referring domains", "linked domains", "external links", "keywords", "kw.", "is spam", "language", "platform",
        "referring page http code", "http status code", "target page http code", "target checked", "lost status",
        "drop reason", "discovered status", "page type", "page category", "links in group", "author",
        "redirect chain urls", "redirect chain status codes", "domain rating source", "ahrefs rank source",
        "url rating source", "traffic domain", "refdomains source", "linked domains source page", "http code",
        "links external", "lost reason", "languages", "broken redirect reason", "page category source",
        "page type source", "source page author", "link group count", "noindex", "intersect", "redirect code",
    }
)  # fmt: skip
_KINDS = {
    "text": "text", "href": "text", "content": "text", "dofollow": "text", "nofollow": "text", "ugc": "text",
    "sponsored": "text", "image": "image",
    "redirect": "redirect", "canonical": "canonical", "frame": "frame", "iframe": "frame", "form": "form",
    "rss": "", "alternate": "", "hreflang": "",
}  # fmt: skip
_SEEN = {
    "first_seen": ("first seen", "first seen (of ref. domain)"),
    "last_seen": ("last seen", "last check", "last checked"),
    "lost": ("lost", "day lost"),
}
_LINKS = Form(
    vendor=_VENDOR, title="Ahrefs backlinks", signs=(_SOURCE, _SIGNS), needs=("source",),
    roles={"source": _SOURCE, **_LINK_ROLES}, opinions=_OPINIONS, kinds=_KINDS, lost_flags=("is lost",),
)  # fmt: skip
_OLD_SOURCE = ("referring page",)
_FORMS = (
    replace(
        _LINKS, title="Ahrefs broken backlinks",
        signs=(_SOURCE, (*_SIGNS, "referring page http code", "linked domains"), ("target page http code",
            "broken redirect reason")),
    ),
    _LINKS,
    replace(_LINKS, signs=(_SOURCE, ("linked domains", "referring page http code", "links in group",
        "discovered status"))),
    replace(_LINKS, signs=(_OLD_SOURCE, _SIGNS), roles={"source": _OLD_SOURCE, **_LINK_ROLES}),
    Form(
        vendor=_VENDOR, title="Ahrefs referring domains", table="domain_reports", needs=("host",),
        signs=(
            ("domain", "referring domain"),
            ("dr", "domain rating", "ahrefs rank", "dofollow ref. domains", "dofollow refdomains"),
            ("links to target", "dofollow links", "total backlinks", "backlinks", "total links from ref. domain",
             "links from ref. domain", "new links"),
        ),
        roles=_SEEN | {
            "host": ("domain", "referring domain"),
            "n_links": ("links to target", "total backlinks", "backlinks", "total links from ref. domain",
                        "links from ref. domain"),
            "n_followed": ("dofollow links", "dofollow links to target", "dofollow backlinks"),
        },
    ),
    Form(
        vendor=_VENDOR, title="Ahrefs anchors", table="anchor_reports", needs=("anchor",),
        signs=(
            ("anchor", "anchor text"),
            ("referring domains", "ref. domains", "refdomains", "dofollow refdomains"),
            ("links to target", "dofollow links", "top dr", "top domain rating", "referring pages", "refpages",
             "total backlinks", "ref. pages"),
        ),
        never=("domain", "url"),
        roles=_SEEN | {
            "anchor": ("anchor", "anchor text"),
            "n_links": ("links to target", "total backlinks", "refpages", "referring pages", "ref. pages"),
            "n_followed": ("dofollow links", "dofollow backlinks", "dofollow"),
            "n_domains": ("referring domains", "ref. domains", "refdomains"),
        },
    ),
    Form(
        vendor=_VENDOR, title="Ahrefs organic keywords", table="keyword_reports", needs=("keyword",),
        signs=(
            ("keyword",), ("kd", "keyword difficulty", "difficulty"),
            ("current position", "position", "best position", "current organic traffic", "organic traffic",
                "traffic"),
            ("current url", "url", "best position url", "current url inside"),
        ),
        never=("traffic (%)", "keyword intents", "keyword difficulty index", "position type"),
        roles={
            "keyword": ("keyword",),
            "url": ("current url", "url", "best position url"),
            "day": ("current date", "updated", "last update", "last updated"),
            "country": ("country", "country code", "location"),
            "position": ("current position", "position", "best position"),
            "volume": ("volume", "search volume"),
            "traffic": ("current organic traffic", "organic traffic", "current traffic", "traffic", "sum traffic"),
        },
    ),
    Form(
        vendor=_VENDOR, title="Ahrefs pages of a site", table="page_reports", needs=("url",),
        signs=(
            ("url", "page url", "target url", "url to"),
            ("ur", "url rating", "url rating (desc)"),
            ("traffic", "current traffic", "organic traffic", "current top keyword", "top keyword",
                "referring domains",
             "current referring domains", "dofollow", "refdomains", "ref. domains", "keywords"),
        ),
        never=("keyword", "anchor"),
        roles={
            "url": ("url", "page url", "target url", "url to"),
            "n_links": ("links to target", "backlinks", "referring pages", "total backlinks"),
            "n_domains": ("current referring domains", "referring domains", "ref. domains", "refdomains"),
            "position": ("current top keyword: position", "top keyword: position"),
            "traffic": ("current traffic", "traffic", "organic traffic", "current organic traffic", "sum traffic"),
            "status": ("page http code", "http code", "status code", "code"),
            "day": ("current date", "last check", "last seen"),
        },
    ),
)  # fmt: skip
_INTERSECT = replace(_LINKS, title="Ahrefs link intersect", signs=((*_SOURCE, *_OLD_SOURCE), ("intersect",)))
_INTERSECTS = (
    _INTERSECT,
    replace(_INTERSECT, roles={"source": _OLD_SOURCE, **_LINK_ROLES}),
    Form(
        vendor=_VENDOR, title="Ahrefs link intersect of domains", table="domain_reports", needs=("host",),
        signs=(("domain", "referring domain"), ("intersect",)), roles={"host": ("domain", "referring domain")},
    ),
)  # fmt: skip
_OUTGOING = ("links from target", "dofollow links from target")
_SITE = re.compile(r"(?:https?://)?(?:[^\s/:?#@.]+\.)+[^\s/:?#@.]{2,}(?::\d+)?(?:/\S*)?", re.IGNORECASE)


def recognise(grid: Grid) -> Layout | None:
    """Tell the layout by its header, null where it is another tool's.

    Raises: InputError for the domains that the own site links to, which look like those that link to it.
    """
    if any(find(names, "domain") is not None and find(names, *_OUTGOING) is not None for _, _, names in headers(grid)):
        raise InputError(
            "Ahrefs linked domains: sites that the own site links to, and none that links to it; "
            "export 'Referring domains'"
        )
    layout = _intersect(grid) or layout_of(grid, _FORMS)
    if layout and {"target", "anchor_and_target"} <= layout.roles.keys():
        return replace(layout, roles={role: n for role, n in layout.roles.items() if role != "anchor_and_target"})
    return layout


def _intersect(grid: Grid) -> Layout | None:
    """Tell a link intersect: after 'Intersect', a column for each site that was compared."""
    for _, row, names in headers(grid):
        if "intersect" not in names:
            continue
        start = names.index("intersect")
        sites = {
            cell.strip(): place for place, cell in enumerate(row) if place > start and _SITE.fullmatch(cell.strip())
        }
        layout = layout_of(grid, _INTERSECTS)
        if layout and sites:
            opinions = {name: place for name, place in layout.opinions.items() if place not in sites.values()}
            return replace(layout, rivals=sites, opinions=opinions)
    return None
