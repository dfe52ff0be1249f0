"""Answers what a page in the browser asks for: through our own fetcher, within bounds, scripts and styles kept."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from linkworthy import urls
from linkworthy.fetch.base import Exchange, Fetcher, Headers, Request, header
from linkworthy.fetch.redirects import follow
from linkworthy.fetch.robots import RobotsCache, host_url
from linkworthy.html.encoding import charset_of, sniff
from linkworthy.site import Browser, Network

MAX_KEPT_BYTES: Final = 32 << 20
"""Scripts and styles kept for other pages."""
MAX_KEPT_ROBOTS: Final = 100

_KEPT_KINDS: Final = frozenset({"script", "stylesheet"})
# All others, frames, beacons, prefetches and what the browser asks for by itself, bring nothing into a document.
_TAKEN: Final = frozenset({"stylesheet", "script", "xhr", "fetch", "preflight", "image", "media", "font"})
_OURS: Final = frozenset({
    "host", "connection", "content-length", "cookie", "user-agent", "accept-encoding", "upgrade-insecure-requests",
})  # fmt: skip
# Of a body that is decoded already, or that would outlive the page.
_WITHHELD: Final = frozenset({
    "content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive", "alt-svc", "nel",
    "strict-transport-security", "report-to", "reporting-endpoints", "clear-site-data", "content-disposition",
})  # fmt: skip
# One transparent pixel: scripts take an image that fails out of the page.
_PIXEL: Final = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the browser asks for."""

    url: str
    kind: str
    """Resource type of the DevTools protocol, in lower case."""
    method: str
    headers: Mapping[str, str]
    content: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What it gets."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    n_bytes: int = 0
    """Bytes of the body over the wire; 0 where not known."""


@dataclass(slots=True)
class Ledger:
    """What one page has asked for so far."""

    page_url: str
    n_requests: int = 0
    n_blocked: int = 0
    n_failed: int = 0
    n_bytes: int = 0


_METHODS: Final[Mapping[str, Literal["GET", "HEAD", "POST"]]] = {"GET": "GET", "HEAD": "HEAD", "POST": "POST"}
_NO_IMAGE: Final = Supply(status=200, headers=(("content-type", "image/gif"),), body=_PIXEL)


class Supplies:
    """Fetches for all pages of one crawl. The guard, the resolver and the connections are those of the fetcher."""

    def __init__(self, inner: Fetcher, network: Network, settings: Browser, timeout_s: float) -> None:
        """Take the fetcher, how requests leave, and the most seconds that one may take."""
        self._inner = inner
        self._network = network
        self._settings = settings
        self._timeout_s = timeout_s
        self._kinds = frozenset(kind.lower() for kind in settings.block_kinds)
        self._suffixes = tuple(f".{host.lower().lstrip('.')}" for host in settings.block_hosts if host.strip("."))
        self._robots_files: OrderedDict[str, Exchange] = OrderedDict()
        self._robots = RobotsCache(_RobotsFetcher(self), network.user_agent)
        self._kept: OrderedDict[tuple[str, str], Supply] = OrderedDict()
        self._n_kept = 0
        self._running: dict[tuple[str, str], asyncio.Task[Supply | None]] = {}

    async def supply(self, asked: Asked, ledger: Ledger) -> Supply | Literal["blocked", "failed"]:
        """Answer one request of a page, one hop at a time: the browser follows redirects by itself."""
        ledger.n_requests += 1
        url = urls.normalise(asked.url)
        if url is None or self._is_blocked(asked, url, ledger):
            ledger.n_blocked += 1
            return _NO_IMAGE if asked.kind == "image" else "blocked"
        if asked.method == "OPTIONS":
            return _preflight(asked)
        if self._network.obey_robots:
            decision = await self._robots.allowed(url)
            if not decision.is_allowed and decision.fault != "not-recorded":
                return _refused(ledger, is_answered=decision.status is not None)
        found = await (self._shared(asked, url) if _may_be_kept(asked) else self._fetch(asked, url))
        if found is None:
            ledger.n_failed += 1
            return "failed"
        ledger.n_bytes += len(found.body)
        return found

    def remember_robots(self, exchange: Exchange) -> None:
        """Keep a robots.txt that somebody else asked for, so that it is not asked for twice."""
        url = exchange.request.url
        self._robots_files[url] = exchange
        self._robots_files.move_to_end(url)
        self._robots.forget(url)
        while len(self._robots_files) > MAX_KEPT_ROBOTS:
            self._robots_files.popitem(last=False)

    async def ask_robots(self, request: Request) -> Exchange:
        """Answer one hop to a robots.txt, out of memory where it is known."""
        return self._robots_files.get(request.url) or await self._inner.fetch(request)

    def close(self) -> None:
        """Let go of what is under way."""
        for task in self._running.values():
            task.cancel()

    def _is_blocked(self, asked: Asked, url: str, ledger: Ledger) -> bool:
        is_over = ledger.n_requests > self._settings.max_requests or ledger.n_bytes > self._settings.max_bytes
        is_sent = asked.method not in {"GET", "HEAD", "OPTIONS"}
        may_send = self._settings.allow_post and asked.method == "POST" and host_url(url) == host_url(ledger.page_url)
        return (
            is_over
            or asked.kind not in _TAKEN
            or asked.kind in self._kinds
            or (is_sent and not may_send)
            or f".{urls.host_of(url)}".endswith(self._suffixes)
        )

    async def _shared(self, asked: Asked, url: str) -> Supply | None:
        """Fetch what several pages may ask for at once, once."""
        key = (url, asked.headers.get("origin", ""))
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return kept
        task = self._running.get(key)
        if task is None:
            task = self._running[key] = asyncio.create_task(self._fetch(asked, url))
            task.add_done_callback(lambda _: self._running.pop(key, None))
        found = await asyncio.shield(task)
        if found is not None and key not in self._kept and _stays(found):
            self._kept[key] = found
            self._n_kept += len(found.body)
            while self._n_kept > MAX_KEPT_BYTES:
                self._n_kept -= len(self._kept.popitem(last=False)[1].body)
        return found

    async def _fetch(self, asked: Asked, url: str) -> Supply | None:
        named = {name.lower(): value for name, value in asked.headers.items()}
        passed = tuple((n, v) for n, v in named.items() if n not in _OURS and not n.startswith("sec-") and _is_plain(v))
        exchange = await self._inner.fetch(Request(
            url=url, method=_METHODS[asked.method], headers=passed, content=asked.content, timeout_s=self._timeout_s,
            max_bytes=self._settings.max_bytes,
        ))  # fmt: skip
        if exchange.status is None or (exchange.fault is not None and exchange.fault != "bad-redirect"):
            return None
        return Supply(
            status=exchange.status,
            headers=_passed_on(exchange.headers, has_cookies=self._network.cookies),
            body=exchange.body,
            n_bytes=exchange.n_bytes,
        )


