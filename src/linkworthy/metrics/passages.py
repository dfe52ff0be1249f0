"""Cuts passages out of the text of pages: from numbers of words to what a reader sees."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkworthy.metrics.blocktext import is_joined, text_of
from linkworthy.metrics.shingles import Reading, read_texts

Array = npt.NDArray[Any]

MAX_CHARACTERS = 1_000


def cut(table: pa.Table, page: Array, low: Array, high: Array, k: int) -> list[str]:
    """Give the text of each passage: its page, its first word and the end word, both numbered within the page.

    ``table`` holds the blocks of all these pages.
    """
    texts = text_of(table)
    read = read_texts(texts, is_joined(table), k=k, with_spans=True)
    first_block = np.searchsorted(table.column("page").to_numpy(), page)
    first = np.concatenate((np.zeros(1, np.int64), read.ends))[first_block]
    return [quote(texts, read, a, b) for a, b in zip((first + low).tolist(), (first + high).tolist(), strict=True)]


def quote(texts: pa.Array, read: Reading, first: int, end: int, limit: int = MAX_CHARACTERS) -> str:
    """Give the text from one word up to another, white space where a block ends."""
    low, high = (int(np.searchsorted(read.ends, word, side="right")) for word in (first, end - 1))
    base = texts.buffers()[1]
    kind = np.int64 if pa.types.is_large_string(texts.type) or pa.types.is_large_binary(texts.type) else np.int32
    offsets = np.frombuffer(base, kind)[texts.offset : texts.offset + len(texts) + 1]
    data = texts.buffers()[2]
    pieces: list[str] = []
    for block in range(low, high + 1):
        start = int(read.starts[first]) if block == low else int(offsets[block])
        stop = int(read.stops[end - 1]) if block == high else int(offsets[block + 1])
        pieces.append(bytes(data[start : min(stop, start + 4 * limit)]).decode("utf-8", "replace"))
        if sum(map(len, pieces)) > limit:
            break
    return " ".join(pieces)[:limit]
