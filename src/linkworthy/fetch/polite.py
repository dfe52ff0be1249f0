"""A fetcher that keeps a host's pace: for robots.txt, which counts as a request like any other."""

from __future__ import annotations

from dataclasses import replace

from linkworthy import urls
from linkworthy.fetch.base import Exchange, Fetcher, Request
from linkworthy.fetch.politeness import Politeness
from linkworthy.fetch.redirects import follow


class PoliteFetcher:
    """Waits for a turn at the host of each hop, and learns from each answer."""

    def __init__(self, inner: Fetcher, politeness: Politeness, timeout_s: float) -> None:
        """Take the fetcher that asks, and the most seconds that a request may take."""
        self._inner = inner
        self._politeness = politeness
        self._timeout_s = timeout_s

    async def fetch(self, request: Request) -> Exchange:
        """Fetch hop by hop, each in its turn."""
        return await follow(replace(request, timeout_s=min(request.timeout_s, self._timeout_s)), self._ask)

    async def close(self) -> None:
        """Leave the other fetcher to its owner."""

    async def _ask(self, request: Request) -> Exchange:
        async with self._politeness.turn(urls.host_of(request.url)):
            exchange = await self._inner.fetch(request)
            self._politeness.record(exchange)
        return exchange
