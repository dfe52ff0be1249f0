"""What a small network is told of each block of text and of each link, from a parsed page alone.

Rows are float32 and in document order. Nothing here looks at the document again: a page costs one pass over its blocks
and one over its links, and the rest is arithmetic over whole columns.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from linkworthy.html.kind_features import shape_of
from linkworthy.html.page import Block, Link, Page

Matrix = npt.NDArray[np.float32]

MAX_BLOCKS = 4_000
"""Blocks and links beyond so many are left as the rules have them."""
MAX_LINKS = 8_000
REGIONS = ("main", "list", "nav", "header", "footer", "sidebar", "comment", "author")
_REGION = {name: n for n, name in enumerate(REGIONS)}
_TAGS = (
    ("p",), ("h1",), ("h2",), ("h3", "h4", "h5", "h6"), ("li",), ("td", "th", "tr", "table"), ("div",),
    ("dd", "dt", "dl"), ("blockquote", "pre", "code", "figcaption"), ("section", "article", "main", "body"),
    ("ul", "ol", "nav", "header", "footer", "aside"), ("button", "label", "form", "option", "select", "legend"),
)  # fmt: skip
_TAG = {tag: n for n, tags in enumerate(_TAGS) for tag in tags}
_MARKS = re.compile(
    r"(©|copyright|all rights reserved)|(cookie|privacy|terms of)|(subscribe|newsletter|sign up|sign in|log ?in|"
    r"register)"
    r"|(share|tweet|facebook|follow us|whatsapp|linkedin)|(related|you may also|recommended|popular|read more|see also|"
    r"trending|latest|more from)|(comment|reply|replies|posted|joined)|(\$|€|£|add to (?:cart|bag)|in stock|price)|"
    r"(menu|skip to|search|home\b)"
)
_N_MARKS = 8
_MARK_CHARACTERS = 160
_STEP = re.compile(r"[a-z][a-z0-9-]*")
_STEPS = ("li", "p", "nav", "header", "footer", "aside", "main", "article", "table", "h2", "h3", "form")


def block_columns(page: Page) -> Matrix:
    """Give what is known of each block by itself, a row a block."""
    blocks = page.blocks[:MAX_BLOCKS]
    n = len(blocks)
    seen = Counter([block.text_hash for block in blocks])
    names = {text for text in (page.facts["title"], page.facts["h1"]) if text}
    title = (page.facts["title"] or "").casefold()
    rows = [_block(block, seen[block.text_hash], names, title) for block in blocks]
    own = np.asarray(rows, dtype=np.float32).reshape(n, _N_OWN)
    codes = np.asarray(
        [(_REGION.get(block.region, 0), _TAG.get(block.tag, len(_TAGS))) for block in blocks], dtype=np.int64
    )
    codes = codes.reshape(n, 2)
    return np.hstack([own, np.eye(len(REGIONS), dtype=np.float32)[codes[:, 0]],
                      np.eye(len(_TAGS) + 1, dtype=np.float32)[codes[:, 1]]])  # fmt: skip


_N_OWN = 13 + _N_MARKS


def _block(block: Block, n_same: int, names: set[str], title: str) -> list[float]:
    text = block.text
    n_words = block.n_words
    n_characters = len(text)
    marks = [0.0] * _N_MARKS
    if n_words <= 30:
        for found in _MARKS.finditer(text[:_MARK_CHARACTERS].lower()):
            marks[(found.lastindex or 1) - 1] = 1.0
    return [
        min(n_words, 200) / 50, n_words > 3, n_words > 10, n_words > 25, block.n_link_words / max(1, n_words),
        min(12.0, n_characters / max(1, n_words)) / 6, min(1.0, text.count(",") * 10 / max(10, n_words)),
        text[-1:] in '.!?…。"”', text.count(". ") > 0, text[:1].isupper(), text[:1].isdigit(), min(n_same, 6) / 3 - 0.3,
        text in names or (n_words > 2 and text.casefold() in title), *marks,
    ]  # fmt: skip


def page_columns(page: Page) -> Matrix:
    """Give what is known of the whole page, one row; every block and link is told it."""
    facts = page.facts
    n_words = max(1, sum([block.n_words for block in page.blocks]))
    n_link_words = sum([block.n_link_words for block in page.blocks])
    types = " ".join(facts["schema_types"] or ())
    values = [
        np.log1p(len(page.blocks)) / 6, np.log1p(n_words) / 8, n_link_words / n_words, np.log1p(len(page.links)) / 6,
        np.log1p(facts["n_comments"] or 0) / 4, facts["page_kind"] == "forum", "Product" in types, "Article" in types,
        "Posting" in types, facts["published_at"] is not None, facts["engine"] is None,
        sum([block.region in {"main", "list"} for block in page.blocks]) / max(1, len(page.blocks)),
    ]  # fmt: skip
    return np.asarray([values], dtype=np.float32)


def block_matrix(page: Page, own: Matrix) -> Matrix:
    """Give the network's rows: each block, its neighbours, the mean of wider windows, its place, and the page."""
    n = len(own)
    if n == 0:
        return np.zeros((0, 0), dtype=np.float32)
    blocks = page.blocks[:MAX_BLOCKS]
    words = np.asarray([block.n_words for block in blocks], dtype=np.float32)
    heading = _places(np.asarray([block.tag == "h1" for block in blocks]), n)
    before = np.cumsum(words) - words
    total = max(1.0, float(words.sum()))
    places = np.stack([np.arange(n) / n, before / total, 1 - (before + words) / total, heading, np.abs(heading),
                       np.minimum(np.arange(n), 40) / 40, np.minimum(n - np.arange(n), 40) / 40], axis=1)  # fmt: skip
    parts = [own, places.astype(np.float32)]
    core = own[:, _CORE]
    parts += [_shifted(core, step) for step in (-3, -2, -1, 1, 2, 3)]
    weighed = np.hstack([own[:, _WIDE], (own[:, :1] * own[:, 4:5])])
    parts += [_window(weighed, size) for size in (6, 18)]
    parts.append(np.repeat(page_columns(page), n, axis=0))
    return np.hstack(parts)


