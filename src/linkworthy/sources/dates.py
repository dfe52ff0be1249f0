"""Dates as exports write them, in any numeric form or with a month's name; what may be read two ways stays unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

from linkworthy.sources.months import named_date

Order = Literal["dmy", "mdy"]

EARLIEST = datetime(1991, 8, 6, tzinfo=UTC)
"""No link is older than the first web page."""

_LATEST_EPOCH = datetime(2100, 1, 1, tzinfo=UTC)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = r"(?:[T,]?\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(?:([AaPp])\.?\s?[Mm]\.?)?\s*(?:Z|UTC|GMT|\+00:?00)?)?"
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[.日]?\s*" + _TIME)
_YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})\.?\s*" + _TIME)
_SHORT_YEAR = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{2})(?=$|[\s,])")
"""The last two figures of the year; what begins with a number above 12 between slashes may as well be a year."""
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\s*" + _TIME)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s-]+([A-Za-z]{3,9})\.?,?[\s-]+(\d{4})\s*" + _TIME)


@lru_cache(maxsize=65_536)
def parse(text: str, order: Order | None = None) -> datetime | None:
    """Read one date as UTC; null where it is none, lies before the web, or may be read two ways.

    ``order`` says what numbers before the year mean, for a file where another row has told it; full stops between them
    always mean day, month, year.
    """
    text = _with_century(text.strip())
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day, *clock = found.groups()
        return _instant(year, month, day, clock)
    if found := _YEAR_LAST.fullmatch(text):
        first, mark, second, year, *clock = found.groups()
        return _year_last(first, second, year, clock, "dmy" if mark == "." else order)
    if found := _MONTH_FIRST.fullmatch(text):
        name, day, year, *clock = found.groups()
        return _instant(year, _month(name), day, clock) or _named(text)
    if found := _DAY_FIRST.fullmatch(text):
        day, name, year, *clock = found.groups()
        return _instant(year, _month(name), day, clock) or _named(text)
    return _with_zone(text) or _named(text)


def _with_century(text: str) -> str:
    """Write a year of two figures out: 91 to 99 are of the last century."""
    found = _SHORT_YEAR.match(text)
    if found is None or (found[2] == "/" and int(found[1]) > 12):
        return text
    century = "19" if int(found[4]) >= 91 else "20"
    return f"{text[: found.start(4)]}{century}{text[found.start(4) :]}"


def order_of(texts: Iterable[str]) -> Order | None:
    """Tell by dates of one column whether day or month comes first; null where no date tells, or they disagree."""
    told: set[Order] = set()
    for text in texts:
        found = _YEAR_LAST.fullmatch(_with_century(text.strip()))
        if found and found[2] != ".":
            if int(found[1]) > 12 >= int(found[3]):
                told.add("dmy")
            if int(found[3]) > 12 >= int(found[1]):
                told.add("mdy")
    return told.pop() if len(told) == 1 else None


def is_date(text: str) -> bool:
    """Tell whether a text is a date in some reading."""
    return parse(text, "dmy") is not None or parse(text, "mdy") is not None


def _year_last(first: str, second: str, year: str, clock: list[str], order: Order | None) -> datetime | None:
    if order is None and first != second:
        order = "dmy" if int(first) > 12 else "mdy" if int(second) > 12 else None
        if order is None:
            return None
    return _instant(year, first, second, clock) if order == "mdy" else _instant(year, second, first, clock)


def _month(name: str) -> str:
    start = name[:3].lower()
    return str(_MONTHS.index(start) + 1) if start in _MONTHS else "0"


def _named(text: str) -> datetime | None:
    """Read what no other form fits: eight figures, seconds since 1970 as APIs write them, months by name."""
    if text.isascii() and text.isdecimal() and len(text) == 8:
        when = _with_zone(f"{text[:4]}-{text[4:6]}-{text[6:]}")
        return when if when is not None and when < _LATEST_EPOCH else None
    if text.isascii() and text.isdecimal() and len(text) in {10, 13}:
        when = datetime.fromtimestamp(int(text[:10] if len(text) == 13 else text), UTC)
        return when if EARLIEST <= when < _LATEST_EPOCH else None
    named = named_date(text)
    return named if named is not None and named >= EARLIEST else None


def _instant(year: str, month: str, day: str, clock: list[str]) -> datetime | None:
    *figures, half = clock
    hour, minute, second = (int(part or 0) for part in figures)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "Pp" else 0)
    try:
        when = datetime(int(year), int(month), int(day), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return when if when >= EARLIEST else None


def _with_zone(text: str) -> datetime | None:
    if not 10 <= len(text) <= 40:
        return None
    try:
        when = datetime.fromisoformat(text)
        when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return when if when >= EARLIEST else None


def latest(imported_at: datetime) -> datetime:
    """Give the instant after which a date is no observation: two days after the import, for any time zone."""
    return imported_at + timedelta(days=2)
