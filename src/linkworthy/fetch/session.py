"""The aiohttp session behind the HTTP fetcher: guarded addresses, clocks, trust, one retry and no surprises."""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from linkworthy.errors import InputError
from linkworthy.fetch import decode
from linkworthy.fetch.base import Headers, Timings
from linkworthy.fetch.guard import is_public
from linkworthy.fetch.head import MAX_HEAD_BYTES, HeadGuard
from linkworthy.fetch.resolve import Address, ResolveError, Resolver
from linkworthy.site import Network

MAX_HEADERS = 2_000
"""Header lines of one answer."""
KEEP_ALIVE_S = 4.0
"""How long an idle connection is kept: a crawl over many hosts would run out of files otherwise."""


@dataclass(slots=True)
class Answer:
    """What is known of one hop so far; it outlives the exception that ends the hop."""

    url: str
    asked_at: datetime
    status: int | None = None
    headers: Headers = ()
    http_version: str | None = None
    address: str | None = None
    wire: bytearray = field(default_factory=bytearray)
    is_cut: bool = False
    is_reused: bool = False
    has_begun: bool = False
    """A byte of the answer came."""
    error: BaseException | None = None
    """Why the rest of the body cannot be read."""
    stage: str = "waiting for a connection"
    creating: float = 0.0
    resolving: float = 0.0
    sent: float = 0.0
    dns_ms: float | None = None
    connect_ms: float | None = None
    ttfb_ms: float | None = None
    total_ms: float | None = None

    def begin(self) -> None:
        """Take note of the first byte."""
        self.has_begun, self.ttfb_ms, self.stage = True, since(self.sent), "reading the headers"

    def rescue(self, data: bytes) -> None:
        """Take bytes of the body that nobody has read before the connection went."""
        self.wire += data

    def fail(self, error: BaseException) -> None:
        """Take note that the rest of the body cannot be read."""
        self.error = error

    def timings(self) -> Timings:
        """Give the timings measured so far."""
        return Timings(dns_ms=self.dns_ms, connect_ms=self.connect_ms, ttfb_ms=self.ttfb_ms, total_ms=self.total_ms)


CURRENT: ContextVar[Answer] = ContextVar("answer")
"""The answer that the running task waits for: aiohttp calls back without saying for which request."""


def open_session(network: Network, resolver: Resolver, tls: ssl.SSLContext) -> aiohttp.ClientSession:
    """Open a session; each request needs :data:`CURRENT` set in its task."""
    connector = aiohttp.TCPConnector(
        resolver=_GuardedResolver(resolver, functools.partial(is_allowed, network)),
        use_dns_cache=False,
        ssl=tls,
        limit=0,
        keepalive_timeout=KEEP_ALIVE_S,
    )
    return aiohttp.ClientSession(
        connector=connector,
        headers={
            "User-Agent": network.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Encoding": decode.ACCEPT_ENCODING,
        },
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        auto_decompress=False,
        trust_env=False,
        max_line_size=MAX_HEAD_BYTES,
        max_field_size=MAX_HEAD_BYTES,
        max_headers=MAX_HEADERS,
        response_class=_Response,
        trace_configs=[_tracing()],
        middlewares=(_once_more,),
    )


def is_allowed(network: Network, address: str) -> bool:
    """Tell whether a request may go to an address."""
    return network.allow_private or is_public(address)


class _GuardedResolver(AbstractResolver):
    """Gives aiohttp only addresses that may be used; it connects to these very addresses, so a name cannot change."""

    def __init__(self, resolver: Resolver, is_allowed: Callable[[str], bool]) -> None:
        self._resolver = resolver
        self._is_allowed = is_allowed

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - the name is aiohttp's; both families are given
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port)
        allowed = [address for address in found if address.is_named or self._is_allowed(address.host)]
        if not allowed:
            detail = ", ".join(address.host for address in found)
            raise ResolveError("private-address" if found else "name-not-found", detail or "no address")
        return [_result(host, address) for address in allowed]

    async def close(self) -> None:
        """Leave the resolver open: the fetcher closes it."""


