"""Whose turn it is: hosts in a row, few entries of each at once, more added while others are under way."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

from linkworthy.crawl.frontier import Entry


class Turns:
    """Hands out entries: the host that waited longest comes first, and none has more than ``per_host`` out."""

    def __init__(self, per_host: int) -> None:
        self._per_host = max(1, per_host)
        self._queues: dict[str, deque[Entry]] = {}
        self._out: Counter[str] = Counter()
        self._ready: deque[str] = deque()
        self.n_waiting = 0
        """Entries that were not handed out yet."""

    @property
    def n_ready(self) -> int:
        """Hosts with an entry that may be handed out now."""
        return len(self._ready)

    @property
    def n_hosts(self) -> int:
        """Hosts with entries that wait."""
        return len(self._queues)

    def add(self, entries: Iterable[Entry]) -> None:
        """Take entries; those of one host are handed out in this order."""
        for entry in entries:
            queue = self._queues.get(entry.host)
            if queue is None:
                queue = self._queues[entry.host] = deque()
                if self._out[entry.host] < self._per_host:
                    self._ready.append(entry.host)
            queue.append(entry)
            self.n_waiting += 1

    def next(self) -> Entry | None:
        """Give the next entry, null where every host has as many out as it may, or none waits."""
        if not self._ready:
            return None
        host = self._ready.popleft()
        queue = self._queues[host]
        entry = queue.popleft()
        self.n_waiting -= 1
        self._out[host] += 1
        if not queue:
            del self._queues[host]
        elif self._out[host] < self._per_host:
            self._ready.append(host)
        return entry

    def free(self, host: str) -> None:
        """Take note that an entry of a host is done."""
        if self._out[host] == self._per_host and host in self._queues:
            self._ready.append(host)
        self._out[host] -= 1
        if not self._out[host]:
            del self._out[host]

    def crowded(self, n: int) -> frozenset[str]:
        """Name the hosts with ``n`` or more entries waiting."""
        return frozenset(host for host, queue in self._queues.items() if len(queue) >= n)
