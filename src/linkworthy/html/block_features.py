"""What a small network is told of each block of text, from a parsed page alone.

Rows are in document order. Nothing here looks at the document again: all is arithmetic over whole columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkworthy.html.columns import REGION, REGIONS, Array, Matrix, column, numbers, one_hot, shifted, window
from linkworthy.html.letters import Letters, letters_of
from linkworthy.html.page import Page

MAX_BLOCKS = 4_000
"""Blocks beyond so many are left as the rules have them."""
TAGS = (
    ("p",), ("h1",), ("h2",), ("h3", "h4", "h5", "h6"), ("li",), ("td", "th", "tr", "table"), ("div",),
    ("dd", "dt", "dl"), ("blockquote", "pre", "code", "figcaption"), ("section", "article", "main", "body"),
    ("ul", "ol", "nav", "header", "footer", "aside"), ("button", "label", "form", "option", "select", "legend"),
)  # fmt: skip
_TAG = {tag: n for n, tags in enumerate(TAGS) for tag in tags}
ENDS = tuple('.!?…。"”')
_H1 = 1


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a page as columns."""

    texts: list[str]
    tags: npt.NDArray[np.int64]
    """Place in TAGS, their number for any other tag."""
    regions: npt.NDArray[np.int64]
    """Place in REGIONS."""
    words: Matrix
    link_words: Matrix
    same: npt.NDArray[np.int64]
    """Number of the text: blocks with the same text share one."""
    n_same: npt.NDArray[np.int64]
    """Blocks of the page with the same text."""
    letters: Letters

    def __len__(self) -> int:
        return len(self.texts)


def blocks_of(page: Page) -> Blocks:
    """Take the blocks of a page as columns."""
    return blocks_as_columns(page, letters_of)


def blocks_as_columns(page: Page, letters_of: Callable[[Sequence[str]], Letters]) -> Blocks:
    """Take the blocks of a page as columns, its letters counted by what is given."""
    rows = page.blocks
    texts = column(rows, "text", MAX_BLOCKS)
    places: dict[int, int] = {}
    which = [places.setdefault(one, len(places)) for one in column(rows, "text_hash", MAX_BLOCKS)]
    same = np.asarray(which, dtype=np.int64)
    tag_of, region_of, other = _TAG.get, REGION.get, len(TAGS)
    return Blocks(
        texts=texts,
        tags=np.asarray([tag_of(tag, other) for tag in column(rows, "tag", MAX_BLOCKS)], dtype=np.int64),
        regions=np.asarray([region_of(name, 0) for name in column(rows, "region", MAX_BLOCKS)], dtype=np.int64),
        words=numbers(column(rows, "n_words", MAX_BLOCKS)),
        link_words=numbers(column(rows, "n_link_words", MAX_BLOCKS)),
        same=same,
        n_same=np.bincount(same, minlength=1)[same],
        letters=letters_of(texts),
    )


def block_matrix(page: Page, blocks: Blocks, lean: Array, kinds: Matrix, around: Matrix) -> Matrix:
    """Give the network's rows: each block, its neighbours, the mean of wider windows, its place, and the page.

    ``lean`` is the sum over a block's words of how much more often each stands in main texts, in 1/1024; ``around`` is
    what stands around it, of ``surroundings``.
    """
    own = _own(page, blocks, lean)
    core = own[:, CORE]
    wide = np.hstack([own[:, WIDE], own[:, :1] * own[:, 4:5]])
    parts = [own, _places(blocks)]
    parts += [shifted(core, step) for step in (-1, 1)]
    parts += [shifted(own[:, FAR], step) for step in (-3, -2, 2, 3)]
    parts += [window(wide, size) for size in (6, 18)]
    parts.append(around)
    of_page = np.hstack([page_columns(page, blocks, lean)[0], kinds[0]])
    parts.append(np.broadcast_to(of_page, (len(own), len(of_page))))
    return np.hstack(parts)


