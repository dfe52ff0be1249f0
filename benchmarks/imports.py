"""``import``: an Ahrefs export into the site folder, against pandas.read_csv on the same file."""

from __future__ import annotations

import csv
import random
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.process import Finished, run
from benchmarks.result import Result, against, below

HEADER = [
    "Referring page title", "Referring page URL", "Language", "Platform", "Referring page HTTP code",
    "Domain rating", "UR", "Domain traffic", "Referring domains", "Linked domains", "External links",
    "Page traffic", "Keywords", "Target URL", "Left context", "Anchor", "Right context", "Redirect Chain URLs",
    "Redirect Chain status codes", "Type", "Is spam", "Content", "Nofollow", "UGC", "Sponsored", "Rendered", "Raw",
    "Lost status", "Drop reason", "Discovered status", "First seen", "Last seen", "Lost", "Author", "Page type",
    "Page category", "Links in group",
]  # fmt: skip
PANDAS = """
import sys, time
import pandas
began = time.perf_counter()
frame = pandas.read_csv(sys.argv[1])
print(time.perf_counter() - began, len(frame))
"""
OURS = """
import sys, time
from pathlib import Path
from linkworthy.pipeline.job import Job, do_import, do_index
from linkworthy.site import Site
site = Site(Path(sys.argv[2]))
run = site.begin("import", {})
job = Job(site=site, config=site.config, run=run)
began = time.perf_counter()
do_import(job, [Path(sys.argv[1])], {})
snapshot = run.publish()
seconds = time.perf_counter() - began
job = Job(site=site, config=site.config, run=site.begin("merge", {}))
began = time.perf_counter()
do_index(job)
job.run.publish()
merging = time.perf_counter() - began
from linkworthy.questions import Answers
with Answers(snapshot) as answers:
    print(seconds, merging, answers.one("select sum(n_rows_used) as n from imports")["n"])
"""
WORDS = [
    "maternity", "dress", "summer", "garden", "guide", "best", "review", "cotton",
    "travel", "baby", "shop", "shoes", "style", "home", "local", "organic",
]  # fmt: skip


def write_export(path: Path, n_rows: int, seed: int = 1) -> None:
    """Write a synthetic export with the vendor's columns: domains and anchors as skewed as real ones are."""
    rng = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(n_rows):
            domain = f"site{int(rng.paretovariate(0.6)) % 20_000}.example"
            words = [rng.choice(WORDS) for _ in range(14)]
            day = f"20{rng.randint(19, 26)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
            writer.writerow([
                " ".join(words[:6]).title(), f"https://{domain}/{words[0]}/{words[1]}-{number}", "en", "wordpress", 200,
                rng.randint(0, 92), f"{rng.random() * 60:.1f}", rng.randint(0, 100_000), rng.randint(0, 500),
                rng.randint(0, 900),
                rng.randint(1, 200), rng.randint(0, 900), rng.randint(0, 90), f"https://shop.example/{words[2]}/{words[3]}",
                " ".join(words[4:9]), " ".join(words[9:12]), f'{words[12]}, "{words[13]}"', "", "",
                rng.choice(["text", "text", "image"]), "false", "true", rng.choice(["true", "false"]), "false", "false",
                "false", "true", "", "", "pagefound", f"{day} 10:11:12", f"{day} 12:11:12", "", "", "Article",
                "/Shopping/Apparel", 1,
            ])  # fmt: skip


def benchmark(*, quick: bool) -> list[Result]:
    """Import 100,000 rows and read them with pandas, in turn; once as calls, once as whole processes."""
    n_runs = 3 if quick else 7
    n_rows = 100_000
    command = shutil.which("linkworthy", path=str(Path(sys.executable).parent)) or "linkworthy"
    calls: list[float] = []
    merges: list[float] = []
    peer_calls: list[float] = []
    whole: list[Finished] = []
    peer_whole: list[Finished] = []
    peaks: list[float] = []
    merge_peaks: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        export = home / "export.csv"
        write_export(export, n_rows)
        for number in range(n_runs):
            site = home / f"site-{number}"
            other = home / f"other-{number}"
            for place in (site, other):
                place.mkdir()
                (place / "site.toml").write_text('url = "https://shop.example/"\n', encoding="utf-8")
            done = run([sys.executable, "-c", OURS, str(export), str(site)])
            seconds, merging, used = done.stdout.split()
            if int(used) != n_rows:
                raise RuntimeError(f"{used} of {n_rows} rows were used")
            calls.append(float(seconds))
            merges.append(float(merging))
            merge_peaks.append(done.peak_mb)
            read = run([sys.executable, "-c", PANDAS, str(export)])
            peer_calls.append(float(read.stdout.split()[0]))
            peer_whole.append(read)
            whole.append(run([command, "import", str(other), str(export), "--quiet", "--json"]))
            peaks.append(whole[-1].peak_mb)
    why = f"{n_rows} rows: recognised, read, normalised, stored and published; the peer only reads"
    later = f"{n_rows} links merged, which the next stage does; no target is set for it, 10 s is a floor"
    peak = max(peaks)
    walls = [done.wall_s for done in whole]
    peer_walls = [done.wall_s for done in peer_whole]
    return [
        against("import", "call-ratio", calls, peer_calls, peer_name="pandas.read_csv", unit="s", target=5,
                peak_mb=peak, why=why),
        against("import", "process-ratio", walls, peer_walls, peer_name="python -c pandas.read_csv", unit="s", target=5,
                peak_mb=peak, why=why),
        below("import", "merge-s", merges, unit="s", target=10, peak_mb=max(merge_peaks), why=later),
        below("import", "peak-mb", peaks, unit="MB", target=500, peak_mb=peak, why="process tree, polled every 10 ms"),
    ]  # fmt: skip
