"""libcurl's handles, taken by turns: one attempt at one answer, watched over by one clock for all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import pycurl

from linkworthy.fetch.base import Fault, Request, Timings
from linkworthy.fetch.driver import Driver
from linkworthy.fetch.faults import fault_of
from linkworthy.fetch.head import Head, lacking_head, read_head
from linkworthy.fetch.line import Bounds, Line
from linkworthy.fetch.proxy import Proxy
from linkworthy.fetch.resolve import Address
from linkworthy.fetch.trust import Trust
from linkworthy.site import Limits, Network

KEEP_ALIVE_S: Final = 4
"""How long an idle connection is used again: Apache and Node.js close theirs after 5 seconds, others later.

A request on a connection that ends without a byte of answer is sent again by libcurl, on a new one (RFC 9110 9.2.2).
"""
TRY_S: Final = 3.0
"""How long an address may take to connect where the name has another."""
MAX_COOKIES: Final = 5_000
"""Cookies received, after which all are forgotten: a hostile site could set them without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a host is spoken to."""

    is_http2: bool
    is_shared: bool = False
    """It answered in HTTP/2: requests wait for its connection and share it. Other hosts would let them wait long."""
    tls_fault: Fault | None = None
    """The fault of its certificate that the user wants ignored; certificates are not judged then."""


@dataclass(slots=True, kw_only=True)
class Attempt:
    """What came of asking one address once."""

    head: Head | None
    raw_head: bytes
    """Lines of the head as they came, those of interim answers and trailers included."""
    wire: bytes
    is_cut: bool
    """The body passed its limit."""
    is_connected: bool
    is_http2_trouble: bool
    """The server offers HTTP/2 and does not master it."""
    address: str | None
    timings: Timings
    fault: Fault | None
    detail: str | None
    is_resent: bool = False
    """It was sent twice, because the kept connection that it was sent on first had ended."""


class Pool:
    """Handles and their connections. The connections are libcurl's to keep, to share and to close."""

    def __init__(
        self, network: Network, limits: Limits, proxy: Proxy, is_allowed: Callable[[str], bool], *, has_cookies: bool
    ) -> None:
        self._limits = limits
        self._is_allowed = is_allowed
        self._trust = Trust(network.ca_file)
        self._options: dict[int, object] = {
            pycurl.CAINFO: str(self._trust.path),
            pycurl.PROXY_CAINFO: str(self._trust.path),
            pycurl.PROXY: "",
            pycurl.MAXAGE_CONN: KEEP_ALIVE_S,
        }
        if proxy.credentials:
            self._options[pycurl.PROXYUSERPWD] = proxy.credentials
        self._share: pycurl.CurlShare | None = None
        if has_cookies:
            self._share = pycurl.CurlShare()
            self._share.setopt(pycurl.SH_SHARE, pycurl.LOCK_DATA_COOKIE)
            self._options |= {pycurl.SHARE: self._share, pycurl.COOKIEFILE: ""}
        self._n_cookies = 0
        self._free: list[Line] = []
        self._busy: set[Line] = set()
        self._driver: Driver | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._last = Bounds(
            max_bytes=limits.max_bytes,
            first_byte_s=limits.first_byte_s,
            least_bytes_per_s=limits.least_bytes_per_s,
            window_s=limits.least_speed_window_s,
        )
        self._pause_s = min(max(min(limits.least_speed_window_s, limits.first_byte_s) / 4, 0.02), 0.5)

    async def attempt(
        self,
        request: Request,
        lines: tuple[str, ...],
        manner: Manner,
        place: Address | None,
        *,
        proxy: str | None,
        dns_ms: float | None,
        left_s: float,
        is_last: bool,
    ) -> Attempt:
        """Ask once, over a kept connection or a new one to this address.

        Raises: FetchError where this machine lacks files or memory.
        """
        driver = self._driver = self._driver or Driver({pycurl.M_MAXCONNECTS: max(self._limits.connections, 1)})
        line = self._free.pop() if self._free else self._new_line()
        is_whole = False
        try:
            self._prepare(line, request, lines, manner, place, proxy)
            line.put(pycurl.TIMEOUT_MS, max(int(left_s * 1000), 1))
            line.put(pycurl.CONNECTTIMEOUT_MS, int((left_s if is_last else min(TRY_S, left_s)) * 1000) or 1)
            line.begin(self._bounds(request), asyncio.get_running_loop().time())
            self._busy.add(line)
            self._keep_watch()
            code, message = await driver.perform(line.curl)
            found = _attempt(line, code, message, dns_ms)
            found.is_resent = self._share is None and line.is_resent
            self._count_cookies(line)
            is_whole = True
        finally:
            self._busy.discard(line)
            if is_whole:
                line.reset()
                self._free.append(line)
            else:
                line.curl.close()
        return found

    def close(self) -> None:
        """Close all connections, handles and files."""
        if self._watch is not None:
            self._watch.cancel()
        if self._driver is not None:
            self._driver.close()
        for line in self._free:
            line.curl.close()
        self._free.clear()
        if self._share is not None and not self._busy:
            self._share.close()
        self._trust.close()

    def _new_line(self) -> Line:
        return Line(self._options, self._is_allowed, self._limits.max_header_bytes, self._limits.max_headers)

    def _prepare(
        self,
        line: Line,
        request: Request,
        lines: tuple[str, ...],
        manner: Manner,
        place: Address | None,
        proxy: str | None,
    ) -> None:
        line.aim(request.url, is_absolute=bool(proxy and proxy.startswith("http") and request.url.startswith("http:")))
        line.ask(request.method, request.content)
        line.is_proxied = proxy is not None
        line.is_named = line.is_proxied or (place is not None and place.is_named)
        if line.set_for != (lines, manner, place, proxy):  # mostly it is as for the request before
            _set(line, lines, manner, place, proxy)
            line.set_for = (lines, manner, place, proxy)

    def _bounds(self, request: Request) -> Bounds:
        first_byte_s = request.first_byte_s or self._limits.first_byte_s
        if request.max_bytes != self._last.max_bytes or first_byte_s != self._last.first_byte_s:
            self._last = replace(self._last, max_bytes=request.max_bytes, first_byte_s=first_byte_s)
        return self._last

    def _keep_watch(self) -> None:
        if self._watch is None:
            self._watch = asyncio.get_running_loop().call_later(self._pause_s, self._look)

    def _look(self) -> None:
        """Give up what is late; called as long as anything runs."""
        self._watch = None
        now = asyncio.get_running_loop().time()
        for line in [line for line in self._busy if line.given_up is None and line.is_late(now)]:
            if self._driver is not None:
                self._driver.stop(line.curl)
        if self._busy:
            self._keep_watch()

    def _count_cookies(self, line: Line) -> None:
        if self._share is None:
            return
        self._n_cookies += sum(text[:11].lower() == b"set-cookie:" for text in line.head)
        if self._n_cookies > MAX_COOKIES:
            self._n_cookies = 0
            line.curl.setopt(pycurl.COOKIELIST, "ALL")


