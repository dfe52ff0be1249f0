"""Partial counts on the disk as whole numbers, and their sums in the order of the names that the numbers stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkworthy.sources.weblogs.counts import Counted, Counts, Ranks, parted
from linkworthy.sources.weblogs.split import Ints

ROWS_AT_ONCE = 150_000
"""Rows of partial counts that are added up at once, as far as referrers of one day can be parted."""
CHUNK_ROWS = 50_000
_N_COLUMNS = len(Counted._fields)
_ROW_BYTES = 8 * _N_COLUMNS

Choose = Callable[[Counted], Counted]


class _Piece(NamedTuple):
    """Rows of one day, which stand together in one file."""

    path: Path
    start: int
    n_rows: int


class Kept:
    """Keeps counts until all of them are asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._days: dict[int, list[_Piece]] = {}
        self._paths: list[Path] = []

    def __bool__(self) -> bool:
        return bool(self._paths)

    def add(self, counted: Counted) -> None:
        """Keep counts, which are in the order of their keys and so of their days."""
        if not len(counted.key):
            return
        path = self._folder / f"kept-{len(self._paths)}"
        np.stack(counted, axis=1).tofile(path)
        self._paths.append(path)
        days, starts, n_rows = np.unique(parted(counted.key)[0], return_index=True, return_counts=True)
        for day, start, n in zip(days.tolist(), starts.tolist(), n_rows.tolist(), strict=True):
            self._days.setdefault(day, []).append(_Piece(path, start, n))

    def clear(self) -> None:
        """Forget all counts."""
        for path in self._paths:
            path.unlink()
        self._paths, self._days = [], {}

    def by_day(self, ranks: Ranks) -> Iterator[Counted]:
        """Give all sums in the order of day, referrer, target, status and kind, their numbers being ranks."""
        waiting: list[_Piece] = []
        for day in sorted(self._days):
            pieces = self._days[day]
            n_rows = sum(piece.n_rows for piece in pieces)
            if waiting and n_rows + sum(piece.n_rows for piece in waiting) > ROWS_AT_ONCE:
                yield from self._summed(waiting, ranks, None)
                waiting = []
            if n_rows > ROWS_AT_ONCE:
                yield from self._in_spans(pieces, ranks, None)
            else:
                waiting = waiting + pieces
        if waiting:
            yield from self._summed(waiting, ranks, None)

    def all_days(self, ranks: Ranks, choose: Choose) -> Iterator[Counted]:
        """Give the sums of chosen rows in the order of referrer and target."""
        yield from self._in_spans([piece for day in sorted(self._days) for piece in self._days[day]], ranks, choose)

    def _in_spans(self, pieces: list[_Piece], ranks: Ranks, choose: Choose | None) -> Iterator[Counted]:
        """Give the sums of so many referrers at a time that their rows fit into memory."""
        n_rows: Counter[int] = Counter()
        for counted in self._read(pieces, ranks, choose):
            found, times = np.unique(parted(counted.key)[1], return_counts=True)
            n_rows.update(dict(zip(found.tolist(), times.tolist(), strict=True)))
        first, n = 0, 0
        for referrer in sorted(n_rows):
            if n and n + n_rows[referrer] > ROWS_AT_ONCE:
                yield from self._summed(pieces, ranks, choose, first, referrer)
                first, n = referrer, 0
            n += n_rows[referrer]
        if n:
            yield from self._summed(pieces, ranks, choose, first)

    def _summed(
        self,
        pieces: list[_Piece],
        ranks: Ranks,
        choose: Choose | None,
        first: int = 0,
        end: int | None = None,
    ) -> Iterator[Counted]:
        counts = Counts()
        for counted in self._read(pieces, ranks, choose):
            if first or end is not None:
                referrer = parted(counted.key)[1]
                counted = _where(counted, (referrer >= first) & (referrer < (np.inf if end is None else end)))  # noqa: PLW2901
            if len(counted.key):
                counts.add(counted)
        summed = counts.take()
        for start in range(0, len(summed.key), CHUNK_ROWS):
            yield Counted(*(column[start : start + CHUNK_ROWS] for column in summed))

    @staticmethod
    def _read(pieces: list[_Piece], ranks: Ranks, choose: Choose | None) -> Iterator[Counted]:
        for path, first, n_rows in pieces:
            for start in range(first, first + n_rows, CHUNK_ROWS):
                n = min(CHUNK_ROWS, first + n_rows - start) * _N_COLUMNS
                read: Ints = np.fromfile(path, np.int64, n, offset=start * _ROW_BYTES)
                counted = Counted(*np.ascontiguousarray(read.reshape(-1, _N_COLUMNS).T))
                yield ranks.ranked(choose(counted) if choose else counted)


def _where(counted: Counted, is_wanted: npt.NDArray[np.bool_]) -> Counted:
    return Counted(*(column[is_wanted] for column in counted))
