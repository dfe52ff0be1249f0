"""Works through the rounds of a frontier: a first pass over all hosts, then a slow one over what asked for it.

A small round is done in this process. A large one is done by several, where the stage was given a way to open a fetcher
in each of them; the frontier stays here, and hands out and takes up what they do.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from linkworthy.crawl.batch import Batch
from linkworthy.crawl.control import Gate
from linkworthy.crawl.feed import SHARED, Feed
from linkworthy.crawl.fleet import Fleet, Opener, Spec
from linkworthy.crawl.frontier import AGAIN, REFUSED, WAITING, Decide, Entry, Frontier, Offer, Result
from linkworthy.crawl.task import Task
from linkworthy.crawl.worker import Worker
from linkworthy.engine.lean import let_go
from linkworthy.engine.progress import Progress
from linkworthy.fetch.base import Fetcher
from linkworthy.fetch.host_delays import HostDelays
from linkworthy.fetch.robots_pool import SharedRobots
from linkworthy.html import faster
from linkworthy.site import Run, SiteConfig
from linkworthy.tables import TABLES

LARGE = 400
"""Entries of a round from which on it is done by several processes."""
STRIDE = 64
"""Parts of one writer differ in their numbers by this, so that no two writers share one."""
_SHOW_S = 0.5


class Rounds:
    """The loop of a crawl or a verification over its frontier."""

    def __init__(
        self,
        run: Run,
        frontier: Frontier,
        task: Task,
        fetcher: Fetcher,
        config: SiteConfig,
        progress: Progress,
        *,
        opener: Opener | None = None,
        gate: Gate | None = None,
    ) -> None:
        self._run = run
        self._frontier = frontier
        self._task = task
        self._config = config
        self._progress = progress
        self._opener = opener
        self._gate = gate
        self._fleet: Fleet | None = None
        self._n_done = self._n_failed = 0
        self._since = time.monotonic()
        self._shown = 0.0
        for name in TABLES:
            run.discard(name, task.group, keep=frontier.parts)
        first = (frontier.part // STRIDE + 1) * STRIDE
        self.batch = Batch(self._path, task.group, self._commit, first, STRIDE, apply=frontier.apply)
        self._pool = SharedRobots()
        if self._n_workers() > 1:
            faster.reader.spare(LARGE)
        self.worker = Worker(task, fetcher, config, self.batch, self._pool)

    async def work_off(self, decide: Decide) -> None:
        """Do round after round until nothing is left, or until the gate says that the crawl is to end."""
        try:
            while not self._is_stopping() and self._frontier.advance(decide):
                for entry in self._frontier.pending(REFUSED):
                    self.batch.add(self._task.refuse(entry), Result(entry.id, n_attempts=0))
                self.batch.end_pass()
                await self._pass(WAITING)
                await self._pass(AGAIN)
            self.batch.flush()
        except asyncio.CancelledError:
            self.batch.flush()  # what came is not to be asked for again
            raise
        finally:
            if self._fleet is not None:
                self._fleet.close()

    async def _pass(self, state: str) -> None:
        is_second = state == AGAIN
        n_workers = self._n_workers()
        shared = set() if is_second or n_workers == 1 else await self._shared(state)
        feed = Feed(self._frontier, state, n_workers, shared, is_stopping=self._is_stopping)
        if not feed.n_entries:
            return
        is_large = self._config.limits.processes > 1 or feed.n_entries >= LARGE
        if n_workers > 1 and (self._fleet is not None or is_large):
            self.batch.flush()  # the word of a worker's part makes durable all that was applied before
            await self._launched(n_workers).work_off(feed, self._commit, self._show, is_second=is_second)
            return
        if n_workers > 1:
            feed = Feed(self._frontier, state, 1, is_stopping=self._is_stopping)

        async def ask(crowded: frozenset[str]) -> tuple[list[Entry], bool]:
            return feed.give(0, crowded), feed.is_over(0)

        await self.worker.work_off(ask, self._show, is_second=is_second)

    def _is_stopping(self) -> bool:
        return self._gate is not None and self._gate.is_stopping

    async def _shared(self, state: str) -> set[str]:
        """Name the hosts that several workers may ask at a time: large ones that ask for no delay."""
        out = set()
        delays = HostDelays(self._config.limits.host_delays, self._config.limits.delay_s)
        for host, n in self._frontier.hosts(state):
            if n >= SHARED and not delays.of(host):
                (entry,) = self._frontier.of_host(state, host, 0, 1)
                decision = await self.worker.visitor.robots.allowed(entry.url)
                out |= set() if decision.crawl_delay_s else {host}
        return out

    def _n_workers(self) -> int:
        if self._opener is None:
            return 1
        return min(self._config.limits.processes or len(os.sched_getaffinity(0)), STRIDE - 1)

    def _launched(self, n_workers: int) -> Fleet:
        if self._fleet is None and self._opener is not None:
            first = (self._frontier.part // STRIDE + 1) * STRIDE
            spec = Spec(self._task, self._config, self._opener, self._run.path("pages", self._task.group, 0), n_workers)
            self._fleet = Fleet(spec, first, STRIDE, self._pool)
            let_go()  # from now on this process hands out work, and reads no more
        if self._fleet is None:
            raise LookupError("no way to open a fetcher")
        return self._fleet

    def _commit(self, part: int, results: list[Result], offers: list[Offer]) -> None:
        self._frontier.commit(part, results, offers)

    def _path(self, name: str, part: int) -> Path:
        return self._run.path(name, self._task.group, part)

    def _show(self, n_answered: int, n_failed: int) -> None:
        self._n_done += n_answered + n_failed
        self._n_failed += n_failed
        now = time.monotonic()
        if now - self._shown >= _SHOW_S:
            self._shown = now
            rate = self._n_done / max(now - self._since, 0.001)
            failed = f", {self._n_failed} not answered" if self._n_failed else ""
            self._progress.update(self._n_done, self._n_done + self._frontier.n_waiting(), f"{rate:.0f}/s{failed}")
