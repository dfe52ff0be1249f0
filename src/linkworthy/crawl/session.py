"""One process at work on a crawl: its gate, its live figures, and the ear for commands of others."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from linkworthy.crawl.control import COMMANDS, CONTINUE, KEEP, STOP, Gate
from linkworthy.crawl.frontier import Frontier
from linkworthy.crawl.live import TELL_S, Live, Watched
from linkworthy.crawl.task import Task
from linkworthy.engine.progress import Progress
from linkworthy.errors import StoppedError
from linkworthy.site import Journal

STOP_S = 30.0
"""How long what is under way may take once the crawl is to stop; then it is broken off, and asked for again later."""


class Session:
    """Figures go to the journal, and commands come from there; without a journal there are neither."""

    def __init__(
        self, run_id: str, journal: Journal | None, folder: Path, frontier: Frontier, progress: Progress
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.gate = Gate(folder / "gate")
        self._run_id = run_id
        self._journal = journal
        self._frontier = frontier
        is_resumed = frontier.fact("seeded") is not None
        self._folder = folder / "live"
        self.live = Live(progress, self.gate, self._folder, n_before=frontier.n_done() if is_resumed else 0)
        used = json.loads(frontier.fact("used") or "{}")
        self._seconds_before = float(used.get("seconds", 0.0))
        self._peak_before = float(used.get("peak_memory_mb", 0.0))
        self.figures: dict[str, Any] = {}

    def watched(self, task: Task) -> Task:
        """Give the task with its visits counted, and begun only while the gate is open."""
        return Watched(task, self.gate, self._folder)

    async def work_off(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do the work, heeding commands; false where it was to be ended early and published as it is.

        Raises: StoppedError where it was to stop.
        """
        if self._journal is not None:
            self._journal.forget_commands(self._run_id)
        if self.gate.word != KEEP:
            self.gate.obey(CONTINUE)
        working = asyncio.ensure_future(work)
        watching = asyncio.create_task(self._watch(working))
        try:
            await working
        except asyncio.CancelledError:
            if not self.gate.is_stopping:
                raise
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            await self._tell()
        if self.gate.word == STOP:
            raise StoppedError("stopped by another process; the same command goes on from here")
        return self.gate.word != KEEP

    @property
    def used(self) -> dict[str, Any]:
        """Seconds that the crawl has taken over all processes that took it up, and their peak of memory."""
        peak = max(self._peak_before, self.live.peak_bytes / 2**20)
        return {
            "seconds": round(self._seconds_before + self.live.seconds, 2),
            "peak_memory_mb": round(peak, 1) if peak else None,
        }

    async def _watch(self, working: asyncio.Future[None]) -> None:
        stopping_for = 0.0
        while True:
            await self._tell()
            if self.gate.is_stopping:
                stopping_for += TELL_S
                if stopping_for > STOP_S:
                    working.cancel()
            await asyncio.sleep(TELL_S)

    async def _tell(self) -> None:
        """Tell the figures of this moment, and obey the newest command; a busy disk is no reason to end a crawl."""
        self.figures = self.live.figures()
        try:
            self._frontier.keep("used", json.dumps(self.used))
            if self._journal is None:
                return
            commands = await asyncio.to_thread(self._journal.tell, self._run_id, self.figures)
        except sqlite3.Error:
            return
        known = [command for command in commands if command in COMMANDS]
        if known and known[-1] != (self.gate.word or CONTINUE) and not self.gate.is_stopping:
            self.gate.obey(known[-1])
