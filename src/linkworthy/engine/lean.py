"""Keeps a process small: what nobody uses here is not loaded, and what has done its work is let go."""

from __future__ import annotations

import ctypes
import gc
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final

UNUSED: Final = ("pandas", "scipy", "pycparser")
"""pyarrow loads pandas where it is installed, only to ask whether a list is one of its columns: 47 MB a process. numba
loads scipy, only to ask whether it brings an algebra library, and pycparser for declarations in C, which we have none
of: half of the time that compiled code takes to load."""
LARGE_KB: Final = 4_096
"""Of a library, what is loaded beyond this is let go."""
YOUNG_OBJECTS: Final = 100_000
"""Objects that may be new, where many rows are made, before cycles among them are looked for."""

_MADV_DONTNEED: Final = 4
_MAPPED: Final = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ \d+ +/\S.*")
_SIZE: Final = re.compile(r"(Rss|Anonymous|Swap): +(\d+) kB")


class _Absent(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Say of what nobody uses here that it is not there."""
        del path, target
        if fullname in UNUSED:
            raise ModuleNotFoundError(f"{fullname} is left out of this process", name=fullname)
        return None


def leave_out() -> None:
    """Let what is not used look absent from now on; for processes that are ours alone."""
    if not any(isinstance(finder, _Absent) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Absent())


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Have the collector of cycles look less often: it would look again and again at rows that wait to be written."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def let_in() -> None:
    """Let everything be found again: Spark refuses to work where it does not see pandas."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Absent)]


def let_go() -> None:
    """Give back free memory of the allocator, and pages of libraries that the system can read again; Linux only.

    The compiler of the document reader is 75 MB that have done their work once the reader is loaded.
    """
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    try:
        lines = Path("/proc/self/smaps").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for start, end in unchanged_files(lines):
        library.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_DONTNEED)
    if hasattr(library, "malloc_trim"):  # not in every C library
        library.malloc_trim(0)


def unchanged_files(lines: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Name the ranges of /proc/PID/smaps that hold nothing but large parts of files, none of them changed in memory."""
    place: tuple[int, int] | None = None
    sizes: dict[str, int] = {}
    for line in lines:
        if (mapped := _MAPPED.fullmatch(line)) is not None:
            place = int(mapped[1], 16), int(mapped[2], 16)
        elif (size := _SIZE.fullmatch(line)) is not None:
            sizes[size[1]] = int(size[2])
        elif line.startswith("VmFlags:"):  # the last line of each range
            is_file_alone = not sizes.get("Anonymous", 1) and not sizes.get("Swap", 1)
            if place is not None and is_file_alone and sizes.get("Rss", 0) > LARGE_KB:
                yield place
            place, sizes = None, {}
