"""What one record of a WARC holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from linkworthy.archives.http import HttpResponse, parse_headers, parse_response

_DATE = re.compile(
    r"(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?)?$", re.IGNORECASE
)
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$")


@dataclass(slots=True, kw_only=True)
class Record:
    """One record; nobody changes it."""

    block: bytes
    """The lines of its header."""
    content: bytes
    """What follows the record's header; its beginning, where it is cut."""
    n_bytes: int
    """Bytes of the whole content, as found."""
    offset: int
    """Where its compressed member begins in the file; the record itself, in a plain file."""
    inner: int
    """Where it begins in what its member inflates to; 0 in a plain file."""
    is_cut: bool = False
    """Only the beginning of the content is here: it was huge, or the file ends within it."""
    is_mended: bool = False
    """Content-Length was wrong or missing, and the next record told where this one ends."""
    _headers: tuple[tuple[str, str], ...] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The fields of its header, read when they are first asked for; names in lower case."""
        if self._headers is None:
            self._headers = parse_headers(self.block)
        return self._headers

    def header(self, name: str) -> str | None:
        """Give the first value of a header, null where it is absent."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    @property
    def type(self) -> str:
        """WARC-Type in lower case: response, request, metadata, …; empty where the record names none."""
        return (self.header("warc-type") or "").lower()

    @property
    def uri(self) -> str | None:
        """WARC-Target-URI without the angle brackets that wget writes."""
        value = self.header("warc-target-uri")
        return value[1:-1] if value and value.startswith("<") and value.endswith(">") else value

    @property
    def captured_at(self) -> datetime | None:
        """WARC-Date in UTC, null where it is absent or no date."""
        return parse_date(self.header("warc-date") or "")

    @property
    def is_truncated(self) -> bool:
        """The content is not whole: the archive says so (WARC-Truncated), or only its beginning is here."""
        return self.is_cut or self.header("warc-truncated") is not None

    @property
    def response(self) -> HttpResponse | None:
        """The HTTP response in the content, null where there is none."""
        return parse_response(self.content)


def parse_date(text: str) -> datetime | None:
    """Read a date of WARC 1.0 or 1.1, which may be cut to any precision, or of ARC; null where it is none.

    Source: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/#warc-date-mandatory
    """
    text = text.strip()
    if found := _DATE.match(text):
        *parts, zone = found.groups()
    elif found := _DIGITS.match(text):
        parts, zone = list(found.groups()), None
    elif text.isdecimal() and len(text) == 4:
        parts, zone = [text], None
    else:
        return None
    year, month, day, hour, minute, second = (
        int(part) if part else None for part in (*parts, *[None] * (6 - len(parts)))
    )
    try:
        when = datetime(
            year or 0, month or 1, day or 1, hour or 0, minute or 0, min(second or 0, 59), tzinfo=_zone(zone)
        )
        return when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone:
    if not text or text in "Zz":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
