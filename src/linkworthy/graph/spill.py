"""Pairs in any order become rows by target: through buckets on the disk, each of which fits into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.engine.progress import Progress
from linkworthy.errors import StageError
from linkworthy.graph.inputs import Pairs
from linkworthy.graph.kernels.arcs import partition, rows_of_bucket
from linkworthy.graph.rowfile import NO_WEIGHTS, Rows
from linkworthy.graph.threads import in_order

BATCH = 1 << 21
"""Pairs that are put in order at a time; a few such batches are under way at once."""
MAX_PAIRS = 1 << 32
"""Pairs of one bucket."""
BYTES_A_PAIR = 24
"""A pair in memory while its bucket is turned into rows: twice 8 bytes, its id, and room."""


def n_buckets(n_nodes: int, n_links: int, memory_bytes: int) -> int:
    """Give how many buckets, a power of two, suit so many links: a few at once fit into the memory allowed."""
    # Counts of about a hundred thousand nodes stay in the cache; each bucket holds files open while it is filled.
    wanted = max(8, min(256, n_nodes >> 17), min(512, 4 * n_links * BYTES_A_PAIR // memory_bytes))
    return 1 << (wanted - 1).bit_length()


class Buckets:
    """Pairs on the disk, by their target's bucket: ``target >> shift``."""

    def __init__(self, folder: Path, n_nodes: int, n_buckets: int, *, is_weighted: bool) -> None:
        self.folder, self.n_nodes, self.is_weighted = folder, n_nodes, is_weighted
        self.shift = max(0, (max(n_nodes, 1) - 1).bit_length() - max(0, n_buckets.bit_length() - 1))
        self.n_buckets = (max(n_nodes, 1) - 1 >> self.shift) + 1

    def fill(self, batches: Iterable[Pairs], progress: Progress, n_expected: int) -> int:
        """Write all pairs; gives how many there were."""
        self.folder.mkdir()
        progress.start("reading links", n_expected or None)
        names = ("source", "target", "weight")[: 3 if self.is_weighted else 2]
        files = [[self._path(b, name).open("wb") for name in names] for b in range(self.n_buckets)]
        n = 0
        try:
            for bounds, columns in in_order(self._parted, joined(batches)):
                for bucket, (first, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
                    if end > first:
                        for file, column in zip(files[bucket], columns, strict=False):
                            file.write(column[first:end].data)
                n += columns[0].size
                progress.update(n, n_expected or None)
        finally:
            for file in (file for three in files for file in three):
                file.close()
        progress.finish(f"{n:,} links")
        return n

    def _parted(self, batch: Pairs) -> tuple[NDArray[np.int64], Pairs]:
        out = Pairs(np.empty_like(batch.source), np.empty_like(batch.target), np.empty_like(batch.weight))
        return partition(*batch, self.shift, self.n_buckets, *out), out

    def rows(self, memory_bytes: int) -> Iterator[Rows]:
        """Give the rows of every target, bucket by bucket.

        Raises: StageError where one bucket needs more memory than is allowed.
        """
        sizes = [self._path(bucket, "target").stat().st_size // 4 for bucket in range(self.n_buckets)]
        n = max(sizes)
        if n * BYTES_A_PAIR > memory_bytes or n >= MAX_PAIRS:
            raise StageError(
                f"{n:,} links lead to neighbouring nodes and need {n * BYTES_A_PAIR / 2**30:.1f} GiB at once: "
                "raise --memory"
            )
        costs = [size * BYTES_A_PAIR for size in sizes]
        yield from in_order(self.bucket, range(self.n_buckets), cost=costs.__getitem__, room=memory_bytes)

    def bucket(self, bucket: int) -> Rows:
        """Give the rows of one bucket's targets, repeats merged."""
        low = bucket << self.shift
        high = min(self.n_nodes, (bucket + 1) << self.shift)
        source, target = self._column(bucket, "source", np.uint32), self._column(bucket, "target", np.uint32)
        weight = self._column(bucket, "weight", np.float32) if self.is_weighted else NO_WEIGHTS
        ids, weights = np.empty(target.size, np.uint32), np.empty(weight.size, np.float32)
        bounds = np.zeros(high - low + 1, np.int64)
        used = rows_of_bucket(source, target, weight, low, high - low, ids, weights, bounds)
        return Rows(low, bounds, ids[:used], weights[:used] if self.is_weighted else NO_WEIGHTS)

    def _path(self, bucket: int, name: str) -> Path:
        return self.folder / f"{bucket}.{name}"

    def _column(self, bucket: int, name: str, kind: type) -> NDArray[Any]:
        path = self._path(bucket, name)
        # Mapped, what was just written is read where the system keeps it; an empty file cannot be mapped.
        return np.memmap(path, kind, mode="r") if path.stat().st_size else np.zeros(0, kind)


def joined(batches: Iterable[Pairs]) -> Iterator[Pairs]:
    """Join small batches, so that each write to a bucket is worth its call."""
    waiting: list[Pairs] = []
    n = 0
    for batch in batches:
        waiting.append(batch)
        n += batch.source.size
        if n >= BATCH:
            yield _as_one(waiting)
            waiting, n = [], 0
    if n:
        yield _as_one(waiting)


def _as_one(batches: list[Pairs]) -> Pairs:
    if len(batches) == 1:
        return batches[0]
    return Pairs(*(np.concatenate(column) for column in zip(*batches, strict=True)))
