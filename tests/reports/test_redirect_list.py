"""Lists of old and expected URLs are read in every form, with line numbers, and no line vanishes."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.errors import InputError
from linkworthy.reports.redirect_forms import REDIRECT_FORMS
from linkworthy.reports.redirect_list import RedirectList, read_redirect_list
from linkworthy.reports.redirect_map import redirect_map

BASE = "https://shop.example/"


def read(tmp_path: Path, content: str | bytes, name: str = "list.csv") -> RedirectList:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_redirect_list(path, BASE)


def pairs(listed: RedirectList) -> list[tuple[int, str, str | None]]:
    return [(line.line, line.url.removeprefix(BASE), line.expected and line.expected.removeprefix(BASE))
            for line in listed.lines]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("/a,/b\n/c,/d\n", 1),
        ("old url;new url\n/a;/b\n/c;/d\n", 2),
        ("Redirect to\tNote\tFrom\n/b\tx\t/a\n/d\ty\t/c\n", 2),
        ("https://shop.example/a,https://shop.example/b\nhttps://shop.example/c,https://shop.example/d\n", 1),
        ("shop.example/a,https://shop.example/b,301,FALSE\nshop.example/c,https://shop.example/d,301,FALSE\n", 1),
        ("/a   /b  301!\n/c  /d 301\n", 1),
        ("Wort,Ziel\n/a,/b\n/c,/d\n", 2),
        ("id,from,to\n1,/a,/b\n2,/c,/d\n", 2),
    ],
)
def test_two_columns_are_found_in_any_form(tmp_path: Path, text: str, first: int) -> None:
    assert pairs(read(tmp_path, text)) == [(first, "a", "b"), (first + 1, "c", "d")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    assert pairs(read(tmp_path, "/café,/thé\n/a,/b\n".encode(encoding)))[0] == (1, "caf%C3%A9", "th%C3%A9")


def test_a_list_of_old_urls_alone_expects_nothing(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, "/a\n\n/b\n")) == [(1, "a", None), (3, "b", None)]


def test_lines_without_a_url_are_told_with_number_and_reason(tmp_path: Path) -> None:
    listed = read(tmp_path, "/a,/b\n,/c\nmailto:x@y.example,/d\n/e,ftp://f.example/\n")
    assert [(fault.line, fault.reason) for fault in listed.faults] == [
        (2, "no URL"), (3, "not http or https"), (4, "expected URL: not http or https"),
    ]  # fmt: skip
    assert len(listed.lines) == 1


def test_repeated_and_contradicting_lines_are_told(tmp_path: Path) -> None:
    listed = read(tmp_path, "/a,/b\n/a,/b\n/a,/c\n/x,/y\n")
    assert listed.duplicates == ((2, 1),)
    assert listed.contradictions == ((3, 1),)
    assert len(listed.lines) == 4


def test_a_cell_over_two_lines_keeps_the_numbers_right(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, 'from,to,why\n/a,/b,"two\nlines"\n/c,/d,\n')) == [(2, "a", "b"), (4, "c", "d")]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"hello\nworld\n", b"PK\x03\x04rest", b'"' * 200_000])
def test_a_file_without_urls_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    assert "\n" not in str(caught.value)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_list_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    with contextlib.suppress(InputError):
        assert read_redirect_list(path, BASE).lines


@pytest.mark.parametrize("form", ["nginx", "netlify", "cloudflare", "cloudflare-pages", "csv"])
def test_a_map_that_we_wrote_is_read_back(tmp_path: Path, form: str) -> None:
    rows = [
        {"url": f"https://shop.example/{old}", "status": 404, "final_status": 404, "n_referring_domains": 1,
         "n_visits": None, "suggested_url": "https://shop.example/new?x=1", "suggested_why": "alike, =1",
         "suggested_share": 0.8}
        for old in ("old", "a%20b", "c.html")
    ]  # fmt: skip
    text = REDIRECT_FORMS[form](redirect_map(rows, {"https://shop.example/new?x=1": 200})).text
    listed = read(tmp_path, text, "rules")
    assert not listed.faults
    assert {(line.url, line.expected) for line in listed.lines} == {
        (row["url"], "https://shop.example/new?x=1") for row in rows
    }
