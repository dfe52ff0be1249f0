"""Near-duplicates against Jaccard counted pair by pair."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from linkworthy.metrics import near
from linkworthy.metrics.corpus import Corpus
from linkworthy.metrics.near import clusters, find_near, near_texts
from linkworthy.metrics.shingles import K, texts_of


def families(seed: int, n: int) -> list[str]:
    """Give texts of which many are changed copies of others, of all degrees of likeness."""
    choose = random.Random(seed)
    stock = [f"w{i}" for i in range(3000)]
    out: list[str] = []
    while len(out) < n:
        base = choose.choices(stock, k=choose.randint(12, 200))
        out.append(" ".join(base))
        for _ in range(choose.choice([0, 0, 1, 2, 5])):
            copy = list(base)
            for _ in range(choose.choice([0, 1, 3, 9])):
                copy[choose.randrange(len(copy))] = choose.choice(stock)
            out.append(" ".join(copy + choose.choices(stock, k=choose.choice([0, 1, 40]))))
    choose.shuffle(out)
    return out[:n]


def pair_by_pair(texts: list[str], least: float) -> dict[tuple[int, int], float]:
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    sets: list[set[tuple[str, ...]]] = []
    found = {}
    for j, text in enumerate(texts):
        said = re.findall(r"\w+", text)
        runs = {tuple(said[i : i + K]) for i in range(len(said) - K + 1)}
        common = Counter(i for run in runs for i in holders[run])
        for i, n in common.items():
            share = n / (len(runs) + len(sets[i]) - n)
            if share >= least and min(len(runs), len(sets[i])) >= near.MIN_RUNS:
                found[i, j] = share
        sets.append(runs)
        for run in runs:
            holders[run].append(j)
    return found


@pytest.mark.parametrize("least", [0.9, 0.5, 0.1])
def test_all_pairs_are_found_and_no_other(least: float) -> None:
    texts = families(7, 500)
    expected = pair_by_pair(texts, least)
    pairs = near_texts(texts_of(texts), least)
    found = dict(zip(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True), pairs.share.tolist(), strict=True))
    assert len(expected) > 50
    assert found == pytest.approx(expected)


def test_a_family_larger_than_what_is_looked_at_stays_one_cluster() -> None:
    body = [f"w{i}" for i in range(60)]
    texts = [" ".join([*body, f"own{n}"]) for n in range(300)] + [" ".join(f"v{i}" for i in range(60))]
    pairs = near_texts(texts_of(texts), 0.9)
    assert len(pairs.one) < 300 * near.N_RECENT
    assert clusters(pairs, 301, 0.9).tolist() == [0] * 300 + [300]


def test_the_table_grows_where_the_filter_promised_less(tmp_path: Path) -> None:
    texts = families(3, 200)
    with Corpus(tmp_path) as corpus:
        corpus.add(pa.array(texts), np.zeros(len(texts), np.bool_), np.ones(len(texts), np.int64))
        corpus.count(np.arange(1, 5000, dtype=np.uint64), len(texts) + 1)
        assert corpus.keys.size > 8192
        assert len(find_near(corpus, 0.5).one) == len(pair_by_pair(texts, 0.5))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_alike_among_no_pages() -> None:
    assert near_texts(texts_of([]), 0.5).one.size == 0
    assert near_texts(texts_of(["", "a"]), 0.5).one.size == 0
