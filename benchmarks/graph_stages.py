"""Stages of a long run on a big graph: each in a process of its own, measured, and not run again once it is done.

``LINKWORTHY_GRAPHS`` names a folder that keeps graphs and figures between runs; a run that was killed goes on there.
Without it everything lies in a temporary folder and goes with the run.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.process import run
from linkworthy.errors import StageError

FOLDER = "LINKWORTHY_GRAPHS"
BUILD = """
import json, sys
from pathlib import Path
from benchmarks.webgraph import WebLike
from linkworthy.cli.progress import Lines
from linkworthy.graph.build import build
graph = build(Path(sys.argv[1]), WebLike(int(sys.argv[2]), int(sys.argv[3]), has_names=True),
              memory_bytes=int(sys.argv[4]), progress=Lines())
core = graph.header.n_core / graph.header.n_nodes
print(json.dumps({"n_arcs": graph.header.n_arcs, "core_share": core}))
"""
RANK = """
import json, sys, time
from pathlib import Path
import numpy as np
from linkworthy.cli.progress import Lines
from linkworthy.graph.flow import Flow
from linkworthy.graph.measures import rank
from linkworthy.graph.store import Graph
class Clock(Lines):
    def __init__(self):
        super().__init__()
        self.task, self.at = "", []
    def start(self, task, total=None):
        self.task = task
        super().start(task, total)
    def update(self, done, total=None, note=""):
        if self.task == "ranking":
            self.at.append((time.perf_counter(), time.process_time()))
        super().update(done, total, note)
clock = Clock()
flow = Flow(Graph(Path(sys.argv[1])), memory_bytes=int(sys.argv[2]), layout=sys.argv[3])
made = rank(flow, tolerance=1e-6, progress=clock)
wall, busy = np.median(np.diff(np.array(clock.at), axis=0), axis=0) if len(clock.at) > 1 else (None, None)
print(json.dumps({"n_iterations": made.facts.n_iterations, "change": made.facts.change,
                  "iteration_s": wall, "iteration_cpu_s": busy}))
"""


@contextmanager
def workplace(name: str, need_bytes: int) -> Iterator[Path]:
    """Give the folder of a run, kept where ``LINKWORTHY_GRAPHS`` names one.

    Raises: StageError where the disk has too little room for what is not there yet.
    """
    kept = os.environ.get(FOLDER)
    place = Path(kept) / name if kept else Path(tempfile.mkdtemp())
    place.mkdir(parents=True, exist_ok=True)
    try:
        have = size_of(place)
        free = shutil.disk_usage(place).free
        if free < need_bytes - have:
            raise StageError(f"{name} needs {(need_bytes - have) / 2**30:.0f} GiB of disk; {free / 2**30:.0f} are free")
        yield place
    finally:
        if not kept:
            shutil.rmtree(place, ignore_errors=True)


def stage(place: Path, name: str, code: str, *arguments: object) -> dict[str, Any]:
    """Run a stage in a process of its own, or give the figures of the time when it was done."""
    path = place / f"{name}.json"
    if path.exists():
        return dict(json.loads(path.read_text(encoding="utf-8")))
    done = run([sys.executable, "-c", code, *(str(one) for one in arguments)])
    told = json.loads(done.stdout.splitlines()[-1]) | {
        "wall_s": done.wall_s, "cpu_s": done.cpu_s, "peak_mb": done.peak_mb, "bytes": size_of(place),
    }  # fmt: skip
    path.with_suffix(".part").write_text(json.dumps(told), encoding="utf-8")
    path.with_suffix(".part").rename(path)
    return dict(told)


def size_of(folder: Path) -> int:
    """Give the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def said(stages: dict[str, dict[str, Any]]) -> str:
    """Say what each stage took."""
    return ", ".join(
        f"{name} {one['wall_s']:.0f} s ({one['cpu_s']:.0f} s of processor time), {one['peak_mb']:.0f} MB at most, "
        f"{one['bytes'] / 2**30:.1f} GiB on the disk after it"
        for name, one in stages.items()
    )
