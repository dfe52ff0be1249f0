"""From a host and port to the addresses that a connection may go to: the system's resolver, and the user's own map."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.fetch.base import Fault

ANSWER_KEPT_S = 300.0
"""How long an answer stands; getaddrinfo does not tell the record's own time to live."""
FAILURE_KEPT_S = 30.0
"""How long a failure stands."""
MAX_KEPT = 50_000
"""Hosts whose answer is kept."""
MAX_ADDRESSES = 2
"""Addresses tried of each family: enough for a dead one, and a bound on a name with hundreds."""
DNS_TIMEOUT_S = 10.0
"""Seconds for one look-up."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a connection goes."""

    host: str
    """IPv4 or IPv6 address, without brackets."""
    port: int
    is_named: bool = False
    """The user named this address: the guard against private addresses lets it pass."""


class ResolveError(Exception):
    """A name has no address that may be used; carries the fault of the hop."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(detail)
        self.fault: Fault = fault
        self.detail = detail


class Resolver(Protocol):
    """Turns a host and port into addresses."""

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        """Give at least one address.

        Raises: ResolveError.
        """
        ...

    async def close(self) -> None:
        """Let go of threads and sockets."""
        ...


class SystemResolver:
    """The system's resolver, in threads, with a bounded cache; one look-up a host at a time."""

    def __init__(self, *, threads: int = 16) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="resolve")
        self._kept: OrderedDict[str, tuple[float, tuple[str, ...] | ResolveError]] = OrderedDict()
        self._running: dict[str, asyncio.Future[tuple[str, ...] | ResolveError]] = {}

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        """Give the addresses of a host, those of both families by turns.

        Raises: ResolveError.
        """
        found = self._recall(host)
        if found is None:
            running = self._running.get(host)
            if running is None:
                running = asyncio.ensure_future(self._look_up(host))
                self._running[host] = running
            found = await asyncio.shield(running)
        if isinstance(found, ResolveError):
            raise ResolveError(found.fault, found.detail)
        return [Address(address, port) for address in found]

    async def close(self) -> None:
        """Drop the threads; a look-up under way ends by itself."""
        for running in self._running.values():
            running.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def recall(self, host: str, port: int) -> Sequence[Address] | None:
        """Give what is known of a host without asking; null where nothing is, or only a failure."""
        found = self._recall(host)
        return [Address(address, port) for address in found] if isinstance(found, tuple) else None

    def _recall(self, host: str) -> tuple[str, ...] | ResolveError | None:
        until, found = self._kept.get(host, (0.0, None))
        if found is None or until < time.monotonic():
            return None
        self._kept.move_to_end(host)
        return found

    async def _look_up(self, host: str) -> tuple[str, ...] | ResolveError:
        loop = asyncio.get_running_loop()
        found: tuple[str, ...] | ResolveError
        try:
            async with asyncio.timeout(DNS_TIMEOUT_S):
                found = await loop.run_in_executor(self._pool, _addresses_of, host)
        except TimeoutError:
            found = ResolveError("name-failure", f"no answer in {DNS_TIMEOUT_S:g} s")
        except (OSError, UnicodeError) as fault:
            found = _error_of(fault)
        finally:
            self._running.pop(host, None)
        kept_s = FAILURE_KEPT_S if isinstance(found, ResolveError) else ANSWER_KEPT_S
        self._kept[host] = (time.monotonic() + kept_s, found)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return found


def _addresses_of(host: str) -> tuple[str, ...]:
    """Ask the system; runs in a thread."""
    infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    found = list(dict.fromkeys(str(info[4][0]) for info in infos))
    v6 = [address for address in found if ":" in address][:MAX_ADDRESSES]
    v4 = [address for address in found if ":" not in address][:MAX_ADDRESSES]
    return tuple(pair for n in range(MAX_ADDRESSES) for pair in (*v6[n : n + 1], *v4[n : n + 1]))


_ABSENT_NAMES = frozenset(
    number for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if (number := getattr(socket, name, None))
)


def _error_of(fault: OSError | UnicodeError) -> ResolveError:
    is_absent = isinstance(fault, UnicodeError) or fault.errno in _ABSENT_NAMES
    return ResolveError("name-not-found" if is_absent else "name-failure", str(fault))


@dataclass(frozen=True, slots=True)
class _Route:
    host: str
    port: int | None
    address: str
    to_port: int | None

    def matches(self, host: str, port: int) -> bool:
        if self.port is not None and self.port != port:
            return False
        return not self.host or host == self.host or (self.host.startswith("*.") and host.endswith(self.host[1:]))


class ConnectTo:
    """Sends connections where the user said, HOST:PORT:ADDRESS:PORT, and all else to another resolver.

    As with curl's --connect-to an empty HOST or PORT stands for any; besides, ``*.example`` stands for all hosts
    below it. Only the connection moves: the Host header and the name asked of TLS stay.
    """

    def __init__(self, entries: Iterable[str], otherwise: Resolver) -> None:
        self._otherwise = otherwise
        self._named: dict[str, list[tuple[int, _Route]]] = {}
        self._patterns: list[tuple[int, _Route]] = []
        for number, route in enumerate(map(_read_route, entries)):
            is_pattern = not route.host or route.host.startswith("*.")
            places = self._patterns if is_pattern else self._named.setdefault(route.host, [])
            places.append((number, route))

    def recall(self, host: str, port: int) -> Sequence[Address] | None:
        """Give the addresses that are known without asking anybody, null where there are none."""
        found = [place for place in (*self._named.get(host, ()), *self._patterns) if place[1].matches(host, port)]
        if found:
            _, route = min(found, key=lambda place: place[0])
            return [Address(route.address, route.to_port or port, is_named=True)]
        return self._otherwise.recall(host, port) if isinstance(self._otherwise, SystemResolver) else None

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        """Give the address of the first entry that matches, else what the other resolver gives.

        Raises: ResolveError.
        """
        return self.recall(host, port) or await self._otherwise.resolve(host, port)

    async def close(self) -> None:
        """Close the other resolver."""
        await self._otherwise.close()


def _read_route(entry: str) -> _Route:
    fields = _split(entry)
    if len(fields) != 4:
        raise InputError(f"connect_to: {entry!r} is not HOST:PORT:ADDRESS:PORT (IPv6 addresses in brackets)")
    host, port, address, to_port = fields
    if not urls.is_address(address):
        raise InputError(f"connect_to: {address!r} in {entry!r} is no IPv4 or IPv6 address")
    if urls.is_address(host):
        raise InputError(f"connect_to: {host!r} in {entry!r} should be a host name; for an address use allow_private")
    return _Route(_host(host, entry), _port(port, entry), address.strip("[]"), _port(to_port, entry))


def _split(entry: str) -> list[str]:
    """Split at colons outside brackets."""
    fields = [""]
    depth = 0
    for sign in entry:
        depth += (sign == "[") - (sign == "]")
        if sign == ":" and depth == 0:
            fields.append("")
        else:
            fields[-1] += sign
    return fields


def _host(host: str, entry: str) -> str:
    wild, bare = ("*.", host[2:]) if host.startswith("*.") else ("", host)
    if not bare:
        if wild:
            raise InputError(f"connect_to: {entry!r} names no host after '*.'")
        return ""
    url = urls.normalise(f"http://{bare}/")
    if url is None:
        raise InputError(f"connect_to: {host!r} in {entry!r} is no host name")
    return wild + urls.host_of(url)


def _port(text: str, entry: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65_536):
        raise InputError(f"connect_to: {text!r} in {entry!r} is no port")
    return int(text)
