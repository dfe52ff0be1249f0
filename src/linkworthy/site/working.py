"""Who crawls a site: one process at a time, named with its run in ``runs/crawl.lock``."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from linkworthy.errors import StageError

_NAME = "crawl.lock"
_TEXT = re.compile(r"pid (\d+), run (\S+)")


class Worker(NamedTuple):
    """The process that crawls, and its run."""

    pid: int
    run: str


@contextmanager
def crawling(site_folder: Path, run_id: str) -> Iterator[None]:
    """Hold the site's only place for a crawl.

    Raises: StageError naming the process that has it.
    """
    path = site_folder / "runs" / _NAME
    path.parent.mkdir(exist_ok=True)
    descriptor = _locked(path, site_folder)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"pid {os.getpid()}, run {run_id}\n".encode(), 0)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _locked(path: Path, site_folder: Path) -> int:
    """Open the lock's file and take the lock; again where its holder has just let go and removed it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            other = _read(descriptor)
            os.close(descriptor)
            by = f"pid {other.pid}" if other else "another process"
            raise StageError(f"{site_folder}: this site is being crawled already ({by})") from None
        with contextlib.suppress(FileNotFoundError):
            if os.fstat(descriptor).st_ino == path.stat().st_ino:
                return descriptor
        os.close(descriptor)


def crawler_of(site_folder: Path) -> Worker | None:
    """Tell which process crawls a site now, null where none does."""
    try:
        descriptor = os.open(site_folder / "runs" / _NAME, os.O_RDWR)
    except OSError:
        return None
    try:
        worker = _read(descriptor)
        if worker is None or (not Path(f"/proc/{worker.pid}").exists() and _is_linux()):
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return worker
        return None
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> Worker | None:
    found = _TEXT.match(os.pread(descriptor, 200, 0).decode("utf-8", "replace"))
    return Worker(int(found[1]), found[2]) if found else None


def _is_linux() -> bool:
    return Path("/proc/self").exists()
