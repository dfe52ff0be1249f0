"""``verify``: linking pages on many hosts checked, beside a crawl of the same pages under the same limits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crawl_hosts import GAP_S, N_HOSTS, SERVER, SETTINGS
from benchmarks.process import Finished, run
from benchmarks.result import Result, above, faster

N_PAGES = 12
OWN = "127.2.0.1"
TARGET = 0.5


@dataclass(frozen=True, slots=True)
class _Round:
    """One command over all pages, with what the server saw of it."""

    done: Finished
    n_requests: int
    n_hosts: int
    span_s: float
    least_gap_s: float
    n_good: int
    """Pages fetched, or links found live."""

    @property
    def rate(self) -> float:
        """Request starts in a second; each host's first request is free."""
        return (self.n_requests - self.n_hosts) / self.span_s


def benchmark(*, quick: bool) -> list[Result]:
    """Crawl a list of pages, then verify links that stand on the same pages; fewer pages of each host when quick."""
    n_pages = 4 if quick else N_PAGES
    hosts = [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(int(os.environ.get("LINKWORTHY_BENCH_HOSTS", N_HOSTS)))]
    crawled, verified = (_round(hosts, n_pages, is_verified=is_verified) for is_verified in (False, True))
    n = len(hosts) * n_pages
    what = (
        f"{len(hosts):,} hosts, {n:,} pages, one connection and one start in {GAP_S:g} s a host; processor time a page "
        f"{verified.done.cpu_s * 1000 / n:.2f} ms against {crawled.done.cpu_s * 1000 / n:.2f} ms"
    )
    peak = verified.done.peak_mb
    return [
        faster("verify", "rate of requests", [verified.rate], [crawled.rate], peer_name="the crawl",
               unit="requests/s", target=TARGET, peak_mb=peak, why=what),
        faster("verify", "rate of the whole command", [n / verified.done.wall_s], [n / crawled.done.wall_s],
               peer_name="the crawl", unit="pages/s", target=TARGET, peak_mb=peak,
               why=f"checks, sorting and merging among it; {what}"),
        above("verify", "links found live", [verified.n_good / n], unit="share", target=1.0,
              peak_mb=verified.done.peak_mb, why=f"of the links reported; the crawl fetched {crawled.n_good / n:.3f}"),
        above("verify", "least-gap", [verified.least_gap_s], unit="s", target=GAP_S, peak_mb=verified.done.peak_mb,
              why="between two request starts at one host, as the server saw them"),
    ]  # fmt: skip


def _round(hosts: list[str], n_pages: int, *, is_verified: bool) -> _Round:
    server = subprocess.Popen(
        [sys.executable, str(SERVER), OWN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        port = int(server.stdout.readline()) if server.stdout else 0
        with tempfile.TemporaryDirectory() as folder:
            site = Path(folder) / "site"
            site.mkdir()
            pages = [f"http://{host}:{port}/{n}" for n in range(n_pages) for host in hosts]
            done = _verify(site, pages, port) if is_verified else _crawl(site, pages, hosts, port)
        told = json.loads(server.communicate("")[0])
    finally:
        server.kill()
        server.wait()
    figures = json.loads(done.stdout)
    if is_verified:
        n_good = sum(row["n_links"] for row in figures["checks"] if row["state"] == "live")
    else:
        n_good = figures["fetched"]
    return _Round(done, told["requests"], told["hosts"], told["span_s"], told["least_gap_s"], n_good)


def _crawl(site: Path, pages: list[str], hosts: list[str], port: int) -> Finished:
    named = ", ".join(f'"{host}"' for host in hosts)
    settings = SETTINGS.format(port=port, hosts=named, gap=GAP_S)
    (site / "site.toml").write_text(settings.replace("//127.1.0.1:", f"//{OWN}:"), encoding="utf-8")
    (site / "list.txt").write_text("".join(f"{page}\n" for page in pages), encoding="utf-8")
    return run([_linkworthy(), "crawl", str(site), "--list", str(site / "list.txt"), "--quiet", "--json"])


def _verify(site: Path, pages: list[str], port: int) -> Finished:
    settings = SETTINGS.format(port=port, hosts="", gap=GAP_S)
    (site / "site.toml").write_text(settings.replace("//127.1.0.1:", f"//{OWN}:"), encoding="utf-8")
    lines = "".join(f"{page},http://{OWN}:{port}/,the mill\n" for page in pages)
    (site / "links.csv").write_text(f"source_url,target_url,anchor\n{lines}", encoding="utf-8")
    run([_linkworthy(), "import", str(site), str(site / "links.csv"), "--quiet"])
    return run([_linkworthy(), "verify", str(site), "--quiet", "--json"])


def _linkworthy() -> str:
    return shutil.which("linkworthy", path=str(Path(sys.executable).parent)) or "linkworthy"
