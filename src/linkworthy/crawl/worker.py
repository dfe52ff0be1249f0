"""One worker of a crawl: asks for what it is given, many hosts at once and few URLs of each, and writes what comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from linkworthy.crawl.batch import Batch
from linkworthy.crawl.control import NotNowError
from linkworthy.crawl.frontier import Entry
from linkworthy.crawl.task import Taken, Task
from linkworthy.crawl.turns import Turns
from linkworthy.crawl.visits import Visit, Visitor
from linkworthy.fetch.base import Fetcher
from linkworthy.fetch.robots_pool import RobotsPool
from linkworthy.site import SiteConfig

Ask = Callable[[frozenset[str]], Awaitable[tuple[list[Entry], bool]]]
"""Asks for more entries, of none of these hosts; gives them, and whether they are the last."""
Show = Callable[[int, int], None]
"""Told how many URLs were answered, and how many were not, since it was told last."""

MAX_TASKS = 5_000
"""URLs under way, most of them waiting for their host's turn; connections are fewer."""
MAX_WAITING = 20_000
_LOW = 64
"""With fewer hosts that could be asked now, more entries are asked for."""
_ENOUGH = 400
"""Entries that wait, over all hosts, where there are few of those."""
_ASK_AGAIN = 64
"""Visits after which a worker that was given nothing asks again."""


class Worker:
    """Works through passes over entries; robots.txt files and the hosts' pace are remembered between them."""

    def __init__(
        self, task: Task, fetcher: Fetcher, config: SiteConfig, batch: Batch, pool: RobotsPool | None = None
    ) -> None:
        self._task = task
        self._config = config
        self._batch = batch
        self.visitor = Visitor(fetcher, config, pool=pool)

    async def work_off(self, ask: Ask, show: Show, *, is_second: bool) -> None:
        """Do a pass: ask for entries until they are over; what came of them is told at the end."""
        visitor = self.visitor
        per_host = self._config.limits.connections_per_host
        if is_second:
            visitor, per_host = self.visitor.second(), 1
        await _Pass(self._task, visitor, self._batch, Turns(per_host), show).run(ask)
        self._batch.end_pass()


class _Pass:
    def __init__(self, task: Task, visitor: Visitor, batch: Batch, turns: Turns, show: Show) -> None:
        self._task = task
        self._visitor = visitor
        self._batch = batch
        self._turns = turns
        self._show = show
        self._under_way: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._n_done = 0
        self._fault: BaseException | None = None

    async def run(self, ask: Ask) -> None:
        is_over = False
        asked_at = -_ASK_AGAIN
        try:
            while True:
                is_idle = not self._under_way
                is_hungry = self._turns.n_ready < _LOW and self._turns.n_waiting < MAX_WAITING
                if not is_over and is_hungry and (is_idle or self._n_done - asked_at >= _ASK_AGAIN):
                    entries, is_over = await ask(self._turns.crowded(self._enough()))
                    asked_at = self._n_done - (_ASK_AGAIN if entries else 0)
                    self._turns.add(entries)
                    self._fill()
                    continue
                if not self._under_way:
                    return
                self._changed.clear()
                await self._changed.wait()
                if self._fault is not None:
                    raise self._fault
        finally:
            for task in self._under_way:
                task.cancel()

    def _enough(self) -> int:
        return max(8, _ENOUGH // max(1, self._turns.n_hosts))

    def _fill(self) -> None:
        while len(self._under_way) < MAX_TASKS and (entry := self._turns.next()) is not None:
            task = asyncio.create_task(self._one(entry))
            self._under_way.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            self._fault = fault
        else:
            self._fill()
        self._changed.set()

    async def _one(self, entry: Entry) -> None:
        try:
            self._take(await self._task.visit(self._visitor, entry))
        except NotNowError:
            return
        finally:
            self._turns.free(entry.host)

    def _take(self, visit: Visit) -> None:
        self._n_done += 1
        robots = [row for row in self._visitor.robots.take_rows() if self._task.keeps_robots(row["host_url"])]
        if robots:
            self._batch.add(Taken(rows={"robots": robots}))
        if visit.again_at is not None:
            self._batch.add(Taken(), visit.result)
            return
        self._batch.add(self._task.take(visit), visit.result)
        is_answered = visit.exchange.fault is None and visit.limit is None
        self._show(int(is_answered), int(not is_answered))
