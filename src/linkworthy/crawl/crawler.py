"""The stage that crawls the owner's site: every own page, its sitemaps, where it links to, and a few probes."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from linkworthy import urls
from linkworthy.crawl import chains, found, probes, rows, sitemaps
from linkworthy.crawl.admission import Admission
from linkworthy.crawl.batch import Batch
from linkworthy.crawl.frontier import Entry, Frontier, Offer, Result
from linkworthy.crawl.rounds import Rounds
from linkworthy.crawl.scope import Scope
from linkworthy.crawl.settle import settle
from linkworthy.crawl.visits import Visit, Visitor
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.errors import SiteError
from linkworthy.fetch.base import Fetcher
from linkworthy.fetch.robots import host_url
from linkworthy.site import Run, SiteConfig

GROUP = "crawl"
TABLES = (
    "pages", "hops", "links", "blocks", "images", "resources", "structured", "probes", "robots", "sitemap_urls",
    "rejects",
)  # fmt: skip

START_TRIES = 3
START_PAUSE_S = 1.0
"""The start page is asked for again after this time, and after twice as long the next time."""


async def crawl(
    run: Run,
    config: SiteConfig,
    engine: Embedded,
    progress: Progress,
    fetcher: Fetcher,
    *,
    extra_urls: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Crawl the own site and check each outbound link once; gives counts for the journal.

    ``extra_urls`` are own URLs that others link to, each with a page that does. Killed, the same call goes on.
    Raises: SiteError where the start page does not answer; nothing is written then.
    """
    folder = run.folder / GROUP
    frontier = Frontier(folder / "frontier.sqlite")
    try:
        return await _Crawl(run, config, engine, progress, fetcher, frontier, folder).run(extra_urls)
    except SiteError:
        frontier.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        frontier.close()


