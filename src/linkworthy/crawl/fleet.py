"""The worker processes of a large round: each has its own fetcher and writes its own parts.

A pipe leads to each. A worker asks for entries and gives word of parts that are on disk; the frontier is elsewhere. It
ends when its pipe does, and is killed with the process that made it: nobody writes into a run that another has taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from linkworthy.crawl.batch import Batch, Commit
from linkworthy.crawl.feed import Feed
from linkworthy.crawl.frontier import Entry, Offer, Result
from linkworthy.crawl.task import Task
from linkworthy.crawl.worker import Show, Worker
from linkworthy.engine.lean import leave_out, seldom_collected
from linkworthy.errors import LinkworthyError, StageError
from linkworthy.fetch.base import Exchange, Fetcher
from linkworthy.fetch.robots_pool import SharedRobots
from linkworthy.html import faster
from linkworthy.site import SiteConfig

Opener = Callable[[SiteConfig], AbstractAsyncContextManager[Fetcher]]
"""Opens a fetcher; picklable."""

_PR_SET_PDEATHSIG = 1
_END_S = 5.0
"""How long a worker has to end by itself."""
_SHOW_EACH = 20


@dataclass(frozen=True, slots=True)
class Spec:
    """What every worker is made of; picklable."""

    task: Task
    config: SiteConfig
    opener: Opener
    first_path: Path
    """Path of part 0 of the table ``pages``; those of other parts and tables lie beside it."""
    n_workers: int

    @property
    def share(self) -> SiteConfig:
        """The settings with one worker's share of the connections, the rate and the browser's tabs."""
        limits = self.config.limits
        shared = replace(
            limits,
            connections=max(1, limits.connections // self.n_workers),
            connections_per_host=max(1, limits.connections_per_host // self.n_workers),
            requests_per_s=limits.requests_per_s / self.n_workers,
        )
        browser = replace(self.config.browser, tabs=max(1, self.config.browser.tabs // self.n_workers))
        return replace(self.config, limits=shared, browser=browser)

    def path(self, table: str, part: int) -> Path:
        """Give the path of a part."""
        return self.first_path.with_name(f"{table}.{self.task.group}.{part:06d}.parquet")


class Fleet:
    """Workers that live until :meth:`close`."""

    def __init__(self, spec: Spec, first: int, stride: int, pool: SharedRobots) -> None:
        self._pool = pool
        # A crawl that needs a fleet is long enough to gain from it, and so is the next one.
        faster.prepare_beside()
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        for n in range(1, spec.n_workers + 1):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, spec, first + n, stride), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    async def work_off(self, feed: Feed, commit: Commit, show: Show, *, is_second: bool) -> None:
        """Do one pass: hand out the feed's entries and commit what comes back.

        Raises: whatever ended a worker; StageError where one was killed. What was committed stands.
        """
        heard = asyncio.Queue[tuple[int, Any]]()
        for n, pipe in enumerate(self._pipes):
            pipe.send(("pass", is_second))
            _listen(pipe, partial(_note, heard, n))
        try:
            n_left = len(self._pipes)
            while n_left:
                n, what = await heard.get()
                n_left -= self._heed(n, what, feed, commit, show)
        finally:
            for pipe in self._pipes:
                asyncio.get_running_loop().remove_reader(pipe.fileno())

    def _heed(self, n: int, heard: Any, feed: Feed, commit: Commit, show: Show) -> bool:
        """Do what a worker asks for, and tell whether its pass is over."""
        if heard is None:
            raise StageError("a process of the crawl was ended from outside; the same command goes on")
        kind, *what = heard
        if kind == "ask":
            self._pipes[n].send(("entries", (feed.give(n, *what), feed.is_over(n))))
        elif kind == "robots?":
            self._pool.look_up(what[0], partial(self._give_robots, n, what[0]))
        elif kind == "robots":
            self._pool.tell(*what)
        elif kind == "part":
            commit(*what)
        elif kind == "show":
            show(*what)
        elif kind == "fault":
            raise what[0]
        return bool(kind == "over")

    def _give_robots(self, n: int, url: str, exchange: Exchange | None) -> None:
        self._pipes[n].send(("robots", (url, exchange)))

    def close(self) -> None:
        """End the workers."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(_END_S)
            if process.is_alive():
                process.kill()


