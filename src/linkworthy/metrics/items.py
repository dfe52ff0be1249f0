"""Items of structured data that name each other by ``@id``, on one page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from linkworthy.metrics.vocabulary import types_of

MAX_NESTING = 8
"""Items inside one another that are looked at."""
MAX_NAMED = 5_000
"""Objects of a page among which names are looked up."""
MAX_VALUES = 100
"""Values of a property that are looked at."""

Node = Mapping[str, Any]
_NOTHING: tuple[Any, ...] = (None, "", [], {})


def values_of(node: Node, name: str) -> list[Any]:
    """Give the values of a property as a list."""
    value = node.get(name)
    return value[:MAX_VALUES] if isinstance(value, list) else [] if value is None else [value]


class Items:
    """The items of a page, each with all that the page says of its ``@id``."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._named: set[str] = set()
        self._by_id: dict[str, dict[str, Any]] = {}
        pending: list[tuple[Any, int]] = [(node, 0) for node in reversed(list(nodes))]
        n = 0
        while pending and n < MAX_NAMED:
            node, depth = pending.pop()
            n += 1
            if isinstance(node, list):
                pending.extend((one, depth) for one in reversed(node[:MAX_VALUES]))
            elif isinstance(node, dict):
                self._take(node, depth)
                if depth < MAX_NESTING:
                    pending.extend((part, depth + 1) for part in node.values() if isinstance(part, dict | list))

    def _take(self, node: Node, depth: int) -> None:
        name = node.get("@id")
        if isinstance(name, str) and name:
            known = self._by_id.setdefault(name, {})
            for key, value in node.items():
                known.setdefault(key, value)
            if depth:
                self._named.add(name)

    def is_named(self, node: Node) -> bool:
        """Tell whether the ``@id`` of an item stands as the value of a property."""
        name = node.get("@id")
        return isinstance(name, str) and name in self._named

    def whole(self, node: Node) -> Node:
        """Give an item with what is said of it elsewhere on the page."""
        name = node.get("@id")
        return {**self._by_id[name], **node} if isinstance(name, str) and name in self._by_id else node

    def holds(self, node: Node, path: str) -> bool:
        """Tell whether a property has a value, and each of its items the property that the path leads on to.

        Names parted by ``|`` stand for each other. An item of another page that is but named is taken to hold all.
        """
        name, _, rest = path.partition(".")
        if not rest:
            return any(node.get(one) not in _NOTHING for one in name.split("|"))
        for value in values_of(node, name):
            if not isinstance(value, dict):
                continue
            whole = self.whole(value)
            is_elsewhere = "@id" in whole and set(whole) <= {"@id", "@type"}
            if is_elsewhere or "VirtualLocation" in types_of(whole.get("@type")):
                continue
            if not self.holds(whole, rest):
                return False
        return True
