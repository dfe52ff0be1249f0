"""What the tags of HTML are to this room: blocks, voids, and those whose text nobody reads."""

from __future__ import annotations

_BLOCK_TAGS = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup p
    plaintext pre search section summary table tbody td tfoot th thead tr ul xmp
"""
BLOCK_TAGS = frozenset(_BLOCK_TAGS.split())
"""Elements that begin and end a block of text; so do all whose name holds a hyphen."""
VOID_TAGS = frozenset(
    {
        "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link",
        "meta", "param", "source", "track", "wbr",
    }
)  # fmt: skip
"""Elements without end tag."""
SKIPPED_TAGS = frozenset(
    {
        "script", "style", "noscript", "textarea", "select", "datalist", "svg", "math", "title", "iframe", "noembed",
        "noframes", "object", "audio", "video", "canvas",
    }
)  # fmt: skip
"""Elements whose text is no text of the page."""
FOREIGN_TAGS = frozenset({"svg", "math"})
"""Roots of foreign content."""
RAW_TAGS = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"})
"""Elements whose content is written without escaping, so that it may hold anything that looks like a tag."""
GROUP_TAGS = frozenset({"ul", "ol", "dl", "menu", "dir", "table"})
"""Lists and tables, which may be lists of links."""


def is_block(tag: str) -> bool:
    """Tell whether an element begins and ends a block of text."""
    return tag in BLOCK_TAGS or "-" in tag
