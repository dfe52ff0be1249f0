"""Memory that this process and those below it hold now."""

from __future__ import annotations

import os
from pathlib import Path


def tree_bytes() -> int | None:
    """Give resident bytes of the process tree, pages that several share counted for each; null where unknown."""
    total = _resident(os.getpid())
    if total is None:
        return None
    waiting = _children(os.getpid())
    while waiting:
        pid = waiting.pop()
        total += _resident(pid) or 0
        waiting += _children(pid)
    return total


def _resident(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


def _children(pid: int) -> list[int]:
    try:
        lists = [path.read_text(encoding="ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    return [int(child) for text in lists for child in text.split()]
