"""The fingerprint of a page's template: a SimHash over the skeleton of its blocks.

Formula: each run of three block elements, written ``tag.classes``, is a feature; bit i of the hash is set where more
features have bit i set than not. Distinct features count once, so a longer list of the same cards changes nothing, and
emphasis and links inside the text do not count at all.
Each feature's bits are spread over 64 lanes of one large integer, so that adding integers counts all bits at once.
Source: Charikar 2002, Similarity estimation techniques from rounding algorithms; Manku et al. 2007.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import xxhash

MAX_SKELETON = 2_000
"""Blocks that make the template's fingerprint."""
_MAX_CLASS = 200
"""Characters of a class attribute that count."""
_MAX_FEATURES = 65_536
POWERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
_MASK = (1 << 64) - 1
_LANES = 64
_LANE_BITS = 16
"""Wide enough to count MAX_SKELETON features and to carry a sign."""
_ONES = sum(1 << (_LANE_BITS * n) for n in range(_LANES))
_SIGNS = _ONES << (_LANE_BITS - 1)
_DIGITS = bytes.maketrans(b"\x00\x80", b"01")


def token_of(tag: str, class_: str | None) -> int:
    """Give the number that stands for an element."""
    return _token(tag, class_ and class_[:_MAX_CLASS])


@lru_cache(maxsize=65_536)
def _token(tag: str, class_: str | None) -> int:
    names = ".".join(sorted(set((class_ or "")[:_MAX_CLASS].split())))
    return xxhash.xxh3_64_intdigest(f"{tag[:40]}.{names}".encode("utf-8", "replace"))


class _Spread(dict[tuple[int, int, int], int]):
    """Each feature's hash with its bits spread over the lanes."""

    def __missing__(self, feature: tuple[int, int, int]) -> int:
        if len(self) >= _MAX_FEATURES:
            self.clear()
        bits = f"{_mix(*feature):064b}"
        spread = self[feature] = int.from_bytes(bytes(part for bit in bits for part in (0, bit == "1")), "big")
        return spread


_spread = _Spread()


def _mix(first: int, second: int, third: int) -> int:
    mixed = first * POWERS[0] + (second ^ (second >> 29)) * POWERS[1] + third * POWERS[2] & _MASK
    mixed ^= mixed >> 32
    mixed = mixed * POWERS[0] & _MASK
    return mixed ^ (mixed >> 29)


def simhash(tokens: Sequence[int]) -> int:
    """Give the 64-bit SimHash of a skeleton; pages of one template differ in a few bits."""
    tokens = tokens[:MAX_SKELETON]
    if not tokens:
        return 0
    padded = [*tokens, 0, 0]
    features = set(zip(tokens, padded[1:], padded[2:], strict=False))
    total = sum(map(_spread.__getitem__, features))
    # A lane's sign bit is set where its count is above half: count + 2^15 - (n // 2 + 1) reaches 2^15.
    total += _SIGNS - _ONES * (len(features) // 2 + 1)
    signs = (total & _SIGNS).to_bytes(_LANES * _LANE_BITS // 8, "big")
    return int(signs[::2].translate(_DIGITS), 2)
