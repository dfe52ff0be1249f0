"""The fingerprint of a page's template: a SimHash over its element skeleton.

Formula: each run of three elements, written ``tag.classes``, is a feature; bit i of the hash is set where more features
have bit i set than not. Distinct features count once, so a longer list of the same cards changes nothing.
Memory: 64 bytes a feature.
Source: Charikar 2002, Similarity estimation techniques from rounding algorithms; Manku et al. 2007.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import xxhash

_MAX_CLASS = 200
"""Characters of a class attribute that count."""
_POWERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))


@lru_cache(maxsize=65_536)
def _token(tag: str, class_: str | None) -> int:
    names = ".".join(sorted(set((class_ or "")[:_MAX_CLASS].split())))
    return xxhash.xxh3_64_intdigest(f"{tag[:40]}.{names}".encode("utf-8", "replace"))


def simhash(elements: Sequence[tuple[str, str | None]]) -> int:
    """Give the 64-bit SimHash of a skeleton; pages of one template differ in a few bits."""
    tokens = np.array([_token(tag, class_ and class_[:_MAX_CLASS]) for tag, class_ in elements], dtype=np.uint64)
    if not len(tokens):
        return 0
    padded = np.concatenate((tokens, np.zeros(2, dtype=np.uint64)))
    mixed = (
        padded[:-2] * _POWERS[0]
        + (padded[1:-1] ^ (padded[1:-1] >> np.uint64(29))) * _POWERS[1]
        + padded[2:] * _POWERS[2]
    )
    mixed ^= mixed >> np.uint64(32)
    mixed *= _POWERS[0]
    mixed ^= mixed >> np.uint64(29)
    features = np.unique(mixed)
    bits = np.unpackbits(features.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    ones = bits.sum(axis=0, dtype=np.int64) * 2 > len(features)
    return int(np.packbits(ones, bitorder="little").view(np.uint64)[0])
