"""``lookup``: any site's first hundred backlinks and its counts, warm and cold, out of a generated index."""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.generated import bytes_a_link, make
from benchmarks.process import run
from benchmarks.result import Result, below

N_LINKS = 100_000_000
N_SITES = 300
N_COLD = 15
HUB_LINKS = 200_000
"""Sites with more links than this are the largest hubs, for which counts have no target."""


def benchmark(*, quick: bool) -> list[Result]:
    """Build the index, then ask it in processes of their own."""
    n_links = 500_000 if quick else N_LINKS
    fewer = f" instead of {N_LINKS:,}, to be quick" if quick else ""
    with tempfile.TemporaryDirectory() as folder:
        index = make(Path(folder), n_links)
        size = bytes_a_link(index)
        asked = [sys.executable, "-m", "benchmarks.lookup", str(index)]
        warm = run([*asked, "warm", "0"])
        said = json.loads(warm.stdout)
        cold = []
        for seed in range(3 if quick else N_COLD):
            _drop(index)
            cold.append(json.loads(run([*asked, "cold", str(seed)]).stdout)["first_ms"][0])
    n_sites = len(said["first_ms"])
    why = (
        f"{n_links:,} links{fewer}; {n_sites} sites, half drawn by site and half by link, asked twice, the second timed"
    )
    rare = [ms for ms, n in zip(said["count_ms"], said["n_links"], strict=True) if n <= HUB_LINKS]
    return [
        below("lookup", "warm-p99-ms", [_p99(said["first_ms"])], unit="ms", target=50, peak_mb=warm.peak_mb, why=why),
        below("lookup", "cold-ms", [max(cold)], unit="ms", target=200, peak_mb=None,
              why=f"the slowest of {len(cold)} new processes, files dropped from the page cache; from opening it, "
                  "imports not counted"),
        below("lookup", "count-p99-ms", [_p99(rare)], unit="ms", target=100, peak_mb=warm.peak_mb,
              why=f"{why}; sites with more than {HUB_LINKS:,} links left out"),
        below("lookup", "bytes-a-link", [size], unit="bytes", target=30, peak_mb=None, why="files sorted by target"),
    ]  # fmt: skip


def _p99(figures: list[float]) -> float:
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]


def _drop(index: Path) -> None:
    """Drop the files of an index from the page cache."""
    for path in sorted(index.rglob("*")):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def _ask(folder: Path, mode: str, seed: int) -> dict[str, list[float]]:
    """Ask for sites and give the milliseconds; ``cold`` asks one question in this process, and that once."""
    from linkworthy.engine.lean import leave_out
    from linkworthy.index.lookup import LinkIndex
    from linkworthy.index.scopes import scope_of
    from linkworthy.questions.linkcounts import count
    from linkworthy.questions.linkindex import backlinks

    # As the command does: pyarrow would load pandas in the middle of the first question.
    leave_out()
    draw = random.Random(seed)
    if mode == "cold":
        # The site is drawn by its number: finding one by a question would warm what is measured.
        site = int(pow(draw.random(), 3.3) * 8_000)
        suffix = ("com", "org", "de", "net", "io")[site % 5]
        began = time.perf_counter()
        with LinkIndex(folder) as index:
            backlinks(index, scope_of(f"site-{site}.{suffix}"), limit=100)
            return {"first_ms": [1_000 * (time.perf_counter() - began)]}
    out: dict[str, list[float]] = {"first_ms": [], "count_ms": [], "n_links": []}
    with LinkIndex(folder) as index:
        sql = f"select target_domain as site, count(*) as n from {index.rows('links')} group by 1 order by 2 desc, 1"
        rows = index.all_rows(sql)
        sites = draw.sample(rows, min(N_SITES // 2, len(rows)))
        sites += draw.choices(rows, [row["n"] for row in rows], k=N_SITES // 2)
        for row in sites:
            scope = scope_of(row["site"])
            backlinks(index, scope, limit=100)
            began = time.perf_counter()
            found = backlinks(index, scope, limit=100)
            middle = time.perf_counter()
            counted = count(index, scope)
            out["count_ms"].append(1_000 * (time.perf_counter() - middle))
            out["first_ms"].append(1_000 * (middle - began))
            out["n_links"].append(row["n"])
            if counted["n_links"] != row["n"] or found.table.num_rows != min(100, row["n"]):
                raise RuntimeError(f"{row['site']}: {counted['n_links']} links instead of {row['n']}")
    return out


if __name__ == "__main__":
    print(json.dumps(_ask(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
