"""What a text is about, and how near that is to the owner's topic: sparse term vectors and a small topic vocabulary.

Formula. A text becomes stems (case and accents folded, plural and -ing cut, six characters kept; pairs of characters in
scripts without spaces); function words and words of every web page left out. Term weight is (1 + ln tf) times idf, with
idf = 1 + ln((1 + N) / (1 + df)) over the N referring domains. Likeness is 0.6 times the scaled cosine to the
owner's profile (or to the target page, where that is larger) and 0.4 times the scaled share of the text in the owner's
topics of a small vocabulary, where a neighbouring topic counts 0.6; where the vocabulary knows neither, the cosine
alone.
Deterministic, no network, no trained weights.
Source: Salton and Buckley 1988 (term weights). The ends of the scale were set on the development pages of WCXB by
their topic tags.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from linkworthy.metrics.wordlists import word_file

Vector = dict[str, float]

MIN_PAGE_TERMS = 25
"""A page with fewer terms that tell something is not judged."""
MIN_CONTEXT_TERMS = 5
"""Words around a link with fewer terms that tell something are not judged."""
PROFILE_TERMS = 400


class Scale(NamedTuple):
    """How a cosine and a share of topics become one likeness."""

    cosine_ends: tuple[float, float] = (0.06, 0.25)
    """Cosine at likeness 0 and 1: quartiles of pages of other topics are 0.05 and 0.12, of the same 0.15 and 0.31."""
    topic_ends: tuple[float, float] = (0.30, 0.65)
    """Share of the same topics at likeness 0 and 1."""
    cosine_weight: float = 0.6
    """The rest is the topics'."""


PAGES = Scale()
CONTEXT_ENDS = (0.02, 0.15)
"""Cosine at likeness 0 and 1 for 35 words."""
WORDS_AROUND = Scale(cosine_ends=CONTEXT_ENDS)
PROMINENT = 0.09
"""Share of a text from which on a topic is no accident of a few ambiguous words."""
NEAR_WEIGHT = 0.6
"""What a neighbouring topic counts against the same one."""

_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿]+")


@lru_cache(maxsize=1)
def _stopwords() -> frozenset[str]:
    data = word_file("topics_stopwords")
    texts = [*data["function"].values(), data["web"]["words"]]
    return frozenset(_plain(word) for text in texts for word in text.split())


def _plain(word: str) -> str:
    folded = word.casefold()
    if folded.isascii():
        return folded
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Give the stem of one word, an empty text where the word tells nothing of a topic."""
    plain = _plain(word)
    if len(plain) < 3 and not (len(plain) == 2 and word.isupper()):
        return ""
    if plain in _stopwords():
        return ""
    if len(plain) > 6 and plain.endswith("ing"):
        plain = plain[:-3]
    elif plain.endswith("ies") and len(plain) > 4:
        plain = plain[:-3] + "y"
    elif plain.endswith("s") and not plain.endswith("ss") and len(plain) > 3:
        plain = plain[:-1]
    return plain[:6]


def stems(text: str) -> list[str]:
    """Give the stems of a text in order."""
    out: list[str] = []
    for found in _WORD.finditer(text):
        word = found.group()
        if not word.isascii() and (run := _UNSPACED.search(word)):
            cut = run.group()
            out.extend(cut[i : i + 2] for i in range(max(1, len(cut) - 1)))
        elif one := stem(word):
            out.append(one)
    return out


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, tuple[str, ...]]:
    """Give the topics of each stem of the vocabulary."""
    out: dict[str, list[str]] = {}
    for topic, entry in word_file("topics").items():
        for one in dict.fromkeys(s for word in entry["words"].split() for s in stems(word)):
            out.setdefault(one, []).append(topic)
    return {one: tuple(topics) for one, topics in out.items()}


@lru_cache(maxsize=1)
def _near() -> dict[str, frozenset[str]]:
    data = word_file("topics")
    both: dict[str, set[str]] = {topic: set(entry["near"]) for topic, entry in data.items()}
    for topic, entry in data.items():
        for other in entry["near"]:
            both[other].add(topic)
    return {topic: frozenset(others) for topic, others in both.items()}


def topic_shares(counts: Mapping[str, int]) -> dict[str, float]:
    """Give the share of each topic of the vocabulary in a text; they sum to 1, and are empty under three hits."""
    hits: dict[str, float] = {}
    n = 0
    for one, count in counts.items():
        topics = _vocabulary().get(one, ())
        n += bool(topics) * count
        for topic in topics:
            hits[topic] = hits.get(topic, 0.0) + (1 + math.log(count)) / len(topics)
    total = sum(hits.values())
    return {topic: value / total for topic, value in hits.items()} if n >= 3 else {}


@dataclass(slots=True)
class Profile:
    """What the owner's site is about: a term vector and its shares of topics, and the idf that texts are weighed by."""

    vector: Vector = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    document_counts: dict[str, int] = field(default_factory=dict)
    n_documents: int = 0

    def idf(self, term: str) -> float:
        """Give the inverse document frequency of a term."""
        return 1.0 + math.log((1 + self.n_documents) / (1 + self.document_counts.get(term, 0)))

    def weigh(self, counts: Mapping[str, int]) -> Vector:
        """Give the weighted vector of a text, of length 1."""
        raw = {term: (1.0 + math.log(count)) * self.idf(term) for term, count in counts.items()}
        return _unit(raw)


