"""Who starts next among thousands of hosts: a heap by due time and one timer, whatever waits."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from typing import Generic, TypeVar

from linkworthy.fetch.base import Exchange
from linkworthy.fetch.politeness import Politeness

T = TypeVar("T")


class Turns(Generic[T]):
    """Hands out work for hosts when politeness lets it start, to as many takers as there are; hosts take turns.

    A start costs the logarithm of the number of hosts; what only waits costs nothing. All that is handed out must be
    given back with :meth:`done`.
    """

    def __init__(self, politeness: Politeness) -> None:
        self._politeness = politeness
        self._queues: dict[str, deque[T]] = {}
        self._heap: list[tuple[float, int, str]] = []
        self._listed: set[str] = set()
        self._numbers = itertools.count()
        self._takers: deque[asyncio.Future[tuple[str, T] | None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False
        self.n_waiting = 0
        """Pieces of work that were offered and not handed out."""
        self.n_busy = 0
        """Pieces of work handed out and not yet done."""

    def offer(self, host: str, item: T, *, is_next: bool = False) -> None:
        """Take a piece of work for a host, behind what waits for it or before."""
        queue = self._queues.setdefault(host, deque())
        queue.appendleft(item) if is_next else queue.append(item)
        self.n_waiting += 1
        if host not in self._listed and self._politeness.has_room(host):
            self._list(host)
        self._hand_out()

    def n_of(self, host: str) -> int:
        """Give how much waits for a host."""
        return len(self._queues.get(host, ()))

    async def take(self) -> tuple[str, T] | None:
        """Wait for the next piece of work, and begin it; null once all was handed out and no more will come."""
        taker: asyncio.Future[tuple[str, T] | None] = asyncio.get_running_loop().create_future()
        self._takers.append(taker)
        self._hand_out()
        try:
            return await taker
        except asyncio.CancelledError:
            given = taker.result() if taker.done() and not taker.cancelled() else None
            if given is not None:  # the work came with the cancellation
                self.done(given[0])
                self.offer(given[0], given[1], is_next=True)
            raise

    def done(self, host: str, exchange: Exchange | None = None) -> None:
        """Take note that a piece of work ended, and learn from its answer."""
        if exchange is not None:
            self._politeness.record(exchange)
        self._politeness.end(host)
        self.n_busy -= 1
        if host in self._queues and host not in self._listed:
            self._list(host)
        self._hand_out()

    def close(self) -> None:
        """Say that no more work will be offered, but what takers themselves give back."""
        self._is_closed = True
        self._hand_out()

    def _list(self, host: str) -> None:
        heapq.heappush(self._heap, (self._politeness.due(host), next(self._numbers), host))
        self._listed.add(host)

    def _hand_out(self) -> None:
        """Give work that is due to who waits for it, then sleep until more is."""
        while self._takers:
            if self._takers[0].done():
                self._takers.popleft()
                continue
            found = self._next_due()
            if found is None:
                break
            self._takers.popleft().set_result(found)
        if self._is_closed and not self.n_waiting:
            while self._takers:
                taker = self._takers.popleft()
                if not taker.done():
                    taker.set_result(None)
        self._arm()

    def _next_due(self) -> tuple[str, T] | None:
        politeness = self._politeness
        now = politeness.clock()
        if politeness.open_at > now:
            return None
        while self._heap and self._heap[0][0] <= now:
            _, _, host = heapq.heappop(self._heap)
            self._listed.discard(host)
            queue = self._queues.get(host)
            if not queue or not politeness.has_room(host):
                continue
            if politeness.due(host) > now:  # it was told to stand back since it was listed
                self._list(host)
                continue
            politeness.begin(host)
            item = queue.popleft()
            self.n_waiting -= 1
            self.n_busy += 1
            if not queue:
                del self._queues[host]
            elif politeness.has_room(host):
                self._list(host)
            return host, item
        return None

    def _arm(self) -> None:
        """Wake up when the next host is due; without takers nobody needs to."""
        if not (self._takers and self._heap):
            return
        loop = asyncio.get_running_loop()
        due = max(self._heap[0][0], self._politeness.open_at)
        when = loop.time() + max(due - self._politeness.clock(), 0.0)
        if self._timer is not None:
            if self._timer.when() <= when:
                return
            self._timer.cancel()
        self._timer = loop.call_at(when, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._hand_out()
