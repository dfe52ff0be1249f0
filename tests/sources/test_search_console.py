"""Search Console's exports in any language, by what their columns hold."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linkworthy.site import SiteConfig
from linkworthy.sources.recognise import recognise
from tests.support import exports
from tests.support.imported import Imported, imported

CONFIG = SiteConfig(url="https://shop.example/")


def read(folder: Path, content: bytes, config: SiteConfig = CONFIG) -> Imported:
    path = exports.write(folder, "file", content)
    return imported(recognise(path, config), path, config)


def only(found: Imported, table: str) -> dict[str, Any]:
    (row,) = found.rows(table)
    return row


@pytest.mark.parametrize(
    ("header", "days"),
    [
        (("Verweisende Seite", "Zuletzt gecrawlt"), ["15. Sept. 2026", "15.09.2026"]),
        (("Page d’origine", "Dernière exploration"), ["15 sept. 2026", "15/09/2026"]),
        (("Página de enlace", "Último rastreo"), ["15 sept 2026", "15 de septiembre de 2026"]),
        (("Strona z linkiem", "Ostatnie indeksowanie"), ["15 wrz 2026", "15 września 2026"]),
        (("Ссылающаяся страница", "Последнее сканирование"), ["15 сент. 2026 г.", "15 сентября 2026 г."]),
        (("リンク元ページ", "前回のクロール"), ["2026/09/15", "2026年9月15日"]),
        (("链接网页", "上次抓取日期"), ["2026年9月15日", "2026-09-15"]),
        (("링크 페이지", "최종 크롤링"), ["2026. 9. 15.", "2026년 9월 15일"]),
        (("الصفحة", "آخر زحف"), ["١٥ سبتمبر ٢٠٢٦", "٢٠٢٦/٠٩/١٥"]),
        (("صفحه", "آخرین خزیدن"), ["۱۵ سپتامبر ۲۰۲۶", "2026-09-15"]),
        (("หน้าที่ลิงก์", "รวบรวมข้อมูลล่าสุด"), ["15 ก.ย. 2569", "15 กันยายน 2569"]),
        (("קישור", "סריקה"), ["15 בספט׳ 2026", "15 בספטמבר 2026"]),
    ],
)
def test_latest_links_are_told_in_any_language(tmp_path: Path, header: tuple[str, str], days: list[str]) -> None:
    found = read(tmp_path, exports.table_bytes(header, [["https://blog.example/", day] for day in days]))
    seen = [row["last_seen_at"] for row in found.rows("observations")]
    assert seen == [datetime(2026, 9, 15, tzinfo=UTC)] * len(days)
    assert {row["reported_by"] for row in found.rows("observations")} == {"search-console"}


def test_more_sample_links_are_told_by_their_only_header(tmp_path: Path) -> None:
    found = read(tmp_path, b"Verweisende Seite\nhttps://blog.example/a\nhttps://forum.example/\n")
    assert [row["reported_by"] for row in found.rows("observations")] == ["search-console"] * 2


@pytest.mark.parametrize(
    "counts",
    [("1,240", "12"), ("1.240", "12"), ("1 240", "12"), ("1\u202f240", "12"), ("1’240", "12"), ("١٬٢٤٠", "١٢")],
)
def test_counts_are_read_in_every_grouping(tmp_path: Path, counts: tuple[str, str]) -> None:
    found = read(tmp_path, exports.table_bytes(("Site", "Liens", "Pages"), [["Blog.example", *counts]]))
    row = only(found, "domain_reports")
    assert (row["host"], row["domain"], row["n_links"], row["n_targets"]) == ("blog.example", "blog.example", 1240, 12)


@pytest.mark.parametrize(
    ("metrics", "position"),
    [
        (("1,204", "22,100", "5.45%", "12.3"), 12.3),
        (("1.204", "22.100", "5,45 %", "12,3"), 12.3),
        (("1 204", "22 100", "5,45 %", "12,34"), 12.34),
        (("1204", "22100", "%5,45", "12,3"), 12.3),
        (("1204", "22100", "0.0545", "12.3"), 12.3),
        (("١٬٢٠٤", "٢٢٬١٠٠", "٥٫٤٥٪", "١٢٫٣"), 12.3),
    ],
)
def test_performance_is_read_with_either_decimal_mark(
    tmp_path: Path, metrics: tuple[str, ...], position: float
) -> None:
    header = ["Meistgestellte Anfragen", "Klicks", "Impressionen", "CTR", "Position"]
    row = only(read(tmp_path, exports.table_bytes(header, [["rote, schuhe", *metrics]])), "keyword_reports")
    assert (row["keyword"], row["clicks"], row["impressions"]) == ("rote, schuhe", 1204, 22100)
    assert row["position"] == position
    assert dict(row["opinions"]) == {"ctr": metrics[2]}
    row = only(read(tmp_path, exports.table_bytes(header, [["https://shop.example/a", *metrics]])), "page_reports")
    assert (row["url"], row["is_own"], row["clicks"]) == ("https://shop.example/a", True, 1204)


def test_a_comparison_of_two_spans_gives_the_first_and_keeps_the_second(tmp_path: Path) -> None:
    spans = ("7/1/26 - 9/30/26", "4/1/26 - 6/30/26")
    header = [
        "Top queries",
        *(f"{span} {name}" for name in ("Clicks", "Impressions", "CTR", "Position") for span in spans),
    ]
    cells = ["shoes", "12", "10", "120", "110", "10%", "9.1%", "3.2", "4.1"]
    row = only(read(tmp_path, exports.table_bytes(header, [cells])), "keyword_reports")
    assert (row["clicks"], row["impressions"], row["position"]) == (12, 120, 3.2)
    assert dict(row["opinions"])["4/1/26 - 6/30/26 clicks"] == "10"


def test_linking_text_comes_with_its_place(tmp_path: Path) -> None:
    found = read(
        tmp_path, exports.table_bytes(("Rang", "Texte du lien"), [["1", "shop.example"], ["2", "rote Schuhe"]])
    )
    assert [(row["rank"], row["anchor"]) for row in found.rows("anchor_reports")] == [
        (1, "shop.example"),
        (2, "rote Schuhe"),
    ]
    found = read(tmp_path, b"Link text\nred shoes\nshop\n")
    assert [row["anchor"] for row in found.rows("anchor_reports")] == ["red shoes", "shop"]


def test_the_api_s_answer_as_a_table_is_read(tmp_path: Path) -> None:
    header = ["query", "page", "country", "date", "clicks", "impressions", "ctr", "position"]
    row = only(
        read(
            tmp_path,
            exports.table_bytes(header, [["a", "https://shop.example/", "deu", "2026-09-15", "1", "9", "0.1", "3.5"]]),
        ),
        "keyword_reports",
    )
    assert (row["url"], row["country"], str(row["day"]), row["position"]) == (
        "https://shop.example/",
        "deu",
        "2026-09-15",
        3.5,
    )


def test_excel_s_hint_of_the_delimiter_is_no_header(tmp_path: Path) -> None:
    found = read(tmp_path, b"sep=;\r\nLinking page;Last crawled\r\nhttps://blog.example/;2026-09-15\r\n")
    assert only(found, "observations")["row"] == 1


DIRTY = {
    "latest links": (
        "Verweisende Seite,Zuletzt gecrawlt", "https://b{n}.example/,15.09.2026", "observations", "source_url"
    ),
    "top sites": ("Website,Verweisende Seiten,Zielseiten", 'b{n}.example,"1.24{n}",3', "domain_reports", "host"),
    "top sites of a page": ("Website,Verweisende Seiten", "b{n}.example,4", "domain_reports", "host"),
    "top pages": (
        "Zielseite,Eingehende Links,Verweisende Websites", "https://shop.example/{n},12,3", "page_reports", "url"
    ),
    "queries": ("Häufigste Suchanfragen,Klicks,Impressionen,CTR,Position", 'schuhe {n},4,20,"20,5 %","7,2"',
        "keyword_reports", "keyword"),
}  # fmt: skip


@pytest.mark.parametrize("name", DIRTY)
def test_dirt_among_the_rows_and_titles_above_them_do_not_hide_what_they_are(tmp_path: Path, name: str) -> None:
    header, row, table, subject = DIRTY[name]
    width = header.count(",")
    dirt = ["n/a" + ",–" * width, "," * width, "Summe" + "," * width, "a note"]
    lines = ["Export vom 22.11.2026", "", header, *(row.format(n=n) for n in range(6)), *dirt, row.format(n=6)]
    found = read(tmp_path, ("\n".join(lines) + "\n").encode())
    assert found.n_used + found.n_rejected == 11
    rows = [row for row in found.rows(table) if row["reported_by"] == "search-console"]
    told = [row[subject] for row in rows]
    assert len(told) == 7
    assert (
        told[-1] == read(tmp_path, f"{header}\n{row.format(n=6)}\n{row.format(n=7)}\n".encode()).rows(table)[0][subject]
    )


def test_linking_text_may_be_urls_and_ranks_may_miss(tmp_path: Path) -> None:
    text = "Rang,Linktext\n1,https://shop.example\n2,schuhe\n3,rote schuhe\n–,\n5,shop\n6,mehr\n7,hier\n"
    found = read(tmp_path, text.encode())
    assert [row["anchor"] for row in found.rows("anchor_reports")][:2] == ["https://shop.example", "schuhe"]
    assert (found.n_used, found.n_rejected) == (6, 1)
