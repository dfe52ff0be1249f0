"""What is to be done, from the frontier to the workers: a few entries of each host at a time."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable, Container
from dataclasses import dataclass, field

from linkworthy.crawl.frontier import Entry, Frontier

SHARED = 300
"""Entries of a host from which on workers share it; a smaller one belongs to one of them."""
AT_ONCE = 500
"""Entries that are given at once."""


@dataclass(slots=True)
class _Host:
    name: str
    n_left: int
    """Entries that are still in the frontier."""
    after: int = 0
    ready: deque[Entry] = field(default_factory=deque)


class Feed:
    """The entries of one state, each given to one worker once."""

    def __init__(
        self,
        frontier: Frontier,
        state: str,
        n_workers: int,
        shared: Container[str] = (),
        *,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """Read which hosts have work; those ``shared`` are asked by several workers at a time.

        Once ``is_stopping`` says so, nothing more is given.
        """
        self._is_stopping = is_stopping
        self._frontier = frontier
        self._state = state
        self._rows: list[deque[_Host]] = [deque() for _ in range(n_workers)]
        found = frontier.hosts(state)
        self.n_entries = sum(n for _, n in found)
        self._read_ahead = min(AT_ONCE, max(8, 20_000 // max(1, len(found))))
        for name, n in found:
            host = _Host(name, n)
            if name in shared:
                for row in self._rows:
                    row.append(host)
            else:
                self._rows[zlib.crc32(name.encode()) % n_workers].append(host)

    def give(self, worker: int, crowded: frozenset[str]) -> list[Entry]:
        """Give a worker entries of hosts that it has not enough of, host by host in turn."""
        row = self._rows[worker]
        if self._is_stopping():
            row.clear()
        each = max(4, min(AT_ONCE, AT_ONCE // max(1, len(row))))
        out: list[Entry] = []
        for _ in range(len(row)):
            host = row.popleft()
            if host.name not in crowded:
                out += self._of(host, each)
            if host.ready or host.n_left:
                row.append(host)
            if len(out) >= AT_ONCE:
                break
        return out

    def is_over(self, worker: int) -> bool:
        """Tell whether nothing is left for a worker."""
        row = self._rows[worker]
        while row and not row[0].ready and not row[0].n_left:
            row.popleft()
        return not row

    def _of(self, host: _Host, n: int) -> list[Entry]:
        if len(host.ready) < n and host.n_left:
            more = self._frontier.of_host(self._state, host.name, host.after, max(n, self._read_ahead))
            host.ready.extend(more)
            host.n_left = host.n_left - len(more) if more else 0
            host.after = more[-1].id if more else host.after
        return [host.ready.popleft() for _ in range(min(n, len(host.ready)))]
