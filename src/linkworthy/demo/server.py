"""Serves a world on loopback: every site on its own address, over http and https, behind a throwaway authority."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from linkworthy import urls
from linkworthy.demo.model import Answer, Host, World
from linkworthy.errors import InputError

_REDIRECT_TO_HTTPS = 301
_BACKLOG = 128
_NAMED = re.compile(rb"https?://([a-z0-9.-]+\.example)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where a world is being served."""

    connect_to: tuple[str, ...]
    """HOST:PORT:ADDRESS:PORT for ports 80 and 443 of every host, and of every host that some page names."""
    ca_file: Path
    """PEM file of the throwaway authority."""
    notes: tuple[str, ...] = ()
    """What differs from the plan on this machine."""


class _Site:
    """Answers the requests to one address and scheme; which site is meant is told by the Host header."""

    def __init__(self, world: World, scheme: str, refused: Counter[str], closing: asyncio.Event) -> None:
        self._world = world
        self._scheme = scheme
        self._refused = refused
        self._closing = closing

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        host = self._world.hosts.get(urls.host_of(f"//{request.headers.get('host', '')}").lower())
        if host is None:
            return web.Response(status=421, text="no such site here\n")
        if self._scheme not in host.schemes:
            return web.Response(
                status=_REDIRECT_TO_HTTPS, headers={"location": f"https://{host.name}{request.raw_path}"}
            )
        url, answer = find(self._world, host, self._scheme, request.raw_path)
        return await self._give(url, answer, is_head=request.method == "HEAD")

    async def _give(self, url: str, answer: Answer, *, is_head: bool) -> web.StreamResponse:
        if answer.is_never:
            await self._closing.wait()
        if answer.delay_s:
            await asyncio.sleep(answer.delay_s)
        if self._refused[url] < answer.n_refusals:
            self._refused[url] += 1
            return web.Response(status=429, headers={"retry-after": "1"}, text="slow down\n")
        return web.Response(status=answer.status, headers=dict(answer.headers), body=b"" if is_head else answer.body)


def find(world: World, host: Host, scheme: str, path: str) -> tuple[str, Answer]:
    """Find the answer to a path with its query; a query that nobody knows is ignored, as most servers do."""
    name = host.alias_of or host.name
    asked = urls.normalise(f"{host.twin_scheme or scheme}://{name}{path}") or ""
    for url in (asked, asked.partition("?")[0]):
        if url in world.answers:
            return url, world.answers[url]
    return asked, host.not_found


@asynccontextmanager
async def serve(world: World) -> AsyncIterator[Served]:
    """Serve a world until the context is left.

    Raises: InputError where the package trustme is missing, or loopback cannot be bound at all.
    """
    authority = _authority()
    closing = asyncio.Event()
    runners: list[web.ServerRunner] = []
    idle = socket.socket()
    idle.bind(("127.0.0.1", 0))  # bound and never listening: whoever connects is refused
    try:
        with tempfile.TemporaryDirectory(prefix="linkworthy-demo-") as folder:
            ca_file = Path(folder) / "ca.pem"
            authority.cert_pem.write_to_path(str(ca_file))
            places, notes = await _listen(world, authority, runners, closing)
            entries = tuple(_entries(world, places, idle.getsockname()))
            yield Served(connect_to=entries, ca_file=ca_file, notes=notes)
    finally:
        closing.set()
        for runner in runners:
            await runner.cleanup()
        idle.close()


def _authority() -> Any:
    try:
        import trustme  # noqa: PLC0415 - an extra: only the demonstration web needs it
    except ImportError:
        raise InputError(
            "the demonstration web needs the package trustme for its certificates; pip install 'linkworthy[demo]'"
        ) from None
    return trustme.CA()


async def _listen(
    world: World, authority: Any, runners: list[web.ServerRunner], closing: asyncio.Event
) -> tuple[dict[tuple[str, str], tuple[str, int]], tuple[str, ...]]:
    """Open one socket per address and scheme; give where each is, and what had to be done differently."""
    refused: Counter[str] = Counter()
    places: dict[tuple[str, str], tuple[str, int]] = {}
    notes: list[str] = []
    by_address: dict[str, list[Host]] = {}
    for host in world.hosts.values():
        by_address.setdefault(host.address, []).append(host)
    for address, hosts in sorted(by_address.items()):
        for scheme in ("http", "https"):
            if scheme == "https" and not any("https" in host.schemes for host in hosts):
                continue
            server = web.Server(_Site(world, scheme, refused, closing).handle, access_log=None)
            runner = web.ServerRunner(server, shutdown_timeout=0.2)
            await runner.setup()
            runners.append(runner)
            bound = _bind(address)
            if bound.getsockname()[0] != address:
                notes.append(f"{address} cannot be bound here: its sites answer at 127.0.0.1")
            context = _certified(authority, [host.name for host in hosts]) if scheme == "https" else None
            await web.SockSite(runner, bound, ssl_context=context, backlog=_BACKLOG).start()
            places[address, scheme] = bound.getsockname()
    return places, tuple(dict.fromkeys(notes))


def _bind(address: str) -> socket.socket:
    """Bind a free port; where the system knows 127.0.0.1 only (macOS), bind there."""
    for candidate in (address, "127.0.0.1"):
        bound = socket.socket()
        try:
            bound.bind((candidate, 0))
        except OSError:
            bound.close()
            continue
        return bound
    raise InputError("no port of 127.0.0.1 can be bound; the demonstration web needs loopback")


def _certified(authority: Any, names: list[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def _entries(world: World, places: dict[tuple[str, str], tuple[str, int]], idle: tuple[str, int]) -> list[str]:
    out = []
    for name in sorted(world.hosts.keys() | strangers(world)):
        host = world.hosts.get(name)
        for scheme, port in (("http", 80), ("https", 443)):
            is_open = host is not None and (scheme == "http" or "https" in host.schemes)
            address, at = places[host.address, scheme] if host is not None and is_open else idle
            out.append(f"{name}:{port}:{address}:{at}")
    return out


def strangers(world: World) -> set[str]:
    """Give names that pages link to and nobody serves: connections to them are refused, and no resolver is asked."""
    named = {name.decode() for answer in world.answers.values() for name in _NAMED.findall(answer.body)}
    return named - world.hosts.keys()
