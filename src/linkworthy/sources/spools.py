"""Bytes that come from no file of their own, laid down in the run's folder so that they can be looked at and read."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import xxhash

from linkworthy.errors import SourceError
from linkworthy.sources.streams import FREE_BYTES, MAX_RATIO
from linkworthy.sources.unpacking import FAULTS, PIECE_BYTES, Readable

KEPT_FREE_BYTES = 1 << 29
"""Room that is left on the disk."""
_CHECK_BYTES = 1 << 26
_NOT_PLAIN = re.compile(r"[^\w.\- ()]+")


class Budget:
    """How many bytes a file may unpack to, over all that it holds, and whether the disk has room for them."""

    def __init__(self, folder: Path, n_packed: int | None) -> None:
        self.folder = folder
        self._left = None if n_packed is None else max(FREE_BYTES, MAX_RATIO * n_packed)
        self._own = 0
        self._unchecked = _CHECK_BYTES

    def begin(self, n_packed: int) -> None:
        """Let a member unpack to as many times its own size, though a bomb beside it has used up what they share."""
        self._own = MAX_RATIO * n_packed

    def spend(self, n_bytes: int) -> str | None:
        """Take some of it; gives why there is no more, null where there is."""
        if self._left is not None:
            self._left -= n_bytes
            self._own -= n_bytes
            if self._left < 0 and self._own < 0:
                return f"unpacks to over {MAX_RATIO} times its size; unpack it by hand to import it"
        self._unchecked += n_bytes
        if self._unchecked >= _CHECK_BYTES:
            self._unchecked = 0
            if shutil.disk_usage(self.folder).free < KEPT_FREE_BYTES:
                return f"no room for it on the disk of {self.folder}"
        return None


@dataclass(frozen=True, slots=True)
class Spooled:
    """What was laid down."""

    n_bytes: int
    content_hash: str
    fault: str | None
    """Why it ends early, null where it is whole."""


def spool(
    source: Readable,
    target: Path,
    budget: Budget,
    on_bytes: Callable[[int], None] | None = None,
) -> Spooled:
    """Lay bytes down to the last sound one."""
    state, n_bytes = xxhash.xxh3_128(), 0
    fault = None
    with target.open("wb") as file:
        while True:
            piece, fault = _next(source, n_bytes)
            if not piece:
                break
            n_bytes += len(piece)
            fault = budget.spend(len(piece)) or _write(file, piece, target)
            if fault:
                break
            state.update(piece)
            if on_bytes:
                on_bytes(n_bytes)
    return Spooled(target.stat().st_size, state.hexdigest(), fault)


def _next(source: Readable, n_bytes: int) -> tuple[bytes, str | None]:
    try:
        return source.read(PIECE_BYTES), None
    except SourceError as fault:
        return b"", str(fault).split(": ", 1)[-1]
    except FAULTS as fault:
        return b"", f"damaged after {n_bytes:,} bytes: {fault}"


def _write(file: IO[bytes], piece: bytes, target: Path) -> str | None:
    try:
        file.write(piece)
    except OSError as fault:
        return f"no room for it in {target.parent}: {fault.strerror}"
    return None


def plain_name(name: str) -> str:
    """Turn the last part of any name into one that a file may bear."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return _NOT_PLAIN.sub("_", last)[-80:].lstrip(". ") or "member"


def shown_name(name: str) -> str:
    """Make any name fit for one line."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:300]