def _unit(raw: Vector) -> Vector:
    length = math.sqrt(sum(value * value for value in raw.values()))
    return {term: value / length for term, value in raw.items()} if length else {}


def make_profile(
    own: Iterable[Mapping[str, int]],
    stated: Iterable[str],
    document_counts: Mapping[str, int] | None = None,
    n_documents: int = 0,
) -> Profile:
    """Build the owner's profile from the term counts of own pages and from the topics and keywords that are stated.

    What the owner states weighs as much as all own pages together; either may be missing.
    """
    profile = Profile(document_counts=dict(document_counts or {}), n_documents=n_documents)
    total: Vector = {}
    topics: dict[str, float] = {}
    n_pages = 0
    for counts in own:
        n_pages += 1
        for term, value in profile.weigh(counts).items():
            total[term] = total.get(term, 0.0) + value
        for topic, share in topic_shares(counts).items():
            topics[topic] = topics.get(topic, 0.0) + share
    said = Counter(term for text in stated for term in stems(text))
    spoken = profile.weigh(said)
    pages = _unit(dict(sorted(total.items(), key=lambda item: (-item[1], item[0]))[:PROFILE_TERMS]))
    mixed = dict(pages)
    for term, value in spoken.items():
        mixed[term] = mixed.get(term, 0.0) + (value if not pages else 0.5 * value)
    profile.vector = _unit(mixed)
    for one in said:
        for topic in _vocabulary().get(one, ()):
            topics[topic] = topics.get(topic, 0.0) + max(n_pages, 1) * 0.5 / len(_vocabulary()[one])
    whole = sum(topics.values())
    profile.shares = {topic: value / whole for topic, value in topics.items()} if whole else {}
    return profile


def cosine(one: Vector, other: Vector) -> float:
    """Give the cosine of two vectors of length 1."""
    if len(other) < len(one):
        one, other = other, one
    return sum(value * other[term] for term, value in one.items() if term in other)


def scaled(value: float, ends: tuple[float, float]) -> float:
    """Place a value between two ends, 0..1."""
    return min(1.0, max(0.0, (value - ends[0]) / (ends[1] - ends[0])))


def topic_likeness(mine: Mapping[str, float], theirs: Mapping[str, float]) -> float | None:
    """Give 0..1: how much of a text stands in or next to the owner's main topics; null where topics are unknown."""
    if not mine or not theirs:
        return None
    top = max(mine.values())
    strength = {topic: min(1.0, share / (0.5 * top)) for topic, share in mine.items() if share >= 0.25 * top}
    leading = {topic for topic, value in strength.items() if value >= 1.0}
    total = 0.0
    for topic, share in theirs.items():
        near = NEAR_WEIGHT if leading & _near()[topic] else 0.0
        total += share * max(strength.get(topic, 0.0), near)
    return min(1.0, total)


def topic_share(mine: Mapping[str, float], theirs: Mapping[str, float]) -> float | None:
    """Give :func:`topic_likeness` over a text's prominent topics; null where it has none, or topics are unknown."""
    prominent = {topic: share for topic, share in theirs.items() if share >= PROMINENT}
    total = sum(prominent.values())
    return topic_likeness(mine, {topic: share / total for topic, share in prominent.items()}) if total else None


def relevance(profile: Profile, counts: Mapping[str, int], target: Vector | None = None) -> float | None:
    """Give the likeness of a page and the owner's topic, 0..1; null where text is short or the topic unknown."""
    return _likeness(profile, counts, target, MIN_PAGE_TERMS, PAGES)


def context_relevance(profile: Profile, counts: Mapping[str, int], target: Vector | None = None) -> float | None:
    """Give the likeness of a few words and the owner's topic, 0..1, null where there are too few."""
    return _likeness(profile, counts, target, MIN_CONTEXT_TERMS, WORDS_AROUND)


def _likeness(
    profile: Profile, counts: Mapping[str, int], target: Vector | None, least: int, scale: Scale
) -> float | None:
    if not profile.vector or sum(counts.values()) < least:
        return None
    vector = profile.weigh(counts)
    nearest = max(cosine(vector, profile.vector), cosine(vector, target) if target else 0.0)
    return likeness_of(nearest, topic_likeness(profile.shares, topic_shares(counts)), scale)


def likeness_of(nearest: float, share: float | None, scale: Scale = PAGES) -> float:
    """Give the likeness, 0..1, of a cosine and a share of the owner's topics, null where topics are unknown."""
    terms = scaled(nearest, scale.cosine_ends)
    if share is None:
        return round(terms, 4)
    return round(scale.cosine_weight * terms + (1 - scale.cosine_weight) * scaled(share, scale.topic_ends), 4)
