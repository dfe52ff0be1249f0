"""The W3C extended format, whose ``#Fields:`` line says what follows, until another one does: IIS and CloudFront.

Sources: https://www.w3.org/TR/WD-logfile.html,
https://learn.microsoft.com/en-us/windows/win32/http/w3c-logging,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from linkworthy.sources.weblogs.entry import NEVER, NOT_A_LINE, Entry, seconds_of, status_of

_DIRECTIVE = re.compile(r"#\s*([A-Za-z-]+):\s*(.*)")
_DIRECTIVES = frozenset({"version", "fields", "software", "start-date", "end-date", "date", "remark"})
_CELL = re.compile(r'"((?:[^"]|"")*)"(?![^ ])|([^ ]+)')
_TWICE = re.compile(r"%25(?=[0-9A-Fa-f]{2})")
_HOSTS = ("x-host-header", "cs-host", "cs(host)", "s-host", "x-forwarded-host")
_SCHEMES = ("cs-protocol", "x-forwarded-proto", "cs(x-forwarded-proto)", "cs-scheme")


def is_directive(line: str) -> bool:
    """Tell whether a line is a directive; it describes rows and is none."""
    found = _DIRECTIVE.match(line)
    return found is not None and found[1].lower() in _DIRECTIVES


@dataclass(slots=True)
class Fields:
    """What the directives read so far say of the rows after them."""

    places: dict[str, int] = field(default_factory=dict)
    day: str = ""
    is_tabbed: bool = False
    is_encoded: bool = False
    """CloudFront percent-encodes what it writes."""

    def learn(self, line: str) -> None:
        """Take a directive."""
        found = _DIRECTIVE.match(line)
        name, value = (found[1].lower(), found[2]) if found else ("", "")
        if name == "fields":
            self.places = {word.lower(): n for n, word in reversed(list(enumerate(value.split())))}
            self.is_encoded = "x-edge-location" in self.places
            self.is_tabbed = "\t" in value or self.is_encoded
        elif name in {"date", "start-date"}:
            self.day = value.strip().strip('"')[:10]

    def parse(self, line: str) -> Entry | str:
        """Read one row by the fields."""
        if not self.places:
            return NOT_A_LINE
        # Without the tab, a CloudFront log has passed through something that turned tabs into spaces.
        cells = line.split("\t") if self.is_tabbed and "\t" in line else _cells(line)
        if len(cells) < len(self.places):
            return NOT_A_LINE
        stem = self._cell(cells, "cs-uri-stem") or self._cell(cells, "cs-uri")
        if not stem:
            return NOT_A_LINE
        query = self._cell(cells, "cs-uri-query")
        return Entry(
            at=self._at(cells),
            origin=self._origin(cells),
            request=f"{self._cell(cells, 'cs-method') or 'GET'} {stem}{'?' if query else ''}{query}",
            status=status_of(self._cell(cells, "sc-status")),
            referrer=self._whole(cells, "cs(referer)"),
            agent=self._agent(cells),
        )

    def _cell(self, cells: list[str], name: str) -> str:
        place = self.places.get(name)
        text = "" if place is None else cells[place]
        if text == "-":
            return ""
        return _TWICE.sub("%", text) if self.is_encoded else text

    def _whole(self, cells: list[str], name: str) -> str | None:
        """Give a URL that may be percent-encoded as a whole, once or twice; null where there is no such field."""
        if name not in self.places:
            return None
        text = self._cell(cells, name)
        for _ in range(2):
            if "://" in text or "%" not in text:
                break
            text = unquote(text)
        return text

    def _agent(self, cells: list[str]) -> str | None:
        if "cs(user-agent)" not in self.places:
            return None
        text = self._cell(cells, "cs(user-agent)")
        return unquote(text) if self.is_encoded else text.replace("+", " ")

    def _at(self, cells: list[str]) -> int:
        clock, day = self._cell(cells, "time"), self._cell(cells, "date") or self.day
        if not clock and "x-timestamp" in self.places:
            return seconds_of(self._cell(cells, "x-timestamp"))
        if len(day) != 10 or len(clock) < 8:
            return NEVER
        return seconds_of(f"{day}T{clock}+00:00")

    def _origin(self, cells: list[str]) -> str:
        host = next((text for name in _HOSTS if (text := self._cell(cells, name))), "")
        if not host or host.lower().endswith(".cloudfront.net"):
            return ""
        scheme = next((text.lower() for name in _SCHEMES if (text := self._cell(cells, name))), "")
        if scheme not in {"http", "https"}:
            scheme = {"443": "https", "80": "http"}.get(self._cell(cells, "s-port"), "")
        return f"{scheme}://{host}" if scheme else host


def _cells(line: str) -> list[str]:
    if '"' not in line:
        return line.split()
    return [found[2] if found[2] is not None else found[1].replace('""', '"') for found in _CELL.finditer(line)]
