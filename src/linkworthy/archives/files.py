"""An archive on disk, read at any offset, and the losses that reading it may meet."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from linkworthy.errors import SourceError

CHUNK_BYTES = 1 << 18
"""Bytes read or inflated at once: what bounds the memory of a member, whatever it inflates to."""

_AHEAD_BYTES = 1 << 18
"""Read where little is asked for: what follows is asked for next."""


class Loss(NamedTuple):
    """A stretch of an archive that gave nothing."""

    offset: int
    """Byte offset in the file; of the member, where the stretch lies inside a compressed one."""
    n_bytes: int
    """Bytes that were passed over: of the file, or of what the member inflates to."""
    reason: str
    """One of few fixed texts."""


OnLoss = Callable[[Loss], None]


class ArchiveFile:
    """An archive opened for reading at any offset."""

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(path, os.O_RDONLY)
        except OSError as fault:
            raise SourceError(f"{path}: cannot be opened: {fault.strerror}") from None
        self.path = path
        self.n_bytes = os.fstat(self._descriptor).st_size
        self._ahead, self._from = b"", 0

    def read_at(self, offset: int, n_bytes: int) -> bytes:
        """Read bytes at an offset, fewer at the end of the file.

        Raises: SourceError where the disk gives none.
        """
        if n_bytes > _AHEAD_BYTES // 4:
            return self._read(offset, n_bytes)
        start = offset - self._from
        if start < 0 or start + n_bytes > len(self._ahead):
            self._ahead, self._from, start = self._read(offset, _AHEAD_BYTES), offset, 0
        return self._ahead[start : start + n_bytes]

    def _read(self, offset: int, n_bytes: int) -> bytes:
        try:
            return os.pread(self._descriptor, n_bytes, offset)
        except OSError as fault:
            raise SourceError(f"{self.path}: cannot be read at byte {offset}: {fault.strerror}") from None

    def find(self, needle: bytes, offset: int) -> int:
        """Give the offset of the next occurrence of some bytes, that of the end of the file where there is none."""
        while chunk := self.read_at(offset, CHUNK_BYTES):
            found = chunk.find(needle)
            if found >= 0:
                return offset + found
            if len(chunk) < len(needle):
                break
            offset += len(chunk) - len(needle) + 1
        return self.n_bytes

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
