from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linkworthy.archives.http import join_chunks, parse_headers, parse_response

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_a_response_is_read_with_its_headers_in_order() -> None:
    response = parse_response(b"HTTP/1.1 301 Moved  \r\nLocation: /new\r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\nbody")
    assert response is not None
    assert (response.status, response.reason, response.version, response.body) == (301, "Moved", "1.1", b"body")
    assert response.headers == (("location", "/new"), ("set-cookie", "a"), ("set-cookie", "b"))


def test_a_response_without_a_blank_line_has_no_body() -> None:
    response = parse_response(b"HTTP/1.0 200 OK\r\nServer: x")
    assert response is not None
    assert (response.body, response.headers) == (b"", (("server", "x"),))


def test_what_does_not_begin_with_a_status_line_is_no_response() -> None:
    assert parse_response(b"<!doctype html>") is None
    assert parse_response(b"") is None


def test_chunks_are_joined() -> None:
    response = parse_response(CHUNKED + b"4;x=y\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n")
    assert response is not None
    assert (response.body, response.is_cut) == (b"Wikipedia", False)


def test_a_body_that_is_not_chunked_stands_as_it_is() -> None:
    response = parse_response(CHUNKED + b"<p>joined before</p>")
    assert response is not None
    assert (response.body, response.is_cut) == (b"<p>joined before</p>", False)


def test_chunks_that_break_off_keep_what_came() -> None:
    assert join_chunks(b"4\r\nWiki\r\n10\r\nped") == (b"Wikiped", True)
    assert join_chunks(b"4\r\nWiki\r\n") == (b"Wiki", True)


def test_folded_header_lines_are_joined_and_bad_ones_left_out() -> None:
    assert parse_headers(b"A: 1\r\n  2\r\nno colon\r\n: no name\r\nB:\xe9\r\n") == (("a", "1 2"), ("b", "é"))


@given(st.lists(st.binary(min_size=1)))
def test_chunking_goes_round(pieces: list[bytes]) -> None:
    coded = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    assert join_chunks(coded) == (b"".join(pieces), False)


@given(st.binary())
def test_no_bytes_raise(content: bytes) -> None:
    parse_response(content)
    parse_response(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + content)
