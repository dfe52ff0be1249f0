"""What leaves with a request: agent, own headers, credentials and conditions, and to whom they go."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from typing import Any

import pytest

from linkworthy.errors import InputError
from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.http import HttpFetcher
from linkworthy.fetch.outgoing import Outgoing
from linkworthy.site import Limits, Login, Network
from tests.support.server import Answer, Server, Talk, answer, redirect

OWN, OTHER = "shop.example", "other.example"


def is_own(host: str) -> bool:
    return host == OWN


def asked_for(
    urls: Sequence[tuple[str, str]],
    routes: dict[str, Answer] | None = None,
    *,
    login: Login | None = None,
    **network: Any,
) -> tuple[list[Exchange], list[dict[str, str]]]:
    """Fetch host and path one after the other; gives the exchanges, and the headers that the server saw."""

    async def go() -> tuple[list[Exchange], list[dict[str, str]]]:
        async with Server(routes or {"*": answer(b"x")}) as server:
            settings = Network(connect_to=(server.connect_to(OWN), server.connect_to(OTHER)), **network)
            fetcher = HttpFetcher(settings, Limits(), login=login, is_own=is_own)
            try:
                requests = [Request(url=server.url(path, host), max_hops=5) for host, path in urls]
                exchanges = [await fetcher.fetch(request) for request in requests]
            finally:
                await fetcher.close()
            return exchanges, [asked.headers for asked in server.asked]

    return asyncio.run(go())


def test_own_headers_go_to_own_hosts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGING_TOKEN", "t0ken")
    settings = {
        "headers": ("X-Staging: $STAGING_TOKEN", "Accept-Language: de"),
        "user_agent": "me/1 (+https://me.example)",
    }
    routes: dict[str, Answer] = {"/away": redirect(f"http://{OTHER}:80/"), "*": answer(b"x")}
    _, (own, other) = asked_for([(OWN, "/"), (OTHER, "/")], routes, **settings)
    assert (own["x-staging"], own["accept-language"]) == ("t0ken", "de")
    assert "x-staging" not in other
    assert "accept-language" not in other
    assert own["user-agent"] == other["user-agent"] == "me/1 (+https://me.example)"


def test_own_headers_do_not_follow_a_redirect_to_another_host() -> None:
    async def go() -> list[dict[str, str]]:
        async with Server({"/": answer(b"end")}) as server:
            server.routes["/away"] = redirect(server.url("/", OTHER))
            network = Network(connect_to=(server.connect_to(OWN), server.connect_to(OTHER)), headers=("X-Key: 1",))
            fetcher = HttpFetcher(network, Limits(), is_own=is_own)
            try:
                await fetcher.fetch(Request(url=server.url("/away", OWN), max_hops=3))
            finally:
                await fetcher.close()
            return [asked.headers for asked in server.asked]

    own, other = asyncio.run(go())
    assert (own.get("x-key"), other.get("x-key")) == ("1", None)


def test_basic_credentials_come_from_the_environment_and_go_to_own_hosts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_USER", "zoë")
    monkeypatch.setenv("SHOP_PASSWORD", "a:b")
    login = Login(user_env="SHOP_USER", password_env="SHOP_PASSWORD")  # noqa: S106 - a variable's name
    _, (own, other) = asked_for([(OWN, "/"), (OTHER, "/")], login=login)
    assert base64.b64decode(own["authorization"].removeprefix("Basic ")).decode() == "zoë:a:b"
    assert "authorization" not in other


def test_a_header_of_the_request_takes_the_place_of_the_fetcher_s_own() -> None:
    async def script(talk: Talk) -> None:
        is_bot = "Googlebot" in talk.asked.headers["user-agent"]
        await talk.send(answer(b"for the bot" if is_bot else b"for people"))

    async def go() -> list[bytes]:
        async with Server({"*": script}) as server:
            fetcher = HttpFetcher(Network(connect_to=(server.connect_to(OWN),)), Limits())
            try:
                agents = ((), (("User-Agent", "Googlebot/2.1"),), (("user-agent", "people"),))
                url = server.url("/", OWN)
                return [(await fetcher.fetch(Request(url=url, headers=agent))).body for agent in agents]
            finally:
                await fetcher.close()

    assert asyncio.run(go()) == [b"for people", b"for the bot", b"for people"]


@pytest.mark.parametrize(
    "settings",
    [
        {"headers": ("no colon",)},
        {"headers": ("Bad Name: x",)},
        {"headers": ("Host: evil.example",)},
        {"headers": ("X-A: b\r\nX-B: c",)},
        {"headers": ("X-A: $NO_SUCH_VARIABLE",)},
        {"user_agent": ""},
        {"user_agent": "me\r\nX-B: c"},
    ],
)
def test_what_cannot_be_sent_is_an_input_error(settings: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        HttpFetcher(Network(**settings), Limits())


def test_a_secret_that_the_environment_lacks_is_an_input_error() -> None:
    with pytest.raises(InputError, match="NO_SUCH_VARIABLE"):
        Outgoing(Network(), Login(user_env="NO_SUCH_VARIABLE"), is_own)


# Conditions


async def conditional(talk: Talk) -> None:
    if talk.asked.headers.get("if-none-match") == '"v1"' or "if-modified-since" in talk.asked.headers:
        await talk.send(b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n')
    else:
        await talk.send(answer(b"new", headers={"ETag": '"v1"'}))


def ask(request: Request, routes: dict[str, Answer]) -> tuple[Exchange, list[dict[str, str]]]:
    async def go() -> tuple[Exchange, list[dict[str, str]]]:
        async with Server(routes) as server:
            fetcher = HttpFetcher(Network(connect_to=(f"{OWN}:80:127.0.0.1:{server.port}",)), Limits())
            try:
                return await fetcher.fetch(request), [asked.headers for asked in server.asked]
            finally:
                await fetcher.close()

    return asyncio.run(go())


@pytest.mark.parametrize(
    "condition",
    [{"if_none_match": '"v1"'}, {"if_modified_since": "Sun, 22 Nov 2026 12:00:00 GMT"}],
    ids=["etag", "date"],
)
def test_what_did_not_change_is_answered_by_304(condition: dict[str, str]) -> None:
    exchange, _ = ask(Request(url=f"http://{OWN}/", **condition), {"*": conditional})  # type: ignore[arg-type]
    assert (exchange.status, exchange.fault, exchange.body, exchange.is_truncated) == (304, None, b"", False)


def test_what_changed_is_sent() -> None:
    exchange, _ = ask(Request(url=f"http://{OWN}/", if_none_match='"v0"'), {"*": conditional})
    assert (exchange.status, exchange.body, exchange.header("etag")) == (200, b"new", '"v1"')


def test_a_condition_is_not_put_to_what_a_redirect_leads_to() -> None:
    request = Request(url=f"http://{OWN}/old", if_none_match='"v1"', max_hops=2)
    exchange, (first, second) = ask(request, {"/old": redirect("/new"), "/new": conditional})
    assert (exchange.status, exchange.body) == (200, b"new")
    assert ("if-none-match" in first, "if-none-match" in second) == (True, False)


def test_a_validator_with_a_line_break_is_not_sent() -> None:
    exchange, (headers,) = ask(Request(url=f"http://{OWN}/", if_none_match='"v1"\r\nX-A: b'), {"*": conditional})
    assert exchange.status == 200
    assert "x-a" not in headers
