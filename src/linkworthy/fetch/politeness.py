"""Pacing, host by host: how many requests at once, how far apart, and when to stand back."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from linkworthy import urls
from linkworthy.fetch.base import Exchange, Fault, Hop, header
from linkworthy.fetch.host_delays import HostDelays
from linkworthy.fetch.pace import STAND_BACK, Pace
from linkworthy.site import Limits

MAX_CRAWL_DELAY_S = 30.0
"""A longer crawl delay in robots.txt is cut to this: at a day between two pages a site could not be read at all."""
MAX_BACKOFF_S = 120.0
"""A longer Retry-After is cut to this; what then still answers 429 is left to the slow second pass."""
PATIENCE_S = 8.0
"""A Retry-After that is longer is the URL's own until most answers of its host refuse: the host waits this long."""
FIRST_BACKOFF_S = 2.0
"""After a 429 or 503 without Retry-After; doubled with each further one in a row."""
TRIP_AFTER = 5
"""Requests in a row that no server answered, after which a host is left alone."""
MAX_HOSTS = 20_000
"""Hosts remembered; those idle longest are forgotten first."""

_UNANSWERED: frozenset[Fault] = frozenset({"timeout", "refused", "unreachable", "name-failure", "name-not-found"})


@dataclass(slots=True)
class _Host:
    pace: Pace
    least_s: float = 0.0
    """Delay of the settings."""
    users: int = 0
    """Who waits for a turn, has one, or is about to."""
    n_busy: int = 0
    next_start: float = 0.0
    not_before: float = 0.0
    delay_s: float = 0.0
    """Crawl delay of its robots.txt."""
    n_backoffs: int = 0
    refused_at: float = 0.0
    """When a refusal came last that was no part of the one before."""
    asked_until: float = 0.0
    """Until when the last refusal asked to wait."""
    refuses_singly: bool = False
    """It answered another URL within the time that a refusal had asked for."""
    n_unanswered: int = 0
    queue: asyncio.Lock | None = None
    freed: asyncio.Event | None = None


