"""The HTTP fetcher against a server that misbehaves: every case ends bounded, with the right fault."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import gzip
import ssl
import tracemalloc
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
import trustme
import zstandard

from linkworthy.errors import InputError
from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.http import HttpFetcher
from linkworthy.fetch.resolve import Address, ResolveError
from linkworthy.site import Limits, Network
from tests.support.server import (
    Answer,
    Server,
    Talk,
    answer,
    break_off,
    endless,
    hang_up,
    raw,
    redirect,
    silence,
)

HOST = "shop.example"
QUICK = Limits(least_bytes_per_s=50, least_speed_window_s=0.3)


async def ask(server: Server, target: str = "/", *, host: str = HOST, ca_file: str = "", **options: Any) -> Exchange:
    """Fetch a path of the server under a name that leads there."""
    network = Network(connect_to=(server.connect_to(host),), ca_file=ca_file)
    fetcher = HttpFetcher(network, QUICK)
    try:
        return await fetcher.fetch(Request(url=server.url(target, host), **options))
    finally:
        await fetcher.close()


def fetch(routes: dict[str, Answer] | Answer, target: str = "/", **options: Any) -> Exchange:
    """Serve the routes, or one answer to everything, and fetch one path."""

    async def go() -> Exchange:
        async with Server(routes if isinstance(routes, dict) else {"*": routes}) as server:
            return await ask(server, target, **options)

    return asyncio.run(go())


def test_a_page_arrives_whole_with_headers_address_and_timings() -> None:
    exchange = fetch(answer(b"<p>hello", headers={"X-Robots-Tag": " noindex "}))
    assert (exchange.status, exchange.fault, exchange.body) == (200, None, b"<p>hello")
    assert exchange.header("x-robots-tag") == "noindex"
    assert exchange.n_bytes == 8
    assert not exchange.is_truncated
    hop = exchange.last
    assert hop.http_version == "1.1"
    assert hop.address == "127.0.0.1"
    taken = hop.timings
    assert None not in {taken.dns_ms, taken.connect_ms, taken.ttfb_ms, taken.total_ms}


def test_the_agent_is_sent_and_the_host_header_names_the_site() -> None:
    async def go() -> dict[str, str]:
        async with Server({"*": answer(b"x")}) as server:
            await ask(server, headers=(("Accept-Language", "de"),))
            return server.asked[0].headers

    headers = asyncio.run(go())
    assert headers["user-agent"].startswith("linkworthy/")
    assert headers["host"].startswith("shop.example:")
    assert headers["accept-language"] == "de"
    assert "cookie" not in headers


def test_the_path_is_sent_as_normalised_and_never_requoted() -> None:
    target = "/a%2Fb%c3%a9|c;d?q=a+b%20c&e=%7E'"

    async def go() -> str:
        async with Server({"*": answer(b"x")}) as server:
            await ask(server, target)
            return server.asked[0].target

    assert asyncio.run(go()) == target


def test_cookies_are_not_kept() -> None:
    async def go() -> list[dict[str, str]]:
        async with Server({"/": redirect("/b"), "/b": answer(b"x")}) as server:
            server.routes["/"] = answer(b"", "302 Found", {"Location": "/b", "Set-Cookie": "a=1"})
            await ask(server, max_hops=3)
            return [asked.headers for asked in server.asked]

    assert all("cookie" not in headers for headers in asyncio.run(go()))


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert fetch(answer(b"direct")).body == b"direct"


def test_head_brings_headers_and_no_body() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nContent-Encoding: gzip\r\n\r\n"
    exchange = fetch(head, method="HEAD")
    assert (exchange.status, exchange.fault, exchange.body) == (200, None, b"")
    assert exchange.header("content-length") == "5000"
    assert not exchange.is_truncated


# Redirects


def test_a_chain_is_followed_hop_by_hop() -> None:
    routes: dict[str, Answer] = {"/": redirect("/b?x=1"), "/b?x=1": redirect("../c", "302 Found"), "/c": answer(b"end")}
    exchange = fetch(routes, max_hops=5)
    assert [hop.status for hop in exchange.hops] == [301, 302, 200]
    assert [hop.location and hop.location.rpartition("/")[2] for hop in exchange.hops] == ["b?x=1", "c", None]
    assert exchange.body == b"end"
    assert all(hop.timings.total_ms is not None for hop in exchange.hops)


def test_the_first_answer_is_the_last_where_no_hop_is_asked_for() -> None:
    exchange = fetch(redirect("/b"))
    assert (exchange.status, exchange.fault, len(exchange.hops)) == (301, None, 1)
    assert exchange.last.location is not None
    assert exchange.last.location.endswith("/b")


def test_a_chain_of_fifty_stops_at_the_limit() -> None:
    routes: dict[str, Answer] = {f"/{n}": redirect(f"/{n + 1}") for n in range(50)}
    exchange = fetch(routes, "/0", max_hops=10)
    assert exchange.fault == "too-many-redirects"
    assert len(exchange.hops) == 11


def test_a_chain_of_fifty_is_followed_where_the_limit_allows() -> None:
    routes: dict[str, Answer] = {f"/{n}": redirect(f"/{n + 1}") for n in range(50)}
    exchange = fetch({**routes, "/50": answer(b"end")}, "/0", max_hops=50)
    assert (exchange.status, exchange.body, len(exchange.hops)) == (200, b"end", 51)


@pytest.mark.parametrize(
    "routes", [{"/": redirect("/")}, {"/": redirect("/b"), "/b": redirect("/#again")}], ids=["itself", "two"]
)
def test_a_loop_is_a_fault(routes: dict[str, Answer]) -> None:
    exchange = fetch(routes, max_hops=20)
    assert exchange.fault == "redirect-loop"
    assert len(exchange.hops) == len(routes)


@pytest.mark.parametrize(
    "location", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://", "https://[::1", "ftp://a/"]
)
def test_a_redirect_to_no_page_is_a_fault(location: str) -> None:
    exchange = fetch(redirect(location), max_hops=5)
    assert (exchange.status, exchange.fault, exchange.last.location) == (301, "bad-redirect", None)


def test_a_redirect_without_a_location_is_a_fault() -> None:
    exchange = fetch(answer(b"where?", "302 Found"), max_hops=5)
    assert (exchange.status, exchange.fault, exchange.body) == (302, "bad-redirect", b"where?")


def test_an_empty_location_leads_back() -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation:\r\nContent-Length: 0\r\n\r\n"
    assert fetch(head, max_hops=5).fault == "redirect-loop"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        (b"/caf\xc3\xa9", "/caf%C3%A9"),
        (b"/caf\xe9", "/caf%E9"),
        (b"/a b", "/a%20b"),
        (b"/a%2fb", "/a%2fb"),
        (b"?q=1", "/?q=1"),
        (b"\\evil\\path", "/evil/path"),
    ],
)
def test_a_location_is_resolved_as_browsers_do(location: bytes, target: str) -> None:
    head = b"HTTP/1.1 301 Moved\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n"
    found = fetch(head).last.location
    assert found is not None
    assert found.partition("://")[2].partition("/")[2] == target[1:]


def test_an_idn_location_is_turned_into_its_ascii_form() -> None:
    exchange = fetch(redirect("http://b\u00fccher.example/").decode("latin-1").encode("utf-8"))
    assert exchange.last.location == "http://xn--bcher-kva.example/"


def test_a_broken_body_of_a_redirect_does_not_stop_it() -> None:
    cut = b"HTTP/1.1 301 Moved\r\nLocation: /b\r\nContent-Length: 500\r\n\r\nmov"
    exchange = fetch({"/": raw(cut), "/b": answer(b"end")}, max_hops=3)
    assert [hop.fault for hop in exchange.hops] == [None, None]
    assert exchange.body == b"end"


# Private addresses


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1:{port}/", "http://[::1]:{port}/", "http://2130706433:{port}/", "http://169.254.169.254/",
     "http://[::ffff:127.0.0.1]:{port}/", "http://10.0.0.1/", "http://0.0.0.0:{port}/", "http://localhost:{port}/"],
)  # fmt: skip
def test_a_redirect_to_a_private_address_is_refused(location: str) -> None:
    async def go() -> tuple[Exchange, int]:
        async with Server() as server:
            server.routes = {"/start": redirect(location.format(port=server.port)), "/": answer(b"secret")}
            return await ask(server, "/start", max_hops=3), len(server.asked)

    exchange, n_asked = asyncio.run(go())
    assert (exchange.fault, exchange.body, n_asked) == ("private-address", b"", 1)


def test_a_private_address_is_asked_where_the_user_allows_it() -> None:
    async def go() -> Exchange:
        async with Server({"*": answer(b"mine")}) as server:
            fetcher = HttpFetcher(Network(allow_private=True), Limits())
            try:
                return await fetcher.fetch(Request(url=server.url("/")))
            finally:
                await fetcher.close()

    assert asyncio.run(go()).body == b"mine"


class Names:
    """A resolver that answers from a list, one answer after the other."""

    def __init__(self, *answers: Sequence[str] | ResolveError) -> None:
        self.answers = list(answers)
        self.port = 0

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(found, ResolveError):
            raise found
        return [Address(address, port) for address in found]

    async def close(self) -> None:
        """Nothing to close."""


def fetch_by(names: Names, url: str, **network: Any) -> Exchange:
    async def go() -> Exchange:
        fetcher = HttpFetcher(Network(**network), Limits(), resolver=names)
        try:
            return await fetcher.fetch(Request(url=url, timeout_s=5))
        finally:
            await fetcher.close()

    return asyncio.run(go())


def test_a_name_that_leads_to_a_private_address_is_refused() -> None:
    exchange = fetch_by(Names(["192.168.1.1", "::1"]), "http://evil.example/")
    assert exchange.fault == "private-address"
    assert exchange.last.fault_detail == "192.168.1.1, ::1"


def test_an_address_that_another_name_was_sent_to_stays_private_for_all_else() -> None:
    async def go() -> list[Exchange]:
        async with Server({"*": answer(b"demo")}) as server:
            network = Network(connect_to=(server.connect_to(HOST),))
            fetcher = HttpFetcher(network, Limits(), resolver=Names(["127.0.0.1"]))
            try:
                hosts = (HOST, "evil.example")
                return [await fetcher.fetch(Request(url=server.url("/", host))) for host in hosts]
            finally:
                await fetcher.close()

    named, other = asyncio.run(go())
    assert (named.body, other.fault) == (b"demo", "private-address")


@pytest.mark.parametrize("fault", ["name-not-found", "name-failure"])
def test_a_name_without_an_address_keeps_its_fault(fault: Any) -> None:
    exchange = fetch_by(Names(ResolveError(fault, "no such host")), "http://absent.example/")
    assert (exchange.status, exchange.fault, exchange.last.fault_detail) == (None, fault, "no such host")


def test_a_closed_port_is_refused() -> None:
    async def go() -> Exchange:
        async with Server() as server:
            port = server.port
        network = Network(connect_to=(f"{HOST}:80:127.0.0.1:{port}",))
        fetcher = HttpFetcher(network, Limits())
        try:
            return await fetcher.fetch(Request(url=f"http://{HOST}/"))
        finally:
            await fetcher.close()

    assert asyncio.run(go()).fault == "refused"


# Time


def test_no_answer_is_a_timeout() -> None:
    exchange = fetch(silence, timeout_s=0.3)
    assert (exchange.status, exchange.fault) == (None, "timeout")
    assert "waiting for the answer" in (exchange.last.fault_detail or "")


def test_headers_byte_by_byte_are_a_timeout() -> None:
    script = endless(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a", 0.05)
    assert fetch(script, timeout_s=0.5).fault == "timeout"


def test_a_body_byte_by_byte_is_too_slow() -> None:
    script = endless(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"a", 0.05)
    exchange = fetch(script, timeout_s=30)
    assert (exchange.status, exchange.fault, exchange.is_truncated) == (200, "too-slow", True)
    assert exchange.body.startswith(b"aa")


def test_a_body_that_outlasts_the_time_is_kept_as_far_as_it_came() -> None:
    script = endless(b"HTTP/1.1 200 OK\r\n\r\n", b"a" * 100, 0.01)
    exchange = fetch(script, timeout_s=0.7)
    assert (exchange.fault, exchange.is_truncated) == ("timeout", True)
    assert exchange.body.startswith(b"aaa")


# Size


def test_an_endless_body_is_cut_at_the_limit() -> None:
    script = endless(b"HTTP/1.1 200 OK\r\n\r\n", b"a" * 65_536)
    exchange = fetch(script, max_bytes=300_000)
    assert (exchange.status, exchange.fault, exchange.is_truncated) == (200, None, True)
    assert len(exchange.body) == 300_000
    assert exchange.n_bytes < 600_000


def test_a_body_of_exactly_the_limit_is_whole() -> None:
    exchange = fetch(answer(b"a" * 1000), max_bytes=1000)
    assert (len(exchange.body), exchange.is_truncated) == (1000, False)


@pytest.mark.parametrize(
    "script",
    [
        endless(b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n"),
        endless(b"HTTP/1.1 200 OK\r\nX-Long: ", b"a" * 4096),
        answer(b"x", headers={f"X-{n}": "a" * 8000 for n in range(60)}),
    ],
    ids=["lines", "one line", "in all"],
)
def test_endless_headers_are_a_fault(script: Answer) -> None:
    assert fetch(script, timeout_s=10).fault == "headers-too-large"


def test_a_large_policy_header_is_no_fault() -> None:
    exchange = fetch(answer(b"x", headers={"Content-Security-Policy": "a" * 20_000}))
    assert (exchange.status, exchange.fault) == (200, None)


@functools.cache
def bombs() -> dict[str, tuple[str, bytes]]:
    zeros = bytes(1 << 20)
    coder = zlib.compressobj(6, zlib.DEFLATED, 31)
    gzipped = b"".join(coder.compress(zeros) for _ in range(100)) + coder.flush()
    brotlied = brotli.Compressor(quality=5)
    br = b"".join(brotlied.process(zeros) for _ in range(100)) + brotlied.finish()
    zstd = zstandard.ZstdCompressor(level=3).compress(zeros * 100)
    return {
        "gzip": ("gzip", gzipped),
        "br": ("br", br),
        "zstd": ("zstd", zstd),
        "twice": ("gzip, gzip", gzip.compress(gzipped)),
        "members": ("gzip", gzip.compress(zeros) * 200),
    }


@pytest.mark.parametrize("name", ["gzip", "br", "zstd", "twice", "members"])
def test_a_bomb_is_cut_at_the_limit_in_bounded_memory(name: str) -> None:
    coding, bomb = bombs()[name]

    async def go() -> tuple[Exchange, int]:
        async with Server({"*": answer(bomb, headers={"Content-Encoding": coding})}) as server:
            tracemalloc.start()
            try:
                exchange = await ask(server, max_bytes=2_000_000)
                return exchange, tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    exchange, peak = asyncio.run(go())
    assert (exchange.fault, exchange.is_truncated, len(exchange.body)) == (None, True, 2_000_000)
    assert peak < 20_000_000


# Codings


def raw_deflate(data: bytes) -> bytes:
    coder = zlib.compressobj(9, zlib.DEFLATED, -15)
    return coder.compress(data) + coder.flush()


PAGE = b"<p>a page of some words</p>" * 50


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),
        ("x-gzip", gzip.compress(PAGE, mtime=0)),
        ("GZIP", gzip.compress(PAGE[:100], mtime=0) + gzip.compress(PAGE[100:], mtime=0)),
        ("gzip", gzip.compress(PAGE, mtime=0) + b"trailing garbage"),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", raw_deflate(PAGE)),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstandard.compress(PAGE)),
        ("zstd", zstandard.compress(PAGE[:100]) + zstandard.compress(PAGE[100:])),
        ("gzip, br", brotli.compress(gzip.compress(PAGE, mtime=0))),
        ("identity", PAGE),
        ("utf-8", PAGE),
    ],
)
def test_a_coding_is_undone(coding: str, data: bytes) -> None:
    exchange = fetch(answer(data, headers={"Content-Encoding": coding}))
    assert (exchange.fault, exchange.body, exchange.is_truncated) == (None, PAGE, False)
    assert exchange.n_bytes == len(data)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip, gzip, gzip, gzip"])
def test_a_body_that_is_not_of_its_coding_is_a_fault(coding: str) -> None:
    exchange = fetch(answer(PAGE, headers={"Content-Encoding": coding}))
    assert (exchange.status, exchange.fault) == (200, "bad-encoding")


WORDS = b"<p>a page " + b" ".join(str(n * n).encode() for n in range(80_000))


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("gzip", gzip.compress(WORDS, mtime=0)),
        ("br", brotli.compress(WORDS)),
        ("deflate", zlib.compress(WORDS)),
        ("zstd", zstandard.compress(WORDS)),
    ],
    ids=["gzip", "br", "deflate", "zstd"],
)
def test_a_coded_body_that_ends_early_is_truncated(coding: str, data: bytes) -> None:
    exchange = fetch(answer(data[: len(data) * 2 // 3], headers={"Content-Encoding": coding}))
    assert (exchange.fault, exchange.is_truncated) == (None, True)
    assert exchange.body.startswith(b"<p>a page")


def test_an_empty_body_with_a_coding_is_no_fault() -> None:
    exchange = fetch(answer(b"", headers={"Content-Encoding": "gzip"}))
    assert (exchange.fault, exchange.body) == (None, b"")


# Connections that end


@pytest.mark.parametrize("script", [hang_up, break_off], ids=["closed", "reset"])
def test_a_connection_that_ends_before_the_answer_is_closed_and_not_asked_again(script: Answer) -> None:
    async def go() -> tuple[Exchange, int]:
        async with Server({"*": script}) as server:
            return await ask(server), len(server.asked)

    exchange, n_asked = asyncio.run(go())
    assert (exchange.status, exchange.fault, n_asked) == (None, "closed", 1)


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\nContent-Type: te", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", b"HTTP/1.1 2"],
)
def test_a_connection_that_ends_within_the_headers_is_closed(head: bytes) -> None:
    exchange = fetch(raw(head))
    assert (exchange.status, exchange.fault) == (None, "closed")


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf",
    ],
    ids=["length", "chunk", "within a chunk"],
)
def test_a_body_cut_short_is_closed_and_kept(data: bytes) -> None:
    exchange = fetch(raw(data))
    assert (exchange.status, exchange.fault, exchange.body) == (200, "closed", b"half")
    assert exchange.is_truncated


def test_a_body_reset_half_way_is_closed_and_kept() -> None:
    async def script(talk: Talk) -> None:
        await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await asyncio.sleep(0.1)
        await talk.reset()

    exchange = fetch(script)
    assert (exchange.status, exchange.fault, exchange.body) == (200, "closed", b"half")


def test_bytes_beyond_the_content_length_are_not_the_body() -> None:
    exchange = fetch(raw(answer(b"the body and more", length=8)))
    assert (exchange.status, exchange.fault, exchange.body) == (200, None, b"the body")


def test_a_body_without_length_ends_with_the_connection() -> None:
    exchange = fetch(raw(b"HTTP/1.0 200 OK\r\n\r\nall of it"))
    assert (exchange.fault, exchange.body, exchange.last.http_version) == (None, b"all of it", "1.0")


@pytest.mark.parametrize(
    "data",
    [
        b"<html>HTTP/0.9 knows no headers</html>",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 twohundred OK\r\n\r\n",
        b"\x00\x01\x02\x03" * 50,
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ],
)
def test_what_is_no_http_is_malformed(data: bytes) -> None:
    exchange = fetch(raw(data))
    assert exchange.fault == "malformed"


def test_a_chunk_that_cannot_be_read_is_malformed_and_keeps_what_came() -> None:
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nnonsense\r\n"
    exchange = fetch(raw(data, pause_s=0.05))
    assert (exchange.status, exchange.fault, exchange.is_truncated) == (200, "malformed", True)
    assert exchange.body == b"half"


def test_endless_interim_answers_end_in_time() -> None:
    script = endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001)
    assert fetch(script, timeout_s=0.5).fault == "timeout"


def test_a_kept_connection_that_the_server_closed_is_opened_anew() -> None:
    async def once_a_connection(talk: Talk) -> None:
        seen[talk.asked.connection] = seen.get(talk.asked.connection, 0) + 1
        if seen[talk.asked.connection] == 2:
            await talk.close()
        else:
            await talk.send(answer(b"fine"))

    seen: dict[int, int] = {}

    async def go() -> list[Exchange]:
        async with Server({"*": once_a_connection}) as server:
            fetcher = HttpFetcher(Network(connect_to=(server.connect_to(HOST),)), Limits())
            try:
                return [await fetcher.fetch(Request(url=server.url(f"/{n}", HOST))) for n in range(3)]
            finally:
                await fetcher.close()

    exchanges = asyncio.run(go())
    assert [exchange.body for exchange in exchanges] == [b"fine"] * 3
    assert seen == {1: 2, 2: 2, 3: 1}
    assert [exchange.last.is_resent for exchange in exchanges] == [False, True, True]


def test_a_connection_is_kept_and_its_times_are_not_counted_twice() -> None:
    async def go() -> tuple[list[Exchange], int]:
        async with Server({"*": answer(b"x")}) as server:
            fetcher = HttpFetcher(Network(connect_to=(server.connect_to(HOST),)), Limits())
            try:
                found = [await fetcher.fetch(Request(url=server.url(f"/{n}", HOST))) for n in range(2)]
            finally:
                await fetcher.close()
            return found, server.n_connections

    (first, second), n_connections = asyncio.run(go())
    assert n_connections == 1
    assert first.last.timings.connect_ms is not None
    assert (second.last.timings.connect_ms, second.last.timings.dns_ms) == (None, None)
    assert not first.last.is_resent
    assert second.last.address == "127.0.0.1"


def test_no_more_connections_than_allowed_are_open_at_once() -> None:
    open_now: set[int] = set()
    most = 0

    async def script(talk: Talk) -> None:
        nonlocal most
        open_now.add(id(talk))
        most = max(most, len(open_now))
        await asyncio.sleep(0.02)
        open_now.discard(id(talk))
        await talk.send(answer(b"x"))

    async def go() -> list[Exchange]:
        async with Server({"*": script}) as server:
            network = Network(connect_to=(server.connect_to(HOST),))
            fetcher = HttpFetcher(network, Limits(connections_per_host=2))
            try:
                return await asyncio.gather(
                    *(fetcher.fetch(Request(url=server.url(f"/{n}", HOST), timeout_s=5)) for n in range(12))
                )
            finally:
                await fetcher.close()

    assert {exchange.status for exchange in asyncio.run(go())} == {200}
    assert most == 2


# TLS


def certificate(ca: trustme.CA, *names: str, **options: Any) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(*names, **options).configure_cert(context)
    return context


def fetch_tls(context: ssl.SSLContext, ca: trustme.CA | None, tmp_path: Path) -> Exchange:
    ca_file = ""
    if ca is not None:
        ca_file = str(tmp_path / "ca.pem")
        ca.cert_pem.write_to_path(ca_file)

    async def go() -> Exchange:
        async with Server({"*": answer(b"safe")}, tls=context) as server:
            return await ask(server, ca_file=ca_file, timeout_s=10)

    return asyncio.run(go())


def test_a_certificate_of_a_named_authority_is_trusted(tmp_path: Path) -> None:
    ca = trustme.CA()
    exchange = fetch_tls(certificate(ca, HOST), ca, tmp_path)
    assert (exchange.status, exchange.fault, exchange.body) == (200, None, b"safe")


def test_a_certificate_of_nobody_we_know_is_untrusted(tmp_path: Path) -> None:
    assert fetch_tls(certificate(trustme.CA(), HOST), None, tmp_path).fault == "tls-untrusted"


def test_a_certificate_for_another_host_has_the_wrong_name(tmp_path: Path) -> None:
    ca = trustme.CA()
    assert fetch_tls(certificate(ca, "other.example"), ca, tmp_path).fault == "tls-wrong-name"


@pytest.mark.parametrize("days", [-2, 2], ids=["expired", "not yet valid"])
def test_a_certificate_out_of_its_time_is_expired(days: int, tmp_path: Path) -> None:
    ca = trustme.CA()
    middle = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    day = dt.timedelta(days=1)
    context = certificate(ca, HOST, not_before=middle - day, not_after=middle + day)
    assert fetch_tls(context, ca, tmp_path).fault == "tls-expired"


def test_plain_http_on_a_tls_port_is_a_tls_failure() -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def go() -> Exchange:
        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        fetcher = HttpFetcher(Network(connect_to=(f"{HOST}:443:127.0.0.1:{port}",)), Limits())
        try:
            return await fetcher.fetch(Request(url=f"https://{HOST}/", timeout_s=5))
        finally:
            await fetcher.close()
            server.close()

    assert asyncio.run(go()).fault == "tls-failure"


def test_a_file_without_certificates_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("no certificate")
    with pytest.raises(InputError, match="ca_file"):
        HttpFetcher(Network(ca_file=str(path)), Limits())
