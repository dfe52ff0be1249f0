"""HTTP/2 over TLS: spoken where it is offered, left where a server does not master it."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest
import trustme

from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.http import HttpFetcher
from linkworthy.site import Limits, Network
from tests.support.h2server import GARBAGE, RESET, H2Server, context

HOST = "shop.example"


@pytest.fixture
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(ca: trustme.CA, tmp_path: Path) -> str:
    path = str(tmp_path / "ca.pem")
    ca.cert_pem.write_to_path(path)
    return path


def ask(
    server: H2Server,
    ca_file: str,
    *targets: str,
    at_once: bool = False,
    limits: Limits | None = None,
    timeout_s: float = 10.0,
    http2: bool = True,
) -> Sequence[Exchange]:
    async def go() -> Sequence[Exchange]:
        async with server:
            settings = Network(connect_to=(server.connect_to(HOST),), ca_file=ca_file, http2=http2)
            fetcher = HttpFetcher(settings, limits or Limits())
            requests = [
                Request(url=server.url(target, HOST), timeout_s=timeout_s, max_bytes=300_000) for target in targets
            ]
            try:
                if at_once:
                    first = await fetcher.fetch(requests[0])
                    return [first, *await asyncio.gather(*map(fetcher.fetch, requests[1:]))]
                return [await fetcher.fetch(request) for request in requests]
            finally:
                await fetcher.close()

    return asyncio.run(go())


def test_a_server_that_offers_http_2_is_asked_in_it(ca: trustme.CA, ca_file: str) -> None:
    body = gzip.compress(b"<p>hello", mtime=0)
    server = H2Server(context(ca, HOST), {"/a?b=c": body}, {"content-encoding": "gzip", "x-robots-tag": "noindex"})
    (exchange,) = ask(server, ca_file, "/a?b=c")
    assert (exchange.status, exchange.fault, exchange.body) == (200, None, b"<p>hello")
    assert exchange.last.http_version == "2"
    assert exchange.header("x-robots-tag") == "noindex"
    protocol, headers = server.asked[0]
    assert (protocol, headers[":path"]) == ("h2", "/a?b=c")
    assert headers["user-agent"].startswith("linkworthy/")
    taken = exchange.last.timings
    assert taken.connect_ms is not None
    assert taken.tls_ms is not None
    assert 0 < taken.tls_ms <= taken.connect_ms


def test_requests_share_one_connection(ca: trustme.CA, ca_file: str) -> None:
    server = H2Server(context(ca, HOST), {f"/{n}": b"%d" % n for n in range(30)})
    exchanges = ask(
        server, ca_file, *(f"/{n}" for n in range(30)), at_once=True, limits=Limits(connections_per_host=10)
    )
    assert [exchange.body for exchange in exchanges] == [b"%d" % n for n in range(30)]
    assert server.n_connections == 1
    assert not any(exchange.last.is_resent for exchange in exchanges)
    assert [exchange.last.timings.connect_ms for exchange in exchanges].count(None) == 29


def test_a_server_that_speaks_http_1_alone_is_asked_in_it(ca: trustme.CA, ca_file: str) -> None:
    server = H2Server(context(ca, HOST, protocols=("http/1.1",)), {"/": b"old"})
    (exchange,) = ask(server, ca_file, "/")
    assert (exchange.body, exchange.last.http_version) == (b"old", "1.1")


def test_http_2_can_be_turned_off(ca: trustme.CA, ca_file: str) -> None:
    server = H2Server(context(ca, HOST), {"/": b"old"})
    (exchange,) = ask(server, ca_file, "/", http2=False)
    assert (exchange.body, exchange.last.http_version) == (b"old", "1.1")


def test_small_letters_in_an_escape_stay_small(ca: trustme.CA, ca_file: str) -> None:
    server = H2Server(context(ca, HOST), {"/caf%c3%a9": b"x", "/b": b"y"})
    exchanges = ask(server, ca_file, "/caf%c3%a9", "/b", "/caf%C3%A9")
    assert [exchange.status for exchange in exchanges] == [200, 200, 404]


def test_a_server_that_resets_streams_is_asked_in_http_1_from_then_on(ca: trustme.CA, ca_file: str) -> None:
    server = H2Server(context(ca, HOST), {"/": RESET, "/b": b"more"})
    exchanges = ask(server, ca_file, "/", "/b")
    assert [exchange.body for exchange in exchanges] == [b"plain", b"more"]
    assert [exchange.last.http_version for exchange in exchanges] == ["1.1", "1.1"]
    assert [protocol for protocol, _ in server.asked] == ["h2", "http/1.1", "http/1.1"]


def test_what_is_no_http_2_is_malformed_and_the_next_question_is_put_in_http_1(ca: trustme.CA, ca_file: str) -> None:
    server = H2Server(context(ca, HOST), {"/": GARBAGE, "/b": b"more"})
    first, second = ask(server, ca_file, "/", "/b", timeout_s=1.0)
    assert (first.status, first.fault) == (None, "malformed")
    assert (second.body, second.last.http_version) == (b"more", "1.1")


def test_a_body_over_the_limit_is_cut_and_the_connection_stays(ca: trustme.CA, ca_file: str) -> None:
    server = H2Server(context(ca, HOST), {"/big": bytes(5_000_000), "/b": b"next"})
    big, after = ask(server, ca_file, "/big", "/b")
    assert (big.fault, big.is_truncated, len(big.body)) == (None, True, 300_000)
    assert after.body == b"next"
    assert server.n_connections == 1
