"""A loopback server that answers as scripted, raw bytes included, so that it can misbehave in every way."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    """Names in lower case."""
    connection: int
    """Number of the connection, from 1."""
    content: bytes = b""
    """The body, where the request had one."""


@dataclass(slots=True)
class Talk:
    """What a script works with: the request, and the connection that it may write to, reset or close."""

    asked: Asked
    writer: asyncio.StreamWriter
    is_open: bool = True

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    async def close(self) -> None:
        """Close the connection in order."""
        self.is_open = False
        self.writer.close()

    async def reset(self) -> None:
        """Break the connection off."""
        self.is_open = False
        self.writer.transport.abort()


Script = Callable[[Talk], Awaitable[None]]
Answer = bytes | Script


def answer(
    body: bytes = b"", status: str = "200 OK", headers: Mapping[str, str] | None = None, *, length: int | None = None
) -> bytes:
    """Give a well-formed answer; ``length`` lies about the length of its body."""
    named = {"Content-Type": "text/html", "Content-Length": str(len(body) if length is None else length)}
    lines = [
        f"HTTP/1.1 {status}",
        *(f"{name}: {value}" for name, value in (named | dict(headers or {})).items() if value),
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def redirect(location: str, status: str = "301 Moved Permanently") -> bytes:
    """Give a redirect."""
    return answer(b"moved", status, {"Location": location})


@dataclass
class Server:
    """Serves scripts by path; a path without one gets that of ``*``, else a 404."""

    routes: dict[str, Answer] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    host: str = HOST
    asked: list[Asked] = field(default_factory=list)
    n_connections: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def url(self, target: str = "/", host: str | None = None) -> str:
        """Give the URL of a path on this server."""
        return f"{'https' if self.tls else 'http'}://{host or self.host}:{self.port}{target}"

    def connect_to(self, host: str, port: int | None = None) -> str:
        """Give the setting that leads a host's connections here."""
        return f"{host}:{port or self.port}:{self.host}:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self.host, 0, ssl=self.tls, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self.n_connections += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._converse(reader, writer, self.n_connections)
        finally:
            writer.transport.abort() if self.tls else writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            asked = _read(head, number)
            if n_bytes := int(asked.headers.get("content-length", 0)):
                asked = replace(asked, content=await reader.readexactly(n_bytes))
            self.asked.append(asked)
            script = self.routes.get(asked.target) or self.routes.get("*") or answer(b"absent", "404 Not Found")
            talk = Talk(asked, writer)
            if callable(script):
                await script(talk)
            else:
                await talk.send(script)
            if not talk.is_open:
                return


def _read(head: bytes, number: int) -> Asked:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _version = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if line)
    return Asked(method, target, {name.lower(): value.strip() for name, _, value in pairs}, number)


def raw(*pieces: bytes, pause_s: float = 0.0) -> Script:
    """Give a script that sends pieces of raw bytes and closes."""

    async def script(talk: Talk) -> None:
        for piece in pieces:
            await talk.send(piece)
            if pause_s:
                await asyncio.sleep(pause_s)
        await talk.close()

    return script


def endless(head: bytes, piece: bytes, pause_s: float = 0.0) -> Script:
    """Give a script that sends a head and then the same piece without end."""

    async def script(talk: Talk) -> None:
        await talk.send(head)
        while True:
            await talk.send(piece)
            await asyncio.sleep(pause_s)

    return script


async def silence(talk: Talk) -> None:
    """Never answer."""
    await asyncio.sleep(3600)


async def hang_up(talk: Talk) -> None:
    """Close without an answer."""
    await talk.close()


async def break_off(talk: Talk) -> None:
    """Reset without an answer."""
    await talk.reset()
