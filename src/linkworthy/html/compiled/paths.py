"""Element paths, compiled: ``div:nth-of-type(2) > p:nth-of-type(1)``, from body down, each sibling counted once."""

from __future__ import annotations

import numpy as np

from linkworthy.html.compiled.jit import part
from linkworthy.html.compiled.slots import (
    IS_GIVEN_UP,
    N_CHILD,
    N_COUNTS,
    N_EPOCH,
    N_NUMBER,
    N_PATHS,
    PATH_DEPTH,
    T_END,
    T_START,
)  # fmt: skip
from linkworthy.html.compiled.spaces import Bytes, Integers

MAX_LEVEL = 41
"""The last level that a path names: forty steps."""
_FIRST_LEVEL = 2
"""Below the document and html: body is no step."""
MAX_PATH = MAX_LEVEL * 64
"""Bytes of the longest path."""
_MIDDLE = np.frombuffer(b":nth-of-type(", np.uint8)


@part
def count_child(state: Integers, level: int, tag: int, levels: Integers) -> None:
    """Count a child of the element at a level, and note it as the last one."""
    here = N_COUNTS + 2 * tag
    if levels[level, here] != levels[level, N_EPOCH]:
        levels[level, here] = levels[level, N_EPOCH]
        levels[level, here + 1] = 0
    levels[level, here + 1] += 1
    levels[level, N_CHILD] = tag
    levels[level, N_NUMBER] = levels[level, here + 1]
    if state[PATH_DEPTH] >= level:
        state[PATH_DEPTH] = level - 1


@part
def write_path(
    state: Integers, level: int, levels: Integers, tags: Integers, names: Bytes, path: Bytes, ends: Integers, out: Bytes
) -> int:
    """Write the path of the last child at a level; gives where it ends in ``out``."""
    level = min(level, MAX_LEVEL)
    start = state[N_PATHS]
    if level < _FIRST_LEVEL:
        return start
    known = max(state[PATH_DEPTH], _FIRST_LEVEL - 1)
    at = ends[known] if known >= _FIRST_LEVEL else 0
    for n in range(known + 1, level + 1):
        at = _write_step(path, at, n > _FIRST_LEVEL, levels[n, N_CHILD], levels[n, N_NUMBER], tags, names)
        ends[n] = at
    if level > known:
        state[PATH_DEPTH] = level
    size = ends[level]
    if start + size > len(out):
        state[IS_GIVEN_UP] = 1
        return start
    for n in range(size):
        out[start + n] = path[n]
    state[N_PATHS] = start + size
    return start + size


@part
def _write_step(path: Bytes, at: int, has_before: bool, tag: int, number: int, tags: Integers, names: Bytes) -> int:
    if has_before:
        path[at], path[at + 1], path[at + 2] = 32, 62, 32
        at += 3
    for n in range(tags[tag, T_START], tags[tag, T_END]):
        path[at] = names[n]
        at += 1
    for n in range(len(_MIDDLE)):
        path[at] = _MIDDLE[n]
        at += 1
    behind = at
    rest = number
    while rest > 0:
        behind += 1
        rest //= 10
    place = behind
    while number > 0:
        place -= 1
        path[place] = 48 + number % 10
        number //= 10
    path[behind] = 41
    return behind + 1
