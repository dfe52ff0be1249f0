"""Reads UTF-8 text into words and runs of words, as hashes: one pass over the bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from linkworthy.metrics.kernel import kernel

Array = npt.NDArray[Any]

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(0xD6E8FEB86659FD93)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@kernel
def mixed(value: Any) -> Any:
    """Spread every bit over all others (finaliser of SplitMix64)."""
    value = (value ^ (value >> np.uint64(30))) * _MIX_1
    value = (value ^ (value >> np.uint64(27))) * _MIX_2
    return value ^ (value >> np.uint64(31))


@kernel
def decoded(data: Array, at: int, end: int) -> tuple[int, int]:
    """Give the code point that begins at a byte and the byte after it; a damaged byte stands for itself."""
    lead = data[at]
    if lead >= 0xF0 and at + 3 < end:
        low = ((data[at + 1] & 0x3F) << 12) | ((data[at + 2] & 0x3F) << 6) | (data[at + 3] & 0x3F)
        return ((lead & 0x07) << 18) | low, at + 4
    if lead >= 0xE0 and at + 2 < end:
        return ((lead & 0x0F) << 12) | ((data[at + 1] & 0x3F) << 6) | (data[at + 2] & 0x3F), at + 3
    if lead >= 0xC0 and at + 1 < end:
        return ((lead & 0x1F) << 6) | (data[at + 1] & 0x3F), at + 2
    return int(lead), at + 1


@kernel
def closed(ring: Array, runs: Array, n: int, run_start: int, k: int, total: Any, value: Any, leaving: Any) -> Any:
    """Put down word ``n``, and the run of k words that ends with it where all lie in one run of text.

    Formula: total(n) = sum over j < k of word(n - j) * STEP^j, rolled on from total(n - 1); ``leaving`` is STEP^k.
    Gives the total, to be passed back with the next word.
    """
    word = (value ^ (value >> np.uint64(32))) * _MIX_1
    total = total * _STEP + word - ring[(n - k) & 31] * leaving
    ring[n & 31] = word
    runs[n] = np.uint64(0)
    if n + 1 - run_start >= k:
        run = mixed(total)
        runs[n + 1 - k] = run if run != 0 else np.uint64(1)
    return total


@kernel
def read_words(  # noqa: C901, PLR0912, PLR0915 - one loop over bytes is the whole point
    data: Array, offsets: Array, is_joined: Array, kinds: Array, small: Array, k: int,
    runs: Array, ends: Array, starts: Array, stops: Array,
) -> Any:  # fmt: skip
    """Read texts one after the other; gives the number of words.

    A text that ``is_joined`` goes on with the run of words of the one before it. ``runs[i]`` is the hash of the k words
    from word i on, 0 where fewer follow; k is at most 32. ``ends`` says how many words were read after each text.
    ``starts`` and ``stops`` are byte offsets of each word, left alone where they have no room.
    """
    n: Any = np.int64(0)  # a bare 0 would have what it is passed to compiled once more, for this constant
    run_start: Any = np.int64(0)
    ring = np.zeros(32, np.uint64)
    total, leaving = np.uint64(0), np.uint64(1)
    for _ in range(k):
        leaving *= _STEP
    letters = np.zeros(256, np.uint64)  # what a byte adds to its word, 0 where it ends one or begins a longer character
    for code in range(128):
        if kinds[code] == 1:
            letters[code] = np.uint64(small[code]) + np.uint64(1)
    with_spans = starts.size > 0
    for text in range(offsets.size - 1):
        if not is_joined[text]:
            run_start = n
        at, end = int(offsets[text]), int(offsets[text + 1])
        value = np.uint64(0)
        inside = False
        while at < end:
            begin = at
            lead = data[at]
            if lead < 0x80:
                code = int(lead)
                at += 1
            else:
                code, at = decoded(data, at, end)
            kind = kinds[code] if code < kinds.size else 0
            if kind == 1 or (kind == 3 and inside):
                if not inside:
                    inside = True
                    value = np.uint64(0)
                    if with_spans:
                        starts[n] = begin
                value = value * _PRIME + np.uint64(small[code]) + np.uint64(1)
                while at < end:  # most words are ASCII to their end
                    letter = letters[data[at]]
                    if letter == 0:
                        break
                    value = value * _PRIME + letter
                    at += 1
                continue
            if inside:
                if with_spans:
                    stops[n] = begin
                total = closed(ring, runs, n, run_start, k, total, value, leaving)
                n += 1
                inside = False
            if kind == 2:
                if with_spans:
                    starts[n] = begin
                    stops[n] = at
                value = np.uint64(small[code]) + np.uint64(1)
                total = closed(ring, runs, n, run_start, k, total, value, leaving)
                n += 1
        if inside:
            if with_spans:
                stops[n] = end
            total = closed(ring, runs, n, run_start, k, total, value, leaving)
            n += 1
        ends[text] = n
    return n
