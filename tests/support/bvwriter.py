"""A small writer of BVGraph files: enough codes to read every part of a row back, and a fast one for benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.native import kernel


class Bits:
    """Codes on their way into bytes."""

    def __init__(self) -> None:
        self.text: list[str] = []

    def unary(self, n: int) -> None:
        self.text.append("0" * n + "1")

    def gamma(self, n: int) -> None:
        binary = f"{n + 1:b}"
        self.text.append("0" * (len(binary) - 1) + binary)

    def zeta(self, n: int, k: int) -> None:
        h = ((n + 1).bit_length() - 1) // k
        self.unary(h)
        left, rest = 1 << (h * k), n + 1 - (1 << (h * k))
        span, size = (1 << ((h + 1) * k)) - left, (h + 1) * k
        short = (1 << size) - span
        self.text.append(f"{rest:0{size - 1}b}" if rest < short and size > 1 else "" if size == 0 else
                         f"{rest + short:0{size}b}" if rest >= short else "")  # fmt: skip

    def bytes(self) -> bytes:
        text = "".join(self.text)
        text += "0" * (-len(text) % 8)
        return bytes(int(text[at : at + 8], 2) for at in range(0, len(text), 8))


def folded(n: int) -> int:
    return 2 * n if n >= 0 else -2 * n - 1


def write_bvgraph(path: Path, rows: Sequence[Sequence[int]], *, window: int = 7, least: int = 4, k: int = 3) -> Path:
    """Write rows as a BVGraph; every third row that has neighbours refers to one before it."""
    out = Bits()
    for node, row in enumerate(rows):
        out.gamma(len(row))
        if not row:
            continue
        back = 1 + node % window if window else 0
        reference = rows[node - back] if window and node % 3 and node >= back and rows[node - back] else ()
        left = set(row)
        if window:
            out.unary(back if reference else 0)
        if reference:
            kept = [one in left for one in reference]
            left -= set(reference)
            blocks = _blocks(kept)
            out.gamma(len(blocks))
            for place, size in enumerate(blocks):
                out.gamma(size if place == 0 else size - 1)
        if not left:
            continue
        rest = sorted(left)
        if least:
            rest = _intervals(out, node, rest, least)
        for place, one in enumerate(rest):
            out.zeta(folded(one - node) if place == 0 else one - rest[place - 1] - 1, k)
    path.write_bytes(out.bytes())
    n_arcs = sum(map(len, rows))
    write_properties(path, len(rows), n_arcs, window=window, least=least, k=k)
    return path


def write_properties(path: Path, n_nodes: int, n_arcs: int, *, window: int, least: int, k: int) -> None:
    path.with_suffix(".properties").write_text(
        f"#BVGraph properties\nversion=0\nnodes={n_nodes}\narcs={n_arcs}\nwindowsize={window}\n"
        f"minintervallength={least}\nzetak={k}\ncompressionflags=\ngraphclass=it.unimi.dsi.webgraph.BVGraph\n"
    )


def _blocks(kept: list[bool]) -> list[int]:
    """Give the lengths of runs kept and left out in turn, from a kept one; the last run is not written."""
    runs, state = [0], True
    for one in kept:
        if one == state:
            runs[-1] += 1
        else:
            runs.append(1)
            state = one
    return runs[:-1]


def _intervals(out: Bits, node: int, rest: list[int], least: int) -> list[int]:
    runs: list[tuple[int, int]] = []
    single: list[int] = []
    at = 0
    while at < len(rest):
        end = at
        while end + 1 < len(rest) and rest[end + 1] == rest[end] + 1:
            end += 1
        if end - at + 1 >= least:
            runs.append((rest[at], end - at + 1))
        else:
            single += rest[at : end + 1]
        at = end + 1
    out.gamma(len(runs))
    before = 0
    for place, (start, size) in enumerate(runs):
        out.gamma(folded(start - node) if place == 0 else start - before - 1)
        out.gamma(size - least)
        before = start + size
    return single


@kernel()
def _pack(values: NDArray[np.uint64], sizes: NDArray[np.int64], out: NDArray[np.uint8]) -> int:
    bit = 0
    for k in range(values.size):
        for place in range(sizes[k] - 1, -1, -1):
            if (values[k] >> np.uint64(place)) & np.uint64(1):
                out[bit >> 3] |= np.uint8(1 << (7 - (bit & 7)))
            bit += 1
    return bit


def write_sparse(path: Path, bounds: NDArray[np.int64], ids: NDArray[np.uint32], k: int = 3) -> int:
    """Write rows of residuals alone, without references and intervals: what a graph without locality comes to."""
    degrees = np.diff(bounds)
    gaps = np.diff(ids.astype(np.int64), prepend=0) - 1
    firsts = bounds[:-1][degrees > 0]
    offsets = ids[firsts].astype(np.int64) - np.flatnonzero(degrees)
    gaps[firsts] = np.where(offsets >= 0, 2 * offsets, -2 * offsets - 1)
    length = np.floor(np.log2(gaps + 1.5)).astype(np.int64)
    length = np.where((1 << length) > gaps + 1, length - 1, length)
    h = length // k
    left, rest = np.int64(1) << (h * k), gaps + 1 - (np.int64(1) << (h * k))
    is_short = rest < left
    value = np.where(is_short, rest, rest + left) | np.where(
        is_short, np.int64(1) << (h * k + k - 1), np.int64(1) << (h * k + k)
    )
    size = np.where(is_short, h + 1 + h * k + k - 1, h + 1 + h * k + k)
    head = np.floor(np.log2(degrees + 1.5)).astype(np.int64)
    head = np.where((np.int64(1) << head) > degrees + 1, head - 1, head)
    n = degrees.size + ids.size
    places = np.arange(degrees.size) + bounds[:-1]
    values, sizes = np.empty(n, np.uint64), np.empty(n, np.int64)
    is_head = np.zeros(n, np.bool_)
    is_head[places] = True
    values[places], sizes[places] = degrees + 1, 2 * head + 1
    values[~is_head], sizes[~is_head] = value, size
    out = np.zeros(int(sizes.sum()) // 8 + 1, np.uint8)
    _pack(values, sizes, out)
    out.tofile(path)
    write_properties(path, degrees.size, ids.size, window=0, least=0, k=k)
    return int(sizes.sum())
