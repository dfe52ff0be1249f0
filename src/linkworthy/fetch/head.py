"""What stands between a connection and aiohttp's parser: it bounds the head of an answer and loses no bytes."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Protocol

import aiohttp

MAX_HEAD_BYTES = 256 * 1024
"""Status line and headers of one answer; Chromium has the same limit."""

_END = b"\r\n\r\n"


class HeadTooLargeError(Exception):
    """The head of an answer passed its limit."""


class Receiver(Protocol):
    """What aiohttp's own protocol offers."""

    def connection_lost(self, exc: BaseException | None) -> None:
        """Learn that the connection is gone."""

    def data_received(self, data: bytes) -> None:
        """Take bytes."""

    def eof_received(self) -> bool | None:
        """Learn that no more bytes will come."""

    def pause_writing(self) -> None:
        """Stop writing."""

    def resume_writing(self) -> None:
        """Go on writing."""

    def set_exception(self, exc: BaseException) -> None:
        """Fail whoever waits for the answer."""

    def exception(self) -> BaseException | None:
        """Give what the parser failed with."""


class Listener(Protocol):
    """Who waits for the answer."""

    def begin(self) -> None:
        """Take note of the first byte."""

    def rescue(self, data: bytes) -> None:
        """Take bytes of the body that nobody has read before the connection went."""

    def fail(self, error: BaseException) -> None:
        """Take note that the rest of the body cannot be read."""


class HeadGuard(asyncio.Protocol):
    """Passes bytes on, the head of each answer apart from what follows it.

    The parser drops a whole answer where bytes in the same packet cannot be read: a body longer than its
    Content-Length, or a bad chunk. Its stream drops what is unread when the connection goes. Browsers show such pages.
    """

    def __init__(self, inner: Receiver, transport: asyncio.Transport) -> None:
        self._inner = inner
        self._transport = transport
        self._listener: Listener | None = None
        self._body: aiohttp.StreamReader | None = None
        self._has_begun = False
        self._n_head: int | None = None
        self._seam = b""

    def expect(self, listener: Listener) -> None:
        """Take the next byte as the first one of a new answer."""
        self._listener = listener
        self._body = None
        self._has_begun = False
        self._n_head = 0
        self._seam = b""

    def attach(self, body: aiohttp.StreamReader) -> None:
        """Watch over the body of the answer, once its head was read."""
        self._body = body
        self._end_unreadable()

    def data_received(self, data: bytes) -> None:
        """Pass bytes on; give the answer up where its head is too large."""
        if not self._has_begun and self._listener is not None:
            self._has_begun = True
            self._listener.begin()
        if self._n_head is not None:
            data = self._pass_head(data, self._n_head)
        if data:
            self._inner.data_received(data)
            self._end_unreadable()

    def _end_unreadable(self) -> None:
        """End the body where the parser failed: it tells nobody who is reading."""
        error = self._inner.exception()
        if error is not None and self._listener is not None and self._body is not None and not self._body.is_eof():
            self._listener.fail(error)
            self._body.feed_eof()

    def _pass_head(self, data: bytes, n_before: int) -> bytes:
        """Pass on what belongs to the head; give what follows it."""
        joined = self._seam + data
        end = joined.find(_END)
        cut = len(data) if end < 0 else end + len(_END) - len(self._seam)
        if n_before + cut > MAX_HEAD_BYTES:
            self._n_head = None
            self._inner.set_exception(HeadTooLargeError(f"over {MAX_HEAD_BYTES} bytes"))
            self._transport.abort()
            return b""
        self._n_head = n_before + cut if end < 0 else None
        self._seam = joined[-3:]
        self._inner.data_received(data[:cut])
        return data[cut:]

    def connection_lost(self, exc: BaseException | None) -> None:
        """Pass the end of the connection on, what is unread taken out before."""
        if self._body is not None and self._listener is not None and not self._body.is_eof():
            with contextlib.suppress(RuntimeError):  # somebody waits: nothing is unread
                self._listener.rescue(self._body.read_nowait())
        self._inner.connection_lost(exc)

    def eof_received(self) -> bool | None:
        """Pass the end of the bytes on."""
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        """Pass on that the peer reads too slowly."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass on that the peer reads again."""
        self._inner.resume_writing()
