"""``spark``: the same archives appended to an index by the embedded engine and by Spark, both on this machine's cores.

The embedded engine is not to be slower; the ratio says what a cluster has to make up for before it is worth starting.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.archives import corpus
from benchmarks.process import Finished, run
from benchmarks.result import Result, against, not_run
from linkworthy.archives.files import Loss
from linkworthy.archives.warc import read_records
from linkworthy.engine.embedded import Embedded

N_PAGES = 10_000
N_ARCHIVES = 8
WHY = "whole processes from the start of Python and Java to the manifest"


def benchmark(*, quick: bool) -> list[Result]:
    """Append the same parts of a WAT file in turn, each time to a new index."""
    absent = next((name for name in ("pyspark", "pandas") if importlib.util.find_spec(name) is None), None)
    absent = absent or (None if shutil.which("java") else "Java")
    if absent:
        return [not_run("spark", "process-ratio", unit="s", target=1, why=f"{absent} is not installed")]
    ours: list[Finished] = []
    theirs: list[Finished] = []
    with tempfile.TemporaryDirectory() as folder:
        made = corpus("wat", 200 if quick else N_PAGES)
        parts = _parts(made.path, Path(folder))
        cores = Embedded().workers
        settings = {"spark.sql.shuffle.partitions": str(2 * cores), "spark.ui.enabled": "false"}
        spark = ["--engine", "spark", "--master", f"local[{cores}]"]
        spark += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
        for number in range(1 if quick else 3):
            ours.append(_append(Path(folder) / f"embedded-{number}", parts, []))
            theirs.append(_append(Path(folder) / f"spark-{number}", parts, spark))
    return [
        against(
            "spark", "process-ratio", [one.wall_s for one in ours], [one.wall_s for one in theirs],
            peer_name=f"Spark local[{cores}]", unit="s", target=1, peak_mb=max(one.peak_mb for one in ours),
            why=f"{made.n_pages:,} pages in {len(parts)} WAT files, {WHY}; Spark's peak "
                f"{max(one.peak_mb for one in theirs):,.0f} MB",
        )
    ]  # fmt: skip


def _parts(wat: Path, folder: Path) -> list[Path]:
    """Cut a WAT file between its records into some of about the same size."""
    data = wat.read_bytes()
    losses: list[Loss] = []
    offsets = [record.offset for record in read_records(wat, losses.append)]
    cuts = [0, *(offsets[n * len(offsets) // N_ARCHIVES] for n in range(1, N_ARCHIVES)), len(data)]
    parts = []
    for number in range(N_ARCHIVES):
        parts.append(folder / f"part-{number}.wat.gz")
        parts[-1].write_bytes(data[cuts[number] : cuts[number + 1]])
    return parts


def _append(index: Path, parts: list[Path], more: list[str]) -> Finished:
    named = [str(part) for part in parts]
    return run([sys.executable, "-m", "linkworthy", "index", "append", str(index), *named, "--name", "a", "-q", *more])
