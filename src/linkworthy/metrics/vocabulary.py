"""The names of schema.org: which type stands below which, and what a name that it does not have was meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

from linkworthy.metrics.wordlists import word_file

MAX_TYPES = 20
"""Types of one item that are looked at."""
_MAX_NAME = 60
_MAX_LEVELS = 12
_HOME = re.compile(r"(?:https?:)?//(?:www\.)?schema\.org/?(?=[^/]*$)|schema:", re.IGNORECASE)
_IS_NAME = re.compile(r"[A-Za-z0-9]+$")


@cache
def parents() -> dict[str, tuple[str, ...]]:
    """Give the types that stand right above each type of schema.org."""
    above: dict[str, list[str]] = {"Thing": []}
    for parent, names in word_file("vocabulary")["below"].items():
        above.setdefault(parent, [])
        for name in names.split():
            above.setdefault(name, []).append(parent)
    return {name: tuple(found) for name, found in above.items()}


@cache
def properties() -> frozenset[str]:
    """Give all properties of schema.org."""
    return frozenset(word_file("vocabulary")["properties"]["words"].split())


def types_of(written: Any) -> list[str]:
    """Give the names of schema.org among the types of an item; those of other vocabularies are left out."""
    found: list[str] = []
    for one in (written if isinstance(written, list) else [written])[:MAX_TYPES]:
        if isinstance(one, str):
            name = _HOME.sub("", one.strip()[:300].rstrip("/"), count=1)
            if _IS_NAME.match(name):
                found.append(name)
    return list(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def lineage(kind: str) -> tuple[frozenset[str], ...]:
    """Give a type, the types right above it, those above them, and so on up to Thing."""
    above = parents()
    levels, seen = [frozenset({kind})], {kind}
    while len(levels) < _MAX_LEVELS:
        level = {name for one in levels[-1] for name in above.get(one, ())} - seen
        if not level:
            break
        seen |= level
        levels.append(frozenset(level))
    return tuple(levels)


def nearest(kinds: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Give the wanted types that each type is, or that stand nearest above it, each once."""
    among = frozenset(wanted)
    return list(dict.fromkeys(name for kind in kinds for name in _nearest(kind, among)))


def _nearest(kind: str, wanted: frozenset[str]) -> Iterator[str]:
    for level in lineage(kind):
        if found := level & wanted:
            yield from sorted(found)
            return


def is_a(kinds: Iterable[str], *wanted: str) -> bool:
    """Tell whether one of the types is one of those wanted, or stands below it."""
    return any(not level.isdisjoint(wanted) for kind in kinds for level in lineage(kind))


def meant_type(name: str) -> str | None:
    """Give what a type that schema.org does not have was meant to be: ``""`` where nothing is near, null for a type."""
    return None if name in parents() else _near(name, is_type=True)


def meant_property(name: str) -> str | None:
    """Give what a property that schema.org does not have was meant to be: ``""`` where nothing is near."""
    known = properties()
    plain = re.sub(r"-(input|output)$", "", name)
    return None if plain in known else _near(plain, is_type=False)


@cache
def _by_length(*, is_type: bool) -> dict[int, list[tuple[str, str]]]:
    sorted_names: dict[int, list[tuple[str, str]]] = {}
    for name in sorted(parents() if is_type else properties()):
        sorted_names.setdefault(len(name), []).append((name.lower(), name))
    return sorted_names


@lru_cache(maxsize=8192)
def _near(name: str, *, is_type: bool) -> str:
    """Give the known name that is one slip away, or two in a long name."""
    if not 3 <= len(name) <= _MAX_NAME:
        return ""
    low, slips = name.lower(), 1 if len(name) < 8 else 2
    best: tuple[int, int, str] | None = None
    for length in range(len(name) - slips, len(name) + slips + 1):
        for known, as_written in _by_length(is_type=is_type).get(length, ()):
            # In a short word a slip at its start makes another word.
            is_other = len(name) < 5 and known[0] != low[0]
            distance = None if is_other else _distance(low, known, slips)
            if distance is not None:
                pairs = enumerate(zip(low, known, strict=False))
                shared = next((n for n, (a, b) in pairs if a != b), len(low))
                best = min(best or (9, 0, ""), (distance, -shared, as_written))
    return best[2] if best else ""


def _distance(one: str, other: str, most: int) -> int | None:
    """Count the slips between two words, letters in exchange counted once, null beyond the most that are asked for."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    while len(one) > start and len(other) > start and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    one, other = one[start:], other[start:]
    if max(len(one), len(other)) > 2 * most:
        # What differs lies far apart in the word: such slips are counted letter by letter.
        if len(one) != len(other) or sum(a != b for a, b in zip(one, other, strict=True)) > most:
            return None
        return sum(a != b for a, b in zip(one, other, strict=True))
    if len(one) == len(other) == 2 and one == other[::-1]:
        return 1
    n = _levenshtein(one, other)
    return n if n <= most else None


def _levenshtein(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        left, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            left, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, left + (a != b))
    return row[-1]
