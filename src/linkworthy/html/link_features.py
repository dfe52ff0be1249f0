"""What a small network is told of each link: the link, the block that holds it, and the links near it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, compress

import numpy as np
import numpy.typing as npt

from linkworthy.html.block_features import Blocks, page_columns
from linkworthy.html.columns import REGION, REGIONS, Array, Matrix, column, numbers, one_hot, shifted, window
from linkworthy.html.letters import Letters, letters_of
from linkworthy.html.page import Page

MAX_LINKS = 8_000
"""Links beyond so many are left as the rules have them."""
STEPS = tuple(
    f" {tag}:" for tag in ("li", "p", "nav", "header", "footer", "aside", "main", "article", "table", "h", "form", "td")
)
REACH = 12_000
"""Characters of visible text in which the next anchor is looked for."""
LEAST_SAID = 15
"""Characters of an anchor that the main text does not hold by accident."""
MAX_SAID = 200_000
N_BLOCK = 18
_ENDS = tuple(".!?…")
_DIGITS = b"0123456789"


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a page as columns."""

    anchors: list[str]
    urls: list[str | None]
    kinds: list[str]
    regions: npt.NDArray[np.int64]
    """Place in REGIONS."""
    is_internal: npt.NDArray[np.bool_]
    shapes: list[str]
    """Each element path without the numbers of its steps, once."""
    shape: npt.NDArray[np.int64]
    """Place of each link's in ``shapes``: repeated cards share one."""
    letters: Letters

    def __len__(self) -> int:
        return len(self.anchors)


def links_of(page: Page) -> Links:
    """Take the links of a page as columns."""
    rows = page.links
    anchors = column(rows, "anchor", MAX_LINKS)
    paths = "\n".join([path or "" for path in column(rows, "path", MAX_LINKS)])
    written = paths.encode().translate(None, _DIGITS).decode().split("\n") if anchors else []
    places: dict[str, int] = {}
    shape = [places.setdefault(one, len(places)) for one in written]
    return Links(
        anchors=anchors,
        urls=column(rows, "url", MAX_LINKS),
        kinds=column(rows, "kind", MAX_LINKS),
        regions=np.asarray([REGION.get(name or "", 0) for name in column(rows, "region", MAX_LINKS)], dtype=np.int64),
        is_internal=np.asarray(column(rows, "is_internal", MAX_LINKS), dtype=bool),
        shapes=list(places),
        shape=np.asarray(shape, dtype=np.int64),
        letters=letters_of(anchors, 100),
    )


def holders_of(links: Links, blocks: Blocks) -> npt.NDArray[np.int64]:
    """Give the number of the block that each link stands in, -1 where its anchor is in none; both are in order."""
    starts = [0, *accumulate([len(text) + 1 for text in blocks.texts])]
    find = "\n".join(blocks.texts).find
    out: list[int] = []
    at = 0
    for kind, anchor in zip(links.kinds, links.anchors, strict=True):
        found = find(anchor, at, at + REACH) if anchor and kind == "text" else -1
        if found < 0:
            out.append(-1)
            continue
        out.append(bisect_right(starts, found) - 1)
        at = found + len(anchor)
    return np.asarray(out, dtype=np.int64)


def link_matrix(
    page: Page,
    links: Links,
    blocks: Blocks,
    rows: Matrix,
    shares: Matrix,
    is_main: npt.NDArray[np.bool_],
    table: Array,
    block_lean: Array,
    kinds: Matrix,
) -> Matrix:
    """Give the network's rows of links.

    ``rows`` and ``shares`` are those of the page's blocks; ``table`` says of each word of an anchor how much more
    often it stands in links of the main text, in 1/1024.
    """
    n = len(links)
    own = _own(page, links, table)
    places = one_hot(links.regions, len(REGIONS))
    held = holders_of(links, blocks)
    near = _carried(held)
    said = shares if len(shares) else np.zeros(1)
    chosen = is_main if len(is_main) else np.zeros(1, dtype=bool)
    least = float(said[chosen].min()) if chosen.any() else 0.5
    column_of = said[:, None]
    around_block = np.hstack([*(shifted(column_of, step) for step in (-2, -1, 1, 2)), window(column_of, 5),
                              window(column_of, 15), column_of])  # fmt: skip
    of_block = np.hstack([(held >= 0)[:, None], around_block[near], chosen[near][:, None],
                          (said[near] - least)[:, None], _are_said(links, blocks, shares > 0.2, is_main)])  # fmt: skip
    block_rows = rows[near, :N_BLOCK] if len(rows) else np.zeros((n, N_BLOCK))
    around = np.hstack([own[:, _AROUND], places, said[near][:, None]])
    of_page = np.hstack([page_columns(page, blocks, block_lean)[0], [least, float(said.mean())], kinds[0]])
    return np.hstack([own, places, of_block, block_rows, window(around, 3), window(around, 10),
                      np.broadcast_to(of_page, (n, len(of_page)))])  # fmt: skip


