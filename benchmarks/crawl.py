"""``crawl``: Debian's documentation crawled from loopback, all columns to Parquet, against Scrapy and wget."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks import docsites
from benchmarks.process import Finished, run
from benchmarks.readying import compiled
from benchmarks.result import Result, below, faster, not_run
from linkworthy import urls

SETTINGS = """url = "{start}"
[limits]
max_pages = 1000000
max_outbound = 0
connections_per_host = 16
processes = {processes}
[network]
allow_private = true
"""
SCRAPY = Path(__file__).with_name("scrapy_peer.py")
FAST, FASTER, WGET = 10.0, 15.0, 2.0
CPU_MS = 1.5


@dataclass(slots=True)
class _Runs:
    pages: int = 0
    ours: list[Finished] = field(default_factory=list)
    peer: list[Finished] = field(default_factory=list)


def benchmark(*, quick: bool) -> list[Result]:
    """Crawl the small set with one process and with two, and in full the large one, each beside its peers."""
    compiled()
    out: list[Result] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        small = docsites.present(docsites.SMALL)
        large = docsites.present(docsites.LARGE)
        try:
            if small:
                with docsites.served(home / "small", small) as start:
                    out += _small(home / "small", start, 1 if quick else 3)
            if large and not quick:
                with docsites.served(home / "large", large) as start:
                    out += _large(home / "large", start)
        except RuntimeError as fault:
            if "nginx" not in str(fault):
                raise
            return [not_run("crawl", "all", target=FAST, unit="pages/s", why=str(fault))]
    if not large or quick:
        why = "only in the full run" if quick else "the package rust-doc is not installed"
        out.append(not_run("crawl", "scrapy-two-cores", target=FASTER, unit="pages/s", why=why))
    return out


def _small(home: Path, start: str, n_runs: int) -> list[Result]:
    truth = docsites.truth(home, start)
    one, two, wget = _Runs(), _Runs(), _Runs()
    cpu: list[float] = []
    for n in range(n_runs):
        one.ours.append(_crawl(home / f"one-{n}", start, 1))
        two.ours.append(_crawl(home / f"two-{n}", start, 2))
        if find_spec("scrapy"):
            one.peer.append(_scrapy(home / f"scrapy-{n}", start))
        if shutil.which("wget"):
            wget.peer.append(_wget(home / f"wget-{n}", start))
        cpu.append(one.ours[-1].cpu_s * 1000 / len(truth))
    n = len(truth)
    what = f"{n:,} URLs: robots, redirects, all columns, Parquet; whole processes"
    missing, invented, wrong = _differences(home / "two-0", truth)
    return [
        _faster("scrapy-per-process", n, one.ours, one.peer, "Scrapy", FAST, f"{what}; one process each"),
        _faster("wget", n, two.ours, wget.peer, "wget --spider -r", WGET, f"{what}; two processes; wget reads links"),
        below("crawl", "cpu-ms-per-page", cpu, unit="ms", target=CPU_MS, peak_mb=_peak(one.ours),
               why="user and system time of the whole command, start and end included, over all URLs"),
        below("crawl", "missing", [float(missing)], unit="URLs", target=0, peak_mb=None,
               why=f"of {n:,} URLs counted from the files"),
        below("crawl", "invented", [float(invented)], unit="URLs", target=0, peak_mb=None, why="not in the files"),
        below("crawl", "wrong-status", [float(wrong)], unit="URLs", target=0, peak_mb=None, why="not the file's"),
        not_run("crawl", "lychee", target=WGET, unit="pages/s", why="lychee comes in no package index at hand here"),
    ]  # fmt: skip


def _large(home: Path, start: str) -> list[Result]:
    truth = docsites.truth(home, start)
    n = len(truth)
    ours = [_crawl(home / f"two-{k}", start, 2) for k in range(3)]
    peer = [_scrapy(home / "scrapy", start)] if find_spec("scrapy") else []
    missing, invented, wrong = _differences(home / "two-0", truth)
    why = f"{n:,} URLs; two processes to Scrapy's one; {missing} missing, {invented} invented, {wrong} wrong statuses"
    return [_faster("scrapy-two-cores", n, ours, peer, "Scrapy", FASTER, why)]


def _faster(
    name: str, n: int, ours: list[Finished], peer: list[Finished], peer_name: str, target: float, why: str
) -> Result:
    if not peer:
        return not_run("crawl", name, target=target, unit="pages/s", why=f"{peer_name} is not installed")
    rates = [n / done.wall_s for done in ours]
    peers = [n / done.wall_s for done in peer]
    return faster("crawl", name, rates, peers, peer_name=peer_name, unit="pages/s", target=target,
                peak_mb=_peak(ours), why=f"{why}; peer's peak {median(d.peak_mb for d in peer):.0f} MB; processor time "
                f"{_cpu_ms(ours, n):.2f} ms a page, the peer's {_cpu_ms(peer, n):.2f}")  # fmt: skip


def _cpu_ms(runs: list[Finished], n: int) -> float:
    return median(done.cpu_s for done in runs) * 1000 / n


def _peak(runs: list[Finished]) -> float:
    return max(done.peak_mb for done in runs)


def _crawl(site: Path, start: str, processes: int) -> Finished:
    site.mkdir()
    (site / "site.toml").write_text(SETTINGS.format(start=start, processes=processes), encoding="utf-8")
    command = shutil.which("linkworthy", path=str(Path(sys.executable).parent)) or "linkworthy"
    return run([command, "crawl", str(site), "--quiet", "--json"])


def _scrapy(folder: Path, start: str) -> Finished:
    folder.mkdir()
    return run([sys.executable, str(SCRAPY), start], cwd=folder)


def _wget(folder: Path, start: str) -> Finished:
    folder.mkdir()
    return run(["wget", "--spider", "-r", "-l", "inf", "-nv", "-o", "log", start], cwd=folder, codes=(0, 8))


def _differences(site: Path, truth: dict[str, int]) -> tuple[int, int, int]:
    """Count own URLs that are missing, invented, or have another status than the file's."""
    command = shutil.which("linkworthy", path=str(Path(sys.executable).parent)) or "linkworthy"
    sql = "select url, status from pages where is_own and role = 'own' and found_by not in ('sitemap') order by url"
    said = run([command, "sql", str(site), sql, "--format", "json"])
    found = {row["url"]: row["status"] for row in json.loads(said.stdout)}

    # The spelling of a URL is WHATWG's, not the files'.
    true = {urls.normalise(url): status for url, status in truth.items()}
    wrong = sum(found[url] != status for url, status in true.items() if url in found)
    return len(true.keys() - found.keys()), len(found.keys() - true.keys()), wrong
