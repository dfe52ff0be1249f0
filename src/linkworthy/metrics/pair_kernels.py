"""Finds the pages that share most words with a page, and the passages that they share.

Pairs are looked at by their other page: its runs are marked once, whatever the number of pages that are compared with
it, so an index that repeats a little of every page is read once and not once for each of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from linkworthy.metrics.kernel import kernel

Array = npt.NDArray[Any]


@kernel
def top(hits: Array, others: Array, n: int, n_wanted: int) -> int:
    """Bring the pages with most hits to the front, the lower number first where hits are equal; gives their number."""
    n_wanted = min(n, n_wanted)
    for i in range(n_wanted):
        best = i
        for j in range(i + 1, n):
            a, b = others[j], others[best]
            if hits[a] > hits[b] or (hits[a] == hits[b] and a < b):
                best = j
        others[i], others[best] = others[best], others[i]
    return n_wanted


@kernel
def find_candidates(
    slots: Array, firsts: Array, page: int, stop: int, numbers: Array, kept: Array, hits: Array, stamps: Array,
    others: Array, pairs: Array, n_tried: int,
) -> int:  # fmt: skip
    """Find for each page from ``page`` to ``stop`` those ``n_tried`` pages that are kept for most of its runs.

    ``pairs`` gets page and other page, and must have room for ``n_tried`` rows a page. Gives the pairs.
    """
    n_pairs = 0
    for p in range(page, stop):
        n: Any = np.int64(0)
        for i in range(firsts[p], firsts[p + 1]):
            if slots[i] < 0 or numbers[slots[i]] < 0:
                continue
            for other in kept[numbers[slots[i]]]:
                if other < 0:
                    break
                if other == p:
                    continue
                if stamps[other] != p:
                    stamps[other] = p
                    hits[other] = 0
                    others[n] = other
                    n += 1
                hits[other] += 1
        for i in range(top(hits, others, n, n_tried)):
            pairs[n_pairs, 0], pairs[n_pairs, 1] = p, others[i]
            n_pairs += 1
    return n_pairs


@kernel
def mark_runs(slots: Array, first: int, end: int, pages: Array, mark: int) -> None:
    """Mark the runs of these words in the second column of ``pages``."""
    for i in range(first, end):
        if slots[i] >= 0:
            pages[slots[i], 1] = mark


@kernel
def count_shared(
    slots: Array, firsts: Array, ones: Array, others: Array, order: Array, pages: Array, limit: int, k: int, mark: int,
    counts: Array,
) -> int:  # fmt: skip
    """Count for each pair the words of the first page that stand on the other, in runs outside the template.

    ``order`` lists pairs of the same other page side by side. Marks up to ``mark`` are in use; gives the last one.
    """
    marked = np.int32(-1)
    for pair in order:
        page, other = ones[pair], others[pair]
        if other != marked:
            mark, marked = mark + 1, other
            mark_runs(slots, firsts[other], firsts[other + 1], pages, mark)
        n, end = 0, firsts[page]
        for i in range(firsts[page], firsts[page + 1]):
            if slots[i] >= 0 and pages[slots[i], 1] == mark and pages[slots[i], 0] < limit:
                n += i + k - max(i, end)
                end = i + k
        counts[pair] = n
    return mark


@kernel
def list_passages(
    slots: Array, firsts: Array, ones: Array, others: Array, order: Array, pages: Array, limit: int, k: int, mark: int,
    found: Array, n_found: Array,
) -> int:  # fmt: skip
    """Write the longest passages of each pair into its rows of ``found``: first word and end word within the page.

    ``found`` has room for as many passages of a pair as are wanted, and ``n_found`` gets how many there are. ``order``
    and ``mark`` as in ``count_shared``; gives the last mark.
    """
    marked = np.int32(-1)
    for pair in order:
        page, other = ones[pair], others[pair]
        if other != marked:
            mark, marked = mark + 1, other
            mark_runs(slots, firsts[other], firsts[other + 1], pages, mark)
        n_found[pair] = passages_of(slots, firsts[page], firsts[page + 1], pages, limit, k, mark, found[pair])
    return mark


@kernel
def passages_of(
    slots: Array, first: int, stop: int, pages: Array, limit: int, k: int, mark: int, out: Array
) -> Any:  # fmt: skip
    """Write the passages of a page whose runs are marked: first word and end word; gives their number."""
    n: Any = np.int64(0)
    begin: Any = np.int64(-1)
    end: Any = np.int64(-1)
    for i in range(first, stop):
        if slots[i] >= 0 and pages[slots[i], 1] == mark and pages[slots[i], 0] < limit:
            if begin >= 0 and i != end:
                n = put_passage(out, n, begin - first, end + k - 1 - first)
                begin = np.int64(-1)
            if begin < 0:
                begin = np.int64(i)
            end = np.int64(i + 1)
    if begin >= 0:
        n = put_passage(out, n, begin - first, end + k - 1 - first)
    return n


@kernel
def put_passage(out: Array, n: int, begin: int, end: int) -> Any:
    """Keep a passage, longest first and the earlier one first where equally long, as many as there is room for."""
    at = n
    while at > 0 and out[at - 1, 1] - out[at - 1, 0] < end - begin:
        at -= 1
    if at == out.shape[0]:
        return n
    for j in range(min(n, out.shape[0] - 1), at, -1):
        out[j, 0], out[j, 1] = out[j - 1, 0], out[j - 1, 1]
    out[at, 0], out[at, 1] = begin, end
    return min(n + 1, out.shape[0])
