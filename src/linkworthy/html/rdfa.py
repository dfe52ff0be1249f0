"""RDFa of schema.org, read into the same shape as JSON-LD: ``{"@type": …, name: value or list}``.

Source: https://www.w3.org/TR/rdfa-lite/
"""

from __future__ import annotations

import re
from typing import Any

import turbohtml

MAX_CHARACTERS = 4_000_000
"""Characters of a document in which RDFa is looked for."""
MAX_TAGS = 100_000
"""Tags of a document in which RDFa is looked for."""
MAX_ITEMS = 1_000
"""Items that a document may say, and values that are kept of it."""
MAX_NESTING = 32
"""Items inside one another."""
_MAX_VALUE = 2_000

Item = dict[str, Any]
_TYPE = re.compile(r"\stypeof\s*=", re.IGNORECASE)
_TERM = re.compile(r"https?://(?:www\.)?schema\.org/([A-Za-z0-9]+)$")


def may_hold(body: bytes) -> bool:
    """Tell whether a body may hold RDFa of schema.org."""
    return b"typeof" in body and b"schema" in body


def items_of(text: str) -> list[Item]:
    """Give the top-level items of schema.org that a document says in RDFa; none of one that is beyond all measure."""
    n = sum(1 for _ in _TYPE.finditer(text[:MAX_CHARACTERS]))
    if not 0 < n <= MAX_ITEMS or len(text) > MAX_CHARACTERS or text.count("<") > MAX_TAGS:
        return []
    try:
        found = turbohtml.parse(text, positions=False).rdfa()
    except (ValueError, RecursionError):
        return []
    left = [MAX_ITEMS]
    return [item for one in found if (item := _item(one, left, 0)) is not None]


def _item(one: Any, left: list[int], depth: int) -> Item | None:
    kinds = [kind for kind in one.type[:20] if _TERM.match(kind)]
    if not kinds or depth >= MAX_NESTING:
        return None
    item: Item = {"@type": kinds[0] if len(kinds) == 1 else kinds}
    if one.resource:
        item["@id"] = str(one.resource)[:_MAX_VALUE]
    for name, values in one.properties.items():
        term = _TERM.match(name)
        kept = [part for value in values if (part := _value(value, left, depth)) is not None] if term else []
        if term and kept:
            item[term[1]] = kept[0] if len(kept) == 1 else kept
    return item


def _value(value: Any, left: list[int], depth: int) -> Any:
    left[0] -= 1
    if left[0] < 0:
        return None
    return (
        " ".join(value[: 2 * _MAX_VALUE].split())[:_MAX_VALUE]
        if isinstance(value, str)
        else _item(value, left, depth + 1)
    )
