"""Screaming Frog SEO Spider: the bulk export all_inlinks, with or without its title line."""

from __future__ import annotations

from linkworthy.sources.layouts import Grid, Layout, header_rows, named, roles_by_name

_ROLES = {
    "source": ("source",),
    "target": ("destination",),
    "anchor": ("anchor", "anchor text"),
    "alt": ("alt text",),
    "follow": ("follow",),
    "rel": ("rel",),
    "kind": ("type",),
    "region": ("link position",),
}
_OPINIONS = ("status code", "status", "path type", "link path", "link origin", "size (bytes)", "target")
_KINDS = {
    "hyperlink": "text",
    "ahref": "text",
    "html canonical": "canonical",
    "http canonical": "canonical",
    "canonical": "canonical",
    "http redirect": "redirect",
    "meta refresh": "redirect",
    "redirect": "redirect",
    "iframe": "frame",
    "form": "form",
    **dict.fromkeys(
        (
            "image", "img", "css", "javascript", "js", "swf", "flash", "video", "audio", "other", "uncrawlable",
            "hreflang", "html hreflang", "http hreflang", "xml sitemap hreflang", "rel next", "rel prev", "amp",
            "html amp", "mobile alternate", "xml sitemap",
        ),
        "",
    ),
}  # fmt: skip
_REGIONS = {"navigation": "nav", "header": "header", "content": "main", "footer": "footer", "aside": "sidebar"}


def recognise(grid: Grid) -> Layout | None:
    """Tell the layout by its header, null where it is another tool's."""
    for n, row in header_rows(grid):
        names = [named(cell) for cell in row]
        if not {"type", "source", "destination"} <= set(names):
            continue
        return Layout(
            reported_by="screaming-frog",
            recognised_as="Screaming Frog all_inlinks, by the columns 'Type', 'Source' and 'Destination'",
            delimiter=grid.delimiter,
            n_columns=len(row),
            skip_bytes=grid.starts[n],
            roles=roles_by_name(names, _ROLES),
            opinions={name: names.index(name) for name in _OPINIONS if name in names},
            kinds=_KINDS,
            regions=_REGIONS,
            is_crawl=True,
        )
    return None
