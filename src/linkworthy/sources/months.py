"""Dates whose month is a word of a language in words/months.toml, or marked in Chinese, Japanese, Korean."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources

_MARKED = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")
_VIETNAMESE = re.compile(r"(?:ngày\s*)?(\d{1,2})\s*(?:tháng|thg)\s*(\d{1,2})[,\s]+(?:năm\s*)?(\d{4})", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+(?:[^\w\s,/:-][^\W\d_]+)*[॰]?")
_MAX_CHARACTERS = 60
_LEAST_PREFIX = 3
_BUDDHIST = range(2500, 2700)
"""Years of the Thai calendar, 543 ahead."""


def named_date(text: str) -> datetime | None:
    """Read a date with a month's name in any known language, null where it is none or the name means two months."""
    if len(text) > _MAX_CHARACTERS or not any(character.isdigit() for character in text):
        return None
    text = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in unicodedata.normalize("NFC", text))
    clock, rest = _clock(text)
    if found := _MARKED.search(rest):
        return _instant(int(found[1]), int(found[2]), int(found[3]), clock)
    if found := _VIETNAMESE.search(rest):
        return _instant(int(found[3]), int(found[2]), int(found[1]), clock)
    numbers = _NUMBER.findall(rest)
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    months = {month for word in _WORD.findall(rest.casefold()) if (month := _month(word))}
    if len(years) != 1 or len(days) != 1 or len(numbers) != 2 or len(months) != 1:
        return None
    return _instant(int(years[0]), months.pop(), int(days[0]), clock)


def _clock(text: str) -> tuple[tuple[int, int, int], str]:
    found = _CLOCK.search(text)
    if found is None:
        return (0, 0, 0), text
    return (int(found[1]), int(found[2]), int(found[3] or 0)), text[: found.start()] + text[found.end() :]


def _instant(year: int, month: int, day: int, clock: tuple[int, int, int]) -> datetime | None:
    try:
        return datetime(year - 543 if year in _BUDDHIST else year, month, day, *clock, tzinfo=UTC)
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _names() -> dict[str, int]:
    """Give every full name and every beginning of one with its month; what may be two months is left out.

    A name written out is stronger than the beginning of another.
    """
    listed = tomllib.loads(resources.files("linkworthy.words").joinpath("months.toml").read_text(encoding="utf-8"))
    full: dict[str, set[int]] = {}
    begun: dict[str, set[int]] = {}
    for months in listed.values():
        for number, spellings in enumerate(months, 1):
            for name in (unicodedata.normalize("NFC", spelling).casefold() for spelling in spellings.split("|")):
                full.setdefault(name, set()).add(number)
                for end in range(_LEAST_PREFIX, len(name)):
                    begun.setdefault(name[:end], set()).add(number)
    return {name: min(months) for name, months in (begun | full).items() if len(months) == 1}


@lru_cache(maxsize=4_096)
def _month(word: str) -> int | None:
    return _names().get(word.rstrip(".")) or _names().get(word)
