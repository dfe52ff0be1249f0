"""``pagerank``: one iteration on a web-like graph of 4 million nodes, against GraphBLAS, scipy, GAP and C."""

from __future__ import annotations

import ctypes
import importlib.util
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import gap_peer
from benchmarks.result import Result, faster, not_run
from benchmarks.webgraph import WebLike
from linkworthy.engine.progress import Silent
from linkworthy.graph.build import build
from linkworthy.graph.flow import Flow
from linkworthy.graph.kernels.pull import gather_plain
from linkworthy.graph.pagerank import pagerank
from linkworthy.graph.rowfile import read_parts
from linkworthy.graph.store import Graph

C_KERNEL = """
#include <stdint.h>
void gather(const int64_t *bounds, const uint32_t *ids, int64_t first, int64_t last, const float *c, float *y) {
    uint64_t at = bounds[first];
    for (int64_t row = first; row < last; row++) {
        uint64_t end = bounds[row + 1];
        double total = 0;
        for (; at < end; at++) {
            __builtin_prefetch(&c[ids[at + 64]], 0, 3);
            total += c[ids[at]];
        }
        y[row] = (float)total;
    }
}
"""
_WANTING = {
    "GraphBLAS": "is not installed",
    "scipy": "is not installed",
    "GAP": f"is not built: {gap_peer.FOLDER} names no folder with its program pr",
    "C": "has no compiler here",
}
SAID = (
    "whole graph an iteration on both sides, float32, 2 threads where the peer has them; ours iterates the rows of "
    "nodes that link and fills the others once at the end, as the scores allow, and includes the next contributions "
    "and the change; both by the clock"
)


class Clock(Silent):
    """Notes when each iteration ends."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def update(self, done: int, total: int | None = None, note: str = "") -> None:
        """Note the time."""
        del done, total, note
        self.at.append(time.perf_counter())


def iteration_s(flow: Flow, n: int) -> float:
    """Give the seconds of one iteration, the median of n after a first one."""
    clock = Clock()
    pagerank(flow, tolerance=-1, limit=n + 1, precision=np.float32, progress=clock)
    return float(np.median(np.diff(clock.at)))


def by_node(graph: Graph) -> tuple[Any, Any]:
    """Give the whole graph as plain rows of source nodes, for peers."""
    is_rim = np.ones(len(graph), np.bool_)
    is_rim[graph.core_nodes] = False
    columns, degrees = [], np.zeros(len(graph), np.int64)
    targets = []
    for where, nodes in (("core", graph.core_nodes), ("rim", np.flatnonzero(is_rim))):
        for rows in read_parts(graph.folder, where):
            here = nodes[rows.first : rows.first + rows.bounds.size - 1]
            degrees[here] = np.diff(rows.bounds)
            columns.append(graph.sources[rows.ids])
            targets.append(np.repeat(here, np.diff(rows.bounds)))
    return np.concatenate(targets), np.concatenate(columns)


def scipy_step(graph: Graph, targets: Any, sources: Any) -> Callable[[], None]:
    """Give one iteration by scipy."""
    import scipy.sparse as sp

    n = len(graph)
    matrix = sp.csr_array((np.ones(targets.size, np.float32), (targets, sources)), shape=(n, n))
    inverse = (1 / np.maximum(graph.out_degrees, 1)).astype(np.float32)
    state = {"x": np.full(n, 1 / n, np.float32)}

    def step() -> None:
        x = state["x"]
        new = np.float32(0.15 / n) + np.float32(0.85) * (matrix @ (x * inverse))
        np.abs(new - x).sum()
        state["x"] = new

    return step


def graphblas_step(graph: Graph, targets: Any, sources: Any) -> Callable[[], None]:
    """Give one iteration by SuiteSparse:GraphBLAS."""
    import graphblas as gb

    n = len(graph)
    matrix = gb.Matrix.from_coo(targets, sources, np.float32(1), nrows=n, ncols=n, dtype=gb.dtypes.FP32)
    inverse = gb.Vector.from_dense((1 / np.maximum(graph.out_degrees, 1)).astype(np.float32))
    state = {"x": gb.Vector.from_dense(np.full(n, 1 / n, np.float32))}
    plus_second = gb.semiring.plus_second["FP32"]

    def step() -> None:
        x = state["x"]
        c = x.ewise_mult(inverse, gb.binary.times).new(dtype=gb.dtypes.FP32)
        new = gb.Vector(gb.dtypes.FP32, n)
        new << np.float32(0.15 / n)
        new(gb.binary.plus) << matrix.mxv(c, plus_second)
        x(gb.binary.plus) << new.apply(gb.unary.ainv)
        x.apply(gb.unary.abs).reduce(gb.monoid.plus).new().value  # noqa: B018 - the value is the work
        state["x"] = new

    return step


def timed(step: Callable[[], None], clock: Callable[[], float] = time.perf_counter) -> float:
    """Give the seconds of one call."""
    began = clock()
    step()
    return clock() - began


def c_step(flow: Flow, folder: Path) -> tuple[Callable[[], None], Callable[[], None]] | None:
    """Give the same gathering kernel in numba and in C, on one thread; null without a C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    (folder / "k.c").write_text(C_KERNEL)
    subprocess.run(
        [compiler, "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", "k.c", "-o", "k.so"],
        cwd=folder,
        check=True,
    )
    gather = ctypes.CDLL(str(folder / "k.so")).gather
    bounds, ids = flow.plain
    n = bounds.size - 1
    c, y = np.ones(n, np.float32), np.zeros(n, np.float32)
    arguments = [ctypes.c_void_p(bounds.ctypes.data), ctypes.c_void_p(ids.ctypes.data), ctypes.c_int64(0),
                 ctypes.c_int64(n), ctypes.c_void_p(c.ctypes.data), ctypes.c_void_p(y.ctypes.data)]  # fmt: skip
    return lambda: gather_plain(bounds, ids, 0, n, c, y), lambda: gather(*arguments)


