"""``fetch``: what a request costs, with the fetcher's own code path and with a bare aiohttp client, on loopback."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median

from benchmarks.result import Result, against, below

BODY = b"<p>a page of thirty thousand bytes</p>" * 790
ANSWER = (
    b"HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n"
    b'Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT\r\nETag: "abc"\r\nCache-Control: max-age=60\r\n\r\n' % len(BODY)
) + BODY
AT_ONCE = 32


class _Serving(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(transport)
        self._transport = transport
        self._held = b""

    def data_received(self, data: bytes) -> None:
        *asked, self._held = (self._held + data).split(b"\r\n\r\n")
        for _ in asked:
            self._transport.write(ANSWER)


async def serve() -> None:
    """Answer everything with one page; the port goes to standard output."""
    server = await asyncio.get_running_loop().create_server(_Serving, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _timed(n: int, fetch: Callable[[int], Awaitable[int]]) -> dict[str, float]:
    numbers = iter(range(n))

    async def taker() -> int:
        n_bytes = 0
        for number in numbers:
            n_bytes += await fetch(number)
        return n_bytes

    await fetch(0)
    wall, cpu = time.perf_counter(), time.process_time()
    sizes = await asyncio.gather(*(taker() for _ in range(AT_ONCE)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if sum(sizes) != n * len(BODY):
        raise RuntimeError(f"{sum(sizes)} bytes came instead of {n * len(BODY)}")
    return {"cpu_ms": cpu / n * 1000, "rate": n / wall}


async def ours(port: int, n: int) -> dict[str, float]:
    """Fetch with the fetcher: guard, slots, bounds, timings, decoding, an Exchange for each page."""
    from linkworthy.fetch.base import Request
    from linkworthy.fetch.http import HttpFetcher
    from linkworthy.site import Limits, Network

    network = Network(connect_to=(f"shop.example:80:127.0.0.1:{port}",))
    fetcher = HttpFetcher(network, Limits(connections=AT_ONCE, connections_per_host=AT_ONCE))

    async def fetch(number: int) -> int:
        return len((await fetcher.fetch(Request(url=f"http://shop.example/{number}"))).body)

    try:
        return await _timed(n, fetch)
    finally:
        await fetcher.close()


async def peer(port: int, n: int) -> dict[str, float]:
    """Fetch with aiohttp's client as it comes."""
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def fetch(number: int) -> int:
            async with session.get(f"http://127.0.0.1:{port}/{number}") as response:
                return len(await response.read())

        return await _timed(n, fetch)


def _run(side: str, port: int, n: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.fetching", side, str(port), str(n)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {str(name): float(value) for name, value in json.loads(done.stdout).items()}


def benchmark(*, quick: bool) -> list[Result]:
    """Run both in turn, each in a process of its own, against one server."""
    n_runs, n = (3, 5_000) if quick else (7, 10_000)
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.fetching", "serve"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline()) if server.stdout else 0
        pairs = [(_run("ours", port, n), _run("peer", port, n)) for _ in range(n_runs)]
    finally:
        server.terminate()
        server.wait()
    own_ms, peer_ms = ([run["cpu_ms"] for run in runs] for runs in zip(*pairs, strict=True))
    rates = f"{median(a['rate'] for a, _ in pairs):.0f} requests/s, peer {median(b['rate'] for _, b in pairs):.0f}"
    why = f"process time of {AT_ONCE} at once, pages of 30 KB; {rates}"
    return [
        below("fetch", "cpu-ms", own_ms, unit="ms", target=0.2, peak_mb=None, why=why),
        against("fetch", "cpu-ratio", own_ms, peer_ms, peer_name="bare aiohttp client", unit="ms", target=0.8,
                peak_mb=None, why=why),
    ]  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(serve())
    else:
        side = {"ours": ours, "peer": peer}[sys.argv[1]]
        print(json.dumps(asyncio.run(side(int(sys.argv[2]), int(sys.argv[3])))))
