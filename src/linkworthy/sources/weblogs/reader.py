"""One line after the other, in whatever format each is: rotated logs are often joined, and servers changed between."""

from __future__ import annotations

import re

from linkworthy.sources.weblogs import combined, jsonlog, w3c
from linkworthy.sources.weblogs.entry import NEVER, NOT_A_LINE, Entry

COMBINED = "the combined format"
COMMON = "the common format"
JSON = "JSON lines"
W3C = "the W3C extended format"
CLOUDFRONT = "CloudFront's format"

_BALANCERS = (
    ("an AWS load balancer", re.compile(
        r"(?:https?|h2|grpcs|wss?) [0-9-]{10}T[0-9:.]+Z (?:app|net)/[^ ]+ |"
        r"[0-9-]{10}T[0-9:.]+Z [^ ]+ [0-9a-f.:]+:[0-9]+ [^ ]+ -?[0-9.]+ -?[0-9.]+ -?[0-9.]+ ")),
    ("HAProxy", re.compile(
        r".{0,80}?haproxy\[[0-9]+\]: [0-9a-fA-F.:]+:[0-9]+ \[|"
        r"[0-9a-fA-F.:]+:[0-9]+ \[[0-9]{2}/[A-Za-z]{3}/[0-9]{4}:[0-9:.]+\] [^ ]+ [^ ]+ -?[0-9]+/-?[0-9]+/")),
)  # fmt: skip


class Reader:
    """Reads lines in order; what a directive said holds for those that follow."""

    def __init__(self) -> None:
        self._fields = w3c.Fields()

    def read(self, line: str) -> Entry | str | None:
        """Read a line: what it says, why it says nothing, or null where it is a directive."""
        return self.read_with_format(line)[0]

    def read_with_format(self, line: str) -> tuple[Entry | str | None, str]:
        """Read a line, and say which format it is in."""
        first = line[:1]
        if first == "#" and w3c.is_directive(line):
            self._fields.learn(line)
            return None, self._w3c_name()
        if first == "{":
            return _read_json(line), JSON
        row = self._fields.parse(line)
        if isinstance(row, Entry) and row.at != NEVER:
            return row, self._w3c_name()
        entry = combined.parse(line)
        if isinstance(entry, str) and isinstance(row, Entry):
            return row, self._w3c_name()
        return entry, COMMON if isinstance(entry, Entry) and entry.referrer is None else COMBINED

    def _w3c_name(self) -> str:
        return CLOUDFRONT if self._fields.is_encoded else W3C


def _read_json(line: str) -> Entry | str:
    record = jsonlog.decode(line)
    if record is None:
        return NOT_A_LINE
    entry = jsonlog.entry_of(record)
    if isinstance(entry, str) and (inner := jsonlog.inner_line(record)) and not inner.startswith("{"):
        return combined.parse(inner)
    return entry


def balancer_of(lines: list[str]) -> str | None:
    """Name the balancer that wrote most of these lines, null where none did; none of them writes referrers."""
    for name, pattern in _BALANCERS:
        if lines and 2 * sum(pattern.match(line[:2048]) is not None for line in lines) > len(lines):
            return name
    return None
