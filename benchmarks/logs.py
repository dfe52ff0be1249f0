"""``import`` of access logs: lines a second against a plain parser with a regular expression, and peak memory."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.process import Finished, run
from benchmarks.result import Result, below
from benchmarks.weblog import write_log

QUICK_BYTES = 300_000_000
FULL_BYTES = 5_000_000_000
PEER_BYTES = 100_000_000
"""Read by the peer, whose counts of a whole large log would not fit into memory; its speed is the same all along."""

PLAIN = r"""
import re, sys
from collections import Counter
from datetime import datetime
LINE = re.compile(r'(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+)[^"]*" (\d{3}) (?:\d+|-) "([^"]*)" "([^"]*)"')
cached = sys.argv[2] == "cached"
days, counts, n_lines = {}, Counter(), 0
with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
    for line in file:
        n_lines += 1
        found = LINE.match(line)
        if found is None:
            continue
        when = found[2]
        day = days.get(when) if cached else None
        if day is None:
            day = datetime.strptime(when, "%d/%b/%Y:%H:%M:%S %z").date()
            if cached:
                days[when] = day
        counts[day, found[6], found[4], found[5]] += 1
print(n_lines, len(counts))
"""
_COUNT = (
    "import sys, pyarrow.dataset as d; from pathlib import Path; "
    "t = d.dataset(sorted(map(str, Path(sys.argv[1]).glob('snapshots/*/**/imports*.parquet')))).to_table(); "
    "print(sum(t['n_rows_in'].to_pylist()))"
)


def benchmark(*, quick: bool) -> list[Result]:
    """Import a generated log as a whole process, and let both plain parsers read the beginning of it, in turn."""
    n_runs = 3
    command = shutil.which("linkworthy", path=str(Path(sys.executable).parent)) or "linkworthy"
    ours: list[float] = []
    peaks: list[float] = []
    cpu_s: list[float] = []
    peers: dict[str, list[float]] = {"plain": [], "cached": []}
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCHMARK_FOLDER")) as folder:
        home = Path(folder)
        log = home / "access.log"
        n_lines = write_log(log, QUICK_BYTES if quick else FULL_BYTES)
        start = _beginning(log, home / "start.log", PEER_BYTES // (4 if quick else 1))
        for number in range(n_runs):
            done = _imported(command, home / f"site-{number}", log, n_lines)
            ours.append(n_lines / done.wall_s)
            peaks.append(done.peak_mb)
            cpu_s.append(done.cpu_s)
            for kind, speeds in peers.items():
                plain = run([sys.executable, "-c", PLAIN, str(start), kind])
                speeds.append(int(plain.stdout.split()[0]) / plain.wall_s)
    why = (
        f"{n_lines:,} lines: a whole process that recognises, parses, classifies, counts and publishes, "
        f"{n_lines / median(cpu_s):,.0f} lines a second of its processor time; the peer only parses and counts"
    )
    return [
        _faster("log-lines-ratio", ours, peers["plain"], "re and strptime, line by line", max(peaks), why),
        _faster("log-lines-ratio-cached", ours, peers["cached"], "re, each distinct time read once", max(peaks), why),
        below("import", "log-peak-mb", peaks, unit="MB", target=500, peak_mb=max(peaks),
              why="resident memory of the process tree, polled every 10 ms"),
    ]  # fmt: skip


def _beginning(log: Path, start: Path, n_bytes: int) -> Path:
    with log.open("rb") as file:
        data = file.read(n_bytes)
    start.write_bytes(data[: data.rfind(b"\n") + 1])
    return start


def _imported(command: str, site: Path, log: Path, n_lines: int) -> Finished:
    site.mkdir()
    (site / "site.toml").write_text('url = "https://www.shop.example/"\n', encoding="utf-8")
    done = run([command, "import", str(site), str(log), "--quiet", "--json"])
    counted = int(run([sys.executable, "-c", _COUNT, str(site)]).stdout)
    if counted != n_lines:
        raise RuntimeError(f"{counted} of {n_lines} lines were counted")
    return done


def _faster(target_name: str, ours: list[float], peer: list[float], peer_name: str, peak_mb: float, why: str) -> Result:
    """Compare the medians of runs that took turns: at least five times as fast."""
    mine, theirs = median(ours), median(peer)
    return Result(
        name="import", target_name=target_name, ours=mine, peer=theirs, peer_name=peer_name, unit="lines/s",
        ratio=mine / theirs, higher_is_better=True, target=5, met=mine >= 5 * theirs, why=why, peak_mb=peak_mb,
        n_runs=len(ours), spread=(min(ours), max(ours)),
    )  # fmt: skip