class Politeness:
    """Paces the requests of one crawl; hosts do not wait for each other, but for the rate over all."""

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limits = limits
        self._delays = HostDelays(limits.host_delays, limits.delay_s)
        self.clock = clock
        """Seconds; instants here are of this clock."""
        self._sleep = sleep
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._tripped: OrderedDict[str, Fault] = OrderedDict()
        self.open_at = 0.0
        """The instant before which the rate over all hosts lets nothing start."""

    @contextlib.asynccontextmanager
    async def turn(self, host: str, crawl_delay_s: float | None = None) -> AsyncIterator[None]:
        """Wait until a request to this host may start, and hold one of its places meanwhile."""
        state = self._state(host)
        state.users += 1
        try:
            self._know_delay(state, crawl_delay_s)
            state.queue = state.queue or asyncio.Lock()
            async with state.queue:  # those who wait start one after the other
                while state.n_busy >= state.pace.places:
                    state.freed = state.freed or asyncio.Event()
                    state.freed.clear()
                    await state.freed.wait()
                await self._wait(state)
                state.n_busy += 1
                self._note_start(state)
            try:
                yield
            finally:
                state.n_busy -= 1
                if state.freed is not None:
                    state.freed.set()
        finally:
            state.users -= 1

    def record(self, exchange: Exchange) -> None:
        """Learn from an answer as soon as it is there: stand back, go slower or faster, and keep the gap.

        A gap counts from the first byte of the answer where nothing else is under way: the server surely had the
        request by then, and so its own clock never sees a shorter one.
        """
        for hop in exchange.hops:
            self._record(hop)

    def wait_s(self, host: str) -> float:
        """Give the seconds until the next request to this host may start, 0 where it may now."""
        state = self._hosts.get(host)
        return max(0.0, max(state.next_start, state.not_before) - self.clock()) if state else 0.0

    def is_well(self, host: str) -> bool:
        """Tell whether a host answered enough requests, most of them without a refusal."""
        state = self._hosts.get(host)
        return state is not None and state.pace.is_well

    def tripped(self, host: str) -> Fault | None:
        """Give the fault that a host kept failing with, null where it is still worth asking."""
        return self._tripped.get(host)

    async def _wait(self, state: _Host) -> None:
        while (wait := max(state.next_start, state.not_before, self.open_at) - self.clock()) > 0:
            await self._sleep(wait)

    def _know_delay(self, state: _Host, crawl_delay_s: float | None) -> None:
        if crawl_delay_s is not None:
            delay_s = min(crawl_delay_s, MAX_CRAWL_DELAY_S)
            # The first request, that for robots.txt itself, may have started before the delay was known.
            if delay_s > self._delay(state) and state.next_start:
                state.next_start += delay_s - self._delay(state)
            state.delay_s = delay_s

    def _delay(self, state: _Host) -> float:
        return max(state.least_s, state.delay_s, state.pace.gap_s)

    def _note_start(self, state: _Host) -> None:
        now = self.clock()
        state.next_start = now + self._delay(state)
        if self._limits.requests_per_s:
            self.open_at = max(self.open_at, now) + 1.0 / self._limits.requests_per_s

    def _state(self, host: str) -> _Host:
        state = self._hosts.get(host)
        if state is None:
            state = self._hosts[host] = _Host(Pace(self._limits.connections_per_host), self._delays.of(host))
            self._forget_some()
        self._hosts.move_to_end(host)
        return state

    def _forget_some(self) -> None:
        """Forget the hosts that are idle longest and owe no waiting, where there are too many."""
        surplus = len(self._hosts) - MAX_HOSTS
        if surplus <= 0:
            return
        now = self.clock()
        idle = (h for h, s in self._hosts.items() if not s.users and max(s.next_start, s.not_before) <= now)
        newest = next(reversed(self._hosts))
        for host in [host for host, _ in zip(idle, range(surplus), strict=False) if host != newest]:
            del self._hosts[host]

    def _record(self, hop: Hop) -> None:
        host = urls.host_of(hop.url)
        state = self._state(host)
        now, taken = self.clock(), hop.timings
        began = now - (taken.total_ms or 0.0) / 1000.0
        is_news = began >= state.refused_at
        state.pace.learn(hop, is_news=is_news)
        has_begun = hop.status is not None or hop.fault not in _UNANSWERED
        is_refusal = hop.status in STAND_BACK
        delay = max(state.least_s, state.delay_s) if is_refusal else self._delay(state)
        if delay and has_begun and state.n_busy <= 1:
            body_s = max((taken.total_ms or 0.0) - (taken.ttfb_ms or 0.0), 0.0) / 1000.0
            state.next_start = max(state.next_start, now - body_s + delay)
        if is_refusal:
            self._stand_back(state, hop, now, is_news=is_news)
        elif hop.status is not None:
            state.n_backoffs = 0
            state.refuses_singly |= state.refused_at < began and now < state.asked_until
        self._count_unanswered(host, state, hop)

    def _stand_back(self, state: _Host, hop: Hop, now: float, *, is_news: bool) -> None:
        """Wait as long as the answer asks for, else twice as long as after the refusal before.

        One URL that refuses for long does not stop its host: that waits for long where most of its answers refuse.
        """
        if is_news:
            state.n_backoffs = min(state.n_backoffs + 1, 16)
            state.refused_at = now
        asked = retry_after_s(hop)
        state.refuses_singly &= not state.pace.is_refused
        if asked is None:
            wait = FIRST_BACKOFF_S * 2 ** (state.n_backoffs - 1)
        elif asked <= PATIENCE_S or state.pace.is_refused:
            wait = asked
        else:
            wait = FIRST_BACKOFF_S if state.refuses_singly else PATIENCE_S
        state.asked_until = now + (asked or 0.0)
        state.not_before = max(state.not_before, now + min(wait, MAX_BACKOFF_S))

    def _count_unanswered(self, host: str, state: _Host, hop: Hop) -> None:
        if hop.status is not None:
            state.n_unanswered = 0
            self._tripped.pop(host, None)
        elif hop.fault in _UNANSWERED:
            state.n_unanswered += 1
            if state.n_unanswered >= TRIP_AFTER:
                self._trip(host, hop.fault)

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
