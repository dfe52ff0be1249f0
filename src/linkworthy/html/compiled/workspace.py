"""The arrays of a pass: kept from page to page, and as large as the largest page needed."""

from __future__ import annotations

import numpy as np

from linkworthy.html.compiled.opening import Outputs
from linkworthy.html.compiled.paths import MAX_LEVEL, MAX_PATH
from linkworthy.html.compiled.slots import (
    B_COLUMNS,
    E_COLUMNS,
    G_COLUMNS,
    GROUP,
    L_COLUMNS,
    LINK,
    M_COLUMNS,
    MAX_BLOCKS,
    MAX_HEAD,
    MAX_LEVELS,
    MAX_TAGS,
    N_COUNTS,
    N_EPOCH,
    N_SLOTS,
    ONCE_POS,
    PATH_DEPTH,
    STATE,
)  # fmt: skip
from linkworthy.html.elements import MAX_LINKS

_LARGEST_KEPT = 300_000
"""Bytes of the largest page whose arrays are kept for the next one."""
_SPARE = 8_192


def _integers(rows: int, columns: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.empty((rows, columns), np.int64)


def _outputs(size: int, n_tags: int, n_links: int) -> Outputs:
    """Make the arrays for pages of up to so many bytes, tags and links."""
    return Outputs(
        state=np.zeros(N_SLOTS, np.int64),
        links=_integers(n_links + 1, L_COLUMNS),
        blocks=_integers(min(n_tags + 2, MAX_BLOCKS), B_COLUMNS),
        events=_integers(n_tags + 2, E_COLUMNS),
        groups=_integers(n_tags + 2, G_COLUMNS),
        skeleton=np.empty(2 * n_tags + 2, np.int64),
        marks=_integers(n_links + 8, M_COLUMNS),
        levels=np.zeros((MAX_LEVELS + 2, N_COUNTS + 2 * MAX_TAGS), np.int64),
        path_ends=np.zeros(MAX_LEVEL + 2, np.int64),
        reduced=np.empty(MAX_HEAD * 2, np.uint8),
        raw=np.empty(2 * size + _SPARE, np.uint8),
        path=np.empty(MAX_PATH + 64, np.uint8),
        text=np.empty(2 * size + _SPARE, np.uint8),
        anchors=np.empty(2 * size + _SPARE, np.uint8),
        paths=np.empty(16 * size + _SPARE, np.uint8),
        context=np.empty(12 * size + _SPARE, np.uint8),
    )


class Workspace:
    """Gives the arrays for one page after the other."""

    def __init__(self) -> None:
        self._size = self._n_tags = 0
        self._kept: Outputs | None = None

    def outputs(self, size: int, n_tags: int, start: int) -> Outputs:
        """Give arrays for a page of so many bytes and tags, at its beginning in the context ``start``."""
        kept = self._kept
        if kept is None or size > self._size or n_tags > self._n_tags:
            size, n_tags = max(size, self._size), max(n_tags, self._n_tags)
            kept = _outputs(size, n_tags, min(n_tags, MAX_LINKS))
            if size <= _LARGEST_KEPT:
                self._kept, self._size, self._n_tags = kept, size, n_tags
        state = kept.state
        state[:] = 0
        state[STATE] = start
        state[LINK] = state[GROUP] = state[ONCE_POS] = -1
        state[PATH_DEPTH] = 0
        kept.levels[0, N_EPOCH] += 1
        return kept
