"""What the second look is told of each block: what the first look said of it, of those around, and of those alike.

Blocks of one run, one section or one look are mostly all main text or none is; the first look judges each alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkworthy.html.block_features import N_OF_BLOCK, N_OF_PAGE, Blocks
from linkworthy.html.columns import REGIONS, Array, Matrix, shifted, window
from linkworthy.html.surroundings import Places, Sections, looks_of, runs_of, sections_of

_STEPS = (-4, -3, -2, -1, 1, 2, 3, 4)
_LEVELS = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95)
"""Shares above which words are counted: whether the first look was sure of the page."""


def second_matrix(
    blocks: Blocks, rows: Matrix, around: Matrix, shares: Array, is_main: npt.NDArray[np.bool_]
) -> Matrix:
    """Give the rows of the second look.

    ``rows`` and ``shares`` are those of the first look, ``is_main`` what would be chosen by it, ``around`` is what
    stands around each block.
    """
    of_groups, of_page = _of_groups(blocks, shares), _of_page(blocks, shares)
    return np.hstack([
        _of_neighbours(blocks, shares, is_main), of_groups, np.broadcast_to(of_page, (len(blocks), len(of_page))),
        rows[:, :N_OF_BLOCK], around, rows[:, -N_OF_PAGE:],
    ])  # fmt: skip


def _of_neighbours(blocks: Blocks, shares: Array, is_main: npt.NDArray[np.bool_]) -> Matrix:
    n = len(blocks)
    said = shares[:, None]
    weights = blocks.words / max(1.0, float(blocks.words.sum()))
    weighed = np.stack([shares * blocks.words / 20, shares], axis=1)
    before = np.cumsum(weights * shares) - weights * shares
    total = max(1e-3, float((weights * shares).sum()))
    inside = np.flatnonzero(is_main)
    first, last = (int(inside[0]), int(inside[-1])) if len(inside) else (0, n - 1)
    order = np.arange(n)
    least = float(shares[is_main].min()) if len(inside) else 0.5
    return np.hstack([
        said, *(shifted(said, step) for step in _STEPS), *(window(weighed, size) for size in (3, 10, 30)),
        is_main[:, None].astype(np.float64), (said - least),
        np.stack([before / total, np.full(n, total), np.full(n, least), np.full(n, len(inside) / n),
                  np.clip((order - first) / 30, -2, 2), np.clip((last - order) / 30, -2, 2),
                  (order >= first) & (order <= last)], axis=1),
    ])  # fmt: skip


def _of_groups(blocks: Blocks, shares: Array) -> Matrix:
    """Give the mean share of blocks of the same run, section, tag and look, and what is said of the headings."""
    sections = sections_of(blocks)
    weights = np.sqrt(blocks.words) + 0.5
    kinds = blocks.tags * len(REGIONS) + blocks.regions
    columns: list[Array] = []
    for keys in (runs_of(kinds)[0], runs_of(blocks.regions)[0], sections.heading + 1, kinds,
                 looks_of(blocks) * len(REGIONS) + blocks.regions):  # fmt: skip
        mean, weight = _means(keys, weights, shares)
        columns += [mean, np.log1p(weight) / 5]
    return np.stack([*columns, *_of_headings(blocks, sections, weights, shares)], axis=1)


def _of_headings(blocks: Blocks, sections: Sections, weights: Array, shares: Array) -> list[Array]:
    """Give what is said of the headings before and behind, and of the sections before and behind."""
    at, until = np.maximum(sections.heading, 0), np.minimum(sections.until, len(blocks) - 1)
    mean, _ = _means(sections.heading + 1, weights, shares)
    return [shares[at] * (sections.heading >= 0), shares[until] * (sections.until < len(blocks)),
            mean[np.maximum(at - 1, 0)], mean[until]]  # fmt: skip


def _means(keys: Places, weights: Array, shares: Array) -> tuple[Array, Array]:
    """Give for each row the weighed mean of the rows with the same key, and what they weigh."""
    weight = np.bincount(keys, weights)
    total = np.bincount(keys, weights * shares)
    return (total / np.maximum(weight, 1e-9))[keys], weight[keys]


def _of_page(blocks: Blocks, shares: Array) -> Array:
    """Give how sure the first look was of the page."""
    words = blocks.words
    total = max(1.0, float(words.sum()))
    said = float((words * shares).sum())
    values = [float(words[shares > level].sum()) / total for level in _LEVELS]
    return np.asarray([*values, float(shares.max()), said / total, np.log1p(said) / 8])


__all__ = ("second_matrix",)
