"""Spreads compiled loops over threads: a kernel lets go of the interpreter, so threads are cores."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


def n_cores() -> int:
    """Give the cores that this process may use."""
    return len(os.sched_getaffinity(0))


def spread(function: Callable[[Job], Result], jobs: Iterable[Job], n_threads: int = 0) -> list[Result]:
    """Apply a function to every job; a thread takes the next job when it has done one, results keep their order."""
    waiting: Iterator[tuple[int, Job]] = enumerate(jobs)
    done: list[tuple[int, Result]] = []
    lock = Lock()

    def work() -> None:
        while True:
            with lock:
                job = next(waiting, None)
            if job is None:
                return
            done.append((job[0], function(job[1])))

    n_threads = n_threads or n_cores()
    if n_threads == 1:
        work()
    else:
        with ThreadPoolExecutor(n_threads) as pool:
            for future in [pool.submit(work) for _ in range(n_threads)]:
                future.result()
    return [result for _place, result in sorted(done, key=lambda pair: pair[0])]


def in_order(
    function: Callable[[Job], Result],
    jobs: Iterable[Job],
    n_threads: int = 0,
    *,
    cost: Callable[[Job], int] | None = None,
    room: int = 0,
) -> Iterator[Result]:
    """Apply a function to jobs as they come and give the results in their order; few are under way at a time.

    With a ``cost``, as many are under way as cost no more than ``room`` together, and one at least: a big job does not
    keep the other threads waiting.
    """
    n_threads = n_threads or n_cores()
    held = 0
    with ThreadPoolExecutor(n_threads) as pool:
        waiting: deque[tuple[Future[Result], int]] = deque()
        try:
            for job in jobs:
                needs = cost(job) if cost else 0
                while waiting and (held + needs > room if cost else len(waiting) > n_threads):
                    future, freed = waiting.popleft()
                    yield future.result()
                    held -= freed
                waiting.append((pool.submit(function, job), needs))
                held += needs
            while waiting:
                yield waiting.popleft()[0].result()
        finally:
            for future, _ in waiting:
                future.cancel()
