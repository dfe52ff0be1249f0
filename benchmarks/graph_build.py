"""``graph-build``: text edges read, and links transposed."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.result import Result, above
from linkworthy.engine.progress import SILENT
from linkworthy.graph.inputs import Pairs
from linkworthy.graph.reading.numbered import NumberedPairs
from linkworthy.graph.rowfile import NO_WEIGHTS
from linkworthy.graph.spill import Buckets, n_buckets


def benchmark(*, quick: bool) -> list[Result]:
    """Read packed text edges, and turn pairs into rows by target through buckets on the disk."""
    n_nodes, n_links, n_rounds = (400_000, 4_000_000, 3) if quick else (20_000_000, 60_000_000, 3)
    chance = np.random.default_rng(1)
    source = np.sort((n_nodes * chance.random(n_links) ** 2).astype(np.uint32))
    target = (n_nodes * chance.random(n_links) ** 3).astype(np.uint32)
    read, turned = [], []
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "edges.txt.gz"
        n_text = min(n_links, 8_000_000)
        with gzip.open(path, "wt", compresslevel=1) as file:
            for first in range(0, n_text, 1 << 18):
                last = min(first + (1 << 18), n_text)
                ends = zip(source[first:last].tolist(), target[first:last].tolist(), strict=True)
                file.write("".join(f"{a}\t{b}\n" for a, b in ends))
        links = NumberedPairs.__new__(NumberedPairs)
        links.edges, links.n_nodes = [path], n_nodes
        for k in range(n_rounds):
            began = time.perf_counter()
            total = sum(pairs.source.size for pairs in links.pairs())
            read.append(total / 1e6 / (time.perf_counter() - began))
            buckets = Buckets(Path(place) / str(k), n_nodes, n_buckets(n_nodes, n_links, 8 << 30), is_weighted=False)
            began = time.perf_counter()
            buckets.fill((Pairs(source[at : at + (1 << 22)], target[at : at + (1 << 22)], NO_WEIGHTS)
                          for at in range(0, n_links, 1 << 22)), SILENT, n_links)  # fmt: skip
            for rows in buckets.rows(8 << 30):
                del rows
            turned.append(n_links / 1e6 / (time.perf_counter() - began))
            shutil.rmtree(Path(place) / str(k))
    return [
        above("graph-build", "text edges", read, unit="M edges/s", target=11, peak_mb=None,
              why=f"{n_text:,} lines of gzip, unpacked in one thread and parsed in another, by the clock"),
        above("graph-build", "transpose", turned, unit="M edges/s", target=45, peak_mb=None,
              why=f"{n_links:,} links between {n_nodes:,} nodes, through buckets on the disk, repeats merged, "
              "by the clock"),
    ]  # fmt: skip
