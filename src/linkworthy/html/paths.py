"""Element paths: ``div:nth-of-type(2) > p:nth-of-type(1)``, from body down, each sibling counted once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MAX_STEPS = 40
"""Steps of an element path."""
_FIRST_LEVEL = 2
"""Below the document and html: body is no step."""


class _Siblings:
    """The children of one open element: how many there are of each tag, and the path of their parent."""

    __slots__ = ("counts", "n_counted", "prefix", "tags")

    def __init__(self, tags: list[str], parent: str) -> None:
        self.tags = tags
        self.prefix = f"{parent} > " if parent else ""
        self.counts: dict[str, int] = {}
        self.n_counted = 0


class Paths:
    """Gives paths of elements in document order; what their parents share is worked out once."""

    def __init__(self) -> None:
        self._levels = [_Siblings([], "")] * (MAX_STEPS + _FIRST_LEVEL)

    def of_last(self, stack: Sequence[tuple[Any, list[str]]], level: int = MAX_STEPS + _FIRST_LEVEL - 1) -> str:
        """Give the path of the last child at a level; the stack holds the tags of the open elements' children."""
        level = min(level, len(stack) - 1)
        if level < _FIRST_LEVEL:
            return ""
        tags = stack[level][1]
        known = self._levels[level]
        if known.tags is not tags:
            known = self._levels[level] = _Siblings(tags, self.of_last(stack, level - 1))
        counts = known.counts
        n_tags = len(tags)
        for n in range(known.n_counted, n_tags):
            tag = tags[n]
            counts[tag] = counts.get(tag, 0) + 1
        known.n_counted = n_tags
        return f"{known.prefix}{tags[-1]}:nth-of-type({counts[tags[-1]]})"
