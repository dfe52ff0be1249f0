"""Which anchors the main text holds, all looked for in one pass; ``link_features.said_of`` looks for one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from linkworthy.html.compiled.jit import compiled
from linkworthy.html.compiled.spaces import Bytes, Integers
from linkworthy.html.link_features import LEAST_SAID, MAX_SAID, said_of

OF_MAIN, OF_LIKELY = 1, 2
MOST_ALIKE = 64
"""Anchors with the same beginning that are looked for at once."""
_BASE = 0x9E3779B1
_OLDEST = pow(_BASE, LEAST_SAID, 1 << 64)
_OLDEST -= _OLDEST >> 63 << 64


def are_said(
    anchors: Sequence[str], texts: list[str], whole: str, likely: npt.NDArray[np.bool_], is_main: npt.NDArray[np.bool_]
) -> bytes:
    """Tell for each anchor whether main blocks hold it and whether likely ones do; ``whole`` has a line a text."""
    long = list({anchor for anchor in anchors if len(anchor) >= LEAST_SAID})
    if not long or not len(likely):
        return bytes(len(anchors))
    wanted = "\n".join([*long, ""])
    if len(whole) <= MAX_SAID and whole.count("\n") < len(texts) and wanted.count("\n") == len(long):
        n = len(long)
        marks = is_main + likely * np.uint8(OF_LIKELY)
        of = np.zeros(n, np.uint8)
        slots, known = np.zeros(1 << (4 * n).bit_length(), np.int64), np.empty((2, n + 1), np.int64)
        if _look(_folded(whole + "\n"), _folded(wanted), marks, slots, known, of):
            found = dict(zip(long, of.tolist(), strict=True))
            return bytes([found.get(one, 0) for one in anchors])
    of_main, of_likely = said_of(anchors, texts, likely, is_main)
    return bytes([(one in of_main) * OF_MAIN + (one in of_likely) * OF_LIKELY for one in anchors])


def _folded(text: str) -> Bytes:
    return np.frombuffer(text.casefold().encode("utf-8", "surrogatepass"), np.uint8)


@compiled
def _look(text: Bytes, wanted: Bytes, marks: Bytes, slots: Integers, known: Integers, of: Bytes) -> bool:
    """Mark what is wanted with all marks of the lines that hold it; both texts end each line with a line break.

    The first LEAST_SAID bytes of what is wanted are looked up by their hash, which is carried along the text. False
    where more than MOST_ALIKE begin alike, which would each be compared at every place.
    """
    starts, hashes = known[0], known[1]
    n_slots = len(slots)
    place = 0
    for n in range(len(of)):
        starts[n] = place
        key: Any = np.int64(0)
        for offset in range(LEAST_SAID):
            key = key * np.int64(_BASE) + wanted[place + offset]
        hashes[n] = key
        slot = (key ^ (key >> 32)) & (n_slots - 1)
        n_alike = 0
        while slots[slot]:
            n_alike += hashes[slots[slot] - 1] == key
            slot = (slot + 1) & (n_slots - 1)
        if n_alike >= MOST_ALIKE:
            return False
        slots[slot] = n + 1
        while wanted[place] != 10:
            place += 1
        place += 1
    starts[len(of)] = place
    line = begin = 0
    key = np.int64(0)
    for end in range(len(text)):
        byte = text[end]
        if byte == 10:
            line += 1
            begin = end + 1
            key = np.int64(0)
            continue
        key = key * np.int64(_BASE) + byte
        first = end + 1 - LEAST_SAID
        if first < begin:
            continue
        if first > begin:
            key -= np.int64(_OLDEST) * text[first - 1]
        slot = (key ^ (key >> 32)) & (n_slots - 1)
        while slots[slot]:
            n = slots[slot] - 1
            slot = (slot + 1) & (n_slots - 1)
            if hashes[n] != key or of[n] | marks[line] == of[n]:
                continue
            size = starts[n + 1] - 1 - starts[n]
            if first + size > len(text):
                continue
            at = 0
            while at < size and text[first + at] == wanted[starts[n] + at]:
                at += 1
            if at == size:
                of[n] |= marks[line]
    return True
