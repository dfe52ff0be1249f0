"""The Fetcher over HTTP/1.1: bounded in time, bytes and connections, and kept from private addresses."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from yarl import URL

from linkworthy import urls
from linkworthy.fetch import decode
from linkworthy.fetch.base import Exchange, Fault, Headers, Hop, Request, header
from linkworthy.fetch.faults import TooSlowError, fault_of
from linkworthy.fetch.head import HeadTooLargeError
from linkworthy.fetch.redirects import REDIRECTS, follow, read_location
from linkworthy.fetch.resolve import ConnectTo, ResolveError, Resolver, SystemResolver
from linkworthy.fetch.session import CURRENT, Answer, is_allowed, now, open_session, since, tls_context
from linkworthy.site import Limits, Network

MAX_REDIRECT_BYTES = 64 * 1024
"""Body of a redirect: nobody reads it."""
SMALL_BODY_BYTES = 256 * 1024
"""Coded bodies up to this size are decoded in place, larger ones in a thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastSpeed:
    """The speed below which a body is given up."""

    bytes_per_s: float = 100.0
    window_s: float = 8.0
    """The speed is taken over this time, again and again from the first read."""


class HttpFetcher:
    """Fetches over HTTP/1.1 without cookies, proxies of the environment or stored passwords."""

    def __init__(
        self,
        network: Network,
        limits: Limits,
        *,
        resolver: Resolver | None = None,
        least_speed: LeastSpeed | None = None,
    ) -> None:
        self._network = network
        self._resolver = ConnectTo(network.connect_to, resolver or SystemResolver())
        self._tls = tls_context(network.ca_file)
        self._slots = _Slots(limits.connections, limits.connections_per_host)
        self._least_speed = least_speed or LeastSpeed()
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, request: Request) -> Exchange:
        """Fetch a URL and follow its redirects, each hop checked and timed by itself.

        Raises: FetchError where this machine, and not the server, cannot go on.
        """
        return await follow(request, self._ask)

    async def close(self) -> None:
        """Close all connections and the resolver."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        await self._resolver.close()

    async def _ask(self, request: Request) -> Exchange:
        """Answer one request with one hop, whatever happens."""
        host = urls.host_of(request.url)
        async with self._slots.slot(host):
            answer = Answer(request.url, datetime.now(UTC))
            fault: Fault | None = None
            detail: str | None = None
            try:
                async with asyncio.timeout(request.timeout_s):
                    await self._converse(request, answer)
            except TimeoutError:
                fault, detail = "timeout", f"{request.timeout_s:g} s passed while {answer.stage}"
            except (aiohttp.ClientError, ResolveError, TooSlowError, HeadTooLargeError, OSError, ValueError) as error:
                fault, detail = fault_of(error)
        return await _exchange(request, answer, fault, detail)

    async def _converse(self, request: Request, answer: Answer) -> None:
        """Send the request and read the answer into ``answer``."""
        host = urls.host_of(request.url)
        if urls.is_address(host) and not is_allowed(self._network, host):  # no resolver is asked about an address
            raise ResolveError("private-address", host)
        if self._session is None:
            self._session = open_session(self._network, self._resolver, self._tls)
        CURRENT.set(answer)
        async with self._session.request(
            request.method,
            URL(request.url, encoded=True),
            headers=request.headers,
            allow_redirects=False,
        ) as response:
            _read_head(response, answer)
            answer.stage = "reading the body"
            limit = MAX_REDIRECT_BYTES if response.status in REDIRECTS else request.max_bytes
            await self._read_body(response.content, answer, min(limit, request.max_bytes))
            answer.total_ms = since(answer.sent)
            if answer.error is not None:
                raise aiohttp.ClientPayloadError(str(answer.error)) from answer.error

    async def _read_body(self, content: aiohttp.StreamReader, answer: Answer, limit: int) -> None:
        """Read at most one byte over the limit; give up below the least speed."""
        speed = self._least_speed
        until, counted = now() + speed.window_s, 0
        while len(answer.wire) <= limit:
            chunk: bytes | None = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    chunk = await content.readany()
            if chunk == b"":
                return
            answer.wire += chunk or b""
            if now() >= until:
                n_bytes = len(answer.wire) - counted
                if n_bytes < speed.bytes_per_s * speed.window_s:
                    raise TooSlowError(f"{n_bytes} bytes in {speed.window_s:g} s")
                until, counted = now() + speed.window_s, len(answer.wire)
        answer.is_cut = True


def _read_head(response: aiohttp.ClientResponse, answer: Answer) -> None:
    answer.status = response.status
    answer.headers = _headers(response.raw_headers)
    version = response.version
    answer.http_version = f"{version.major}.{version.minor}" if version else None


def _headers(raw: tuple[tuple[bytes, bytes], ...]) -> Headers:
    return tuple((name.decode("latin-1").lower(), _text(name, value.strip(b" \t"))) for name, value in raw)


def _text(name: bytes, value: bytes) -> str:
    """Decode a header's value: UTF-8 where it is, and else as it was once meant.

    A Location keeps the server's very bytes, percent-encoded, since they name the target.
    """
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        if name.lower() == b"location":
            return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in value)
        return value.decode("latin-1")


async def _exchange(request: Request, answer: Answer, fault: Fault | None, detail: str | None) -> Exchange:
    """Turn what is known of a hop into an Exchange, its body decoded."""
    location, redirect_fault, redirect_detail = read_location(answer.url, answer.status, answer.headers)
    if answer.status in REDIRECTS:  # how the body of a redirect ends does not matter
        fault, detail = redirect_fault, redirect_detail
    coding = header(answer.headers, "content-encoding") if request.method != "HEAD" else None
    wire, max_bytes = bytes(answer.wire), request.max_bytes
    if len(wire) > SMALL_BODY_BYTES and decode.codings(coding):
        decoded = await asyncio.to_thread(decode.decode, wire, coding, max_bytes)
    else:
        decoded = decode.decode(wire, coding, max_bytes)
    if decoded.error and fault is None and answer.status not in REDIRECTS:
        fault, detail = "bad-encoding", decoded.error
    hop = Hop(
        url=answer.url,
        status=answer.status,
        headers=answer.headers,
        location=location,
        http_version=answer.http_version,
        address=answer.address,
        timings=answer.timings(),
        fault=fault,
        fault_detail=detail,
    )
    is_broken_off = fault in {"closed", "timeout", "too-slow", "malformed"} and answer.status is not None
    return Exchange(
        request=request,
        hops=(hop,),
        body=decoded.body,
        n_bytes=len(wire),
        is_truncated=decoded.is_truncated or answer.is_cut or is_broken_off,
        fetched_at=answer.asked_at,
    )


class _Slots:
    """Connections at once, in all and to each host; a request that waits for its host takes no other's place."""

    def __init__(self, total: int, per_host: int) -> None:
        self._total = asyncio.Semaphore(max(total, 1))
        self._per_host = max(per_host, 1)
        self._hosts: dict[str, tuple[asyncio.Semaphore, int]] = {}

    @contextlib.asynccontextmanager
    async def slot(self, host: str) -> AsyncIterator[None]:
        gate, users = self._hosts.get(host) or (asyncio.Semaphore(self._per_host), 0)
        self._hosts[host] = (gate, users + 1)
        try:
            async with gate, self._total:
                yield
        finally:
            users = self._hosts[host][1] - 1
            if users:
                self._hosts[host] = (gate, users)
            else:
                del self._hosts[host]
