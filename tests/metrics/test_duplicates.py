from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from linkworthy.site import Duplicates, SiteConfig
from tests.support.measured import SITE, block, by_path, measured, page, rows
from tests.support.runs import START

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


def runs_of(said: list[str], k: int) -> list[tuple[str, ...]]:
    return [tuple(said[i : i + k]) for i in range(len(said) - k + 1)]


def stretches(blocks: list[list[str]], frame: set[tuple[str, ...]]) -> list[list[str]]:
    """Join neighbouring blocks outside the frame."""
    out: list[list[str]] = [[]]
    for words in blocks:
        if tuple(words) in frame:
            out.append([])
        else:
            out[-1] += words
    return out


def plain_split(pages: dict[str, list[str]], k: int, common_share: float) -> dict[str, tuple[int, int, int]]:
    """Do the same split word by word: (common, duplicate, unique) words of each page."""
    tokens = {p: [re.findall(r"\w+", b.lower()) for b in blocks] for p, blocks in pages.items()}
    limit = max(3.0, len(pages) * common_share)
    whole = Counter(b for blocks in tokens.values() for b in {tuple(b) for b in blocks})
    frame = {b for b, n in whole.items() if n >= limit}
    inside = {run for b in frame for run in runs_of(list(b), k)}
    said = {p: stretches(blocks, frame) for p, blocks in tokens.items()}
    on = Counter(run for p in said for run in {run for one in said[p] for run in runs_of(one, k)})
    out = {}
    for p, listed in said.items():
        counts: Counter[str] = Counter(common=sum(len(b) for b in tokens[p] if tuple(b) in frame))
        for one in listed:
            kinds = ["unique"] * len(one)
            common = [i for i, run in enumerate(runs_of(one, k)) if on[run] >= limit or run in inside]
            shared = [i for i, run in enumerate(runs_of(one, k)) if on[run] >= 2]
            for name, places in (("duplicate", shared), ("common", common)):
                for i in places:
                    kinds[i : i + k] = [name] * k
            counts.update(kinds)
        out[p] = (counts["common"], counts["duplicate"], counts["unique"])
    return out


@pytest.mark.parametrize(("seed", "k", "common_share"), [(0, 7, 0.5), (1, 7, 0.5), (2, 4, 0.7), (3, 3, 0.25)])
def test_the_split_equals_one_made_word_by_word(tmp_path: Path, seed: int, k: int, common_share: float) -> None:
    choose = random.Random(seed)
    words = ["ab", "cd", "éf", "gh", "ij", "kl", "銅"]
    stock = [" ".join(choose.choices(words, k=choose.randint(1, 25))) for _ in range(14)]
    pages = {
        f"/{n}": [" ".join(choose.sample(stock, choose.randint(1, 2))) for _ in range(choose.randint(1, 6))]
        for n in range(9)
    }
    run = measured(
        tmp_path,
        SiteConfig(url=START, duplicates=Duplicates(words=k, common_share=common_share)),
        pages=[page(path) for path in pages],
        blocks=[block(path, said, n=n) for path, blocks in pages.items() for n, said in enumerate(blocks)],
    )
    found = by_path(run, "page_metrics")
    assert {round(row["duplicate_share"], 3) for row in found.values()} != {0.0}
    for path, expected in plain_split(pages, k, common_share).items():
        shares = [found[path][f"{name}_share"] for name in ("common", "duplicate", "unique")]
        assert shares == pytest.approx([count / sum(expected) for count in expected])


def test_pages_of_short_blocks_are_compared_across_their_blocks(tmp_path: Path) -> None:
    cells = ["Iron kettle", "2 litres", "green", "for gas", "42 euro"]
    run = measured(
        tmp_path,
        pages=[page(f"/{n}") for n in range(6)],
        blocks=[block(path, cell, n=n) for path in ("/0", "/1") for n, cell in enumerate(cells)],
    )
    assert by_path(run, "page_metrics")["/0"]["duplicate_share"] == 1
    passages = rows(run, "duplicates", "url")
    assert [(row["n_words"], row["passage"]) for row in passages] == [(9, " ".join(cells))] * 2


def test_words_do_not_run_from_one_region_into_the_next(tmp_path: Path) -> None:
    blocks = [
        block(path, said, n=n, region=region)
        for path in ("/0", "/1")
        for n, (said, region) in enumerate([("a b c d", "main"), ("e f g h", "comment")])
    ]
    run = measured(tmp_path, pages=[page("/0"), page("/1")], blocks=blocks)
    assert by_path(run, "page_metrics")["/0"]["duplicate_share"] == 0


def test_near_duplicates_are_named_with_their_likeness_and_cluster(tmp_path: Path) -> None:
    base = text("w", 100)
    said = {"/a": base, "/b": base + " x", "/c": base + " y z", "/d": text("w", 70) + " " + text("v", 40)}
    said |= {f"/{n}": text(f"own{n}x", 30) for n in range(6)}
    run = measured(
        tmp_path, pages=[page(path) for path in said], blocks=[block(path, words) for path, words in said.items()]
    )
    found = by_path(run, "page_metrics")
    assert (found["/a"]["near_duplicate_url"], found["/a"]["n_near_duplicates"]) == (SITE + "/b", 2)
    assert found["/a"]["near_duplicate_share"] == pytest.approx(94 / 95)
    assert {found[path]["cluster_url"] for path in ("/a", "/b", "/c")} == {SITE + "/a"}
    assert (found["/d"]["n_near_duplicates"], found["/d"]["cluster_url"]) == (0, None)
    assert found["/0"]["near_duplicate_url"] is None
    pairs = {(row["url"][-1], row["other_url"][-1]): row["similarity_share"] for row in rows(run, "near_duplicates")}
    assert pairs[("b", "c")] == pairs[("c", "b")] == pytest.approx(94 / 97)
    assert ("d", "a") not in pairs  # 64 runs of 134


def test_the_threshold_of_near_duplicates_is_a_setting(tmp_path: Path) -> None:
    said = {"/a": text("w", 100), "/b": text("w", 80) + " " + text("v", 20)}
    config = SiteConfig(url=START, duplicates=Duplicates(similarity_share=0.6))
    run = measured(
        tmp_path, config, pages=[page(path) for path in said], blocks=[block(path, t) for path, t in said.items()]
    )
    assert by_path(run, "page_metrics")["/a"]["n_near_duplicates"] == 1
