"""What a small network is told of a whole page to say what it is: article, forum, product, service, listing, ….

Structure comes as shares and counts, words come hashed into buckets, so that no vocabulary is shipped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import xxhash

from linkworthy.html.engines import FORUM_ENGINES, SHOP_ENGINES
from linkworthy.html.page import Link, Page

Matrix = npt.NDArray[np.float32]

BUCKETS = {"path": 256, "head": 512, "text": 1024, "anchor": 512}
"""Buckets of hashed words: of the URL, of title and headings, of the text, of anchors."""
MAX_WORDS = 3_000
_WORD = re.compile(r"[^\W\d_]{2,20}")
_PRICE = re.compile(r"[$€£¥]\s?\d|\d\s?(?:€|usd|eur)\b", re.IGNORECASE)
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}\s?(?:min|hour|day|week|month|year)s?\b", re.IGNORECASE)
_TYPES = (
    "Product", "Article", "NewsArticle", "BlogPosting", "DiscussionForumPosting", "QAPage", "Question",
    "Comment", "Answer",
    "CollectionPage", "ItemList", "ListItem", "Organization", "LocalBusiness", "Service",
    "SoftwareApplication", "WebPage",
    "FAQPage", "TechArticle", "HowTo", "Recipe", "Offer", "AggregateOffer", "AggregateRating", "Review",
    "BreadcrumbList",
    "ProfilePage", "Person", "VideoObject", "Course", "Event", "SearchAction", "ImageObject",
)  # fmt: skip
_OG = ("article", "website", "product", "profile", "video")
_KINDS = ("article", "forum", "directory", "profile", "product", "listing", "home", "contact", "other")
_REGIONS = ("main", "list", "nav", "header", "footer", "sidebar", "comment", "author")
_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "td", "div", "dd", "dt", "pre", "blockquote", "figcaption")


def kind_columns(page: Page) -> Matrix:
    """Give what is known of a page, one row."""
    return np.hstack([_structure(page), *(_hashed(page, name) for name in BUCKETS)])[None, :]


def _structure(page: Page) -> Matrix:
    facts = page.facts
    blocks, links = page.blocks, page.links
    words = np.asarray([block.n_words for block in blocks], dtype=np.float32)
    total = max(1.0, float(words.sum()))
    linked = float(sum([block.n_link_words for block in blocks]))
    regions: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    for block in blocks:
        regions[block.region] += block.n_words
        tags[block.tag] += block.n_words
    texts = [block.text for block in blocks if block.region in {"main", "list", "comment"}]
    whole = " ".join(texts)[:40_000]
    shapes = Counter([(link.path or "").count(">") for link in links])
    counts = [
        len(blocks), total, len(links), len(page.images), facts["n_elements"] or 0, facts["n_comments"] or 0,
        len(_PRICE.findall(whole)), len(_DATE.findall(whole)), whole.count("?"), whole.count("!"),
        float(words.max()) if len(words) else 0, int((words > 40).sum()), int((words > 15).sum()),
        int((words < 4).sum()),
        len(facts["h2"] or ()), len(page.resources), tags["pre"], max(shapes.values(), default=0),
        sum([not link.is_internal for link in links]), sum([link.kind == "image" for link in links]),
        sum([(link.region or "") in {"main", "list"} for link in links]), page.url.count("/") - 2,
        len(page.url), len(facts["title"] or ""), len(facts["description"] or ""), len(facts["feeds"] or ()),
        sum([image.is_linked for image in page.images]), len(facts["telephones"] or ()), len(facts["emails"] or ()),
    ]  # fmt: skip
    more_counts, more_shares = _make_up(page, total)
    types = set(facts["schema_types"] or ())
    og_type = (facts["og_type"] or "").casefold()
    flags = [
        *(name in types for name in _TYPES), *(name in og_type for name in _OG),
        *(facts["page_kind"] == kind for kind in _KINDS),
        facts["engine"] in FORUM_ENGINES, facts["engine"] in SHOP_ENGINES, facts["engine"] == "wordpress",
        facts["engine"] in {"sphinx", "mkdocs", "docusaurus", "mediawiki", "dokuwiki"}, facts["author"] is not None,
        facts["published_at"] is not None, facts["has_comment_form"], facts["has_registration"],
        facts["has_submission"],
        "?" in page.url, page.url.rstrip("/").count("/") == 2, bool(re.search(r"\d{4}/\d\d", page.url)),
        bool(re.search(r"[/-]\d{4,}", page.url)), page.url.count("-") > 3,
    ]  # fmt: skip
    shares = [
        linked / total, *(regions[name] / total for name in _REGIONS), *(tags[name] / total for name in _TAGS),
        float(np.median(words)) / 20 if len(words) else 0.0, float((words * words).sum()) / total / 100,
    ]  # fmt: skip
    logs = np.log1p(np.asarray([*counts, *more_counts], dtype=np.float64)) / 4
    return np.asarray([*logs, *shares, *more_shares, *flags], dtype=np.float32)


def _make_up(page: Page, total: float) -> tuple[list[float], list[float]]:
    """Give counts and shares of what repeats on a page: cards of one shape, prose, marks of trade and of talk."""
    prose = [block for block in page.blocks if block.n_words > 20 and block.n_link_words * 4 < block.n_words]
    inner = [link for link in page.links if link.region in {"main", "list", "comment"} and link.kind != "empty"]
    shapes: dict[str, list[Link]] = {}
    for link in inner:
        shapes.setdefault(shape_of(link.path), []).append(link)
    cards = max(shapes.values(), key=len, default=[])
    n_cards = max(1, len(cards))
    marks: Counter[int] = Counter()
    for block in page.blocks:
        if block.n_words <= 12:
            marks.update({(found.lastindex or 1) - 1 for found in _MARKS.finditer(block.text[:120].lower())})
    main = sorted([block.n_words for block in page.blocks if block.region in {"main", "list", "comment"}]) or [0]
    quantiles = [main[min(len(main) - 1, int(len(main) * share))] for share in (0.1, 0.25, 0.5, 0.75, 0.9)]
    first = next((n for n, block in enumerate(page.blocks) if block.tag == "h1"), 0)
    counts = [len(cards), len(shapes), len(prose), sum([block.n_words for block in prose]), *quantiles,
              sum([len(links) >= 4 for links in shapes.values()]), *(marks[n] for n in range(_N_MARKS)),
              len({link.target_domain for link in inner}), len({link.url for link in inner})]  # fmt: skip
    shares = [
        len(cards) / max(1, len(inner)), sum([link.anchor.count(" ") + 1 for link in cards]) / n_cards / 10,
        sum([link.is_internal for link in cards]) / n_cards, sum([link.kind == "image" for link in cards]) / n_cards,
        sum([block.n_words for block in prose]) / total, first / max(1, len(page.blocks)),
        sum([image.is_linked for image in page.images]) / max(1, len(page.images)),
        len({block.text_hash for block in page.blocks}) / max(1, len(page.blocks)),
    ]  # fmt: skip
    return [float(value) for value in counts], shares


_MARKS = re.compile(
    r"(reply|replies|quote|posts?:|joined|member since|thread|topic)|(add to (?:cart|bag|basket)|buy now|in stock|sku|"
    r"out of stock|qty|quantity)|(read more|continue reading|learn more|view all|see all)|(sort by|filter|results|"
    r"showing|items? per page|next page|load more)|(get started|book a demo|request a demo|free trial|contact us|get a "
    r"quote|sign up)|(table of contents|on this page|edit (?:this page|on github)|previous|next:|changelog|api|"
    r"parameters)|(by [a-z]+ [a-z]+|min read|published|updated|written by)|(reviews?|ratings?|stars|sold by)|(pricing|"
    r"per month|/mo|plans|faq|testimonials|our (?:clients|customers|team|services))"
)
_N_MARKS = 9


@lru_cache(maxsize=16_384)
def shape_of(path: str | None) -> str:
    """Give an element path without the numbers of its steps: repeated cards share it."""
    return _NUMBER.sub("", path or "")


_NUMBER = re.compile(r":nth-of-type\(\d+\)")


def _hashed(page: Page, name: str) -> Matrix:
    n = BUCKETS[name]
    counts = Counter(_bucket(word, n) for word in _words(page, name))
    row = np.zeros(n, dtype=np.float32)
    if counts:
        row[list(counts)] = 1 + np.log(np.fromiter(counts.values(), dtype=np.float32))
        row /= np.linalg.norm(row)
    return row


def _words(page: Page, name: str) -> Iterable[str]:
    if name == "path":
        return _WORD.findall(page.url.partition("//")[2].partition("/")[2].casefold()[:500])
    if name == "head":
        facts = page.facts
        parts = [facts["title"], facts["h1"], facts["description"], *(facts["h2"] or ())[:10]]
        return _WORD.findall(" ".join(part for part in parts if part).casefold()[:3_000])
    if name == "anchor":
        anchors = " ".join([link.anchor[:40] for link in page.links[:300]])
        return _WORD.findall(anchors.casefold()[:8_000])[:MAX_WORDS]
    text = " ".join([block.text[:300] for block in page.blocks[:400] if block.region not in {"nav", "footer"}])
    return _WORD.findall(text.casefold()[:20_000])[:MAX_WORDS]


N_STRUCTURE = 143
"""Columns of a page's row before those of hashed words."""
_HASHES: dict[tuple[str, int], int] = {}


def _bucket(word: str, n: int) -> int:
    found = _HASHES.get((word, n))
    if found is None:
        if len(_HASHES) > 200_000:
            _HASHES.clear()
        found = _HASHES[word, n] = xxhash.xxh3_64_intdigest(word.encode()) % n
    return found
