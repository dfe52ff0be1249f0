"""Asks for one URL, politely: robots.txt first, the host's pace, redirects hop by hop, later again where it helps."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from linkworthy import urls
from linkworthy.crawl.frontier import AGAIN, Entry, Result
from linkworthy.crawl.past import Past, Stored, Validators
from linkworthy.crawl.rows import Permission
from linkworthy.fetch.base import Exchange, Fault, Fetcher, Hop, Request, header
from linkworthy.fetch.browser import BrowserFetcher
from linkworthy.fetch.polite import PoliteFetcher
from linkworthy.fetch.politeness import PATIENCE_S, Politeness, retry_after_s
from linkworthy.fetch.redirects import follow
from linkworthy.fetch.robots import RobotsCache, RobotsDecision
from linkworthy.fetch.robots_pool import RobotsPool
from linkworthy.html.page import Page
from linkworthy.html.parse import parse
from linkworthy.site import SiteConfig

MAX_RETRY_AFTER_S = 120.0
"""A host that asks to be left alone for longer is not asked again in this run."""
RETRY_S = 5.0
"""Least time before the second pass asks again where the server names none."""
SINGLE_RETRY_AFTER_S = 30.0
"""Nor is one URL of a host that answers its others."""
MAX_REFUSALS = 3
"""Answers 429 or 503 in a row of one host in the second pass, after which its other URLs are not asked for.

URLs that refused in the first pass are counted apart from those that it did not come to.
"""

RATE_LIMITED = "rate-limited"
"""The limit of a URL that was not asked for because its host kept answering 429 or 503."""

_LATER = frozenset({429, 503})
_LATER_FAULTS = frozenset({"timeout", "too-slow", "closed", "name-failure"})
_NO_HEAD = frozenset({400, 401, 403, 404, 405, 406, 500, 501, 502, 520})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of one entry: an exchange, whose first hop may be ``disallowed``, or the wish to come again."""

    entry: Entry
    exchange: Exchange
    page: Page | None
    first: Permission
    """What robots.txt permits for the entry's URL."""
    last: Permission
    """What robots.txt permits for the URL where the hops end."""
    n_attempts: int
    sitemaps: tuple[str, ...] = ()
    """Sitemaps that the host's robots.txt names, where they were asked for."""
    limit: str | None = None
    """The limit because of which nothing was asked."""
    again_at: float | None = None
    """Seconds of the epoch before which the second pass does not ask again; null where this answer is the last."""
    is_conditional: bool = False
    """The server was asked whether the page has changed since the crawl before."""
    stored: Stored | None = None
    """The page of the crawl before, which the server says still stands: the exchange is its answer, freshened."""

    @property
    def result(self) -> Result:
        """What the frontier has to know."""
        if self.again_at is None:
            return Result(self.entry.id, n_attempts=self.n_attempts)
        hop = self.exchange.last
        is_told = hop.status in _LATER and len(self.exchange.hops) == 1
        told = f"{hop.status} {header(hop.headers, 'retry-after') or ''}" if is_told else None
        return Result(self.entry.id, AGAIN, self.n_attempts, self.again_at, told)


