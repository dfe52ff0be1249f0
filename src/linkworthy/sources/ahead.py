"""Work done ahead on other threads: results come in the order in which they were asked for, and few wait at a time."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from linkworthy.errors import SourceError

THREADS = min(4, os.cpu_count() or 1)
"""Threads of one step. Arrow lets go of the interpreter's lock, Python's own part of the work does not."""
AHEAD = THREADS + 1
"""Pieces of work in flight, those done and not yet taken among them; memory grows with it."""

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def in_order(
    function: Callable[[_Item], _Result], items: Iterable[_Item], *, ahead: int = AHEAD, threads: int = THREADS
) -> Generator[_Result, None, None]:
    """Apply a function to items while what it gave before is used; items are taken on the caller's thread.

    Raises: SourceError where the items end in one, once the results of all items before were given.
    """
    waiting: deque[Future[_Result]] = deque()
    fault: SourceError | None = None
    source = iter(items)
    with ThreadPoolExecutor(threads) as pool:
        try:
            while True:
                try:
                    waiting.append(pool.submit(function, next(source)))
                except StopIteration:
                    break
                except SourceError as damage:
                    fault = damage
                    break
                if len(waiting) >= ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    if fault:
        raise fault
