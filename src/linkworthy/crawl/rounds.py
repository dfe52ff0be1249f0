"""Works through one round of a frontier: a first pass over all hosts, then a slow one over what asked for it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from linkworthy.crawl.frontier import AGAIN, REFUSED, WAITING, Entry, Frontier
from linkworthy.crawl.schedule import over_hosts
from linkworthy.crawl.visits import Visit, Visitor
from linkworthy.engine.progress import Progress
from linkworthy.fetch.base import Fetcher
from linkworthy.site import SiteConfig

if TYPE_CHECKING:
    from linkworthy.crawl.batch import Batch

Work = Callable[[Visitor, Entry], Awaitable[Visit]]
Take = Callable[[Visit], None]


class Rounds:
    """The loop of a crawl or a verification over its frontier."""

    def __init__(
        self,
        frontier: Frontier,
        batch: Batch,
        fetcher: Fetcher,
        config: SiteConfig,
        progress: Progress,
        keeps_robots: Callable[[str], bool],
    ) -> None:
        self._keeps_robots = keeps_robots
        self._frontier = frontier
        self._batch = batch
        self._fetcher = fetcher
        self._config = config
        self._progress = progress
        self._done = 0
        self._states: Counter[str] = Counter()
        self._since = time.monotonic()
        self._shown = 0.0
        self.visitor = Visitor(fetcher, config)

    async def work_off(self, work: Work, take: Take, refuse: Callable[[Entry], None]) -> None:
        """Do what is pending: ``take`` and ``refuse`` hand rows and results to the batch."""
        for entry in self._frontier.pending(REFUSED):
            refuse(entry)
        limits = self._config.limits
        await self._pass(self.visitor, WAITING, work, take, limits.connections_per_host)
        if self._frontier.pending(AGAIN):
            await self._pass(Visitor(self._fetcher, self._config, is_second=True), AGAIN, work, take, 1)

    async def _pass(self, visitor: Visitor, state: str, work: Work, take: Take, per_host: int) -> None:
        def taken(visit: Visit) -> None:
            robots = [row for row in visitor.robots.take_rows() if self._keeps_robots(row["host_url"])]
            self._batch.add({"robots": robots})
            if visit.again_at is not None:
                self._batch.add({}, visit.result)
            else:
                take(visit)
                self._show(visit)

        try:
            await over_hosts(
                self._frontier.pending(state),
                lambda entry: work(visitor, entry),
                taken,
                connections=self._config.limits.connections,
                per_host=per_host,
            )
        except BaseExceptionGroup as group:
            raise _first(group) from group
        self._batch.flush()

    def _show(self, visit: Visit) -> None:
        self._done += 1
        self._states["answered" if visit.exchange.fault is None and visit.limit is None else "failed"] += 1
        now = time.monotonic()
        if now - self._shown >= 0.5:
            self._shown = now
            rate = self._done / max(now - self._since, 0.001)
            note = f"{rate:.0f}/s, {self._states['failed']} not answered" if self._states["failed"] else f"{rate:.0f}/s"
            self._progress.update(self._done, self._done + self._frontier.n_waiting(), note)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Give the exception that ended a group of tasks."""
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
