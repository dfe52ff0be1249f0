"""Words without which no page waits for its scripts, compiled; see ``unscripted``."""

from __future__ import annotations

import numpy as np

from linkworthy.html.compiled.jit import compiled
from linkworthy.html.compiled.spaces import Bytes


@compiled
def look(data: Bytes) -> tuple[bool, bool]:
    """Tell whether ``nos`` stands somewhere in any case, and whether ``opa`` or ``vis`` does; loops without branches.

    Comparing with small letters and with capitals is done for many bytes at once, making letters small is not.
    """
    is_aside = is_clear = False
    for place in range(2, len(data)):
        first, second, third = data[place - 2], data[place - 1], data[place]
        is_aside |= ((first == 110) | (first == 78)) & ((second == 111) | (second == 79)) & (
            (third == 115) | (third == 83))  # fmt: skip
    for place in range(2, len(data)):
        first, second, third = data[place - 2], data[place - 1], data[place]
        is_clear |= ((first == 111) | (first == 79)) & ((second == 112) | (second == 80)) & (
            (third == 97) | (third == 65))  # fmt: skip
        is_clear |= ((first == 118) | (first == 86)) & ((second == 105) | (second == 73)) & (
            (third == 115) | (third == 83))  # fmt: skip
    return is_aside, is_clear


def may_wait(text: bytes) -> tuple[bool, bool]:
    """Tell whether a text may hold noscript, and whether it may hold opacity or visibility."""
    is_aside, is_clear = look(np.frombuffer(text, np.uint8))
    return is_aside, is_clear
