"""Reads the HTTP response inside a record: status line, headers, and the body without its chunks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MAX_HEAD_BYTES = 1 << 18
"""Longer heads are no HTTP; browsers and servers stop at a fraction of it."""

_MAX_KNOWN = 100
"""Characters of a header's name that is remembered."""
_STATUS_LINE = re.compile(rb"HTTP/(\d(?:\.\d)?) +(\d{3})(?: +([^\r\n]*))?")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """One HTTP response as recorded. Header names are in lower case."""

    status: int
    reason: str
    version: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """Without chunks; a Content-Encoding is not undone."""
    is_cut: bool
    """The chunks break off."""


def parse_response(content: bytes) -> HttpResponse | None:
    """Read a recorded HTTP response; null where the content does not begin as one.

    A body that is not chunked though its headers say so (many crawlers join the chunks) stands as it is.
    """
    line = _STATUS_LINE.match(content)
    if line is None:
        return None
    end = _HEAD_END.search(content, line.start(), MAX_HEAD_BYTES)
    head = content[: end.start() if end else MAX_HEAD_BYTES]
    headers = parse_headers(head.partition(b"\n")[2])
    body, is_cut = content[end.end() :] if end else b"", False
    if any(name == "transfer-encoding" and "chunked" in value.lower() for name, value in headers):
        body, is_cut = join_chunks(body)
    return HttpResponse(
        status=int(line[2]),
        reason=(line[3] or b"").decode("latin-1").strip(),
        version=line[1].decode("ascii"),
        headers=headers,
        body=body,
        is_cut=is_cut,
    )


def parse_headers(block: bytes) -> tuple[tuple[str, str], ...]:
    """Read header lines: names in lower case, values without outer white space, folded lines joined, others left out.

    UTF-8 where it is that, as WARC allows; Latin-1 otherwise, as HTTP does.
    """
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        text = block.decode("latin-1")
    headers: list[tuple[str, str]] = []
    is_folded = "\n " in text or "\n\t" in text
    for line in text.split("\n"):
        if is_folded and line[:1] in {" ", "\t"} and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip()}".strip())
            continue
        name, colon, value = line.partition(":")
        if colon and (name := _lower(name) if len(name) < _MAX_KNOWN else name.strip().lower()):
            headers.append((name, value.strip()))
    return tuple(headers)


@lru_cache(maxsize=1_024)
def _lower(name: str) -> str:
    return name.strip().lower()


def join_chunks(raw: bytes) -> tuple[bytes, bool]:
    """Join a chunked body and tell whether it breaks off; one that is not chunked at all stands as it is."""
    out: list[bytes] = []
    position = 0
    while size := _CHUNK_SIZE.match(raw, position):
        n_bytes = int(size[1], 16)
        if n_bytes == 0:
            return b"".join(out), False
        out.append(raw[size.end() : size.end() + n_bytes])
        position = size.end() + n_bytes
        if position > len(raw):
            break
        position += 2 if raw.startswith(b"\r\n", position) else raw.startswith(b"\n", position)
    return (b"".join(out), True) if out else (raw, False)
