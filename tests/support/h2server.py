"""A loopback server that speaks HTTP/2 over TLS, or HTTP/1.1 with clients that ask for it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import trustme
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded, StreamReset, WindowUpdated
from h2.exceptions import ProtocolError

HOST = "127.0.0.1"
RESET = b"\x00reset"
"""A body that stands for a reset of the stream instead of an answer."""
GARBAGE = b"\x00garbage"
"""A body that stands for bytes that are no HTTP/2."""


def context(ca: trustme.CA, *names: str, protocols: tuple[str, ...] = ("h2", "http/1.1")) -> ssl.SSLContext:
    """Give the TLS of a server with a certificate for these names, which offers these protocols."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(*names).configure_cert(made)
    made.set_alpn_protocols(list(protocols))
    return made


@dataclass
class H2Server:
    """Answers each path with a body; a path that it does not know is a 404."""

    tls: ssl.SSLContext
    bodies: Mapping[str, bytes] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Protocol, and the headers of each request."""
    n_connections: int = 0
    port: int = 0
    _server: asyncio.Server | None = None

    def url(self, target: str, host: str) -> str:
        """Give the URL of a path."""
        return f"https://{host}:{self.port}{target}"

    def connect_to(self, host: str) -> str:
        """Give the setting that leads a host's connections here."""
        return f"{host}:{self.port}:{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Talk(self), HOST, 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        await asyncio.sleep(0.01)


class _Talk(asyncio.Protocol):
    def __init__(self, server: H2Server) -> None:
        self._server = server
        self._rest: dict[int, bytes] = {}
        self._streams: dict[int, dict[str, str]] = {}
        self._is_h2 = False
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.n_connections += 1
        self._is_h2 = transport.get_extra_info("ssl_object").selected_alpn_protocol() == "h2"
        if self._is_h2:
            self._h2.initiate_connection()
            transport.write(self._h2.data_to_send())

    def data_received(self, data: bytes) -> None:
        if not self._is_h2:
            self._answer_plainly(data)
            return
        try:
            events = self._h2.receive_data(data)
        except ProtocolError:
            self._transport.close()
            return
        for event in events:
            if isinstance(event, RequestReceived):
                self._streams[event.stream_id] = {str(name): str(value) for name, value in event.headers}
            elif isinstance(event, DataReceived):
                self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, StreamEnded):
                self._answer(event.stream_id)
            elif isinstance(event, StreamReset):
                self._rest.pop(event.stream_id, None)
            elif isinstance(event, WindowUpdated):
                for stream in list(self._rest):
                    self._send(stream)
        self._transport.write(self._h2.data_to_send())

    def _answer(self, stream: int) -> None:
        headers = self._streams.pop(stream)
        self._server.asked.append(("h2", headers))
        body = self._server.bodies.get(headers[":path"])
        if body == GARBAGE:
            self._transport.write(b"\x00\x00\x01\x00\x00\x00\x00\x00\x00x")  # data on stream 0
            return
        if body == RESET:
            self._h2.reset_stream(stream, error_code=2)
            return
        status = "404" if body is None else "200"
        self._h2.send_headers(
            stream, [(":status", status), ("content-type", "text/html"), *self._server.headers.items()]
        )
        self._rest[stream] = body or b"absent"
        self._send(stream)

    def _send(self, stream: int) -> None:
        """Send as much as the windows allow."""
        while stream in self._rest:
            room = min(self._h2.local_flow_control_window(stream), self._h2.max_outbound_frame_size)
            if room <= 0:
                return
            piece, left = self._rest[stream][:room], self._rest[stream][room:]
            self._h2.send_data(stream, piece, end_stream=not left)
            self._rest[stream] = left
            if not left:
                del self._rest[stream]

    def _answer_plainly(self, data: bytes) -> None:
        for head in data.split(b"\r\n\r\n")[:-1]:
            path = head.split(b" ")[1].decode()
            self._server.asked.append(("http/1.1", {":path": path}))
            body = self._server.bodies.get(path, b"absent")
            body = b"plain" if body in {RESET, GARBAGE} else body
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
