"""Lets a program that a test starts talk to loopback only: Python imports this where PYTHONPATH says so."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any


def _is_loopback(host: object) -> bool:
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    if text.lower() in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


class _Socket(socket.socket):
    def connect(self, address: Any) -> None:
        self._check(address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        self._check(address)
        return super().connect_ex(address)

    def _check(self, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
            raise SystemExit(f"a test may connect to loopback only: {address}")


_look_up = socket.getaddrinfo


def _getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
    if host is not None and not _is_loopback(host):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _look_up(host, *arguments, **options)


def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what libcurl announces before it connects; it does so unseen by Python's sockets."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and not _is_loopback(arguments[1][0]):
        raise SystemExit(f"a test may connect to loopback only: {arguments[1]}")


sys.addaudithook(_on_event)
socket.socket = _Socket  # type: ignore[misc]
socket.getaddrinfo = _getaddrinfo
