"""What one page shares with all others: the kind of each of its words, the other pages, and the passages side by side.

The text of the site is read once more, in the order of its pages, and held against the runs of the one page: exact, in
time linear in the words of the site, in memory of one batch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkworthy.metrics.blocktext import is_joined, text_of, whole_pages
from linkworthy.metrics.passages import quote
from linkworthy.metrics.shingles import Reading, read_texts

Array = npt.NDArray[Any]

UNIQUE, DUPLICATE, COMMON = 0, 1, 2
KINDS = ("unique", "duplicate", "common")


@dataclass(frozen=True, slots=True)
class PageText:
    """The blocks of one page and its words; runs of template blocks are left out."""

    url: str
    page: int
    blocks: pa.Table
    read: Reading
    is_template: Array
    """For each word whether its block belongs to the template."""

    @property
    def n_words(self) -> int:
        """Number of words."""
        return int(self.read.runs.size)

    def quote(self, first: int, end: int) -> str:
        """Give the text from one word up to another."""
        return quote(text_of(self.blocks), self.read, first, end)


@dataclass(frozen=True, slots=True)
class Other:
    """Another page that holds some of the words: passages as pairs of first and end word, longest first."""

    url: str
    n_words: int
    passages: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sharing:
    """One page word by word."""

    text: PageText
    kinds: Array
    """For each word 0 unique, 1 duplicate, 2 common."""
    others: list[Other] = field(default_factory=list)
    """Pages with most of its words first."""

    def n_of(self, kind: int) -> int:
        """Count the words of a kind."""
        return int(np.count_nonzero(self.kinds == kind))


def page_text(db: duckdb.DuckDBPyConnection, url: str, k: int) -> PageText | None:
    """Read the words of a scanned page, null where it was not scanned."""
    numbers = db.execute("select page from scanned where url = ?", [url]).fetchall()
    if not numbers:
        return None
    found = db.sql(
        """
        select b.n, b.region, b.text, t.text_hash is not null as is_template, 0 as page
        from blocks b left join template_block t using (text_hash) where b.url = ? order by b.n""",
        params=[url],
    ).to_arrow_table()
    template = found.column("is_template").to_numpy()
    joined = is_joined(found)
    joined[1:] &= template[1:] == template[:-1]
    read = read_texts(text_of(found), joined, k=k, with_spans=True)
    sizes = np.diff(read.ends, prepend=0)
    is_template = np.repeat(template, sizes)
    read.runs[is_template] = 0
    return PageText(url, int(numbers[0][0]), found, read, is_template)


def covered(at: Array, n_words: int, k: int) -> Array:
    """Tell for each word whether it lies in one of the runs that begin at some words."""
    steps = np.zeros(n_words + 1, np.int64)
    np.add.at(steps, at, 1)
    np.add.at(steps, np.minimum(at + k, n_words), -1)
    return np.cumsum(steps)[:n_words] > 0


def islands(at: Array, k: int) -> list[tuple[int, int]]:
    """Give first and end word of each stretch of runs that begin one word after the other; ``at`` is ascending."""
    if not at.size:
        return []
    breaks = np.flatnonzero(np.diff(at) != 1) + 1
    firsts = at[np.concatenate((np.zeros(1, np.int64), breaks))]
    ends = at[np.concatenate((breaks - 1, np.array([at.size - 1])))] + k
    return list(zip(firsts.tolist(), ends.tolist(), strict=True))


def sharing_of(db: duckdb.DuckDBPyConnection, text: PageText, template: Array, limit: int, k: int) -> Sharing:
    """Hold a page against all other scanned pages; ``template`` holds the runs of template blocks, sorted."""
    runs = np.unique(text.read.runs[text.read.runs != 0])
    page, number = _holders(db, text.page, runs, k)
    n_pages = np.bincount(number, minlength=runs.size) + 1
    is_common = (n_pages >= limit) | np.isin(runs, template)
    at = np.flatnonzero(text.read.runs)
    of_word = np.searchsorted(runs, text.read.runs[at])
    kinds = np.zeros(text.n_words, np.int8)
    kinds[covered(at[n_pages[of_word] >= 2], text.n_words, k)] = DUPLICATE
    kinds[covered(at[is_common[of_word]], text.n_words, k)] = COMMON
    kinds[text.is_template] = COMMON
    is_kept = ~is_common[number]
    return Sharing(text, kinds, _others(db, text, at, of_word, page[is_kept], number[is_kept], k))


def _holders(db: duckdb.DuckDBPyConnection, own: int, runs: Array, k: int) -> tuple[Array, Array]:
    """Give each other page and each run, by its number, that it holds; ordered by page."""
    pages, numbers = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for table in whole_pages(db):
        if not runs.size:
            break
        read = read_texts(text_of(table), is_joined(table), k=k)
        number = np.minimum(np.searchsorted(runs, read.runs), runs.size - 1)
        at = np.flatnonzero((runs[number] == read.runs) & (read.runs != 0))
        page = table.column("page").to_numpy()[np.searchsorted(read.ends, at, side="right")].astype(np.int64)
        pair = np.unique((page[page != own] << 32) | number[at][page != own])
        pages.append(pair >> 32)
        numbers.append(pair & 0xFFFFFFFF)
    return np.concatenate(pages), np.concatenate(numbers)


def _others(
    db: duckdb.DuckDBPyConnection, text: PageText, at: Array, of_word: Array, page: Array, number: Array, k: int
) -> list[Other]:
    """Give the other pages with the passages that they hold of the page."""
    found: list[tuple[int, int, list[tuple[int, int]]]] = []
    for low, high in zip(*_ranges(page), strict=True):
        places = at[np.isin(of_word, number[low:high])]
        n_words = int(np.count_nonzero(covered(places, text.n_words, k)))
        stretches = sorted(islands(places, k), key=lambda span: (span[0] - span[1], span[0]))
        found.append((int(page[low]), n_words, stretches))
    found.sort(key=lambda row: (-row[1], row[0]))
    urls = {int(number): url for number, url in db.sql("select page, url from scanned").fetchall()} if found else {}
    return [Other(urls[number], n_words, stretches) for number, n_words, stretches in found]


def _ranges(values: Array) -> tuple[list[int], list[int]]:
    """Give where each stretch of equal values begins and ends."""
    edges = np.flatnonzero(np.diff(values, prepend=-1, append=-2)).tolist() if values.size else [0]
    return edges[:-1], edges[1:]
