"""A fetcher that minds its manners: robots.txt, pacing and redirects, hop by hop, over any other fetcher."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from linkworthy import urls
from linkworthy.fetch.base import Exchange, Fault, Fetcher, Hop, Request
from linkworthy.fetch.politeness import Politeness
from linkworthy.fetch.redirects import follow
from linkworthy.fetch.robots import RobotsCache


class PoliteFetcher:
    """Fetches what robots.txt allows, at the pace of each host; each hop under the rules of its own host."""

    def __init__(self, fetcher: Fetcher, politeness: Politeness, robots: RobotsCache | None) -> None:
        """Take the fetcher that brings the bytes; without ``robots`` every URL is allowed."""
        self._fetcher = fetcher
        self._politeness = politeness
        self._robots = robots

    async def fetch(self, request: Request) -> Exchange:
        """Fetch, every hop in its host's turn; a hop that may not be asked for ends as ``disallowed``."""
        return await follow(request, self._ask)

    async def close(self) -> None:
        """Close the fetcher below."""
        await self._fetcher.close()

    async def _ask(self, request: Request) -> Exchange:
        host = urls.host_of(request.url)
        if (fault := self._politeness.tripped(host)) is not None:
            return _unasked(request, fault, "not asked: the host kept failing")
        decision = await self._robots.allowed(request.url) if self._robots else None
        if decision is not None and not decision.is_allowed:
            detail = "robots.txt" if decision.verdict == "rules" else f"robots.txt {decision.fault or decision.status}"
            return _unasked(request, "disallowed", detail)
        async with self._politeness.turn(host, decision.crawl_delay_s if decision else None):
            exchange = await self._fetcher.fetch(replace(request, max_hops=0))
        self._politeness.record(exchange)
        return exchange


def _unasked(request: Request, fault: Fault, detail: str) -> Exchange:
    hop = Hop(url=request.url, fault=fault, fault_detail=detail)
    return Exchange(request=request, hops=(hop,), fetched_at=datetime.now(UTC))
