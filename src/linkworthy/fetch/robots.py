"""robots.txt of each host: fetched once, read as Google reads it, and kept as rows of the table ``robots``."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from linkworthy.fetch.base import Exchange, Fault, Fetcher, Request
from linkworthy.fetch.robots_pool import RobotsPool, bare
from linkworthy.fetch.robots_rules import MAX_ROBOTS_BYTES, RobotsRules, parse_robots, product_token

__all__ = ["KNOWN_BOTS", "RobotsCache", "RobotsDecision", "RobotsRules", "parse_robots", "product_token"]

Verdict = Literal["rules", "allow-all", "disallow-all"]

KNOWN_BOTS = (
    "Googlebot", "Bingbot", "YandexBot", "Baiduspider", "DuckDuckBot", "Applebot",
    "GPTBot", "OAI-SearchBot", "ClaudeBot", "PerplexityBot", "Google-Extended", "CCBot",
    "AhrefsBot", "SemrushBot", "MJ12bot", "DotBot", "rogerbot",
)  # fmt: skip
"""Search engines, assistants, Common Crawl and link indexes, under the names that they look for in robots.txt."""
MAX_REDIRECTS = 5
"""Redirects followed to a robots.txt (RFC 9309 2.3.1.2)."""
MAX_HOSTS = 5_000
"""Hosts whose rules are held; those asked for longest ago are fetched again when they are needed."""
MAX_JUDGED = 5_000
"""URLs whose judgement is remembered: as many as are under way at once."""
MAX_HELD_BYTES = 16_000_000
"""Bytes of all files whose rules are held; read, they take some ten times as much."""
LARGE_FILE_BYTES = 64 * 1024
"""Larger files are read in a thread: half a megabyte of rules takes a quarter of a second."""

_NO_FILE: frozenset[Fault] = frozenset({"bad-redirect", "redirect-loop", "too-many-redirects"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsDecision:
    """Whether a URL may be fetched, and on what ground."""

    is_allowed: bool
    verdict: Verdict
    """The file's rules decide; or there is no file; or the server could not say (5xx, 429, no answer)."""
    crawl_delay_s: float | None = None
    """Seconds between two requests that the file asks for."""
    status: int | None = None
    fault: Fault | None = None
    """Why robots.txt could not be had."""


@dataclass(frozen=True, slots=True)
class _File:
    verdict: Verdict
    rules: RobotsRules
    status: int | None
    fault: Fault | None


