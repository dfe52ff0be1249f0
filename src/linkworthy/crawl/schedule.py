"""Runs one piece of work for each URL, many hosts at once and few at one host."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from linkworthy import urls
from linkworthy.crawl.frontier import Entry

T = TypeVar("T")


async def over_hosts(
    entries: Iterable[Entry],
    work: Callable[[Entry], Awaitable[T]],
    take: Callable[[T], None],
    *,
    connections: int,
    per_host: int,
) -> None:
    """Do the work of every entry: hosts take turns, and none has more than ``per_host`` at once.

    ``take`` is called in the order in which work ends. The first exception ends the rest.
    """
    turns = _Turns(entries, per_host)

    async def worker() -> None:
        while (entry := await turns.next()) is not None:
            try:
                take(await work(entry))
            finally:
                turns.free(entry)

    async with asyncio.TaskGroup() as group:
        for _ in range(max(1, min(connections, turns.n_left))):
            group.create_task(worker())


class _Turns:
    """Hands out entries: the host that waited longest comes first."""

    def __init__(self, entries: Iterable[Entry], per_host: int) -> None:
        self._queues: dict[str, deque[Entry]] = {}
        for entry in entries:
            self._queues.setdefault(urls.host_of(entry.url), deque()).append(entry)
        self._per_host = max(1, per_host)
        self._busy: Counter[str] = Counter()
        self._ready = deque(self._queues)
        self._changed = asyncio.Event()

    @property
    def n_left(self) -> int:
        """How many entries were not handed out yet."""
        return sum(len(queue) for queue in self._queues.values())

    async def next(self) -> Entry | None:
        """Give the next entry as soon as its host has room, null where all were handed out."""
        while not self._ready:
            if not self._queues:
                return None
            self._changed.clear()
            await self._changed.wait()
        host = self._ready.popleft()
        entry = self._queues[host].popleft()
        self._busy[host] += 1
        if not self._queues[host]:
            del self._queues[host]
            self._changed.set()
        elif self._busy[host] < self._per_host:
            self._ready.append(host)
        return entry

    def free(self, entry: Entry) -> None:
        """Take note that an entry's work ended."""
        host = urls.host_of(entry.url)
        if self._busy[host] == self._per_host and host in self._queues:
            self._ready.append(host)
        self._busy[host] -= 1
        self._changed.set()
