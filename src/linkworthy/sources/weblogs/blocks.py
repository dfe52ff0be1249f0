"""The bytes of a log in blocks of whole lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from linkworthy.sources.rows import CUT_OFF, LONG_ROW, SAMPLE, Buffer

BLOCK_BYTES = 4 << 20
"""What a block holds: the larger, the fewer of its texts are in no other line of it."""


class Block(NamedTuple):
    """Whole lines, or one that could not be taken and why."""

    data: bytes
    """Lines, each with its line end."""
    reason: str = ""
    """Why this line was not taken; ``data`` is then its beginning."""


def read_blocks(buffer: Buffer) -> Iterator[Block]:
    """Cut all lines into blocks. Where the stream was damaged, ``buffer.fault`` says so afterwards."""
    while True:
        buffer.trim()
        buffer.fill(BLOCK_BYTES)
        data = buffer.data
        if not data:
            return
        end = data.rfind(b"\n") + 1
        if end:
            yield Block(data[:end])
            buffer.at = end
        elif not buffer.is_over:
            taken = buffer.line()
            yield Block((taken[0] if taken else b"")[: 4 * SAMPLE], LONG_ROW)
        else:
            # Where the file is damaged, nobody knows how its last line went on.
            yield Block(data, CUT_OFF) if buffer.fault else Block(data + b"\n")
            buffer.at = len(data)
