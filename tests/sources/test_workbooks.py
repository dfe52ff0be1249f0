from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.site import SiteConfig
from linkworthy.sources import workbooks
from linkworthy.sources.containers import arrivals
from linkworthy.sources.importer import import_files
from tests.support import exports
from tests.support.imports import cells_of, import_one, rows_of
from tests.support.runs import make_run
from tests.support.workbooks import (
    DAY,
    GENERAL,
    INSTANT,
    OWN_DAY,
    OWN_NUMBER,
    Cell,
    office_file,
    parts,
    sheet_xml,
    workbook,
    zipped,
)  # fmt: skip

HEADER = ["Source url", "Anchor", "Target url", "First seen"]
BLOG, SHOP = "https://blog.example/a", "https://shop.example/"


def numbered(value: str, style: int = GENERAL) -> Cell:
    return f's="{style}"', f"<v>{value}</v>"


def one_cell(folder: Path, cell: Cell, **more: Any) -> str:
    content = zipped(parts({"Links": sheet_xml({1: ["a", cell]})}, **more))
    (row,) = cells_of(exports.write(folder, "one.xlsx", content), folder)
    return row[1] if len(row) > 1 else ""


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (numbered("46280", DAY), "2026-09-15"),
        (numbered("46280.5", DAY), "2026-09-15 12:00:00"),
        (numbered("46280.25", INSTANT), "2026-09-15 06:00:00"),
        (numbered("46280", OWN_DAY), "2026-09-15"),
        (numbered("46280", OWN_NUMBER), "46280"),
        (numbered("46280"), "46280"),
        (numbered("1", DAY), "1900-01-01"),
        (numbered("59", DAY), "1900-02-28"),
        (numbered("61", DAY), "1900-03-01"),
        (numbered("0.5", DAY), "12:00:00"),
        (numbered("-3", DAY), "-3"),
        (numbered("1e300", DAY), "1e+300"),
        (('t="d"', "<v>2026-09-15T06:00:00</v>"), "2026-09-15T06:00:00"),
        (numbered("12345678901234567890"), "12345678901234567890"),
        (numbered("1.2345678901234567E+19"), "12345678901234567000"),
        (numbered("0.10000000000000001"), "0.1"),
        (numbered("3.0"), "3"),
        (numbered("1E-7"), "1e-07"),
        (numbered("no number"), "no number"),
        (True, "TRUE"),
        (False, "FALSE"),
        ('=HYPERLINK("https://x.example/")', '=HYPERLINK("https://x.example/")'),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ('say "a",\tb;c\nd', 'say "a",\tb;c\nd'),
        ("_x0041__x000D_\n", "A\n"),
        (('t="str"', '<f>A1&amp;"x"</f><v>ax</v>'), "ax"),
        (('t="s"', "<v>0</v>"), "plain"),
        (('t="s"', "<v>1</v>"), "rich text"),
        (('t="s"', "<v>2</v>"), "東京"),
        (('t="s"', "<v>9</v>"), ""),
        (('t="s"', "<v>-1</v>"), ""),
        (('t="e"', "<v>#REF!</v>"), ""),
        (("", "<f>1+1</f>"), ""),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_it_is_kept_and_never_computed(tmp_path: Path, cell: Cell, text: str) -> None:
    shared = ["plain", "<r><t>rich </t></r><r><t>text</t></r>", "<t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh>"]
    assert one_cell(tmp_path, cell, shared=shared) == text


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    assert one_cell(tmp_path, numbered("1", DAY), more='<workbookPr date1904="1"/>') == "1904-01-02"


