"""``audit``: everything after the crawl (metrics, all rules, report) for a large site, and for real pages beside it."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import docsites
from benchmarks.crawl import SETTINGS
from benchmarks.generated_site import START, write_site
from benchmarks.process import run as run_process
from benchmarks.result import Result, below, not_run
from linkworthy.engine.embedded import Embedded
from linkworthy.pipeline.job import Job, do_audit, do_crawl, do_measure, need_index
from linkworthy.pipeline.reporting import write_reports
from linkworthy.site import Run, Site

N_PAGES, N_LINKS = 1_000_000, 100
N_REAL = 28_000
LIMIT_S, LIMIT_MB = 900.0, 6_144.0
PART_OF_CRAWL = 0.25
MEMORY_BYTES = 3 << 30
"""For DuckDB; numba's and Arrow's arrays come on top."""
QUICK_PAGES = (5_000, 25_000)
"""Two sizes: what a run costs once, whatever its size, must not be multiplied with the pages."""


def benchmark(*, quick: bool) -> list[Result]:
    """Judge made-up sites, then real pages after their crawl."""
    made = [_made(n_pages) for n_pages in (QUICK_PAGES if quick else (N_PAGES,))]
    last = made[-1]
    why = (
        f"{N_PAGES:,} pages, {N_PAGES * N_LINKS:,} links, ten blocks of text a page; metrics, all rules and the report "
        f"without PDF; of {last.seconds:.1f} s for {last.n_pages:,} pages: {last.told}"
    )
    peak = f"process tree, at {last.n_pages:,} pages; {MEMORY_BYTES >> 30} GiB for the engine"
    if quick:
        why += (
            f"; {made[0].n_pages:,} pages took {made[0].seconds:.1f} s; the straight line through both sizes is given"
        )
    return [
        below("audit", "seconds for a million pages", [_carried_on(made)], unit="s", target=LIMIT_S,
              peak_mb=last.peak_mb, why=why),
        below("audit", "peak memory", [last.peak_mb], unit="MB", target=LIMIT_MB, peak_mb=last.peak_mb, why=peak),
        _real(quick=quick),
    ]  # fmt: skip


class _Made(NamedTuple):
    """What judging a made-up site took, in words what its steps took, and its memory."""

    n_pages: int
    seconds: float
    told: str
    peak_mb: float


def _made(n_pages: int) -> _Made:
    """Judge a made-up site in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        write_site(Path(folder) / "made", n_pages, N_LINKS)
        done = run_process([sys.executable, "-m", "benchmarks.audit", "made", folder])
    seconds, *told = done.stdout.split()
    return _Made(n_pages, float(seconds), " ".join(told), done.peak_mb)


def _carried_on(made: Sequence[_Made]) -> float:
    """Give the seconds of a site of full size: measured, or on the straight line through two smaller ones."""
    last = made[-1]
    if len(made) == 1:
        return last.seconds
    a_page = (last.seconds - made[0].seconds) / (last.n_pages - made[0].n_pages)
    return last.seconds + a_page * (N_PAGES - last.n_pages)


def _real(*, quick: bool) -> Result:
    """Give what judging takes as a part of what the crawl of the same real pages took, both as wall time."""
    name, unit = "part of the crawl's time", "of the crawl's time"
    names = docsites.present(docsites.SMALL[:1] if quick else list(docsites.PACKAGES))
    if not names:
        return not_run("audit", name, unit=unit, target=PART_OF_CRAWL, why="no documentation package is installed")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        try:
            with docsites.served(home / "served", names) as start:
                site = home / "site"
                site.mkdir()
                settings = SETTINGS.format(start=start, processes=2).replace("1000000", str(N_REAL))
                (site / "site.toml").write_text(settings, encoding="utf-8")
                done = run_process([sys.executable, "-m", "benchmarks.audit", "crawl", str(site)])
        except RuntimeError as fault:
            if "nginx" not in str(fault):
                raise
            return not_run("audit", name, unit=unit, target=PART_OF_CRAWL, why=str(fault))
    crawled, judged, n_pages = (float(word) for word in done.stdout.split()[:3])
    told = " ".join(done.stdout.split()[3:])
    why = (
        f"{n_pages:,.0f} real pages of {' and '.join(names)} from loopback; wall time of the crawl {crawled:.1f} s "
        f"with two processes, of all after it {judged:.1f} s: {told}"
    )
    return below("audit", name, [judged / crawled], unit=unit, target=PART_OF_CRAWL, peak_mb=done.peak_mb, why=why)


def main() -> None:
    """Crawl a site or take a made-up one, judge it, and print the seconds of each step."""
    kind, folder = sys.argv[1], Path(sys.argv[2])
    if kind == "made":
        (folder / "site.toml").write_text(f'url = "{START}"\n', encoding="utf-8")
    site = Site(folder)
    run = site.begin("audit", {})
    engine = Embedded(memory_bytes=MEMORY_BYTES, scratch=folder / "scratch")
    job = Job(site=site, config=site.config, run=run, engine=engine)
    if kind == "made":
        for path in sorted((folder / "made").glob("*.parquet")):
            path.rename(run.path(path.name.partition(".")[0], "crawl", int(path.name.split(".")[2])))
        print(*_judged(job))
        return
    began = time.perf_counter()
    facts = do_crawl(job)
    crawled = time.perf_counter() - began
    print(crawled, end=" ")
    seconds, *told = _judged(job)
    print(seconds, facts["n_own"], *told)


def _judged(job: Job) -> tuple[float | str, ...]:
    """Do all that follows a crawl; gives its seconds, and in words those of each step and of the processor."""
    used = time.process_time()
    times = {"start": time.perf_counter()}
    need_index(job)
    do_measure(job)
    times["metrics"] = time.perf_counter()
    do_audit(job)
    times["rules"] = time.perf_counter()
    _report(job.run, job)
    times["report"] = time.perf_counter()
    at = list(times.values())
    steps = [f"{name} {end - begin:.1f} s," for name, begin, end in zip(list(times)[1:], at, at[1:], strict=False)]
    return (at[-1] - at[0], *steps, f"{time.process_time() - used:.1f} s of processor time")


def _report(run: Run, job: Job) -> None:
    snapshot = run.publish()
    write_reports(snapshot, job.site, job.config, job.progress, pdf=False)


if __name__ == "__main__":
    main()