def _note(heard: asyncio.Queue[tuple[int, Any]], n: int, what: Any) -> None:
    heard.put_nowait((n, what))


def _listen(pipe: Connection, take: Callable[[Any], None]) -> None:
    """Hand over each message that comes, and null where the pipe ends."""
    loop = asyncio.get_running_loop()

    def hear() -> None:
        try:
            take(pipe.recv())
        except (EOFError, OSError):
            loop.remove_reader(pipe.fileno())
            take(None)

    loop.add_reader(pipe.fileno(), hear)


def _serve(pipe: Connection, spec: Spec, first: int, stride: int) -> None:
    _die_with_parent()
    leave_out()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with seldom_collected():
            asyncio.run(_Server(pipe, spec, first, stride).run())
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except LinkworthyError as fault:
        pipe.send(("fault", fault))


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class _Server:
    """The life of one worker process."""

    def __init__(self, pipe: Connection, spec: Spec, first: int, stride: int) -> None:
        self._pipe = pipe
        self._spec = spec
        self._batch = Batch(spec.path, spec.task.group, self._commit, first, stride)
        self._heard: asyncio.Queue[Any] = asyncio.Queue()
        self._robots: dict[str, list[asyncio.Future[Exchange | None]]] = {}
        self._n_answered = self._n_failed = 0

    async def run(self) -> None:
        """Do passes until the pipe ends."""
        threading.Thread(target=self._listen, args=(asyncio.get_running_loop(),), daemon=True).start()
        spec = self._spec
        async with spec.opener(spec.share) as fetcher:
            worker = Worker(spec.task, fetcher, spec.share, self._batch, self)
            while True:
                is_second = await self._next()
                await worker.work_off(self._ask, self._show, is_second=is_second)
                self._tell()
                self._pipe.send(("over",))

    async def ask(self, url: str) -> Exchange | None:
        """Ask the pool, which lies in the other process, for a robots.txt."""
        found: asyncio.Future[Exchange | None] = asyncio.get_running_loop().create_future()
        self._robots.setdefault(url, []).append(found)
        self._pipe.send(("robots?", url))
        return await found

    def tell(self, url: str, exchange: Exchange | None) -> None:
        """Tell the pool what came."""
        self._pipe.send(("robots", url, exchange))

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand over each message that comes, and null where the pipe ends.

        A thread of its own reads always: both ends may write more than the pipe holds, and neither waits for the other.
        """
        with contextlib.suppress(RuntimeError):  # the loop has ended before the pipe
            try:
                while True:
                    loop.call_soon_threadsafe(self._hear, *self._pipe.recv())
            except (EOFError, OSError):
                loop.call_soon_threadsafe(self._hear, "end", None)

    def _hear(self, kind: str, what: Any) -> None:
        if kind != "robots":
            self._heard.put_nowait(what)
            return
        url, exchange = what
        asking = self._robots[url].pop(0)
        if not self._robots[url]:
            del self._robots[url]
        if not asking.done():
            asking.set_result(exchange)
        elif exchange is None:
            self.tell(url, None)

    async def _next(self) -> Any:
        heard = await self._heard.get()
        if heard is None:
            raise EOFError
        return heard

    async def _ask(self, crowded: frozenset[str]) -> tuple[list[Entry], bool]:
        self._pipe.send(("ask", crowded))
        entries, is_over = await self._next()
        return entries, is_over

    def _commit(self, part: int, results: list[Result], offers: list[Offer]) -> None:
        self._tell()
        self._pipe.send(("part", part, results, offers))

    def _show(self, n_answered: int, n_failed: int) -> None:
        self._n_answered += n_answered
        self._n_failed += n_failed
        if self._n_answered + self._n_failed >= _SHOW_EACH:
            self._tell()

    def _tell(self) -> None:
        self._pipe.send(("show", self._n_answered, self._n_failed))
        self._n_answered = self._n_failed = 0