_N_OWN = 18
N_OF_BLOCK = _N_OWN + len(REGIONS) + len(TAGS) + 1 + 8
"""Columns of a block by itself and of its place; they come first."""
N_OF_PAGE = 13 + 7
"""Columns of the page and its kind; they come last."""
CORE = np.r_[0, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13, _N_OWN : _N_OWN + len(REGIONS) + len(TAGS) + 1]
FAR = np.r_[0, 2, 4, 7, 13, _N_OWN : _N_OWN + 8, _N_OWN + 8, _N_OWN + 10 : _N_OWN + 13]
WIDE = np.r_[0, 2, 3, 4, 7, 8, 11, 13, 14, _N_OWN : _N_OWN + 8, _N_OWN + 8, _N_OWN + 10 : _N_OWN + 13]


def _own(page: Page, blocks: Blocks, lean: Array) -> Matrix:
    """Give what is known of each block by itself."""
    words, letters = blocks.words, blocks.letters
    some = np.maximum(1, words)
    seen = np.maximum(1, letters.n_words)
    size = np.maximum(1, letters.n_characters)
    firsts = [text[:1] for text in blocks.texts]
    title, names = titles_of(page)
    short = (words > 2) & (words < 40)
    is_named = [
        text in names or (bool(is_short) and text.casefold() in title)
        for text, is_short in zip(blocks.texts, short, strict=True)
    ]
    leaning = lean / 1024
    columns = [
        np.minimum(words, 200) / 50, words > 3, words > 10, words > 25, blocks.link_words / some,
        np.minimum(12.0, size / seen) / 6, np.minimum(1.0, letters.n_commas * 10 / np.maximum(10, letters.n_words)),
        [text.endswith(ENDS) for text in blocks.texts], [". " in text for text in blocks.texts],
        [first.isupper() for first in firsts], [first.isdigit() for first in firsts],
        np.minimum(blocks.n_same, 6) / 3 - 0.3, is_named, np.clip(leaning / seen, -3, 3),
        np.clip(leaning / np.sqrt(seen), -8, 8) / 3, letters.n_digits / size, letters.n_upper / size,
        letters.n_capitals / seen,
    ]  # fmt: skip
    own = np.stack([np.asarray(one, dtype=np.float64) for one in columns], axis=1)
    return np.hstack([own, one_hot(blocks.regions, len(REGIONS)), one_hot(blocks.tags, len(TAGS) + 1)])


def titles_of(page: Page) -> tuple[str, set[str]]:
    """Give the title in lower case, and what the page calls itself."""
    return (page.facts["title"] or "").casefold(), {text for text in (page.facts["title"], page.facts["h1"]) if text}


def page_columns(page: Page, blocks: Blocks, lean: Array) -> Matrix:
    """Give what is known of the whole page, one row; every block and link is told it."""
    facts = page.facts
    n_words = max(1.0, float(blocks.words.sum()))
    types = " ".join(facts["schema_types"] or ())
    n = max(1, len(blocks))
    values = [
        np.log1p(len(blocks)) / 6, np.log1p(n_words) / 8, float(blocks.link_words.sum()) / n_words,
        np.log1p(len(page.links)) / 6, np.log1p(facts["n_comments"] or 0) / 4, facts["page_kind"] == "forum",
        "Product" in types, "Article" in types, "Posting" in types, facts["published_at"] is not None,
        facts["engine"] is None, int((blocks.regions <= 1).sum()) / n,
        float(lean.sum()) / 1024 / max(1, len(blocks.letters.words)),
    ]  # fmt: skip
    return np.asarray([values], dtype=np.float64)


def _places(blocks: Blocks) -> Matrix:
    """Give where each block stands: by blocks, by words, by the first heading."""
    n, words = len(blocks), blocks.words
    order = np.arange(n)
    before = np.cumsum(words) - words
    total = max(1.0, float(words.sum()))
    is_heading = blocks.tags == _H1
    first = int(np.argmax(is_heading)) if is_heading.any() else 0
    heading = np.clip((order - first) / 60, -1, 1)
    return np.stack([order / n, before / total, 1 - (before + words) / total, heading, np.abs(heading),
                     np.minimum(order, 40) / 40, np.minimum(n - order, 40) / 40,
                     np.full(n, float(is_heading.any()))], axis=1)  # fmt: skip
