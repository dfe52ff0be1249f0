"""``wat`` and ``warc``: links out of archives of real pages to Parquet, against a link extractor and against bare work.

The peer is cc-pyspark's ``ExtractLinksJob``, run without Spark on one core: ``LINKWORTHY_CC_PYSPARK`` names a checkout
of https://github.com/commoncrawl/cc-pyspark, beside warcio and idna. It gives pairs of URLs and writes nothing.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.archives import Corpus, corpus
from benchmarks.process import Finished, run
from benchmarks.result import Result, below, faster, not_run
from linkworthy.sources import wat_faster

N_PAGES = 20_000
"""They hold about 1.5 million links."""
PEER = "LINKWORTHY_CC_PYSPARK"
OURS = """
import sys, time
from pathlib import Path
from linkworthy.engine.lean import leave_out
from linkworthy.sources.extraction import Shard, extract
leave_out()
began = time.process_time()
done = extract(Shard(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "external"))
print(time.process_time() - began, done.counts.n_pages, done.counts.n_links)
"""
DECODED = """
import sys, time
from pathlib import Path
from linkworthy.archives.warc import read_records
from linkworthy.sources.wat_layout import decode_envelope
began = time.process_time()
n = 0
for record in read_records(Path(sys.argv[1]), lambda loss: None):
    told = decode_envelope(record.content) if record.type == "metadata" else None
    n += told is not None and told.headers.type == "response"
print(time.process_time() - began, n, 0)
"""
PARSED = """
import sys, time
from pathlib import Path
from linkworthy.archives.warc import read_records
from linkworthy.html.parse import parse
pages = []
for record in read_records(Path(sys.argv[1]), lambda loss: None):
    if record.type == "response":
        pages.append((record.response.body, record.response.headers, record.uri))
began = time.process_time()
for body, headers, url in pages:
    parse(body, headers, url)
print(time.process_time() - began, len(pages), 0)
"""
THEIRS = """
import sys, time, types
sys.path.insert(0, sys.argv[2])
class Named(types.ModuleType):
    def __getattr__(self, name):
        return type(name, (), {"__init__": lambda self, *args, **named: None})
for name in ("pyspark", "pyspark.sql", "pyspark.sql.types", "boto3", "botocore", "botocore.client"):
    sys.modules.setdefault(name, Named(name))
from warcio.archiveiterator import ArchiveIterator
from wat_extract_links import ExtractLinksJob
class Counter:
    def add(self, n):
        pass
job = ExtractLinksJob()
for name in ("processed", "response", "response_wat", "response_warc", "response_robotstxt", "failed", "non_html",
             "response_redirect"):
    setattr(job, f"records_{name}", Counter())
job.link_count = Counter()
began = time.process_time()
n = 0
with open(sys.argv[1], "rb") as stream:
    for pair in job.iterate_records(sys.argv[1], ArchiveIterator(stream, no_record_parse=True)):
        n += 1
print(time.process_time() - began, 0, n)
"""
BOTH = """
import sys, time
from pathlib import Path
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.lean import leave_out
from linkworthy.sources.extraction import Shard, extract
if __name__ == "__main__":
    leave_out()
    shards = [Shard(Path(path), Path(sys.argv[2])) for path in sys.argv[3:]]
    began = time.perf_counter()
    for _ in Embedded(int(sys.argv[1])).map_shards(shards, extract):
        pass
    print(time.perf_counter() - began, 0, 0)