def test_a_workbook_gives_what_the_same_table_gives_as_csv(tmp_path: Path) -> None:
    rows = [[f"https://b{n}.example/", f"shoes, {n}", SHOP, f"2026-01-{n + 1:02d}"] for n in range(9)]
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("Links")
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_row(0, 0, HEADER)
    for n, (source, anchor, target, seen) in enumerate(rows, 1):
        sheet.write_row(n, 0, [source, anchor, target])
        sheet.write_datetime(n, 3, datetime.fromisoformat(seen), day)
    book.close()
    wanted, _ = import_one(tmp_path / "csv", exports.write(tmp_path, "a.csv", exports.table_bytes(HEADER, rows)))
    run, (told,) = import_one(tmp_path / "xlsx", tmp_path / "a.xlsx")
    assert (told["file"], told["state"], told["n_rows_used"]) == (f"{tmp_path / 'a.xlsx'}#Links", "read", 9)
    kept = [{k: v for k, v in row.items() if k not in {"file", "row"}} for row in rows_of(run, "observations")]
    expected = [{k: v for k, v in row.items() if k not in {"file", "row"}} for row in rows_of(wanted, "observations")]
    assert kept == expected


def test_rows_bear_the_sheet_s_own_numbers(tmp_path: Path) -> None:
    link = [BLOG, "x", SHOP]
    rows: dict[int, list[Cell]] = {
        2: ["Backlinks of shop.example"], 5: [*HEADER], 6: [*link], 9: ["mailto:me", "x", SHOP], 1000: [*link],
    }  # fmt: skip
    run, (told,) = import_one(tmp_path, exports.write(tmp_path, "a.xlsx", workbook(rows)))
    assert (told["n_rows_used"], told["n_rows_rejected"]) == (2, 1)
    assert sorted(row["row"] for row in rows_of(run, "observations")) == [6, 1000]
    assert [row["row"] for row in rows_of(run, "rejects")] == [9]


def test_each_sheet_is_told_by_its_own_content(tmp_path: Path) -> None:
    ahrefs = exports.by_header(exports.AHREFS, [{"Referring page URL": BLOG, "Target URL": SHOP}])
    sheets = {
        "Backlinks": sheet_xml({1: [*exports.AHREFS], 2: [*ahrefs[0]]}),
        "Latest & more": sheet_xml({1: [*exports.LATEST_LINKS["de"]], 2: [BLOG, "2026-09-28"]}),
        "Notes": sheet_xml({1: ["only", "words"]}),
        "Empty": sheet_xml({}),
    }
    path = exports.write(tmp_path, "a.xlsx", zipped(parts(sheets, hidden=["Latest & more"])))
    run, told = import_one(tmp_path, path)
    by_sheet = {row["file"].partition("#")[2]: row for row in told}
    assert by_sheet["Backlinks"]["reported_by"] == "ahrefs"
    assert by_sheet["Latest & more"]["reported_by"] == "search-console"
    assert by_sheet["Latest & more"]["detail"] == "a hidden sheet"
    assert (by_sheet["Notes"]["state"], by_sheet["Empty"]["state"]) == ("left out", "left out")
    assert by_sheet["Empty"]["detail"] == "an empty sheet"
    assert len(rows_of(run, "imports")) == 4


def test_a_workbook_without_link_data_is_refused(tmp_path: Path) -> None:
    content = zipped(parts({"One": sheet_xml({1: ["words"]}), "Two": sheet_xml({})}))
    _, told = import_one(tmp_path, exports.write(tmp_path, "a.xlsx", content))
    assert [row["state"] for row in told] == ["refused", "refused"]


def test_cells_without_a_value_are_counted(tmp_path: Path) -> None:
    rows: dict[int, list[Cell]] = {1: [*HEADER], 2: [BLOG, ("", "<f>A1</f>"), SHOP], 3: [('t="e"', "<v>#N/A</v>")]}
    rows[4] = [("", "<f>A1</f><v></v>")]
    xml = sheet_xml(rows, '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>')
    run, (told,) = import_one(tmp_path, exports.write(tmp_path, "a.xlsx", zipped(parts({"Links": xml}))))
    assert "1 error values such as #REF!, read as empty" in told["detail"]
    assert "2 formulas without a stored value" in told["detail"]
    assert "1 merged ranges" in told["detail"]
    assert len(rows_of(run, "observations")) == 1


