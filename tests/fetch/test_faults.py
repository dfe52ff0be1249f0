"""What the network stack raises, told apart."""

from __future__ import annotations

import errno
import ssl

import aiohttp
import pytest

from linkworthy.errors import FetchError
from linkworthy.fetch.faults import MAX_DETAIL, fault_of
from linkworthy.fetch.resolve import ResolveError


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ECONNREFUSED, "refused"),
        (errno.EHOSTUNREACH, "unreachable"),
        (errno.ENETUNREACH, "unreachable"),
        (errno.EACCES, "unreachable"),
        (errno.ECONNRESET, "closed"),
        (errno.EPIPE, "closed"),
        (errno.ETIMEDOUT, "timeout"),
    ],
)
def test_a_system_error_is_told_by_its_number(number: int, fault: str) -> None:
    assert fault_of(OSError(number, "why")) == (fault, "why")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_what_this_machine_lacks_is_no_fault_of_a_server(number: int) -> None:
    with pytest.raises(FetchError, match=r"limits\.connections"):
        fault_of(OSError(number, "too many open files"))


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ResolveError("private-address", "10.0.0.1"), "private-address"),
        (ssl.SSLError(1, "handshake failure"), "tls-failure"),
        (aiohttp.InvalidURL("http://x"), "name-not-found"),
        (aiohttp.ServerDisconnectedError(), "closed"),
        (ConnectionResetError(), "closed"),
        (TimeoutError(), "timeout"),
        (ValueError("odd"), "malformed"),
    ],
)
def test_each_kind_has_its_fault(error: Exception, fault: str) -> None:
    assert fault_of(error)[0] == fault


def test_a_detail_is_bounded() -> None:
    assert len(fault_of(ValueError("x" * 10_000))[1]) == MAX_DETAIL
