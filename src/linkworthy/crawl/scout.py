"""The stage that reads pages of strangers who might link one day: as politely as the crawl, and as durably."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linkworthy import urls
from linkworthy.crawl import chains, rows
from linkworthy.crawl.frontier import Entry, Frontier, Offer
from linkworthy.crawl.rounds import Rounds
from linkworthy.crawl.settle import settle
from linkworthy.crawl.task import Content, Taken
from linkworthy.crawl.visits import Visit, Visitor
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.fetch.base import Fetcher
from linkworthy.html.understood import understood
from linkworthy.site import Run, SiteConfig

GROUP = "scout"
ROLE = "prospect"
TABLES = ("pages", "hops", "links", "blocks", "structured", "robots")
_CONTENT = ("links", "blocks", "structured")


async def scout(
    run: Run,
    config: SiteConfig,
    engine: Embedded,
    progress: Progress,
    fetcher: Fetcher,
    candidates: Iterable[tuple[str, str]],
) -> dict[str, Any]:
    """Fetch each candidate page once, given with the page that names it; gives counts for the journal.

    Killed, the same call goes on.
    """
    folder = run.folder / GROUP
    frontier = Frontier(folder / "frontier.sqlite")
    try:
        if frontier.fact("fetched") is None:
            await _fetch(run, config, progress, fetcher, frontier, candidates)
            frontier.keep("fetched", "yes")
        queries = {"pages": chains.PAGES_ONCE, "hops": chains.HOPS_ONCE, "robots": chains.ROBOTS_ONCE}
        settle(run, GROUP, engine, frontier, Path(folder / "sorted"), queries=queries, tables=TABLES)
        return {"n_candidates": frontier.counters[ROLE]}
    finally:
        frontier.close()


async def _fetch(
    run: Run,
    config: SiteConfig,
    progress: Progress,
    fetcher: Fetcher,
    frontier: Frontier,
    candidates: Iterable[tuple[str, str]],
) -> None:
    progress.start("scout")
    frontier.seed(Offer(ROLE, url, 0, 0, 0, "link", found_on) for url, found_on in candidates)
    await Rounds(run, frontier, _ProspectTask(config), fetcher, config, progress).work_off(_count)
    progress.finish(f"{frontier.count(ROLE)} sites")


def _count(offer: Offer, counters: Counter[str]) -> str | None:
    counters[offer.role] += 1
    return None


class _ProspectTask:
    """The work on one candidate."""

    def __init__(self, config: SiteConfig) -> None:
        self._config = config
        self._read: set[str] = set()
        """Pages whose content was kept: two URLs may redirect to one page."""

    @property
    def group(self) -> str:
        """The group of the parts."""
        return GROUP

    def keeps_robots(self, host_url: str) -> bool:
        """Keep each: the table of a strange site says what it lets crawlers see."""
        return bool(host_url)

    def refuse(self, entry: Entry) -> Taken:
        """Refuse none: every candidate is asked for.

        Raises: LookupError, because a refused one would be a fault of ours.
        """
        raise LookupError(entry.url)

    async def visit(self, visitor: Visitor, entry: Entry) -> Visit:
        """Ask for a page, and follow where it redirects to."""
        visit = await visitor.visit(entry, max_hops=self._config.limits.max_hops)
        return visit if visit.page is None else replace(visit, page=understood(visit.page))

    def take(self, visit: Visit) -> Taken:
        """Give the rows of one visit; two URLs that redirect to one page give its content once."""
        entry, exchange, page = visit.entry, visit.exchange, visit.page
        if visit.limit is not None or exchange.hops[0].fault == "disallowed":
            state, fault = ("skipped", visit.limit) if visit.limit else ("disallowed", "disallowed")
            row = rows.unfetched_row(
                entry.url, state=state, fault=fault, detail=None, at=datetime.now(UTC), role=ROLE, is_own=False,
                found_by=entry.found_by, is_robots_allowed=visit.first.is_allowed,
            )  # fmt: skip
            return Taken(rows={"pages": [row]})
        found = rows.page_rows(
            exchange, page, role=ROLE, is_own=False, is_final_own=False, found_by=entry.found_by,
            n_attempts=visit.n_attempts, first=visit.first, last=visit.last,
        )  # fmt: skip
        content = None
        is_read = exchange.fault is None and exchange.status is not None and 200 <= exchange.status < 300
        if page is not None and is_read and page.url not in self._read and urls.host_of(page.url):
            self._read.add(page.url)
            content = Content(page=page, captured_at=exchange.fetched_at, tables=_CONTENT)
        return Taken(rows={"pages": found, "hops": rows.hop_rows(exchange)}, content=content)