def test_formulas_that_link_are_read_as_the_url_they_name(tmp_path: Path) -> None:
    formulas = [
        f'<f>HYPERLINK("{BLOG}1","a post")</f><v>0</v>',
        f'<f>HYPERLINK("{BLOG}2")</f>',
        f'<f>hyperlink("{BLOG}" &amp; "3", A1)</f>',
        "<f>HYPERLINK(A9)</f>",
        f"<f>SUM(1)</f><v>{BLOG}4</v>",
    ]
    rows: dict[int, list[Cell]] = {1: [*HEADER]}
    rows |= {
        n: [('t="str"' if "SUM" in formula else "", formula), "red", SHOP] for n, formula in enumerate(formulas, 2)
    }
    run, (told,) = import_one(tmp_path, exports.write(tmp_path, "a.xlsx", zipped(parts({"Links": sheet_xml(rows)}))))
    assert [row["source_url"] for row in rows_of(run, "observations")] == [f"{BLOG}{n}" for n in (1, 2, 3, 4)]
    assert (told["n_rows_used"], told["n_rows_rejected"]) == (4, 1)
    assert "3 HYPERLINK formulas, read as the URL that they name" in told["detail"]


def test_formulas_that_link_are_read_in_text_files_too(tmp_path: Path) -> None:
    formula = f'"=HYPERLINK(""{BLOG}"";""a post"")",red,{SHOP},\n"=HYPERLINK(A1)",red,{SHOP},\n'
    run, (told,) = import_one(tmp_path, exports.write(tmp_path, "a.csv", f"{','.join(HEADER)}\n{formula}".encode()))
    assert [row["source_url"] for row in rows_of(run, "observations")] == [BLOG]
    assert told["n_rows_rejected"] == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (office_file("EncryptionInfo", "EncryptedPackage"), "locked with a password"),
        (office_file("Workbook"), "an old Excel workbook (.xls)"),
        (office_file("WordDocument"), "an old Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600, "an old Office document"),
        (zipped({"xl/workbook.bin": "x"}), ".xlsb"),
        (zipped({"mimetype": "x", "content.xml": "<x/>"}), "an OpenDocument file"),
        (zipped({"word/document.xml": "<x/>"}), "a Word document"),
        (zipped({"xl/workbook.xml": "<workbook/>"}), "a workbook without sheets"),
        (zipped({"xl/workbook.xml": "<!DOCTYPE a><workbook/>"}), "declares a document type"),
    ],
)
def test_what_is_no_workbook_that_can_be_read_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    _, (told,) = import_one(tmp_path, exports.write(tmp_path, "a.xlsx", content))
    assert told["state"] == "refused"
    assert words in told["detail"]


def test_entities_deep_nesting_and_endless_markup_end_a_sheet(tmp_path: Path) -> None:
    bombs = {
        "declares a document type": '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>',
        "nested too deep": "<worksheet>" + "<a>" * 5000,
        "one piece of its XML is over": '<worksheet a="' + "b" * (20 << 20),
    }
    for words, xml in bombs.items():
        path = exports.write(tmp_path, "a.xlsx", zipped(parts({"Links": xml})))
        (told,) = arrivals(path, tmp_path / "spool", lambda _: None)
        assert words in (told.refusal or "")


