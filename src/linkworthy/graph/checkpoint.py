"""Keeps a ranking's state on the disk while it iterates: a stopped one goes on where it was, to the same digit."""

from __future__ import annotations

import json
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.site.parts import write_text

EVERY_S = 120.0
"""Seconds between two states: a state of 40 million nodes is written in about one."""
STATE = "state.json"


@dataclass(frozen=True, slots=True)
class State:
    """What an iteration leaves for the next one."""

    done: int
    passed: float
    """Score of the nodes that pass it on."""
    x: NDArray[Any]
    c: NDArray[Any]


class Checkpoint:
    """The state of one ranking in a folder; ``key`` tells it from rankings of another kind."""

    def __init__(self, folder: Path, key: str, *, every_s: float = EVERY_S) -> None:
        self.folder, self.key, self.every_s = folder, key, every_s
        self._at = time.monotonic()

    def load(self, size: int, kind: Any) -> State | None:
        """Give the last whole state; null where there is none or it belongs to another ranking."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            said = json.loads((self.folder / STATE).read_text(encoding="utf-8"))
            x, c = (np.fromfile(self.folder / f"{name}.{said['done']}", kind) for name in "xc")
            if said["key"] == self.key and x.size == c.size == size:
                return State(int(said["done"]), float(said["passed"]), x, c)
        return None

    def save(self, state: State) -> None:
        """Write a state where the last one is old enough; an interrupted write leaves the one before."""
        if time.monotonic() - self._at < self.every_s:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        state.x.tofile(self.folder / f"x.{state.done}")
        state.c.tofile(self.folder / f"c.{state.done}")
        write_text(self.folder / STATE, json.dumps({"key": self.key, "done": state.done, "passed": state.passed}))
        for path in self.folder.iterdir():
            if path.name not in {STATE, f"x.{state.done}", f"c.{state.done}"}:
                path.unlink()
        self._at = time.monotonic()

    def drop(self) -> None:
        """Throw the state away: the ranking is done."""
        shutil.rmtree(self.folder, ignore_errors=True)
