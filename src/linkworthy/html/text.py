"""The words of a page: its blocks, its main text, its language."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, compress, islice
from typing import Any

import xxhash

from linkworthy.html.gathered import FoundBlock
from linkworthy.html.lists import words
from linkworthy.html.page import Block, Rows

MAX_LANGUAGE_CHARACTERS = 600
"""Characters of main text that the language is detected from."""
_LONG_WORDS = 20
_MAX_SAMPLED = 200
"""Blocks that the language is detected from."""
_MIN_FUNCTION_WORDS = 10
MIN_LANGUAGE_LETTERS = 40
"""Fewer letters than a short sentence has tell no language."""


def text_hash(texts: Sequence[str]) -> int | None:
    """Give XXH3-64 of the text of blocks with white space and case folded, null where there is none."""
    if not texts:
        return None
    # The text of a block has its white space folded already.
    return xxhash.xxh3_64_intdigest(" ".join(texts).casefold().encode("utf-8", "replace"))


def blocks_of(found: Sequence[FoundBlock], regions: Sequence[str]) -> Rows[Block]:
    """Make the rows of table ``blocks``."""
    if not found:
        return Rows(Block, [[] for _ in Block._fields])
    tags, _, _, n_words, n_link_words, texts = map(list, zip(*found, strict=True))
    # No text holds a line break, so all are folded and encoded in one go.
    folded = "\n".join(texts).casefold().encode("utf-8", "replace").split(b"\n")
    hashes = list(map(xxhash.xxh3_64_intdigest, folded))
    return Rows(Block, [list(range(len(found))), tags, list(regions), hashes, n_words, n_link_words, texts])


def language_of(blocks: Rows[Block], is_main: Sequence[bool]) -> tuple[str | None, float | None]:
    """Detect the language of the main text: ISO 639-1 code and probability, null where there is too little text."""
    counted = list(zip(blocks.column("n_words"), blocks.column("n_link_words"), blocks.column("text"), strict=True))
    prose = islice((one for one in compress(counted, is_main) if one[1] * 2 <= one[0]), _MAX_SAMPLED)
    sample = _sample(list(prose))
    if len(sample) < MIN_LANGUAGE_LETTERS * 2:
        sample = _sample(counted[:_MAX_SAMPLED])
    share = _english(sample)
    if share is not None:
        return "en", share
    if sum(map(str.isalpha, sample)) < MIN_LANGUAGE_LETTERS:
        return None, None
    code, share = _identifier().classify(sample)
    return str(code), min(1.0, max(0.0, float(share)))


def _sample(counted: Sequence[tuple[int, int, str]]) -> str:
    """Give the texts of twenty words and more in their order, then the others, the longer ones first."""
    parts: list[str] = []
    left = MAX_LANGUAGE_CHARACTERS
    for text in chain(
        (text for n_words, _, text in counted if n_words >= _LONG_WORDS),
        (text for _, _, text in sorted((one for one in counted if one[0] < _LONG_WORDS), key=lambda one: -one[0])),
    ):
        parts.append(text[:left])
        left -= len(text) + 1
        if left <= 0:
            break
    return " ".join(parts)


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
