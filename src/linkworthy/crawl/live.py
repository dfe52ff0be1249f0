"""Live figures of a crawl: what each worker counts, and what they come to together."""

from __future__ import annotations

import json
import os
import time
from collections import Counter, deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from linkworthy.crawl.control import PAUSE, Gate
from linkworthy.crawl.frontier import Entry
from linkworthy.crawl.memory import tree_bytes
from linkworthy.crawl.task import Taken, Task
from linkworthy.crawl.visits import Visit, Visitor
from linkworthy.engine.progress import Progress

TELL_S = 1.0
WINDOW_S = 20.0
"""The rate now is that of the last so many seconds."""
MAX_HOSTS = 2_000
"""Hosts whose answers a worker keeps the time of."""
SLOWEST = 10
_LEAST_ANSWERS = 3
"""Answers of a host before it can be among the slowest."""


class Watched:
    """A task whose visits wait at the gate and are counted, in a file for each process; picklable when it is new."""

    def __init__(self, task: Task, gate: Gate, folder: Path) -> None:
        self._task = task
        self._gate = gate
        self._folder = folder
        self._answers: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._hosts: dict[str, tuple[int, float]] = {}
        self._told_at = time.monotonic()

    @property
    def group(self) -> str:
        """The group of the parts."""
        return self._task.group

    def keeps_robots(self, host_url: str) -> bool:
        """Ask the task."""
        return self._task.keeps_robots(host_url)

    async def visit(self, visitor: Visitor, entry: Entry) -> Visit:
        """Visit once the gate is open."""
        await self._gate.wait()
        visit = await self._task.visit(visitor, entry)
        self._count(visit)
        return visit

    def take(self, visit: Visit) -> Taken:
        """Ask the task."""
        return self._task.take(visit)

    def refuse(self, entry: Entry) -> Taken:
        """Ask the task."""
        return self._task.refuse(entry)

    def _count(self, visit: Visit) -> None:
        exchange = visit.exchange
        if exchange.status is not None:
            self._answers[f"{exchange.status // 100}xx"] += 1
        fault = visit.limit or exchange.fault
        if fault is not None:
            self._faults[fault] += 1
        taken_ms = exchange.last.timings.total_ms
        if taken_ms is not None and (visit.entry.host in self._hosts or len(self._hosts) < MAX_HOSTS):
            n, total = self._hosts.get(visit.entry.host, (0, 0.0))
            self._hosts[visit.entry.host] = n + 1, total + taken_ms
        now = time.monotonic()
        if now - self._told_at >= TELL_S:
            self._told_at = now
            self._tell()

    def _tell(self) -> None:
        slow = sorted(
            ((total / n, host, n) for host, (n, total) in self._hosts.items() if n >= _LEAST_ANSWERS), reverse=True
        )
        told = {"answers": self._answers, "faults": self._faults, "slowest": slow[:SLOWEST]}
        path = self._folder / f"{os.getpid()}.json"
        temporary = path.with_suffix(".tmp")
        with suppress(OSError):  # figures are no reason to end a crawl
            temporary.write_text(json.dumps(told), encoding="utf-8")
            temporary.replace(path)


class Live:
    """The figures of all workers together, and a Progress that shows them."""

    def __init__(self, progress: Progress, gate: Gate, folder: Path, *, n_before: int = 0) -> None:
        """Take where workers write; ``n_before`` URLs were done before this process took the crawl up."""
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        self._progress = progress
        self._gate = gate
        self._folder = folder
        self._n_before = n_before
        self._began = time.monotonic()
        self._done, self._total = 0, 0
        self._lately: deque[tuple[float, int]] = deque([(self._began, 0)])
        self.peak_bytes = 0

    @property
    def seconds(self) -> float:
        """Seconds since this process took the crawl up."""
        return time.monotonic() - self._began

    def start(self, task: str, total: int | None = None) -> None:
        """Begin to show the crawl."""
        self._progress.start(task, total)

    def update(self, done: int, total: int | None = None, note: str = "") -> None:
        """Take note of how far the rounds are; shown with the next figures."""
        del note
        self._done, self._total = done, total or done

    def finish(self, note: str = "") -> None:
        """End."""
        self._progress.finish(note)

    def figures(self) -> dict[str, Any]:
        """Give the figures of this moment, and show them."""
        now = time.monotonic()
        self._lately.append((now, self._done))
        while len(self._lately) > 2 and now - self._lately[0][0] > WINDOW_S:
            self._lately.popleft()
        since, before = self._lately[0]
        rate = (self._done - before) / max(now - since, 1e-3)
        waiting = max(0, self._total - self._done)
        memory = tree_bytes()
        self.peak_bytes = max(self.peak_bytes, memory or 0)
        word = self._gate.word
        out: dict[str, Any] = {
            "state": "crawling" if not word else "paused" if word == PAUSE else "stopping",
            "pid": os.getpid(),
            "seconds": round(now - self._began, 1),
            "done": self._n_before + self._done,
            "waiting": waiting,
            "rate": round(rate, 2),
            "seconds_left": round(waiting / rate) if rate > 0 and not word else None,
            "memory_mb": None if memory is None else round(memory / 2**20, 1),
            "peak_memory_mb": round(self.peak_bytes / 2**20, 1) or None,
            **self._told(),
        }
        self._progress.update(self._done, self._total or None, note_of(out))
        return out

    def _told(self) -> dict[str, Any]:
        answers: Counter[str] = Counter()
        faults: Counter[str] = Counter()
        slowest: list[tuple[float, str, int]] = []
        for path in sorted(self._folder.glob("*.json")):
            told = json.loads(path.read_text(encoding="utf-8"))
            answers.update(told["answers"])
            faults.update(told["faults"])
            slowest += [tuple(row) for row in told["slowest"]]
        hosts = [
            {"host": host, "mean_ms": round(mean, 1), "answers": n} for mean, host, n in sorted(slowest, reverse=True)
        ]
        return {
            "answers": dict(sorted(answers.items())),
            "faults": dict(sorted(faults.items())),
            "slowest_hosts": hosts[:SLOWEST],
        }


def note_of(figures: Mapping[str, Any]) -> str:
    """Put queue, errors and memory into a few words; rate and time left are said by who shows them."""
    words = [] if figures["state"] == "crawling" else [figures["state"]]
    words.append(f"queue {figures['waiting']:,}")
    errors = {**figures["faults"], **{k: n for k, n in figures["answers"].items() if k in {"4xx", "5xx"}}}
    if errors:
        most = sorted(errors.items(), key=lambda item: (-item[1], item[0]))[:3]
        words.append(f"errors {sum(errors.values()):,} ({', '.join(f'{name} {n:,}' for name, n in most)})")
    if figures["memory_mb"] is not None:
        words.append(f"{figures['memory_mb']:,.0f} MB")
    return ", ".join(words)
