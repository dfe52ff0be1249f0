"""What one line of an access log says, whatever its format; and why a line says nothing of use."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from linkworthy.sources import dates

NOT_A_LINE = "not a line of an access log"
NOT_A_REQUEST = "not a request for a page"
OTHER_HOST = "request for another host"
NO_REFERRER = "referrer is no URL"
NO_STATUS = "status is none"
NO_TIME = "time is none"

NEVER = -(1 << 62)
"""Stands for a time that is none."""

_CLF = re.compile(
    r"\[?([0-9]{1,2}/[A-Za-z]{3}/[0-9]{4}):([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(?:\.[0-9]{1,9})? "
    r"([+-][0-9]{4})\]?"
)
_NUMBER = re.compile(r"[0-9]{9,20}(?:\.[0-9]*)?")


class Entry(NamedTuple):
    """One request. ``referrer`` and ``agent`` are null where the format has no such field."""

    at: int
    """Seconds since 1970, UTC; NEVER where the line gives no sound time."""
    origin: str
    """Who was asked: ``host``, ``host:port`` or with a scheme before it; empty where the line does not say."""
    request: str
    """Method and target, as in the request line; the protocol may follow."""
    status: int
    """0 where the line gives none."""
    referrer: str | None
    agent: str | None


def status_of(text: str) -> int:
    """Read a status, 0 where it is none."""
    return int(text) if len(text) == 3 and text.isascii() and text.isdigit() and "1" <= text[0] <= "5" else 0


@lru_cache(maxsize=4096)
def clf_seconds(text: str) -> int:
    """Read a time of the Common Log Format."""
    found = _CLF.fullmatch(text)
    if found is None:
        return NEVER
    day, zone = day_seconds(found[1]), zone_seconds(found[5])
    if NEVER in {day, zone}:
        return NEVER
    return day + int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4]) - zone


@lru_cache(maxsize=4096)
def day_seconds(text: str) -> int:
    """Read ``17/May/2026`` as the seconds of its midnight."""
    when = dates.parse(text.replace("/", " "))
    return int(when.timestamp()) if when else NEVER


@lru_cache(maxsize=256)
def zone_seconds(text: str) -> int:
    """Read ``-0230`` as the seconds that a clock there is ahead."""
    hours, minutes = int(text[1:3]), int(text[3:5])
    if hours > 14 or minutes > 59:
        return NEVER
    return (hours * 3600 + minutes * 60) * (-1 if text[0] == "-" else 1)


def seconds_of(value: object) -> int:
    """Read a time as a JSON log may write it: a number of seconds to nanoseconds, ISO 8601, or as in the common log."""
    if isinstance(value, bool):
        return NEVER
    if isinstance(value, (int, float)):
        return _number_seconds(float(value))
    return _text_seconds(value) if isinstance(value, str) else NEVER


def _number_seconds(number: float) -> int:
    for unit in (1, 1_000, 1_000_000, 1_000_000_000):
        # 1e8 is in 1973, 1e11 in 5138: no other unit gives a time of the web.
        if 1e8 <= number / unit < 1e11:
            return int(number / unit)
    return NEVER


@lru_cache(maxsize=4096)
def _text_seconds(text: str) -> int:
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return _number_seconds(float(text))
    if (at := clf_seconds(text)) != NEVER:
        return at
    try:
        when: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        when = dates.parse(text)
    if when is None:
        return NEVER
    try:
        return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return NEVER
