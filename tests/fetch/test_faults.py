"""What libcurl ends with, told apart."""

from __future__ import annotations

import errno

import pycurl
import pytest

from linkworthy.errors import FetchError
from linkworthy.fetch.faults import MAX_DETAIL, fault_of
from linkworthy.fetch.line import Line


def line() -> Line:
    return Line({}, lambda _address: True, 1000, 10)


@pytest.mark.parametrize(
    ("code", "message", "fault"),
    [
        (1, "Received HTTP/0.9 when not allowed", "malformed"),
        (3, "URL using bad/illegal format", "name-not-found"),
        (5, "Could not resolve proxy: nowhere", "proxy-failure"),
        (7, "Failed to connect to a.example port 80: Connection timed out", "timeout"),
        (16, "nghttp2 error: protocol", "malformed"),
        (18, "transfer closed with 5 bytes remaining to read", "closed"),
        (35, "TLS connect error: wrong version number", "tls-failure"),
        (35, "TLS connect error: error:0A000126:SSL routines::unexpected eof while reading", "closed"),
        (52, "Empty reply from server", "closed"),
        (56, "Recv failure: Connection reset by peer", "closed"),
        (56, "Too large response headers: 307201 > 307200", "headers-too-large"),
        (56, "Malformed encoding found in chunked-encoding: Illegal or missing hexadecimal sequence", "malformed"),
        (56, "CONNECT tunnel failed, response 407", "proxy-failure"),
        (60, "SSL: no alternative certificate subject name matches target hostname 'a.example'", "tls-wrong-name"),
        (92, "HTTP/2 stream 1 was reset", "closed"),
        (12_345, "a code of tomorrow", "malformed"),
    ],
)
def test_a_code_is_told_by_its_number_and_its_words(code: int, message: str, fault: str) -> None:
    assert fault_of(line(), code, message)[0] == fault


def test_what_ended_well_or_was_cut_on_purpose_is_no_fault() -> None:
    assert fault_of(line(), 0, "") == (None, None)
    cut = line()
    cut.is_cut = True
    assert fault_of(cut, pycurl.E_WRITE_ERROR, "Failure writing output") == (None, None)


def test_an_address_that_was_refused_is_named() -> None:
    refused = line()
    refused.refused = "10.0.0.1"
    assert fault_of(refused, 7, "Could not connect") == ("private-address", "10.0.0.1")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_what_this_machine_lacks_is_no_fault_of_a_server(number: int) -> None:
    lacking = line()
    lacking.lack = OSError(number, "too many open files")
    with pytest.raises(FetchError, match=r"limits\.connections"):
        fault_of(lacking, 7, "Could not connect")


def test_a_detail_is_bounded() -> None:
    detail = fault_of(line(), 35, "x" * 10_000)[1]
    assert detail is not None
    assert len(detail) == MAX_DETAIL
