from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.metrics.shingles import K, shingles, words
from tests.support.measured import SITE, block, by_path, measured, page, rows

FRAME = "Home Kettles Pots Pans About us Contact Basket"


def text(seed: str, n: int) -> str:
    """Give words that stand nowhere else."""
    return " ".join(f"{seed}{i}" for i in range(n))


def test_shares_of_a_page_add_up_to_one(tmp_path: Path) -> None:
    run = measured(
        tmp_path,
        pages=[page(f"/{n}") for n in range(4)],
        blocks=[
            *(block(f"/{n}", FRAME, n=0) for n in range(4)),
            block("/0", text("shared", 20) + " " + text("own", 5), n=1),
            block("/1", text("other", 5) + " " + text("shared", 20), n=1),
            block("/2", text("third", 30), n=1),
        ],
    )
    found = by_path(run, "page_metrics")
    total = 8 + 25
    assert found["/0"]["common_share"] == pytest.approx(8 / total)
    assert found["/0"]["duplicate_share"] == pytest.approx(20 / total)
    assert found["/0"]["unique_share"] == pytest.approx(5 / total)
    assert (found["/0"]["nearest_url"], found["/0"]["nearest_share"]) == (SITE + "/1", pytest.approx(20 / total))
    assert found["/2"]["duplicate_share"] == 0
    assert found["/2"]["nearest_url"] is None
    assert found["/3"]["common_share"] == 1
    passages = rows(run, "duplicates", "url")
    assert [(row["url"], row["other_url"], row["n"], row["n_words"]) for row in passages] == [
        (SITE + "/0", SITE + "/1", 0, 20),
        (SITE + "/1", SITE + "/0", 0, 20),
    ]
    assert passages[0]["passage"] == text("shared", 20)


def test_text_on_half_of_the_pages_is_template_and_on_fewer_is_not(tmp_path: Path) -> None:
    pages = [page(f"/{n}") for n in range(8)]
    run = measured(
        tmp_path,
        pages=pages,
        blocks=[
            *(block(f"/{n}", text("box", 10)) for n in range(4)),
            *(block(f"/{n}", text("copy", 10), n=1) for n in range(3)),
            *(block(f"/{n}", text(f"own{n}", 10), n=2) for n in range(8)),
        ],
    )
    found = by_path(run, "page_metrics")
    assert found["/0"]["common_share"] == found["/0"]["duplicate_share"] == pytest.approx(1 / 3)
    assert found["/3"]["common_share"] == pytest.approx(1 / 2)


def test_the_frame_of_two_pages_is_template(tmp_path: Path) -> None:
    run = measured(
        tmp_path,
        pages=[page("/0"), page("/1")],
        blocks=[
            *(block(f"/{n}", text("menu", 10), region="nav") for n in range(2)),
            *(block(f"/{n}", text("said", 10), n=1) for n in range(2)),
        ],
    )
    found = by_path(run, "page_metrics")["/0"]
    assert (found["common_share"], found["duplicate_share"]) == (0.5, 0.5)


def test_six_words_in_a_row_are_no_copy_and_seven_are(tmp_path: Path) -> None:
    blocks = [
        block("/0", "a b c d e f x"),
        block("/1", "a b c d e f y"),
        block("/2", "p q r s t u v w"),
        block("/3", "P, q; R s t u v z"),
    ]
    found = by_path(measured(tmp_path, pages=[page(f"/{n}") for n in range(4)], blocks=blocks), "page_metrics")
    assert found["/0"]["duplicate_share"] == 0
    assert found["/2"]["duplicate_share"] == pytest.approx(7 / 8)


def test_pages_that_may_not_be_indexed_are_left_out(tmp_path: Path) -> None:
    pages = [page("/0"), page("/1", is_noindex=True)]
    found = by_path(
        measured(tmp_path, pages=pages, blocks=[block(f"/{n}", text("same", 20)) for n in range(2)]), "page_metrics"
    )
    assert found["/0"]["duplicate_share"] == 0
    assert found["/1"]["duplicate_share"] is None


