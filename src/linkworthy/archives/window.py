"""Looks ahead into a run of bytes that is read once, with bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterator


class Window:
    """The next bytes of a run. ``base`` is the offset of the first byte that has not been taken yet."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._taken = 0
        self.buffer = bytearray()
        self.base = 0
        self.has_ended = False
        """No more bytes follow those in the buffer."""

    def fill(self, n_bytes: int) -> bool:
        """Bring at least that many bytes into the buffer, false where the run ends before."""
        while len(self.buffer) < n_bytes:
            chunk = next(self._chunks, None)
            if chunk is None:
                self.has_ended = True
                return False
            self.buffer += chunk
        return True

    def take(self, n_bytes: int) -> bytes:
        """Take bytes that are in the buffer."""
        out = bytes(self.buffer[:n_bytes])
        self.drop(n_bytes)
        return out

    def drop(self, n_bytes: int) -> None:
        """Pass over bytes that are in the buffer."""
        n_bytes = min(n_bytes, len(self.buffer))
        del self.buffer[:n_bytes]
        self.base += n_bytes

    def skip(self, n_bytes: int) -> int:
        """Pass over bytes whether in the buffer or not; give how many there were."""
        start = self.base
        while (left := n_bytes - (self.base - start)) > 0 and self.fill(1):
            self.drop(left)
        return self.base - start

    def take_until(self, pattern: re.Pattern[bytes], n_kept: int, reach: int) -> tuple[bytes, int, bool]:
        """Take what stands before a pattern that matches at most ``reach`` bytes.

        Gives the first ``n_kept`` bytes, the number of all of them, and whether the pattern was found before the end.
        """
        start, kept = self.base, bytearray()
        while True:
            has_more = self.fill(len(self.buffer) + 1)
            found = pattern.search(self.buffer)
            stop = found.start() if found else len(self.buffer) - (reach if has_more else 0)
            if stop > 0:
                kept += self.buffer[: min(stop, n_kept - len(kept))]
                self.drop(stop)
            if found or not has_more:
                return bytes(kept), self.base - start, found is not None
