"""Connections at once, in all and to each host."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable


class Slots:
    """Places for requests; one that waits for its host takes no other's place."""

    def __init__(self, total: int, per_host: int) -> None:
        self._n_free = max(total, 1)
        self._per_host = max(per_host, 1)
        self._busy: Counter[str] = Counter()
        self._at_host: dict[str, deque[asyncio.Future[None]]] = {}
        self._at_all: deque[asyncio.Future[None]] = deque()

    async def take(self, host: str) -> None:
        """Wait for a place at the host, and then for one among all."""
        if self._busy[host] < self._per_host:
            self._busy[host] += 1
        else:
            waiting = self._at_host.setdefault(host, deque())
            await self._wait(waiting, lambda: self._pass_host(host))
        if self._n_free:
            self._n_free -= 1
            return
        try:
            await self._wait(self._at_all, self._pass_all)
        except asyncio.CancelledError:
            self._pass_host(host)
            raise

    def leave(self, host: str) -> None:
        """Give both places back."""
        self._pass_all()
        self._pass_host(host)

    def _pass_host(self, host: str) -> None:
        """Hand a place at the host to who waits longest."""
        waiting = self._at_host.get(host)
        if waiting and _wake(waiting):
            return
        self._at_host.pop(host, None)
        self._busy[host] -= 1
        if not self._busy[host]:
            del self._busy[host]

    def _pass_all(self) -> None:
        if not _wake(self._at_all):
            self._n_free += 1

    async def _wait(self, waiting: deque[asyncio.Future[None]], pass_on: Callable[[], None]) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the place came with the cancellation
                pass_on()
            raise


def _wake(waiting: deque[asyncio.Future[None]]) -> bool:
    """Wake who waits longest; tells whether there was anybody."""
    while waiting:
        turn = waiting.popleft()
        if not turn.done():
            turn.set_result(None)
            return True
    return False
