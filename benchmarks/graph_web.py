"""``web-graph``: 120 million nodes and 4 billion links, built, ranked and asked on one machine.

The full run needs 40 GiB of disk and hours; give ``LINKWORTHY_GRAPHS`` a folder, and a run that was stopped goes on.
The quick one runs the same stages at a two-hundredth of the size; its figures are told and not judged.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.graph_lookup import asked, drop
from benchmarks.graph_stages import BUILD, RANK, said, stage, workplace
from benchmarks.result import Result, below, not_run

NODES, LINKS = 120_000_000, 4_360_000_000
"""Links that the generator is asked for: at the full size a twelfth of them are repeats and fall out."""
BUILD_BYTES, RANK_BYTES = 12 << 30, 4 << 30
DISK_BYTES = 40 << 30
SHARE = 200


def benchmark(*, quick: bool) -> list[Result]:
    """Run every stage in a process of its own and report its time, peak memory and the disk it leaves."""
    by = SHARE if quick else 1
    with workplace("web-graph-quick" if quick else "web-graph", DISK_BYTES // by) as place:
        folder = place / "graph"
        built = stage(place, "build", BUILD, folder, NODES // by, LINKS // by, BUILD_BYTES)
        ranked = stage(place, "rank", RANK, folder, RANK_BYTES, "packed")
        answers = _answers(folder, NODES // by)
    return results(built, ranked, answers, is_full=not quick)


def _answers(folder: Path, n_nodes: int) -> list[float]:
    """Ask for nodes of all heights, the page cache emptied once before."""
    drop(folder)
    names = [f"site-{node:011d}.com" for node in np.linspace(0, n_nodes - 1, 51).astype(int).tolist()]
    return asked(folder, names, "cold-once")[1:]


def results(built: dict[str, Any], ranked: dict[str, Any], answers: list[float], *, is_full: bool) -> list[Result]:
    """Hold the figures against the targets, where the size is the full one."""
    about = (
        f"{built['n_arcs']:,} links, {1 - built['core_share']:.0%} of the nodes dangling; "
        f"{said({'build': built, 'rank': ranked})}"
    )
    seconds = float(ranked["iteration_s"] or 0)
    peak = max(built["peak_mb"], ranked["peak_mb"])
    iterations = (
        f"packed rows, {ranked['iteration_cpu_s'] or 0:.3g} s of processor time an iteration, "
        f"{ranked['n_iterations']} iterations; 60 would take {seconds:.0f} minutes; {about}"
    )
    figures = (
        ("seconds an iteration", seconds, "s", 45.0, iterations),
        ("peak memory", peak / 1024, "GiB", 20.0, about),
        ("disk", ranked["bytes"] / 2**30, "GiB", 35.0, "graph and ranks"),
        ("answers p99", float(np.quantile(answers, 0.99)), "ms", 30.0, "50 names after the page cache was emptied"),
    )
    if is_full:
        return [below("web-graph", name, [value], unit=unit, target=target, peak_mb=peak, why=why)
                for name, value, unit, target, why in figures]  # fmt: skip
    return [
        not_run("web-graph", name, unit=unit, target=target, why=f"{value:.4g} {unit} at 1/{SHARE} of the size; {why}")
        for name, value, unit, target, why in figures
    ]