def _refused(ledger: Ledger, *, is_answered: bool) -> Literal["blocked", "failed"]:
    """Count what robots.txt forbids, or the silence of the host that was asked for it."""
    ledger.n_blocked += is_answered
    ledger.n_failed += not is_answered
    return "blocked" if is_answered else "failed"


class _RobotsFetcher:
    """Brings robots.txt files hop by hop, as the crawl asks for them."""

    def __init__(self, supplies: Supplies) -> None:
        self._supplies = supplies

    async def fetch(self, request: Request) -> Exchange:
        """Fetch, or remember."""
        return await follow(request, self._supplies.ask_robots)

    async def close(self) -> None:
        """Leave the fetcher to its owner."""


def document_of(exchange: Exchange, *, has_cookies: bool) -> Supply:
    """Give the page itself; where nothing says how its text is encoded, the browser is told what we find."""
    shown = _passed_on(exchange.headers, has_cookies=has_cookies)
    declared = charset_of(exchange.header("content-type") or "")
    if sniff(exchange.body, declared) == ("utf-8", False):
        shown = (*(pair for pair in shown if pair[0] != "content-type"), ("content-type", "text/html; charset=utf-8"))
    return Supply(status=exchange.status or 200, headers=shown, body=exchange.body)


def _passed_on(headers: Headers, *, has_cookies: bool) -> tuple[tuple[str, str], ...]:
    """Give the headers of an answer that the browser gets to see."""
    return tuple(
        (name, value)
        for name, value in headers
        if name not in _WITHHELD and (has_cookies or name != "set-cookie") and _is_plain(value)
    )


def _is_plain(value: str) -> bool:
    return not any(sign in value for sign in "\r\n\0")


def _may_be_kept(asked: Asked) -> bool:
    return asked.kind in _KEPT_KINDS and asked.method == "GET"


def _stays(found: Supply) -> bool:
    control = (header(found.headers, "cache-control") or "").lower()
    vary = (header(found.headers, "vary") or "").lower()
    is_fleeting = any(word in control for word in ("no-store", "no-cache", "max-age=0"))
    return found.status in {200, 301, 308} and not is_fleeting and "*" not in vary and "cookie" not in vary


def _preflight(asked: Asked) -> Supply:
    """Let a request across origins be put: its answer has still to allow that it is read."""
    named = {name.lower(): value for name, value in asked.headers.items()}
    return Supply(status=204, headers=(
        ("access-control-allow-origin", named.get("origin", "*")),
        ("access-control-allow-methods", named.get("access-control-request-method", "GET")),
        ("access-control-allow-headers", named.get("access-control-request-headers", "")),
        ("access-control-allow-credentials", "true"),
    ))  # fmt: skip