def test_a_cut_workbook_gives_the_rows_before_the_cut(tmp_path: Path) -> None:
    links: dict[int, list[Cell]] = {n: [f"https://b{n}.example/", "x", SHOP] for n in range(2, 4000)}
    rows: dict[int, list[Cell]] = {1: [*HEADER], **links}
    whole = zipped(parts({"Links": sheet_xml(rows)}))
    run, (told,) = import_one(tmp_path, exports.write(tmp_path, "a.xlsx", whole[: len(whole) // 2]))
    assert told["state"] == "damaged"
    assert "damaged" in told["detail"]
    assert 500 < told["n_rows_used"] == len(rows_of(run, "observations")) < 4000


def test_a_sheet_whose_checksum_is_wrong_is_damaged(tmp_path: Path) -> None:
    content = bytearray(zipped(parts({"Links": sheet_xml({1: [*HEADER], 2: [BLOG, "x", SHOP]})}), method=0))
    at = content.index(b"blog.example")
    content[at : at + 4] = b"blag"
    _, (told,) = import_one(tmp_path, exports.write(tmp_path, "a.xlsx", bytes(content)))
    assert (told["state"], told["n_rows_used"]) == ("damaged", 1)
    assert "checksum" in told["detail"]


def test_a_cell_far_to_the_right_and_rows_without_numbers_are_harmless(tmp_path: Path) -> None:
    xml = (
        "<x:worksheet xmlns:x='a'><x:sheetData><x:row><x:c t='str'><x:v>https://blog.example/a</x:v></x:c></x:row>"
        "<x:row><x:c r='XFD2' t='str'><x:v>far</x:v></x:c><x:c r='ZZZZ9' t='str'><x:v>none</x:v></x:c></x:row>"
        "<x:row r='99999999999'><x:c t='str'><x:v>https://blog.example/b</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    run, (told,) = import_one(tmp_path, exports.write(tmp_path, "a.xlsx", zipped(parts({"Links": xml}))))
    assert "1 cells beyond column 16,384" in told["detail"]
    assert sorted(row["row"] for row in rows_of(run, "observations")) == [1, 3]


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd", True), ("[$-409]d\\-mmm\\-yyyy;@", True), ("[h]:mm", True), ("General", False), ("0.00", False),
        ('0 "days"', False), ("[Red]0", False), ("\\d0", False), ("_d0", False), ("#,##0;[Red]-d", False),
    ],
)  # fmt: skip
def test_a_number_format_shows_a_date_or_none(code: str, *, is_date: bool) -> None:
    assert workbooks.is_date_format(code) is is_date


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.lists(TEXT | st.integers(0, 10**18) | st.booleans(), min_size=2, max_size=4), min_size=1, max_size=25
    )
)
def test_any_words_in_a_sheet_come_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]) -> None:
    folder = tmp_path_factory.mktemp("sheet")
    numbered_rows = {n: ["k", *row] for n, row in enumerate(rows, 1)}
    found = cells_of(exports.write(folder, "a.xlsx", workbook(numbered_rows)), folder)
    written = [["k", *(str(cell).upper() if isinstance(cell, bool) else str(cell) for cell in row)] for row in rows]
    width = max(map(len, written))
    assert [row + [""] * (width - len(row)) for row in found] == [row + [""] * (width - len(row)) for row in written]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_in_a_workbook_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    whole = parts({"Links": sheet_xml({1: [*HEADER], 2: [BLOG, "x", SHOP, numbered("46280", DAY)]})})
    broken: dict[str, str | bytes] = dict(whole)
    name = data.draw(st.sampled_from(sorted(whole)))
    text = whole[name].encode()
    at = data.draw(st.integers(0, len(text)))
    broken[name] = text[:at] + data.draw(st.binary(max_size=30)) + text[at + data.draw(st.integers(0, 30)) :]
    content = bytearray(zipped(broken))
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(content) - 8))
        content[place : place + 4] = data.draw(st.binary(min_size=4, max_size=4))
    content = content[: data.draw(st.integers(100, len(content)))]
    facts = import_files(
        make_run(folder), SiteConfig(url=SHOP), Embedded(workers=1), SILENT,
        [exports.write(folder, "a.xlsx", bytes(content))],
    )  # fmt: skip
    assert facts["files"]
    assert {row["state"] for row in facts["files"]} <= {"read", "refused", "damaged", "left out"}
