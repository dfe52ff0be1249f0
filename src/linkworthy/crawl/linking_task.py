"""What verification does with each URL: linking pages, and own pages that they turn out to link to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from linkworthy.crawl import rows
from linkworthy.crawl.frontier import Entry, Offer
from linkworthy.crawl.scope import Scope
from linkworthy.crawl.task import Content, Taken
from linkworthy.crawl.visits import Visit, Visitor
from linkworthy.html.understood import understood
from linkworthy.site import SiteConfig

GROUP = "verify"
LINKING = "linking"
TARGET = "target"
_CONTENT = ("links", "blocks", "structured")


class LinkingTask:
    """The work on one URL of a verification; ``known`` are own URLs that the crawl has fetched."""

    def __init__(self, config: SiteConfig, known: frozenset[str]) -> None:
        self._config = config
        self._is_own = Scope(config).is_own
        self._known = known
        self._read: set[int] = set()
        """Pages whose content this worker has kept: two URLs may redirect to one page."""

    @property
    def group(self) -> str:
        """The group of the parts."""
        return GROUP

    def keeps_robots(self, host_url: str) -> bool:
        """Keep each: it says whether a link counts."""
        return bool(host_url)

    def refuse(self, entry: Entry) -> Taken:
        """Say that an entry is not asked for, and why."""
        row = self._unfetched(entry, "skipped", entry.refusal or "", datetime.now(UTC), rows.Permission())
        return Taken(rows={"pages": [row]})

    async def visit(self, visitor: Visitor, entry: Entry) -> Visit:
        """Ask for a page, and follow where it redirects to."""
        visit = await visitor.visit(entry, max_hops=self._config.limits.max_hops)
        page = visit.page
        if page is None or entry.role != LINKING or self._is_own(page.url):
            return visit
        return replace(visit, page=understood(page))

    def take(self, visit: Visit) -> Taken:
        """Turn a visit into rows and offers."""
        entry, exchange, page = visit.entry, visit.exchange, visit.page
        if visit.limit is not None or exchange.hops[0].fault == "disallowed":
            state, fault = ("skipped", visit.limit) if visit.limit else ("disallowed", "disallowed")
            row = self._unfetched(entry, state, fault, exchange.fetched_at, visit.first)
            return Taken(rows={"pages": [row]})
        pages = rows.page_rows(
            exchange, page, role=_role(entry), is_own=entry.role == TARGET,
            is_final_own=self._is_own(exchange.url), found_by=entry.found_by,
            n_attempts=visit.n_attempts, first=visit.first, last=visit.last,
        )  # fmt: skip
        fresh = [row for row in pages if row["url"] not in self._known]
        content = None
        offers: list[Offer] = []
        is_read = exchange.fault is None and exchange.status is not None and 200 <= exchange.status < 300
        if page is not None and is_read and entry.role == LINKING:
            offers = [Offer(TARGET, url, 1, 0, 0, "backlink", page.url) for url in self._own_links(page.links)]
            if hash(page.url) not in self._read and not self._is_own(page.url):
                self._read.add(hash(page.url))
                content = Content(page=page, captured_at=exchange.fetched_at, tables=_CONTENT)
        return Taken(rows={"pages": fresh, "hops": rows.hop_rows(exchange)}, content=content, offers=offers)

    def _own_links(self, links: Sequence[Any]) -> list[str]:
        return list(dict.fromkeys(link.url for link in links if link.url and self._is_own(link.url)))

    def _unfetched(
        self, entry: Entry, state: str, fault: str, at: datetime, permission: rows.Permission
    ) -> dict[str, Any]:
        return rows.unfetched_row(
            entry.url, state=state, fault=fault, detail=None, at=at, role=_role(entry), is_own=entry.role == TARGET,
            found_by=entry.found_by, is_robots_allowed=permission.is_allowed,
        )  # fmt: skip


def _role(entry: Entry) -> str:
    return "own" if entry.role == TARGET else LINKING
