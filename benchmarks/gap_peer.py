"""The GAP benchmark's PageRank, where ``LINKWORTHY_GAPBS`` names a folder that holds its program ``pr``."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = "LINKWORTHY_GAPBS"
_TIME = re.compile(r"Trial Time:\s*([0-9.]+)")
N_ITERATIONS = 5


def program() -> Path | None:
    """Give the program, null where there is none."""
    folder = os.environ.get(FOLDER)
    found = Path(folder) / "pr" if folder else None
    return found if found is not None and found.is_file() else None


def write(path: Path, targets: Any, sources: Any, n_nodes: int) -> None:
    """Write links in the benchmark's own form.

    Source: src/writer.h of the GAP Benchmark Suite: whether directed, counts, then bounds and neighbours, out and in.
    """
    with path.open("wb") as out:
        out.write(b"\1" + np.array([sources.size, n_nodes], np.int64).tobytes())
        for rows, columns in ((sources, targets), (targets, sources)):
            bounds = np.zeros(n_nodes + 1, np.int64)
            np.cumsum(np.bincount(rows, minlength=n_nodes), out=bounds[1:])
            bounds.tofile(out)
            columns[np.argsort(rows, kind="stable")].astype(np.int32).tofile(out)


def step_s(pr: Path, path: Path) -> Callable[[], float]:
    """Give what measures the seconds of one iteration: whole graph, float32, two threads."""

    def measure() -> float:
        done = subprocess.run(
            [pr, "-f", path, "-n", "3", "-i", str(N_ITERATIONS), "-t", "0"], capture_output=True, text=True, check=True,
            env={**os.environ, "OMP_NUM_THREADS": "2"},
        )  # fmt: skip
        return float(np.median([float(one) for one in _TIME.findall(done.stdout)])) / N_ITERATIONS

    return measure
