"""The words of a page: its blocks, its main text, its language."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, count
from typing import Any

import xxhash

from linkworthy.html.gathered import FoundBlock, FoundBlocks
from linkworthy.html.lists import words
from linkworthy.html.page import Block, Rows
from linkworthy.html.texts import Texts

MAX_LANGUAGE_CHARACTERS = 600
"""Characters of main text that the language is detected from."""
_LONG_WORDS = 20
_MAX_SAMPLED = 200
"""Blocks that the language is detected from."""
_MIN_FUNCTION_WORDS = 10
_ASCII = bytes(range(128))
_SMALL = re.compile(rb"(?:\xc2[\x80-\xb4\xb6-\xbf]|\xe2(?:[\x80-\x83\x87-\x91\x94-\xaf][\x80-\xbf]|\x86[\x90-\xbf]))*+")
"""Signs beyond ASCII that most texts have none but, and that are no letters: quotes, dashes, arrows, boxes."""
MIN_LANGUAGE_LETTERS = 40
"""Fewer letters than a short sentence has tell no language."""


def folded(found: Sequence[FoundBlock]) -> list[bytes]:
    """Give the texts of blocks with their case folded, as UTF-8; their white space is folded already."""
    if isinstance(found, FoundBlocks):
        texts = found.columns[-1]
        small = Texts(texts.data.lower(), texts.bounds).pieces()
        beyond = texts.data.translate(None, _ASCII)
        if _SMALL.fullmatch(beyond):
            return small
        return [one if one.isascii() else _folded(one.decode()) for one in small]
    # No text holds a line break, so all are folded and encoded in one go.
    return _folded("\n".join([one[-1] for one in found])).split(b"\n") if found else []


def _folded(text: str) -> bytes:
    return text.casefold().encode("utf-8", "replace")


def hash_of(texts: Sequence[bytes]) -> int | None:
    """Give XXH3-64 of the folded text of blocks, null where there is none."""
    return xxhash.xxh3_64_intdigest(b" ".join(texts)) if texts else None


def blocks_of(found: Sequence[FoundBlock], regions: list[str], folded: Sequence[bytes]) -> Rows[Block]:
    """Make the rows of table ``blocks``; ``folded`` are their texts with the case folded."""
    if not found:
        return Rows(Block, [[] for _ in Block._fields])
    columns: Sequence[Any] = (
        found.columns if isinstance(found, FoundBlocks) else list(map(list, zip(*found, strict=True)))
    )
    tags, _, _, n_words, n_link_words, texts = columns
    hashes = list(map(xxhash.xxh3_64_intdigest, folded))
    return Rows(Block, [list(range(len(found))), tags, regions, hashes, n_words, n_link_words, texts])


def language_of(blocks: Rows[Block], is_main: Sequence[bool]) -> tuple[str | None, float | None]:
    """Detect the language of the main text: ISO 639-1 code and probability, null where there is too little text."""
    n_words = blocks.column("n_words")
    counted = zip(count(), is_main, n_words, blocks.column("n_link_words"))
    prose = [place for place, is_in, n, n_linked in counted if is_in and n_linked * 2 <= n][:_MAX_SAMPLED]
    sample = _sample(blocks, prose, n_words)
    if len(sample) < MIN_LANGUAGE_LETTERS * 2:
        sample = _sample(blocks, range(min(len(blocks), _MAX_SAMPLED)), n_words)
    share = _english(sample)
    if share is not None:
        return "en", share
    if sum(map(str.isalpha, sample)) < MIN_LANGUAGE_LETTERS:
        return None, None
    code, share = _identifier().classify(sample)
    return str(code), min(1.0, max(0.0, float(share)))


def _sample(blocks: Rows[Block], places: Sequence[int], n_words: Sequence[int]) -> str:
    """Give the texts of twenty words and more in their order, then the others, the longer ones first."""
    parts: list[str] = []
    left = MAX_LANGUAGE_CHARACTERS
    for place in chain(
        (place for place in places if n_words[place] >= _LONG_WORDS),
        _longest([place for place in places if n_words[place] < _LONG_WORDS], n_words),
    ):
        text = blocks.cell("text", place)
        parts.append(text[:left])
        left -= len(text) + 1
        if left <= 0:
            break
    return " ".join(parts)


def _longest(places: list[int], n_words: Sequence[int]) -> Iterator[int]:
    """Give places, those of the longer texts first; sorted only where somebody asks."""
    yield from sorted(places, key=lambda place: -n_words[place])


def _english(sample: str) -> float | None:
    """Tell English by its function words, null where they do not decide: half of the web, at a hundredth of the cost.

    Formula: with e English and o function words of the next best language, the share is 1 - 2^-((e - o) / 2).
    """
    found = _function_words()
    counts: dict[str, int] = {}
    spoken = sample.lower().split()
    for word, n in Counter(filter(found.__contains__, spoken)).items():
        for language in found[word]:
            counts[language] = counts.get(language, 0) + n
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
