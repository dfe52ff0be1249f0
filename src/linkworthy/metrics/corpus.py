"""The words of all pages as runs of hashes in one file, and what is counted over them.

Memory: two bits for each of eight slots a word at most, 20 bytes a run that stands on two pages, and a few numbers a
page; what grows with the words of the site lies in a temporary file of 12 bytes a word, which the kernels read as an
array. Time: linear in words.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkworthy.metrics import count_kernels as kernels
from linkworthy.metrics import pair_kernels
from linkworthy.metrics.shingles import K, read_texts

Array = npt.NDArray[Any]

_SLOTS_PER_WORD = 8
_MAX_SLOT_BITS = 32
"""Two bits each: a gibibyte."""
_WORDS_AT_ONCE = 1 << 22
_PAGES_AT_ONCE = 50_000
_MAX_KEPT = 1 << 23
"""Runs whose pages are kept; of more of them, a sample by hash."""
KEPT = 10
"""Pages kept for each run as candidates of those that share most."""


class Corpus:
    """Pages as runs of K words: add all pages, then ``count``. A context manager: the file goes with it."""

    def __init__(self, folder: Path | None = None, k: int = K) -> None:
        self.k = k
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by __exit__
        self._slot_file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by __exit__
        self._ends: list[Array] = [np.zeros(1, np.int64)]
        self._n_words = 0
        self._room = np.empty(0, np.uint64)
        self.firsts = np.zeros(1, np.int64)
        """First word of each page, and the number of all words."""
        self.keys = np.zeros(0, np.uint64)
        self.pages = np.zeros((0, 2), np.int32)
        """For each run of the table the number of pages that it stands on, and room for a mark."""
        self._mark = 0
        """Greatest mark that is in use."""
        self.numbers = np.zeros(0, np.int32)
        self.kept = np.zeros((0, KEPT), np.int32)
        self.limit = 0
        self.counts = np.zeros((0, 4), np.int64)
        """For each page: words of the template, duplicate words, distinct runs, and those that other pages hold too."""
        self.slots = np.zeros(0, np.int32)
        """For each word the place of its run in the table, -1 where the run stands on one page."""

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the files."""
        self._file.close()
        self._slot_file.close()

    @property
    def n(self) -> int:
        """Number of pages."""
        return self.firsts.size - 1

    def add(self, texts: pa.Array, is_joined: Array, n_texts: Array) -> None:
        """Add whole pages: their texts in order, whether each goes on with the one before, and texts a page."""
        if texts.nbytes >= self._room.size:
            self._room = np.empty(2 * texts.nbytes + 1, np.uint64)
        read = read_texts(texts, is_joined, k=self.k, room=self._room)
        self._file.write(read.runs.data)
        ends = np.concatenate((np.zeros(1, np.int64), read.ends))[np.cumsum(n_texts)]
        self._ends.append(ends + self._n_words)
        self._n_words += read.runs.size

    def count(self, template: Array, limit: int, *, with_pages: bool = True) -> None:
        """Count the pages of each run and split the words of each page.

        ``template`` holds the runs of template blocks; a run on ``limit`` pages or more belongs to the template too.
        Without ``with_pages`` it is not kept which pages hold a run.
        """
        self.firsts = np.concatenate(self._ends)
        self._ends.clear()
        self._room = np.empty(0, np.uint64)
        self.limit = limit
        self._file.flush()
        bits = min(_MAX_SLOT_BITS, max(10, int(self._n_words * _SLOTS_PER_WORD).bit_length()))
        seen, shift = np.zeros(1 << (bits - 2), np.uint8), np.uint64(64 - bits)
        n_again = sum(kernels.note_seen(runs, seen, shift) for _page, _offset, runs in self._chunks())
        for _ in range(2):
            kernels.note_seen(template, seen, shift)
        # A slot that was set twice by chance stands for two runs: half the square of the words a slot, in expectation.
        n_crowded = min(n_again, self._n_words * self._n_words >> (bits + 1))
        size = 1 << max(10, int((n_again + n_crowded + template.size) * 1.6 + 64).bit_length())
        while not self._enter(template, seen, shift, size):
            size *= 2
        self.slots = _mapped(self._slot_file, np.dtype(np.int32), self._n_words)
        self._split(with_pages=with_pages)

    def _enter(self, template: Array, seen: Array, shift: np.uint64, size: int) -> bool:
        """Fill a table of so many places with the runs that come again; false where it is too small."""
        table = np.zeros((size, 2), np.uint64)
        used = kernels.mark_template(template, table)
        self._slot_file.seek(0)
        for page, offset, runs in self._chunks():
            slots = np.empty(runs.size, np.int32)
            used = kernels.count_pages(runs, self.firsts, page, offset, seen, shift, table, used, slots)
            if used < 0:
                return False
            self._slot_file.write(slots.data)
        self._slot_file.flush()
        self.keys = table[:, 0].copy()
        self.pages = np.zeros((size, 2), np.int32)
        self.pages[:, 0] = table[:, 1] & np.uint64(0xFFFFFFFF)
        return True

    def _split(self, *, with_pages: bool) -> None:
        self.numbers = np.empty(self.keys.size if with_pages else 0, np.int32)
        mask, n = np.uint64(0), 0
        while with_pages:
            n = kernels.number_shared(self.keys, self.pages, self.limit, mask, self.numbers)
            if n <= _MAX_KEPT:
                break
            mask = (mask >> np.uint64(1)) | np.uint64(1 << 63)  # high bits: the low ones place a run in the table
        self.kept = np.full((n, KEPT), -1, np.int32)
        self.counts = np.zeros((self.n, 4), np.int64)
        self.pages[:, 1] = 0
        kernels.split(self.slots, self.firsts, self.pages, self.numbers, self.limit, self.k, self.counts, self.kept)
        self.clear_marks()

    def clear_marks(self) -> None:
        """Take all marks off the runs."""
        self.pages[:, 1] = 0
        self._mark = 0

    def nearest(self, n_kept: int) -> Array:
        """Give page, other page and words of the page that stand on the other, for the pages that share most words.

        The candidates are the pages that are kept for most runs of a page; their words are counted in full.
        """
        hits, stamps = np.zeros(self.n, np.int32), np.full(self.n, -1, np.int32)
        others = np.zeros(self.n, np.int32)
        out = [np.zeros((0, 3), np.int32)]
        for start in range(0, self.n, _PAGES_AT_ONCE):
            stop = min(self.n, start + _PAGES_AT_ONCE)
            pairs = np.empty(((stop - start) * 2 * n_kept, 3), np.int32)
            n = pair_kernels.find_candidates(
                self.slots, self.firsts, start, stop, self.numbers, self.kept, hits, stamps, others, pairs, 2 * n_kept
            )
            self._mark = pair_kernels.count_shared(
                self.slots, self.firsts, pairs[:n, 0], pairs[:n, 1], np.argsort(pairs[:n, 1], kind="stable"),
                self.pages, self.limit, self.k, self._mark, pairs[:n, 2],
            )  # fmt: skip
            out.append(_most(pairs[:n], n_kept))
        return np.concatenate(out)

    def passages(self, pages: Array, others: Array, n_kept: int) -> Array:
        """Give number of the pair, number of the passage, first and end word of the longest passages of pairs.

        Words are numbered within the page; the longest passage of a pair has number 0. Many pairs at once are quicker:
        each other page is read once for all of them. Memory: 16 bytes a passage that is asked for.
        """
        found, n_found = np.empty((pages.size, n_kept, 2), np.int64), np.zeros(pages.size, np.int64)
        self._mark = pair_kernels.list_passages(
            self.slots, self.firsts, pages, others, np.argsort(others, kind="stable"), self.pages, self.limit, self.k,
            self._mark, found, n_found,
        )  # fmt: skip
        is_found = np.arange(n_kept) < n_found[:, None]
        return np.column_stack((*np.nonzero(is_found), found[is_found]))

    def _chunks(self) -> Iterator[tuple[int, int, Array]]:
        """Give whole pages: the first one's number, its first word, and the runs of all."""
        page = 0
        runs = _mapped(self._file, np.dtype(np.uint64), self._n_words)
        while page < self.n:
            low = int(self.firsts[page])
            stop = max(page + 1, int(np.searchsorted(self.firsts, low + _WORDS_AT_ONCE, side="right")) - 1)
            yield page, low, runs[low : int(self.firsts[stop])]
            page = stop


def _most(pairs: Array, n_kept: int) -> Array:
    """Give the pairs of each page with most shared words, the lower other page first where they are equal."""
    sharing = pairs[pairs[:, 2] > 0]
    ranked = sharing[np.lexsort((sharing[:, 1], -sharing[:, 2], sharing[:, 0]))]
    firsts = np.searchsorted(ranked[:, 0], ranked[:, 0])
    return ranked[np.arange(len(ranked)) - firsts < n_kept]


def _mapped(file: IO[bytes], kind: np.dtype[Any], n: int) -> Array:
    if n == 0:
        return np.zeros(0, kind)
    return np.frombuffer(mmap.mmap(file.fileno(), n * kind.itemsize, access=mmap.ACCESS_WRITE), kind)
