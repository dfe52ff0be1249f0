"""What small networks say of a parsed page: its kind, which blocks are its main text, which links stand in it.

Inputs are the page's links, blocks and facts; nothing is downloaded and nothing but numpy is needed. The weights lie in
``models/pages.npz`` with their card beside them; ``python -m benchmarks.learn_pages`` trains them again. Every machine
gives the same, see ``nets``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from linkworthy.engine.learning import load
from linkworthy.html.block_features import MAX_BLOCKS, Blocks, block_matrix, blocks_of, smoothing_matrix
from linkworthy.html.columns import Array, Matrix, stepped
from linkworthy.html.kind_features import N_HASHED, kind_columns
from linkworthy.html.link_features import MAX_LINKS, link_matrix, links_of
from linkworthy.html.nets import ExactNet, mean_shares
from linkworthy.html.page import Page

KINDS = ("article", "collection", "documentation", "forum", "listing", "product", "service")
"""Kinds that the networks tell apart: those of WCXB."""
LINK_THRESHOLD = 0.5
"""Share from which on a link stands in the main text: both kinds of link weigh the same where it is learned."""
N_VOTES = 3
"""Networks of each sort that say a page's kind; their mean errs less than any of them."""
_NETS = ("blocks", "smooth", "links")
_TABLES = ("block_lean", "link_lean")


@dataclass(frozen=True, slots=True)
class Models:
    """All that was learned."""

    structure: tuple[ExactNet, ...]
    """Kind by structure alone."""
    words: tuple[ExactNet, ...]
    """Kind by structure and hashed words; the two sorts weigh the same."""
    blocks: ExactNet
    """Whether a block is main text: first look."""
    smooth: ExactNet
    """Second look, with what the first one said of the blocks around."""
    links: ExactNet
    block_lean: Array
    """By word: the log of how much more often it stands in main texts, in 1/1024."""
    link_lean: Array
    """The same for anchors of links in main texts."""

    def arrays(self) -> dict[str, Array]:
        """Give everything under names, for a file."""
        votes = {f"{sort}{n}_": net for sort in ("structure", "words") for n, net in enumerate(getattr(self, sort))}
        nets = {**votes, **{f"{name}_": getattr(self, name) for name in _NETS}}
        weights = {name: part for prefix, net in nets.items() for name, part in net.arrays(prefix).items()}
        return {**weights, **{name: getattr(self, name).astype(np.int16) for name in _TABLES}}

    def kinds(self, row: Matrix) -> Matrix:
        """Give the share of each kind, a row a page."""
        rows = stepped(row)
        return (mean_shares(self.structure, rows[:, :-N_HASHED]) + mean_shares(self.words, rows)) / 2


@dataclass(frozen=True, slots=True)
class Understanding:
    """What is made of a page."""

    kind: str
    """One of KINDS."""
    kind_share: float
    """Probability of that kind, 0..1."""
    block_shares: Matrix
    """Probability that a block belongs to the main text, for the first MAX_BLOCKS blocks."""
    is_main: npt.NDArray[np.bool_]
    """Whether a block belongs to the main text: the choice with the largest expected word F1."""
    link_shares: Matrix
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
    blocks = blocks_of(page)
    links = links_of(page)
    kinds = nets.kinds(kind_columns(page, blocks, links))
    lean = blocks.letters.sums(nets.block_lean)
    shares = np.zeros(0)
    rows = np.zeros((0, 1))
    if len(blocks):
        rows = stepped(block_matrix(page, blocks, lean, kinds))
        first = nets.blocks.shares(rows)[:, 0]
        shares = nets.smooth.shares(stepped(smoothing_matrix(blocks, rows, first, choice(blocks, first))))[:, 0]
    is_main = choice(blocks, shares)
    link_shares = np.zeros(0)
    if len(links):
        found = link_matrix(page, links, blocks, rows, shares, is_main, nets.link_lean, lean, kinds)
        link_shares = nets.links.shares(stepped(found))[:, 0]
    best = int(np.argmax(kinds[0]))
    return Understanding(KINDS[best], float(kinds[0, best]), shares, is_main, link_shares)


def choice(blocks: Blocks, shares: Matrix) -> npt.NDArray[np.bool_]:
    """Choose the blocks of the main text."""
    return best_choice(shares, blocks.words)


def best_choice(shares: Matrix, words: Matrix) -> npt.NDArray[np.bool_]:
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
        arrays: dict[str, Array] = dict(load(path))
    structure, words = (
        tuple(ExactNet.read(arrays, f"{sort}{n}_") for n in range(N_VOTES)) for sort in ("structure", "words")
    )
    blocks, smooth, links = (ExactNet.read(arrays, f"{name}_") for name in _NETS)
    block_lean, link_lean = (arrays[name].astype(np.int64) for name in _TABLES)
    return Models(structure, words, blocks, smooth, links, block_lean, link_lean)


__all__: Sequence[str] = ("KINDS", "MAX_BLOCKS", "MAX_LINKS", "Models", "Understanding", "understand")
