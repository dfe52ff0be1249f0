"""Images and resources as rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linkworthy.html.elements import MAX_RESOURCES
from linkworthy.html.fold import MAX_SHORT_CHARACTERS, fold
from linkworthy.html.gathered import Attributes, Gathered
from linkworthy.html.head import rels_of
from linkworthy.html.links import Resolver
from linkworthy.html.page import Image, Resource

_NUMBER = re.compile(r"\s*\+?([0-9]{1,9})")
_PRELOADS = {"script": "script", "style": "style", "font": "font", "image": "image", "video": "media", "audio": "media"}


def images_of(found: Sequence[tuple[Attributes, bool]], resolver: Resolver) -> list[Image]:
    """Make the rows of table ``images``."""
    rows: list[Image] = []
    for n, (attributes, is_linked) in enumerate(found):
        alt = fold(attributes.get("alt") or "") if "alt" in attributes else None
        loading = fold(attributes.get("loading") or "").lower()[:20] if "loading" in attributes else None
        width, height = _pixels(attributes.get("width")), _pixels(attributes.get("height"))
        rows.append(Image(n, resolver.url(attributes.get("src")), alt, width, height, loading, is_linked))
    return rows


def _pixels(text: str | None) -> int | None:
    """Read a dimension as HTML does: leading digits count."""
    match = _NUMBER.match(text[:MAX_SHORT_CHARACTERS]) if text else None
    return int(match[1]) if match else None


def resources_of(found: Gathered, resolver: Resolver, *, is_secure: bool) -> list[Resource]:
    """Make the rows of table ``resources``: each target once for each kind."""
    named = [*found.resources]
    named.extend(("image", attributes.get("src") or "") for attributes, _ in found.images[:MAX_RESOURCES])
    for attributes, _ in found.link_elements:
        kind = _kind_of_link(attributes)
        if kind:
            named.append((kind, attributes.get("href") or ""))
    rows: dict[tuple[str, str], None] = {}
    for kind, href in named:
        url = resolver.url(href)
        if url:
            rows[kind, url] = None
    return [Resource(n, kind, url, is_secure and url.startswith("http:")) for n, (kind, url) in enumerate(rows)]


def _kind_of_link(attributes: Attributes) -> str | None:
    rels = rels_of(attributes)
    if "stylesheet" in rels:
        return "style"
    if "preload" in rels:
        return _PRELOADS.get((attributes.get("as") or "").strip().lower())
    if "modulepreload" in rels:
        return "script"
    return "image" if "icon" in rels or "apple-touch-icon" in rels else None
