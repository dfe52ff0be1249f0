"""robots.txt files that several caches share, those of other processes included: each host is asked once over all."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from linkworthy.fetch.base import Exchange

MAX_HELD_BYTES = 32_000_000
"""Bytes of all files that are held; those asked for longest ago are fetched again when they are needed."""
_ENTRY_BYTES = 2_000
"""What an answer takes besides its body, about."""

Give = Callable[[Exchange | None], None]
"""Takes the answer, or null where whoever asked is to fetch it, and to tell what came."""


class RobotsPool(Protocol):
    """Where a cache looks before it fetches."""

    async def ask(self, url: str) -> Exchange | None:
        """Give the answer once it is there; null where the asking one is to fetch it, and to tell."""
        ...

    def tell(self, url: str, exchange: Exchange | None) -> None:
        """Take an answer; null lets the next one fetch."""
        ...


class SharedRobots:
    """The pool itself; other processes reach it by messages."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Exchange] = OrderedDict()
        self._n_bytes = 0
        self._waiting: dict[str, list[Give]] = {}

    def look_up(self, url: str, give: Give) -> None:
        """Give the answer at once, or when it is told; the first who asks gets null, and fetches."""
        if (held := self._held.get(url)) is not None:
            self._held.move_to_end(url)
            give(held)
        elif url in self._waiting:
            self._waiting[url].append(give)
        else:
            self._waiting[url] = []
            give(None)

    async def ask(self, url: str) -> Exchange | None:
        """Give the answer once it is there; null where the asking one is to fetch it, and to tell."""
        found: asyncio.Future[Exchange | None] = asyncio.get_running_loop().create_future()
        self.look_up(url, found.set_result)
        return await asyncio.shield(found)

    def tell(self, url: str, exchange: Exchange | None) -> None:
        """Take an answer, and give it to those who wait; null lets the next of them fetch."""
        waiting = self._waiting.pop(url, [])
        if exchange is None:
            if waiting:
                first, *rest = waiting
                self._waiting[url] = rest
                first(None)
            return
        self._hold(url, exchange)
        for give in waiting:
            give(exchange)

    def _hold(self, url: str, exchange: Exchange) -> None:
        before = self._held.pop(url, None)
        self._n_bytes += _ENTRY_BYTES + len(exchange.body) - (_ENTRY_BYTES + len(before.body) if before else 0)
        self._held[url] = exchange
        while self._n_bytes > MAX_HELD_BYTES and len(self._held) > 1:
            self._n_bytes -= _ENTRY_BYTES + len(self._held.popitem(last=False)[1].body)


def bare(exchange: Exchange) -> Exchange:
    """Give an answer without the bytes that nobody reads again."""
    return replace(exchange, wire=b"", raw_head=b"")
