"""The regions of blocks and links once the whole page is known: lists of links, forums, pages without a main part."""

from __future__ import annotations

from linkworthy.html.gathered import Gathered, Group
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
        places = {(region, group) for _, region, group, _, _, _ in found.blocks}
        self._links = columns_of(found)
        places.update(zip(self._links.regions, self._links.groups, strict=True))
        self._decided = {place: self._decide(*place) for place in places}

    def of_blocks(self) -> list[str]:
        """Give the region of each block."""
        decided = self._decided
        return [decided[region, group] for _, region, group, _, _, _ in self._found.blocks]

    def of_links(self) -> list[str]:
        """Give the region of each link."""
        decided = self._decided
        return [decided[place] for place in zip(self._links.regions, self._links.groups, strict=True)]

    def _decide(self, region: str, group: int) -> str:
        if self._is_forum and region == "comment":
            region = "main"
        if region in {BODY, "main"}:
            return "list" if group >= 0 and self._is_list[group] else "main"
        return region


def _is_list_of_links(group: Group) -> bool:
    return group.n_links >= _MIN_LIST_LINKS and group.n_link_words >= _MIN_LINK_SHARE * max(1, group.n_words)
