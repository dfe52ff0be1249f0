"""Hash tables of words, filled in Python and asked by compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.spaces import Bytes, Integers

if TYPE_CHECKING:
    from collections.abc import Iterable

SEED = -3750763034362895579
PRIME = 1099511628211
"""Both of 64-bit FNV-1a; source: http://www.isthe.com/chongo/tech/comp/fnv/"""


def word_table(words: Iterable[str], n_slots: int) -> Integers:
    """Give a hash table of texts: a power of two slots, more than there are words; 0 where a slot is free."""
    table = np.zeros(n_slots, np.int64)
    for word in sorted(set(words)):
        letters = np.frombuffer(word.encode(), np.uint8)
        key = int(hashed(letters, 0, len(letters), SEED))
        slot = key & (n_slots - 1)
        while table[slot]:
            slot = (slot + 1) & (n_slots - 1)
        table[slot] = key
    return table


@compiled
def hashed(text: Bytes, start: int, end: int, seed: int) -> int:
    """Give the FNV-1a hash of a piece, which is never 0."""
    value = np.int64(seed)
    for place in range(start, end):
        value = (value ^ np.int64(text[place])) * np.int64(PRIME)
    return int(value or np.int64(1))


@part
def is_listed(value: Any, table: Integers) -> bool:
    """Tell whether a table of words holds a hash."""
    slot = value & (len(table) - 1)
    while table[slot]:
        if table[slot] == value:
            return True
        slot = (slot + 1) & (len(table) - 1)
    return False
