"""The guard of the tests themselves: nothing leaves this machine."""

from __future__ import annotations

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.fetch.base import Request
from linkworthy.fetch.http import HttpFetcher
from linkworthy.site import Limits, Network


def test_a_connection_that_would_leave_this_machine_is_refused(only_loopback: list[str]) -> None:
    with socket.socket() as outside, pytest.raises(PermissionError):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(PermissionError):
        asyncio.run(asyncio.open_connection("192.0.2.1", 80))
    with socket.socket(type=socket.SOCK_DGRAM) as outside, pytest.raises(PermissionError):
        outside.sendto(b"x", ("192.0.2.1", 53))
    assert len(only_loopback) == 3
    only_loopback.clear()


def test_a_look_up_that_would_leave_this_machine_is_refused(only_loopback: list[str]) -> None:
    with pytest.raises(PermissionError):
        socket.getaddrinfo("shop.example", 80)
    assert only_loopback == ["getaddrinfo 'shop.example'"]
    only_loopback.clear()


def test_a_connection_of_libcurl_that_would_leave_this_machine_is_refused(only_loopback: list[str]) -> None:
    async def go() -> str | None:
        fetcher = HttpFetcher(Network(allow_private=True), Limits())
        try:
            return (await fetcher.fetch(Request(url="http://192.0.2.1/", timeout_s=5))).fault
        finally:
            await fetcher.close()

    assert asyncio.run(go()) == "unreachable"
    assert only_loopback == ["connection to ('192.0.2.1', 80)"]
    only_loopback.clear()


def test_loopback_is_free() -> None:
    assert socket.getaddrinfo("127.0.0.1", 80)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


@given(st.integers())
def test_the_guard_and_generated_examples_go_together(number: int) -> None:
    assert number == int(str(number))
