"""The Fetcher over HTTP/1.1 and HTTP/2: bounded in time, bytes and connections, and kept from private addresses."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from linkworthy import urls
from linkworthy.fetch import decode
from linkworthy.fetch.base import Exchange, Fault, Hop, Request, header
from linkworthy.fetch.faults import CERTIFICATE_FAULTS
from linkworthy.fetch.guard import is_public
from linkworthy.fetch.login import Entrance
from linkworthy.fetch.outgoing import Outgoing
from linkworthy.fetch.pool import Attempt, Manner, Pool
from linkworthy.fetch.proxy import Proxy
from linkworthy.fetch.redirects import REDIRECTS, follow, read_location
from linkworthy.fetch.resolve import Address, ConnectTo, ResolveError, Resolver, SystemResolver
from linkworthy.fetch.slots import Slots
from linkworthy.site import Limits, Login, Network

SMALL_BODY_BYTES: Final = 256 * 1024
"""Coded bodies up to this size are decoded in place, larger ones in a thread."""
MAX_MANNERS: Final = 10_000
"""Hosts remembered that have to be spoken to in a manner of their own."""

_PORTS: Final = {"http": 80, "https": 443}
_ELSEWHERE: Final[frozenset[Fault | None]] = frozenset({"refused", "unreachable", "timeout"})
_BROKEN_OFF: Final[frozenset[Fault | None]] = frozenset({"closed", "timeout", "too-slow", "malformed"})


@dataclass(frozen=True, slots=True)
class _Way:
    """Where the connections of a request may go."""

    addresses: Sequence[Address] = ()
    """None: to the host as the URL names it, or to the proxy."""
    proxy: str | None = None
    dns_ms: float | None = None


class HttpFetcher:
    """Fetches over the network. Proxies of the environment, netrc files and the like play no part."""

    def __init__(
        self,
        network: Network,
        limits: Limits,
        *,
        login: Login | None = None,
        is_own: Callable[[str], bool] = lambda _host: False,
        resolver: Resolver | None = None,
    ) -> None:
        """Take the settings; ``is_own`` tells the hosts that get the user's own headers and credentials.

        Raises: InputError where the settings cannot be used.
        """
        self._network = network
        self._proxy = Proxy(network)
        self._outgoing = Outgoing(network, login or Login(), is_own)
        self._resolver = ConnectTo(network.connect_to, resolver or SystemResolver())
        self._slots = Slots(limits.connections, limits.connections_per_host)
        has_cookies = network.cookies or bool(login and login.page)
        self._pool = Pool(network, limits, self._proxy, self._is_allowed, has_cookies=has_cookies)
        self._manners: OrderedDict[str, Manner] = OrderedDict()
        self._usual = Manner(is_http2=network.http2)
        self._ask = Entrance(login, is_own, self._ask_once).ask if login and login.page else self._ask_once

    async def fetch(self, request: Request) -> Exchange:
        """Fetch a URL and follow its redirects, each hop checked and timed by itself.

        Raises: FetchError where this machine, and not the server, cannot go on.
        """
        if request.max_hops == 0:
            return await self._ask(request)
        return await follow(request, self._ask)

    async def close(self) -> None:
        """Close all connections and the resolver."""
        self._pool.close()
        await self._resolver.close()

    def _is_allowed(self, address: str) -> bool:
        return self._network.allow_private or is_public(address)

    async def _ask_once(self, request: Request) -> Exchange:
        """Answer one request with one hop, whatever happens."""
        host = urls.host_of(request.url)
        await self._slots.take(host)
        try:
            asked_at = datetime.now(UTC)
            try:
                way = await self._way(request, host)
            except ResolveError as error:
                return _unasked(request, asked_at, error.fault, error.detail)
            attempt, manner = await self._converse(request, host, way)
        finally:
            self._slots.leave(host)
        return await _exchange(request, asked_at, attempt, manner)

    async def _way(self, request: Request, host: str) -> _Way:
        """Say where the request may go.

        Raises: ResolveError where it may go nowhere.
        """
        if urls.is_address(host) and not self._is_allowed(host):  # no resolver is asked about an address
            raise ResolveError("private-address", host)
        proxy = self._proxy.url_for(host)
        if proxy is not None or urls.is_address(host):
            return _Way(proxy=proxy)
        port = _port_of(request.url)
        found = self._resolver.recall(host, port)
        dns_ms = 0.0
        if found is None:
            found, dns_ms = await self._look_up(host, port, request.timeout_s)
        allowed = [address for address in found if address.is_named or self._is_allowed(address.host)]
        if not allowed:
            detail = ", ".join(address.host for address in found)
            raise ResolveError("private-address" if found else "name-not-found", detail or "no address")
        return _Way(allowed, dns_ms=dns_ms)

    async def _look_up(self, host: str, port: int, timeout_s: float) -> tuple[Sequence[Address], float]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(timeout_s):
                found = await self._resolver.resolve(host, port)
        except TimeoutError:
            raise ResolveError("timeout", f"{timeout_s:g} s: looking up the name") from None
        return found, (loop.time() - began) * 1000.0

    async def _converse(self, request: Request, host: str, way: _Way) -> tuple[Attempt, Manner]:
        """Ask in the manner that this host is known to need, and once in another where it turns out to need one."""
        manner = self._manners.get(host, self._usual)
        until = asyncio.get_running_loop().time() + request.timeout_s
        attempt = await self._try_addresses(request, way, manner, until)
        other = self._other_manner(manner, attempt)
        if other is None:
            if attempt.head is not None and attempt.head.version == "2" and not manner.is_shared:
                self._remember(host, replace(manner, is_shared=True))
            return attempt, manner
        self._remember(host, other)
        if asyncio.get_running_loop().time() >= until:
            return attempt, manner
        return await self._try_addresses(request, way, other, until), other

    def _remember(self, host: str, manner: Manner) -> None:
        self._manners[host] = manner
        while len(self._manners) > MAX_MANNERS:
            self._manners.popitem(last=False)

    def _other_manner(self, manner: Manner, attempt: Attempt) -> Manner | None:
        """Say how a host has to be spoken to after this attempt, null where as before."""
        if attempt.is_http2_trouble and manner.is_http2:
            return replace(manner, is_http2=False, is_shared=False)
        if self._network.ignore_tls_faults and attempt.fault in CERTIFICATE_FAULTS and manner.tls_fault is None:
            return replace(manner, tls_fault=attempt.fault)
        return None

    async def _try_addresses(self, request: Request, way: _Way, manner: Manner, until: float) -> Attempt:
        """Ask the first address, and the next one where no connection comes about."""
        lines = self._outgoing.lines(request)
        places: Sequence[Address | None] = way.addresses or (None,)
        for n, place in enumerate(places):
            is_last = n == len(places) - 1
            left_s = until - asyncio.get_running_loop().time()
            attempt = await self._pool.attempt(
                request, lines, manner, place, proxy=way.proxy, dns_ms=way.dns_ms, left_s=left_s, is_last=is_last
            )
            if is_last or attempt.is_connected or attempt.fault not in _ELSEWHERE:
                break
        return attempt


def _port_of(url: str) -> int:
    """Give the port of a normalised URL."""
    scheme, _, rest = url.partition("://")
    _, colon, port = rest.partition("/")[0].rpartition("]")[2].partition(":")
    return int(port) if colon else _PORTS[scheme]


def _unasked(request: Request, asked_at: datetime, fault: Fault, detail: str) -> Exchange:
    hop = Hop(url=request.url, fault=fault, fault_detail=detail)
    return Exchange(request=request, hops=(hop,), fetched_at=asked_at)


async def _exchange(request: Request, asked_at: datetime, attempt: Attempt, manner: Manner) -> Exchange:
    """Turn what is known of a hop into an Exchange, its body decoded."""
    head, fault, detail = attempt.head, attempt.fault, attempt.detail
    status, headers = (head.status, head.headers) if head else (None, ())
    location, redirect_fault, redirect_detail = read_location(request.url, status, headers)
    if status in REDIRECTS:  # how the body of a redirect ends does not matter
        fault, detail = redirect_fault, redirect_detail
    coding = header(headers, "content-encoding") if request.method != "HEAD" and attempt.wire else None
    if coding is None and not attempt.is_cut:
        decoded = decode.Decoded(attempt.wire)
    elif len(attempt.wire) > SMALL_BODY_BYTES and decode.codings(coding):
        decoded = await asyncio.to_thread(decode.decode, attempt.wire, coding, request.max_bytes)
    else:
        decoded = decode.decode(attempt.wire, coding, request.max_bytes)
    if decoded.error and fault is None and status not in REDIRECTS:
        fault, detail = "bad-encoding", decoded.error
    hop = Hop(
        url=request.url,
        status=status,
        headers=headers,
        location=location,
        http_version=head.version if head else None,
        address=attempt.address,
        timings=attempt.timings,
        fault=fault,
        fault_detail=detail,
        tls_fault=manner.tls_fault if status is not None and request.url.startswith("https:") else None,
        is_resent=attempt.is_resent,
    )
    return Exchange(
        request=request,
        hops=(hop,),
        body=decoded.body,
        n_bytes=len(attempt.wire),
        is_truncated=decoded.is_truncated or attempt.is_cut or (fault in _BROKEN_OFF and status is not None),
        fetched_at=asked_at,
        wire=attempt.wire,
        raw_head=attempt.raw_head if head else b"",
    )
