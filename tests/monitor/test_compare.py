"""Two crawls compared: each check of change tells what it should, and nothing of what only one crawl measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linkworthy.monitor.compare import CHECKS, SLUGS, Comparison, about_changes, compare
from linkworthy.questions import Answers
from tests.support.measured import SITE, block
from tests.support.runs import make_run

PAGE = {
    "url": SITE + "/a", "status": 200, "is_html": True, "title": "Tea", "description": "Of tea", "h1": "Tea",
    "n_words": 100, "depth": 1, "canonical_url": SITE + "/a", "schema_types": ["Product"], "n_internal_links": 3,
    "n_external_links": 1, "main_hash": 1,
}  # fmt: skip
MEASURED = {"url": SITE + "/a", "is_indexable": True, "n_inlinks": 4, "n_inlinking_pages": 2}


def between(folder: Path, before: dict[str, Any], now: dict[str, Any]) -> tuple[Comparison, list[tuple[str, ...]]]:
    old, new = (make_run(folder / name, None, **tables) for name, tables in (("before", before), ("now", now)))
    with Answers(new) as answers, Answers(old) as earlier:
        told = compare(answers, earlier)
        rows = answers.answer(about_changes()).to_pylist()
    return told, [(row["change"], row["url"].removeprefix(SITE), row["old_value"], row["new_value"]) for row in rows]


@pytest.mark.parametrize(
    ("slug", "changed", "old", "new"),
    [
        ("chg-status", {"status": 404}, "200", "404"),
        ("chg-canonical", {"canonical_url": None}, SITE + "/a", None),
        ("chg-redirect-target", {"redirect_url": SITE + "/b"}, None, SITE + "/b"),
        ("chg-title", {"title": "Coffee"}, "Tea", "Coffee"),
        ("chg-description", {"description": None}, "Of tea", None),
        ("chg-h1", {"h1": "Coffee"}, "Tea", "Coffee"),
        ("chg-schema", {"schema_types": ["Offer", "Product", "Offer"]}, "Product", "Offer, Product"),
        ("chg-wordcount", {"n_words": 80}, "100", "80"),
        ("chg-depth", {"depth": 2}, "1", "2"),
        ("chg-int-outlinks", {"n_internal_links": 4}, "3", "4"),
        ("chg-ext-outlinks", {"n_external_links": 0}, "1", "0"),
    ],
)
def test_a_changed_field_of_a_page_is_told(
    tmp_path: Path, slug: str, changed: dict[str, Any], old: str | None, new: str | None
) -> None:
    told, rows = between(tmp_path, {"pages": [PAGE]}, {"pages": [PAGE | changed]})
    assert rows == [(slug, "/a", old, new)]
    assert told.counts[slug] == 1


@pytest.mark.parametrize(
    ("slug", "changed", "old", "new"),
    [
        ("chg-indexability", {"is_indexable": False, "index_reason": "noindex"}, "indexable", "not indexable: noindex"),
        ("chg-inlinks", {"n_inlinks": 5}, "4", "5"),
        ("chg-unique-inlinks", {"n_inlinking_pages": 1}, "2", "1"),
    ],
)
def test_a_changed_measure_of_a_page_is_told(
    tmp_path: Path, slug: str, changed: dict[str, Any], old: str, new: str
) -> None:
    before = {"pages": [PAGE], "page_metrics": [MEASURED]}
    _told, rows = between(tmp_path, before, {"pages": [PAGE], "page_metrics": [MEASURED | changed]})
    assert rows == [(slug, "/a", old, new)]


def test_small_changes_of_words_and_the_same_types_in_another_order_are_none(tmp_path: Path) -> None:
    old = PAGE | {"schema_types": ["A", "B"]}
    _told, rows = between(tmp_path, {"pages": [old]}, {"pages": [old | {"n_words": 81, "schema_types": ["B", "A"]}]})
    assert rows == []


def test_pages_that_come_and_go_are_told_and_those_without_an_answer_are_not(tmp_path: Path) -> None:
    silent = PAGE | {"url": SITE + "/c", "status": None, "state": "failed"}
    told, rows = between(
        tmp_path,
        {"pages": [PAGE, PAGE | {"url": SITE + "/gone"}, PAGE | {"url": SITE + "/c"}]},
        {"pages": [PAGE, PAGE | {"url": SITE + "/new"}, silent]},
    )
    assert rows == [("chg-added", "/new", None, "200"), ("chg-removed", "/gone", "200", None)]
    assert told.counts["chg-title"] == 0


def test_different_targets_of_links_are_counted_each_once(tmp_path: Path) -> None:
    def tables(*targets: str) -> dict[str, Any]:
        return {"pages": [PAGE], "links": [{"source_url": SITE + "/a", "url": target} for target in targets]}

    before = tables(SITE + "/b", SITE + "/b", "https://x.example/")
    _told, rows = between(tmp_path, before, tables(SITE + "/b", "https://x.example/", "https://y.example/"))
    assert rows == [("chg-unique-ext-outlinks", "/a", "1", "2")]


def test_text_is_changed_where_its_runs_of_words_are(tmp_path: Path) -> None:
    said = " ".join(f"w{i}" for i in range(60))

    def tables(text: str, main_hash: int) -> dict[str, Any]:
        return {"pages": [PAGE | {"main_hash": main_hash}], "blocks": [block("/a", text)]}

    _told, rows = between(tmp_path / "much", tables(said, 1), tables(said.replace("w30", "x"), 2))
    assert rows == [("chg-content", "/a", None, "77 % alike")]
    _told, rows = between(tmp_path / "little", tables(said, 1), tables(f"{said} y", 2))
    assert rows == []


def test_links_to_the_site_that_come_and_go_are_told(tmp_path: Path) -> None:
    def tables(source: str) -> dict[str, Any]:
        link = {"source_url": source, "target_url": SITE + "/a", "state": "live", "anchor": "tea"}
        return {"pages": [PAGE], "backlinks": [link]}

    _told, rows = between(tmp_path, tables("https://x.example/"), tables("https://y.example/"))
    assert rows == [
        ("chg-links-to-you", "https://x.example/", SITE + "/a", None),
        ("chg-links-to-you", "https://y.example/", None, SITE + "/a"),
    ]


def test_what_one_crawl_did_not_measure_is_said_to_be_not_compared(tmp_path: Path) -> None:
    told, rows = between(tmp_path, {"pages": [PAGE], "page_metrics": [MEASURED]}, {"pages": [PAGE]})
    assert rows == []
    assert set(told.not_compared) == {
        check.slug for check in CHECKS if check.needs != "pages"
    } | {"chg-content", "chg-links-to-you"}  # fmt: skip
    assert set(told.counts) | set(told.not_compared) == set(SLUGS)


@pytest.mark.parametrize("part", [{"found_by": "list"}, {"state": "skipped", "fault": "limit-pages", "status": None}])
def test_what_a_crawl_of_a_part_lacks_is_neither_new_nor_gone(tmp_path: Path, part: dict[str, Any]) -> None:
    """Asked of both directions: a list after a whole crawl, and a whole crawl after a list."""
    whole = {"pages": [PAGE, PAGE | {"url": SITE + "/b"}]}
    few = {"pages": [PAGE | {"depth": 0, "title": "Coffee"}, PAGE | {"url": SITE + "/c"} | part]}
    told, rows = between(tmp_path / "after", whole, few)
    assert ("chg-title", "/a", "Tea", "Coffee") in rows
    assert not {"chg-removed", "chg-depth"} & {row[0] for row in rows}
    assert "newer" in told.not_compared["chg-removed"]
    assert "chg-added" in told.counts
    told, rows = between(tmp_path / "before", few, whole)
    assert not {"chg-added", "chg-depth"} & {row[0] for row in rows}
    assert set(told.not_compared) >= {"chg-added", "chg-depth", "chg-inlinks", "chg-unique-inlinks"}
