"""Duplicate text asked of a measured site: one page agrees with the whole, pairs are marked alike on both sides."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from linkworthy.errors import InputError
from linkworthy.questions import Answers
from linkworthy.questions.duplicates import SideBySide, SiteText
from linkworthy.site import Duplicates, Run, SiteConfig
from tests.support.measured import SITE, block, by_path, measured, page
from tests.support.runs import START


def site_of_chance(folder: Path, seed: int, settings: Duplicates | None = None) -> Run:
    """Make twelve pages out of a few sentences and regions."""
    choose = random.Random(seed)
    stock = [
        " ".join(choose.choices(["ab", "cd", "éf", "gh", "ij,", "kl", "銅."], k=choose.randint(2, 25)))
        for _ in range(14)
    ]
    blocks = [
        block(f"/{p}", " ".join(choose.sample(stock, choose.randint(1, 2))), n=n, region=choose.choice(["main", "nav"]))
        for p in range(12)
        for n in range(choose.randint(1, 6))
    ]
    config = SiteConfig(url=START, duplicates=settings or Duplicates())
    return measured(folder, config, pages=[page(f"/{p}") for p in range(12)], blocks=blocks)


@pytest.mark.parametrize("seed", range(3))
def test_one_page_read_word_by_word_agrees_with_the_measured_shares(tmp_path: Path, seed: int) -> None:
    run = site_of_chance(tmp_path, seed)
    found = by_path(run, "page_metrics")
    with Answers(run) as answers:
        site = SiteText(answers, Duplicates(), is_anew=False)
        for path, row in found.items():
            sharing = site.page(SITE + path)
            kinds = [sharing.n_of(kind) / sharing.text.n_words for kind in range(3)]
            assert kinds == pytest.approx([row["unique_share"], row["duplicate_share"], row["common_share"]])
            if row["nearest_url"]:
                assert max(one.n_words for one in sharing.others) / sharing.text.n_words == pytest.approx(
                    row["nearest_share"]
                )
                assert row["nearest_url"] in [one.url for one in sharing.others]


def test_other_settings_split_the_site_as_if_it_had_been_measured_with_them(tmp_path: Path) -> None:
    settings = Duplicates(words=4, common_share=0.3, similarity_share=0.2)
    run = site_of_chance(tmp_path / "now", 1)
    expected = by_path(site_of_chance(tmp_path / "then", 1, settings), "page_metrics")
    with Answers(run) as answers:
        site = SiteText(answers, settings, is_anew=True)
        rows = answers.answer(site.about_pages()).to_pylist()
        assert len(rows) == 12
        for row in rows:
            then = expected[row["url"].removeprefix(SITE)]
            assert {name: row[name] for name in ("duplicate_share", "common_share", "cluster_url")} == {
                name: then[name] for name in ("duplicate_share", "common_share", "cluster_url")
            }
        assert answers.answer(site.about_near()).num_rows > 0
        assert sum(answers.answer(site.about_clusters()).column("n_pages").to_pylist()) == sum(
            row["cluster_url"] is not None for row in rows
        )


def pair(folder: Path, one: list[str], other: list[str]) -> SideBySide:
    said = {"/a": one, "/b": other} | {f"/{n}": [f"page {n}x of its own"] for n in range(4)}
    blocks = [block(path, text, n=n) for path, texts in said.items() for n, text in enumerate(texts)]
    run = measured(folder, pages=[page(path) for path in said], blocks=blocks)
    with Answers(run) as answers:
        site = SiteText(answers, Duplicates(), is_anew=False)
        return site.beside(site.page(SITE + "/a"), SITE + "/b")


def test_passages_bear_the_same_numbers_on_both_sides(tmp_path: Path) -> None:
    first, second = "one two three four, five six seven eight", "Nine ten — eleven twelve thirteen fourteen fifteen"
    found = pair(tmp_path, [f"before {first} between", f"{second} after"], [f"so {second}!", f"then {first} end"])
    assert [(p.n_words, p.text) for p in found.passages] == [(8, first), (7, second)]
    marked = [
        {p.passage: p.text.strip() for block in blocks for p in block if p.passage}
        for blocks in (found.blocks, found.other_blocks)
    ]
    assert marked[0] == {1: first, 2: second}
    assert marked[1] == {1: first, 2: f"{second}!"}
    assert found.n_shared_words == 15
    assert found.similarity_share == pytest.approx(3 / 21)


def test_the_pieces_of_a_block_are_its_text(tmp_path: Path) -> None:
    texts = ["— “a b c d e f g” x, y!", "…", "é ü ß"]
    found = pair(tmp_path, texts, ["a b c d e f g"])
    assert ["".join(piece.text for piece in block) for block in found.blocks] == texts
    assert Counter(piece.kind for block in found.blocks for piece in block)["duplicate"] == 1


def test_a_page_that_is_not_compared_is_refused_with_the_reason(tmp_path: Path) -> None:
    run = measured(tmp_path, pages=[page("/a"), page("/b", is_noindex=True)], blocks=[block("/a", "a b")])
    with Answers(run) as answers:
        site = SiteText(answers, Duplicates(), is_anew=False)
        with pytest.raises(InputError, match="noindex"):
            site.page(SITE + "/b")
        with pytest.raises(InputError, match="no own page"):
            site.page(SITE + "/c")