"""


def wat(*, quick: bool) -> list[Result]:
    """Measure the extraction from WAT in processes of one thread's work, both sides in turn."""
    if not wat_faster.is_ready():
        # Once for each machine, as the bytecode of the other side is.
        wat_faster.prepare()
    with tempfile.TemporaryDirectory() as folder:
        made = corpus("wat", 2_000 if quick else N_PAGES)
        out = Path(folder) / "out"
        peer = os.environ.get(PEER)
        sides: dict[str, Callable[[int], list[str]]] = {
            "all": lambda n: [OURS, str(made.path), f"{out}-all-{n}", "all"],
            "external": lambda n: [OURS, str(made.path), f"{out}-external-{n}", "external"],
            "decoded": lambda _: [DECODED, str(made.path)],
        }
        if peer:
            sides["peer"] = lambda _: [THEIRS, str(made.path), peer]
        done = _in_turn(sides, 2 if quick else 3)
        two = _two_processes(made, Path(folder), 1 if quick else 2)
    n_links = int(done["all"][0].stdout.split()[2])
    fewer = f" instead of {N_PAGES:,}, to be quick: loading compiled code weighs more" if quick else ""
    why = (
        f"{made.n_pages:,} pages{fewer}, {n_links:,} links, each resolved and written to Parquet; processor time of "
        "one process from the end of its imports, loading compiled code and Arrow counted"
    )
    peak = max(one.peak_mb for one in done["all"])
    rates = {name: [made.n_pages / float(one.stdout.split()[0]) for one in runs] for name, runs in done.items()}
    return [
        faster("wat", "all-links", rates["all"], rates["peer"], peer_name="cc-pyspark's link extractor, without Spark",
               unit="pages/s", target=3, peak_mb=peak, why=why)
        if peer else
        not_run("wat", "all-links", unit="x", target=3, why=f"{PEER} names no checkout of cc-pyspark"),
        faster("wat", "external-links", rates["external"], rates["decoded"], peer_name="unpacking and typed decoding",
               unit="pages/s", target=0.6, peak_mb=peak, why=f"{why}; GlobalLinks (Go) cannot be built here"),
        faster("wat", "two-processes", two[2], two[1], peer_name="one process", unit="1/s", target=1.8, peak_mb=None,
               why="two archives, wall time without the start of Python"),
        below("wat", "peak-mb", [one.peak_mb for one in done["all"]], unit="MB", target=1_024, peak_mb=peak, why=why),
    ]  # fmt: skip


def warc(*, quick: bool) -> list[Result]:
    """Measure the extraction from WARC against the same parses alone, both in turn."""
    with tempfile.TemporaryDirectory() as folder:
        made = corpus("warc", 300 if quick else N_PAGES)
        out = Path(folder) / "out"
        done = _in_turn(
            {
                "ours": lambda n: [OURS, str(made.path), f"{out}-{n}", "all"],
                "parsed": lambda _: [PARSED, str(made.path)],
            },
            3 if quick else 5,
        )
    rates = {name: [made.n_pages / float(one.stdout.split()[0]) for one in runs] for name, runs in done.items()}
    peak = max(one.peak_mb for one in done["ours"])
    why = f"{made.n_pages:,} pages, processor time; the peer is our own parse of every page, without archive and tables"
    return [
        faster("warc", "bare-parse", rates["ours"], rates["parsed"], peer_name="the parses alone", unit="pages/s",
               target=0.85, peak_mb=peak, why=why),
        below("warc", "peak-mb", [one.peak_mb for one in done["ours"]], unit="MB", target=1_024, peak_mb=peak, why=why),
    ]  # fmt: skip


def _in_turn(sides: dict[str, Callable[[int], list[str]]], n_runs: int) -> dict[str, list[Finished]]:
    done: dict[str, list[Finished]] = {name: [] for name in sides}
    for number in range(n_runs):
        for name, command in sides.items():
            code, *arguments = command(number)
            done[name].append(run([sys.executable, "-c", code, *arguments]))
    return done


def _two_processes(made: Corpus, folder: Path, n_runs: int) -> dict[int, list[float]]:
    """Extract two archives with one and with two processes; gives the rates."""
    script = folder / "both.py"
    script.write_text(BOTH, encoding="utf-8")
    copies = [folder / f"copy-{n}.warc.wat.gz" for n in range(2)]
    for copy in copies:
        shutil.copyfile(made.path, copy)
    rates: dict[int, list[float]] = {1: [], 2: []}
    for number in range(n_runs):
        for workers, found in rates.items():
            command = [
                sys.executable,
                str(script),
                str(workers),
                str(folder / f"both-{workers}-{number}"),
                *map(str, copies),
            ]
            found.append(1 / float(run(command).stdout.split()[0]))
    return rates
