"""``graph-lookup``: a name and its hundred best referrers with their scores, warm and cold."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.process import run
from benchmarks.result import Result, below
from benchmarks.webgraph import WebLike
from linkworthy.graph.build import build
from linkworthy.graph.flow import Flow
from linkworthy.graph.measures import rank

ASK = """
import json, sys, time
from pathlib import Path
from linkworthy.graph.lookup import Lookup
from linkworthy.graph.store import Graph
names = json.loads(Path(sys.argv[2]).read_text())
times = []
warm = sys.argv[3] != "cold"
clock = time.thread_time if sys.argv[3] == "warm" else time.perf_counter
for name in names:
    began = clock()
    if not times or warm:
        lookup = Lookup(Graph(Path(sys.argv[1]), is_random=True)) if not times else lookup
    lookup.ask(name, 100)
    times.append(clock() - began)
print(json.dumps(times))
"""


def asked(folder: Path, names: list[str], how: str) -> list[float]:
    """Ask in a new process; gives milliseconds of each answer, the first one with the opening of the graph.

    ``warm`` answers touch no disk and are given in processor time; ``cold`` ones, each of which opens the graph, and
    those of ``cold-once`` as the clock on the wall has them.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(names, file)
        file.flush()
        done = run([sys.executable, "-c", ASK, str(folder), file.name, how])
    return [1000 * float(one) for one in json.loads(done.stdout)]


def drop(folder: Path) -> None:
    """Drop a graph's files from the page cache."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def benchmark(*, quick: bool) -> list[Result]:
    """Build, rank, and ask for nodes drawn by their in-links and evenly."""
    n_nodes, n_links, n_warm, n_cold = (200_000, 2_000_000, 300, 5) if quick else (10_000_000, 120_000_000, 3_000, 40)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "graph"
        links = WebLike(n_nodes, n_links, has_names=True)
        graph = build(folder, links)
        ranks = rank(Flow(graph, memory_bytes=4 << 30), tolerance=1e-4)
        chance = np.random.default_rng(2)
        popular = ranks.by_rank[(n_nodes * chance.random(n_warm) ** 4).astype(np.int64)].tolist()
        even = chance.integers(0, n_nodes, n_warm).tolist()
        names = [f"site-{node:011d}.com" for node in (*popular, *even)]
        warm = sorted(asked(folder, names * 2, "warm")[len(names) :])
        cold = []
        for name in chance.choice(names, n_cold).tolist():
            drop(folder)
            cold.append(asked(folder, [name], "cold")[0])
    warm_p99, cold_p99 = float(np.quantile(warm, 0.99)), float(np.quantile(cold, 0.99))
    said = f"{n_nodes:,} nodes, {graph.header.n_arcs:,} links, half of the names by rank and half evenly"
    return [
        below("graph-lookup", "warm p99", [warm_p99], unit="ms", target=5, peak_mb=None,
              why=f"{said}; {len(warm):,} answers, p50 {np.median(warm):.2f} ms of processor time"),
        below("graph-lookup", "cold p99", [cold_p99], unit="ms", target=30, peak_mb=None,
              why=f"{said}; {n_cold} new processes, files dropped from the cache, opening the graph included"),
    ]  # fmt: skip
