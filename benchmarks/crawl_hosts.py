"""``crawl-hosts``: many hosts at once, each gently: one connection and one request start in two seconds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.process import run
from benchmarks.readying import compiled
from benchmarks.result import Result, above

N_HOSTS, N_PAGES = 2_000, 20
GAP_S = 2.0
SHARE = 0.8
SERVER = Path(__file__).with_name("slow_hosts.py")
SETTINGS = """url = "http://127.1.0.1:{port}/"
hosts = [{hosts}]
[limits]
max_pages = 10000000
connections = 512
connections_per_host = 1
delay_s = {gap}
[network]
allow_private = true
"""


def benchmark(*, quick: bool) -> list[Result]:
    """Crawl a list of pages on 2,000 loopback addresses with full extraction; fewer pages of each in the quick run."""
    compiled()
    n_pages = 6 if quick else N_PAGES
    hosts = [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(int(os.environ.get("LINKWORTHY_BENCH_HOSTS", N_HOSTS)))]
    server = subprocess.Popen([sys.executable, str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline()) if server.stdout else 0
        with tempfile.TemporaryDirectory() as folder:
            site = Path(folder) / "site"
            site.mkdir()
            named = ", ".join(f'"{host}"' for host in hosts)
            (site / "site.toml").write_text(SETTINGS.format(port=port, hosts=named, gap=GAP_S), encoding="utf-8")
            lines = [f"http://{host}:{port}/{n}\n" for n in range(n_pages) for host in hosts]
            (site / "list.txt").write_text("".join(lines), encoding="utf-8")
            command = shutil.which("linkworthy", path=str(Path(sys.executable).parent)) or "linkworthy"
            done = run([command, "crawl", str(site), "--list", str(site / "list.txt"), "--quiet", "--json"])
        told = json.loads(server.communicate("")[0])
    finally:
        server.kill()
        server.wait()
    figures = json.loads(done.stdout)
    most = len(hosts) / GAP_S
    # Each host's first request is free: n requests take n - 1 gaps.
    rate = (told["requests"] - told["hosts"]) / told["span_s"]
    what = (
        f"{told['hosts']:,} hosts, {figures['fetched']:,} of {len(lines):,} pages, robots.txt of each, answers after "
        f"50 ms; at most {most:g}/s are possible, {done.cpu_s * 1000 / len(lines):.2f} ms of CPU a page"
    )
    return [
        above("crawl-hosts", "share-of-the-possible", [rate / most], unit="share", target=SHARE, peak_mb=done.peak_mb,
               why=f"{rate:.0f} requests/s; {what}"),
        above("crawl-hosts", "least-gap", [told["least_gap_s"]], unit="s", target=GAP_S, peak_mb=done.peak_mb,
               why="between two request starts at one host, as the server saw them"),
        above("crawl-hosts", "complete", [figures["fetched"] / len(lines)], unit="share", target=1.0,
               peak_mb=done.peak_mb, why="URLs of the list that were answered"),
    ]  # fmt: skip
