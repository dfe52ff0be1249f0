"""What a small network is told of a whole page to say what it is: article, forum, product, service, listing, ….

Structure comes as shares and counts, words come hashed into buckets, so that no vocabulary is shipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import compress

import numpy as np
import numpy.typing as npt

from linkworthy.html.block_features import TAGS, Blocks
from linkworthy.html.columns import REGION, REGIONS, Matrix, column
from linkworthy.html.engines import FORUM_ENGINES, SHOP_ENGINES
from linkworthy.html.letters import BITS, N_NUMBERS, letters_of
from linkworthy.html.link_features import Links
from linkworthy.html.page import Page

PATH_BITS, HEAD_BITS, TEXT_BITS, ANCHOR_BITS = 8, 9, 10, 9
N_HASHED = sum(1 << bits for bits in (PATH_BITS, HEAD_BITS, TEXT_BITS, ANCHOR_BITS))
"""Columns of hashed words: of the URL, of title and headings, of the text, of anchors; they come last."""
MAX_ANCHORS = 300
MAX_CHARACTERS = 20_000
MAX_PATH, MAX_HEAD = 500, 3_000
"""Characters that are looked at of the path, and of the title and each heading."""
MAX_WORDS = 3_000
"""Words of the text that are hashed."""
_MONEY = "$€£¥"
_YEARS = (" 201", " 202")
MARKS = (
    "reply replies quote posts joined member thread topic",
    "cart basket stock sku qty quantity buy",
    "more continue view all see",
    "sort filter results showing items page load",
    "started demo trial quote sign contact",
    "contents edit previous next changelog api parameters",
    "by min published updated written",
    "reviews review rating ratings stars sold",
    "pricing month plans faq testimonials clients customers team services",
    "ago days hours minutes weeks months years",
)
"""Words of short blocks: of forums, shops, teasers, lists, services, documentation, articles, …."""
_TYPES = (
    "Product", "Article", "NewsArticle", "BlogPosting", "DiscussionForumPosting", "QAPage", "Question",
    "Comment", "Answer", "CollectionPage", "ItemList", "ListItem", "Organization", "LocalBusiness", "Service",
    "SoftwareApplication", "WebPage", "FAQPage", "TechArticle", "HowTo", "Recipe", "Offer", "AggregateOffer",
    "AggregateRating", "Review", "BreadcrumbList", "ProfilePage", "Person", "VideoObject", "Course", "Event",
    "SearchAction", "ImageObject",
)  # fmt: skip
_OG = ("article", "website", "product", "profile", "video")
_KINDS = ("article", "forum", "directory", "profile", "product", "listing", "home", "contact", "other")
_WIKIS = frozenset({"sphinx", "mkdocs", "docusaurus", "mediawiki", "dokuwiki"})
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


def kind_columns(page: Page, blocks: Blocks, links: Links) -> Matrix:
    """Give what is known of a page, one row: its structure, then N_HASHED columns of words."""
    return np.hstack([_structure(page, blocks, links), _hashed(page, blocks, links)])[None, :]


def _structure(page: Page, blocks: Blocks, links: Links) -> Matrix:
    words = blocks.words
    total = max(1.0, float(words.sum()))
    counts, shares = _links(page, links)
    text_counts, text_shares = _texts(blocks, total)
    logs = np.log1p(np.asarray([*_counts(page, blocks, total), *text_counts, *counts], dtype=np.float64)) / 4
    regions = np.bincount(blocks.regions, weights=words, minlength=len(REGIONS)) / total
    tags = np.bincount(blocks.tags, weights=words, minlength=len(TAGS) + 1) / total
    more = [
        float(blocks.link_words.sum()) / total, float((words * words).sum()) / total / 100, *text_shares, *shares,
        sum([image.is_linked for image in page.images]) / max(1, len(page.images)),
    ]  # fmt: skip
    flags = np.asarray(flags_of(page), dtype=np.float64)
    return np.concatenate([logs, regions, tags, np.asarray(more, dtype=np.float64), flags])


def _counts(page: Page, blocks: Blocks, total: float) -> list[float]:
    letters = blocks.letters
    n_linked = sum([image.is_linked for image in page.images])
    of_text = int(letters.n_digits.sum()), int(letters.n_commas.sum())
    return counts_of(page, len(blocks), total, of_text, n_linked)


def counts_of(page: Page, n_blocks: int, total: float, of_text: tuple[int, int], n_linked: int) -> list[float]:
    """Give counts of a page's parts; ``of_text`` are digits and commas, ``n_linked`` images within links."""
    facts, url = page.facts, page.url
    return [
        n_blocks, total, len(page.links), len(page.images), facts["n_elements"] or 0, facts["n_comments"] or 0,
        *of_text, len(facts["h2"] or ()), len(page.resources), url.count("/") - 2, len(url), len(facts["title"] or ""),
        len(facts["description"] or ""), len(facts["feeds"] or ()), n_linked, len(facts["telephones"] or ()),
        len(facts["emails"] or ()),
    ]  # fmt: skip


def marks_of(texts: Iterable[str]) -> list[int]:
    """Count marks of money, years, questions and exclamations."""
    whole = " ".join(texts)[:MAX_CHARACTERS]
    return [sum(map(whole.count, _MONEY)), sum(map(whole.count, _YEARS)), whole.count("?"), whole.count("!")]


