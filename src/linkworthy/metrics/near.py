"""Near-duplicates: all pairs of pages whose sets of runs of K words are alike, and their clusters.

Formula: similarity = |A ∩ B| / |A ∪ B| over distinct runs outside the template (Jaccard; Broder 1997, On the
resemblance and containment of documents, eq. 1). No sketch stands between: pages that may be alike share one of their
rarest runs (prefix filter; Bayardo, Ma and Srikant 2007, Scaling up all pairs similarity search), and each such pair is
counted.
So precision is 1, and recall is 1 where no run of a prefix stands on more than ``N_RECENT`` pages; on more of them a
page is compared with the newest ``N_RECENT``, which keeps families of pages in one cluster at linear cost.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkworthy.metrics import near_kernels as kernels
from linkworthy.metrics.corpus import Corpus
from linkworthy.metrics.shingles import K

Array = npt.NDArray[Any]

N_RECENT = 64
MIN_RUNS = 10
"""Pages with fewer runs (about 16 words) are too short to be called alike."""
_PAIRS_AT_ONCE = 1 << 20


class Pairs(NamedTuple):
    """Pairs of page numbers, the lower first, and how alike the two are."""

    one: Array
    other: Array
    share: Array


def find_near(corpus: Corpus, least: float) -> Pairs:
    """Find the pairs of counted pages that are at least so much alike."""
    n_runs, n_shared = corpus.counts[:, 2], corpus.counts[:, 3]
    chosen = np.flatnonzero((n_runs >= MIN_RUNS) & (n_shared >= least * n_runs - 1e-9) & (n_shared > 0))
    firsts = np.concatenate((np.zeros(1, np.int64), np.cumsum(n_shared[chosen])))
    sets = np.zeros(int(firsts[-1]), np.int32)
    prefixes = prefix_lengths(n_runs[chosen], n_shared[chosen], least)
    corpus.clear_marks()
    kernels.gather(corpus.slots, corpus.firsts, chosen, corpus.pages, corpus.limit, firsts, sets, prefixes)
    corpus.clear_marks()
    found = _join(sets, firsts, n_runs[chosen], prefixes, least, corpus.keys.size)
    return Pairs(chosen[found.one], chosen[found.other], found.share)


def prefix_lengths(n_runs: Array, n_shared: Array, least: float) -> Array:
    """Give how many of a page's shared runs, rarest first, must hold one of every page that is alike.

    Formula: a page alike shares at least ceil(least * n_runs) runs, so it shares one of any n_runs - that + 1 of them;
    those that stand on no other page come first.
    """
    needed = np.ceil(least * n_runs - 1e-9).astype(np.int64)
    return np.clip(n_shared - needed + 1, 0, n_shared)


def _join(sets: Array, firsts: Array, n_runs: Array, prefixes: Array, least: float, n_slots: int) -> Pairs:
    marks, heads = np.zeros(n_slots, np.int32), np.full(n_slots, -1, np.int64)
    n_index = int(prefixes.sum())
    nexts, entries = np.empty(n_index, np.int64), np.empty(n_index, np.int32)
    stamps = np.zeros(n_runs.size, np.int32)
    room = max(_PAIRS_AT_ONCE, N_RECENT * int(prefixes.max(initial=0)) + 1)
    pairs, shares = np.empty((room, 2), np.int32), np.empty(room, np.float64)
    page = n_entries = 0
    out: list[Pairs] = [Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))]
    while page < n_runs.size:
        page, n_entries, n = kernels.join(
            page, sets, firsts, n_runs, prefixes, least, N_RECENT, marks, heads, nexts, entries, n_entries, stamps,
            pairs, shares,
        )  # fmt: skip
        out.append(Pairs(pairs[:n, 0].copy(), pairs[:n, 1].copy(), shares[:n].copy()))
    return Pairs(*(np.concatenate(columns) for columns in zip(*out, strict=True)))


def clusters(pairs: Pairs, n_pages: int, least: float) -> Array:
    """Give for each page the lowest page that a chain of pairs, each at least so much alike, joins it with."""
    parents = np.arange(n_pages, dtype=np.int64)
    is_alike = pairs.share >= least - 1e-12
    kernels.unite(pairs.one[is_alike].astype(np.int64), pairs.other[is_alike].astype(np.int64), parents)
    return parents


def near_texts(texts: pa.Array, least: float, k: int = K) -> Pairs:
    """Find the pairs of texts that are at least so much alike, each text a page without template."""
    with Corpus(k=k) as corpus:
        step = 20_000
        for start in range(0, len(texts), step):
            part = texts.slice(start, step)
            corpus.add(part, np.zeros(len(part), np.bool_), np.ones(len(part), np.int64))
        corpus.count(np.zeros(0, np.uint64), len(texts) + 1, with_pages=False)
        return find_near(corpus, least)
