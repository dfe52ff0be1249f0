"""``pagerank-big``: 100 million nodes, 1.2 billion links: an iteration against random gathers, and memory.

``LINKWORTHY_GRAPHS`` names a folder that keeps what is done: a run that was stopped goes on.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from benchmarks.graph_stages import BUILD, said, stage, workplace
from benchmarks.result import Result, below, faster
from linkworthy.graph.kernels.native import kernel
from linkworthy.graph.threads import n_cores, spread

RANK = """
import json, sys
from pathlib import Path
from benchmarks.graph_pagerank import iteration_s
from linkworthy.graph.flow import Flow
from linkworthy.graph.store import Graph
flow = Flow(Graph(Path(sys.argv[1])), memory_bytes=int(sys.argv[2]), layout=sys.argv[3] or None)
print(json.dumps({"layout": flow.layout, "seconds": [iteration_s(flow, 3) for _ in range(3)]}))
"""


@kernel(reorders=True)
def _gather(values: np.ndarray, seed: int, n: int) -> float:
    state, total = np.uint64(seed), 0.0
    size = np.uint64(values.size)
    for _ in range(n):
        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        total += values[((state >> np.uint64(32)) * size) >> np.uint64(32)]
    return total


def gather_rate(n_values: int, n: int) -> float:
    """Give the million values a second that all cores read at random places of an array of float32."""
    values = np.ones(n_values, np.float32)
    _gather(values, 1, 1000)
    began = time.perf_counter()
    spread(lambda seed: _gather(values, seed, n), range(1, n_cores() + 1))
    return n * n_cores() / 1e6 / (time.perf_counter() - began)


class _Way(NamedTuple):
    """A way of ranking: how much memory it is allowed, which layout it is made to take (none: its own choice)."""

    name: str
    memory_bytes: int
    layout: str


WAYS = (_Way("within 8 GiB", 8 << 30, ""), _Way("packed ids", 8 << 30, "packed"))


def benchmark(*, quick: bool) -> list[Result]:
    """Build the graph, then rank it in a process of its own: as 8 GiB allow, and with ids that are kept packed."""
    n_nodes, n_links = (2_000_000, 24_000_000) if quick else (100_000_000, 1_200_000_000)
    results = []
    name = "pagerank-big-quick" if quick else "pagerank-big"
    with workplace(name, n_nodes * 60 + n_links * 6) as place:
        folder = place / "graph"
        built = stage(place, "build", BUILD, folder, n_nodes, n_links, 8 << 30)
        for number, way in enumerate(WAYS[: 1 if quick else 2]):
            rates = [gather_rate(n_nodes, 50_000_000)]
            ranked = stage(place, f"rank-{number}", RANK, folder, way.memory_bytes, way.layout)
            rates.append(gather_rate(n_nodes, 50_000_000))
            seconds = [float(one) for one in ranked["seconds"]]
            ours = [built["n_arcs"] / 1e6 / one for one in seconds]
            iteration = f"{np.median(seconds):.2f} s an iteration"
            about = (f"{n_nodes:,} nodes, {built['n_arcs']:,} links, {ranked['layout']} ids, {iteration}; "
                     f"{said({'build': built, 'rank': ranked})}")  # fmt: skip
            results.append(
                faster("pagerank-big", f"{way.name}, against random gathers", ours, rates, peer_name="gather",
                       target=1.9, unit="M edges/s", peak_mb=ranked["peak_mb"],
                       why=f"{about}; links of the whole graph a second")
            )  # fmt: skip
            if number == 0:
                results.append(
                    below("pagerank-big", f"{way.name}, peak memory", [ranked["peak_mb"] / 1024], unit="GiB", target=8,
                          peak_mb=ranked["peak_mb"], why=f"{about}; resident pages of mapped files included")
                )  # fmt: skip
    return results
