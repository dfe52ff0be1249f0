"""``web-graph``: 120 million nodes and 4 billion links, built, ranked and asked on one machine; full only."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.graph_lookup import asked, drop
from benchmarks.process import run
from benchmarks.result import Result, below, not_run
from linkworthy.errors import StageError

STAGE = """
import json, sys, time
from pathlib import Path
from benchmarks.webgraph import WebLike
from linkworthy.cli.progress import Lines
from linkworthy.graph.build import build
from linkworthy.graph.flow import Flow
from linkworthy.graph.measures import rank
from linkworthy.graph.store import Graph
folder, stage = Path(sys.argv[1]), sys.argv[2]
if stage == "build":
    links = WebLike(int(sys.argv[3]), int(sys.argv[4]), has_names=True)
    graph = build(folder, links, memory_bytes=12 << 30, progress=Lines())
else:
    ranks = rank(Flow(Graph(folder), memory_bytes=4 << 30, layout="packed"), tolerance=1e-6, progress=Lines())
    print(json.dumps({"n": ranks.facts.n_iterations}))
"""


def benchmark(*, quick: bool) -> list[Result]:
    """Run every stage in a process of its own and report its time, peak memory and the disk it leaves."""
    if quick:
        return [not_run("web-graph", "seconds an iteration", unit="s", target=45, why="full only: it takes hours")]
    n_nodes, n_links = 120_000_000, 4_000_000_000
    place = Path(tempfile.mkdtemp())
    try:
        if shutil.disk_usage(place).free < 40 << 30:
            raise StageError("the run needs 40 GiB of disk")
        folder = place / "graph"
        built = run([sys.executable, "-c", STAGE, str(folder), "build", str(n_nodes), str(n_links)])
        began = time.perf_counter()
        ranked = run([sys.executable, "-c", STAGE, str(folder), "rank"])
        seconds = (time.perf_counter() - began) / max(json.loads(ranked.stdout)["n"], 1)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**30
        drop(folder)
        answers = asked(folder, [f"site-{node:011d}.com" for node in range(0, n_nodes, n_nodes // 50)], "warm")
    finally:
        shutil.rmtree(place, ignore_errors=True)
    peak = max(built.peak_mb, ranked.peak_mb)
    stages = (("build", built), ("ranking", ranked))
    said = ", ".join(f"{name} {one.wall_s:.0f} s and {one.peak_mb:.0f} MB" for name, one in stages)
    return [
        below("web-graph", "seconds an iteration", [seconds], unit="s", target=45, peak_mb=peak,
              why=f"{said}; ordering and best referrers included"),
        below("web-graph", "peak memory", [peak / 1024], unit="GiB", target=20, peak_mb=peak, why=said),
        below("web-graph", "disk", [size], unit="GiB", target=35, peak_mb=None, why="graph and ranks"),
        below("web-graph", "answers p99", [float(np.quantile(answers[1:], 0.99))], unit="ms", target=30, peak_mb=None,
              why="50 names after the cache was dropped"),
    ]  # fmt: skip
