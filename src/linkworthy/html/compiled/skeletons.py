"""The SimHash of a page's skeleton, compiled; see ``html.skeleton`` for its formula."""

from __future__ import annotations

from typing import Any

import numpy as np

from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.spaces import Integers
from linkworthy.html.skeleton import POWERS

_SLOTS = 4_096
"""Twice as many as there are tokens, and more."""
_BITS = 64
_FIRST, _SECOND, _THIRD = (power - (1 << 64) if power >> 63 else power for power in POWERS)


def features() -> Integers:
    """Give room for what is counted."""
    return np.zeros(_SLOTS + _BITS, np.int64)


@part
def _shifted(value: Any, n: int) -> Any:
    """Shift to the right as unsigned numbers are shifted."""
    return np.int64(np.uint64(value) >> np.uint64(n))


@part
def _mix(first: int, second: int, third: int) -> Any:
    mixed = first * np.int64(_FIRST) + (second ^ _shifted(second, 29)) * np.int64(_SECOND) + third * np.int64(_THIRD)
    mixed ^= _shifted(mixed, 32)
    mixed = mixed * np.int64(_FIRST)
    return mixed ^ _shifted(mixed, 29)


@part
def _token(tokens: Integers, n: int, place: int) -> Any:
    return tokens[place] if place < n else np.int64(0)


@compiled
def simhash(tokens: Integers, n: int, features: Integers) -> Any:
    """Give the SimHash of the first tokens, as a signed number."""
    features[:] = 0
    n_features = 0
    for place in range(n):
        first, second, third = tokens[place], _token(tokens, n, place + 1), _token(tokens, n, place + 2)
        mixed = _mix(first, second, third)
        slot = mixed & (_SLOTS - 1)
        is_new = True
        while features[slot]:
            known = features[slot] - 1
            if (
                tokens[known] == first
                and _token(tokens, n, known + 1) == second
                and _token(tokens, n, known + 2) == third
            ):
                is_new = False
                break
            slot = (slot + 1) & (_SLOTS - 1)
        if is_new:
            features[slot] = place + 1
            n_features += 1
            for bit in range(_BITS):
                features[_SLOTS + bit] += (mixed >> bit) & 1
    found: Any = np.int64(0)
    for bit in range(_BITS):
        if features[_SLOTS + bit] > n_features // 2:
            found |= np.int64(1) << np.int64(bit)
    return found
