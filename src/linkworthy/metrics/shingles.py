"""Words and shingles of texts as arrays of hashes: the face of the kernel that reads UTF-8."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkworthy.metrics.shingle_kernels import read_words

K = 7
"""Words of a shingle. Source: Siteliner-like split, as in Broder 1997 (resemblance of documents by word shingles)."""

_CODES = 0x323B0
"""No letter or digit lies beyond the ideographs of plane 3."""
_IDEOGRAPHS = (
    (0x0E00, 0x0E7F),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
"""Thai, kana and Han: written without spaces, so every character counts as a word."""

Array = npt.NDArray[Any]


class Reading(NamedTuple):
    """Words of many texts in a row."""

    runs: Array
    """For each word the hash of the k folded words that begin with it, 0 where fewer follow."""
    ends: Array
    """For each text the number of words up to its end."""
    starts: Array
    """Byte offset of each word within all texts, where spans were asked for."""
    stops: Array


def read_texts(
    texts: pa.Array, is_joined: Array | None = None, *, k: int = K, with_spans: bool = False, room: Array | None = None
) -> Reading:
    """Find the words of texts and hash every run of k of them, case folded.

    ``is_joined`` tells for each text whether runs may begin in the text before it. ``room`` may hold the hashes: 8
    bytes a byte of text, and one more. Memory: that, and 16 more with spans.
    """
    data, offsets = buffers(texts)
    n_texts = len(texts)
    joined = np.zeros(n_texts, np.bool_) if is_joined is None else is_joined
    n_room = int(offsets[-1] - offsets[0]) + 1
    runs = np.empty(n_room, np.uint64) if room is None or room.size < n_room else room
    ends = np.zeros(n_texts, np.int64)
    span_room = n_room if with_spans else 0
    starts, stops = np.empty(span_room, np.int64), np.empty(span_room, np.int64)
    kinds, small = tables()
    n = read_words(data, offsets, joined, kinds, small, k, runs, ends, starts, stops)
    return Reading(runs[:n], ends, starts[:n], stops[:n])


def texts_of(texts: Sequence[str]) -> pa.Array:
    """Give texts as an Arrow array; half of a pair of surrogates becomes a question mark."""
    try:
        return pa.array(texts, pa.large_string())
    except UnicodeEncodeError:
        return pa.array([text.encode("utf-8", "replace") for text in texts], pa.large_binary())


def buffers(texts: pa.Array) -> tuple[Array, Array]:
    """Give the bytes and offsets behind an array of texts; an absent text is an empty one."""
    kind = pa.int64() if pa.types.is_large_string(texts.type) or pa.types.is_large_binary(texts.type) else pa.int32()
    if len(texts) == 0:
        return np.zeros(0, np.uint8), np.zeros(1, np.int64)
    _valid, places, data = texts.buffers()
    offsets = np.frombuffer(places, kind.to_pandas_dtype())[texts.offset : texts.offset + len(texts) + 1]
    return np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8), offsets.astype(np.int64)


@lru_cache(maxsize=1)
def tables() -> tuple[Array, Array]:
    """Give for each code point its kind and its small letter.

    Kinds: 0 no word, 1 part of a word, 2 a word by itself, 3 a mark that goes on with a word and begins none.
    """
    letters = [chr(code) for code in range(_CODES)]
    kinds = np.fromiter(map(str.isalnum, letters), dtype=np.uint8, count=_CODES)
    for first, last in _IDEOGRAPHS:
        kinds[first : last + 1] *= 2
    marks = [code for code in range(0x300, 0x20000) if unicodedata.category(letters[code]) in {"Mn", "Mc"}]
    kinds[[code for code in marks if not kinds[code]]] = 3
    # Two characters of four bytes each; a letter whose small form takes two stays as it is.
    small = np.array([letter.lower() for letter in letters], "U2").view(np.uint32).reshape(_CODES, 2)
    return kinds, np.where(small[:, 1] == 0, small[:, 0], np.arange(_CODES, dtype=np.uint32))
