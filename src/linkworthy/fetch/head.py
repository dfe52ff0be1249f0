"""From the lines of an answer's head to its status, version and headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linkworthy.fetch.base import Headers

_VERSIONS = {b"HTTP/1.0": "1.0", b"HTTP/1.1": "1.1", b"HTTP/2": "2", b"HTTP/3": "3"}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before a body."""

    status: int
    version: str | None
    headers: Headers


def status_of(lines: Sequence[bytes]) -> int:
    """Give the status of the last answer that these lines begin, 0 where they begin none."""
    for line in reversed(lines):
        if line.startswith(b"HTTP/"):
            return _status(line)
    return 0


def read_head(lines: Sequence[bytes]) -> Head | None:
    """Read the last head among the lines, interim answers before it and trailers behind it left out.

    Null where no head ends among the lines.
    """
    start = end = -1
    for n, line in enumerate(lines):
        if line.startswith(b"HTTP/") and (start < 0 or end >= 0):
            start, end = n, -1
        elif end < 0 <= start and not line.rstrip(b"\r\n"):
            end = n
    if start < 0 or end < 0 or (status := _status(lines[start])) < 200:
        return None
    headers: list[tuple[str, str]] = []
    for line in lines[start + 1 : end]:
        if line[:1] in b" \t" and headers:  # a line folded as of old continues the value before
            name, value = headers[-1]
            headers[-1] = name, f"{value} {_text(name, line.strip())}".strip()
            continue
        key, _, raw = line.partition(b":")
        name = key.strip().decode("latin-1").lower()
        headers.append((name, _text(name, raw.strip(b" \t\r\n"))))
    return Head(status, _VERSIONS.get(lines[start].split(b" ", 1)[0].strip()), tuple(headers))


def _status(line: bytes) -> int:
    words = line.split(None, 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def _text(name: str, value: bytes) -> str:
    """Decode a header's value: UTF-8 where it is, and else as it was once meant.

    A Location keeps the server's very bytes, percent-encoded, since they name the target.
    """
    if value.isascii():
        return value.decode("ascii")
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        if name == "location":
            return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in value)
        return value.decode("latin-1")
