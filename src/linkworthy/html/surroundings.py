"""What a small network is told of what stands around a block: its section, its run, the prose before and behind.

A block by itself says little: a teaser and a paragraph differ by the heading above them and by what stands beside them.
All is arithmetic over whole columns; nothing here looks at the document again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkworthy.html.block_features import Blocks
from linkworthy.html.columns import REGION, Array, Matrix, shifted, window

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

KIND_GROUPS = (("article", "documentation"), ("forum",), ("collection", "listing", "product"), ("service",))
"""Kinds whose main texts are worded alike, as far as a small set can tell."""
_HEADINGS = (1, 2, 3)
"""Places of h1 to h6 in TAGS."""
_PROSE_WORDS = 25
_FAR = 40
"""Blocks beyond which a distance says no more."""


@dataclass(frozen=True, slots=True)
class Sections:
    """The headings of a page and what they stand above."""

    is_heading: Flags
    heading: Places
    """Place of the last heading at or before each block, -1 where there is none."""
    until: Places
    """Place of the next heading behind each block, the number of blocks where there is none."""


def sections_of(blocks: Blocks) -> Sections:
    """Find which heading each block stands under."""
    n = len(blocks)
    order = np.arange(n)
    is_heading = (blocks.tags >= _HEADINGS[0]) & (blocks.tags <= _HEADINGS[-1]) & (blocks.words > 0)
    heading = np.maximum.accumulate(np.where(is_heading, order, -1)) if n else order
    until = np.append(np.where(is_heading, order, n), n)[::-1]
    return Sections(is_heading, heading, np.minimum.accumulate(until)[::-1][1:])


def surroundings(blocks: Blocks, heading_lean: Array, kind_lean: Array) -> Matrix:
    """Give what stands around each block, a row a block.

    ``heading_lean`` says of each word of headings how much more often main text follows, ``kind_lean`` of each word how
    much more often it stands in main texts of this kind of page, both in 1/1024.
    """
    if not len(blocks):
        return np.zeros((0, 1))
    return np.hstack([
        _of_sections(blocks, sections_of(blocks), heading_lean), _of_runs(blocks), _of_prose(blocks),
        _of_words(blocks, kind_lean),
    ])  # fmt: skip


def _of_sections(blocks: Blocks, sections: Sections, heading_lean: Array) -> Matrix:
    words, order = blocks.words, np.arange(len(blocks))
    seen = np.sqrt(np.maximum(1, blocks.letters.n_words))
    lean = np.clip(blocks.letters.sums(heading_lean) / 1024 / seen, -6, 6) / 2
    at = np.maximum(sections.heading, 0)
    is_under = sections.heading >= 0
    above = sections.heading[np.maximum(at - 1, 0)]
    is_second = is_under & (at > 0) & (above >= 0)
    before = np.cumsum(words) - words
    return np.stack([
        lean[at] * is_under, is_under, np.minimum(order - at, _FAR) / _FAR * is_under,
        np.log1p((before - before[at]) * is_under) / 6, np.minimum(sections.until - order, _FAR) / _FAR,
        (blocks.tags[at] - 1) * is_under / 2, (blocks.regions[at] != 0) & is_under,
        np.minimum(words[at], 20) / 20 * is_under, lean[np.maximum(above, 0)] * is_second,
    ], axis=1)  # fmt: skip


def runs_of(keys: Places) -> tuple[Places, Places, Places]:
    """Give the run of equal neighbours that each row belongs to, and where each run begins and ends."""
    is_new = np.ones(len(keys), dtype=bool)
    is_new[1:] = keys[1:] != keys[:-1]
    starts = np.flatnonzero(is_new)
    return np.cumsum(is_new) - 1, starts, np.append(starts, len(keys))[1:]


def _of_runs(blocks: Blocks) -> Matrix:
    """Give the size of the run of blocks of one tag and region, and of one region, and a block's place in it."""
    words, order = blocks.words, np.arange(len(blocks))
    all_words, link_words = (np.concatenate([[0.0], np.cumsum(one)]) for one in (words, blocks.link_words))
    columns: list[Array] = []
    for keys in (blocks.tags * 16 + blocks.regions, blocks.regions):
        run, starts, ends = runs_of(keys)
        size = (ends - starts)[run]
        total = (all_words[ends] - all_words[starts])[run]
        linked = (link_words[ends] - link_words[starts])[run]
        columns += [np.log1p(size) / 4, (order - starts[run]) / size, np.log1p(total) / 6,
                    np.minimum(total / size, 60) / 30, linked / np.maximum(1, total),
                    np.abs(words - total / size) / 20]  # fmt: skip
    return np.stack(columns, axis=1)


def looks_of(blocks: Blocks) -> Places:
    """Give a number for what a block looks like: tag, words by powers of two, link or not."""
    sizes = np.minimum(np.frexp(blocks.words + 1)[1] - 1, 7)
    return np.asarray(blocks.tags * 32 + sizes * 2 + (blocks.link_words * 2 > blocks.words), dtype=np.int64)


def _of_prose(blocks: Blocks) -> Matrix:
    """Give where a block stands between the first and the last paragraph, and in what rules call main."""
    n, words, order = len(blocks), blocks.words, np.arange(len(blocks))
    is_prose = (words > _PROSE_WORDS) & (blocks.link_words * 4 < words)
    is_prose &= (blocks.regions != REGION["nav"]) & (blocks.regions != REGION["footer"])
    is_main = blocks.regions <= REGION["list"]
    said = np.cumsum(words * is_main)
    parts = [said / max(1.0, float(said[-1])), np.minimum(_since(~is_main), _FAR) / 20,
             np.minimum(_since(~is_main[::-1])[::-1], _FAR) / 20]  # fmt: skip
    inside = np.flatnonzero(is_prose)
    if not len(inside):
        return np.hstack([np.stack(parts, axis=1), np.zeros((n, 8))])
    read = np.cumsum(words * is_prose)
    parts += [
        np.clip((order - inside[0]) / 30, -2, 2), np.clip((inside[-1] - order) / 30, -2, 2),
        np.minimum(_since(is_prose), _FAR) / 20, np.minimum(_since(is_prose[::-1])[::-1], _FAR) / 20,
        read / read[-1], np.full(n, np.log1p(read[-1]) / 8), np.log1p(read) / 8, np.log1p(read[-1] - read) / 8,
    ]  # fmt: skip
    return np.stack(parts, axis=1)


def _since(flags: Flags) -> Places:
    """Give how many rows ago a flag was set last."""
    order = np.arange(len(flags))
    return order - np.maximum.accumulate(np.where(flags, order, -100))


def _of_words(blocks: Blocks, kind_lean: Array) -> Matrix:
    """Give how much a block and those around it are worded as main texts of this kind of page are."""
    seen = np.sqrt(np.maximum(1, blocks.letters.n_words))
    lean = (np.clip(blocks.letters.sums(kind_lean) / 1024 / seen, -8, 8) / 3)[:, None]
    return np.hstack([lean, window(lean, 6), shifted(lean, -1), shifted(lean, 1)])
