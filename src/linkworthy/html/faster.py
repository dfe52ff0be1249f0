"""Says when documents are read by compiled code: once it is there, and where enough of them are read.

Compiling takes a minute or more, once for each machine and version, so nobody waits for it: it is done by a process of
its own, and until it is done documents are read by the plain form, which gives the same.
"""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import xxhash

from linkworthy.engine.lean import let_go

if TYPE_CHECKING:
    from linkworthy.html.learned import Understanding
    from linkworthy.html.page import Page
    from linkworthy.html.scan import Walk

Understand = Callable[["Page"], "Understanding"]
Read = Callable[[str, Sequence[str] | None], "Walk"]

_FEW = 30
"""Documents that are read by the plain form first: loading compiled code takes as long as reading fifty."""
_ASKED_EVERY = 500
_SAMPLE = "<!DOCTYPE html><html><head><title>t</title></head><body><p>x <a href=y>z</a></p></body></html>"


class _Choice:
    """Counts documents, and looks now and then whether the compiled code is there."""

    def __init__(self) -> None:
        self._n = 0
        self._few = _FEW
        self._read: Read | None = None

    def __call__(self) -> Read | None:
        if self._read is None:
            self._n += 1
            if self._n >= self._few and (self._n - self._few) % _ASKED_EVERY == 0 and is_ready():
                self._read = load()
        return self._read

    @property
    def is_taken(self) -> bool:
        """Tell whether the compiled code is in use."""
        return self._read is not None

    def spare(self, n: int) -> None:
        """Read the first ``n`` documents by the plain form: compiled code takes 130 MB, and others may do the rest."""
        self._few = max(n, _FEW)

    def take(self) -> None:
        """Use the compiled code from now on."""
        self._read = load()


reader = _Choice()
"""Gives what reads documents by compiled code, null as long as the plain form is to read them."""


def load() -> Read:
    """Load the compiled code; what is not compiled yet is compiled now."""
    from linkworthy.html.compiled.reading import read  # noqa: PLC0415 - loads numba

    let_go()  # of the compiler
    return read


@lru_cache(maxsize=1)
def load_understanding() -> Understand:
    """Load the compiled form of what the networks say of a page; what is not compiled yet is compiled now."""
    from linkworthy.html.compiled.understanding import understand  # noqa: PLC0415 - loads numba

    let_go()  # of the compiler
    return understand


def is_ready() -> bool:
    """Tell whether the code has been compiled on this machine."""
    return _mark().is_file()


def prepare() -> None:
    """Compile, and leave word of it; nothing is done while another process is at it."""
    mark = _mark()
    mark.parent.mkdir(parents=True, exist_ok=True)
    with mark.with_suffix(".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        _compile(mark)


def _compile(mark: Path) -> None:
    from linkworthy.html.links import Resolver, links_of  # noqa: PLC0415 - rests on what may be compiled here
    from linkworthy.html.parse import parse  # noqa: PLC0415

    read = load()
    from linkworthy.html.compiled.marking import marked  # noqa: PLC0415
    from linkworthy.html.compiled.waiting import may_wait  # noqa: PLC0415

    marked(_SAMPLE.encode())
    may_wait(_SAMPLE.encode())
    for raws in (None, ()):
        links = read(_SAMPLE, raws).found.columns
        if links is not None:
            links_of(links, ["main"], 1, Resolver("http://a.example/", "utf-8"), "a.example")
    load_understanding()(parse(_SAMPLE.encode(), [("content-type", "text/html")], "http://a.example/"))
    with tempfile.NamedTemporaryFile(dir=mark.parent, delete=False) as file:
        file.write(_SAMPLE.encode())
    Path(file.name).replace(mark)


def prepare_beside() -> int | None:
    """Begin to compile in a process of its own at low priority; gives its number, null where that was done before."""
    if is_ready():
        return None
    code = "import os; os.nice(10); from linkworthy.html.faster import prepare; prepare()"
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    command = [sys.executable, "-c", code]
    return os.posix_spawn(sys.executable, command, os.environ, file_actions=nothing, setsid=True)


@lru_cache(maxsize=1)
def _mark() -> Path:
    """Name the file that stands where this version of the code was compiled for this interpreter."""
    folder = Path(__file__).parent / "compiled"
    stamp = xxhash.xxh3_64()
    for path in sorted(folder.glob("*.py")):
        stamp.update(path.read_bytes())
    stamp.update(f"{sys.version}{folder}{version('numba')}{os.uname().machine}".encode())
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "linkworthy" / f"compiled-{stamp.hexdigest()}"
