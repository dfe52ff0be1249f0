"""Element paths: ``div:nth-of-type(2) > p:nth-of-type(1)``, from body down, each sibling counted once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MAX_STEPS = 40
"""Steps of an element path."""
_FIRST_LEVEL = 2
"""Below the document and html: body is no step."""

_FEW = 200
"""Siblings that are counted anew each time, which is faster than to remember."""


class _Siblings:
    """The children of one open element: how many there are of each tag, and the path of their parent."""

    __slots__ = ("counts", "n_counted", "prefix", "tags")

    def __init__(self, tags: list[str], parent: str) -> None:
        self.tags = tags
        self.prefix = f"{parent} > " if parent else ""
        self.counts: dict[str, int] = {}
        self.n_counted = 0

    def n_of(self, tag: str) -> int:
        """Give how many children of a tag there are so far; each child is counted once, however often it is asked."""
        counts, n_tags = self.counts, len(self.tags)
        for n in range(self.n_counted, n_tags):
            one = self.tags[n]
            counts[one] = counts.get(one, 0) + 1
        self.n_counted = n_tags
        return counts[tag]


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
        tag = tags[-1]
        n = tags.count(tag) if len(tags) <= _FEW else known.n_of(tag)
        return f"{known.prefix}{tag}:nth-of-type({n})"
