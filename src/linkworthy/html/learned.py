"""What small networks say of a parsed page: its kind, which blocks are its main text, which links stand in it.

Inputs are the page's links, blocks and facts; nothing is downloaded and nothing but numpy is needed. The weights lie in
``models/pages.npz`` with their card beside them; ``python -m benchmarks.learn_pages`` trains them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from linkworthy.engine.learning import Net, load, net_of
from linkworthy.html.block_features import (
    MAX_BLOCKS,
    MAX_LINKS,
    block_columns,
    block_matrix,
    blocks_of_links,
    link_matrix,
)
from linkworthy.html.kind_features import N_STRUCTURE, kind_columns
from linkworthy.html.page import Page

Shares = npt.NDArray[np.float32]

KINDS = ("article", "collection", "documentation", "forum", "listing", "product", "service")
"""Kinds that the networks tell apart: those of WCXB."""
LINK_THRESHOLD = 0.2
"""Share from which on a link stands in the main text: set on the folds, where both kinds of error weigh the same."""


@dataclass(frozen=True, slots=True)
class Models:
    """The networks of a page."""

    structure: Net
    """Kind by structure alone."""
    words: Net
    """Kind by structure and hashed words; the two are averaged."""
    blocks: Net
    links: Net

    def arrays(self) -> dict[str, npt.NDArray[np.float16]]:
        """Give the weights under names, for a file."""
        return {name: part for which in ("structure", "words", "blocks", "links")
                for name, part in getattr(self, which).arrays(f"{which}_").items()}  # fmt: skip

    def kinds(self, rows: Shares) -> Shares:
        """Give the share of each kind, a row a page."""
        both = self.structure.shares(rows[:, :N_STRUCTURE]) + self.words.shares(rows)
        return np.asarray(both / 2, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Understanding:
    """What is made of a page."""

    kind: str
    """One of KINDS."""
    kind_share: float
    """Probability of that kind, 0..1."""
    block_shares: Shares
    """Probability that a block belongs to the main text, for the first MAX_BLOCKS blocks."""
    is_main: npt.NDArray[np.bool_]
    """Whether a block belongs to the main text: the choice with the largest expected word F1."""
    link_shares: Shares
    """Probability that a link stands in the main text, for the first MAX_LINKS links."""

    def main_text(self, page: Page) -> str:
        """Give the main text, a line a block."""
        return "\n".join([block.text for block, is_in in zip(page.blocks, self.is_main, strict=False) if is_in])

    def is_content(self, n: int) -> bool | None:
        """Tell whether link ``n`` stands in the main text; null where it was not looked at."""
        return bool(self.link_shares[n] > LINK_THRESHOLD) if n < len(self.link_shares) else None


def understand(page: Page, models: Models | None = None) -> Understanding:
    """Say what a page is and which part of it is its main text; a page without blocks has none."""
    nets = models or _models()
    kinds = nets.kinds(kind_columns(page))
    rows = block_rows(page, kinds)
    shares = nets.blocks.shares(rows)[:, 0] if len(rows) else np.zeros(0, dtype=np.float32)
    words = np.asarray([block.n_words for block in page.blocks[:MAX_BLOCKS]], dtype=np.float64)
    is_main = best_choice(shares, words)
    found = link_rows(page, kinds, rows, shares, is_main)
    link_shares = nets.links.shares(found)[:, 0] if len(found) else np.zeros(0, dtype=np.float32)
    best = int(np.argmax(kinds[0]))
    return Understanding(KINDS[best], float(kinds[0, best]), shares, is_main, link_shares)


def block_rows(page: Page, kinds: Shares) -> Shares:
    """Give the rows of a page's blocks, the shares of the page's kinds among them."""
    rows = block_matrix(page, block_columns(page))
    return np.hstack([rows, np.repeat(kinds, len(rows), axis=0)]) if len(rows) else rows


def link_rows(page: Page, kinds: Shares, rows: Shares, shares: Shares, is_main: npt.NDArray[np.bool_]) -> Shares:
    """Give the rows of a page's links: needs those of its blocks, and what was made of them."""
    holders = blocks_of_links(page)
    found = link_matrix(page, holders, rows, shares, is_main)
    return np.hstack([found, np.repeat(kinds, len(found), axis=0)]) if len(found) else found


def best_choice(shares: Shares, words: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Choose the blocks whose word F1 is largest, as far as the shares know: the k most likely ones for the best k.

    Formula: with blocks by falling share p and words w, F(k) = 2 sum_k(w p) / (sum_k(w) + sum(w p)).
    """
    chosen = np.zeros(len(shares), dtype=bool)
    if not len(shares):
        return chosen
    order = np.argsort(-shares, kind="stable")
    hit = np.cumsum(words[order] * shares[order])
    said = np.cumsum(words[order])
    chosen[order[: int(np.argmax(2 * hit / (said + hit[-1] + 1e-9))) + 1]] = True
    return chosen


@lru_cache(maxsize=1)
def _models() -> Models:
    with resources.as_file(resources.files("linkworthy.html").joinpath("models/pages.npz")) as path:
        arrays = load(path)
    return Models(*(net_of(arrays, f"{which}_") for which in ("structure", "words", "blocks", "links")))


__all__: Sequence[str] = ("KINDS", "MAX_BLOCKS", "MAX_LINKS", "Models", "Understanding", "understand")
