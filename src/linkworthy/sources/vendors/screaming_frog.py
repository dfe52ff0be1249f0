"""Screaming Frog SEO Spider: all_inlinks and all_outlinks in old and new layouts, and lists of URLs as internal_all."""

from __future__ import annotations

from dataclasses import replace

from linkworthy.sources.forms import Form, layout_of
from linkworthy.sources.layouts import Grid, Layout

_VENDOR = "screaming-frog"
_KINDS = {
    "hyperlink": "text",
    **dict.fromkeys(("ahref", "href", "a", "a href", "link", "hyperlien", "hipervínculo", "collegamento"), "text"),
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
            "image", "img", "css", "javascript", "js", "swf", "flash", "video", "audio", "media", "other",
            "uncrawlable",
            "hreflang", "html hreflang", "http hreflang", "xml sitemap hreflang", "rel next", "rel prev", "amp",
            "html amp", "mobile alternate", "xml sitemap",
        ),
        "",
    ),
}  # fmt: skip
_REGIONS = {
    **dict.fromkeys(("navigation", "navegación", "navigazione"), "nav"),
    **dict.fromkeys(("header", "kopfzeile", "en-tête", "encabezado", "cabecera", "intestazione"), "header"),
    **dict.fromkeys(("content", "inhalt", "contenu", "contenido", "contenuto"), "main"),
    **dict.fromkeys(
        ("footer", "fußzeile", "fusszeile", "fußbereich", "pied de page", "pie de página", "piè di pagina"), "footer"),
    **dict.fromkeys(("aside", "seitenleiste", "barre latérale", "barra lateral", "barra laterale"), "sidebar"),
}  # fmt: skip
_SOURCE = ("source", "from", "quelle", "von", "fuente", "desde", "origen", "sorgente", "origine", "da", "de")
_TARGET = ("destination", "to", "ziel", "zu", "nach", "destino", "hacia", "destinazione", "à", "a")
_ANCHOR = (
    "anchor",
    "anchor text",
    "ankertext",
    "anker",
    "texte d'ancrage",
    "texte de l'ancre",
    "ancre",
    "texto de anclaje",
    "texto ancla",
    "ancla",
    "testo di ancoraggio",
    "testo ancora",
)
_ALT = ("alt text", "alt-text", "alternativtext", "texte alternatif", "texto alternativo", "testo alternativo")
_STATUS = (
    "status code",
    "statuscode",
    "link path",
    "linkpfad",
    "code http",
    "code de statut",
    "código de estado",
    "codice di stato",
)
"""Words of its interface in English, German, Spanish, French and Italian."""
_LINKS = Form(
    vendor=_VENDOR, title="Screaming Frog all_inlinks", needs=("source", "target"),
    signs=(("type", "typ", "tipo"), _SOURCE, _TARGET, (*_ANCHOR, *_ALT, *_STATUS, "follow", "status", "rel")),
    roles={
        "source": _SOURCE, "target": _TARGET, "anchor": _ANCHOR, "alt": _ALT,
        "follow": ("follow", "suivre", "seguimiento", "seguir"), "rel": ("rel",), "kind": ("type", "typ", "tipo"),
        "region": ("link position", "linkposition", "link-position", "position du lien", "posición del enlace",
            "posizione del link"),
    },
    kinds=_KINDS, regions=_REGIONS, is_crawl=True,
)  # fmt: skip
_PAGES = Form(
    vendor=_VENDOR, title="Screaming Frog list of URLs", table="page_reports", needs=("url",), is_crawl=True,
    signs=(
        ("address",), ("status code",),
        ("content type", "content", "status", "indexability", "title 1", "inlinks", "crawl depth", "size (bytes)"),
    ),
    roles={"url": ("address",), "status": ("status code",), "day": ("crawl timestamp",)},
)  # fmt: skip
_TITLES = {
    "all inlinks": "Screaming Frog all_inlinks",
    "all outlinks": "Screaming Frog all_outlinks",
    "all links": "Screaming Frog all_links",
    "internal": "Screaming Frog internal_all",
    "external": "Screaming Frog external_all",
}
"""What the title line of an export begins with, which only old versions write."""


def recognise(grid: Grid) -> Layout | None:
    """Tell the layout by its header, null where it is another tool's."""
    layout = layout_of(grid, (_LINKS, _PAGES))
    if layout is None:
        return None
    said = grid.rows[0][0].strip().strip("\ufeff\"'").lower()
    title = next((title for word, title in _TITLES.items() if said.startswith(word)), None)
    if title is None:
        return layout
    told = layout.recognised_as.partition(", by ")[2]
    return replace(layout, recognised_as=f"{title}, by its title line and {told}")
