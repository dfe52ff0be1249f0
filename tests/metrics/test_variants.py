from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.measured import SITE, by_path, link, measured, page, rows


@pytest.mark.parametrize(
    ("variant", "kind"),
    [
        (SITE + "/Kettles", "case"),
        (SITE + "/kettles/", "slash"),
        (SITE + "/kettles/index.html", "index"),
        ("https://www.shop.example/kettles", "www"),
        ("http://shop.example/kettles", "scheme"),
        (SITE + "/kettles?session=7", "parameters"),
    ],
)
def test_another_spelling_with_the_same_text_is_a_variant(tmp_path: Path, variant: str, kind: str) -> None:
    pages = [page("/kettles", main_hash=1), {**page("/"), "url": variant, "main_hash": 1}, page("/other", main_hash=2)]
    run = measured(tmp_path, pages=pages, links=[link("/other", "/kettles")])
    found = [
        (row["url"], row["variant_of"], row["variant_kind"]) for row in rows(run, "page_metrics") if row["variant_of"]
    ]
    assert found == [(variant, SITE + "/kettles", kind)]


@pytest.mark.parametrize("other", ["/Kettles", "/kettles/", "/kettles?page=2"])
def test_another_spelling_with_another_text_is_another_page(tmp_path: Path, other: str) -> None:
    found = by_path(measured(tmp_path, pages=[page("/kettles", main_hash=1), page(other, main_hash=2)]), "page_metrics")
    assert all(row["variant_of"] is None for row in found.values())


def test_a_spelling_that_redirects_is_no_variant(tmp_path: Path) -> None:
    moved = page("/Kettles", main_hash=1, redirect_url=SITE + "/kettles", redirect_kind="http", status=301)
    found = by_path(measured(tmp_path, pages=[page("/kettles", main_hash=1), moved]), "page_metrics")
    assert all(row["variant_of"] is None for row in found.values())


def test_parameters_in_another_order_are_a_variant(tmp_path: Path) -> None:
    pages = [page("/k?a=1&b=2", main_hash=1), page("/k?b=2&a=1", main_hash=1)]
    found = by_path(measured(tmp_path, pages=pages), "page_metrics")
    assert found["/k?b=2&a=1"]["variant_kind"] == "parameter-order"
    assert found["/k?a=1&b=2"]["variant_of"] is None


def test_the_page_that_is_named_canonical_stays(tmp_path: Path) -> None:
    pages = [page("/k", main_hash=1, canonical_url=SITE + "/k/"), page("/k/", main_hash=1, canonical_url=SITE + "/k/")]
    found = by_path(measured(tmp_path, pages=pages), "page_metrics")
    assert found["/k"]["variant_of"] == SITE + "/k/"


def test_twins_are_counted_among_pages_that_may_be_indexed(tmp_path: Path) -> None:
    pages = [
        page("/a", title="Kettles", h1="K"),
        page("/b", title="KETTLES", h1=""),
        page("/c", title="Kettles", is_noindex=True),
        page("/d", title=None),
    ]
    found = by_path(measured(tmp_path, pages=pages), "page_metrics")
    assert [found[path]["title_twins"] for path in ("/a", "/b", "/c", "/d")] == [1, 1, 2, 0]
    assert [found[path]["h1_twins"] for path in ("/a", "/b")] == [0, 0]


def test_a_page_is_no_twin_of_its_own_variant(tmp_path: Path) -> None:
    pages = [page("/k", title="Kettles", main_hash=1), page("/K", title="Kettles", main_hash=1)]
    found = by_path(measured(tmp_path, pages=pages), "page_metrics")
    original, variant = sorted(found.values(), key=lambda row: row["variant_of"] is not None)
    assert (original["title_twins"], original["content_twins"]) == (0, 0)
    assert (variant["title_twins"], variant["content_twins"]) == (1, 1)
