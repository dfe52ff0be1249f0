"""The links that a reading found as columns, with their anchors and kinds."""

from __future__ import annotations

from collections.abc import Sequence

from linkworthy.html.fold import fold
from linkworthy.html.gathered import FoundLink, FoundLinks, Gathered


def columns_of(found: Gathered) -> FoundLinks:
    """Give the links as columns, made once."""
    if found.columns is None:
        found.columns = as_columns(found.links)
    return found.columns


def as_columns(links: Sequence[FoundLink]) -> FoundLinks:
    """Turn links into columns."""
    said = [anchor_of(one) for one in links]
    return FoundLinks(
        hrefs=[one.href for one in links],
        rels=[one.attributes.get("rel") for one in links],
        kinds=[kind for kind, _ in said],
        anchors=[anchor for _, anchor in said],
        regions=[one.region for one in links],
        groups=[one.group for one in links],
        paths=[one.path for one in links],
        befores=[one.before for one in links],
        afters=[one.after for one in links],
        is_hidden=[one.is_hidden for one in links],
    )


def anchor_of(link: FoundLink) -> tuple[str, str]:
    """Give the kind of a link and its anchor: its text, else the alt of its images."""
    if link.is_area:
        return "area", fold(link.attributes.get("alt") or "")
    texts = link.texts
    text = fold(texts[0] if len(texts) == 1 else "".join(texts)) if texts else ""
    if text:
        return "text", text
    return without_text(link.alts)


def without_text(alts: Sequence[str] | None) -> tuple[str, str]:
    """Give the kind and the anchor of a link without text."""
    alt = fold(" ".join(alts)) if alts else ""
    return ("image" if alt else "empty"), alt
