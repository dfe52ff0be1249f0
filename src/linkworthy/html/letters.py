"""What many short texts are made of, by whole columns: letters, digits, capitals, and their words as numbers.

Only integers come out, so that every machine gives the same. Time: some twenty passes over the bytes of all texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Array = npt.NDArray[Any]

MAX_CHARACTERS = 400
"""Characters of a text that are looked at: those who read a block know by then what it is."""
BITS = 13
"""Words are numbered by 2^13 numbers; two words may share one."""
N_NUMBERS = 1 << BITS
_LONGEST = 24
"""Letters of a word that tell it from others."""
MULTIPLIERS = np.asarray([pow(0x9E3779B97F4A7C15, n + 1, 1 << 64) | 1 for n in range(_LONGEST)] + [0], dtype=np.uint64)
MIX = 0xC2B2AE3D27D4EB4F
_TOP = np.uint64(64 - BITS)


def _lowered() -> npt.NDArray[np.uint8]:
    """Give each byte of a letter in lower case, 0 for what is no letter; bytes beyond ASCII count as letters."""
    table = np.zeros(256, dtype=np.uint8)
    for upper in range(26):
        table[65 + upper] = table[97 + upper] = 97 + upper
    table[128:] = np.arange(128, 256)
    return table


_LOWER = _lowered()
_KIND = np.zeros(256, dtype=np.uint8)
_KIND[48:58] = 1
_KIND[65:91] = 2
_KIND[ord(",")] = 3
_KIND[128:192] = 4
_N_KINDS = 5


class Letters(NamedTuple):
    """Columns of texts, and their words one behind another."""

    n_characters: Counts
    n_digits: Counts
    n_upper: Counts
    n_commas: Counts
    n_words: Counts
    n_capitals: Counts
    """Words that begin with a capital letter of ASCII."""
    words: Counts
    """Number of each word of all texts, 0 to N_NUMBERS - 1."""
    firsts: Counts
    """Place in ``words`` of the first word of each text, and the end."""

    def sums(self, table: Array) -> Array:
        """Give for each text the sum of what a table says of its words."""
        total = np.zeros(len(self.words) + 1, dtype=np.int64)
        np.cumsum(table[self.words], out=total[1:])
        return np.asarray(total[self.firsts[1:]] - total[self.firsts[:-1]])


def letters_of(texts: Sequence[str], limit: int = MAX_CHARACTERS) -> Letters:
    """Take texts apart; what stands behind ``limit`` characters of one is not looked at."""
    cut = [text[:limit] for text in texts]
    data = np.frombuffer(("\n".join(cut) + "\n").encode("utf-8", "replace"), dtype=np.uint8)
    if not cut:
        data = data[:0]
    ends = np.flatnonzero(data == ord("\n"))
    if len(ends) != len(cut):
        # Somebody's text holds a line break: the texts of a page's blocks and anchors never do.
        return letters_of([text.replace("\n", " ") for text in cut], limit)
    edges = np.zeros(len(cut) + 1, dtype=np.int64)
    edges[1:] = ends + 1
    counts = _by_text(_KIND[data], edges)
    lower = _LOWER[data]
    is_letter = lower != 0
    begins = is_letter.copy()
    begins[1:] &= ~is_letter[:-1]
    starts = np.flatnonzero(begins)
    numbers = _numbers(lower, starts)
    firsts = np.searchsorted(starts, edges)
    is_capital = np.zeros(len(starts) + 1, dtype=np.int64)
    np.cumsum(_KIND[data[starts]] == 2, out=is_capital[1:])
    return Letters(
        n_characters=np.diff(edges) - 1 - counts[4], n_digits=counts[1], n_upper=counts[2], n_commas=counts[3],
        n_words=np.diff(firsts), n_capitals=is_capital[firsts[1:]] - is_capital[firsts[:-1]], words=numbers,
        firsts=firsts,
    )  # fmt: skip


def _by_text(kinds: npt.NDArray[np.uint8], edges: Counts) -> list[Counts]:
    """Count each kind of byte in each text."""
    out = []
    for kind in range(_N_KINDS):
        places = np.flatnonzero(kinds == kind) if kind else edges[:1]
        out.append(np.diff(np.searchsorted(places, edges)))
    return out


def _numbers(lower: npt.NDArray[np.uint8], starts: Counts) -> Counts:
    """Give each word the number of its letters: the sum of letter times the multiplier of its place, mixed."""
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    lengths = np.diff(np.append(starts, len(lower)))
    place = np.arange(starts[0], len(lower)) - np.repeat(starts, lengths)
    np.minimum(place, _LONGEST, out=place)
    sums = np.add.reduceat(lower[starts[0] :].astype(np.uint64) * MULTIPLIERS[place], starts - starts[0])
    sums ^= sums >> np.uint64(29)
    return ((sums * np.uint64(MIX)) >> _TOP).astype(np.int64)
