"""The Fetcher seam: a Request goes in, an Exchange comes out, whatever brings the bytes.

A server's answer, however bad, is an Exchange with a status or a fault; only a fetcher's own failure is raised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from linkworthy.fetch.rendering import Rendering

Fault = Literal[
    "name-not-found",  # DNS says that the name does not exist, or it has no address
    "name-failure",  # DNS gave no answer
    "refused",  # the server refused the connection
    "unreachable",  # no route, network or host unreachable
    "closed",  # the server closed or reset the connection before the answer was whole
    "timeout",  # the answer did not come, or not all of it, in the time allowed
    "too-slow",  # bytes came, and fewer than the least speed
    "tls-expired",  # the certificate is expired or not yet valid
    "tls-wrong-name",  # the certificate is for another host
    "tls-untrusted",  # self-signed, or signed by nobody who is trusted
    "tls-failure",  # the handshake failed for another reason
    "proxy-failure",  # the proxy did not answer, or would not pass the request on
    "malformed",  # what came is no HTTP
    "headers-too-large",  # headers passed their limit
    "bad-encoding",  # the body contradicts its Content-Encoding
    "private-address",  # the name leads to a private or loopback address that was not allowed
    "bad-redirect",  # a redirect leads to no http(s) URL, or names none
    "redirect-loop",  # a redirect leads to a URL of the same chain
    "too-many-redirects",  # the limit of hops was reached
    "disallowed",  # robots.txt of a hop forbids it
    "not-recorded",  # replay: the archive holds no answer for this URL
    "not-rendered",  # the answer came, and the browser crashed on it or could not finish it: the body is as it came
]
"""Why there is no usable answer."""

Headers = Sequence[tuple[str, str]]
"""Header names in lower case, values without outer white space, in the order received; names repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to a server."""

    url: str
    """Normalised URL."""
    method: Literal["GET", "HEAD", "POST"] = "GET"
    """POST is for logging in alone: nothing here ever posts to a site that it judges."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers besides the fetcher's own; one of the same name takes its place."""
    content: bytes = b""
    """Form fields of a POST."""
    if_none_match: str | None = None
    """Entity tag, as received, of the copy at hand: where it still stands, the answer is a 304 without a body."""
    if_modified_since: str | None = None
    """Last-Modified, as received, of the copy at hand. Neither is asked of what a redirect leads to."""
    max_hops: int = 0
    """Redirects that are followed; at 0 the first answer is the last."""
    max_bytes: int = 10_000_000
    """Decoded bytes of the body; what comes after is left and the body marked truncated."""
    timeout_s: float = 20.0
    """Seconds for each hop, all of it."""
    first_byte_s: float | None = None
    """Seconds for each hop until its first byte; null for the fetcher's own limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Milliseconds; null where not measured, or where the connection was reused."""

    dns_ms: float | None = None
    connect_ms: float | None = None
    """TCP and TLS."""
    tls_ms: float | None = None
    """TLS alone, a part of ``connect_ms``; null without TLS."""
    ttfb_ms: float | None = None
    """Request sent to first byte."""
    total_ms: float | None = None
    """Request sent to last byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One answer on the way from the asked URL to the last one."""

    url: str
    status: int | None = None
    """Null where there was no answer."""
    headers: Headers = ()
    location: str | None = None
    """Where it redirects to, resolved and normalised; null where it does not or cannot be resolved."""
    kind: Literal["http", "meta-refresh"] = "http"
    http_version: str | None = None
    address: str | None = None
    timings: Timings = field(default_factory=Timings)
    fault: Fault | None = None
    fault_detail: str | None = None
    tls_fault: Fault | None = None
    """What was wrong with the certificate of an answer that was taken in spite of it."""
    is_resent: bool = False
    """The request went out twice, because the kept connection that it was sent on first had ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """All that came of one Request. ``body`` is that of the last hop, decoded, empty where there is none."""

    request: Request
    hops: tuple[Hop, ...]
    """At least one; the last is where it ended."""
    body: bytes = b""
    n_bytes: int = 0
    """Bytes of the last body over the wire."""
    is_truncated: bool = False
    fetched_at: datetime
    """UTC."""
    wire: bytes = b""
    """The last body as it came, its Content-Encoding not undone; empty where the fetcher does not tell."""
    raw_head: bytes = b""
    """Status line and headers of the last answer as they came; empty where the fetcher does not tell."""
    rendering: Rendering | None = None
    """What a browser did with the body, which is then the DOM that came of it; null where none was asked."""

    @property
    def last(self) -> Hop:
        """The hop where it ended."""
        return self.hops[-1]

    @property
    def url(self) -> str:
        """The URL of the last hop."""
        return self.hops[-1].url

    @property
    def status(self) -> int | None:
        """The status of the last hop."""
        return self.hops[-1].status

    @property
    def headers(self) -> Headers:
        """The headers of the last hop."""
        return self.hops[-1].headers

    @property
    def fault(self) -> Fault | None:
        """Why the last hop gave no usable answer, null where it gave one."""
        return self.hops[-1].fault

    def header(self, name: str) -> str | None:
        """Give a header of the last hop, repeats joined by a comma, null where it is absent."""
        return header(self.hops[-1].headers, name)


def header(headers: Headers, name: str) -> str | None:
    """Give a header's value, repeats joined by a comma and a space, null where it is absent."""
    found = [value for key, value in headers if key == name]
    return ", ".join(found) if found else None


class Fetcher(Protocol):
    """Brings the answer to a Request. Implementations: HTTP, WARC replay, and a browser around either."""

    async def fetch(self, request: Request) -> Exchange:
        """Fetch; every answer and every fault of the server or the network comes back as an Exchange."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
