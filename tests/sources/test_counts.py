"""What vendors count instead of listing: where it goes, what is refused, and what is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.site import Run, SiteConfig
from linkworthy.sources import counts, numbers
from linkworthy.sources.importer import import_files
from tests.support import exports
from tests.support.runs import make_run
from tests.support.vendor_exports import INTERNAL, ORGANIC

CONFIG = SiteConfig(url="https://shop.example/", competitors=("rival.example",))


def one(tmp_path: Path, content: bytes, config: SiteConfig = CONFIG) -> tuple[Run, dict[str, Any]]:
    run = make_run(tmp_path)
    facts = import_files(run, config, Embedded(workers=1), SILENT, [exports.write(tmp_path, "given", content)], None)
    (row,) = facts["files"]
    assert row["n_rows_in"] == row["n_rows_used"] + row["n_rows_rejected"]
    assert len(rows_of(run, "rejects")) == row["n_rows_rejected"]
    return run, row


def rows_of(run: Run, table: str) -> list[dict[str, Any]]:
    return [row for path in run.files(table) for row in pq.read_table(path).to_pylist()]


def test_top_linked_pages_are_refused_as_links_and_their_counts_are_kept(tmp_path: Path) -> None:
    rows = [["https://shop.example/a", "1,240", "12"], ["https://shop.example/b", "7", "3"]]
    run, told = one(tmp_path, exports.table_bytes(exports.TOP_PAGES, rows))
    assert told["state"] == "refused"
    assert told["detail"] == (
        "a Search Console list of your own top linked pages: it names targets and no linking page "
        "(export 'Latest links' for those); its 2 counts are kept in page_reports"
    )
    assert [(row["url"], row["n_links"], row["n_domains"], row["is_own"]) for row in rows_of(run, "page_reports")] == [
        ("https://shop.example/a", 1240, 12, True),
        ("https://shop.example/b", 7, 3, True),
    ]
    assert told["n_rows_used"] == 2


def test_somebody_s_own_list_of_own_pages_keeps_nothing(tmp_path: Path) -> None:
    run, told = one(tmp_path, b"url,clicks\nhttps://shop.example/a,3\nhttps://shop.example/b,1\n")
    assert told["state"] == "refused"
    assert "it lists pages of shop.example itself (2) and no linking page" in told["detail"]
    assert rows_of(run, "page_reports") == []


def test_internal_links_are_not_taken_for_links_from_other_sites(tmp_path: Path) -> None:
    rows = [["https://shop.example/a", "1,240"], ["https://shop.example/b", "7"]]
    run, told = one(tmp_path, exports.table_bytes(("Zielseite", "Interne Links"), rows))
    assert told["state"] == "refused"
    assert [row["n_links"] for row in rows_of(run, "page_reports")] == [None, None]
    assert dict(rows_of(run, "page_reports")[0]["opinions"]) == {"interne links": "1,240"}


@pytest.mark.parametrize(
    "content",
    [
        exports.table_bytes(exports.TOP_PAGES, [[f"https://another.example/{n}", "5", "2"] for n in range(3)]),
        exports.table_bytes(INTERNAL, [[f"https://another.example/{n}", "text/html", "200"] for n in range(3)]),
        exports.table_bytes(
            ORGANIC, exports.by_header(ORGANIC, [{"Keyword": "a", "URL": "https://another.example/"}] * 3)
        ),
    ],
)
def test_pages_of_another_site_are_asked_about_by_name(tmp_path: Path, content: bytes) -> None:
    run, told = one(tmp_path, content)
    assert told["state"] == "refused"
    assert "another.example (3 of 3), and the site is shop.example; which is meant?" in told["detail"]
    assert not any(rows_of(run, table) for table in ("page_reports", "keyword_reports", "rejects"))


def test_a_competitor_s_pages_are_kept_as_theirs(tmp_path: Path) -> None:
    pages = ["https://shop.example/", "https://www.rival.example/x", "https://stranger.example/", "mailto:a@b.example"]
    run, told = one(tmp_path, exports.table_bytes(INTERNAL, [[page, "text/html", "200"] for page in pages]))
    assert (told["n_rows_used"], told["n_rows_rejected"]) == (2, 2)
    assert [(row["is_own"], row["status"]) for row in rows_of(run, "page_reports")] == [(True, 200), (False, 200)]
    reasons = [row["reason"] for row in rows_of(run, "rejects")]
    assert reasons == ["page of another site", "page: not http or https"]


def test_rows_without_a_domain_are_rejected(tmp_path: Path) -> None:
    domains = ["Blog.Example", "https://www.forum.example/x?y", "", "localhost", "www.shop.example", "münchen.example"]
    run, told = one(tmp_path, exports.table_bytes(("Domain", "Backlinks Count"), [[name, "3"] for name in domains]))
    assert (told["reported_by"], told["n_rows_used"]) == ("bing", 3)
    assert [(row["host"], row["domain"]) for row in rows_of(run, "domain_reports")] == [
        ("blog.example", "blog.example"),
        ("www.forum.example", "forum.example"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
    ]
    assert [(row["row"], row["reason"], row["sample"]) for row in rows_of(run, "rejects")] == [
        (3, counts.NO_HOST, ""),
        (4, counts.NO_HOST, "localhost"),
        (5, counts.OWN_DOMAIN, "www.shop.example"),
    ]


def test_a_popularity_list_rejects_what_has_no_place_or_no_name(tmp_path: Path) -> None:
    run, told = one(
        tmp_path,
        exports.table_bytes(("origin", "rank"), [["https://a.example", "1000"], ["", "1000"], ["b.example", "x"]]),
    )
    assert (told["reported_by"], told["n_rows_used"]) == ("crux", 1)
    assert [row["reason"] for row in rows_of(run, "rejects")] == [counts.NO_NAME, counts.NO_RANK]
    assert [(row["list"], row["host"], row["rank"]) for row in rows_of(run, "popularity")] == [
        ("crux", "a.example", 1000)
    ]


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("1,234.5", ".", 1234.5), ("1.234,5", ",", 1234.5), ("1 234,5", ",", 1234.5), ("12", ",", 12.0), ("0.4",
            ".", 0.4),
        (".5", ".", 0.5), ("1.2K", ".", 1200.0), ("3M", ".", 3e6), ("5,4 %", ",", 5.4), ("٥٫٤", ".", 5.4), ("-3.5",
            ".", -3.5),
        ("", ".", None), ("-", ".", None), ("n/a", ".", None), (".", ".", None), ("1.2.3", ".", None), ("1e9", ".",
            None),
    ],
)  # fmt: skip
def test_numbers_with_decimals(text: str, mark: str, number: float | None) -> None:
    assert numbers.decimal_number(text, mark) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,240", 1240), ("1.240.000", 1240000), ("1 240", 1240), ("1'240", 1240), ("12,34,567", 1234567), ("7",
            7), ("7.0", 7),
        ("١٬٢٤٠", 1240), ("-3", -3), ("1,24", None), ("7.5", None), ("", None), ("x", None), ("9" * 40, None),
    ],
)  # fmt: skip
def test_whole_numbers(text: str, number: int | None) -> None:
    assert numbers.whole_number(text) == number


def test_columns_of_numbers_are_read_at_once_or_cell_by_cell() -> None:
    assert numbers.whole_numbers(pa.array(["1", "", "3"])).to_pylist() == [1, None, 3]
    assert numbers.whole_numbers(pa.array(["1", "1,234", "x"])).to_pylist() == [1, 1234, None]
    assert numbers.decimal_numbers(pa.array(["1.5", "", "3"]), ".").to_pylist() == [1.5, None, 3.0]
    assert numbers.decimal_numbers(pa.array(["1,5", "2"]), ",").to_pylist() == [1.5, 2.0]
    assert numbers.decimal_mark(["1,5", "1.234", "7"]) == ","
    assert numbers.decimal_mark(["1,234", "1.5"]) == "."
