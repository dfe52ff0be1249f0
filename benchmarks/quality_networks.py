"""``quality-networks`` and ``networks``: planted networks found among honest sites, by style; and a million domains."""

from __future__ import annotations

import resource
import time

import duckdb
import numpy as np

from benchmarks.planted import STYLES, World, make_world, skeletons_of, tables_of
from benchmarks.result import Result, above, below, not_run
from benchmarks.wcxb import absent, real_pages
from linkworthy.metrics.networks import Network, find_networks
from linkworthy.metrics.owners import shared_values

N_HONEST = 3_000
N_NETWORKS = 36
PRECISION, RECALL = 0.95, 0.9


def benchmark(*, quick: bool) -> list[Result]:
    """Plant networks of six styles under several seeds: precision and recall by domain."""
    if (why := absent()) is not None:
        return [not_run("quality-networks", what, unit="share", target=target, why=why)
                for what, target in (("precision", PRECISION), ("recall", RECALL))]  # fmt: skip
    skeletons = skeletons_of([page.page for page in real_pages(120)])
    seeds = range(2 if quick else 8)
    outcomes = [_outcome(make_world(skeletons, n_honest=N_HONEST, n_networks=N_NETWORKS, seed=seed)) for seed in seeds]
    right, said, planted = (np.asarray([row[n] for row in outcomes], dtype=float) for n in range(3))
    styles = {
        style: sum(row[3][style] for row in outcomes) / sum(row[4][style] for row in outcomes) for style in STYLES
    }
    by_style = ", ".join(f"hiding {style} {share:.3f}" for style, share in styles.items())
    why = (f"{len(seeds)} worlds of {N_HONEST:,} honest domains on {len(skeletons)} real skeletons and {N_NETWORKS} "
           f"networks; spread is over the worlds; recall by style: {by_style}")  # fmt: skip
    return [
        above("quality-networks", "precision", list(right / said), unit="share", target=PRECISION,
              peak_mb=None, why=why),
        above("quality-networks", "recall", list(right / planted), unit="share", target=RECALL,
              peak_mb=None, why=why),
        above("quality-networks", "recall of the hardest style", [min(styles.values())], unit="share", target=0.75,
              peak_mb=None, why=f"no target is set for one style, 0.75 is a floor; {by_style}"),
    ]  # fmt: skip


def detect(world: World) -> list[Network]:
    """Run the detector over the tables of a world."""
    with duckdb.connect() as db:
        for name, rows in tables_of(world).items():
            db.register(name, rows)
        return find_networks(shared_values(db), len(world.names))


def _outcome(world: World) -> tuple[int, int, int, dict[str, int], dict[str, int]]:
    """Give the domains rightly said, all said, all planted, and both by style."""
    right: dict[str, int] = dict.fromkeys(STYLES, 0)
    planted: dict[str, int] = dict.fromkeys(STYLES, 0)
    for number in world.network_of.values():
        planted[world.style_of[number]] += 1
    n_said = 0
    for found in detect(world):
        n_said += len(found.domains)
        numbers = [world.network_of[domain] for domain in found.domains if domain in world.network_of]
        if not numbers:
            continue
        leading = max(sorted(set(numbers)), key=numbers.count)
        right[world.style_of[leading]] += numbers.count(leading)
    return sum(right.values()), n_said, sum(planted.values()), right, planted


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def speed(*, quick: bool) -> list[Result]:
    """Find the networks among a million referring domains: evidence and clusters, tables in memory."""
    if (why := absent()) is not None:
        return [not_run("networks", "a million domains", unit="s", target=300, why=why)]
    n = 100_000 if quick else 1_000_000
    world = make_world(skeletons_of([page.page for page in real_pages(120)]), n_honest=n, n_networks=n // 500, seed=1)
    with duckdb.connect() as db:
        for name, rows in tables_of(world).items():
            db.register(name, rows)
        began = time.perf_counter()
        found = find_networks(shared_values(db), n)
        seconds = time.perf_counter() - began
    why = (f"{n:,} domains{', instead of 1,000,000, to be quick' if quick else ''}: {len(found):,} networks of "
           f"{len(world.style_of):,} planted ones found; the time of evidence and clusters")  # fmt: skip
    return [below("networks", "a million domains", [seconds], unit="s", target=30 if quick else 300,
                  peak_mb=_peak_mb(), why=why)]  # fmt: skip