_CORE = np.r_[0, 2, 4, 7, 13:21, 21:29, 29:42]
_WIDE = np.r_[0, 2, 3, 4, 7, 8, 21:29, 29, 31:34]


def _places(marked: npt.NDArray[np.bool_], n: int) -> npt.NDArray[np.float64]:
    first = int(np.argmax(marked)) if marked.any() else 0
    return np.asarray(np.clip((np.arange(n) - first) / 60, -1, 1))


def _shifted(rows: Matrix, step: int) -> Matrix:
    out = np.zeros_like(rows)
    if abs(step) >= len(rows):
        return out
    if step > 0:
        out[:-step] = rows[step:]
    else:
        out[-step:] = rows[:step]
    return out


def _window(rows: Matrix, size: int) -> Matrix:
    """Give the mean of the rows up to ``size`` before and after each."""
    sums = np.zeros((len(rows) + 1, rows.shape[1]), dtype=np.float64)
    np.cumsum(rows, axis=0, out=sums[1:])
    low = np.maximum(np.arange(len(rows)) - size, 0)
    high = np.minimum(np.arange(len(rows)) + size + 1, len(rows))
    return np.asarray((sums[high] - sums[low]) / (high - low)[:, None], dtype=np.float32)


def blocks_of_links(page: Page) -> list[int]:
    """Give the number of the block that each link stands in, -1 where its anchor is in none; both are in order."""
    blocks = page.blocks[:MAX_BLOCKS]
    texts = [block.text for block in blocks]
    starts = [0, *accumulate(len(text) + 1 for text in texts)]
    whole = "\n".join(texts)
    out: list[int] = []
    at = 0
    for link in page.links[:MAX_LINKS]:
        found = whole.find(link.anchor, at, at + _REACH) if link.anchor and link.kind == "text" else -1
        if found < 0:
            out.append(-1)
            continue
        out.append(bisect_right(starts, found) - 1)
        at = found + len(link.anchor)
    return out


