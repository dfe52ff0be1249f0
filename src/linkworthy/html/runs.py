"""Runs of text between two block boundaries: they become blocks, and give links the words around them."""

from __future__ import annotations

import re

from linkworthy.html.fold import MAX_SHORT_CHARACTERS, MAX_TEXT_CHARACTERS
from linkworthy.html.gathered import FoundBlock, FoundLink, Gathered

MAX_BLOCKS = 20_000
"""Blocks a page that are kept: a book of a thousand pages has fewer."""
CONTEXT_CHARACTERS = 100
"""Characters of text kept on either side of a link."""
_MAX_ANCHOR_PARTS = 200
"""Pieces of text that make an anchor; more only where somebody wraps a page in a link."""

Context = tuple[str, bool, str, int, int]
"""Region, hidden, tag of the block, group, and whether text is SEEN, SKIPPED, in SVG, or INERT (template)."""
SEEN, SKIPPED, SVG, INERT = range(4)

_CJK = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def count_words(words: list[str], raw: str) -> int:
    """Count words; in scripts without spaces two characters count as one."""
    n = len(words)
    if not raw.isascii():
        n_cjk = len(_CJK.findall(raw))
        if n_cjk > n:
            return max(n, n_cjk // 2)
    return n


class Runs:
    """Takes text and links in document order and keeps blocks."""

    def __init__(self, found: Gathered) -> None:
        self.found = found
        self.link: FoundLink | None = None
        self.is_dirty = False
        """Whether there is anything to flush."""
        self._parts: list[str] = []
        self._size = 0
        self._marks: list[tuple[FoundLink, int, int, bool]] = []
        self._link_start = 0
        self._is_new = False
        self._context: Context = ("", False, "body", -1, SEEN)

    def text(self, data: str, context: Context) -> None:
        """Take visible or hidden text; hidden text belongs to anchors alone."""
        link = self.link
        if link is not None and len(link.texts) < _MAX_ANCHOR_PARTS:
            link.texts.append(data[: MAX_SHORT_CHARACTERS * 4])
        if context[1]:
            return
        if not self._parts:
            self._context = context
            self.is_dirty = True
        if self._size + len(data) > MAX_TEXT_CHARACTERS:
            self._long_text(data, context)
            return
        self._parts.append(data)
        self._size += len(data)

    def _long_text(self, data: str, context: Context) -> None:
        for start in range(0, len(data), MAX_TEXT_CHARACTERS):
            self.flush()
            self._context = context
            piece = data[start : start + MAX_TEXT_CHARACTERS]
            self._parts.append(piece)
            self._size = len(piece)
            self.is_dirty = True

    def open_link(self, link: FoundLink) -> None:
        """Begin a link; one that was open ends."""
        self.close_link()
        self.link = link
        self._link_start = self._size
        self._is_new = True
        self.is_dirty = True

    def close_link(self) -> None:
        """End the open link, if there is one."""
        if self.link is not None:
            self._marks.append((self.link, self._link_start, self._size, self._is_new))
            self.link = None
            self.is_dirty = True

    def flush(self) -> None:
        """End a block: keep its text, and give its links the words around them."""
        raw = "".join(self._parts)
        marks = self._marks
        link = self.link
        if link is not None:
            marks.append((link, self._link_start, len(raw), self._is_new))
            if len(link.texts) < _MAX_ANCHOR_PARTS:
                link.texts.append(" ")
            self._link_start = 0
            self._is_new = False
        self._parts = []
        self._size = 0
        self._marks = []
        self.is_dirty = False
        if marks:
            _surround(marks, raw)
        words = raw.split()
        if words:
            self._keep(raw, words, marks)

    def _keep(self, raw: str, words: list[str], marks: list[tuple[FoundLink, int, int, bool]]) -> None:
        found = self.found
        region, _, tag, group, _ = self._context
        n_words = len(words) if raw.isascii() else count_words(words, raw)
        n_link_words = 0
        for _, start, end, _ in marks:
            if end > start:
                piece = raw[start:end]
                n_link_words += count_words(piece.split(), piece)
        n_link_words = min(n_link_words, n_words)
        found.n_words += n_words
        if group >= 0:
            total = found.groups[group]
            total.n_words += n_words
            total.n_link_words += n_link_words
        if len(found.blocks) < MAX_BLOCKS:
            found.blocks.append(FoundBlock(tag, region, group, n_words, n_link_words, " ".join(words)))


def _surround(marks: list[tuple[FoundLink, int, int, bool]], raw: str) -> None:
    reach = 4 * CONTEXT_CHARACTERS
    for link, start, end, is_new in marks:
        if is_new and start:
            link.before = " ".join(raw[max(0, start - reach) : start].split())[-CONTEXT_CHARACTERS:].lstrip()
        if end < len(raw) or link.after:
            link.after = " ".join(raw[end : end + reach].split())[:CONTEXT_CHARACTERS].rstrip()