def _result(host: str, address: Address) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    return ResolveResult(
        hostname=host, host=address.host, port=address.port, family=family, proto=0, flags=socket.AI_NUMERICHOST
    )


class _Response(aiohttp.ClientResponse):
    """A response that puts a guard before its head, and remembers where it came from."""

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        answer = CURRENT.get()
        transport: asyncio.Transport | None = connection.transport
        if transport is None:
            return await super().start(connection)
        peer = transport.get_extra_info("peername")
        answer.address = str(peer[0]) if peer else None
        guard = transport.get_protocol()
        if not isinstance(guard, HeadGuard):
            guard = HeadGuard(connection.protocol, transport)
            transport.set_protocol(guard)
        guard.expect(answer)
        response = await super().start(connection)
        guard.attach(response.content)
        return response


async def _once_more(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Ask once more where a kept connection turns out closed, and never otherwise.

    Source: RFC 9112 9.3.1. A server may close an idle connection just when the next request leaves.
    """
    answer = CURRENT.get()
    try:
        return await _once(request, handler)
    except aiohttp.ClientConnectionError as error:
        if isinstance(error, aiohttp.ClientConnectorError) or not answer.is_reused or answer.has_begun:
            raise
    return await _once(request, handler)


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Ask, and keep aiohttp from asking again by itself: it would repeat on fresh connections as well."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError(str(error) or "closed before an answer") from error


def _tracing() -> aiohttp.TraceConfig:
    """Give the clocks that fill an answer's timings."""
    config = aiohttp.TraceConfig()
    config.on_connection_create_start.append(_on_creating)
    config.on_connection_create_end.append(_on_created)
    config.on_connection_reuseconn.append(_on_reusing)
    config.on_dns_resolvehost_start.append(_on_resolving)
    config.on_dns_resolvehost_end.append(_on_resolved)
    config.on_request_headers_sent.append(_on_sent)
    return config


async def _on_creating(_session: object, _context: object, _params: object) -> None:
    answer = CURRENT.get()
    answer.creating, answer.is_reused, answer.stage = now(), False, "connecting"


async def _on_created(_session: object, _context: object, _params: object) -> None:
    answer = CURRENT.get()
    answer.connect_ms = since(answer.creating) - (answer.dns_ms or 0.0)


async def _on_reusing(_session: object, _context: object, _params: object) -> None:
    answer = CURRENT.get()
    answer.is_reused, answer.dns_ms, answer.connect_ms = True, None, None


async def _on_resolving(_session: object, _context: object, _params: object) -> None:
    answer = CURRENT.get()
    answer.resolving, answer.stage = now(), "looking up the name"


async def _on_resolved(_session: object, _context: object, _params: object) -> None:
    answer = CURRENT.get()
    answer.dns_ms, answer.stage = since(answer.resolving), "connecting"


async def _on_sent(_session: object, _context: object, _params: object) -> None:
    answer = CURRENT.get()
    answer.sent, answer.stage = now(), "waiting for the answer"


def now() -> float:
    """Give the event loop's clock, in seconds."""
    return asyncio.get_running_loop().time()


def since(start: float) -> float:
    """Give the milliseconds since an instant of the event loop's clock."""
    return (now() - start) * 1000.0


def tls_context(ca_file: str) -> ssl.SSLContext:
    """Trust the system's authorities and those of a file, as strictly as browsers and no more.

    Raises: InputError where the file holds no certificates.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    # What every browser accepts is no fault of a site.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    context.options |= getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    if ca_file:
        try:
            context.load_verify_locations(cafile=Path(ca_file))
        except (OSError, ssl.SSLError) as fault:
            raise InputError(f"ca_file: {ca_file!r} is no PEM file of certificates: {fault}") from None
    return context
