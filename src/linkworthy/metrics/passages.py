"""Cuts passages out of the text of pages: from numbers of words to what a reader sees."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkworthy.metrics.blocktext import is_joined, text_of
from linkworthy.metrics.passage_kernels import copy_passages
from linkworthy.metrics.shingles import Reading, buffers, read_texts

Array = npt.NDArray[Any]

MAX_CHARACTERS = 1_000


def cut(table: pa.Table, page: Array, low: Array, high: Array, k: int) -> pa.Array:
    """Give the text of each passage: its page, its first word and the end word, both numbered within the page.

    ``table`` holds the blocks of all these pages.
    """
    texts = text_of(table)
    read = read_texts(texts, is_joined(table), k=k, with_spans=True)
    first_block = np.searchsorted(table.column("page").to_numpy(), page)
    first = np.concatenate((np.zeros(1, np.int64), read.ends))[first_block]
    return quotes(texts, read, first + low, first + high)


def quotes(texts: pa.Array, read: Reading, firsts: Array, ends: Array, limit: int = MAX_CHARACTERS) -> pa.Array:
    """Give the texts from one word each up to another, white space where a block ends."""
    data, offsets = buffers(texts)
    places = (np.searchsorted(read.ends, words, side="right") for words in (firsts, ends - 1))
    bounds = np.column_stack((*places, read.starts[firsts], read.stops[ends - 1]))
    sizes = np.zeros(firsts.size + 1, np.int64)
    copy_passages(data, offsets, bounds, limit, sizes, np.empty(0, np.uint8))
    stops = np.cumsum(sizes)
    out = np.empty(int(stops[-1]), np.uint8)
    copy_passages(data, offsets, bounds, limit, stops, out)
    return pa.LargeStringArray.from_buffers(firsts.size, pa.py_buffer(stops), pa.py_buffer(out))


def quote(texts: pa.Array, read: Reading, first: int, end: int, limit: int = MAX_CHARACTERS) -> str:
    """Give the text from one word up to another, white space where a block ends."""
    return str(quotes(texts, read, np.array([first]), np.array([end]), limit)[0].as_py())
