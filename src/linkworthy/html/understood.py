"""A stranger's page with what networks make of it: regions and kind where the rules of markup only guess.

What markup says outright stays: footers, comments, author boxes; forums, profiles, contact pages and directories. A
list of links is navigation by its markup on most pages and the content of some. Nothing is taken from text that rules
call main, or given to it, unless the networks are fairly sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import compress
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from linkworthy.html import faster
from linkworthy.html.columns import Array, column
from linkworthy.html.learned import Understanding, understand
from linkworthy.html.page import Block, Link, Page, Rows
from linkworthy.html.text import hash_of

Part = TypeVar("Part", Block, Link)

MIN_BLOCKS = 20
MIN_WORDS = 100
"""Smaller pages are not like those that the networks learned from: the rules have them."""
OUT, IN = 0.25, 0.75
"""Shares below which a part of the main text is none, and above which a part beside it is one; set before measuring."""
KIND_SHARE = 0.6
"""Probability from which on a kind stands in place of what rules guessed."""
_GUESSED_KINDS = frozenset({"article", "listing", "other"})
_TEXT = frozenset({"main", "list"})
_BESIDE = frozenset({"sidebar", "header", "nav"})


def understood(page: Page) -> Page:
    """Give the page with regions and kind as networks have them; a small page and what is no HTML as it is."""
    if not is_large(page):
        return page
    # Where documents are read by compiled code, so are their blocks looked at.
    made = (faster.load_understanding() if faster.reader.is_taken else understand)(page)
    inside = np.flatnonzero(made.is_main)
    if not len(inside):
        return page
    kind = kind_of(page, made)
    blocks = _with_regions(Block, page.blocks, block_regions(page, made))
    links = _with_regions(Link, page.links, link_regions(page, made))
    is_main = [region == "main" for region in blocks.column("region")]
    texts = [text.casefold().encode("utf-8", "replace") for text in compress(blocks.column("text"), is_main)]
    facts = page.facts | {
        "page_kind": kind,
        "n_main_words": sum(compress(blocks.column("n_words"), is_main)),
        "main_hash": hash_of(texts),
    }
    return replace(page, facts=facts, blocks=blocks, links=links)


def is_large(page: Page) -> bool:
    """Tell whether a page is HTML, and large enough for the networks to say something of it."""
    n_words = page.facts["n_words"] or 0
    return bool(page.facts["is_html"]) and len(page.blocks) >= MIN_BLOCKS and n_words >= MIN_WORDS


def kind_of(page: Page, made: Understanding) -> str:
    """Give the kind of a page: what its markup or address says, else what the networks say if they are sure."""
    said = str(page.facts["page_kind"])
    return made.kind if said in _GUESSED_KINDS and made.kind_share >= KIND_SHARE else said


def block_regions(page: Page, made: Understanding) -> list[str]:
    """Give the region of each block."""
    inside = np.flatnonzero(made.is_main)
    before = np.arange(len(made.is_main)) < (inside[0] if len(inside) else 0)
    said = column(page.blocks, "region", len(page.blocks))
    return _regions(said, made.block_shares, before, out=_least(page, made))


def link_regions(page: Page, made: Understanding) -> list[str]:
    """Give the region of each link."""
    is_in = np.flatnonzero(made.link_shares > IN)
    before = np.arange(len(made.link_shares)) < (is_in[0] if len(is_in) else 0)
    said = [region or "main" for region in column(page.links, "region", len(page.links))]
    return _regions(said, made.link_shares, before, out=_least(page, made))


def _least(page: Page, made: Understanding) -> float:
    """Give the share below which text of a page is taken out: none of a forum's, where every post is the content."""
    return 0 if kind_of(page, made) == "forum" else OUT


def _regions(said: Sequence[str], shares: Array, is_before: npt.NDArray[np.bool_], *, out: float) -> list[str]:
    regions = list(said)
    for n in np.flatnonzero(shares < out).tolist():
        if regions[n] in _TEXT:
            regions[n] = "header" if is_before[n] else "sidebar"
    for n in np.flatnonzero(shares > IN).tolist():
        if regions[n] in _BESIDE:
            regions[n] = "main"
    return regions


def _with_regions(kind: type[Part], rows: Sequence[Part], regions: list[str]) -> Rows[Part]:
    names: tuple[str, ...] = kind._fields
    held = rows.held if isinstance(rows, Rows) else [column(rows, name, len(rows)) for name in names]
    return Rows(kind, [regions if name == "region" else one for name, one in zip(names, held, strict=True)])
