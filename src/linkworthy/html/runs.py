"""Runs of text between two block boundaries: they become blocks, and give links the words around them."""

from __future__ import annotations

import re
from itertools import accumulate

import turbohtml

from linkworthy.html.fold import MAX_SHORT_CHARACTERS, MAX_TEXT_CHARACTERS
from linkworthy.html.gathered import FoundBlock, FoundLink, Gathered

MAX_BLOCKS = 20_000
"""Blocks a page that are kept: a book of a thousand pages has fewer."""
CONTEXT_CHARACTERS = 100
"""Characters of text kept on either side of a link."""
_NEAR = CONTEXT_CHARACTERS + 1
_REACH = 4 * CONTEXT_CHARACTERS
"""Characters around a link that are looked at where white space may have to be folded."""
_MAX_ANCHOR_PARTS = 200
"""Pieces of text that make an anchor; more only where somebody wraps a page in a link."""
_MAX_ANCHOR_CHARACTERS = MAX_SHORT_CHARACTERS * 20

_CJK = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_ODD_SPACES = "\t\x0b\x0c\r\x1c\x1d\x1e\x1f"

Mark = tuple[FoundLink, int, int, bool]
"""A link, the first piece of its text in this run, the piece behind it, and whether the link begins in this run."""


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

    def __init__(self, found: Gathered, text: str) -> None:
        self.found = found
        self._blocks: list[FoundBlock] = []
        found.blocks = self._blocks
        self.link: FoundLink | None = None
        self.marks: list[Mark] = []
        # Most pages part their words by spaces and line breaks alone, and counting spaces is cheaper than splitting.
        self._has_odd_space = any(space in text for space in _ODD_SPACES)
        self.start = 0
        """Piece of the run at which the open link begins."""
        self.taken = 0
        """Piece of the run up to which the open link has its text."""
        self.is_new = False
        """Whether the open link begins in this run."""

    def close_link(self, parts: list[str]) -> None:
        """End the open link, if there is one."""
        link = self.link
        if link is not None:
            n_parts = len(parts)
            self.marks.append((link, self.start, n_parts, self.is_new))
            if n_parts > self.taken:
                self._take(link, parts)
            self.link = None

    def _take(self, link: FoundLink, parts: list[str]) -> None:
        """Give the open link the text that came since it last got some."""
        if len(link.texts) < _MAX_ANCHOR_PARTS:
            texts = parts[self.taken :]
            text = texts[0] if len(texts) == 1 else "".join(texts)
            if "&" in text:
                text = "".join(map(turbohtml.unescape, texts))
            link.texts.append(text[:_MAX_ANCHOR_CHARACTERS])
        self.taken = len(parts)

    def hidden_text(self, text: str, parts: list[str]) -> None:
        """Take hidden text, which belongs to anchors alone."""
        link = self.link
        if link is not None:
            if len(parts) > self.taken:
                self._take(link, parts)
            if len(link.texts) < _MAX_ANCHOR_PARTS:
                link.texts.append(turbohtml.unescape(text[:_MAX_ANCHOR_CHARACTERS]))

    def flush(self, parts: list[str], region: str, tag: str, group: int) -> None:
        """End a block: keep its text, and give its links the words around them."""
        marks, link = self.marks, self.link
        if link is not None:
            marks.append((link, self.start, len(parts), self.is_new))
            if len(parts) > self.taken:
                self._take(link, parts)
            if len(link.texts) < _MAX_ANCHOR_PARTS:
                link.texts.append(" ")
            self.start = self.taken = 0
            self.is_new = False
        if not parts:
            marks.clear()
            return
        raw = "".join(parts)
        if "&" in raw:
            # References end where their text node ends, so each piece is read by itself.
            parts = [turbohtml.unescape(part) for part in parts]
            raw = "".join(parts)
        if not raw.isascii():
            # A space that does not break is white space like any other here.
            raw = raw.replace("\xa0", " ")
        is_simple = not self._has_odd_space and raw.isascii()
        if is_simple:
            raw = raw.replace("\n", " ")
        n_link_words = 0
        if marks:
            n_link_words = _surround(marks, raw, [0, *accumulate(map(len, parts))], is_simple=is_simple)
            self.marks = []
        if len(raw) > MAX_TEXT_CHARACTERS:
            self._flush_long(raw, n_link_words, region, tag, group)
        else:
            self._keep(raw, n_link_words, region, tag, group)

    def _flush_long(self, raw: str, n_link_words: int, region: str, tag: str, group: int) -> None:
        for start in range(0, len(raw), MAX_TEXT_CHARACTERS):
            piece = raw[start : start + MAX_TEXT_CHARACTERS]
            n_here = min(n_link_words, len(piece.split()))
            n_link_words -= n_here
            self._keep(piece, n_here, region, tag, group)

    def _keep(self, raw: str, n_link_words: int, region: str, tag: str, group: int) -> None:
        if self._has_odd_space or not raw.isascii():
            words = raw.split()
            n_words = count_words(words, raw)
            text = " ".join(words)
        else:
            text = raw.strip()
            if "  " in text:
                words = text.split()
                n_words = len(words)
                text = " ".join(words)
            else:
                n_words = text.count(" ") + 1 if text else 0
        if not n_words:
            return
        found = self.found
        n_link_words = min(n_link_words, n_words)
        found.n_words += n_words
        if group >= 0:
            total = found.groups[group]
            total.n_words += n_words
            total.n_link_words += n_link_words
        if len(self._blocks) < MAX_BLOCKS:
            self._blocks.append((tag, region, group, n_words, n_link_words, text))


def _surround(marks: list[Mark], raw: str, ends: list[int], *, is_simple: bool) -> int:
    """Give the links of a run the words around them, and count the words inside them."""
    n_words = 0
    size = len(raw)
    for link, first, last, is_new in marks:
        start, end = ends[first], ends[last]
        if is_new and start:
            piece = raw[start - _NEAR if start > _NEAR else 0 : start]
            if not is_simple or "  " in piece:
                piece = " ".join(raw[max(0, start - _REACH) : start].split())
            link.before = piece.rstrip()[-CONTEXT_CHARACTERS:].lstrip()
        if end < size or link.after:
            piece = raw[end : end + _NEAR]
            if not is_simple or "  " in piece:
                piece = " ".join(raw[end : end + _REACH].split())
            link.after = piece.lstrip()[:CONTEXT_CHARACTERS].rstrip()
        if end > start:
            piece = raw[start:end]
            words = piece.split()
            n_words += len(words) if is_simple else count_words(words, piece)
    return n_words
