"""Pacing, host by host: how many requests at once, how far apart, and when to stand back."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from linkworthy import urls
from linkworthy.fetch.base import Exchange, Fault, Hop, header
from linkworthy.site import Limits

MAX_CRAWL_DELAY_S = 30.0
"""A longer crawl delay in robots.txt is cut to this: at a day between two pages a site could not be read at all."""
MAX_BACKOFF_S = 120.0
"""A longer Retry-After is cut to this; what then still answers 429 is left to the slow second pass."""
FIRST_BACKOFF_S = 2.0
"""After a 429 or 503 without Retry-After; doubled with each further one in a row."""
TRIP_AFTER = 5
"""Requests in a row that no server answered, after which a host is left alone."""
MAX_HOSTS = 20_000
"""Hosts remembered; those idle longest are forgotten first."""

_STAND_BACK = frozenset({429, 503})
_UNANSWERED: frozenset[Fault] = frozenset({"timeout", "refused", "unreachable", "name-failure", "name-not-found"})


@dataclass(slots=True)
class _Host:
    gate: asyncio.Semaphore
    users: int = 0
    next_start: float = 0.0
    not_before: float = 0.0
    n_backoffs: int = 0
    n_unanswered: int = 0
    last_fault: Fault | None = None
    pace: asyncio.Lock = field(default_factory=asyncio.Lock)


class Politeness:
    """Paces the requests of one crawl; hosts do not wait for each other."""

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._tripped: OrderedDict[str, Fault] = OrderedDict()

    @contextlib.asynccontextmanager
    async def turn(self, host: str, crawl_delay_s: float | None = None) -> AsyncIterator[None]:
        """Wait until a request to this host may start, and hold one of its places meanwhile."""
        state = self._state(host)
        state.users += 1
        try:
            async with state.gate:
                await self._pace(state, crawl_delay_s)
                yield
        finally:
            state.users -= 1

    def record(self, exchange: Exchange) -> None:
        """Learn from an answer: stand back after 429 and 503, and count requests that nobody answered."""
        for hop in exchange.hops:
            self._record(hop)

    def wait_s(self, host: str) -> float:
        """Give the seconds until the next request to this host may start, 0 where it may now."""
        state = self._hosts.get(host)
        return max(0.0, max(state.next_start, state.not_before) - self._clock()) if state else 0.0

    def tripped(self, host: str) -> Fault | None:
        """Give the fault that a host kept failing with, null where it is still worth asking."""
        return self._tripped.get(host)

    async def _pace(self, state: _Host, crawl_delay_s: float | None) -> None:
        delay = max(self._limits.delay_s, min(crawl_delay_s or 0.0, MAX_CRAWL_DELAY_S))
        async with state.pace:  # those who wait start one after the other
            while (wait := max(state.next_start, state.not_before) - self._clock()) > 0:
                await self._sleep(wait)
            state.next_start = self._clock() + delay

    def _state(self, host: str) -> _Host:
        state = self._hosts.get(host)
        if state is None:
            state = self._hosts[host] = _Host(asyncio.Semaphore(max(self._limits.connections_per_host, 1)))
            self._forget_some()
        self._hosts.move_to_end(host)
        return state

    def _forget_some(self) -> None:
        """Forget the hosts that are idle longest and owe no waiting, where there are too many."""
        surplus = len(self._hosts) - MAX_HOSTS
        if surplus <= 0:
            return
        now = self._clock()
        idle = (h for h, s in self._hosts.items() if not s.users and max(s.next_start, s.not_before) <= now)
        newest = next(reversed(self._hosts))
        for host in [host for host, _ in zip(idle, range(surplus), strict=False) if host != newest]:
            del self._hosts[host]

    def _record(self, hop: Hop) -> None:
        host = urls.host_of(hop.url)
        state = self._state(host)
        if hop.status in _STAND_BACK:
            asked = retry_after_s(hop)
            wait = FIRST_BACKOFF_S * 2**state.n_backoffs if asked is None else asked
            state.not_before = max(state.not_before, self._clock() + min(wait, MAX_BACKOFF_S))
            state.n_backoffs = min(state.n_backoffs + 1, 16)
        elif hop.status is not None:
            state.n_backoffs = 0
        if hop.status is None and hop.fault in _UNANSWERED:
            state.n_unanswered += 1
            if state.n_unanswered >= TRIP_AFTER:
                self._trip(host, hop.fault)
        elif hop.status is not None:
            state.n_unanswered = 0
            self._tripped.pop(host, None)

    def _trip(self, host: str, fault: Fault) -> None:
        self._tripped[host] = fault
        while len(self._tripped) > MAX_HOSTS:
            self._tripped.popitem(last=False)


def retry_after_s(hop: Hop, now: datetime | None = None) -> float | None:
    """Give the seconds that an answer asks to wait, null where it does not say so in a readable way.

    Source: RFC 9110 10.2.3: seconds or an HTTP date.
    """
    text = (header(hop.headers, "retry-after") or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())
