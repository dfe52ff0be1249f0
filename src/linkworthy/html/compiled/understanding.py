"""What the networks say of a page, in compiled steps; ``html.learned.understand`` is the plain form and the oracle.

A page of thirty blocks costs NumPy some thousand calls, each on a handful of numbers; here they are a few dozen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from linkworthy.html.block_features import (
    CORE,
    ENDS,
    FAR,
    N_OF_BLOCK,
    N_OF_PAGE,
    WIDE,
    Blocks,
    blocks_as_columns,
    page_columns,
    titles_of,
)
from linkworthy.html.columns import Matrix, stepped
from linkworthy.html.compiled import blockrows
from linkworthy.html.compiled.around import N_AROUND, find_sections, surroundings
from linkworthy.html.compiled.choosing import choose, kind_sums
from linkworthy.html.compiled.linkrows import link_matrix, links_of
from linkworthy.html.compiled.pagerow import kind_columns
from linkworthy.html.compiled.secondrows import N_GROUPS, N_KEYS, N_NEIGHBOURS, N_OF_ALL, Flags, second_rows
from linkworthy.html.compiled.spaces import Integers
from linkworthy.html.compiled.spelling import letters_of, sums
from linkworthy.html.compiled.voting import Votes, mean_shares
from linkworthy.html.kind_features import N_HASHED
from linkworthy.html.learned import KINDS, OF_GROUPS, Understanding, shipped, togetherness
from linkworthy.html.letters import Letters
from linkworthy.html.page import Page

_N_FIRST = N_OF_BLOCK + 2 * len(CORE) + 4 * len(FAR) + 2 * (len(WIDE) + 1) + N_AROUND + N_OF_PAGE
_N_SECOND = N_NEIGHBOURS + N_GROUPS + N_OF_ALL + N_OF_BLOCK + N_AROUND + N_OF_PAGE
_SHORT, _LONG = 2, 40
"""Words between which a text may be a part of the title."""


@dataclass(frozen=True, slots=True)
class _Looks:
    """What both looks at the blocks of a page have in common."""

    blocks: Blocks
    lean: Integers
    heading: Integers
    until: Integers
    first: Matrix
    """Rows of the first look."""
    total: float
    """Words of all blocks, 1 at least."""
    together: float
    keys: Integers
    runs: Integers
    weight: Matrix
    running: Matrix

    @classmethod
    def of(cls, page: Page, blocks: Blocks, kinds: Matrix, of_page: Matrix, lean: Integers) -> _Looks:
        """Take a first look at a page that is of these kinds, each as likely as said."""
        n = len(blocks)
        total = max(1.0, float(blocks.words.sum()))
        keys, runs = np.empty((2, n + N_KEYS), dtype=np.int64)
        weight, running = np.empty((2, n + N_KEYS))
        heading, until = np.empty((2, n), dtype=np.int64)
        find_sections(blocks.tags, blocks.words, heading, until)
        around = np.empty((n, N_AROUND))
        letters, leans = blocks.letters, shipped().leans
        surroundings(
            blocks.tags, blocks.regions, blocks.words, blocks.link_words, letters.n_words,
            sums(letters, leans.heading), _sums_of_kinds(letters, kinds), heading, until, around, keys, weight, running,
        )  # fmt: skip
        rows = np.empty((n, _N_FIRST))
        blockrows.own_rows(
            blocks.tags, blocks.regions, blocks.words, blocks.link_words, blocks.n_same, _codes(page, blocks), lean,
            letters.n_characters, letters.n_digits, letters.n_upper, letters.n_commas, letters.n_words,
            letters.n_capitals, rows,
        )  # fmt: skip
        blockrows.first_rows(blocks.tags, blocks.words, total, CORE, FAR, WIDE, around, of_page, running, rows)
        return cls(blocks, lean, heading, until, stepped(rows), total, togetherness(kinds), keys, runs, weight, running)

    def second(self, shares: Matrix) -> Matrix:
        """Take a second look after what the first one said."""
        blocks = self.blocks
        rows = np.empty((len(blocks), _N_SECOND))
        second_rows(
            blocks.tags, blocks.regions, blocks.words, blocks.link_words, self.total, shares, self.choice(shares),
            self.heading, self.until, self.first, N_OF_BLOCK, N_AROUND + N_OF_PAGE, self.keys, self.runs,
            self.weight, self.running, rows,
        )  # fmt: skip
        return stepped(rows)

    def choice(self, shares: Matrix) -> Flags:
        """Choose the blocks of the main text."""
        blocks = self.blocks
        chosen = np.empty(len(blocks), dtype=np.bool_)
        order = np.argsort(-shares, kind="stable")
        choose(
            order, shares, blocks.words, blocks.same, blocks.n_same, self.together, self.keys, self.weight,
            self.running, chosen,
        )  # fmt: skip
        return chosen


class _Nets(NamedTuple):
    """The shipped networks as they are asked here."""

    structure: Votes
    words: Votes
    blocks: Votes
    smooth: Votes
    links: Votes

    def kinds(self, row: Matrix) -> Matrix:
        """Give the share of each kind, one row."""
        of_structure = stepped(mean_shares(self.structure, np.ascontiguousarray(row[:, :-N_HASHED])))
        return (of_structure + stepped(mean_shares(self.words, row))) / 2


@lru_cache(maxsize=1)
def _nets() -> _Nets:
    models = shipped()
    return _Nets(*map(Votes.of, (models.structure, models.words, models.blocks, models.smooth, (models.links,))))


def understand(page: Page) -> Understanding:
    """Say what a page is and which part of it is its main text; a page without blocks has none."""
    nets, leans = _nets(), shipped().leans
    blocks = blocks_as_columns(page, letters_of)
    links = links_of(page)
    lean = sums(blocks.letters, leans.block)
    of_page = page_columns(page, blocks, lean)
    kinds = nets.kinds(kind_columns(page, blocks, links))
    shares, is_main, rows = np.zeros(0), np.zeros(0, dtype=np.bool_), np.zeros((0, 1))
    if len(blocks):
        looks = _Looks.of(page, blocks, kinds, np.concatenate([of_page[0], kinds[0]]), lean)
        rows = looks.first
        first = mean_shares(nets.blocks, rows)[:, 0]
        shares = (first + mean_shares(nets.smooth, looks.second(first))[:, 0]) / 2
        is_main = looks.choice(shares)
    link_shares = np.zeros(0)
    if len(links):
        found = link_matrix(page, links, blocks, rows, shares, is_main, leans.link, of_page, kinds)
        link_shares = mean_shares(nets.links, found)[:, 0]
    best = int(np.argmax(kinds[0]))
    return Understanding(KINDS[best], float(kinds[0, best]), shares, is_main, link_shares)


def _sums_of_kinds(letters: Letters, kinds: Matrix) -> Integers:
    """Give the same from the tables of groups of kinds, each as much as the page is of that group."""
    out = np.empty(len(letters.firsts) - 1, dtype=np.int64)
    kind_sums(letters.words, letters.firsts, _tables_of_kinds(), kinds[0] @ OF_GROUPS, out)
    return out


@lru_cache(maxsize=1)
def _tables_of_kinds() -> Matrix:
    return np.ascontiguousarray(shipped().leans.kinds, dtype=np.float64)


def _codes(page: Page, blocks: Blocks) -> Integers:
    """Give what is known of each block's text, as bits."""
    title, names = titles_of(page)
    longest = len(title)
    codes = [
        text.endswith(ENDS) + 2 * (". " in text) + 4 * text[:1].isupper() + 8 * text[:1].isdigit()
        + 16 * (text in names or (_SHORT < n_words < _LONG and len(text) <= longest and text.casefold() in title))
        for text, n_words in zip(blocks.texts, blocks.words.tolist(), strict=True)
    ]  # fmt: skip
    return np.asarray(codes, dtype=np.int64)
