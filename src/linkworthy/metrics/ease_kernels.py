"""Counts words, sentences and syllables of texts, byte by byte."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from linkworthy.metrics.kernel import kernel

Array = npt.NDArray[Any]

SPACE, END, VOWEL, SOUND, WORD = 1, 2, 4, 8, 16
"""Kinds of a character: white space, end of a sentence, vowel of any language, one of ``aeiouy``, ASCII word."""
_E = 101
_ELLIPSIS = 0x2026


@kernel
def count(data: Array, offsets: Array, kinds: Array, out: Array) -> None:
    """Count for each text: white space, ends of sentences, runs of vowels, and silent letters e at the end of words.

    The texts are UTF-8 in small letters; ``kinds`` holds the kinds of the first characters of Unicode. An end is a run
    of marks before white space or the end of the text; an e is silent after a character that is neither white space
    nor one of ``aeiouy``.
    """
    for n in range(offsets.size - 1):
        end = offsets[n + 1]
        i, before = offsets[n], SPACE
        while i < end:
            code, width = char(data, i)
            kind = kinds[code] if code < kinds.size else END if code == _ELLIPSIS else 0
            i += width
            out[n, 0] += (kind & SPACE) > 0
            if before & END and kind & SPACE:
                out[n, 1] += 1
            if kind & VOWEL and not before & VOWEL:
                out[n, 2] += 1
            if code == _E and not before & (SPACE | SOUND) and (i == end or not is_word(data[i], kinds)):
                out[n, 3] += 1
            before = kind
        out[n, 1] += (before & END) > 0


@kernel
def is_word(byte: int, kinds: Array) -> bool:
    """Tell whether a character that begins with a byte is an ASCII letter, a digit or an underscore."""
    return byte < 128 and (kinds[byte] & WORD) > 0


@kernel
def char(data: Array, i: int) -> tuple[int, int]:
    """Give the character at a byte and the bytes that it takes."""
    byte: Any = np.int64(data[i])
    if byte < 0x80:
        return byte, 1
    if byte < 0xE0:
        return (byte & 0x1F) << 6 | (data[i + 1] & 0x3F), 2
    if byte < 0xF0:
        return (byte & 0x0F) << 12 | np.int64(data[i + 1] & 0x3F) << 6 | (data[i + 2] & 0x3F), 3
    return 0x10000, 4