_AROUND = np.r_[0:6, 20]


def _are_said(links: Links, blocks: Blocks, likely: npt.NDArray[np.bool_], is_main: npt.NDArray[np.bool_]) -> Matrix:
    """Tell whether main blocks hold an anchor, and whether likely ones do."""
    of_main, of_likely = said_of(links.anchors, blocks.texts, likely, is_main)
    return np.asarray([(one in of_main, one in of_likely) for one in links.anchors], dtype=np.float64).reshape(-1, 2)


def said_of(
    anchors: Sequence[str], texts: list[str], likely: npt.NDArray[np.bool_], is_main: npt.NDArray[np.bool_]
) -> tuple[dict[str, str], dict[str, str]]:
    """Give the anchors that main blocks hold, and those that likely ones do; short anchors are not looked for."""
    long = {anchor: anchor.casefold() for anchor in set(anchors) if len(anchor) >= LEAST_SAID}
    of_likely = _held(long, texts, likely)
    # No anchor reaches over a line break: what the likely blocks do not hold, no part of them does.
    is_part = bool((likely | ~is_main).all()) and sum(map(len, texts)) + len(texts) <= MAX_SAID
    return _held(of_likely if is_part else long, texts, is_main), of_likely


def _held(anchors: dict[str, str], texts: list[str], chosen: npt.NDArray[np.bool_]) -> dict[str, str]:
    """Give the anchors, with their words in lower case, that the chosen blocks hold."""
    text = "\n".join(compress(texts, chosen.tolist()))[:MAX_SAID].casefold() if anchors else ""
    return {anchor: folded for anchor, folded in anchors.items() if folded in text}


def _own(page: Page, links: Links, table: Array) -> Matrix:
    """Give what is known of each link by itself."""
    n = len(links)
    rows, letters, anchors = page.links, links.letters, links.anchors
    n_words = letters.n_words
    before = numbers([len(text or "") for text in column(rows, "before", n)])
    after = numbers([len(text or "") for text in column(rows, "after", n)])
    size = numbers(list(map(len, anchors)))
    own_depth = page.url.count("/")
    shape_depth = numbers([shape.count(">") / 20 for shape in links.shapes])
    steps = np.asarray([[step in shape for step in STEPS] for shape in links.shapes], dtype=np.float64)
    n_of_shape = np.log1p(np.bincount(links.shape)) / 4
    columns = [
        np.minimum(n_words, 15) / 8, before / 100, after / 100, before + after > 30, links.is_internal,
        [kind == "image" for kind in links.kinds], size >= 15, column(rows, "position", n),
        column(rows, "is_hidden", n), column(rows, "is_nofollow", n),
        [fragment is not None for fragment in column(rows, "fragment", n)], n_of_shape[links.shape],
        shape_depth[links.shape], _counts(anchors) > 1, _counts(links.urls) > 1,
        [((url or "").partition("?")[0].count("/") - own_depth) / 4 for url in links.urls],
        [text[:1].isupper() for text in anchors], letters.n_capitals / np.maximum(1, n_words),
        [text.endswith(_ENDS) for text in anchors], np.minimum(200, size) / 60,
        np.clip(letters.sums(table) / 1024 / np.maximum(1, n_words), -3, 3),
        letters.n_digits / np.maximum(1, letters.n_characters),
    ]  # fmt: skip
    own = np.stack([np.asarray(one, dtype=np.float64) for one in columns], axis=1)
    return np.hstack([own, steps[links.shape]])


def _counts(values: Sequence[str | None]) -> npt.NDArray[np.int64]:
    """Give how often each value stands among them."""
    seen: dict[str | None, int] = {}
    for value in values:
        seen[value] = seen.get(value, 0) + 1
    return np.asarray([seen[value] for value in values], dtype=np.int64)


def _carried(held: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Give links that stand in no block the block of the last link before them."""
    at = np.maximum.accumulate(np.where(held >= 0, np.arange(len(held)), 0))
    return np.maximum(held[at], 0)
