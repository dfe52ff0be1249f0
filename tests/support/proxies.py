"""Loopback proxies: one that speaks HTTP, plain and by CONNECT, and one that speaks SOCKS 5."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"


@dataclass
class Proxy:
    """Passes everything on to one server, whatever name it is asked for."""

    to_port: int
    is_socks: bool = False
    authorization: str | None = None
    """What Proxy-Authorization has to say."""
    asked: list[str] = field(default_factory=list)
    """First line of each request, or the name that SOCKS asked for."""
    port: int = 0
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._socks if self.is_socks else self._http, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        await asyncio.sleep(0.01)

    async def _http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            first = head.split(b"\r\n")[0].decode()
            self.asked.append(first)
            if self.authorization and f"proxy-authorization: {self.authorization}".lower() not in head.decode().lower():
                writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            elif first.startswith("CONNECT"):
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await self._join(reader, writer, b"")
            else:
                method, url, version = first.split(" ")
                path = "/" + url.partition("://")[2].partition("/")[2]
                await self._join(reader, writer, head.replace(first.encode(), f"{method} {path} {version}".encode(), 1))
        writer.close()

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            _version, n_methods = await reader.readexactly(2)
            await reader.readexactly(n_methods)
            writer.write(b"\x05\x00")
            kind = (await reader.readexactly(4))[3]
            length = (await reader.readexactly(1))[0] if kind == 3 else 4
            self.asked.append((await reader.readexactly(length)).decode("latin-1"))
            await reader.readexactly(2)
            writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
            await self._join(reader, writer, b"")
        writer.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(HOST, self.to_port)
        inner_writer.write(first)
        await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