class _LaterError(Exception):
    """The host asked to be left alone for longer, or more often, than a pass waits."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


class Visitor:
    """Makes the visits of one pass; the second pass has its own, which asks one URL of a host at a time."""

    def __init__(
        self, fetcher: Fetcher, config: SiteConfig, *, is_second: bool = False, pool: RobotsPool | None = None
    ) -> None:
        self._fetcher = fetcher
        self._config = config
        self._pool = pool
        self._before: Politeness | None = None
        self._limits = config.limits
        self._obeys = config.network.obey_robots
        self._reads_robots = config.network.robots != "ignore"
        self._is_second = is_second
        self._refusals: Counter[tuple[str, bool]] = Counter()
        self.politeness = Politeness(config.limits)
        polite = PoliteFetcher(fetcher, self.politeness, config.limits.timeout_s)
        self.robots = RobotsCache(polite, config.network.user_agent, pool, is_second=is_second)
        if isinstance(fetcher, BrowserFetcher):
            self.robots.on_given = fetcher.remember_robots

    def second(self) -> Visitor:
        """Give a visitor for the second pass, which knows how the hosts answered in this one."""
        visitor = Visitor(self._fetcher, self._config, is_second=True, pool=self._pool)
        visitor._before = self.politeness
        return visitor

    async def visit(
        self,
        entry: Entry,
        *,
        method: Literal["GET", "HEAD"] = "GET",
        max_hops: int = 0,
        max_bytes: int | None = None,
        is_page: bool = True,
        past: Past | None = None,
    ) -> Visit:
        """Ask for an entry's URL and parse what comes; HEAD becomes GET where a server does not take it.

        Where ``past`` knows the page, the server is asked whether it has changed.
        """
        if entry.told is not None and self._is_told_enough(entry):
            return await self._retold(entry)
        if self._is_second:
            await asyncio.sleep(min(max(0.0, entry.not_before - time.time()), MAX_RETRY_AFTER_S))
        request = Request(
            url=entry.url,
            method=method,
            max_hops=max_hops,
            max_bytes=max_bytes or self._limits.max_bytes,
            timeout_s=self._limits.timeout_s,
        )
        n_attempts = entry.n_attempts + 1
        known = past.validators(entry.url) if past is not None else None
        stored = None
        ask = partial(self._ask, was_refused=entry.told is not None)
        try:
            if past is not None and known is not None:
                exchange, stored = await self._ask_whether_changed(request, known, past, ask)
            else:
                exchange = await follow(request, ask)
            if method == "HEAD" and (exchange.status in _NO_HEAD or exchange.fault in {"closed", "malformed"}):
                exchange = await follow(replace(request, method="GET"), ask)
        except _LaterError as later:
            if entry.told is not None:
                return await self._retold(entry)
            return Visit(
                entry=entry,
                exchange=_unasked(request, None, "the host asked to be left alone"),
                page=None,
                first=Permission(),
                last=Permission(),
                n_attempts=entry.n_attempts,
                limit=RATE_LIMITED,
                again_at=None if self._is_second else time.time() + later.wait_s,
            )
        page = stored.page if stored is not None else None
        if is_page and stored is None and exchange.request.method == "GET" and exchange.status is not None:
            page = parse(exchange.body, exchange.headers, exchange.url)
        first = await self.permission(entry.url)
        return Visit(
            entry=entry,
            exchange=exchange,
            page=page,
            first=first,
            last=first if exchange.url == entry.url else await self.permission(exchange.url),
            n_attempts=n_attempts + exchange.hops[0].is_resent,
            again_at=None if self._is_second else self._again_at(exchange),
            is_conditional=known is not None,
            stored=stored,
        )

    def _is_told_enough(self, entry: Entry) -> bool:
        """Tell whether a URL that refused is left at that: it asks for long, and its host answers other URLs."""
        is_single = self._before is not None and self._before.is_well(entry.host)
        return is_single and entry.not_before - time.time() > SINGLE_RETRY_AFTER_S

    async def _retold(self, entry: Entry) -> Visit:
        """Give the refusal of the first pass as the last word of a URL."""
        status, _, wait = (entry.told or "").partition(" ")
        headers = (("retry-after", wait),) if wait else ()
        hop = Hop(url=entry.url, status=int(status), headers=headers)
        exchange = Exchange(request=Request(url=entry.url), hops=(hop,), fetched_at=datetime.now(UTC))
        first = await self.permission(entry.url)
        return Visit(entry=entry, exchange=exchange, page=None, first=first, last=first, n_attempts=entry.n_attempts)

    async def _ask_whether_changed(
        self, request: Request, known: Validators, past: Past, ask: Callable[[Request], Awaitable[Exchange]]
    ) -> tuple[Exchange, Stored | None]:
        """Ask with conditions; a page that has not changed is that of the crawl before under the headers of now."""
        conditional = replace(request, if_none_match=known.etag, if_modified_since=known.modified)
        exchange = await follow(conditional, ask)
        if exchange.status != 304:
            return replace(exchange, request=request), None
        stored = past.stored(request.url)
        if stored is None or not stored.stands_under(exchange.headers):
            return await follow(request, ask), None
        hop = replace(exchange.last, status=200, headers=stored.freshened(exchange.headers))
        return replace(exchange, request=request, hops=(hop,), is_truncated=False), stored

    async def _ask(self, request: Request, *, was_refused: bool) -> Exchange:
        """Ask for one hop, if robots.txt and the host's pace let us."""
        host = urls.host_of(request.url)
        if (tripped := self.politeness.tripped(host)) is not None:
            return _unasked(request, tripped, "the host did not answer the requests before")
        delay: float | None = None
        if self._obeys:
            decision = await self.robots.allowed(request.url)
            delay = decision.crawl_delay_s
            if decision.verdict == "disallow-all" and decision.fault != "not-recorded":
                return self._without_robots(request, decision)
            if not decision.is_allowed and decision.fault != "not-recorded":
                return _unasked(request, "disallowed", "robots.txt forbids it")
        wait = self.politeness.wait_s(host)
        if self._refusals[host, was_refused] >= MAX_REFUSALS if self._is_second else wait > PATIENCE_S:
            raise _LaterError(wait)
        async with self.politeness.turn(host, delay):
            exchange = await self._fetcher.fetch(replace(request, max_hops=0) if request.max_hops else request)
        self.politeness.record(exchange)
        if exchange.status in _LATER:
            self._refusals[host, was_refused] += self._is_second
        elif exchange.status is not None:
            self._refusals.pop((host, was_refused), None)
        return exchange

    def _without_robots(self, request: Request, decision: RobotsDecision) -> Exchange:
        """Leave a host whose robots.txt could not be had: no answer is the host's fault, 5xx and 429 forbid for now."""
        if decision.status is None:
            return _unasked(request, decision.fault, "robots.txt was asked for first")
        if not self._is_second:
            raise _LaterError(RETRY_S)
        return _unasked(request, "disallowed", f"robots.txt answers {decision.status}")

    async def permission(self, url: str) -> Permission:
        """Say what the robots.txt that governs a URL permits."""
        if not self._reads_robots:
            return Permission()
        decision = await self.robots.allowed(url)
        if decision.status is None:
            return Permission()
        if decision.verdict != "rules":
            return Permission(decision.is_allowed, decision.is_allowed)
        return Permission(decision.is_allowed, await self.robots.allows_other(url, "Googlebot"))

    def _again_at(self, exchange: Exchange) -> float | None:
        """Say when to come again, null where that would not help or would be too late."""
        if exchange.status in _LATER:
            asked = retry_after_s(exchange.last)
            wait = RETRY_S if asked is None else max(asked, 0.5)
            return time.time() + wait if wait <= MAX_RETRY_AFTER_S else None
        return time.time() + RETRY_S if exchange.fault in _LATER_FAULTS else None


def _unasked(request: Request, fault: Fault | None, detail: str) -> Exchange:
    """Give the exchange of a question that was not put to the server."""
    hop = Hop(url=request.url, fault=fault, fault_detail=detail)
    return Exchange(request=request, hops=(hop,), fetched_at=datetime.now(UTC))
