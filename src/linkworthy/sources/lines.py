"""The lines of a text in blocks, each line with its number from 1; empty lines are numbered and left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from linkworthy.sources.rows import CUT_OFF, LONG_ROW, MAX_RECORD, SAMPLE, Buffer

BLOCK_BYTES = 4 << 20


@dataclass(slots=True, kw_only=True)
class Block:
    """Some lines with their numbers, and those that could not be taken."""

    texts: pa.Array
    numbers: pa.Array
    rejects: list[tuple[int, str, str]] = field(default_factory=list)
    """Line number, reason, sample."""


def read_blocks(buffer: Buffer, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """Cut all lines, a block at a time. Where the stream was damaged, ``buffer.fault`` says so afterwards."""
    number = 1
    while True:
        buffer.trim()
        buffer.fill(block_bytes)
        if not buffer.data:
            return
        end = len(buffer.data) if buffer.is_over else buffer.data.rfind(b"\n") + 1
        if end == 0:
            taken = buffer.line()
            lines = [taken[0] if taken else b""]
            rejects = [(number, LONG_ROW, _text(lines[0]))]
            yield Block(texts=pa.array([], pa.string()), numbers=pa.array([], pa.int64()), rejects=rejects)
            number += 1
            continue
        lines = buffer.data[:end].split(b"\n")
        is_cut_off = buffer.is_over and buffer.fault is not None and bool(lines[-1])
        buffer.at = end
        yield _block(lines, number, is_cut_off=is_cut_off)
        number += len(lines) - 1


def _block(lines: list[bytes], number: int, *, is_cut_off: bool) -> Block:
    rejects = []
    if is_cut_off:
        rejects.append((number + len(lines) - 1, CUT_OFF, _text(lines.pop())))
    kept = [(n, line) for n, line in enumerate(lines, number) if line and line != b"\r"]
    if any(len(line) > MAX_RECORD for _, line in kept):
        rejects += [(n, LONG_ROW, _text(line)) for n, line in kept if len(line) > MAX_RECORD]
        kept = [(n, line) for n, line in kept if len(line) <= MAX_RECORD]
    return Block(
        texts=pa.array([line for _, line in kept], pa.string()),
        numbers=pa.array([n for n, _ in kept], pa.int64()),
        rejects=rejects,
    )


def _text(line: bytes) -> str:
    return line[: 4 * SAMPLE].decode("utf-8", "replace")[:SAMPLE]
