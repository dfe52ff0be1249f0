"""Which spellings of a link are one link, and which are kept apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linkworthy import urls
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.index.merge import merge_index
from tests.support.merging import CONFIG, PAGE, TARGET, captured, day, merged, report, rows_of
from tests.support.runs import make_run

OTHER = {"reported_by": "majestic", "file": "b.csv"}


def spelled(text: str) -> str:
    url = urls.normalise(text)
    assert url is not None
    return url


SAME_PAGE = {
    "scheme": "http://blog.other.example/post",
    "default port": "https://blog.other.example:443/post",
    "fragment": "https://blog.other.example/post#comments",
    "host in capitals": "https://BLOG.Other.Example/post",
    "dot after the host": "https://blog.other.example./post",
    "tracking": "https://blog.other.example/post?utm_source=a&fbclid=b",
    "empty query": "https://blog.other.example/post?",
    "unreserved characters encoded": "https://blog.other.example/%70ost",
    "white space around": "  https://blog.other.example/post\n",
}
OTHER_PAGE = {
    "www": "https://www.blog.other.example/post",
    "slash": "https://blog.other.example/post/",
    "path in capitals": "https://blog.other.example/Post",
    "port": "https://blog.other.example:8443/post",
    "query": "https://blog.other.example/post?page=2",
    "encoded slash": "https://blog.other.example/%2Fpost",
}
ANCHORS = {
    "case": ("Red Shoes", "red shoes"),
    "white space": ("red shoes", " red\n  shoes "),
    "no-break space": ("red shoes", "red\u00a0shoes"),
    "composition": ("café", "cafe\u0301"),
    "zero width": ("red shoes", "red\u200b shoes\ufeff"),
    "soft hyphen": ("gardening", "garden\u00ading"),
    "sharp s": ("Straße", "STRASSE"),
}


@pytest.mark.parametrize("spelling", SAME_PAGE.values(), ids=SAME_PAGE.keys())
def test_spellings_of_one_page_are_one_link(tmp_path: Path, spelling: str) -> None:
    run = make_run(tmp_path, observations=[report(), report(spelled(spelling), **OTHER)])
    (row,) = merged(run)
    assert urls.page_key(row["source_url"]) == urls.page_key(PAGE)
    assert (row["reported_by"], row["files"]) == (["ahrefs", "majestic"], ["a.csv", "b.csv"])


@pytest.mark.parametrize("spelling", OTHER_PAGE.values(), ids=OTHER_PAGE.keys())
def test_addresses_that_may_be_two_pages_stay_two_links(tmp_path: Path, spelling: str) -> None:
    assert len(merged(make_run(tmp_path, observations=[report(), report(spelled(spelling), **OTHER)]))) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://blog.example/caf%c3%a9", "https://blog.example/café"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://blog.example/a%7Eb", "https://blog.example/a~b"),
    ],
)
def test_percent_encoding_and_international_names_are_brought_together(tmp_path: Path, one: str, other: str) -> None:
    rows = [report(spelled(one)), report(spelled(other), **OTHER)]
    assert len(merged(make_run(tmp_path, observations=rows))) == 1


@pytest.mark.parametrize("pair", ANCHORS.values(), ids=ANCHORS.keys())
def test_forms_of_one_anchor_are_one_link(tmp_path: Path, pair: tuple[str, str]) -> None:
    (row,) = merged(make_run(tmp_path, observations=[report(anchor=pair[0]), report(anchor=pair[1], **OTHER)]))
    assert row["link_id"] == urls.link_identity(PAGE, TARGET, pair[0], "text")


def image(alt: str, **more: Any) -> dict[str, Any]:
    return report(anchor=alt, kind="image", **more)


def test_a_link_without_text_is_the_image_whose_text_another_source_knows(tmp_path: Path) -> None:
    (row,) = merged(make_run(tmp_path / "a", observations=[image("red shoes"), report(anchor="", **OTHER)]))
    assert (row["anchor"], row["kind"], row["reported_by"]) == ("red shoes", "image", ["ahrefs", "majestic"])
    many = [report(anchor="", row=n, **OTHER) for n in range(3)]
    (row,) = merged(make_run(tmp_path / "b", observations=[image("red shoes"), *many]))
    assert row["anchor"] == "red shoes", "the text that is known is shown, however often it is left out"


def test_a_source_that_knows_the_image_means_another_link_by_an_empty_one(tmp_path: Path) -> None:
    rows = [image("red shoes"), image("red shoes", **OTHER), report(anchor="", row=2, **OTHER)]
    assert sorted((row["kind"], row["anchor"]) for row in merged(make_run(tmp_path, observations=rows))) == [
        ("empty", ""),
        ("image", "red shoes"),
    ]


def test_an_empty_link_does_not_join_a_text_link(tmp_path: Path) -> None:
    assert len(merged(make_run(tmp_path, observations=[report(), report(anchor="", **OTHER)]))) == 2


OLD = "https://shop.example/old"


def moved(first: str, last: str) -> dict[str, Any]:
    return {"url": first, "status": 301, "redirect_url": last, "final_url": last, "final_status": 200}


@pytest.mark.parametrize("there", [OLD, TARGET])
def test_targets_that_redirect_into_each_other_are_one_link_where_it_was_seen(tmp_path: Path, there: str) -> None:
    rows = [report(target=OLD), report(target=TARGET, **OTHER)]
    run = make_run(tmp_path, observations=rows, links=[captured(url=there)], pages=[moved(OLD, TARGET)])
    (row,) = merged(run)
    assert (row["target_url"], row["reported_by"]) == (there, ["ahrefs", "majestic", "verify"])


def test_targets_stay_two_links_where_nobody_looked_or_no_redirect_is_known(tmp_path: Path) -> None:
    rows = [report(target=OLD), report(target=TARGET, **OTHER)]
    assert len(merged(make_run(tmp_path / "a", observations=rows, pages=[moved(OLD, TARGET)]))) == 2
    assert len(merged(make_run(tmp_path / "b", observations=rows, links=[captured(url=OLD)]))) == 2
    both = [captured(url=OLD), captured(url=TARGET, n=1)]
    run = make_run(tmp_path / "c", observations=rows, links=both, pages=[moved(OLD, TARGET)])
    assert len(merged(run)) == 2, "the page holds both"


@pytest.mark.parametrize("share_rows", [1, 100])
def test_a_page_that_redirects_on_its_domain_is_the_page_that_was_read(tmp_path: Path, share_rows: int) -> None:
    first, last = "https://other.example/post", "https://www.other.example/post/"
    rows = [
        report(first, last_seen_at=day(3)),
        report(first, anchor=None, kind="unknown", **OTHER),
        report(first, None, None, kind="unknown", reported_by="search-console", file="c.csv"),
        *(report(f"https://s{n}.example/", row=n) for n in range(5)),
    ]
    run = make_run(tmp_path, observations=rows, links=[captured(last)], pages=[moved(first, last)])
    merge_index(run, CONFIG, Embedded(workers=1), SILENT, share_rows=share_rows)
    (row,) = [row for row in rows_of(run, "link_index") if row["source_domain"] == "other.example"]
    assert (row["source_url"], row["reported_by"]) == (last, ["ahrefs", "majestic", "search-console", "verify"])
    assert row["link_id"] == urls.link_identity(last, TARGET, "red shoes", "text")


def test_a_page_that_moved_to_another_domain_stays_apart(tmp_path: Path) -> None:
    first, last = "https://other.example/post", "https://elsewhere.example/post"
    run = make_run(tmp_path, observations=[report(first)], links=[captured(last)], pages=[moved(first, last)])
    assert len(merged(run)) == 2