def benchmark(*, quick: bool) -> list[Result]:
    """Run ours and each peer in turn on the same graph."""
    n_nodes, n_links, n_rounds = (400_000, 4_600_000, 5) if quick else (4_000_000, 46_200_000, 9)
    with tempfile.TemporaryDirectory() as place:
        graph = build(Path(place) / "graph", WebLike(n_nodes, n_links))
        flow = Flow(graph, memory_bytes=8 << 30)
        edges = by_node(graph)
        peers = {"scipy": scipy_step(graph, *edges)}
        if importlib.util.find_spec("graphblas"):
            peers["GraphBLAS"] = graphblas_step(graph, *edges)
        native = c_step(flow, Path(place))
        gap = gap_peer.program()
        if gap is not None:
            gap_peer.write(Path(place) / "graph.sg", *edges, len(graph))
            gap_s = gap_peer.step_s(gap, Path(place) / "graph.sg")
        rate, core_rate = graph.header.n_arcs / 1e6, int(graph.core_parts[-1, 2]) / 1e6
        ours: list[float] = []
        theirs: dict[str, list[float]] = {name: [] for name in (*peers, "GAP", "numba", "C")}
        iteration_s(flow, 2)
        for step in (*peers.values(), *(native or ())):
            step()
        for _ in range(n_rounds):
            ours.append(rate / iteration_s(flow, 3))
            for name, step in peers.items():
                theirs[name].append(rate / timed(step))
            if gap is not None:
                theirs["GAP"].append(rate / gap_s())
            for _ in range(3 if native else 0):
                # One thread each: its processor time, which other programs disturb less.
                for name, step in zip(("numba", "C"), native or (), strict=True):
                    theirs[name].append(core_rate / timed(step, time.thread_time))
    said = f"{SAID}; {n_nodes:,} nodes, {rate:.1f} M links"
    results = [
        _against(name, title, ours, theirs.get(name), target, said)
        for name, title, target in (
            ("GraphBLAS", "against SuiteSparse:GraphBLAS", 2.5),
            ("scipy", "against scipy", 5.0),
            ("GAP", "against the GAP benchmark", 3.0),
        )
    ]
    said = (
        "gathering alone over the iterated rows, one thread's processor time, cc -O3 -march=native; "
        "without a C compiler it is not run"
    )
    results.append(_against("C", "kernel against C", theirs["numba"], theirs["C"], 0.9, said))
    return results


def _against(name: str, title: str, ours: list[float], peer: list[float] | None, target: float, why: str) -> Result:
    if not peer:
        return not_run("pagerank", title, unit="M edges/s", target=target, why=f"{name} {_WANTING[name]}")
    return faster("pagerank", title, ours, peer, peer_name=name, unit="M edges/s", target=target, peak_mb=None, why=why)
