from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pyarrow as pa
import pytest

from linkworthy.archives.writer import WarcWriter
from linkworthy.errors import SourceError
from linkworthy.site import SiteConfig
from linkworthy.sources import captures
from linkworthy.sources.base import Context
from linkworthy.sources.warc import NO_HTTP, WarcSource
from linkworthy.tables import table
from tests.support.imported import WHEN as IMPORTED_AT
from tests.support.imported import Imported, imported
from tests.support.shared import shared
from tests.support.warcs import HTML, WHEN, page, read_all, warc_of, write_warc

SHOP = "https://shop.example/"
LINKING = "https://blog.example/post"
PAGES = [
    page(SHOP, "<title>Shop</title><p><a href=/about>about</a> <img src=a.png alt=x>"),
    page(
        LINKING,
        "<title>Post</title><main><p>We like <a href='https://shop.example/bike?utm_source=x' rel='nofollow ugc'>"
        "the bike</a>.</p><p><a href=https://other.example/>other</a> "
        "<a href=https://www.shop.example/><img src=l.png alt=Logo></a></main>",
    ),
    page("https://stranger.example/", "<a href=https://other.example/>nothing of ours</a>"),
    page("https://short.example/x", "", 301, (("Location", "https://shop.example/sale"),)),
    page("https://files.example/a.pdf", "%PDF", 200, (("Content-Type", "application/pdf"),)),
]


@pytest.fixture
def given(tmp_path: Path) -> Imported:
    return imported(WarcSource(), write_warc(tmp_path / "crawl.warc.gz", PAGES), SHOP)


def test_own_and_linking_pages_are_kept_and_strangers_are_not(given: Imported) -> None:
    kept = {row["url"]: (row["role"], row["is_own"], row["found_by"]) for row in given.rows("pages")}
    assert kept == {
        SHOP: ("own", True, "archive"),
        LINKING: ("linking", False, "archive"),
        "https://short.example/x": ("linking", False, "archive"),
    }
    assert (given.n_used, given.n_rejected) == (5, 0)


def test_each_link_to_the_owner_is_observed(given: Imported) -> None:
    seen = [
        (
            row["source_url"],
            row["target_url"],
            row["anchor"],
            row["kind"],
            row["is_nofollow"],
            row["is_ugc"],
            row["region"],
        )
        for row in given.rows("observations")
        if row["kind"] != "redirect"
    ]
    assert seen == [
        (LINKING, "https://shop.example/bike?utm_source=x", "the bike", "text", True, True, "main"),
        (LINKING, "https://www.shop.example/", "Logo", "image", False, False, "main"),
    ]
    assert {(row["reported_by"], row["source_title"], row["row"]) for row in given.rows("observations")[:2]} == {
        ("warc", "Post", 2)
    }
    assert {row["first_seen_at"] for row in given.rows("observations")} == {WHEN}


def test_a_redirect_to_the_owner_is_observed(given: Imported) -> None:
    found = [row for row in given.rows("observations") if row["kind"] == "redirect"]
    assert [(row["source_url"], row["target_url"]) for row in found] == [
        ("https://short.example/x", "https://shop.example/sale")
    ]


def test_links_of_kept_pages_are_kept_whole(given: Imported) -> None:
    kept = [(row["source_url"], row["url"]) for row in given.rows("links")]
    assert (LINKING, "https://other.example/") in kept
    assert (SHOP, "https://shop.example/about") in kept
    assert {row["capture"] for row in given.rows("links")} == {"crawl.warc.gz"}
    assert {row["url"] for row in given.rows("images")} == {SHOP}


def test_rows_fit_their_tables(given: Imported) -> None:
    for name, rows in given.tables.items():
        schema = table(name).schema
        for row in rows:
            assert set(row) <= set(schema.names)
            missing = [f.name for f in schema if not f.nullable and row.get(f.name) is None]
            assert missing == []
        pa.Table.from_pylist(rows, schema=schema)


def test_every_record_is_counted_once(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as file:
        writer = WarcWriter(file)
        writer.warcinfo({"software": "test"}, WHEN)
        writer.response(SHOP, 200, HTML, b"<p>x", WHEN)
        writer.record("request", b"GET / HTTP/1.1\r\n\r\n", {"WARC-Target-URI": SHOP}, WHEN)
        writer.response("dns:shop.example", 200, HTML, b"", WHEN)
        writer.record("response", b"no http", {"WARC-Target-URI": SHOP}, WHEN)
        file.write(b"garbage")
        writer.record("revisit", b"", {"WARC-Target-URI": SHOP}, WHEN)
    source = WarcSource()
    given = imported(source, path, SHOP)
    assert (given.n_used, given.n_rejected) == (4, 3)
    assert sorted((row["row"], row["reason"]) for row in given.rows("rejects"))[:2] == [
        (4, captures.NOT_A_PAGE),
        (5, NO_HTTP),
    ]
    assert source.is_damaged
    assert source.detail is not None
    assert source.detail.startswith("1 stretch lost, 7 bytes; the first at byte ")


def test_an_undamaged_archive_has_nothing_to_say(tmp_path: Path) -> None:
    source = WarcSource()
    imported(source, write_warc(tmp_path / "a.warc", PAGES), SHOP)
    assert (source.detail, source.is_damaged) == (None, False)


def test_a_second_capture_is_observed_and_stored_once(tmp_path: Path) -> None:
    given = imported(WarcSource(), write_warc(tmp_path / "a.warc", [PAGES[1], PAGES[1]]), SHOP)
    assert len(given.rows("pages")) == 1
    assert len(given.rows("links")) == 3
    assert len(given.rows("observations")) == 4


def test_a_capture_without_a_date_gets_that_of_the_import(tmp_path: Path) -> None:
    data, _ = warc_of(PAGES[:2], is_compressed=False)
    path = tmp_path / "a.warc"
    path.write_bytes(data.replace(b"WARC-Date", b"WARC-Hour"))
    given = imported(WarcSource(), path, SHOP)
    assert {row["captured_at"] for row in given.rows("links")} == {IMPORTED_AT}
    assert {row["first_seen_at"] for row in given.rows("observations")} == {None}


def test_batches_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "ROWS_PER_BATCH", 5)
    path = write_warc(tmp_path / "a.warc", [page(f"{SHOP}{n}", "<a href=/>x</a>") for n in range(20)])
    context = Context(config=SiteConfig(url=SHOP), imported_at=WHEN)
    batches = list(WarcSource().read(path, context))
    assert max(len(batch.rows) for batch in batches) <= 5
    assert sum(batch.n_rows_used for batch in batches) == 20


def test_an_arc_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.arc"
    path.write_bytes(b"filedesc://a.arc 0.0.0.0 20080430204825 text/plain 10\n1 1 X\n")
    with pytest.raises(SourceError, match="ARC is not read"):
        imported(WarcSource(), path, SHOP)


@pytest.mark.shared
def test_a_real_crawl_gives_its_own_pages() -> None:
    path = shared("warc", "resiliparse_tests_data", "tests", "data", "warcfile.warc.gz")
    records, _ = read_all(path)
    given = imported(WarcSource(), path, next(one.uri or "" for one in records if one.type == "response"))
    assert given.n_used == len(records) == 50
    assert given.rows("pages")
    assert all(row["fetched_at"].tzinfo == UTC and row["status"] for row in given.rows("pages"))
