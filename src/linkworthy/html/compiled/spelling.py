"""What many short texts are made of, in one pass over their bytes; ``html.letters`` gives the same by whole columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from linkworthy.html import letters as plain
from linkworthy.html.compiled.jit import compiled
from linkworthy.html.compiled.spaces import Bytes, Integers
from linkworthy.html.letters import MAX_CHARACTERS, Array, Counts, Letters

_N_CHARACTERS, _N_DIGITS, _N_UPPER, _N_COMMAS, _N_WORDS, _N_CAPITALS, _FIRSTS = range(7)
_N_ROWS = 7
_MIX = plain.MIX - (1 << 64)
_TOP = 64 - plain.BITS
_MULTIPLIERS = plain.MULTIPLIERS.view(np.int64)


def letters_of(texts: Sequence[str], limit: int = MAX_CHARACTERS) -> Letters:
    """Take texts apart; what stands behind ``limit`` characters of one is not looked at."""
    n = len(texts)
    cut = [text[:limit] for text in texts]
    data = ("\n".join(cut) + "\n").encode("utf-8", "replace") if n else b""
    counts = np.empty((_N_ROWS, n + 1), np.int64)
    words = np.empty(len(data) // 2 + 1, np.int64)
    n_words = _spell(np.frombuffer(data, np.uint8), n, _MULTIPLIERS, counts, words)
    if n_words < 0:
        return letters_of([text.replace("\n", " ") for text in cut], limit)
    of = counts[:, :n]
    return Letters(
        of[_N_CHARACTERS], of[_N_DIGITS], of[_N_UPPER], of[_N_COMMAS], of[_N_WORDS], of[_N_CAPITALS], words[:n_words],
        counts[_FIRSTS],
    )  # fmt: skip


def sums(letters: Letters, table: Array) -> Counts:
    """Give for each text the sum of what a table says of its words."""
    out = np.empty(len(letters.firsts) - 1, np.int64)
    add_up(letters.words, letters.firsts, table, out)
    return out


@compiled
def add_up(words: Integers, firsts: Integers, table: Integers, out: Integers) -> None:
    """Add up for each text what a table says of its words."""
    for text in range(len(out)):
        total: Any = np.int64(0)
        for place in range(firsts[text], firsts[text + 1]):
            total += table[words[place]]
        out[text] = total


@compiled
def _spell(data: Bytes, n: int, multipliers: Integers, counts: Integers, words: Integers) -> Any:
    """Fill the columns of ``n`` texts that each end with a line break, and number their words.

    Gives the number of words, -1 where there are not as many line breaks as texts.
    """
    n_words = text = at = 0
    n_characters: Any = 0
    n_digits: Any = 0
    n_upper: Any = 0
    n_commas: Any = 0
    n_capitals: Any = 0
    longest = len(multipliers) - 1
    counts[_FIRSTS, 0] = 0
    n_bytes = len(data)
    while at < n_bytes:
        byte = np.int64(data[at])
        folded = byte | 32 if byte < 128 else byte
        if 97 <= folded <= 122 or byte >= 128:
            n_capitals += 65 <= byte <= 90
            number: Any = np.int64(0)
            place = 0
            while 97 <= folded <= 122 or byte >= 128:
                n_upper += 65 <= byte <= 90
                n_characters += byte < 128 or byte >= 192
                if place < longest:
                    number += folded * multipliers[place]
                place += 1
                at += 1
                byte = np.int64(data[at])
                folded = byte | 32 if byte < 128 else byte
            number ^= np.int64(np.uint64(number) >> np.uint64(29))
            words[n_words] = np.int64(np.uint64(number * np.int64(_MIX)) >> np.uint64(_TOP))
            n_words += 1
        if byte == 10:
            if text == n:
                return -1
            counts[_N_CHARACTERS, text] = n_characters
            counts[_N_DIGITS, text] = n_digits
            counts[_N_UPPER, text] = n_upper
            counts[_N_COMMAS, text] = n_commas
            counts[_N_CAPITALS, text] = n_capitals
            counts[_N_WORDS, text] = n_words - counts[_FIRSTS, text]
            text += 1
            counts[_FIRSTS, text] = n_words
            n_characters = n_digits = n_upper = n_commas = n_capitals = 0
        else:
            n_characters += 1
            n_digits += 48 <= byte <= 57
            n_commas += byte == 44
        at += 1
    return n_words
