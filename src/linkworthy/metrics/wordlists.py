"""Reads the word lists of ``words/``, once a process."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Any

from linkworthy.urls import fold


@lru_cache(maxsize=32)
def word_file(name: str) -> dict[str, Any]:
    """Give one file of word lists as plain values."""
    text = resources.files("linkworthy.words").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=64)
def words(name: str, section: str) -> tuple[str, ...]:
    """Give all words of a section over all its languages or groups, folded, each once, in their order."""
    return tuple(dict.fromkeys(fold(word) for group in word_file(name)[section].values() for word in group))


def phrase_pattern(phrases: Iterable[str]) -> str:
    """Give a regular expression (RE2 and Python) that finds any of the phrases as whole words in folded text.

    A phrase in a script without spaces is found anywhere.
    """
    whole: list[str] = []
    loose: list[str] = []
    for phrase in sorted(phrases, key=len, reverse=True):
        (whole if re.match(r"[a-zA-Z0-9À-ɏЀ-ӿ]", phrase) else loose).append(re.escape(phrase).replace(r"\ ", " "))
    parts = []
    if whole:
        parts.append(rf"(?:^|[^a-z0-9à-ɏѐ-ӿа-я])({'|'.join(whole)})(?:$|[^a-z0-9à-ɏѐ-ӿа-я])")
    if loose:
        parts.append(f"({'|'.join(loose)})")
    return "|".join(parts) if parts else r"(?:a\bb)"
