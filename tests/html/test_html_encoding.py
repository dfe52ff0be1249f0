"""Bytes into text as browsers do it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.html.encoding import charset_of, decode
from tests.support.parsed import facts, page
from tests.support.shared import shared


@pytest.mark.parametrize(
    ("body", "content_type", "charset", "title"),
    [
        ("<title>é</title>".encode(), "text/html; charset=utf-8", "utf-8", "é"),
        ("<title>é</title>".encode("latin-1"), "text/html; charset=ISO-8859-1", "windows-1252", "é"),
        ("<title>é</title>".encode("latin-1"), "text/html", "windows-1252", "é"),
        ("<title>é</title>".encode(), "text/html", "utf-8", "é"),
        ("<title>é</title>".encode(), "text/html; charset=bogus", "utf-8", "é"),
        ("\ufeff<title>é</title>".encode(), "text/html; charset=iso-8859-1", "utf-8", "é"),
        ("\ufeff<title>é</title>".encode("utf-16-le"), "text/html", "utf-16le", "é"),
        ("\ufeff<title>é</title>".encode("utf-16-be"), "text/html; charset=utf-8", "utf-16be", "é"),
        ("<meta charset=windows-1251><title>Привет</title>".encode("cp1251"), "text/html", "windows-1251", "Привет"),
        ("<meta charset=shift_jis><title>日本</title>".encode("cp932"), "text/html", "shift_jis", "日本"),
        ("<meta charset=windows-1251><title>é</title>".encode(), "text/html; charset=utf-8", "utf-8", "é"),
        (
            '<meta http-equiv=Content-Type content="text/html; charset=gb2312"><title>中</title>'.encode("gbk"),
            "text/html",
            "gbk",
            "中",
        ),
        (
            b"<!--" + b"x" * 2000 + b"--><meta charset=koi8-r><title>" + "Да".encode("koi8-r") + b"</title>",
            "text/html",
            "koi8-r",
            "Да",
        ),
    ],
)
def test_the_encoding_is_found_in_the_order_of_browsers(
    body: bytes, content_type: str, charset: str, title: str
) -> None:
    found = facts(body, ("content-type", content_type))
    assert (found["charset"], found["title"]) == (charset, title)


def test_the_declared_charset_is_kept_as_written() -> None:
    assert facts("<p>x", ("content-type", "text/html; charset=Latin1"))["declared_charset"] == "latin1"
    assert facts("<meta charset=UTF-8><p>x", ("content-type", "text/html"))["declared_charset"] == "utf-8"
    assert facts("<p>x", ("content-type", "text/html"))["declared_charset"] is None


def test_queries_are_written_in_the_document_encoding_and_paths_in_utf_8() -> None:
    body = '<meta charset=windows-1252><a href="/é?q=é">x</a>'.encode("latin-1")
    assert page(body, ("content-type", "text/html")).links[0].url == "https://www.shop.example/%C3%A9?q=%E9"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("text/html; charset=utf-8", "utf-8"),
        ('text/html;CHARSET="UTF-8"', "utf-8"),
        ("charset = 'x' ", "x"),
        ("text/html", None),
        ("charset=", None),
    ],
)
def test_a_charset_is_read_out_of_a_content_type(text: str, charset: str | None) -> None:
    assert charset_of(text) == charset


def test_a_character_cut_off_at_the_end_is_forgiven() -> None:
    assert decode("ééé".encode()[:-1], None).encoding == "utf-8"
    assert decode(b"\xc3", None).encoding == "windows-1252"


@given(
    st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=20).map(lambda text: f"text/html; charset={text}"))
)
def test_any_bytes_decode(body: bytes, content_type: str | None) -> None:
    decode(body, content_type).text.encode("utf-8")


def _cases(name: str) -> list[tuple[bytes, str]]:
    cases = []
    for part in shared("html5lib", "encoding", name).read_bytes().split(b"#data\n")[1:]:
        data, _, encoding = part.partition(b"\n#encoding\n")
        cases.append((data, encoding.split(b"\n")[0].decode().strip().lower()))
    return cases


@pytest.mark.shared
@pytest.mark.parametrize("name", ["tests1.dat", "tests2.dat", "test-yahoo-jp.dat"])
def test_encoding_cases_of_html5lib_hold(name: str) -> None:
    same = {"utf-16": "utf-8", "iso-8859-1": "windows-1252"}
    wrong = []
    for data, expected in _cases(name):
        found = facts(data, ("content-type", "text/html"))["charset"]
        # Where nothing is declared, a body that is UTF-8 beyond doubt counts as such: browsers guess, the cases do not.
        guessed = found == "utf-8" and expected == "windows-1252" and not data.isascii()
        if found != same.get(expected, expected) and not guessed:
            wrong.append((data[:80], expected, found))
    assert not wrong
