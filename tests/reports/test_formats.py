"""Rows leave in six formats, whole, and whatever the web wrote stays text."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from linkworthy.errors import InputError, StageError
from linkworthy.questions import Stream
from linkworthy.reports.cells import csv_cell
from linkworthy.reports.formats import FORMATS, form_of, write_file, write_text
from linkworthy.reports.xlsx import MAX_CHARACTERS, Workbook

WHEN = datetime(2026, 11, 22, 4, 44, tzinfo=UTC)
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "a|b", "a\nb", "<script>alert(1)</script>", "\x1b[31mred", "_x0041_",
           "[x](javascript:alert(1))", "![x](http://e.example/)", "\x00\x0b\ufffe", "www.e.example", "`a`", "a\\|b",
           "&lt;", "日本", "{=1}", "https://e.example/a_b_c?x=1|2", "*a*", ""]  # fmt: skip


def stream(**columns: Sequence[Any]) -> Stream:
    table = pa.table({name: list(values) for name, values in columns.items()})
    return Stream(table.schema, iter(table.to_batches(max_chunksize=3)))


def rich() -> Stream:
    table = pa.table({
        "text": pa.array(["=1", None], pa.string()), "yes": pa.array([True, None]),
        "whole": pa.array([2**60, -5], pa.int64()), "part": pa.array([0.5, float("nan")]),
        "at": pa.array([WHEN, None], pa.timestamp("us", tz="UTC")),
        "day": pa.array([date(1850, 1, 1), date(2026, 1, 2)]),
        "names": pa.array([["a", "b"], []], pa.list_(pa.string())),
        "map": pa.array([{"k": "v"}, None], pa.map_(pa.string(), pa.string())),
    })  # fmt: skip
    return Stream(table.schema, iter(table.to_batches()))


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in book}


def text_of(form: str, rows: Stream) -> str:
    out = io.StringIO()
    write_text(rows, out, form)
    return out.getvalue()


def test_types_are_kept_where_a_format_has_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert write_file(rich(), path, "xlsx", created_at=WHEN.isoformat()).n_rows == 2
    assert sheets(path)["rows"][1:] == [
        ["=1", True, str(2**60), 0.5, WHEN.replace(tzinfo=None), "1850-01-01", "a, b", '{"k": "v"}'],
        [None, None, -5, None, None, datetime(2026, 1, 2), None, None],  # noqa: DTZ001 - a spreadsheet has no zones
    ]
    write_file(rich(), tmp_path / "a.parquet", "parquet")
    assert pq.read_schema(tmp_path / "a.parquet").equals(rich().schema)
    first, second = (json.loads(line) for line in text_of("jsonl", rich()).splitlines())
    assert first["whole"] == 2**60
    assert first["map"] == {"k": "v"}
    assert second["part"] is None


def test_a_formula_is_text_in_every_spreadsheet(tmp_path: Path) -> None:
    write_file(stream(text=HOSTILE), tmp_path / "a.xlsx", "xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert {cell.data_type for row in book["rows"].iter_rows(min_row=2) for cell in row} <= {"s", "n", "inlineStr"}
    assert not [cell for row in book["rows"].rows for cell in row if cell.hyperlink]
    cells = [row[0] for row in csv.reader(io.StringIO(text_of("csv", stream(text=HOSTILE)))) if row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


@given(
    rows=st.lists(st.tuples(st.text(max_size=9) | st.none(), st.floats() | st.none(), st.integers(-9, 9)), max_size=6),
    is_alone=st.booleans(),
)
def test_csv_is_what_the_plain_writer_gives_cell_by_cell(
    rows: list[tuple[str | None, float | None, int]], *, is_alone: bool
) -> None:
    rows = [(None if text is None else text.replace("\r", "\n"), part, n) for text, part, n in rows]
    names, kinds = ("text", "part", "n"), (pa.string(), pa.float64(), pa.int64())
    table = pa.table({name: pa.array([row[i] for row in rows], kinds[i]) for i, name in enumerate(names)})
    table = table.select(["text"]) if is_alone else table
    out = io.StringIO()
    plain = csv.writer(out, lineterminator="\n")
    plain.writerow(table.column_names)
    plain.writerows([csv_cell(value) for value in row[: table.num_columns]] for row in rows)
    assert text_of("csv", Stream(table.schema, iter(table.to_batches(max_chunksize=2)))) == out.getvalue()


def test_a_return_is_no_end_of_a_line_of_csv() -> None:
    told = text_of("csv", stream(a=["x\ry", "z"]))
    assert list(csv.reader(io.StringIO(told, newline=""))) == [["a"], ["x\ry"], ["z"]]


def test_a_workbook_of_columns_is_that_of_rows(tmp_path: Path) -> None:
    values = [*HOSTILE, None, "twice", "twice", "a" * 40_000, "a" * 40_000]
    numbers = [0.0, -0.0, float("nan"), None, *map(float, range(len(values) - 4))]
    with Workbook(tmp_path / "a.xlsx") as book:
        book.add("rows", stream(text=values, number=numbers), {"text": lambda text: text and f"<{text}>"})
        notes = book.notes
    with Workbook(tmp_path / "b.xlsx") as book:
        rows = [(text and f"<{text}>", number) for text, number in zip(values, numbers, strict=True)]
        book.add_rows("rows", ["text", "number"], rows)
        assert book.notes == notes != []
    found = [zipfile.ZipFile(tmp_path / name).read("xl/worksheets/sheet1.xml") for name in ("a.xlsx", "b.xlsx")]
    assert found[0] == found[1]


def test_a_sheet_has_its_head_frozen_and_a_filter_over_all_rows(tmp_path: Path) -> None:
    write_file(stream(url=["a", "b"], n=[1, 2]), tmp_path / "a.xlsx", "xlsx", title="links")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["links"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")


def test_rows_beyond_a_sheet_go_on_in_the_next_and_are_told(tmp_path: Path) -> None:
    with Workbook(tmp_path / "a.xlsx", max_rows=4) as book:
        assert book.add("links", stream(n=list(range(8)))) == 8
    found = sheets(tmp_path / "a.xlsx")
    assert [row[0] for name in ("links", "links 2", "links 3") for row in found[name][1:]] == list(range(8))
    assert "8 rows are more than a sheet holds" in found["notes"][1][0]


def test_a_cell_too_long_is_cut_with_a_note(tmp_path: Path) -> None:
    written = write_file(stream(text=["a" * 40_000, "𝄞" * 20_000, "b" * MAX_CHARACTERS]), tmp_path / "a.xlsx", "xlsx")
    cells = [row[0] for row in sheets(tmp_path / "a.xlsx")["rows"][1:]]
    assert all(len(cell.encode("utf-16-le")) // 2 <= MAX_CHARACTERS for cell in cells)
    assert cells[0].endswith("… [cut: 40,000 characters]")
    assert cells[2] == "b" * MAX_CHARACTERS
    assert "2 cells are longer" in written.notes[0]


def test_sheets_have_names_that_are_allowed_and_new(tmp_path: Path) -> None:
    with Workbook(tmp_path / "a.xlsx") as book:
        for title in ("a/b:c*", "History", "x" * 40, "X" * 31, ""):
            book.add_rows(title, ["n"], [[1]])
    names = openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames
    assert len({name.lower() for name in names}) == 5
    assert all(len(name) <= 31 for name in names)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for form in FORMATS:
        for name in "ab":
            write_file(rich(), tmp_path / name, form, created_at=WHEN.isoformat())
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes(), form


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_any_text_is_a_cell_of_a_markdown_table(texts: list[str]) -> None:
    markdown = text_of("md", stream(text=texts + HOSTILE, other=["x"] * (len(texts) + len(HOSTILE))))
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    assert sum(token.type == "tr_open" for token in tokens) == len(texts) + len(HOSTILE) + 1
    inline = [child for token in tokens if token.type == "inline" for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "text_special", "link_open", "link_close", "softbreak"}
    links = [child for child in inline if child.type == "link_open"]
    assert all(str(child.attrs["href"]).startswith(("http://", "https://")) for child in links)
    assert not [token for token in tokens if token.type.startswith("html")]


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_comes_back_from_json(texts: list[str]) -> None:
    assert [row["text"] for row in json.loads(text_of("json", stream(text=texts)))] == texts if texts else True
    lines = text_of("jsonl", stream(text=[*texts, "x"])).split("\n")[:-1]
    assert [json.loads(line)["text"] for line in lines] == [*texts, "x"]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_text_makes_a_workbook_that_opens(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    write_file(stream(text=[f"x{text}" for text in texts]), path, "xlsx")
    assert len(sheets(path)["rows"]) == len(texts) + 1


def test_no_rows_are_a_file_too(tmp_path: Path) -> None:
    empty = pa.table({"a": pa.array([], pa.string())})
    for form in FORMATS:
        assert write_file(Stream(empty.schema, iter([])), tmp_path / "a", form).n_rows == 0
    assert json.loads(text_of("json", Stream(empty.schema, iter([])))) == []


def test_the_ending_tells_the_format() -> None:
    assert form_of(Path("a.XLSX")) == "xlsx"
    assert form_of(Path("a.ndjson")) == "jsonl"
    assert form_of(Path("a.txt"), "csv") == "csv"
    with pytest.raises(InputError):
        form_of(Path("a.txt"))


def test_a_fault_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    def broken() -> Any:
        yield from pa.table({"a": [1]}).to_batches()
        raise InputError("query: it fails half way")

    for form in FORMATS:
        path = tmp_path / f"a.{form}"
        path.write_text("old")
        with pytest.raises(InputError):
            write_file(Stream(pa.schema([("a", pa.int64())]), broken()), path, form)
        assert path.read_text() == "old"
    assert sorted(path.suffix for path in tmp_path.iterdir()) == sorted(f".{form}" for form in FORMATS)
    with pytest.raises(StageError):
        write_file(stream(a=[1]), tmp_path / "absent" / "a.csv", "csv")