_REACH = 12_000
"""Characters of visible text in which the next anchor is looked for."""


def link_matrix(
    page: Page,
    holders: Sequence[int],
    rows: Matrix,
    shares: npt.NDArray[np.float32],
    is_main: npt.NDArray[np.bool_],
) -> Matrix:
    """Give the network's rows of links: the link, the block that holds it with its share, and links near it."""
    links = page.links[:MAX_LINKS]
    n = len(links)
    if n == 0:
        return np.zeros((0, 0), dtype=np.float32)
    paths = Counter([shape_of(link.path) for link in links])
    twice = (Counter([link.anchor for link in links]), Counter([link.url for link in links]))
    own = np.asarray([_link(link, paths, page.url, twice) for link in links], dtype=np.float32)
    regions = np.eye(len(REGIONS), dtype=np.float32)[[_REGION.get(link.region or "", 0) for link in links]]
    held = np.asarray(holders)
    is_held = held >= 0
    near = _carried(held)
    column = shares if len(shares) else np.zeros(1, dtype=np.float32)
    of_block = np.stack([is_held, column[near], *(_shifted(column[:, None], step)[near, 0] for step in (-2, -1, 1, 2)),
                         _window(column[:, None], 5)[near, 0], _window(column[:, None], 15)[near, 0]],
                        axis=1).astype(np.float32)  # fmt: skip
    chosen = is_main if len(is_main) else np.zeros(1, dtype=bool)
    least = float(column[chosen].min()) if chosen.any() else 0.5
    of_page = np.stack([chosen[near], column[near] - least, np.full(n, least), np.full(n, column.mean())], axis=1)
    block_rows = rows[near, :_N_OWN] if len(rows) else np.zeros((n, _N_OWN), dtype=np.float32)
    around = np.hstack([own[:, :6], regions, of_block[:, 1:2]])
    return np.hstack([own, regions, of_block, of_page.astype(np.float32), block_rows, _window(around, 3),
    _window(around, 10),
                      np.repeat(page_columns(page), n, axis=0)])  # fmt: skip


def _carried(held: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Give links that stand in no block the block of the last link before them."""
    at = np.maximum.accumulate(np.where(held >= 0, np.arange(len(held)), 0))
    return np.maximum(held[at], 0)


@lru_cache(maxsize=8_192)
def _steps(shape: str) -> frozenset[str]:
    return frozenset(_STEP.findall(shape))


def _link(link: Link, paths: Counter[str], url: str, twice: tuple[Counter[str], Counter[str | None]]) -> list[float]:
    shape = shape_of(link.path)
    steps = _steps(shape)
    n_words = link.anchor.count(" ") + 1 if link.anchor else 0
    before, after = len(link.before or ""), len(link.after or "")
    return [
        min(n_words, 15) / 8, before / 100, after / 100, before + after > 30, link.is_internal, link.kind == "image",
        len(link.anchor) >= 15, link.position, bool(link.is_hidden), link.is_nofollow, link.fragment is not None,
        np.log1p(paths[shape]) / 4, shape.count(">") / 20, twice[0][link.anchor] > 1, twice[1][link.url] > 1,
        ((link.url or "").partition("?")[0].count("/") - url.count("/")) / 4, link.anchor[:1].isupper(),
        sum([word[:1].isupper() for word in link.anchor.split()[:20]]) / max(1, min(20, n_words)),
        link.anchor[-1:] in ".!?…", min(200, len(link.anchor)) / 60, *(step in steps for step in _STEPS),
    ]  # fmt: skip
