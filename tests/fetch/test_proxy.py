"""Through proxies: which hosts, with what credentials, and no way round the guard."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import trustme

from linkworthy.errors import InputError
from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.http import HttpFetcher
from linkworthy.fetch.proxy import Proxy
from linkworthy.fetch.resolve import Address, ResolveError
from linkworthy.site import Limits, Network
from tests.support import proxies
from tests.support.server import Server, answer


class Deaf:
    """A resolver that must not be asked: the proxy looks names up."""

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        raise ResolveError("name-failure", f"{host}:{port} was looked up")

    async def close(self) -> None:
        """Nothing to close."""


def through(
    url: str,
    *,
    scheme: str = "http",
    tls: ssl.SSLContext | None = None,
    authorization: str | None = None,
    **network: Any,
) -> tuple[Exchange, list[str], Server]:
    """Fetch a URL through a proxy behind which one server answers for all names."""

    async def go() -> tuple[Exchange, list[str], Server]:
        async with Server({"*": answer(b"through")}, tls=tls) as server:
            is_socks = scheme.startswith("socks")
            async with proxies.Proxy(server.port, is_socks=is_socks, authorization=authorization) as proxy:
                settings = Network(proxy=f"{scheme}://127.0.0.1:{proxy.port}", **network)
                fetcher = HttpFetcher(settings, Limits(), resolver=Deaf())
                try:
                    return await fetcher.fetch(Request(url=url, timeout_s=5)), proxy.asked, server
                finally:
                    await fetcher.close()

    return asyncio.run(go())


def test_http_is_asked_of_the_proxy_by_its_whole_url() -> None:
    exchange, asked, server = through("http://shop.example/a?b=c%2f")
    assert (exchange.status, exchange.body, exchange.last.address) == (200, b"through", None)
    assert asked[0].startswith("GET http://shop.example/a?b=c%2")
    assert server.asked[0].headers["host"] == "shop.example"


def test_https_is_asked_through_a_tunnel(tmp_path: Path) -> None:
    ca = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("shop.example").configure_cert(context)
    path = str(tmp_path / "ca.pem")
    ca.cert_pem.write_to_path(path)
    exchange, asked, _ = through("https://shop.example/", tls=context, ca_file=path)
    assert (exchange.status, exchange.body) == (200, b"through")
    assert asked[0].startswith("CONNECT shop.example:443 ")


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_is_told_the_name(scheme: str) -> None:
    exchange, asked, _ = through("http://shop.example/", scheme=scheme)
    assert (exchange.body, asked) == (b"through", ["shop.example"])


def test_credentials_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXY_USER", "me")
    monkeypatch.setenv("PROXY_PASSWORD", "s:ecret")
    wanted = f"Basic {base64.b64encode(b'me:s:ecret').decode()}"
    named = {"proxy_user_env": "PROXY_USER", "proxy_password_env": "PROXY_PASSWORD"}
    exchange, _, server = through("http://shop.example/", authorization=wanted, **named)
    assert exchange.body == b"through"
    refused, _, _ = through("http://shop.example/", authorization="Basic other", **named)
    assert (refused.status, refused.fault) == (None, "proxy-failure")
    assert "proxy-authorization" not in server.asked[0].headers or server.asked[0].headers["host"] == "shop.example"


@pytest.mark.parametrize("url", ["http://shop.example/", "https://shop.example/"])
def test_a_proxy_that_refuses_us_or_is_not_there_is_a_fault_of_the_proxy(url: str) -> None:
    exchange, _, _ = through(url, authorization="Basic other")
    assert (exchange.status, exchange.fault) == (None, "proxy-failure")

    async def go() -> Exchange:
        async with Server() as server:
            port = server.port
        fetcher = HttpFetcher(Network(proxy=f"http://127.0.0.1:{port}"), Limits())
        try:
            return await fetcher.fetch(Request(url=url, timeout_s=5))
        finally:
            await fetcher.close()

    assert asyncio.run(go()).fault == "proxy-failure"


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "10.1.2.3", "169.254.169.254"])
def test_a_proxy_is_not_asked_for_private_addresses(host: str) -> None:
    exchange, asked, _ = through(f"http://{host}/")
    assert (exchange.fault, asked) == ("private-address", [])


@pytest.mark.parametrize(
    ("no_proxy", "host", "is_direct"),
    [
        (("shop.example",), "shop.example", True),
        (("shop.example",), "www.shop.example", True),
        ((".shop.example",), "shop.example", True),
        (("*.shop.example",), "www.shop.example", True),
        (("shop.example",), "workshop.example", False),
        (("192.168.0.0/16",), "192.168.3.4", True),
        (("192.168.0.0/16",), "193.168.3.4", False),
        (("fd00::/8",), "[fd00::1]", True),
        (("*",), "anything.example", True),
        ((" ",), "anything.example", False),
        ((), "anything.example", False),
    ],
)
def test_some_hosts_are_asked_without_the_proxy(no_proxy: tuple[str, ...], host: str, *, is_direct: bool) -> None:
    proxy = Proxy(Network(proxy="proxy.example:3128", no_proxy=no_proxy))
    assert (proxy.url_for(host) is None) == is_direct


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("proxy.example:3128", "http://proxy.example:3128"),
        ("http://proxy.example", "http://proxy.example:80"),
        ("https://proxy.example", "https://proxy.example:443"),
        ("socks5://[::1]:1080", "socks5h://[::1]:1080"),
        ("socks4://proxy.example", "socks4a://proxy.example:1080"),
    ],
)
def test_a_proxy_is_named_as_usual_and_always_looks_names_up(text: str, url: str) -> None:
    assert Proxy(Network(proxy=text)).url_for("a.example") == url


@pytest.mark.parametrize(
    "settings",
    [
        {"proxy": "ftp://proxy.example"},
        {"proxy": "http://user:password@proxy.example"},
        {"proxy": "http://proxy.example:99999"},
        {"proxy": "http://proxy.example", "proxy_user_env": "NO_SUCH_VARIABLE"},
    ],
)
def test_what_names_no_proxy_is_an_input_error(settings: dict[str, str]) -> None:
    with pytest.raises(InputError):
        Proxy(Network(**settings))  # type: ignore[arg-type]
