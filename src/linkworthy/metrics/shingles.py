"""Words and shingles of texts as arrays: vectorised hashing over code points, without a loop over words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

K = 7
"""Words of a shingle. Source: Siteliner-like split, as in Broder 1997 (resemblance of documents by word shingles)."""

_CODES = 0x110000
_BASE = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(0xD6E8FEB86659FD93)
_IDEOGRAPHS = (
    (0x0E00, 0x0E7F),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
"""Thai, kana and Han: written without spaces, so every character counts as a word."""

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]


class Words(NamedTuple):
    """Words of many texts in a row: ``start`` and ``end`` are character offsets within the word's own text."""

    text: Places
    start: Places
    end: Places
    hash: Hashes


class Shingles(NamedTuple):
    """Shingles of many texts: number of the text, number of the first word in it, hash of the K folded words."""

    text: Places
    position: Places
    hash: Hashes


def words(texts: Sequence[str]) -> Words:
    """Find the words of each text and hash them, case folded.

    A word's hash is sum(c_j * B^j) over its code points modulo 2^64, taken as a difference of two prefix sums times the
    inverse power, and mixed. Memory: about 50 bytes a character of the texts given.
    """
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
    codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds, folded = _tables()
    kind = kinds[codes]
    before = np.concatenate((np.zeros(1, np.uint8), kind[:-1])) if kind.size else kind
    after = np.concatenate((kind[1:], np.zeros(1, np.uint8))) if kind.size else kind
    start = np.flatnonzero((kind == 2) | ((kind == 1) & (before != 1))).astype(np.int64)
    end = np.flatnonzero((kind == 2) | ((kind == 1) & (after != 1))).astype(np.int64) + 1
    powers = np.full(codes.size + 1, _BASE, dtype=np.uint64)
    powers[0] = 1
    np.multiply.accumulate(powers, out=powers)
    inverses = np.full(codes.size + 1, _inverse(_BASE), dtype=np.uint64)
    inverses[0] = 1
    np.multiply.accumulate(inverses, out=inverses)
    prefix = np.zeros(codes.size + 1, dtype=np.uint64)
    np.cumsum(folded[codes].astype(np.uint64) * powers[:-1], out=prefix[1:])
    hashes = _mixed((prefix[end] - prefix[start]) * inverses[start])
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths + 1)))[:-1]
    text = np.searchsorted(offsets, start, side="right") - 1
    return Words(text, start - offsets[text], end - offsets[text], hashes)


def shingles(found: Words) -> Shingles:
    """Hash every run of K words that lies in one text."""
    n = found.hash.size - K + 1
    if n <= 0:
        empty = np.zeros(0, np.int64)
        return Shingles(empty, empty, np.zeros(0, np.uint64))
    total = np.zeros(n, dtype=np.uint64)
    for j in range(K):
        total = total * _STEP + found.hash[j : j + n]
    whole = found.text[:n] == found.text[K - 1 :]
    first = np.searchsorted(found.text, found.text[:n], side="left")
    position = np.arange(n, dtype=np.int64) - first
    return Shingles(found.text[:n][whole], position[whole], _mixed(total[whole]))


def _mixed(values: Hashes) -> Hashes:
    """Spread every bit over all others (finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _inverse(odd: np.uint64) -> np.uint64:
    return np.uint64(pow(int(odd), -1, 1 << 64))


@lru_cache(maxsize=1)
def _tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
    """Give for each code point its kind (0 no word, 1 part of a word, 2 a word by itself) and its small letter."""
    kinds = np.fromiter((chr(code).isalnum() for code in range(_CODES)), dtype=np.uint8, count=_CODES)
    for first, last in _IDEOGRAPHS:
        kinds[first : last + 1] *= 2
    small = (chr(code).lower() for code in range(_CODES))
    folded = np.fromiter((ord(c) if len(c) == 1 else 0 for c in small), dtype=np.uint32, count=_CODES)
    whole = folded == 0
    folded[whole] = np.arange(_CODES, dtype=np.uint32)[whole]
    return kinds, folded
