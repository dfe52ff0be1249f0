"""Columns' names as people read them: units at the end, counts without their mark, common ones in the field's words."""

from __future__ import annotations

_NAMED = {
    "source_url": "Linking page",
    "target_url": "Own page",
    "suggested_url": "Better address",
    "n": "Rows",
    "n_live": "Live links",
    "n_gone": "Links that are gone",
    "n_domains": "Referring domains",
    "n_domains_alone": "Domains that no other source knows",
    "n_links_alone": "Links that no other source knows",
    "n_pages_alone": "Pages that no other source knows",
    "n_unchecked": "Links not checked",
    "n_leads": "Leads",
    "n_inlinks": "Internal links",
    "n_rows_in": "Rows in the file",
    "n_rows_used": "Rows used",
    "n_rows_rejected": "Rows rejected",
    "top_anchor": "Commonest anchor",
    "reported_by": "Reported by",
    "recognised_as": "Recognised as",
    "url": "URL",
    "ttfb_ms": "Time to first byte (ms)",
    "sample": "Such as",
    "how": "How",
}
_UNITS = {"_ms": "ms", "_s": "s", "_bytes": "bytes", "_share": "%"}
_UPPER = {
    "url": "URL",
    "urls": "URLs",
    "html": "HTML",
    "http": "HTTP",
    "h1": "H1",
    "id": "ID",
    "css": "CSS",
    "js": "JS",
}


def heading(name: str) -> str:
    """Turn a column's name into a heading."""
    if name in _NAMED:
        return _NAMED[name]
    unit = next((f" ({unit})" for end, unit in _UNITS.items() if name.endswith(end)), "")
    bare = next((name.removesuffix(end) for end in _UNITS if name.endswith(end)), name)
    words = bare.removeprefix("n_").removeprefix("is_").removeprefix("has_").removesuffix("_at").split("_")
    text = " ".join(_UPPER.get(word, word) for word in words)
    return text[:1].upper() + text[1:] + unit


def shown(name: str, value: object) -> object:
    """Give a value as its heading says: a share as a percentage."""
    is_share = name.endswith("_share") and isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{100 * value:.0f}" if is_share and isinstance(value, (int, float)) else value
