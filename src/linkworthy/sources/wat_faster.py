"""Says when the links of WAT files are read by compiled code: where it is there, and the file is large.

Compiling takes some seconds, once for each machine and version, so nobody waits for it: it is done by a process of its
own, and until it is done links are read by the plain form, which gives the same.
"""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import xxhash

if TYPE_CHECKING:
    from linkworthy.sources.wat_links import WatLinks

LARGE_BYTES = 4_000_000
"""Files that are smaller take no longer than loading the compiled code does."""
_LINKS = b'[{"path":"A@/href","url":"/x","text":"a"}]'
_SAMPLE = (
    b'{"Envelope":{"WARC-Header-Metadata":{"WARC-Type":"response","WARC-Target-URI":"http://a.example/"},'
    b'"Payload-Metadata":{"HTTP-Response-Metadata":{"Response-Message":{"Status":"200"},"Headers":{"A":"b"},'
    b'"HTML-Metadata":{"Links":' + _LINKS + b"}}}}}"
)


_COMPILED = ("envelope", "json", "scan", "spans")
"""Modules that hold compiled code beside those of the document reader."""


def load(*, is_external_only: bool) -> WatLinks:
    """Load the compiled code; what is not compiled yet is compiled now."""
    from linkworthy.sources.wat_links import WatLinks  # noqa: PLC0415 - loads numba

    return WatLinks(is_external_only=is_external_only)


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


def prepare_beside() -> int | None:
    """Begin to compile in a process of its own at low priority; gives its number, null where that was done before."""
    if is_ready():
        return None
    code = "import os; os.nice(10); from linkworthy.sources.wat_faster import prepare; prepare()"
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    command = [sys.executable, "-c", code]
    return os.posix_spawn(sys.executable, command, os.environ, file_actions=nothing, setsid=True)


def _compile(mark: Path) -> None:
    # What a function calls is a part of its own code, and may be of another module that has changed since.
    for path in (Path(__file__).parent / "__pycache__").glob("wat_*.nb*"):
        with suppress(OSError):
            path.unlink()
    from linkworthy.sources.wat_heads import pages_of  # noqa: PLC0415 - loads numba
    from linkworthy.sources.wat_survey import Room  # noqa: PLC0415 - loads numba

    load(is_external_only=False).add(pages_of([_SAMPLE], datetime.now(UTC), Room()).described)
    with tempfile.NamedTemporaryFile(dir=mark.parent, delete=False) as file:
        file.write(_LINKS)
    Path(file.name).replace(mark)


@lru_cache(maxsize=1)
def _mark() -> Path:
    """Name the file that stands where this version of the code was compiled for this interpreter."""
    here = Path(__file__).parent
    stamp = xxhash.xxh3_64()
    for path in (
        *(here / f"wat_{name}.py" for name in _COMPILED),
        *sorted((here.parent / "html" / "compiled").glob("*.py")),
    ):
        stamp.update(path.read_bytes())
    stamp.update(f"{sys.version}{here}{version('numba')}{os.uname().machine}".encode())
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "linkworthy" / f"compiled-wat-{stamp.hexdigest()}"
