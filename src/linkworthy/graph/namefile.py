"""Writes names of nodes, front-coded, and checks that they ascend."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from linkworthy.errors import SourceError
from linkworthy.graph.inputs import Names
from linkworthy.graph.kernels.names import BLOCK, encode_names


def write_names(folder: Path, batches: Iterable[Names]) -> int:
    """Write ``names`` and ``names.blocks``; gives how many names there are.

    Raises: SourceError naming the first name that is not above the one before it.
    """
    count = n_bytes = 0
    with (folder / "names").open("wb") as file, (folder / "names.blocks").open("wb") as index:
        left = _listed([])
        for batch in batches:
            whole = _joined(left, batch)
            n = whole.starts.size
            # The last names wait for the next batch, so that every block is full and compared with the one before.
            keep = n % BLOCK + (BLOCK if n >= BLOCK else 0)
            n_bytes = _write(file, index, Names(whole.data, whole.starts[: n - keep], whole.ends[: n - keep]), n_bytes)
            _check_seam(whole, n - keep)
            count += n - keep
            left = Names(whole.data, whole.starts[n - keep :], whole.ends[n - keep :])
        n_bytes = _write(file, index, left, n_bytes)
        count += left.starts.size
        np.array([n_bytes], np.int64).tofile(index)
    return count


def _listed(names: list[bytes]) -> Names:
    ends = np.cumsum([len(name) for name in names], dtype=np.int64) if names else np.zeros(0, np.int64)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]]) if names else ends
    return Names(np.frombuffer(b"".join(names), np.uint8), starts, ends)


def _joined(left: Names, batch: Names) -> Names:
    if left.starts.size == 0:
        return batch
    first, end = int(left.starts[0]), int(left.ends[-1])
    shift = end - first
    data = np.concatenate([left.data[first:end], batch.data])
    starts = np.concatenate([left.starts - first, batch.starts + shift])
    return Names(data, starts, np.concatenate([left.ends - first, batch.ends + shift]))


def _name(names: Names, place: int) -> bytes:
    return names.data[int(names.starts[place]) : int(names.ends[place])].tobytes()


def _check_seam(names: Names, place: int) -> None:
    if 0 < place < names.starts.size and _name(names, place - 1) >= _name(names, place):
        raise _out_of_order(names, place)


def _out_of_order(names: Names, place: int) -> SourceError:
    here, before = _name(names, place), _name(names, place - 1)
    said = "stands twice" if here == before else f"stands behind {before[:80].decode('utf-8', 'replace')!r}"
    return SourceError(f"names must ascend, each once: {here[:80].decode('utf-8', 'replace')!r} {said}")


def _write(file: object, index: object, names: Names, n_bytes: int) -> int:
    n = names.starts.size
    if n == 0:
        return n_bytes
    out = np.empty(int((names.ends - names.starts).sum()) + 12 * n, np.uint8)
    blocks = np.empty(-(-n // BLOCK), np.int64)
    used, wrong = encode_names(names.data, names.starts, names.ends, out, blocks)
    if wrong >= 0:
        raise _out_of_order(names, int(wrong))
    out[:used].tofile(file)  # type: ignore[arg-type]
    (blocks + n_bytes).tofile(index)  # type: ignore[arg-type]
    return n_bytes + int(used)
