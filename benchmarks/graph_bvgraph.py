"""``bvgraph``: decoding a BVGraph of 20 bits a link, on one core and on two."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.result import Result, above
from linkworthy.graph.reading.bvgraph import START, BVGraph, Mark
from linkworthy.graph.threads import spread
from tests.support.bvwriter import write_sparse


def rows_of(n_nodes: int, n_links: int) -> tuple[Any, Any]:
    """Give rows whose gaps take about 20 bits a link."""
    chance = np.random.default_rng(1)
    degrees = np.minimum(chance.pareto(1.3, n_nodes) * (n_links / n_nodes) * 0.32, n_nodes // 10).astype(np.int64)
    row = np.repeat(np.arange(n_nodes), degrees)
    span = n_nodes - 1
    key = np.unique(row.astype(np.int64) * n_nodes + (span * chance.random(row.size)).astype(np.int64))
    bounds = np.concatenate([[0], np.cumsum(np.bincount(key // n_nodes, minlength=n_nodes))]).astype(np.int64)
    return bounds, (key % n_nodes).astype(np.uint32)


def benchmark(*, quick: bool) -> list[Result]:
    """Decode on one core, then on two from marks of a first pass."""
    n_nodes, n_links, n_rounds = (400_000, 4_000_000, 3) if quick else (3_000_000, 36_000_000, 5)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "g.graph"
        bounds, ids = rows_of(n_nodes, n_links)
        bits = write_sparse(path, bounds, ids) / ids.size
        graph = BVGraph(path)
        marks = [START, *(mark for _rows, mark in graph.marked())]
        middle = min(marks, key=lambda mark: abs(mark.bit - path.stat().st_size * 4))

        def decode(part: tuple[Mark, int]) -> tuple[int, float]:
            began = time.thread_time()
            return sum(rows.ids.size for rows in graph.rows(*part)), time.thread_time() - began

        one, two = [], []
        for _ in range(n_rounds):
            for found, parts in ((one, [(START, n_nodes)]), (two, [(START, middle.node), (middle, n_nodes)])):
                told = spread(decode, parts, len(parts))
                total = sum(n for n, _seconds in told)
                found.append(total / 1e6 / max(seconds for _n, seconds in told))
                if total != ids.size:
                    raise RuntimeError(f"{total} links read of {ids.size}")
    said = f"{ids.size:,} links at {bits:.1f} bits, file read included; processor time, of two threads the slower"
    return [
        above("bvgraph", "one core", one, unit="M arcs/s", target=40, peak_mb=None, why=said),
        above(
            "bvgraph",
            "two cores",
            two,
            unit="M arcs/s",
            target=80,
            peak_mb=None,
            why=f"{said}; from a mark of a first pass",
        ),
    ]
