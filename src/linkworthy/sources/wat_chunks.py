"""Records of a WAT a few at a time: compiled code takes the links of many pages at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linkworthy.archives.record import Record

_RECORDS, _BYTES = 2_048, 8 << 20
"""Records of a chunk, and the bytes after which no more of them are waited for."""

Numbered = tuple[int, Record]
"""A record with its number in the archive, from 1."""


def in_chunks(records: Iterable[Record]) -> Iterator[list[Numbered]]:
    """Give records some at a time, with their numbers."""
    chunk: list[Numbered] = []
    n_bytes = 0
    for numbered in enumerate(records, start=1):
        chunk.append(numbered)
        n_bytes += len(numbered[1].content)
        if n_bytes >= _BYTES or len(chunk) >= _RECORDS:
            yield chunk
            chunk, n_bytes = [], 0
    if chunk:
        yield chunk
