"""What a crawl will be like, before it starts: from robots.txt, the sitemaps and the start page alone."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from linkworthy import urls
from linkworthy.crawl import found, sitemaps
from linkworthy.crawl.frontier import Entry
from linkworthy.crawl.scope import Scope
from linkworthy.crawl.seen import Seen, fingerprints
from linkworthy.crawl.visits import Visit, Visitor
from linkworthy.errors import SiteError
from linkworthy.fetch.base import Fetcher
from linkworthy.fetch.host_delays import HostDelays
from linkworthy.fetch.robots import host_url
from linkworthy.site import SiteConfig

MAX_SITEMAPS = 25
"""Sitemaps that are read for a plan; how much the others hold is reckoned from these."""
PAGES_PER_S = 250.0
"""Pages that one process fetches and reads in a second where nothing else holds it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a crawl is expected to be; null where nothing tells."""

    n_urls: int | None
    """Own URLs that will be fetched."""
    source: str
    """Where that number comes from: list, sitemaps, last crawl, start page."""
    is_least: bool
    """There may be many more: only the links of the start page were counted."""
    is_limited: bool
    """The number is a limit of the settings."""
    n_in_sitemaps: int
    n_sitemaps: int
    """Sitemaps that were read."""
    n_sitemaps_unread: int
    n_last_crawl: int | None
    n_start_links: int
    n_start_outbound: int
    n_hosts: int
    start_status: int | None
    start_fault: str | None
    is_start_allowed: bool | None
    """robots.txt lets our agent fetch the start page."""
    delay_s: float
    """Seconds between two requests to one host: of the settings or of robots.txt, whichever is longer."""
    crawl_delay_s: float | None
    """What robots.txt asks for."""
    answer_s: float | None
    """Seconds that the server took for an answer, in the middle."""
    pages_per_s: float
    seconds: float | None
    processes: int
    connections_per_host: int
    mode: str
    n_requests: int
    """Requests that the plan itself took, robots.txt apart."""


@dataclass(slots=True)
class _Seen:
    hosts: Counter[str] = field(default_factory=Counter)
    known: Seen = field(default_factory=Seen)

    def add(self, named: Iterable[str]) -> None:
        """Count URLs, each once."""
        listed = list(dict.fromkeys(named))
        if listed:
            names = fingerprints(listed)
            fresh = ~self.known.has(names)
            self.hosts.update(urls.host_of(url) for url, is_new in zip(listed, fresh.tolist(), strict=True) if is_new)
            self.known.add(names)


class Planner:
    """Asks for as little as it takes to say how long a crawl will be."""

    def __init__(self, config: SiteConfig, fetcher: Fetcher) -> None:
        self._config = config
        self._scope = Scope(config)
        self._visitor = Visitor(fetcher, config)
        self._times: list[float] = []
        self._n_requests = 0
        self._n_read = self._n_unread = 0

    async def plan(self, *, n_last: int | None = None, listed: Iterable[str] | None = None) -> Plan:
        """Look at robots.txt, sitemaps and start page; of a list only its URLs are counted.

        Raises: SiteError where the start page does not answer.
        """
        visit = await self._ask(Entry.single(found.OWN, self._config.url, "seed"))
        if visit.exchange.status is None and visit.exchange.fault not in {None, "disallowed", "not-recorded"}:
            raise SiteError(f"{self._config.url} does not answer: {visit.exchange.fault}")
        seen = _Seen()
        own, n_outbound = self._links(visit)
        if listed is not None:
            seen.add(listed)
        elif self._config.scope.mode != "list":
            await self._read_sitemaps(seen)
        decision = await self._visitor.robots.allowed(self._config.url)
        n_named = sum(seen.hosts.values())
        n_all = round(n_named * (1 + self._n_unread / self._n_read)) if self._n_read else n_named
        n_urls, source = self._expected(n_all, n_last, len(own), is_list=listed is not None)
        limit = self._config.limits.max_pages
        n_hosts = max(1, len(seen.hosts))
        limits = self._config.limits
        least = HostDelays(limits.host_delays, limits.delay_s).of(urls.host_of(self._config.url))
        delay = max(least, decision.crawl_delay_s or 0.0)
        rate = self._rate(delay, n_hosts)
        n_capped = None if n_urls is None else min(n_urls, limit)
        return Plan(
            n_urls=n_capped,
            source=source,
            is_least=source == "start page",
            is_limited=n_urls is not None and n_urls > limit,
            n_in_sitemaps=n_all if listed is None else 0,
            n_sitemaps=self._n_read,
            n_sitemaps_unread=self._n_unread,
            n_last_crawl=n_last,
            n_start_links=len(own),
            n_start_outbound=n_outbound,
            n_hosts=n_hosts,
            start_status=visit.exchange.status,
            start_fault=visit.exchange.fault,
            is_start_allowed=visit.first.is_allowed,
            delay_s=delay,
            crawl_delay_s=decision.crawl_delay_s,
            answer_s=round(median(self._times), 4) if self._times else None,
            pages_per_s=round(rate, 2),
            seconds=None if n_capped is None else round(n_capped / rate, 1),
            processes=self._processes,
            connections_per_host=self._config.limits.connections_per_host,
            mode=self._config.scope.mode,
            n_requests=self._n_requests,
        )

    @property
    def _processes(self) -> int:
        return self._config.limits.processes or len(os.sched_getaffinity(0))

    async def _ask(self, entry: Entry, *, is_page: bool = True) -> Visit:
        size = None if is_page else sitemaps.MAX_BYTES
        visit = await self._visitor.visit(entry, max_hops=5, max_bytes=size, is_page=is_page)
        self._n_requests += 1
        taken = visit.exchange.last.timings.total_ms
        if taken is not None:
            self._times.append(taken / 1000.0)
        return visit

    def _links(self, visit: Visit) -> tuple[set[str], int]:
        named = {link.url: link.target_host for link in visit.page.links if link.url} if visit.page else {}
        own = {self._scope.cleaned(url) for url, host in named.items() if self._scope.is_inside(url, host or "")}
        kept = {url for url in own if self._scope.refusal(url, 1) is None} | {self._config.url}
        return kept, sum(not self._scope.is_inside(url, host or "") for url, host in named.items())

    async def _read_sitemaps(self, seen: _Seen) -> None:
        named = (await self._visitor.robots.rules(self._config.url)).sitemaps
        first = [*(url for url in map(urls.normalise, named) if url), f"{host_url(self._config.url)}/sitemap.xml"]
        waiting = deque((url, 0) for url in dict.fromkeys(first))
        known = set(first)
        while waiting and self._n_read < MAX_SITEMAPS and self._n_requests < 2 * MAX_SITEMAPS:
            url, depth = waiting.popleft()
            visit = await self._ask(Entry.single(found.SITEMAP, url, "sitemap"), is_page=False)
            if visit.exchange.status != 200:
                continue
            read = sitemaps.read(visit.exchange.body, url)
            if read.kind == "index":
                below = [item.url for item in read.entries if item.url not in known]
                known.update(below)
                waiting.extend((url, depth + 1) for url in below if depth < sitemaps.MAX_INDEX_DEPTH)
            elif read.kind != "none":
                self._n_read += 1
                inside = (self._scope.cleaned(item.url) for item in read.entries if self._scope.is_inside(item.url))
                seen.add(url for url in inside if self._scope.refusal(url, None) is None)
        self._n_unread = len(waiting)

    def _expected(self, n_named: int, n_last: int | None, n_links: int, *, is_list: bool) -> tuple[int | None, str]:
        if is_list:
            return n_named, "list"
        if self._config.scope.mode == "sitemap":
            return n_named, "sitemaps"
        if self._config.scope.mode == "list":
            return None, "list"
        n, source = max((n_named, "sitemaps"), (n_last or 0, "last crawl"))
        return (n_links, "start page") if n < n_links else (n, source)

    def _rate(self, delay_s: float, n_hosts: int) -> float:
        """Give pages a second, bounded by the hosts' pace, the connections, the global rate, and this machine."""
        limits = self._config.limits
        bounds = [PAGES_PER_S * self._processes]
        if limits.requests_per_s:
            bounds.append(limits.requests_per_s)
        if delay_s:
            bounds.append(n_hosts / delay_s)
        elif self._times:
            bounds.append(
                min(n_hosts * limits.connections_per_host, limits.connections) / max(median(self._times), 1e-3)
            )
        return min(bounds)
