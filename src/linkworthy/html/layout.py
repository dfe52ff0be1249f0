"""The regions of blocks and links once the whole page is known: lists of links, forums, pages without a main part."""

from __future__ import annotations

from linkworthy.html.gathered import FoundBlocks, Gathered, Group
from linkworthy.html.linked import columns_of
from linkworthy.html.regions import BODY

_MIN_LIST_LINKS = 3
"""Two links side by side are no list."""
_MIN_LINK_SHARE = 0.8
"""Share of a list's words inside links from which it is a list of links."""


class Regions:
    """Decides the region of each block and link of one page."""

    def __init__(self, found: Gathered, *, is_forum: bool) -> None:
        self._found = found
        self._is_forum = is_forum
        self._is_list = [_is_list_of_links(group) for group in found.groups]
        self._links = columns_of(found)
        self._decided: dict[tuple[str, int], str] = {}

    def of_blocks(self) -> list[str]:
        """Give the region of each block."""
        found = self._found.blocks
        if isinstance(found, FoundBlocks):
            return self._of(list(zip(found.columns[1], found.columns[2], strict=True)))
        return self._of([(region, group) for _, region, group, _, _, _ in found])

    def of_links(self) -> list[str]:
        """Give the region of each link."""
        return self._of(list(zip(self._links.regions, self._links.groups, strict=True)))

    def _of(self, places: list[tuple[str, int]]) -> list[str]:
        decided = self._decided
        for place in set(places).difference(decided):
            decided[place] = self._decide(*place)
        return list(map(decided.__getitem__, places))

    def _decide(self, region: str, group: int) -> str:
        if self._is_forum and region == "comment":
            region = "main"
        if region in {BODY, "main"}:
            return "list" if group >= 0 and self._is_list[group] else "main"
        return region


def _is_list_of_links(group: Group) -> bool:
    return group.n_links >= _MIN_LIST_LINKS and group.n_link_words >= _MIN_LINK_SHARE * max(1, group.n_words)