class RobotsCache:
    """Answers for every URL whether our agent may fetch it; fetches each host's file when it is first asked for."""

    def __init__(
        self, fetcher: Fetcher, agent: str, pool: RobotsPool | None = None, *, is_second: bool = False
    ) -> None:
        """Take the fetcher that brings the files, our User-Agent header or product token, and whom to ask first.

        In a second pass, files that could not be had are fetched in spite of what the pool knows.
        """
        self._fetcher = fetcher
        self._pool = pool
        self._is_second = is_second
        self._anew: set[str] = set()
        self.on_given: Callable[[Exchange], None] | None = None
        """Told of answers that the pool gave."""
        self._agent = product_token(agent)
        self._files: OrderedDict[str, asyncio.Task[_File]] = OrderedDict()
        self._rows: dict[str, dict[str, Any]] = {}
        self._taken: set[str] = set()
        self._sizes: dict[str, int] = {}
        self._n_held = 0
        self._judged: dict[str, tuple[_File, bool]] = {}

    async def allowed(self, url: str) -> RobotsDecision:
        """Tell whether our agent may fetch a normalised URL."""
        file = await self._file(host_url(url))
        judged = self._judged.get(url)
        if judged is None or judged[0] is not file:  # before the request and after it the same is asked
            if len(self._judged) >= MAX_JUDGED:
                self._judged.clear()
            is_allowed = file.verdict == "rules" and file.rules.allows(url, self._agent)
            judged = self._judged[url] = file, is_allowed or file.verdict == "allow-all"
        return RobotsDecision(
            is_allowed=judged[1],
            verdict=file.verdict,
            crawl_delay_s=file.rules.crawl_delay(self._agent),
            status=file.status,
            fault=file.fault,
        )

    async def allows_other(self, url: str, agent: str) -> bool:
        """Tell whether another agent may fetch a URL whose robots.txt could be had."""
        rules = await self.rules(url)
        if rules.treats_alike(agent, self._agent):
            return (await self.allowed(url)).is_allowed
        return rules.allows(url, agent)

    async def rules(self, url: str) -> RobotsRules:
        """Give the rules that govern a URL; a file that is absent or could not be had has none."""
        return (await self._file(host_url(url))).rules

    def forget(self, url: str) -> None:
        """Fetch a host's file anew when it is next asked for: for a second pass after it could not be had."""
        self._drop(host_url(url))
        self._anew.add(host_url(url))

    def take_rows(self) -> list[dict[str, Any]]:
        """Give the rows of the table ``robots`` that came since the last call, one a host, sorted."""
        rows = [self._rows[key] for key in sorted(self._rows)]
        self._taken.update(self._rows)
        self._rows.clear()
        return rows

    async def _file(self, site: str) -> _File:
        task = self._files.get(site)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._files[site] = asyncio.create_task(self._fetch(site))
        self._files.move_to_end(site)
        return task.result() if task.done() else await asyncio.shield(task)

    async def _fetch(self, site: str) -> _File:
        exchange = await self._answer(site)
        verdict = _verdict(exchange)
        body = exchange.body if verdict == "rules" else b""
        if len(body) > LARGE_FILE_BYTES:
            rules = await asyncio.to_thread(self._read, body)
        else:
            rules = self._read(body)
        self._hold(site, len(body))
        file = _File(verdict, rules, exchange.status, exchange.fault)
        if site not in self._taken and exchange.fault != "not-recorded":  # an archive without it says nothing of it
            self._rows[site] = self._row(site, file, exchange)
        return file

    async def _answer(self, site: str) -> Exchange:
        """Bring the answer to a host's robots.txt: out of the pool, or else fetched for all who share it."""
        request = Request(url=f"{site}/robots.txt", max_hops=MAX_REDIRECTS, max_bytes=MAX_ROBOTS_BYTES)
        if self._pool is None:
            return await self._fetcher.fetch(request)
        found = await self._pool.ask(request.url)
        is_stale = site in self._anew or (self._is_second and found is not None and _verdict(found) == "disallow-all")
        if found is not None and not is_stale:
            if self.on_given is not None:
                self.on_given(found)
            return found
        fetched: Exchange | None = None
        try:
            fetched = await self._fetcher.fetch(request)
        finally:
            self._pool.tell(request.url, bare(fetched) if fetched is not None else None)
        self._anew.discard(site)
        return fetched

    def _read(self, body: bytes) -> RobotsRules:
        rules = parse_robots(body)
        rules.prepare((self._agent, *KNOWN_BOTS))
        return rules

    def _hold(self, site: str, n_bytes: int) -> None:
        """Make room: let go of the files asked for longest ago that are not being fetched."""
        self._n_held += n_bytes - self._sizes.get(site, 0)
        self._sizes[site] = n_bytes
        for other, task in list(self._files.items()):
            if len(self._files) <= MAX_HOSTS and self._n_held <= MAX_HELD_BYTES:
                return
            if task.done():
                self._drop(other)

    def _drop(self, site: str) -> None:
        self._files.pop(site, None)
        self._n_held -= self._sizes.pop(site, 0)

    def _row(self, site: str, file: _File, exchange: Exchange) -> dict[str, Any]:
        start = f"{site}/"
        is_shut = file.verdict == "disallow-all"
        return {
            "host_url": site,
            "status": file.status,
            "fault": file.fault,
            "verdict": file.verdict,
            "crawl_delay_s": file.rules.crawl_delay(self._agent),
            "sitemaps": list(file.rules.sitemaps),
            "is_site_blocked": is_shut or not file.rules.allows(start, self._agent),
            "blocked_bots": [bot for bot in KNOWN_BOTS if is_shut or not file.rules.allows(start, bot)],
            "text": None if exchange.status is None else exchange.body.decode("utf-8", "replace"),
            "fetched_at": exchange.fetched_at,
        }


def host_url(url: str) -> str:
    """Give scheme, host and port of a normalised URL: what one robots.txt governs."""
    return url[: url.index("/", len("https:/") + 1)]


def _verdict(exchange: Exchange) -> Verdict:
    """Read what the answer to robots.txt means.

    Source: RFC 9309 2.3.1; Google counts 429 among the answers of a server that is not well.
    """
    status, fault = exchange.status, exchange.fault
    if fault in _NO_FILE:
        return "allow-all"
    if status is None or status >= 500 or status == 429:
        return "disallow-all"
    if status >= 300:
        return "allow-all"
    # Rules that came before the answer broke off still bind; what cannot be decoded at all is no file.
    if fault in {"timeout", "closed", "too-slow"} and not exchange.body:
        return "disallow-all"
    return "rules"
