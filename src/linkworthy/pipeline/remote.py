"""Reads files of a remote store by ranges: politely, again after a fault, and never less than what was asked for."""

from __future__ import annotations

import asyncio
import io
import re
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

from linkworthy.errors import FetchError
from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.http import HttpFetcher
from linkworthy.site import Limits, Network

T = TypeVar("T")
CHUNK_BYTES = 8 << 20
"""Bytes asked for at once: what a fault can cost."""
MAX_TRIES = 8
"""Tries in a row that brought nothing, until a file is given up."""
LONGEST_WAIT_S = 600.0
_BACK_OFF_S = 60.0
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class Piece(NamedTuple):
    """Bytes of a file from an offset, and what was learned of the file with them."""

    data: bytes
    total: int
    """Bytes of the whole file."""
    tag: str | None
    """Entity tag, null where the store gives none."""


class Remote:
    """A store below one base URL; a context manager. One request at a time, ``delay_s`` between two."""

    def __init__(
        self,
        base: str,
        network: Network | None = None,
        *,
        delay_s: float = 0.2,
        timeout_s: float = 120.0,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base = base if base.endswith("/") else f"{base}/"
        # A page of a crawl may be slow; a store that sends less than this is better asked again.
        limits = replace(Limits(), timeout_s=timeout_s, first_byte_s=min(60.0, timeout_s))
        self._runner = asyncio.Runner()
        self._fetcher = HttpFetcher(network or Network(), limits)
        self._delay_s, self._timeout_s, self._wait = delay_s, timeout_s, wait
        self._asked_at = 0.0
        self.n_requests = 0

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close connections."""
        self._runner.run(self._fetcher.close())
        self._runner.close()

    def url(self, path: str) -> str:
        """Give the URL of a path; one that is a URL already stays."""
        return path if "://" in path else self.base + path

    def small(self, path: str, max_bytes: int = 1 << 26) -> bytes:
        """Give a small file whole.

        Raises: FetchError where it cannot be had.
        """

        def take(answer: Exchange) -> bytes | None:
            length = answer.header("content-length")
            is_whole = answer.fault in {None, "bad-encoding"} and not answer.is_truncated
            if (
                answer.status != 200
                or not is_whole
                or (length and length.isdecimal() and int(length) != len(answer.wire))
            ):
                return None
            return answer.wire

        return self._until(path, {}, max_bytes, take)

    def piece(self, path: str, offset: int, n_bytes: int, tag: str | None = None) -> Piece:
        """Give bytes of a file from an offset: all that were asked for, or fewer where the connection broke.

        With ``tag`` the file has to be the one that had it.

        Raises: FetchError where nothing can be had, the file has changed, or the store does not know ranges.
        """

        def take(answer: Exchange) -> Piece | None:
            found = _CONTENT_RANGE.fullmatch(answer.header("content-range") or "")
            if answer.status != 206 or found is None or int(found[1]) != offset or not answer.wire:
                return None
            if found[3] == "*":
                raise FetchError(f"{self.url(path)}: the store does not say how long the file is")
            data = answer.wire[: min(n_bytes, int(found[2]) - offset + 1)]
            return Piece(data, int(found[3]), answer.header("etag"))

        wanted = {"Range": f"bytes={offset}-{offset + n_bytes - 1}"}
        if tag and not tag.startswith("W/"):  # a weak tag matches nothing (RFC 9110, section 13.1.1)
            wanted["If-Match"] = tag
        return self._until(path, wanted, n_bytes, take)

    def _until(self, path: str, headers: dict[str, str], max_bytes: int, take: Callable[[Exchange], T | None]) -> T:
        """Ask until an answer can be taken; waits longer and longer, or as long as the store says."""
        named = tuple({"Accept-Encoding": "identity", **headers}.items())
        said = ""
        for number in range(MAX_TRIES):
            answer = self._ask(Request(
                url=self.url(path), headers=named, max_bytes=max_bytes, timeout_s=self._timeout_s, max_hops=3
            ))  # fmt: skip
            taken = take(answer)
            if taken is not None:
                return taken
            said = _said(answer)
            if answer.fault is None and answer.status not in {*_AGAIN, 206}:
                break
            if answer.fault in {"private-address", "name-not-found"}:
                break
            self._wait(_pause(answer, number))
        raise FetchError(f"{self.url(path)}: {said}")

    def _ask(self, request: Request) -> Exchange:
        early_s = self._asked_at + self._delay_s - time.monotonic()
        if early_s > 0:
            self._wait(early_s)
        self._asked_at = time.monotonic()
        self.n_requests += 1
        return self._runner.run(self._fetcher.fetch(request))


def _said(answer: Exchange) -> str:
    if answer.fault is not None:
        return f"{answer.fault}: {answer.last.fault_detail or ''}".rstrip(": ")
    if answer.status == 200:
        return "the answer is not as long as it says, or the store does not know ranges"
    if answer.status == 412:
        return "the file has changed since it was begun"
    return f"the answer is {answer.status}"


def _pause(answer: Exchange, number: int) -> float:
    after = (answer.header("retry-after") or "").strip()
    if after.isdecimal():
        return min(float(after), LONGEST_WAIT_S)
    return min(float(2**number), _BACK_OFF_S)


class RemoteFile(io.RawIOBase):
    """A file of a store as Python's files are, read by ranges: what a reader of Parquet needs."""

    def __init__(self, remote: Remote, path: str) -> None:
        super().__init__()
        self._remote, self._path = remote, path
        first = remote.piece(path, 0, 1)
        self._total, self._tag = first.total, first.tag
        self._place = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Give the place of the next read."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move the place of the next read."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._total}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read bytes; fewer at the end of the file alone."""
        n_wanted = min(len(buffer), self._total - self._place)
        n_read = 0
        while n_read < n_wanted:
            size = min(CHUNK_BYTES, n_wanted - n_read)
            piece = self._remote.piece(self._path, self._place + n_read, size, self._tag)
            buffer[n_read : n_read + len(piece.data)] = piece.data
            n_read += len(piece.data)
        self._place += max(n_read, 0)
        return max(n_read, 0)
