"""libcurl's transfers driven by the event loop: one selector for all its sockets, and one timer."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Mapping
from typing import Final

import pycurl

_EVENTS: Final = {
    pycurl.POLL_IN: selectors.EVENT_READ,
    pycurl.POLL_OUT: selectors.EVENT_WRITE,
    pycurl.POLL_INOUT: selectors.EVENT_READ | selectors.EVENT_WRITE,
}
_SELECTS: Final = {
    selectors.EVENT_READ: pycurl.CSELECT_IN,
    selectors.EVENT_WRITE: pycurl.CSELECT_OUT,
    selectors.EVENT_READ | selectors.EVENT_WRITE: pycurl.CSELECT_IN | pycurl.CSELECT_OUT,
}
_CLOCK_S: Final = 0.0005


class Driver:
    """Runs easy handles at once; a handle that was added ends with its libcurl code and message.

    pycurl brings a driver of its own. It tells asyncio of every socket for every request, and that costs as much as
    the request. Here the sockets lie in a selector of their own, whose one file is all that asyncio sees.
    """

    def __init__(self, options: Mapping[int, int]) -> None:
        """Take options of the multi handle; to be called within the event loop."""
        self._loop = asyncio.get_running_loop()
        self._multi = pycurl.CurlMulti()
        for option, value in options.items():
            self._multi.setopt(option, value)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._on_socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._on_timer)
        self._selector = selectors.DefaultSelector()  # epoll or kqueue: a file that can be watched itself
        self._files: dict[int, int] = {}
        self._running: dict[pycurl.Curl, asyncio.Future[tuple[int, str]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._due: float | None = None
        self._is_pressing = False
        self._is_closed = False
        self._loop.add_reader(self._selector.fileno(), self._on_ready)

    async def perform(self, curl: pycurl.Curl) -> tuple[int, str]:
        """Run a transfer to its end; gives libcurl's code, 0 for success, and its message."""
        ended: asyncio.Future[tuple[int, str]] = self._loop.create_future()
        self._running[curl] = ended
        self._multi.add_handle(curl)
        try:
            return await ended
        finally:
            if self._running.pop(curl, None) is not None:  # cancelled
                self._multi.remove_handle(curl)

    def stop(self, curl: pycurl.Curl) -> None:
        """Break a transfer off: it ends as aborted."""
        if curl in self._running:
            self._end(curl, pycurl.E_ABORTED_BY_CALLBACK, "given up")

    def close(self) -> None:
        """Break off what runs, and close all connections."""
        if self._is_closed:
            return
        self._is_closed = True
        for curl, ended in list(self._running.items()):
            self._running.pop(curl)
            self._multi.remove_handle(curl)
            ended.cancel()
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._selector.fileno())
        self._multi.close()
        self._selector.close()

    def _on_socket(self, event: int, file: int, _multi: object, _data: object) -> None:
        """Watch a socket, or cease to: libcurl says which."""
        if self._is_closed:
            return
        wanted = _EVENTS.get(event, 0)
        watched = self._files.get(file, 0)
        if wanted == watched:
            return
        if not wanted:
            del self._files[file]
            self._selector.unregister(file)
        else:
            self._files[file] = wanted
            if watched:
                self._selector.modify(file, wanted)
            else:
                self._selector.register(file, wanted)

    def _on_timer(self, milliseconds: int) -> None:
        """Call libcurl again after this time: at once for 0, never below 0. It may not be called from within."""
        if self._is_closed:
            return
        if milliseconds == 0:
            if not self._is_pressing:
                self._is_pressing = True
                self._loop.call_soon(self._press)
        elif milliseconds < 0:
            self._due = None
        else:
            self._due = due = self._loop.time() + milliseconds / 1000.0
            if self._timer is None or self._timer.when() > due:
                self._arm(due)

    def _arm(self, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._ring)

    def _press(self) -> None:
        self._is_pressing = False
        self._time_out()

    def _ring(self) -> None:
        """Call libcurl if the time that it asked for last has come, else wait on: it moves that time all the while."""
        self._timer = None
        if self._due is None:
            return
        if self._due > self._loop.time() + _CLOCK_S:
            self._arm(self._due)
        else:
            self._due = None
            self._time_out()

    def _time_out(self) -> None:
        if not self._is_closed:
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
            self._take_ended()

    def _on_ready(self) -> None:
        act = self._multi.socket_action
        for key, events in self._selector.select(0):
            act(key.fd, _SELECTS[events])
        self._take_ended()

    def _take_ended(self) -> None:
        n_left = 1
        while n_left:
            n_left, succeeded, failed = self._multi.info_read()
            for curl in succeeded:
                self._end(curl, 0, "")
            for curl, code, message in failed:
                self._end(curl, code, message)

    def _end(self, curl: pycurl.Curl, code: int, message: str) -> None:
        ended = self._running.pop(curl, None)
        self._multi.remove_handle(curl)
        if ended is not None and not ended.done():
            ended.set_result((code, message))
