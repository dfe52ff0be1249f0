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
from itertools import compress

import numpy as np
import numpy.typing as npt

from linkworthy.engine.learning import load
from linkworthy.html.block_features import MAX_BLOCKS, Blocks, block_matrix, blocks_of
from linkworthy.html.columns import Array, Matrix, stepped
from linkworthy.html.kind_features import N_HASHED, kind_columns
from linkworthy.html.link_features import MAX_LINKS, link_matrix, links_of
from linkworthy.html.nets import ExactNet, mean_shares
from linkworthy.html.page import Page
from linkworthy.html.second_look import second_matrix
from linkworthy.html.surroundings import KIND_GROUPS, surroundings

KINDS = ("article", "collection", "documentation", "forum", "listing", "product", "service")
"""Kinds that the networks tell apart: those of WCXB."""
LINK_THRESHOLD = 0.5
"""Share from which on a link stands in the main text: both kinds of link weigh the same where it is learned."""
VOTES = {"structure": 3, "words": 3, "blocks": 2, "smooth": 2}
"""Networks of each sort; their mean errs less than any of them."""
MIN_TOGETHER = 0.2
"""How far blocks are taken to be main text together, from 0, each for itself, to 1, the likelier ones always first.

An article is one text, so the more surely a page is one the nearer to 1; other pages are made of parts.
"""
MIN_REPEATED = 4
"""Words from which on a text that stands twice on a page is the main text's once."""
_N_SCENARIOS = 32
_TABLES = ("block", "link", "heading", "kinds")
OF_GROUPS = np.asarray([[kind in kinds for kinds in KIND_GROUPS] for kind in KINDS], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Leans:
    """By word: the log of how much more often it stands in main texts than beside them, in 1/1024."""

    block: Array
    link: Array
    """The same for anchors of links in main texts."""
    heading: Array
    """The same for headings above main text."""
    kinds: Array
    """The same as the first for each group of kinds, a row a group."""

    def of_kinds(self, kinds: Matrix) -> Array:
        """Give the table of a page that is of these kinds, each as likely as said."""
        return np.asarray(np.rint(kinds[0] @ OF_GROUPS @ self.kinds), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the networks are told of a page's blocks."""

    blocks: Blocks
    lean: Array
    around: Matrix
    rows: Matrix
    """Rows of the first look."""
    together: float
    """How far blocks of such a page are taken to be main text together."""

    @classmethod
    def of(cls, page: Page, blocks: Blocks, leans: Leans, kinds: Matrix) -> Seen:
        """Take what is to be seen of a page that is of these kinds, each as likely as said."""
        lean = blocks.letters.sums(leans.block)
        together = togetherness(kinds)
        if not len(blocks):
            return cls(blocks, lean, np.zeros((0, 1)), np.zeros((0, 1)), together)
        around = surroundings(blocks, leans.heading, leans.of_kinds(kinds))
        return cls(blocks, lean, around, stepped(block_matrix(page, blocks, lean, kinds, around)), together)

    def second(self, first: Matrix) -> Matrix:
        """Give the rows of the second look after what the first one said."""
        return stepped(second_matrix(self.blocks, self.rows, self.around, first, self.choice(first)))

    def choice(self, shares: Matrix) -> npt.NDArray[np.bool_]:
        """Choose the blocks of the main text."""
        return choice(self.blocks, shares, self.together)


@dataclass(frozen=True, slots=True)
class Models:
    """All that was learned."""

    structure: tuple[ExactNet, ...]
    """Kind by structure alone."""
    words: tuple[ExactNet, ...]
    """Kind by structure and hashed words; the two sorts weigh the same."""
    blocks: tuple[ExactNet, ...]
    """Whether a block is main text: first look."""
    smooth: tuple[ExactNet, ...]
    """Second look, with what the first one said of the blocks around and of those alike; both looks weigh the same."""
    links: ExactNet
    leans: Leans

    def arrays(self) -> dict[str, Array]:
        """Give everything under names, for a file."""
        votes = {f"{sort}{n}_": net for sort in VOTES for n, net in enumerate(getattr(self, sort))}
        nets = votes | {"links_": self.links}
        weights = {name: part for prefix, net in nets.items() for name, part in net.arrays(prefix).items()}
        return {**weights, **{f"{name}_lean": getattr(self.leans, name).astype(np.int16) for name in _TABLES}}

    def block_shares(self, seen: Seen) -> Matrix:
        """Give the probability that each block belongs to the main text: the mean of both looks."""
        if not len(seen.rows):
            return np.zeros(0)
        first = mean_shares(self.blocks, seen.rows)[:, 0]
        return np.asarray((first + mean_shares(self.smooth, seen.second(first))[:, 0]) / 2)

    def kinds(self, row: Matrix) -> Matrix:
        """Give the share of each kind, a row a page."""
        rows = stepped(row)
        return (stepped(mean_shares(self.structure, rows[:, :-N_HASHED])) + stepped(mean_shares(self.words, rows))) / 2


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
    """Whether a block belongs to the main text: the choice with the largest expected word F1, which may be none."""
    link_shares: Matrix
    """Probability that a link stands in the main text, for the first MAX_LINKS links."""

    def main_text(self, page: Page) -> str:
        """Give the main text, a line a block; what stands twice is said once, where it is of some length."""
        lines: list[str] = []
        said: set[str] = set()
        for block in compress(page.blocks, self.is_main.tolist()):
            if block.n_words < MIN_REPEATED or block.text not in said:
                lines.append(block.text)
                said.add(block.text)
        return "\n".join(lines)

    def is_content(self, n: int) -> bool | None:
        """Tell whether link ``n`` stands in the main text; null where it was not looked at."""
        return bool(self.link_shares[n] > LINK_THRESHOLD) if n < len(self.link_shares) else None


def understand(page: Page, models: Models | None = None) -> Understanding:
    """Say what a page is and which part of it is its main text; a page without blocks has none."""
    nets = models or shipped()
    blocks = blocks_of(page)
    links = links_of(page)
    kinds = nets.kinds(kind_columns(page, blocks, links))
    seen = Seen.of(page, blocks, nets.leans, kinds)
    shares = nets.block_shares(seen)
    is_main = seen.choice(shares)
    link_shares = np.zeros(0)
    if len(links):
        found = link_matrix(page, links, blocks, seen.rows, shares, is_main, nets.leans.link, seen.lean, kinds)
        link_shares = nets.links.shares(stepped(found))[:, 0]
    best = int(np.argmax(kinds[0]))
    return Understanding(KINDS[best], float(kinds[0, best]), shares, is_main, link_shares)


def togetherness(kinds: Matrix) -> float:
    """Give how far blocks of a page that is of these kinds are taken to be main text together."""
    return MIN_TOGETHER + (1 - MIN_TOGETHER) * float(kinds[0, KINDS.index("article")])


def choice(blocks: Blocks, shares: Matrix, together: float) -> npt.NDArray[np.bool_]:
    """Choose the blocks of the main text; of those with the same text the likeliest counts, the others cost nothing."""
    words = blocks.words
    repeated = (blocks.n_same > 1) & (words >= MIN_REPEATED)
    if repeated.any():
        order = np.argsort(-shares, kind="stable")
        likeliest = np.zeros(len(words), dtype=bool)
        likeliest[order[np.unique(blocks.same[order], return_index=True)[1]]] = True
        words = np.where(repeated & ~likeliest, 0, words)
    return best_choice(shares, words, together)


def best_choice(shares: Matrix, words: Matrix, together: float) -> npt.NDArray[np.bool_]:
    """Choose the blocks whose word F1 is largest, as far as the shares know: the k most likely ones for the best k.

    Formula: with blocks by falling share p and words w, F(k) is the mean, weighed by ``together``, of
    2 sum_k(w p) / (sum_k(w) + sum(w p)), which is so where each block is main text for itself, and of the mean over u,
    weighed by u, of the F1 that the first k have where the main text is all blocks with p > u, which may be none.
    """
    chosen = np.zeros(len(shares), dtype=bool)
    order = np.argsort(-shares, kind="stable")
    likely = shares[order]
    said = np.concatenate([[0.0], np.cumsum(words[order])])
    hit = np.concatenate([[0.0], np.cumsum(words[order] * likely)])
    apart = 2 * hit / (said + hit[-1] + 1e-9)
    levels = (np.arange(_N_SCENARIOS) + 0.5) / _N_SCENARIOS
    true = said[np.searchsorted(-likely, -levels)][:, None]
    both = said + true
    scores = np.where(both > 0, 2 * np.minimum(said, true) / np.maximum(both, 1), 1)
    joint = (scores * levels[:, None]).sum(axis=0) / levels.sum()
    chosen[order[: int(np.argmax(apart + together * (joint - apart)))]] = True
    return chosen


@lru_cache(maxsize=1)
def shipped() -> Models:
    """Give the networks that come with the package."""
    with resources.as_file(resources.files("linkworthy.html").joinpath("models/pages.npz")) as path:
        arrays: dict[str, Array] = dict(load(path))
    structure, words, blocks, smooth = (
        tuple(ExactNet.read(arrays, f"{sort}{n}_") for n in range(most)) for sort, most in VOTES.items()
    )
    leans = Leans(*(arrays[f"{name}_lean"].astype(np.int64) for name in _TABLES))
    return Models(structure, words, blocks, smooth, ExactNet.read(arrays, "links_"), leans)


__all__: Sequence[str] = ("KINDS", "MAX_BLOCKS", "MAX_LINKS", "Models", "Understanding", "understand")
