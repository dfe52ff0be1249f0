"""From header lines to status, version and headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.fetch.head import Head, lacking_head, read_head, status_of


def lines(text: bytes) -> list[bytes]:
    return text.splitlines(keepends=True)


def test_a_head_is_read() -> None:
    text = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Robots-Tag:  noindex \r\nX-Robots-Tag: none\r\nEmpty:\r\n\r\n"
    )
    headers = (("content-type", "text/html"), ("x-robots-tag", "noindex"), ("x-robots-tag", "none"), ("empty", ""))
    assert read_head(lines(text)) == Head(200, "1.1", headers)


def test_an_interim_answer_before_and_trailers_behind_are_no_part_of_it() -> None:
    text = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/2 404 \r\nA: b\r\n\r\nTrailer: x\r\n\r\n"
    assert read_head(lines(text)) == Head(404, "2", (("a", "b"),))
    assert status_of(lines(text)) == 404


def test_a_folded_line_continues_the_value_before() -> None:
    text = b"HTTP/1.1 200 OK\r\n folded at once\r\nA: one\r\n\t two \r\nB: c\r\n\r\n"
    assert read_head(lines(text)) == Head(200, "1.1", (("a", "one two"), ("b", "c")))


def test_bare_line_feeds_end_lines() -> None:
    assert read_head(lines(b"HTTP/1.0 301 Moved\nLocation: /b\n\n")) == Head(301, "1.0", (("location", "/b"),))


def test_values_are_utf_8_or_else_latin_1_and_a_location_keeps_its_bytes() -> None:
    text = b"HTTP/1.1 200 OK\r\nA: caf\xc3\xa9\r\nB: caf\xe9\r\nLocation: /caf\xe9\r\n\r\n"
    found = read_head(lines(text))
    assert found is not None
    assert dict(found.headers) == {"a": "caf\u00e9", "b": "caf\u00e9", "location": "/caf%E9"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b", "closed"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "malformed"),
        (b"HTTP/1.1 999999 OK\r\n\r\n", "malformed"),
        (b"HTTP/1.1\r\n\r\n", "malformed"),
        (b"", "closed"),
    ],
)
def test_what_has_no_final_head_says_why(text: bytes, fault: str) -> None:
    assert read_head(lines(text)) is None
    assert lacking_head(lines(text))[0] == fault


NAMES = st.text("abcXYZ-0", min_size=1, max_size=8)
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="\x7f\x85\xa0"), max_size=12)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=8), st.booleans())
def test_headers_come_back_as_sent(headers: list[tuple[str, str]], has_hints: bool) -> None:  # noqa: FBT001 - drawn
    text = "".join(f"{name}: {value}\r\n" for name, value in headers)
    hints = b"HTTP/1.1 103 Hints\r\n\r\n" if has_hints else b""
    found = read_head(lines_of(hints + f"HTTP/1.1 200 OK\r\n{text}\r\n".encode()))
    assert found == Head(200, "1.1", tuple((name.lower(), value) for name, value in headers))


def lines_of(text: bytes) -> list[bytes]:
    return [line + b"\n" for line in text.split(b"\n")[:-1]]


@given(st.lists(st.binary(max_size=40), max_size=12))
def test_arbitrary_lines_are_read(arbitrary: list[bytes]) -> None:
    found = read_head([b"HTTP/1.1 200 OK\r\n", *arbitrary])
    assert found is None or 200 <= found.status < 1000
    assert status_of(arbitrary) >= 0
