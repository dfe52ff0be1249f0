"""What can be learned of a domain from its name: hashed runs of characters, its suffix, length, digits and hyphens.

One weak sign, never a reason by itself: no verdict rests on a name. ``linkworthy model`` learns from these columns, and
the benchmark ``quality-harm`` says how far they go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import xxhash

from linkworthy import urls

BUCKETS = 1 << 12
RUNS = (2, 3, 4, 5)
MAX_NAME = 80
_VOWELS = frozenset("aeiouy")

Rows = npt.NDArray[np.float32]


def name_rows(domains: Sequence[str]) -> Rows:
    """Give the row of each domain: hashed runs of characters of length 1 together, then a few measures."""
    rows = np.zeros((len(domains), BUCKETS + 8), dtype=np.float32)
    for n, domain in enumerate(domains):
        places = [_bucket(run) for run in runs_of(domain)]
        if places:
            np.add.at(rows[n], places, 1.0)
            rows[n, :BUCKETS] = np.sqrt(rows[n, :BUCKETS])
            rows[n, :BUCKETS] /= np.linalg.norm(rows[n, :BUCKETS])
        rows[n, BUCKETS:] = _measures(domain)
    return rows


def runs_of(domain: str) -> Iterable[str]:
    """Yield what is hashed of a name: its suffix, and runs of characters of the label before it."""
    label, suffix = _parts(domain)
    yield f".{suffix}"
    bounded = f"^{label}$"
    for size in RUNS:
        for start in range(len(bounded) - size + 1):
            yield bounded[start : start + size]


def _parts(domain: str) -> tuple[str, str]:
    registrable = urls.registrable_domain(domain[:MAX_NAME].lower()) or domain[:MAX_NAME].lower()
    label, _, suffix = registrable.partition(".")
    return label, suffix


def _measures(domain: str) -> list[float]:
    label, suffix = _parts(domain)
    n = max(1, len(label))
    digits = sum(letter.isdigit() for letter in label)
    return [
        len(label) / 20, digits / n, digits > 0, label.count("-") / 3, label.startswith("xn--"),
        sum(letter in _VOWELS for letter in label) / n, len(suffix) / 10, len(set(label)) / n,
    ]  # fmt: skip


@lru_cache(maxsize=200_000)
def _bucket(run: str) -> int:
    return xxhash.xxh3_64_intdigest(run.encode()) % BUCKETS
