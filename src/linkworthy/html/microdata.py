"""Microdata, gathered while a document is read into the same shape as JSON-LD: ``{"@type": …, name: value or list}``.

Source: https://html.spec.whatwg.org/multipage/microdata.html; ``itemref`` is not followed, and a ``content``
attribute counts on any element, as schema.org's users write it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

MAX_ITEMS = 1_000
"""Items a page that are kept."""
MAX_PROPERTIES = 200
"""Values an item that are kept."""
MAX_NESTING = 32
"""Items or properties inside one another."""
MAX_VALUE_CHARACTERS = 2_000
"""Characters of a value that are kept."""

_URL_ATTRIBUTE = {
    "a": "href", "area": "href", "link": "href", "audio": "src", "embed": "src", "iframe": "src", "img": "src",
    "source": "src",
    "track": "src", "video": "src", "object": "data", "data": "value", "meter": "value",
}  # fmt: skip

Item = dict[str, Any]


class Collector:
    """Receives the elements with itemscope or itemprop, and the texts of those whose value is their text."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._n = 0
        self._scopes: list[tuple[int, Item]] = []

    @property
    def is_open(self) -> bool:
        """Tell whether an item is open."""
        return bool(self._scopes)

    def enter(self, level: int, tag: str, attributes: dict[str, str | None]) -> Callable[[str], None] | None:
        """Take an element with itemscope or itemprop; what is given is to be called with its text once it ends."""
        names = (attributes.get("itemprop") or "")[:200]
        if "itemscope" in attributes:
            if self._n >= MAX_ITEMS or len(self._scopes) >= MAX_NESTING:
                return None
            self._n += 1
            item: Item = {}
            types = (attributes.get("itemtype") or "")[:1_000].split()
            if types:
                item["@type"] = types[0] if len(types) == 1 else types
            if attributes.get("itemid"):
                item["@id"] = (attributes["itemid"] or "")[:MAX_VALUE_CHARACTERS]
            if names and self._scopes:
                _add(self._scopes[-1][1], names, item)
            else:
                self.items.append(item)
            self._scopes.append((level, item))
        elif names and self._scopes:
            value = _value(tag, attributes)
            keep = partial(_add_text, self._scopes[-1][1], names)
            if value is None:
                return keep
            keep(value)
        return None

    def leave(self, level: int) -> None:
        """End what was opened at this level."""
        while self._scopes and self._scopes[-1][0] >= level:
            self._scopes.pop()


def _value(tag: str, attributes: dict[str, str | None]) -> str | None:
    """Give a property's value where an attribute holds it."""
    if "content" in attributes:
        return attributes["content"] or ""
    if tag == "time" and attributes.get("datetime"):
        return attributes["datetime"]
    name = _URL_ATTRIBUTE.get(tag)
    return (attributes.get(name) or "") if name else None


def _add_text(item: Item, names: str, text: str) -> None:
    _add(item, names, " ".join(text[: MAX_VALUE_CHARACTERS * 2].split())[:MAX_VALUE_CHARACTERS])


def _add(item: Item, names: str, value: Any) -> None:
    for name in names.split()[:8]:
        if name.startswith("@"):
            continue
        if name not in item:
            if len(item) < MAX_PROPERTIES:
                item[name] = value
        elif isinstance(item[name], list):
            if len(item[name]) < MAX_PROPERTIES:
                item[name].append(value)
        else:
            item[name] = [item[name], value]
