"""What kind of anchor a link has: a name, an address, a keyword, a phrase that says nothing, an image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from linkworthy import urls
from linkworthy.metrics.topics import stem
from linkworthy.metrics.wordlists import words
from linkworthy.site import SiteConfig

MAX_MONEY_WORDS = 6
"""A longer anchor is a sentence or a title, whatever keyword it holds."""

_NAKED = re.compile(r"^(?:https?://|www\.)\S+$|^(?:[a-z0-9-]+\.)+[a-z]{2,24}(?:/\S*)?$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an anchor is."""

    kind: str | None
    """branded, naked, exact, partial, generic, image, empty, other; null where no anchor is known."""
    is_money: bool | None
    """The anchor is a keyword and not a name, address, title or generic phrase; null where it cannot be told."""
    keyword: str | None = None
    """The keyword that it holds, as a key for counting."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the owner is called and wants to be found for, folded for comparing."""

    brands: tuple[str, ...]
    domains: tuple[str, ...]
    keywords: Mapping[frozenset[str], str]
    topics: Mapping[frozenset[str], str]


def names_of(config: SiteConfig) -> Names:
    """Fold the settings once for many anchors; a brand shorter than three characters must be the whole anchor."""
    hosts = {*config.own_domains, *config.hosts, urls.host_of(config.url)}
    labels = {urls.registrable_domain(host).partition(".")[0] for host in hosts if not urls.is_address(host)}
    brands = {squeezed for brand in (config.name, *config.brands, *labels) if len(squeezed := _squeeze(brand)) >= 2}
    keywords = {key: phrase for phrase in config.keywords if (key := _key(phrase))}
    topics = {key: phrase for phrase in config.topics if (key := _key(phrase))}
    return Names(tuple(sorted(brands)), tuple(sorted(hosts)), keywords, topics)


def _squeeze(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())


@lru_cache(maxsize=65_536)
def _key(phrase: str) -> frozenset[str]:
    """Give the words of a phrase, inflection cut; words of every page count here, since "bike shop" is not "bike"."""
    return frozenset(stem(word) or word.casefold() for word in _WORD.findall(phrase) if word.casefold() not in _LITTLE)


_LITTLE = frozenset({
    "&", "a", "an", "and", "at", "da", "das", "de", "der", "des", "di", "die", "do", "du", "e", "el", "em",
    "et", "for", "für", "in", "la", "le", "les", "los", "of", "on", "or", "the", "to", "und", "y",
})  # fmt: skip


@lru_cache(maxsize=1)
def _generic() -> frozenset[str]:
    return frozenset(_squeeze(word) for word in words("anchors", "generic"))


@lru_cache(maxsize=1)
def _commercial() -> frozenset[str]:
    return frozenset(words("anchors", "commercial"))


def is_branded(anchor: str, names: Names) -> bool:
    """Tell whether an anchor holds a name of the owner, white space and punctuation ignored."""
    squeezed = _squeeze(anchor)
    tokens = {_squeeze(word) for word in anchor.split()}
    return any(brand == squeezed or (len(brand) >= 3 and (brand in tokens or (len(brand) >= 5 and brand in squeezed)))
               for brand in names.brands)  # fmt: skip


def classify(anchor: str | None, link_kind: str, names: Names, titles: Iterable[str] = ()) -> Anchor:
    """Say what an anchor is: the first kind that holds.

    ``titles`` are title and heading of the target page: an anchor that repeats them quotes the page and sells nothing.
    """
    if anchor is None:
        return Anchor(None, None)
    text = " ".join(anchor.split())
    kind = _plain_kind(text, link_kind, names)
    return Anchor(kind, False) if kind else _keyword_anchor(text, names, {_squeeze(title) for title in titles})


def _plain_kind(text: str, link_kind: str, names: Names) -> str | None:
    """Give the kind of an anchor that no keyword makes; null where the words decide."""
    is_address = _NAKED.match(text) or any(
        urls.fold(text).startswith((domain, f"www.{domain}")) for domain in names.domains
    )
    kinds = (
        ("image", link_kind == "image"),
        ("empty", not text),
        ("naked", is_address),
        ("branded", is_branded(text, names)),
        ("generic", _squeeze(text) in _generic()),
    )
    return next((kind for kind, holds in kinds if holds), None)


def _keyword_anchor(text: str, names: Names, titles: set[str]) -> Anchor:
    mine = _key(text)
    n_words = len(_WORD.findall(text))
    sells = bool(_commercial() & {word.casefold() for word in _WORD.findall(text)})
    is_quote = _squeeze(text) in titles and not sells and n_words > 2
    for keys in (names.keywords, names.topics):
        if mine in keys:
            return Anchor("exact", not is_quote, urls.fold(keys[mine]))
    for keys, strong in ((names.keywords, True), (names.topics, not names.keywords)):
        held = [(len(key), phrase) for key, phrase in keys.items() if key < mine]
        if held:
            is_money = n_words <= MAX_MONEY_WORDS and not is_quote and (strong or sells)
            return Anchor("partial", is_money, urls.fold(max(held)[1]))
    if any(key & mine for key in (*names.keywords, *names.topics)):
        return Anchor("partial", sells and n_words <= MAX_MONEY_WORDS and not is_quote)
    if not names.keywords and not names.topics:
        return Anchor("other", None if sells and n_words <= MAX_MONEY_WORDS else False)
    return Anchor("other", False)


def anchor_rows(rows: Iterable[tuple[Any, ...]], names: Names) -> list[dict[str, Any]]:
    """Classify distinct (anchor, kind, title, heading) rows, for a join."""
    out: list[dict[str, Any]] = []
    for anchor, kind, title, heading in rows:
        found = classify(anchor, kind, names, [text for text in (title, heading) if text])
        out.append(
            {
                "anchor": anchor,
                "kind": kind,
                "title": title,
                "heading": heading,
                "anchor_kind": found.kind,
                "is_money_anchor": found.is_money,
                "keyword": found.keyword,
            }
        )
    return out
