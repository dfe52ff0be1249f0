"""Where connections go: IPv6, names in any script, another address where one is dead, and never past the guard."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import resource
import socket
from collections.abc import Sequence
from typing import Any

import pycurl
import pytest

from linkworthy import urls
from linkworthy.errors import FetchError
from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.http import HttpFetcher
from linkworthy.fetch.line import Line
from linkworthy.fetch.resolve import Address, ConnectTo, SystemResolver
from linkworthy.site import Limits, Network
from tests.support.server import Server, answer, silence


class Names:
    """A resolver that answers the same addresses and counts how often it was asked."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.n_asked = 0

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        self.n_asked += 1
        return [Address(address, port) for address in self.addresses]

    async def close(self) -> None:
        """Nothing to close."""


def fetch(url: str, names: Names | None = None, host: str = "127.0.0.1", **network: Any) -> tuple[Exchange, Server]:
    """Serve on an address; fetch a URL in which ``{port}`` stands for the server's."""

    async def go() -> tuple[Exchange, Server]:
        async with Server({"*": answer(b"here")}, host=host) as server:
            settings = {"allow_private": True, **network}
            fetcher = HttpFetcher(Network(**settings), Limits(), resolver=names)
            try:
                return await fetcher.fetch(Request(url=url.format(port=server.port), timeout_s=10)), server
            finally:
                await fetcher.close()

    return asyncio.run(go())


def test_an_ipv6_address_is_asked() -> None:
    exchange, server = fetch("http://[::1]:{port}/", host="::1")
    assert (exchange.body, exchange.last.address) == (b"here", "::1")
    assert server.asked[0].headers["host"] == f"[::1]:{server.port}"


def test_a_name_with_an_ipv6_address_is_asked() -> None:
    exchange, server = fetch("http://six.example:{port}/", Names("::1"), host="::1")
    assert (exchange.body, exchange.last.address) == (b"here", "::1")
    assert server.asked[0].headers["host"].startswith("six.example:")


@pytest.mark.parametrize("dead", ["::1", "127.0.0.2"])
def test_the_next_address_is_tried_where_one_refuses(dead: str) -> None:
    exchange, _ = fetch("http://two.example:{port}/", Names(dead, "127.0.0.1"))
    assert (exchange.body, exchange.last.address) == (b"here", "127.0.0.1")


def test_an_address_that_answers_badly_is_not_passed_over() -> None:
    async def go() -> tuple[Exchange, int]:
        async with Server({"*": silence}) as server:
            names = Names("127.0.0.1", "127.0.0.1")
            fetcher = HttpFetcher(Network(allow_private=True), Limits(), resolver=names)
            try:
                request = Request(url=f"http://slow.example:{server.port}/", timeout_s=0.5)
                return await fetcher.fetch(request), server.n_connections
            finally:
                await fetcher.close()

    exchange, n_connections = asyncio.run(go())
    assert (exchange.fault, n_connections) == ("timeout", 1)


def test_a_name_in_another_script_is_asked_in_ascii() -> None:
    url = urls.normalise("http://b\u00fccher.example:8123/")
    assert url is not None

    async def go() -> tuple[Exchange, str]:
        async with Server({"*": answer(b"books")}) as server:
            fetcher = HttpFetcher(Network(connect_to=(f"b\u00fccher.example:8123:127.0.0.1:{server.port}",)), Limits())
            try:
                return await fetcher.fetch(Request(url=url)), server.asked[0].headers["host"]
            finally:
                await fetcher.close()

    exchange, host = asyncio.run(go())
    assert (exchange.body, host) == (b"books", "xn--bcher-kva.example:8123")


def test_a_name_is_looked_up_once_a_request_and_only_what_was_judged_is_connected_to() -> None:
    names = Names("127.0.0.1")
    exchange, server = fetch("http://rebinding.example:{port}/", names, allow_private=False)
    assert (exchange.fault, names.n_asked, server.n_connections) == ("private-address", 1, 0)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "fd00::1"])
def test_no_socket_is_opened_for_an_address_that_is_not_allowed(address: str) -> None:
    line = Line({}, lambda _address: False, 1000, 10)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    assert line._on_open(0, (family, socket.SOCK_STREAM, 6, (address, 80))) == pycurl.SOCKET_BAD
    assert line.refused == address


def test_a_name_that_libcurl_might_look_up_by_itself_meets_the_guard_as_well() -> None:
    async def go() -> str | None:
        async with Server({"*": answer(b"secret")}) as server:
            line = Line({}, lambda _address: False, 1000, 10)
            line.curl.setopt(pycurl.URL, f"http://localhost:{server.port}/")
            await asyncio.to_thread(_perform, line.curl)
            assert server.n_connections == 0
            return line.refused

    assert asyncio.run(go()) in {"127.0.0.1", "::1"}


def _perform(curl: pycurl.Curl) -> None:
    with pytest.raises(pycurl.error):
        curl.perform()


def test_a_handle_that_was_sent_elsewhere_is_not_sent_there_again() -> None:
    async def go() -> list[bytes]:
        async with Server({"*": answer(b"one")}) as one, Server({"*": answer(b"two")}) as two:
            network = Network(connect_to=(one.connect_to("named.example", 80),), allow_private=True)
            fetcher = HttpFetcher(network, Limits(), resolver=Names("127.0.0.1"))
            urls = ("http://named.example/", two.url("/"), two.url("/", "found.example"), "http://named.example/")
            try:
                return [(await fetcher.fetch(Request(url=url))).body for url in urls]
            finally:
                await fetcher.close()

    assert asyncio.run(go()) == [b"one", b"two", b"two", b"one"]


def use_up_files() -> list[socket.socket]:
    kept = []
    with contextlib.suppress(OSError):
        while True:
            kept.append(socket.socket())
    return kept


def test_a_machine_that_has_no_files_left_says_so() -> None:
    async def go() -> None:
        async with Server({"*": answer(b"x")}) as server:
            fetcher = HttpFetcher(Network(connect_to=(server.connect_to("*.example"),)), Limits())
            await fetcher.fetch(Request(url=server.url("/", "a.example")))
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, soft), hard))
            gc.collect()  # what earlier tests left would give files back in the middle
            kept = use_up_files()
            try:
                with pytest.raises(FetchError, match=r"limits\.connections"):
                    await fetcher.fetch(Request(url=server.url("/", "b.example")))
            finally:
                for one in kept:
                    one.close()
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
                await fetcher.close()

    asyncio.run(go())


def test_of_two_settings_for_a_host_the_first_counts_pattern_or_not() -> None:
    entries = ["*.example:80:127.0.0.1:1", "a.example:80:127.0.0.2:2", "b.test::127.0.0.3:", ":443:127.0.0.4:"]
    routes = ConnectTo(entries, SystemResolver())

    def to(host: str, port: int) -> str | None:
        found = routes.recall(host, port)
        return f"{found[0].host}:{found[0].port}" if found else None

    assert to("a.example", 80) == "127.0.0.1:1"
    assert to("b.test", 8080) == "127.0.0.3:8080"
    assert to("c.test", 443) == "127.0.0.4:443"
    assert to("c.test", 80) is None


def test_what_was_looked_up_is_known_without_asking() -> None:
    async def go() -> tuple[object, object]:
        resolver = SystemResolver()
        before = resolver.recall("localhost", 80)
        found = await resolver.resolve("localhost", 80)
        known = resolver.recall("localhost", 80)
        await resolver.close()
        return before, known == list(found)

    assert asyncio.run(go()) == (None, True)
