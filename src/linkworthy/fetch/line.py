"""One easy handle of libcurl and what it has received: heads and bodies bounded as they come."""

from __future__ import annotations

import contextlib
import errno
import re
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pycurl

from linkworthy.fetch.base import Fault, Timings
from linkworthy.fetch.head import status_of
from linkworthy.fetch.redirects import REDIRECTS

MAX_REDIRECT_BYTES: Final = 64 * 1024
"""Body of a redirect: nobody reads it."""
_BUFFER: Final = 128 * 1024
_STOP: Final = -1
_SUPPRESS_CONNECT_HEADERS: Final = 265  # of curl.h: pycurl has no name for it
_SMALL_ESCAPE: Final = re.compile("%(?:[0-9A-F]?[a-f]|[a-f])")
_OWN_LACK: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one answer may bring, and how long it may take."""

    max_bytes: int
    first_byte_s: float
    least_bytes_per_s: float
    window_s: float


class _Lent(socket.socket):
    """A socket of which pycurl takes a duplicate: ours is closed as soon as pycurl lets go of it."""

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # it could not be opened in the first place
            self.close()


class Line:
    """A handle that is used for one transfer after the other; its connection belongs to the driver's pool."""

    __slots__ = (
        "_bounds",
        "_counted",
        "_has_target",
        "_is_allowed",
        "_max_head",
        "_max_lines",
        "_n_head",
        "_n_named",
        "_until",
        "chunks",
        "curl",
        "given_up",
        "head",
        "headers",
        "is_cut",
        "is_named",
        "is_proxied",
        "is_secure",
        "lack",
        "limit",
        "method",
        "n_bytes",
        "refused",
        "set_for",
        "settings",
    )

    def __init__(
        self, options: dict[int, object], is_allowed: Callable[[str], bool], max_head: int, max_lines: int
    ) -> None:
        self.curl = pycurl.Curl()
        self._is_allowed = is_allowed
        self._max_head = max_head
        self._max_lines = max_lines
        self.method = "GET"
        self._has_target = self.is_secure = False
        self.headers: tuple[str, ...] = ()
        self.set_for: object = None
        self.settings: dict[int, object] = {}
        self.curl.setopt(pycurl.NOSIGNAL, 1)
        self.curl.setopt(pycurl.BUFFERSIZE, _BUFFER)
        self.curl.setopt(pycurl.PATH_AS_IS, 1)
        self.curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        self.curl.setopt(_SUPPRESS_CONNECT_HEADERS, 1)
        for option, value in options.items():
            self.curl.setopt(option, value)
        self.curl.setopt(pycurl.HEADERFUNCTION, self._on_head)
        self.curl.setopt(pycurl.WRITEFUNCTION, self._on_body)
        self.curl.setopt(pycurl.OPENSOCKETFUNCTION, self._on_open)
        self.reset()

    def reset(self) -> None:
        """Forget the last answer."""
        self.head: list[bytes] = []
        self.chunks: list[bytes] = []
        self.n_bytes = self._n_head = 0
        self.limit = -1
        self.is_cut = False
        self.is_named = False
        self.is_proxied = False
        self.given_up: tuple[Fault, str] | None = None
        """Fault and detail, where this end gave up."""
        self.refused: str | None = None
        """An address that may not be connected to."""
        self.lack: OSError | None = None
        """What this machine lacks for another connection."""

    def put(self, option: int, value: object) -> None:
        """Set an option where it differs from what it was for the request before."""
        if self.settings.get(option) != value:
            self.settings[option] = value
            if value is None:
                self.curl.unsetopt(option)
            else:
                self.curl.setopt(option, value)

    def aim(self, url: str, *, is_absolute: bool) -> None:
        """Set the URL. libcurl puts percent-escapes into capitals, some servers tell them apart: it is overruled.

        A plain proxy is told the absolute URL. The overruling cannot be taken back from a handle, only renewed.
        """
        self.curl.setopt(pycurl.URL, url)
        self._n_named = len(f"GET  HTTP/1.1\r\nHost: \r\n\r\n{url}") - url.index("//") - len("//")
        self.is_secure = url.startswith("https:")
        if self._has_target or (not is_absolute and _SMALL_ESCAPE.search(url)):
            self._has_target = True
            target = url if is_absolute else f"/{url.partition('://')[2].partition('/')[2]}"
            self.curl.setopt(pycurl.REQUEST_TARGET, target)

    def ask(self, method: str, content: bytes) -> None:
        """Set the method; setting one undoes the other."""
        if method == "POST":
            self.curl.setopt(pycurl.POST, 1)
            self.curl.setopt(pycurl.POSTFIELDS, content)
        elif method != self.method:
            self.curl.setopt(pycurl.NOBODY if method == "HEAD" else pycurl.HTTPGET, 1)
        self.method = method

    def begin(self, bounds: Bounds, now: float) -> None:
        """Start the clocks of an attempt; the time until the first byte counts from here."""
        self._bounds = bounds
        self._until = now + bounds.first_byte_s
        self._counted = -1

    def is_late(self, now: float) -> bool:
        """Tell whether the first byte is overdue, or the body comes below the least speed; asked again and again."""
        if now < self._until:
            if self._counted < 0 and self.limit >= 0:  # the body has begun
                self._counted, self._until = 0, now + self._bounds.window_s
            return False
        if not self.head:
            self.given_up = "timeout", f"no byte in {self._bounds.first_byte_s:g} s"
            return True
        if self.limit < 0:  # headers that dribble in are bounded by the time for the whole
            return False
        n_new, window = self.n_bytes - max(self._counted, 0), self._bounds.window_s
        if self._counted >= 0 and n_new < self._bounds.least_bytes_per_s * window:
            self.given_up = "too-slow", f"{n_new} bytes in {window:g} s"
            return True
        self._counted, self._until = self.n_bytes, now + window
        return False

    @property
    def is_connected(self) -> bool:
        """Whether a connection came about; libcurl gives the address of one that it used again, and no time."""
        get = self.curl.getinfo
        return bool(self.head) or get(pycurl.CONNECT_TIME) > 0 or (not get(pycurl.NUM_CONNECTS) and bool(self.address))

    @property
    def is_resent(self) -> bool:
        """Whether libcurl sent a request without cookies twice; behind a proxy nobody can tell."""
        if self.is_proxied or not self.curl.getinfo(pycurl.NUM_CONNECTS):
            return False
        n_bytes = self._n_named + sum(len(text) + len("\r\n") for text in self.headers)
        return bool(self.curl.getinfo(pycurl.REQUEST_SIZE) >= 2 * n_bytes)

    @property
    def address(self) -> str:
        """The address of the connection, empty where there is none."""
        return str(self.curl.getinfo(pycurl.PRIMARY_IP) or "")

    def timings(self, dns_ms: float | None) -> Timings:
        """Give what libcurl measured."""
        get = self.curl.getinfo
        ready = get(pycurl.PRETRANSFER_TIME)
        connected, first = get(pycurl.CONNECT_TIME), get(pycurl.STARTTRANSFER_TIME)
        is_fresh = get(pycurl.NUM_CONNECTS) > 0
        secured = get(pycurl.APPCONNECT_TIME) if is_fresh else 0.0
        has_answer = bool(self.head)
        return Timings(
            dns_ms=dns_ms if is_fresh else None,
            connect_ms=max(connected, secured) * 1000.0 if is_fresh and connected else None,
            tls_ms=(secured - connected) * 1000.0 if secured else None,
            ttfb_ms=max(first - ready, 0.0) * 1000.0 if has_answer else None,
            total_ms=max(get(pycurl.TOTAL_TIME) - ready, 0.0) * 1000.0 if has_answer else None,
        )

    def _on_head(self, line: bytes) -> int | None:
        """Take one line of the head; pycurl asks for null to go on."""
        self.head.append(line)
        self._n_head += len(line)
        if self._n_head > self._max_head or len(self.head) > self._max_lines:
            self.given_up = "headers-too-large", f"{len(self.head)} lines, {self._n_head} bytes"
            return _STOP
        return None

    def _on_body(self, data: bytes) -> int | None:
        if self.limit < 0:
            is_redirect = status_of(self.head) in REDIRECTS
            self.limit = min(self._bounds.max_bytes, MAX_REDIRECT_BYTES) if is_redirect else self._bounds.max_bytes
        self.chunks.append(data)
        self.n_bytes += len(data)
        if self.n_bytes > self.limit:
            self.is_cut = True
            return _STOP
        return None

    def _on_open(self, _purpose: int, address: tuple[int, int, int, tuple[str, int]]) -> socket.socket | int:
        """Open the socket of a new connection, if its address may be used: nothing is connected to before this."""
        family, kind, protocol, place = address
        host = place[0]
        if not (self.is_named or self._is_allowed(host)):
            self.refused = host
            return pycurl.SOCKET_BAD
        try:
            opened = _Lent(family, kind, protocol)
        except OSError as fault:
            if fault.errno in _OWN_LACK:
                self.lack = fault
            return pycurl.SOCKET_BAD
        # libcurl connects unseen; whoever watches Python's own connections shall see this one as well.
        sys.audit("socket.connect", opened, (host, place[1]))
        return opened
