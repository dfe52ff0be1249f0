"""``import``: an Ahrefs export into the site folder, against pandas and polars reading the same file."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import logs
from benchmarks.exports import write_export
from benchmarks.process import Finished, run
from benchmarks.result import Result, against, below, not_run

READ = """
import sys, time
import {library}
began = time.perf_counter()
frame = {library}.read_csv(sys.argv[1])
print(time.perf_counter() - began, len(frame))
"""
OURS = """
import sys, time
from pathlib import Path
from linkworthy.pipeline.job import Job, do_import
from linkworthy.questions import Answers
from linkworthy.site import Site
site = Site(Path(sys.argv[2]))
run = site.begin("import", {})
job = Job(site=site, config=site.config, run=run)
began = time.perf_counter()
do_import(job, [Path(sys.argv[1])], {})
snapshot = run.publish()
seconds = time.perf_counter() - began
with Answers(snapshot) as answers:
    print(seconds, answers.one("select sum(n_rows_used) as n from imports")["n"])
"""
MERGE = """
import sys, time
from pathlib import Path
from linkworthy.pipeline.job import Job, do_index
from linkworthy.site import Site
site = Site(Path(sys.argv[1]))
job = Job(site=site, config=site.config, run=site.begin("merge", {}))
began = time.perf_counter()
do_index(job)
job.run.publish()
print(time.perf_counter() - began)
"""


@dataclass(slots=True)
class Times:
    """Runs of one file, ours and the peer's in turn: seconds of the call alone, and whole processes."""

    calls: list[float] = field(default_factory=list)
    peer_calls: list[float] = field(default_factory=list)
    whole: list[Finished] = field(default_factory=list)
    peer_whole: list[Finished] = field(default_factory=list)
    merges: list[Finished] = field(default_factory=list)

    @property
    def peak_mb(self) -> float:
        """Greatest peak of our whole processes."""
        return max(done.peak_mb for done in self.whole)


def benchmark(*, quick: bool) -> list[Result]:
    """Import 100,000 rows beside pandas and 1,000,000 beside polars; as calls, and as whole processes."""
    n_rows = 100_000
    times = _measure("pandas", n_rows, 3 if quick else 7, is_merged=True)
    walls, peer_walls = [[done.wall_s for done in runs] for runs in (times.whole, times.peer_whole)]
    merges = [float(done.stdout) for done in times.merges]
    why = f"{n_rows:,} rows: recognised, read, normalised, stored and published; the peer only reads"
    later = f"{n_rows:,} links merged, which the next stage does; no target is set for it, 10 s is a floor"
    peak = times.peak_mb
    return [
        against("import", "call-ratio", times.calls, times.peer_calls, peer_name="pandas.read_csv", unit="s", target=5,
                peak_mb=peak, why=why),
        against("import", "process-ratio", walls, peer_walls, peer_name="python -c pandas.read_csv", unit="s", target=5,
                peak_mb=peak, why=why),
        below("import", "merge-s", merges, unit="s", target=10, why=later,
              peak_mb=max(done.peak_mb for done in times.merges)),
        below("import", "peak-mb", [done.peak_mb for done in times.whole], unit="MB", target=500, peak_mb=peak,
              why="process tree, polled every 10 ms"),
        *_million(quick=quick),
        *logs.benchmark(quick=quick),
    ]  # fmt: skip


def _million(*, quick: bool) -> list[Result]:
    n_rows = 150_000 if quick else 1_000_000
    if importlib.util.find_spec("polars") is None:
        why = "polars is not installed: it is in the group of dependencies for benchmarks"
        return [
            not_run("import", f"million-{what}", unit=unit, target=target, why=why)
            for what, unit, target in (("call-ratio", "s", 4), ("process-ratio", "s", 4), ("peak-mb", "MB", 1_000))
        ]
    times = _measure("polars", n_rows, 3 if quick else 5)
    walls, peer_walls = [[done.wall_s for done in runs] for runs in (times.whole, times.peer_whole)]
    fewer = " instead of 1,000,000, to be quick" if quick else ""
    why = (
        f"{n_rows:,} rows{fewer}: recognised, read, normalised, stored and published; the peer only reads, on all cores"
    )
    peak = times.peak_mb
    return [
        against("import", "million-call-ratio", times.calls, times.peer_calls, peer_name="polars.read_csv", unit="s",
                target=4, peak_mb=peak, why=why),
        against("import", "million-process-ratio", walls, peer_walls, peer_name="python -c polars.read_csv", unit="s",
                target=4, peak_mb=peak, why=f"{why}; no target is set for whole processes, the calls' is taken"),
        below("import", "million-peak-mb", [done.peak_mb for done in times.whole], unit="MB", target=1_000,
              peak_mb=peak, why=f"process tree, polled every 10 ms, {n_rows:,} rows{fewer}"),
    ]  # fmt: skip


def _measure(library: str, n_rows: int, n_runs: int, *, is_merged: bool = False) -> Times:
    times = Times()
    command = shutil.which("linkworthy", path=str(Path(sys.executable).parent)) or "linkworthy"
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export.csv"
        write_export(export, n_rows)
        for number in range(n_runs):
            site, other = (_site(Path(folder) / f"{name}-{number}") for name in ("call", "process"))
            seconds, used = run([sys.executable, "-c", OURS, str(export), str(site)]).stdout.split()
            if int(used) != n_rows:
                raise RuntimeError(f"{used} of {n_rows} rows were used")
            times.calls.append(float(seconds))
            times.peer_whole.append(run([sys.executable, "-c", READ.format(library=library), str(export)]))
            times.peer_calls.append(float(times.peer_whole[-1].stdout.split()[0]))
            times.whole.append(run([command, "import", str(other), str(export), "--quiet", "--json"]))
            if is_merged:
                times.merges.append(run([sys.executable, "-c", MERGE, str(site)]))
            for place in (site, other):
                shutil.rmtree(place)
    return times


def _site(place: Path) -> Path:
    place.mkdir()
    (place / "site.toml").write_text('url = "https://shop.example/"\n', encoding="utf-8")
    return place
