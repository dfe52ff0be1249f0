"""Counts on how many pages each run of words stands, and splits the words of pages.

Runs are hashes, 0 for none. Most stand on one page only: a filter of two bits a slot says which come again, and only
those enter the table (open addressing, linear probing, at most 60 % full), so memory follows the text that repeats.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from linkworthy.metrics.kernel import kernel

Array = npt.NDArray[Any]

_AT_ONCE = 1024
TEMPLATE = np.uint64(1 << 30)
"""Number of pages of a run that stands in a block of the template."""
NONE = np.int32(-1)
"""Place of a run that came once."""
NO_RUN = np.int32(-2)
"""Place of a word from which no run begins."""


@kernel
def note_seen(runs: Array, seen: Array, shift: Any) -> int:
    """Set the first bit of a run's slot, and the second where the first is set already; gives the second ones set."""
    n = 0
    for i in range(runs.size):
        run = runs[i]
        if run != 0:
            slot = run >> shift
            low = np.uint8(1 << ((slot & np.uint64(3)) << np.uint64(1)))
            place = slot >> np.uint64(2)
            bits = seen[place]
            if bits & low:
                n += (bits & (low << 1)) == 0
                seen[place] = bits | (low << 1)
            else:
                seen[place] = bits | low
    return n


@kernel
def is_seen_again(run: Any, seen: Array, shift: Any) -> bool:
    """Tell whether a run may have come twice; one that did always says so."""
    slot = run >> shift
    low = np.uint8(1 << ((slot & np.uint64(3)) << np.uint64(1)))
    return bool(seen[slot >> np.uint64(2)] & (low << 1))


@kernel
def found(run: Any, table: Array) -> Any:
    """Give the place of a run in the table, or that of the free one where it belongs."""
    mask = np.uint64(table.shape[0] - 1)
    at = run & mask
    while table[at, 0] != 0 and table[at, 0] != run:
        at = (at + np.uint64(1)) & mask
    return np.int64(at)


@kernel
def mark_template(runs: Array, table: Array) -> int:
    """Enter the runs of template blocks; gives the places used. The table must have room for all."""
    used = 0
    for i in range(runs.size):
        if runs[i] != 0:
            at = found(runs[i], table)
            used += table[at, 0] == 0
            table[at, 0], table[at, 1] = runs[i], TEMPLATE
    return used


@kernel
def count_pages(
    runs: Array, firsts: Array, page: int, offset: int, seen: Array, shift: Any, table: Array, used: int, slots: Array
) -> int:
    """Count the pages of the runs of whole pages from number ``page`` on; gives the places used, -1 where they end.

    ``firsts[p]`` is the first word of page p, ``offset`` that of the first word of ``runs``. A row of ``table`` holds
    a run, and the last of its pages plus 1 above the number of its pages. ``slots`` gets the place of each word's run.
    """
    limit = table.shape[0] * 17 // 20
    low = np.uint64(0xFFFFFFFF)
    again, ahead = np.empty(_AT_ONCE, np.int32), np.empty(_AT_ONCE, np.uint64)
    mask = np.uint64(table.shape[0] - 1)
    begin = 0
    while begin < runs.size:
        end = min(firsts[page + 1] - offset, runs.size)
        this = np.uint64(page + 1)
        while begin < end:
            stop = min(end, begin + _AT_ONCE)
            # First without a branch which runs come again, then where the table would hold these, then the table: a
            # branch that is guessed wrongly waits for its load, without one the loads overlap.
            n = 0
            for i in range(begin, stop):
                slots[i] = NONE if runs[i] != 0 else NO_RUN
                again[n] = i
                n += is_seen_again(runs[i], seen, shift) and runs[i] != 0
            for j in range(n):
                ahead[j] = table[runs[again[j]] & mask, 0]
            for j in range(n):
                run = runs[again[j]]
                at = np.int64(run & mask) if ahead[j] == run else found(run, table)
                if table[at, 0] == 0:
                    table[at, 0] = run
                    used += 1
                    if used > limit:
                        return -1
                slots[again[j]] = at
                held = table[at, 1]
                if held >> np.uint64(32) != this:
                    table[at, 1] = (this << np.uint64(32)) | ((held & low) + np.uint64(1))
            begin = stop
        page += 1
    return used


@kernel
def number_shared(keys: Array, pages: Array, limit: int, mask: Any, numbers: Array) -> int:
    """Give numbers to the runs on two pages or more and on fewer than ``limit`` whose bits in ``mask`` are 0."""
    n = 0
    for i in range(keys.size):
        numbers[i] = NONE
        if 2 <= pages[i, 0] < limit and (keys[i] & mask) == 0:
            numbers[i] = n
            n += 1
    return n


@kernel
def split(
    slots: Array, firsts: Array, pages: Array, numbers: Array, limit: int, k: int, counts: Array,
    kept: Array,
) -> None:  # fmt: skip
    """Split the words of all pages.

    ``counts[p]`` gets words in runs of the template, other words in runs that stand on two pages, distinct runs
    outside the template, and of these those that stand on two pages. The second column of ``pages`` must be 0, and is
    used up. ``kept`` gets the first pages of each numbered run. Words from which no run begins are at the end of
    pages and before breaks; ``slots`` is -2 for them.
    """
    for page in range(firsts.size - 1):
        any_end = common_end = firsts[page]
        n_any = n_common = n_runs = n_shared = 0
        for i in range(firsts[page], firsts[page + 1]):
            at = slots[i]
            if at < 0:
                n_runs += at == NONE
                continue
            n = pages[at, 0]
            is_new = pages[at, 1] != page + 1
            if n >= limit:
                n_common += i + k - max(i, common_end)
                common_end = i + k
            elif is_new:
                pages[at, 1] = page + 1
                n_runs += 1
                if n >= 2:
                    n_shared += 1
                    if numbers.size > 0 and numbers[at] >= 0:
                        keep_page(kept[numbers[at]], page)
            if n >= 2:
                n_any += i + k - max(i, any_end)
                any_end = i + k
        counts[page, 0], counts[page, 1] = n_common, n_any - n_common
        counts[page, 2], counts[page, 3] = n_runs, n_shared


@kernel
def keep_page(pages: Array, page: int) -> None:
    """Put a page into the first free place, if there is one."""
    for j in range(pages.size):
        if pages[j] < 0:
            pages[j] = page
            return
