"""Many short stretches of one block, eight bytes in a word, compared with what has to stand there.

The tests of a word's bytes are Mycroft's and Hacker's Delight's (https://graphics.stanford.edu/~seander/bithacks.html).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

LOW = np.uint64(0x0101010101010101)
HIGH = np.uint64(0x8080808080808080)
_LOW_BITS = np.uint64(0x7F7F7F7F7F7F7F7F)
_ZEROS = np.uint64(0x3030303030303030)
_OVER_NINE = np.uint64(0x7676767676767676)
"""Added to a byte of 10 or more, it carries into the byte's highest bit."""


class Template(NamedTuple):
    """Words that some bytes of a stretch are compared with, and where digits have to stand."""

    fixed: Words
    mask: Words
    digits: Words
    """The highest bit of each byte that has to be a digit."""


def template(text: str) -> Template:
    """Make a template: ``_`` stands for a digit, ``?`` for any byte, and every other character for itself."""
    raw = text.encode("ascii")
    fixed = bytes(0 if byte in b"_?" else byte for byte in raw)
    mask = bytes(0 if byte in b"_?" else 0xFF for byte in raw)
    digits = bytes(0x80 if byte == ord("_") else 0 for byte in raw)
    return Template(*(np.frombuffer(part, "<u8") for part in (fixed, mask, digits)))


def words_at(data: bytes, at: Ints, n_words: int) -> list[Words]:
    """Give the words that begin at these positions; none may reach beyond the data."""
    if not len(at):
        return [np.zeros(0, np.uint64)] * n_words
    n_bytes = 8 * n_words
    every = np.ndarray((len(data) - n_bytes + 1,), f"V{n_bytes}", data, strides=(1,))
    words = every[at].view("<u8").reshape(len(at), n_words)
    return [np.ascontiguousarray(words[:, n]) for n in range(n_words)]


def digits_of(word: Words) -> tuple[Words, Words]:
    """Give each byte as the digit that it is, and a word whose bytes' highest bits tell those that are none."""
    value = word ^ _ZEROS
    return value, ((value & _LOW_BITS) + _OVER_NINE | value) & HIGH


def misfits(words: list[Words], wanted: Template) -> Words:
    """Give a number for each stretch: 0 where it fits the template."""
    found = np.zeros(len(words[0]), np.uint64)
    for n, word in enumerate(words):
        if wanted.mask[n]:
            found |= (word ^ wanted.fixed[n]) & wanted.mask[n]
        if wanted.digits[n]:
            found |= digits_of(word)[1] & wanted.digits[n]
    return found


def has_byte(word: Words, byte: str) -> Words:
    """Tell by its bytes' highest bits where a byte stands; bytes behind the first found may be told wrongly."""
    rest = word ^ (LOW * np.uint64(ord(byte)))
    return (rest - LOW) & ~rest & HIGH


def first_bytes(n_words: int) -> Words:
    """Give masks of the first 0, 1, 2 … bytes' highest bits of a stretch: one row a number of bytes."""
    n_bytes = 8 * n_words
    rows = [bytes(0x80 if place < n else 0 for place in range(n_bytes)) for n in range(n_bytes + 1)]
    return np.frombuffer(b"".join(rows), "<u8").reshape(n_bytes + 1, n_words)