class _Crawl:
    def __init__(
        self,
        run: Run,
        config: SiteConfig,
        engine: Embedded,
        progress: Progress,
        fetcher: Fetcher,
        frontier: Frontier,
        folder: Path,
    ) -> None:
        self._run = run
        self._config = config
        self._engine = engine
        self._progress = progress
        self._fetcher = fetcher
        self._frontier = frontier
        self._folder = folder
        self._scope = Scope(config)
        self._origins: set[str] = set()

    async def run(self, extra_urls: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Fetch in rounds, probe, sort: each step is noted, and not done again after a kill."""
        if self._frontier.fact("sorted") is None:
            await self._fetch(extra_urls)
        limit = self._config.limits.max_hops
        queries = {
            "pages": chains.pages_with_ends(limit),
            "hops": chains.own_hops(limit),
            "robots": chains.ROBOTS_ONCE,
            "probes": chains.PROBES_ONCE,
        }
        settle(self._run, GROUP, self._engine, self._frontier, self._folder / "sorted", queries=queries, tables=TABLES)
        return self._facts()

    async def _fetch(self, extra_urls: Iterable[tuple[str, str]]) -> None:
        self._batch = Batch(self._run, GROUP, self._frontier)
        self._progress.start("crawl")
        extra = list(found.backlink_targets(extra_urls, self._scope))
        self._frontier.seed([found.start(self._config.url), *extra])
        admission = Admission(self._scope, n_reserved=min(len(extra), self._config.limits.max_pages // 2))
        rounds = Rounds(self._frontier, self._batch, self._fetcher, self._config, self._progress, self._scope.is_own)
        while self._frontier.advance(admission.decide):
            await rounds.work_off(self._visit, self._take, self._refuse)
        if self._frontier.fact("probed") is None:
            await self._probe(rounds.visitor)
            self._batch.flush()
            self._frontier.keep("probed", "yes")
        self._progress.finish(f"{self._frontier.count(found.OWN)} own URLs")

    def _refuse(self, entry: Entry) -> None:
        row = self._unfetched(entry, "skipped", entry.refusal or "", None)
        self._batch.add({"pages": [row]}, Result(entry, n_attempts=0))

    async def _visit(self, visitor: Visitor, entry: Entry) -> Visit:
        if entry.role == found.OUTBOUND:
            method: Literal["GET", "HEAD"] = "GET" if entry.n_attempts else "HEAD"  # some servers never answer HEAD
            return await visitor.visit(entry, method=method, max_hops=self._config.limits.max_hops)
        if entry.role == found.SITEMAP:
            return await visitor.visit(entry, max_hops=5, max_bytes=sitemaps.MAX_BYTES, is_page=False)
        visit = await (self._visit_start(visitor, entry) if entry.found_by == "seed" else visitor.visit(entry))
        if visit.exchange.status is None or host_url(entry.url) in self._origins:
            return visit
        named = await visitor.robots.rules(entry.url)
        return replace(visit, sitemaps=tuple(named.sitemaps))

    async def _visit_start(self, visitor: Visitor, entry: Entry) -> Visit:
        """Ask for the start page, again where it does not answer: without it there is nothing to crawl."""
        for n in range(START_TRIES):
            if n:
                await asyncio.sleep(START_PAUSE_S * 2 ** (n - 1))
                visitor.robots.forget(entry.url)
            visit = await visitor.visit(entry)
            fault = visit.exchange.fault
            if visit.exchange.status is not None or fault in {None, "disallowed", "not-recorded"}:
                return visit
            if fault == "name-not-found":
                break
        detail = visit.exchange.last.fault_detail
        why = f"{fault} ({detail})" if detail else fault
        raise SiteError(f"{entry.url} does not answer: {why}; look at the address, the site and your connection")

    def _take(self, visit: Visit) -> None:
        if visit.entry.role == found.SITEMAP:
            self._take_sitemap(visit)
        elif visit.entry.role == found.OUTBOUND:
            self._take_outbound(visit)
        else:
            self._take_page(visit)

    def _take_page(self, visit: Visit) -> None:
        entry, exchange, page = visit.entry, visit.exchange, visit.page
        if exchange.fault == "disallowed" or visit.limit is not None:
            state = "disallowed" if visit.limit is None else "skipped"
            fault = visit.limit or "disallowed"
            row = self._unfetched(entry, state, fault, exchange.last.fault_detail, visit)
            self._batch.add({"pages": [row]}, visit.result)
            return
        row = rows.page_row(
            exchange, page, role=found.OWN, is_own=True, found_by=entry.found_by, found_on=entry.found_on or None,
            depth=entry.depth, n_attempts=visit.n_attempts, is_robots_allowed=visit.first.is_allowed,
            is_googlebot_allowed=visit.first.is_googlebot_allowed,
        )  # fmt: skip
        content: dict[str, list[dict[str, Any]]] = {"pages": [row]}
        offers: list[Offer] = []
        status = exchange.status or 0
        refresh = page.facts["meta_refresh_url"] if page is not None and 200 <= status < 300 else None
        if refresh and refresh != entry.url and row["redirect_url"] is None:
            row |= {"redirect_url": refresh, "redirect_kind": "meta-refresh"}
        if row["redirect_url"] is not None and exchange.fault is None:
            offers.append(found.redirect(entry, row["redirect_url"], self._scope))
        if page is not None and 200 <= status < 300:
            content |= rows.content_rows(page, captured_at=exchange.fetched_at, capture=GROUP)
            offers += found.on_page(entry, page, self._scope)
        if status:
            offers += self._sitemap_offers(visit, is_answered=status == 200)
        self._batch.add(content, visit.result, offers)

    def _sitemap_offers(self, visit: Visit, *, is_answered: bool) -> list[Offer]:
        """Offer the sitemaps of a host until one of its pages has answered."""
        origin = host_url(visit.entry.url)
        if origin in self._origins:
            return []
        offers = [found.sitemap(url, f"{origin}/robots.txt", 0) for url in map(urls.normalise, visit.sitemaps) if url]
        if is_answered:
            self._origins.add(origin)
            offers.append(found.sitemap(f"{origin}/sitemap.xml", "", 0))
        return offers

    def _take_sitemap(self, visit: Visit) -> None:
        entry, exchange = visit.entry, visit.exchange
        is_guess = not entry.found_on
        if exchange.status != 200 or exchange.fault is not None:
            why = f"sitemap not read: {visit.limit or exchange.fault or f'status {exchange.status}'}"
            rejects = [] if is_guess else [_reject(entry.url, sitemaps.Reject(0, why, ""))]
            self._batch.add({"rejects": rejects}, visit.result)
            return
        read = sitemaps.read(exchange.body, entry.url)
        if is_guess and read.kind == "none":
            self._batch.add({}, visit.result)
            return
        named = [
            {"sitemap_url": entry.url, "url": item.url, "last_modified_at": item.last_modified_at}
            for item in read.entries
            if read.kind != "index"
        ]
        rejects = [_reject(entry.url, reject) for reject in read.rejects]
        offers = found.in_sitemap(read, entry, self._scope)
        self._batch.add({"sitemap_urls": named, "rejects": rejects}, visit.result, offers)

    def _take_outbound(self, visit: Visit) -> None:
        entry, exchange = visit.entry, visit.exchange
        if exchange.hops[0].fault == "disallowed" or visit.limit is not None:
            state = "disallowed" if visit.limit is None else "skipped"
            fault = visit.limit or "disallowed"
            row = self._unfetched(entry, state, fault, exchange.last.fault_detail, visit)
            self._batch.add({"pages": [row]}, visit.result)
            return
        pages = rows.page_rows(
            exchange, visit.page, role=found.OUTBOUND, is_own=False, is_final_own=self._scope.is_own(exchange.url),
            found_by=entry.found_by, found_on=entry.found_on or None, n_attempts=visit.n_attempts,
            first=visit.first, last=visit.last,
        )  # fmt: skip
        kept = [row for row in pages if not row["is_own"]]
        self._batch.add({"pages": kept, "hops": rows.hop_rows(exchange)}, visit.result)

    def _unfetched(
        self, entry: Entry, state: str, fault: str, detail: str | None, visit: Visit | None = None
    ) -> dict[str, Any]:
        return rows.unfetched_row(
            entry.url, state=state, fault=fault, detail=detail,
            at=visit.exchange.fetched_at if visit else datetime.now(UTC), role=entry.role,
            is_own=entry.role == found.OWN, found_by=entry.found_by, found_on=entry.found_on or None, depth=entry.depth,
            is_robots_allowed=visit.first.is_allowed if visit else None,
        )  # fmt: skip

    async def _probe(self, visitor: Visitor) -> None:
        """Ask for variants that a site should not answer twice, and keep the robots.txt files of the own hosts."""
        self._batch.flush()
        probed = await probes.probe(self._run, self._config, self._engine, visitor)
        robots = [
            row
            for row in visitor.robots.take_rows()
            if self._scope.is_own(row["host_url"]) and row["status"] is not None
        ]
        self._batch.add({"probes": probed, "robots": robots})

    def _facts(self) -> dict[str, Any]:
        counters = self._frontier.counters
        skipped = {name.removeprefix("skipped "): n for name, n in counters.items() if name.startswith("skipped ")}
        return {
            "n_own": counters[found.OWN],
            "n_outbound": counters[found.OUTBOUND],
            "n_sitemaps": counters[found.SITEMAP],
            "skipped": dict(sorted(skipped.items())),
        }


def _reject(url: str, reject: sitemaps.Reject) -> dict[str, Any]:
    return {"file": url, "row": reject.row, "reason": reject.reason, "sample": reject.sample}
