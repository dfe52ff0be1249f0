"""The words of a page: its blocks, its main text, its language."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import xxhash

from linkworthy.html.gathered import FoundBlock
from linkworthy.html.lists import words
from linkworthy.html.page import Block

MAX_LANGUAGE_CHARACTERS = 600
"""Characters of main text that the language is detected from."""
_LONG_WORDS = 20
_MIN_FUNCTION_WORDS = 10
MIN_LANGUAGE_LETTERS = 40
"""Fewer letters than a short sentence has tell no language."""


def text_hash(blocks: Sequence[Block]) -> int | None:
    """Give XXH3-64 of the text of blocks with white space and case folded, null where there is none."""
    if not blocks:
        return None
    # The text of a block has its white space folded already.
    return xxhash.xxh3_64_intdigest(" ".join([block.text for block in blocks]).casefold().encode("utf-8", "replace"))


def blocks_of(found: Sequence[FoundBlock], regions: Sequence[str]) -> list[Block]:
    """Make the rows of table ``blocks``."""
    if not found:
        return []
    tags, _, _, n_words, n_link_words, texts = zip(*found, strict=True)
    # No text holds a line break, so all are folded and encoded in one go.
    folded = "\n".join(texts).casefold().encode("utf-8", "replace").split(b"\n")
    hashes = map(xxhash.xxh3_64_intdigest, folded)
    return list(
        map(Block._make, zip(range(len(found)), tags, regions, hashes, n_words, n_link_words, texts, strict=True))
    )


def language_of(blocks: Sequence[Block], main: Sequence[Block]) -> tuple[str | None, float | None]:
    """Detect the language of the main text: ISO 639-1 code and probability, null where there is too little text."""
    sample = _sample([block for block in main if block.n_link_words * 2 <= block.n_words])
    if len(sample) < MIN_LANGUAGE_LETTERS * 2:
        sample = _sample(blocks)
    share = _english(sample)
    if share is not None:
        return "en", share
    if sum(map(str.isalpha, sample)) < MIN_LANGUAGE_LETTERS:
        return None, None
    code, share = _identifier().classify(sample)
    return str(code), min(1.0, max(0.0, float(share)))


def _sample(blocks: Sequence[Block]) -> str:
    parts: list[str] = []
    left = MAX_LANGUAGE_CHARACTERS
    for block in _by_length(blocks[:200]):
        parts.append(block.text[:left])
        left -= len(block.text) + 1
        if left <= 0:
            break
    return " ".join(parts)


def _by_length(blocks: Sequence[Block]) -> Iterator[Block]:
    """Give blocks of twenty words and more in their order, then the others, the longer ones first."""
    yield from (block for block in blocks if block.n_words >= _LONG_WORDS)
    yield from sorted((block for block in blocks if block.n_words < _LONG_WORDS), key=lambda block: -block.n_words)


def _english(sample: str) -> float | None:
    """Tell English by its function words, null where they do not decide: half of the web, at a hundredth of the cost.

    Formula: with e English and o function words of the next best language, the share is 1 - 2^-((e - o) / 2).
    """
    found = _function_words()
    counts: dict[str, int] = {}
    spoken = sample.lower().split()
    for word in spoken:
        for language in found.get(word, ()):
            counts[language] = counts.get(language, 0) + 1
    n_english = counts.pop("en", 0)
    n_other = max(counts.values(), default=0)
    if n_english < _MIN_FUNCTION_WORDS or n_english < len(spoken) * 0.2 or n_english < 2 * n_other:
        return None
    return 1 - math.pow(0.5, (n_english - n_other) / 2)


@lru_cache(maxsize=1)
def _function_words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for language, listed in words("topics_stopwords")["function"].items():
        for word in listed.split():
            found.setdefault(word, []).append(language)
    return found


@lru_cache(maxsize=1)
def _identifier() -> Any:
    # Loading the model costs a second, which --help and the tests of other rooms must not pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
