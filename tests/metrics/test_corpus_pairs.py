"""Pairs of pages that share words, against the same counted word by word, and the passages cut out of their text."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from linkworthy.metrics.corpus import Corpus
from linkworthy.metrics.passages import MAX_CHARACTERS, cut

K = 3


def runs_of(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + K]) for i in range(len(words) - K + 1)]


def stretches(one: list[str], other: list[str]) -> list[tuple[int, int]]:
    """Give first and end word of each stretch of runs that stand on the other page."""
    held = set(runs_of(other))
    out: list[tuple[int, int]] = []
    last = -2
    for i, run in enumerate(runs_of(one)):
        if run in held:
            first = out.pop()[0] if i == last + 1 else i
            out.append((first, i + K))
            last = i
    return out


def pages_of(seed: int) -> list[list[str]]:
    """Give five pages made of a few sentences, and an index that repeats the beginnings of all."""
    choose = random.Random(seed)
    stock = [choose.choices(["ab", "cd", "éf", "gh", "ij", "kl", "mn", "op"], k=9) for _ in range(9)]
    pages = [[word for part in choose.sample(stock, 4) for word in part] for _ in range(5)]
    return [*pages, [word for page in pages for word in page[:7]]]


@pytest.mark.parametrize("seed", range(4))
def test_shared_words_and_passages_equal_those_found_word_by_word(seed: int) -> None:
    pages = pages_of(seed)
    with Corpus(k=K) as corpus:
        texts = pa.array([" ".join(page) for page in pages], pa.large_string())
        corpus.add(texts, np.zeros(len(pages), np.bool_), np.ones(len(pages), np.int64))
        corpus.count(np.zeros(0, np.uint64), 1_000)
        pairs = corpus.nearest(3)
        found = corpus.passages(pairs[:, 0], pairs[:, 1], 2)
    expected_pairs: list[tuple[int, int, int]] = []
    expected_passages: list[tuple[int, int, int, int]] = []
    for page, words in enumerate(pages):
        shared = {o: stretches(words, other) for o, other in enumerate(pages) if o != page}
        counts = {o: len({i for a, b in parts for i in range(a, b)}) for o, parts in shared.items()}
        for other in sorted(counts, key=lambda o: (-counts[o], o))[:3]:
            if counts[other]:
                listed = sorted(shared[other], key=lambda part: (part[0] - part[1], part[0]))[:2]
                expected_passages += [(len(expected_pairs), n, *part) for n, part in enumerate(listed)]
                expected_pairs.append((page, other, counts[other]))
    assert expected_pairs
    assert [tuple(row) for row in pairs.tolist()] == expected_pairs
    assert [tuple(row) for row in found.tolist()] == expected_passages


def test_passages_are_cut_by_characters_and_blocks_are_parted_by_a_space() -> None:
    said = ["one two", "", "größe 銅 three", "é" * 2 * MAX_CHARACTERS]
    blocks = pa.table({
        "page": pa.array([4, 4, 5, 5], pa.int32()), "n": pa.array(range(4), pa.int32()), "region": ["main"] * 4,
        "text": said,
    })  # fmt: skip
    page, low, high = np.array([4, 4, 5, 5]), np.array([0, 1, 0, 1]), np.array([2, 2, 3, 4])
    assert cut(blocks, page, low, high, K).to_pylist() == [
        "one two",
        "two",
        "größe 銅 three",
        ("銅 three " + "é" * MAX_CHARACTERS)[:MAX_CHARACTERS],
    ]
