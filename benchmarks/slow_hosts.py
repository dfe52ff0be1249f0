"""A server for ``crawl-hosts``: every loopback address is a host, answers come after 50 ms, request starts are noted.

Started as a program it serves until its standard input ends, and then says what it saw as JSON. Every page links to the
address that is its argument, where one is given.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import pairwise

ANSWER_S = 0.05
_WORDS = "Sedge and reed line the slow river where herons wait for the morning and the ferry is seldom late. " * 20
_ROBOTS = b"User-agent: *\nDisallow: /nowhere\n"


class Hosts(asyncio.Protocol):
    """One connection; requests are read one after the other."""

    starts: dict[str, list[float]] = {}  # noqa: RUF012 - one book for all connections
    recommended = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of which host is meant."""
        self.transport = transport
        self.host = transport.get_extra_info("sockname")[0]
        self.waiting = b""

    def data_received(self, data: bytes) -> None:
        """Answer each whole request in its time."""
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
            self.starts.setdefault(self.host, []).append(time.monotonic())
            path = head.split(b" ", 2)[1].decode("latin-1")
            asyncio.get_running_loop().call_later(ANSWER_S, self.answer, path)

    def answer(self, path: str) -> None:
        """Send a page of some 30 links, or robots.txt."""
        if self.transport.is_closing() or not isinstance(self.transport, asyncio.WriteTransport):
            return
        body, kind = (_ROBOTS, "text/plain") if path == "/robots.txt" else (_page(path, self.recommended), "text/html")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)


def _page(path: str, recommended: str) -> bytes:
    links = "".join(f'<li><a href="{path}/{n}">page {n} below {path}</a>' for n in range(30))
    word = f'<p>We like <a href="{recommended}">the mill</a> by the river.</p>' if recommended else ""
    return (
        f"<!doctype html><html lang=en><title>Page {path}</title><body><main><h1>{path}</h1><p>{_WORDS}</p>{word}"
        f"<ul>{links}</ul></main>"
    ).encode()


async def main() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Hosts, "0.0.0.0", 0, backlog=4096)  # noqa: S104 - all of 127.0.0.0/8
    port = server.sockets[0].getsockname()[1]
    Hosts.recommended = f"http://{sys.argv[1]}:{port}/" if len(sys.argv) > 1 else ""
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    gaps = [b - a for starts in Hosts.starts.values() for a, b in pairwise(starts)]
    every = [at for starts in Hosts.starts.values() for at in starts]
    told = {"hosts": len(Hosts.starts), "requests": len(every), "least_gap_s": min(gaps, default=0.0)}
    print(json.dumps(told | {"span_s": max(every, default=0.0) - min(every, default=0.0)}))


if __name__ == "__main__":
    asyncio.run(main())
