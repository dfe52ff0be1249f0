"""Dates as pages write them, turned into instants in UTC; what is no date, or an absurd one, is null."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""Nothing on the web was published before; scanned archives that say so are not dated by their page."""
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""Beyond this a date is a slip or a placeholder (2999-12-31)."""
_MAX_CHARACTERS = 64

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?$")
_SLASHED = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_SECONDS = re.compile(r"^\d{9,13}$")


@lru_cache(maxsize=4_096)
def instant(text: str | None) -> datetime | None:
    """Read ISO 8601, RFC 9110 and RFC 5322 dates, Unix times and the forms between; a date without a zone is UTC."""
    if not text:
        return None
    text = text.strip()[:_MAX_CHARACTERS]
    try:
        found = _iso(text) or _mail(text)
        if found is None:
            return None
        found = found.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError, OSError):
        return None
    return found if EARLIEST <= found < LATEST else None


def _iso(text: str) -> datetime | None:
    if _SECONDS.match(text):
        seconds = int(text)
        return datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)
    found = _ISO.match(text) or _COMPACT.match(text) or _SLASHED.match(text)
    if found is None:
        return None
    parts = (*found.groups(), None, None, None, None)
    year, month, day, hour, minute, second = (int(part) if part and part.isdecimal() else 0 for part in parts[:6])
    if hour == 24:
        hour = 0
    zone = parts[6] if found.re is _ISO else None
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_zone(zone))


def _zone(text: str | None) -> timezone:
    if not text or text in {"Z", "z"}:
        return UTC
    digits = text[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:4] or 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _mail(text: str) -> datetime | None:
    found = parsedate_to_datetime(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