def flags_of(page: Page) -> list[bool]:
    """Give what a page's facts and its address say, yes or no."""
    facts, url = page.facts, page.url
    types = set(facts["schema_types"] or ())
    og_type = (facts["og_type"] or "").casefold()
    engine = facts["engine"]
    return [
        *(name in types for name in _TYPES), *(name in og_type for name in _OG),
        *(facts["page_kind"] == kind for kind in _KINDS), engine in FORUM_ENGINES, engine in SHOP_ENGINES,
        engine == "wordpress", engine in _WIKIS, facts["author"] is not None, facts["published_at"] is not None,
        bool(facts["has_comment_form"]), bool(facts["has_registration"]), bool(facts["has_submission"]), "?" in url,
        url.rstrip("/").count("/") == 2, bool(re.search(r"\d{4}/\d\d", url)), bool(re.search(r"[/-]\d{4,}", url)),
        url.count("-") > 3,
    ]  # fmt: skip


def _texts(blocks: Blocks, total: float) -> tuple[list[float], list[float]]:
    """Give counts and shares of prose, and of marks of trade and of talk."""
    words, n = blocks.words, max(1, len(blocks))
    is_prose = (words > 20) & (blocks.link_words * 4 < words)
    is_inner = (blocks.regions <= 1) | (blocks.regions == REGION["comment"])
    inner = np.sort(words[is_inner]) if is_inner.any() else np.zeros(1)
    quantiles = [float(inner[min(len(inner) - 1, int(len(inner) * share))]) for share in QUANTILES]
    short = blocks.letters.words[np.repeat(words <= 12, blocks.letters.n_words)]
    marks = np.bincount(mark_of_word()[short], minlength=len(MARKS) + 1)[1:].tolist()
    is_first = blocks.tags == 1
    first = int(np.argmax(is_first)) if is_first.any() else 0
    counts = [
        *marks_of(compress(blocks.texts, is_inner.tolist())), float(words.max()) if len(words) else 0.0,
        int((words > 40).sum()), int((words > 15).sum()), int((words < 4).sum()), int(is_prose.sum()),
        float(words[is_prose].sum()), *quantiles, *marks,
    ]  # fmt: skip
    shares = [
        float(np.median(words)) / 20 if len(words) else 0.0, float(words[is_prose].sum()) / total, first / n,
        float((blocks.n_same > 1).sum()) / n,
    ]  # fmt: skip
    return counts, shares


@lru_cache(maxsize=1)
def mark_of_word() -> npt.NDArray[np.int64]:
    """Give for each number of a word which list of MARKS it stands in, from 1; 0 where it stands in none."""
    table = np.zeros(N_NUMBERS, dtype=np.int64)
    for n, words in enumerate(MARKS):
        table[letters_of([words]).words] = n + 1
    return table


def _links(page: Page, links: Links) -> tuple[list[float], list[float]]:
    """Give counts and shares of a page's links: cards of one shape, domains, depths."""
    is_image = np.asarray([kind == "image" for kind in links.kinds], dtype=bool)
    is_inner = (links.regions <= 1) | (links.regions == REGION["comment"])
    is_inner &= np.asarray([kind != "empty" for kind in links.kinds], dtype=bool)
    inner = is_inner.tolist()
    n_inner = max(1, sum(inner))
    sizes = np.bincount(links.shape[is_inner], minlength=1)
    is_card = is_inner & (links.shape == int(np.argmax(sizes)))
    n_cards = max(1, int(sizes.max()))
    counts: list[float] = [
        max([shape.count(">") for shape in links.shapes], default=0), int((~links.is_internal).sum()),
        int(is_image.sum()), int((links.regions <= 1).sum()), int(sizes.max()), int((sizes > 0).sum()),
        int((sizes >= 4).sum()), len(set(compress(column(page.links, "target_domain", len(links)), inner))),
        len(set(compress(links.urls, inner))),
    ]  # fmt: skip
    shares: list[float] = [
        float(sizes.max()) / n_inner, float(links.letters.n_words[is_card].sum()) / n_cards / 10,
        float(links.is_internal[is_card].sum()) / n_cards, float(is_image[is_card].sum()) / n_cards,
    ]  # fmt: skip
    return counts, shares


def _hashed(page: Page, blocks: Blocks, links: Links) -> Matrix:
    is_text = (blocks.regions != REGION["nav"]) & (blocks.regions != REGION["footer"])
    letters = blocks.letters
    # Blocks hold their words one behind another, so those of a block are found by where it begins.
    of_anchors = links.letters.words[: links.letters.firsts[min(MAX_ANCHORS, len(links))]]
    of_text = letters.words[np.repeat(is_text, letters.n_words)][:MAX_WORDS]
    return np.concatenate([
        _bag(letters_of([path_of(page)], MAX_PATH).words, PATH_BITS),
        _bag(letters_of(head_of(page), MAX_HEAD).words, HEAD_BITS),
        _bag(of_text, TEXT_BITS), _bag(of_anchors, ANCHOR_BITS),
    ])  # fmt: skip


def path_of(page: Page) -> str:
    """Give the path of a page's URL."""
    return page.url.partition("//")[2].partition("/")[2]


def head_of(page: Page) -> list[str]:
    """Give the title, the description and the first headings of a page."""
    facts = page.facts
    return [part for part in (facts["title"], facts["h1"], facts["description"], *(facts["h2"] or ())[:10]) if part]


def _bag(words: npt.NDArray[np.int64], bits: int) -> Matrix:
    """Give how often words stand in each bucket: 1 + ln n, of length 1 in all."""
    counts = np.bincount(words >> (BITS - bits), minlength=1 << bits)
    out = np.zeros(1 << bits)
    is_in = counts > 0
    out[is_in] = 1 + np.log(counts[is_in])
    length = float(np.sqrt((out * out).sum()))
    return out / length * 4 if length else out


__all__: Sequence[str] = ("N_HASHED", "kind_columns")
