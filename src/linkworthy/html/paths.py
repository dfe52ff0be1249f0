"""Element paths: ``div:nth-of-type(2) > p:nth-of-type(1)``, from body down, each sibling counted once."""

from __future__ import annotations

from collections.abc import Sequence

MAX_STEPS = 40
"""Steps of an element path."""
_FIRST_LEVEL = 3
"""html and body are no steps."""


class _Siblings:
    """The children of one open element: how many there are of each tag, and the path of their parent."""

    __slots__ = ("counts", "n_counted", "parent", "tags")

    def __init__(self, tags: list[str], parent: str) -> None:
        self.tags = tags
        self.parent = parent
        self.counts: dict[str, int] = {}
        self.n_counted = 0

    def last(self) -> str:
        """Give the path of the last child."""
        counts, tags = self.counts, self.tags
        for n in range(self.n_counted, len(tags)):
            counts[tags[n]] = counts.get(tags[n], 0) + 1
        self.n_counted = len(tags)
        step = f"{tags[-1]}:nth-of-type({counts[tags[-1]]})"
        return f"{self.parent} > {step}" if self.parent else step


class Paths:
    """Gives paths of elements in document order; what their parents share is worked out once."""

    def __init__(self) -> None:
        self._levels: list[_Siblings | None] = [None] * (MAX_STEPS + _FIRST_LEVEL + 1)

    def of_last(self, lists: Sequence[list[str]]) -> str:
        """Give the path of the last element; ``lists`` holds, level by level, the tags of the open elements' children."""
        level = min(len(lists) - 1, MAX_STEPS + _FIRST_LEVEL - 2)
        return self._of(level, lists) if level >= _FIRST_LEVEL - 1 else ""

    def _of(self, level: int, lists: Sequence[list[str]]) -> str:
        known = self._levels[level]
        if known is None or known.tags is not lists[level]:
            parent = self._of(level - 1, lists) if level >= _FIRST_LEVEL else ""
            known = self._levels[level] = _Siblings(lists[level], parent)
        return known.last()
