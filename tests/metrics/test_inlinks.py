from __future__ import annotations

from pathlib import Path

from tests.support.measured import SITE, by_path, link, measured, page, redirect


def test_repeats_count_and_the_page_itself_is_no_inlinking_page(tmp_path: Path) -> None:
    links = [link("/", "/x"), link("/", "/x"), link("/a", "/x", is_nofollow=True), link("/x", "/x")]
    found = by_path(measured(tmp_path, pages=[page("/"), page("/a"), page("/x")], links=links), "page_metrics")["/x"]
    assert (found["n_inlinks"], found["n_inlinking_pages"], found["n_followed_inlinks"]) == (4, 2, 3)


def test_nofollow_of_the_whole_page_counts_as_well(tmp_path: Path) -> None:
    pages = [page("/", is_nofollow=True), page("/x")]
    found = by_path(measured(tmp_path, pages=pages, links=[link("/", "/x")]), "page_metrics")["/x"]
    assert (found["n_inlinks"], found["n_followed_inlinks"]) == (1, 0)


def test_links_that_lead_astray_are_counted_on_their_page(tmp_path: Path) -> None:
    pages = [
        page("/"),
        page("/gone", status=404),
        redirect("/moved", "/gone"),
        {"url": SITE + "/dead", "state": "failed"},
    ]
    links = [link("/", "/gone"), link("/", "/moved"), link("/", "/dead"), link("/", "/never-fetched"), link("/", "/")]
    found = by_path(measured(tmp_path, pages=pages, links=links), "page_metrics")["/"]
    assert (found["n_links_to_errors"], found["n_links_to_redirects"]) == (2, 1)


def test_only_the_newest_capture_of_a_page_counts(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    links = [
        link("/", "/x", captured_at=old, capture="a.warc.gz"),
        link("/", "/y", captured_at=old, capture="a.warc.gz"),
        link("/", "/x", captured_at=new, capture="crawl"),
    ]
    found = by_path(measured(tmp_path, pages=[page("/"), page("/x"), page("/y")], links=links), "page_metrics")
    assert (found["/x"]["n_inlinks"], found["/y"]["n_inlinks"]) == (1, 0)


def test_the_sitemap_is_not_known_where_none_was_read(tmp_path: Path) -> None:
    found = by_path(measured(tmp_path, pages=[page("/")], sitemap_urls=[]), "page_metrics")
    assert found["/"]["in_sitemap"] is None


def test_the_sitemap_names_some_pages(tmp_path: Path) -> None:
    named = [{"sitemap_url": SITE + "/sitemap.xml", "url": SITE + "/x"}]
    found = by_path(measured(tmp_path, pages=[page("/"), page("/x")], sitemap_urls=named), "page_metrics")
    assert (found["/"]["in_sitemap"], found["/x"]["in_sitemap"]) == (False, True)
