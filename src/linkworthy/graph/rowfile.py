"""Writes and reads files of rows, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.rows import PADDING, decode_rows, encode_rows
from linkworthy.graph.store import mapped

PART_LINKS = 1 << 20
PART_ROWS = 1 << 18
"""A part ends at whichever comes first: parts are what threads share."""

NO_WEIGHTS = np.zeros(0, np.float32)


class Rows(NamedTuple):
    """Rows of ascending ids that follow one another."""

    first: int
    """Number of the first row."""
    bounds: NDArray[np.int64]
    """Where each row's ids start, from 0, and the end."""
    ids: NDArray[np.uint32]
    weights: NDArray[np.float32]
    """One a link, or none at all."""


class Packed(NamedTuple):
    """Rows as bytes."""

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    n_links: int
    weights: NDArray[np.float32]


def parts_of(rows: Rows) -> Iterator[Rows]:
    """Cut rows into parts of bounded size; a row is never cut."""
    n_rows = rows.bounds.size - 1
    row = 0
    while row < n_rows:
        begun = rows.bounds[row]
        end = int(np.searchsorted(rows.bounds, begun + PART_LINKS, side="right")) - 1
        end = min(max(end, row + 1), row + PART_ROWS, n_rows)
        links = slice(int(begun), int(rows.bounds[end]))
        weights = rows.weights[links] if rows.weights.size else NO_WEIGHTS
        yield Rows(rows.first + row, rows.bounds[row : end + 1] - begun, rows.ids[links], weights)
        row = end


def pack(rows: Rows) -> Packed:
    """Turn one part's rows into bytes."""
    n_rows, n_links = rows.bounds.size - 1, int(rows.bounds[-1])
    out = np.empty(6 * n_rows + 5 * n_links + 8, np.uint8)
    starts = np.empty(n_rows, np.int64)
    used = encode_rows(rows.bounds, rows.ids, out, starts)
    return Packed(out[:used].copy(), starts, n_links, rows.weights)


class RowWriter:
    """Writes a file of rows, its parts, and its weights; a context manager that pads and closes."""

    def __init__(self, folder: Path, name: str, *, is_weighted: bool) -> None:
        self.folder, self.name = folder, name
        self.n_rows = self.n_bytes = self.n_links = 0
        self._parts: list[tuple[int, int, int]] = []
        self._file = (folder / f"{name}.rows").open("wb")
        self._weights = (folder / f"{name}.weights").open("wb") if is_weighted else None

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_fault: object) -> None:
        """Pad, write the parts and close."""
        self._file.write(bytes(PADDING))
        self._file.close()
        if self._weights is not None:
            self._weights.close()
        self._parts.append((self.n_rows, self.n_bytes, self.n_links))
        np.array(self._parts, np.int64).tofile(self.folder / f"{self.name}.parts")

    def write(self, packed: Packed) -> NDArray[np.int64]:
        """Append one part; gives where its rows start in the file."""
        starts = packed.starts + self.n_bytes
        self._parts.append((self.n_rows, self.n_bytes, self.n_links))
        self._file.write(packed.data.data)
        if self._weights is not None:
            self._weights.write(np.ascontiguousarray(packed.weights).data)
        self.n_rows += starts.size
        self.n_bytes += packed.data.size
        self.n_links += packed.n_links
        return starts


def read_parts(folder: Path, name: str) -> Iterator[Rows]:
    """Read a file of rows part by part; memory is that of one part."""
    parts = mapped(folder / f"{name}.parts", np.int64).reshape(-1, 3)
    weights = folder / f"{name}.weights"
    with (folder / f"{name}.rows").open("rb") as file:
        for (row, at, link), (row_end, end, link_end) in zip(parts[:-1].tolist(), parts[1:].tolist(), strict=True):
            file.seek(at)
            data = np.fromfile(file, np.uint8, end - at + PADDING)
            bounds = np.zeros(row_end - row + 1, np.int64)
            ids = np.empty(link_end - link, np.uint32)
            decode_rows(data, 0, row_end - row, bounds, ids)
            w = np.fromfile(weights, np.float32, link_end - link, offset=4 * link) if weights.exists() else NO_WEIGHTS
            yield Rows(row, bounds, ids, w)
