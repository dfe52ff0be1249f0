"""Ahrefs: the backlinks export, old and new headers, in UTF-16 with tabs or UTF-8 with commas or semicolons."""

from __future__ import annotations

from linkworthy.errors import InputError
from linkworthy.sources.layouts import Grid, Layout, header_rows, named, roles_by_name

_ROLES = {
    "source": ("referring page url", "ref. page url", "url from", "referring url"),
    "target": ("target url", "link url", "url to"),
    "anchor": ("anchor", "link anchor", "anchor text"),
    "title": ("referring page title", "ref. page title", "title"),
    "first_seen": ("first seen",),
    "last_seen": ("last seen", "last check", "last checked", "last visited"),
    "lost": ("lost", "day lost"),
    "nofollow": ("nofollow", "is nofollow"),
    "ugc": ("ugc", "is ugc"),
    "sponsored": ("sponsored", "is sponsored"),
    "kind": ("type", "link type"),
}
_SIGNS = frozenset(
    {"domain rating", "dr", "ur", "url rating", "url rating (desc)", "domain traffic", "linked domains", "ahrefs rank"}
)
_OPINIONS = (
    "domain rating", "dr", "ur", "url rating", "url rating (desc)", "domain traffic", "page traffic",
    "referring domains", "linked domains", "external links", "keywords", "kw.", "is spam", "language", "platform",
    "referring page http code", "http status code", "target page http code", "lost status", "drop reason",
    "discovered status", "page type", "page category", "links in group", "author", "redirect chain urls",
    "redirect chain status codes",
)  # fmt: skip
_KINDS = {
    "text": "text", "href": "text", "content": "text", "dofollow": "text", "nofollow": "text", "image": "image",
    "redirect": "redirect", "canonical": "canonical", "frame": "frame", "iframe": "frame", "form": "form",
}  # fmt: skip


def recognise(grid: Grid) -> Layout | None:
    """Tell the layout by its header, null where it is another tool's.

    Raises: InputError where it is an export of Ahrefs that names no linking pages, or links to other sites.
    """
    for n, row in header_rows(grid):
        names = [named(cell) for cell in row]
        roles = roles_by_name(names, _ROLES)
        signs = [name for name in names if name in _SIGNS]
        if "source" not in roles:
            if {"domain", "dr"} <= set(names) and ("links to target" in names or "dofollow links" in names):
                raise InputError(
                    "an Ahrefs list of referring domains: it names no linking page; export 'Backlinks' instead"
                )
            if "referring page" in names and signs:
                roles["source"] = names.index("referring page")
        if "source" not in roles or not signs:
            continue
        if "intersect" in names:
            raise InputError(
                "an Ahrefs link intersect: its links lead to other sites; export 'Backlinks' of your own site"
            )
        if "target" not in roles and "anchor and target url" in names:
            roles["target"] = names.index("anchor and target url")
        return Layout(
            reported_by="ahrefs",
            recognised_as=f"Ahrefs backlinks, by the columns {row[roles['source']].strip()!r} and {signs[0]!r}",
            delimiter=grid.delimiter,
            n_columns=len(row),
            skip_bytes=grid.starts[n],
            roles=roles,
            opinions={name: place for place, name in reversed(list(enumerate(names))) if name in _OPINIONS},
            kinds=_KINDS,
        )
    return None