def test_pages_without_words_have_no_shares(tmp_path: Path) -> None:
    found = by_path(measured(tmp_path, pages=[page("/0")], blocks=[block("/0", "— …")]), "page_metrics")
    assert found["/0"]["unique_share"] is None


def test_equal_main_texts_are_twins(tmp_path: Path) -> None:
    found = by_path(
        measured(tmp_path, pages=[page("/0", main_hash=7), page("/1", main_hash=7), page("/2")]), "page_metrics"
    )
    assert [found[f"/{n}"]["content_twins"] for n in range(3)] == [1, 1, 0]


def plain_split(pages: dict[str, list[str]]) -> dict[str, tuple[int, int, int]]:
    """Do the same split word by word: (common, duplicate, unique) words of each page."""
    tokens = {p: [re.findall(r"\w+", b.lower()) for b in blocks] for p, blocks in pages.items()}
    limit = max(3.0, len(pages) / 2)
    on: dict[Any, set[str]] = defaultdict(set)
    whole: dict[Any, set[str]] = defaultdict(set)
    for p, blocks in tokens.items():
        for b in blocks:
            whole[tuple(b)].add(p)
            for i in range(len(b) - K + 1):
                on[tuple(b[i : i + K])].add(p)
    frame = {b for b, found in whole.items() if len(found) >= limit}
    inside = {b[i : i + K] for b in frame for i in range(len(b) - K + 1)}
    out = {}
    for p, blocks in tokens.items():
        counts: Counter[str] = Counter()
        for b in blocks:
            kinds = ["unique"] * len(b)
            for name, is_one in (
                ("duplicate", lambda s: len(on[s]) >= 2),
                ("common", lambda s: len(on[s]) >= limit or s in inside),
            ):
                for i in range(len(b) - K + 1):
                    if is_one(tuple(b[i : i + K])):
                        kinds[i : i + K] = [name] * K
            counts.update(["common"] * len(b) if tuple(b) in frame else kinds)
        out[p] = (counts["common"], counts["duplicate"], counts["unique"])
    return out


@pytest.mark.parametrize("seed", range(3))
def test_the_split_equals_one_made_word_by_word(tmp_path: Path, seed: int) -> None:
    choose = random.Random(seed)
    stock = [
        " ".join(choose.choices(["ab", "cd", "ef", "gh", "ij", "kl", "mn"], k=choose.randint(3, 25))) for _ in range(12)
    ]
    pages = {
        f"/{n}": [" ".join(choose.sample(stock, choose.randint(1, 2))) for _ in range(choose.randint(1, 4))]
        for n in range(7)
    }
    run = measured(
        tmp_path,
        pages=[page(path) for path in pages],
        blocks=[block(path, said, n=n) for path, blocks in pages.items() for n, said in enumerate(blocks)],
    )
    found = by_path(run, "page_metrics")
    for path, expected in plain_split(pages).items():
        shares = [found[path][f"{name}_share"] for name in ("common", "duplicate", "unique")]
        assert shares == pytest.approx([count / sum(expected) for count in expected])


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("aAbZéßİ7 ,.-_\n"), max_size=40), max_size=6))
def test_words_are_found_as_a_regular_expression_finds_them(texts: list[str]) -> None:
    found = words(texts)
    ours = [(int(t), texts[t][s:e]) for t, s, e in zip(found.text, found.start, found.end, strict=True)]
    assert ours == [(i, m.group()) for i, said in enumerate(texts) for m in re.finditer(r"[^\W_]+", said)]


def test_case_and_place_do_not_change_a_hash() -> None:
    found = words(["Copper KETTLE", "…kettle copper"])
    assert found.hash.tolist()[:2] == found.hash.tolist()[:1:-1]
    assert len(np.unique(found.hash)) == 2


def test_characters_of_scripts_without_spaces_are_words() -> None:
    assert len(words(["銅のやかん"]).hash) == 5


def test_shingles_do_not_cross_texts() -> None:
    found = shingles(words([text("a", 6), text("b", 8)]))
    assert (found.text.tolist(), found.position.tolist()) == ([1, 1], [0, 1])
