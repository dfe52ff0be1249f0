"""``diff``: new and lost links between two snapshots of a generated index, of the whole web and not of one site."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.generated import make
from benchmarks.process import run
from benchmarks.result import Result, below

N_LINKS = 50_000_000
MEMORY_BYTES = 3 << 30
DAYS = ("2026-09-01", "2026-10-01")
OURS = """
import sys, time
from datetime import date
from pathlib import Path
from linkworthy.engine.embedded import Embedded
from linkworthy.index.lookup import LinkIndex
from linkworthy.questions.linkchanges import all_changes
began = time.perf_counter()
folder = Path(sys.argv[1])
counts = {}
with LinkIndex(folder, Embedded(memory_bytes=int(sys.argv[2]), scratch=folder.parent / "spilt")) as index:
    for rows in all_changes(index, date(2026, 9, 15), date(2026, 10, 15)):
        for pair in rows.column("change").value_counts().to_pylist():
            counts[pair["values"]] = counts.get(pair["values"], 0) + pair["counts"]
print(time.perf_counter() - began, counts.get("new", 0), counts.get("lost", 0))
"""


def benchmark(*, quick: bool) -> list[Result]:
    """Build an index of two snapshots, a tenth of whose pages have other links, and ask what changed."""
    n_links = 250_000 if quick else N_LINKS
    with tempfile.TemporaryDirectory() as folder:
        index = make(Path(folder), n_links, days=DAYS, changed=0.1)
        runs = [run([sys.executable, "-c", OURS, str(index), str(MEMORY_BYTES)]) for _ in range(1 if quick else 3)]
    figures = [done.stdout.split() for done in runs]
    n_new, n_lost = int(figures[0][1]), int(figures[0][2])
    if not 0.08 * n_links < n_new < 0.12 * n_links or not 0.08 * n_links < n_lost < 0.12 * n_links:
        raise RuntimeError(f"{n_new} new and {n_lost} lost links of {n_links}, a tenth of whose pages changed")
    peak = max(done.peak_mb for done in runs)
    fewer = f" instead of {N_LINKS:,}, to be quick" if quick else ""
    why = f"two snapshots of {n_links:,} links{fewer}: {n_new:,} new, {n_lost:,} lost, each with its reason"
    return [
        below("diff", "seconds", [float(one[0]) for one in figures], unit="s", target=40, peak_mb=peak, why=why),
        below("diff", "peak-mb", [done.peak_mb for done in runs], unit="MB", target=4_096, peak_mb=peak, why=why),
    ]
