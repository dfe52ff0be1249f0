"""The words of a page: its blocks, its main text, its language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import xxhash

from linkworthy.html.gathered import FoundBlock
from linkworthy.html.page import Block

MAX_LANGUAGE_CHARACTERS = 600
"""Characters of main text that the language is detected from."""
MIN_LANGUAGE_LETTERS = 40
"""Fewer letters than a short sentence has tell no language."""


def text_hash(text: str) -> int:
    """Give XXH3-64 of a text with white space and case folded."""
    return xxhash.xxh3_64_intdigest(" ".join(text.split()).casefold().encode("utf-8", "replace"))


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


def language_of(blocks: Sequence[Block]) -> tuple[str | None, float | None]:
    """Detect the language of the main text: ISO 639-1 code and probability, null where there is too little text."""
    sample = _sample([block for block in blocks if block.region == "main" and block.n_link_words * 2 <= block.n_words])
    if len(sample) < MIN_LANGUAGE_LETTERS * 2:
        sample = _sample(blocks)
    if sum(map(str.isalpha, sample)) < MIN_LANGUAGE_LETTERS:
        return None, None
    code, share = _identifier().classify(sample)
    return str(code), min(1.0, max(0.0, float(share)))


def _sample(blocks: Sequence[Block]) -> str:
    parts: list[str] = []
    left = MAX_LANGUAGE_CHARACTERS
    for block in sorted(blocks[:200], key=lambda block: -min(block.n_words, 20)):
        parts.append(block.text[:left])
        left -= len(block.text) + 1
        if left <= 0:
            break
    return " ".join(parts)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    # Loading the model costs a second, which --help and the tests of other rooms must not pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
