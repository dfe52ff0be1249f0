"""Runs a command as a whole process and measures it: wall seconds, and the peak memory of its process tree."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

POLL_S = 0.01
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Finished:
    """One run of a command."""

    wall_s: float
    peak_mb: float
    stdout: str
    cpu_s: float
    """User and system time of the process and of those of its children that it waited for."""


def run(command: Sequence[str], cwd: Path | None = None, codes: Sequence[int] = (0,)) -> Finished:
    """Run a command to its end.

    Raises: RuntimeError with its standard error where it exits with none of these codes.
    """
    before = _children_s()
    began = time.perf_counter()
    child = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak = 0
    is_over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not is_over.wait(POLL_S):
            peak = max(peak, tree_bytes(child.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, err = child.communicate()
    wall = time.perf_counter() - began
    is_over.set()
    watcher.join()
    if child.returncode not in codes:
        raise RuntimeError(f"{' '.join(command)}: exit {child.returncode}\n{err}")
    return Finished(wall, peak / 2**20, out, _children_s() - before)


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tree_bytes(root: int) -> int:
    """Sum the resident memory of a process and its descendants."""
    total = 0
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
        except (OSError, IndexError):
            continue
    return total
