"""Bounds of one answer that the settings name, and certificates whose faults the user wants ignored."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.http import HttpFetcher
from linkworthy.fetch.trust import Trust
from linkworthy.site import Limits, Network
from tests.support.server import Answer, Server, Talk, answer, endless, silence

HOST = "shop.example"


def fetch(script: Answer, n: int = 1, tls: ssl.SSLContext | None = None, **settings: Any) -> list[Exchange]:
    limits = {name: settings.pop(name) for name in list(settings) if name in Limits.__dataclass_fields__}
    request = {name: settings.pop(name) for name in list(settings) if name in Request.__dataclass_fields__}

    async def go() -> list[Exchange]:
        async with Server({"*": script}, tls=tls) as server:
            network = Network(connect_to=(server.connect_to(HOST),), **settings)
            fetcher = HttpFetcher(network, Limits(**limits))
            try:
                return [await fetcher.fetch(Request(url=server.url("/", HOST), **request)) for _ in range(n)]
            finally:
                await fetcher.close()

    return asyncio.run(go())


def test_a_first_byte_that_does_not_come_is_a_timeout_long_before_the_time_for_all_is_over() -> None:
    (exchange,) = fetch(silence, first_byte_s=0.3)
    assert (exchange.status, exchange.fault) == (None, "timeout")
    assert exchange.last.fault_detail == "no byte in 0.3 s"


def test_an_answer_whose_first_byte_came_in_time_may_take_longer() -> None:
    async def script(talk: Talk) -> None:
        await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
        await asyncio.sleep(0.6)
        await talk.send(b"cd")

    (exchange,) = fetch(script, first_byte_s=0.3)
    assert (exchange.fault, exchange.body) == (None, b"abcd")


def test_speed_is_watched_all_along_the_body() -> None:
    async def script(talk: Talk) -> None:
        await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + b"a" * 50_000)
        while True:
            await asyncio.sleep(0.05)
            await talk.send(b"b")

    (exchange,) = fetch(script, least_bytes_per_s=1_000, least_speed_window_s=0.3)
    assert (exchange.status, exchange.fault, exchange.is_truncated) == (200, "too-slow", True)
    assert exchange.body.startswith(b"a" * 50_000)


def test_more_header_lines_or_bytes_than_allowed_are_a_fault() -> None:
    many = answer(b"x", headers={f"X-{n}": "1" for n in range(50)})
    assert fetch(many, max_headers=40)[0].fault == "headers-too-large"
    assert fetch(many, max_header_bytes=300)[0].fault == "headers-too-large"
    assert fetch(many)[0].fault is None


def test_an_endless_head_with_the_largest_limit_still_ends() -> None:
    script = endless(b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n" * 100)
    (exchange,) = fetch(script, max_header_bytes=10**9, max_headers=10**9)
    assert (exchange.status, exchange.fault) == (None, "headers-too-large")


@pytest.mark.parametrize("is_secure", [False, True], ids=["http", "https"])
def test_many_requests_at_once_all_end_within_their_time_whatever_the_server_does(
    tmp_path: Path, *, is_secure: bool
) -> None:
    ca = trustme.CA()
    path = str(tmp_path / "ca.pem")
    ca.cert_pem.write_to_path(path)

    async def script(talk: Talk) -> None:
        kind = int(talk.asked.target[1:]) % 4
        if kind == 0:
            await silence(talk)
        elif kind == 1:
            await talk.reset()
        elif kind == 2:
            await endless(b"HTTP/1.1 200 OK\r\n\r\n", b"a", 0.05)(talk)
        else:
            await talk.send(answer(b"fine"))

    async def go() -> list[str | None]:
        async with Server({"*": script}, tls=context(ca, HOST) if is_secure else None) as server:
            limits = Limits(connections=40, connections_per_host=40, least_speed_window_s=0.3)
            fetcher = HttpFetcher(Network(connect_to=(server.connect_to(HOST),), ca_file=path), limits)
            try:
                requests = [Request(url=server.url(f"/{n}", HOST), timeout_s=1.5) for n in range(80)]
                return [exchange.fault for exchange in await asyncio.gather(*map(fetcher.fetch, requests))]
            finally:
                await fetcher.close()

    assert asyncio.run(go()) == ["timeout", "closed", "too-slow", None] * 20


def test_a_fetch_that_is_cancelled_lets_go_of_its_connection() -> None:
    come, gone = asyncio.Event(), asyncio.Event()

    async def script(talk: Talk) -> None:
        if talk.asked.target == "/hang":
            come.set()
            try:
                await talk.send(b"HTTP/1.1 200 OK\r\n\r\n")
                while not talk.writer.is_closing():
                    await talk.send(b"a" * 1000)
                    await asyncio.sleep(0.01)
            finally:
                gone.set()
        await talk.send(answer(b"next"))

    async def go() -> bytes:
        async with Server({"*": script}) as server:
            fetcher = HttpFetcher(Network(connect_to=(server.connect_to(HOST),)), Limits(connections_per_host=1))
            try:
                running = asyncio.create_task(fetcher.fetch(Request(url=server.url("/hang", HOST))))
                await asyncio.wait_for(come.wait(), 5)
                running.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await running
                await asyncio.wait_for(gone.wait(), 5)
                return (await fetcher.fetch(Request(url=server.url("/", HOST)))).body
            finally:
                await fetcher.close()

    assert asyncio.run(go()) == b"next"


async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def abort(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def read_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.close()


async def begin_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b"\x16\x03\x03\x00\x7a\x02\x00\x00")  # the beginning of a server's hello
    writer.close()


async def object_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b"\x15\x03\x03\x00\x02\x02\x28")  # a fatal alert: handshake failure
    writer.close()


@pytest.mark.parametrize(
    ("stage", "scheme", "fault"),
    [
        (close, "http", "closed"),
        (abort, "http", "closed"),
        (read_and_close, "http", "closed"),
        (close, "https", "closed"),
        (abort, "https", "closed"),
        (read_and_close, "https", "closed"),
        (begin_and_close, "https", "closed"),
        (object_and_close, "https", "tls-failure"),
    ],
)
def test_a_connection_may_be_dropped_at_every_stage(stage: Any, scheme: str, fault: str) -> None:
    async def go() -> Exchange:
        server = await asyncio.start_server(stage, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        fetcher = HttpFetcher(Network(connect_to=(f"{HOST}::127.0.0.1:{port}",)), Limits())
        try:
            return await fetcher.fetch(Request(url=f"{scheme}://{HOST}/", timeout_s=5))
        finally:
            await fetcher.close()
            server.close()

    exchange = asyncio.run(go())
    assert (exchange.status, exchange.fault) == (None, fault)


# Certificates that the user wants ignored


def context(ca: trustme.CA, *names: str, **options: Any) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(*names, **options).configure_cert(made)
    return made


PAST = {
    "not_before": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    "not_after": dt.datetime(2020, 2, 1, tzinfo=dt.UTC),
}


@pytest.mark.parametrize("fault", ["tls-untrusted", "tls-wrong-name", "tls-expired"])
def test_a_page_is_read_in_spite_of_its_certificate_and_the_fault_is_kept(fault: str, tmp_path: Path) -> None:
    ca = trustme.CA()
    path = str(tmp_path / "ca.pem")
    ca.cert_pem.write_to_path(path)
    tls = context(
        ca, "other.example" if fault == "tls-wrong-name" else HOST, **(PAST if fault == "tls-expired" else {})
    )
    ca_file = "" if fault == "tls-untrusted" else path
    strict, lax = (
        fetch(answer(b"page"), 2, tls, ca_file=ca_file, ignore_tls_faults=ignores) for ignores in (False, True)
    )
    assert [(exchange.status, exchange.fault) for exchange in strict] == [(None, fault)] * 2
    assert [(exchange.status, exchange.fault, exchange.body) for exchange in lax] == [(200, None, b"page")] * 2
    assert [exchange.last.tls_fault for exchange in lax] == [fault] * 2


def test_a_good_certificate_has_no_fault_where_faults_are_ignored(tmp_path: Path) -> None:
    ca = trustme.CA()
    path = str(tmp_path / "ca.pem")
    ca.cert_pem.write_to_path(path)
    (exchange,) = fetch(answer(b"page"), 1, context(ca, HOST), ca_file=path, ignore_tls_faults=True)
    assert (exchange.status, exchange.last.tls_fault) == (200, None)


def test_a_server_without_a_common_cipher_is_not_read_whatever_is_ignored() -> None:
    ca = trustme.CA()
    tls = context(ca, HOST)
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    tls.set_ciphers("ECDHE-RSA-AES128-SHA256@SECLEVEL=0:@SECLEVEL=0")
    tls.set_alpn_protocols(["nothing-known"])
    (exchange,) = fetch(answer(b"page"), 1, tls, timeout_s=5, ignore_tls_faults=True)
    assert exchange.status is None
    assert exchange.fault in {"tls-failure", "closed"}  # some servers say why, others hang up


def test_authorities_of_the_user_join_those_of_the_system(tmp_path: Path) -> None:
    ca = trustme.CA()
    path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    trust = Trust(str(path))
    joined = trust.path
    assert ca.cert_pem.bytes() in joined.read_bytes()
    assert joined.read_bytes().count(b"BEGIN CERTIFICATE") > 20
    trust.close()
    assert not joined.exists()
