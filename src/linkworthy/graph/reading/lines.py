"""Text files, packed or plain, as buffers of whole lines."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import cast

import numpy as np
from isal import igzip_threaded
from numpy.typing import NDArray

from linkworthy.errors import SourceError

BLOCK_BYTES = 1 << 23
MAX_LINE_BYTES = 1 << 28
"""A line beyond this is no line of a graph; the widest row of Common Crawl's domain graph is a quarter of it."""


def line_buffers(path: Path) -> Iterator[tuple[NDArray[np.uint8], int]]:
    """Give a file as buffers of whole lines, with the bytes read so far; the last line may lack its end.

    Raises: SourceError where the file is cut off, damaged or holds no lines.
    """
    left = b""
    n_read = 0
    try:
        with _opened(path) as file:
            while block := file.read(BLOCK_BYTES):
                n_read += len(block)
                end = block.rfind(b"\n") + 1
                if end:
                    yield np.frombuffer(left + block[:end], np.uint8), n_read
                    left = block[end:]
                else:
                    left += block
                    if len(left) > MAX_LINE_BYTES:
                        raise SourceError(f"{path} holds no lines of text")
    except (EOFError, zlib.error) as fault:
        raise SourceError(f"{path} is cut off or damaged after {n_read:,} bytes of text: {fault}") from None
    except OSError as fault:
        raise SourceError(f"{path} cannot be read: {fault.strerror or fault}") from None
    if left:
        yield np.frombuffer(left, np.uint8), n_read


def _opened(path: Path) -> BufferedIOBase:
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    if is_packed:
        return cast("BufferedIOBase", igzip_threaded.open(path, "rb", block_size=BLOCK_BYTES))  # type: ignore[no-untyped-call]
    return cast("BufferedIOBase", path.open("rb"))


def fingerprint(paths: list[Path]) -> str:
    """Tell files from others by path, length and time of change."""
    return "|".join(f"{path.absolute()}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in paths)
