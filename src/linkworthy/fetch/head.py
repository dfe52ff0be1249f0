"""From the lines of an answer's head to its status, version and headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linkworthy.fetch.base import Fault, Headers

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
    raw = b"".join(lines)
    if _is_plain(raw):
        return _read_plain(raw.decode("ascii"))
    first = b""
    headers: list[tuple[str, str]] = []
    is_open = False
    for line in lines:
        bare = line.rstrip(b"\r\n")
        if not is_open:
            if line.startswith(b"HTTP/"):
                first, headers, is_open = bare, [], True
        elif not bare:
            is_open = False
        elif bare[0] in b" \t":  # a line folded as of old continues the value before
            if headers:
                name, value = headers[-1]
                headers[-1] = name, f"{value} {_text(name, bare.strip())}".strip()
        else:
            key, _, raw = bare.partition(b":")
            name = key.strip().decode("latin-1").lower()
            headers.append((name, _text(name, raw.strip(b" \t"))))
    status = _status(first)
    if is_open or not 200 <= status < 1000:
        return None
    return Head(status, _VERSIONS.get(first.partition(b" ")[0]), tuple(headers))


def _is_plain(raw: bytes) -> bool:
    """Tell whether a head stands alone, in ASCII, and each of its lines ends and begins as it should."""
    n_lines = raw.count(b"\r\n")
    return (
        raw.isascii()
        and raw.find(b"\r\n\r\n") == len(raw) - 4
        and raw.count(b"\r") == n_lines == raw.count(b"\n")
        and not (b"\n " in raw or b"\n\t" in raw or b"\nHTTP/" in raw)
    )


def _read_plain(text: str) -> Head | None:
    """Read a head that stands alone and holds nothing odd, which is nearly every one."""
    first, *rest = text[:-4].split("\r\n")
    status = _status(first.encode())
    if status < 200:
        return None
    pairs = (line.partition(":") for line in rest)
    headers = tuple((name.strip().lower(), value.strip(" \t")) for name, _, value in pairs)
    return Head(status, _VERSIONS.get(first.partition(" ")[0].encode()), headers)


def lacking_head(lines: Sequence[bytes]) -> tuple[Fault, str]:
    """Say why there is no head among the lines of a transfer that libcurl takes for a good one."""
    if lines and not lines[-1].rstrip(b"\r\n"):
        return "malformed", f"no final answer: {lines[0][:80].decode('latin-1').strip()}"
    return "closed", "the connection ended within the headers"


def _status(line: bytes) -> int:
    words = line.split(None, 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() and len(words[1]) == 3 else 0


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
