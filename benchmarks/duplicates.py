"""``duplicates``: near-duplicates against datasketch and exact Jaccard; the exact split of 10,000 and 100,000 pages."""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from pathlib import Path

from benchmarks import pagetexts
from benchmarks.process import run
from benchmarks.result import Result, above, below, faster, not_run

LEAST = 0.8
OURS = """
import json, sys, time
from linkworthy.metrics.near import near_texts
from linkworthy.metrics.shingles import texts_of
texts = json.load(open(sys.argv[1]))
near_texts(texts_of(texts[:50] * 2), {least})  # each text twice, so that every kernel has something to do
began = time.process_time()
pairs = near_texts(texts_of(texts), {least})
seconds = time.process_time() - began
print(json.dumps([seconds, list(zip(pairs.one.tolist(), pairs.other.tolist()))]))
"""
PEER = """
import json, re, sys, time
from datasketch import MinHash, MinHashLSH
texts = json.load(open(sys.argv[1]))
def sketch(text):
    said = re.findall(r"\\w+", text.lower())
    found = MinHash(num_perm=128)
    found.update_batch(list({{" ".join(said[i:i + 7]).encode() for i in range(len(said) - 6)}}))
    return found
[sketch(text) for text in texts[:50] * 2]
began = time.process_time()
index = MinHashLSH(threshold={least}, num_perm=128)
sketches, pairs = [], []
for n, text in enumerate(texts):
    one = sketch(text)
    pairs += [(m, n) for m in index.query(one) if sketches[m].jaccard(one) >= {least}]
    index.insert(n, one)
    sketches.append(one)
print(json.dumps([time.process_time() - began, pairs]))
"""
SPLIT = """
import sys, time
from pathlib import Path
from linkworthy.engine.embedded import Embedded
from linkworthy.metrics.duplicates import NEAR_DUPLICATES, open_duplicates, passages
from linkworthy.site import Duplicates
folder = Path(sys.argv[1])
def split(name):
    tables = {"blocks": sorted((folder / name).glob("*.parquet"))}
    with Embedded(memory_bytes=1 << 30, scratch=folder / "scratch").connect(tables) as db:
        db.execute("create temp table index_status as select distinct url, true as is_indexable from blocks")
        db.execute("create temp table variant (url varchar)")
        began = time.process_time()
        with open_duplicates(db, Duplicates(), folder) as corpus:
            n_near = db.sql(f"select count(*) from ({NEAR_DUPLICATES})").fetchall()[0][0]
            n_passages = sum(table.num_rows for table in passages(db, corpus))
        return time.process_time() - began, n_near, n_passages
split("warm")
print(*split(sys.argv[2]))
"""


def benchmark(*, quick: bool) -> list[Result]:
    """Find near-duplicates among the same pages as datasketch, and split sites of two sizes."""
    return [*_near(quick=quick), *_split(quick=quick)]


def _near(*, quick: bool) -> list[Result]:
    if importlib.util.find_spec("datasketch") is None:
        why = "datasketch is not installed: it is in the group of dependencies for benchmarks"
        targets = (("near-rate", "pages/s", 20), ("precision", "share", 1), ("recall", "share", 1))
        return [not_run("duplicates", name, unit=unit, target=target, why=why) for name, unit, target in targets]
    n_pages, n_runs = (1_500, 3) if quick else (5_000, 5)
    texts = pagetexts.families(n_pages)
    expected = pagetexts.alike(texts, LEAST)
    ours: list[float] = []
    peer: list[float] = []
    peaks: list[float] = []
    pairs: dict[str, set[tuple[int, int]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "texts.json"
        place.write_text(json.dumps(texts), encoding="utf-8")
        for _ in range(n_runs):
            for name, code, times in (("ours", OURS, ours), ("peer", PEER, peer)):
                done = run([sys.executable, "-c", code.format(least=LEAST), str(place)])
                seconds, found = json.loads(done.stdout)
                times.append(n_pages / seconds)
                pairs[name] = {(one, other) for one, other in found}
                if name == "ours":
                    peaks.append(done.peak_mb)
    quality = {name: _quality(found, expected) for name, found in pairs.items()}
    why = (
        f"{n_pages:,} pages of 450 words, {len(expected):,} pairs at least {LEAST} alike by exact Jaccard over runs of "
        "seven words; processor time from texts to pairs, kernels compiled before; the peer by update_batch, "
        "128 permutations, its candidates filtered by its own estimate"
    )
    return [
        faster("duplicates", "near-rate", ours, peer, peer_name="datasketch MinHashLSH", unit="pages/s", target=20,
               peak_mb=max(peaks), why=why),
        *(above("duplicates", name, [quality["ours"][i]], unit="share", target=quality["peer"][i], peak_mb=None,
                why=f"against exact Jaccard; the target is the peer's own {name} on the same pages")
          for i, name in enumerate(("precision", "recall"))),
    ]  # fmt: skip


def _quality(found: set[tuple[int, int]], expected: set[tuple[int, int]]) -> tuple[float, float]:
    hits = len(found & expected)
    return hits / max(1, len(found)), hits / max(1, len(expected))


def _split(*, quick: bool) -> list[Result]:
    small, n_runs = (2_000, 2) if quick else (10_000, 3)
    times: dict[str, list[float]] = {"small": [], "large": []}
    peaks: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        n_words = {
            name: pagetexts.write_site(home / name, n)
            for name, n in (("warm", 200), ("small", small), ("large", 10 * small))
        }
        for _ in range(n_runs):
            for name, found in times.items():
                done = run([sys.executable, "-c", SPLIT, str(home), name])
                found.append(float(done.stdout.split()[0]))
                if name == "large":
                    peaks.append(done.peak_mb)
    least, most = min(times["small"]), min(times["large"])
    why = (
        f"{small:,} and {10 * small:,} pages, {n_words['small']:,} and {n_words['large']:,} words outside menus: "
        "shares, nearest pages, near-duplicates and passages; processor time, the least of the runs"
    )
    return [
        below("duplicates", "split-growth", [most / least], unit="times for ten times the pages", target=12,
              peak_mb=None, why=why),
        below("duplicates", "split-s", times["large"], unit="s", target=120 if quick else 300, peak_mb=max(peaks),
              why=f"{10 * small:,} pages; the limit is what 'within minutes' is taken to mean"),
        below("duplicates", "split-peak-mb", peaks, unit="MB", target=3_000, peak_mb=max(peaks),
              why="process tree, 1 GiB for the engine; mapped temporary files count, though they can be given back"),
    ]  # fmt: skip
