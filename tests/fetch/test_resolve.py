"""From names to addresses: the system's resolver and the user's own map."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Any

import pytest

from linkworthy.errors import InputError
from linkworthy.fetch import resolve
from linkworthy.fetch.resolve import Address, ConnectTo, ResolveError, SystemResolver


class Nowhere:
    """A resolver that knows no name."""

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        raise ResolveError("name-not-found", f"{host}:{port}")

    async def close(self) -> None:
        """Nothing to close."""


def look_up(entries: list[str], host: str, port: int) -> Address:
    async def go() -> Address:
        return (await ConnectTo(entries, Nowhere()).resolve(host, port))[0]

    return asyncio.run(go())


def test_a_connection_goes_where_the_user_said() -> None:
    found = look_up(["shop.example:443:127.0.0.5:8443"], "shop.example", 443)
    assert found == Address("127.0.0.5", 8443, is_named=True)


def test_ipv6_addresses_stand_in_brackets() -> None:
    assert look_up(["shop.example:80:[::1]:8080"], "shop.example", 80) == Address("::1", 8080, is_named=True)


@pytest.mark.parametrize("host", ["a.example", "a.b.example"])
def test_a_star_stands_for_all_hosts_below(host: str) -> None:
    assert look_up(["*.example:80:127.0.0.1:8080"], host, 80).port == 8080


@pytest.mark.parametrize(("host", "port"), [("example", 80), ("badexample", 80), ("a.example", 443), ("other.org", 80)])
def test_what_the_user_did_not_name_goes_to_the_other_resolver(host: str, port: int) -> None:
    with pytest.raises(ResolveError):
        look_up(["*.example:80:127.0.0.1:8080"], host, port)


def test_an_empty_host_or_port_stands_for_any() -> None:
    assert look_up(["::127.0.0.1:9000"], "any.example", 81).port == 9000
    assert look_up([":443:127.0.0.1:"], "any.example", 443).port == 443


def test_the_first_entry_that_matches_counts_and_names_are_folded() -> None:
    entries = ["B\u00fccher.example:80:127.0.0.2:1", "*.example:80:127.0.0.3:2"]
    assert look_up(entries, "xn--bcher-kva.example", 80).host == "127.0.0.2"
    assert look_up(entries, "other.example", 80).host == "127.0.0.3"


@pytest.mark.parametrize(
    "entry",
    ["shop.example", "shop.example:80:127.0.0.1", "shop.example:80:localhost:80", "a:80:127.0.0.1:0", "*.:80:::1:80",
     "a:x:127.0.0.1:80", "a:80:127.0.0.1:99999", "127.0.0.1:80:127.0.0.1:81", "a b:80:127.0.0.1:80",
     "*.:1:127.0.0.1:1"],
)  # fmt: skip
def test_an_entry_that_cannot_be_read_is_an_input_error(entry: str) -> None:
    with pytest.raises(InputError, match="connect_to"):
        ConnectTo([entry], Nowhere())


def answers(monkeypatch: pytest.MonkeyPatch, *found: list[str] | OSError) -> list[str]:
    """Let the system's look-up give these addresses, the last one again and again; returns the names asked for."""
    asked: list[str] = []
    left = list(found)

    def getaddrinfo(host: str, *_arguments: Any, **_options: Any) -> list[Any]:
        asked.append(host)
        now = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(now, OSError):
            raise now
        return [(socket.AF_INET6 if ":" in ip else socket.AF_INET, 1, 6, "", (ip, 0)) for ip in now]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def system(*hosts: str) -> list[list[str] | tuple[str, str]]:
    """Look hosts up at the same time, then once more each."""

    async def one(resolver: SystemResolver, host: str) -> list[str] | tuple[str, str]:
        try:
            return [address.host for address in await resolver.resolve(host, 80)]
        except ResolveError as error:
            return (error.fault, error.detail)

    async def go() -> list[list[str] | tuple[str, str]]:
        resolver = SystemResolver(threads=2)
        try:
            first = await asyncio.gather(*(one(resolver, host) for host in hosts))
            return [*first, *[await one(resolver, host) for host in hosts]]
        finally:
            await resolver.close()

    return asyncio.run(go())


def test_a_host_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answers(monkeypatch, ["8.8.8.8"])
    assert system("a.example", "a.example", "a.example") == [["8.8.8.8"]] * 6
    assert asked == ["a.example"]


def test_families_take_turns_and_few_addresses_of_each_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ["1.1.1.1", "1.1.1.1", "1.1.1.2", "1.1.1.3", "2606:4700::1"])
    assert system("a.example")[0] == ["2606:4700::1", "1.1.1.1", "1.1.1.2"]


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (socket.EAI_NONAME, "name-not-found"),
        (socket.EAI_NODATA, "name-not-found"),
        (socket.EAI_AGAIN, "name-failure"),
        (socket.EAI_FAIL, "name-failure"),
    ],
)
def test_an_absent_name_is_told_apart_from_a_failure(number: int, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answers(monkeypatch, socket.gaierror(number, "why"))
    assert {found[0] for found in system("a.example")} == {fault}
    assert len(asked) == 1  # a failure is kept as well


def test_kept_answers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answers(monkeypatch, ["8.8.8.8"])
    monkeypatch.setattr(resolve, "MAX_KEPT", 2)
    system("a.example", "b.example", "c.example")
    assert len(asked) > 3