_HTTP_1: Final = pycurl.CURL_HTTP_VERSION_1_1
_HTTP2_CODES: Final = frozenset({16, 92})


def _set(line: Line, lines: tuple[str, ...], manner: Manner, place: Address | None, proxy: str | None) -> None:
    """Set what all requests of one manner to one place share."""
    line.put(pycurl.HTTPHEADER, lines)
    line.headers = lines
    line.put(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS if manner.is_http2 else _HTTP_1)
    line.put(pycurl.PIPEWAIT, int(manner.is_shared))
    line.put(pycurl.SSL_VERIFYPEER, int(manner.tls_fault is None))
    line.put(pycurl.SSL_VERIFYHOST, 2 if manner.tls_fault is None else 0)
    line.put(pycurl.PROXY, proxy or "")
    # An empty list would leave the place of the request before as it is: only null clears it.
    line.put(pycurl.CONNECT_TO, [_connect_to(place)] if place is not None else None)


def _connect_to(place: Address) -> str:
    return f"::[{place.host}]:{place.port}" if ":" in place.host else f"::{place.host}:{place.port}"


def _attempt(line: Line, code: int, message: str, dns_ms: float | None) -> Attempt:
    fault, detail = fault_of(line, code, message)
    head = read_head(line.head) if fault != "headers-too-large" else None
    if head is None and fault is None:
        fault, detail = lacking_head(line.head)
    if line.is_proxied and head is not None and head.status == 407:
        head, fault, detail = None, "proxy-failure", "the proxy wants other credentials"
    return Attempt(
        head=head,
        raw_head=b"".join(line.head),
        wire=line.chunks[0] if len(line.chunks) == 1 else b"".join(line.chunks),
        is_cut=line.is_cut,
        is_connected=line.is_connected,
        is_http2_trouble=(code in _HTTP2_CODES or "nghttp2" in message) and not line.chunks,
        address=None if line.is_proxied else line.address or None,
        timings=line.timings(dns_ms),
        fault=fault,
        detail=detail,
    )
