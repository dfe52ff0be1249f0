"""Logging in by a form, cookies included: once, again where the site forgot us, and to own hosts only."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs

import pytest

from linkworthy.errors import InputError
from linkworthy.fetch import pool
from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.http import HttpFetcher
from linkworthy.site import Limits, Login, Network
from tests.support.server import Answer, Server, Talk, answer, redirect

HOST = "shop.example"
FORM = b"""<form action=/search><input name=q></form>
<form method=post action="/enter?x=1"><input type=hidden name=token value=abc&amp;d><input name=user>
<input type=password name=pass><input type=checkbox name=stay checked><input type=submit name=go></form>"""
FIELDS = ("user=me", "pass=$SHOP_PASSWORD")


class Shop:
    """A site that lets in who sent the form; ``n_pages`` pages later it forgets."""

    def __init__(self, *, wanted: str = "s&cret", n_pages: int = 1_000, shut: str = "redirect") -> None:
        self.wanted = wanted
        self.n_pages = n_pages
        self.shut = shut
        self.n_logins = 0
        self.n_left: dict[str, int] = {}
        self.sent: dict[str, list[str]] = {}

    async def __call__(self, talk: Talk) -> None:
        path, method = talk.asked.target, talk.asked.method
        if path == "/login":
            await talk.send(answer(FORM, headers={"Set-Cookie": "visit=1; Path=/; HttpOnly"}))
        elif path == "/enter?x=1" and method == "POST":
            await talk.send(self.enter(talk))
        else:
            await talk.send(self.page(talk))

    def enter(self, talk: Talk) -> bytes:
        self.sent = parse_qs(talk.asked.content.decode())
        is_known = self.sent.get("pass") == [self.wanted] and "visit=1" in talk.asked.headers.get("cookie", "")
        if not is_known:
            return redirect("/login", "302 Found")
        self.n_logins += 1
        name = f"session={self.n_logins}"
        self.n_left[name] = self.n_pages
        return answer(b"", "303 See Other", {"Location": "/home", "Set-Cookie": f"{name}; Path=/"})

    def page(self, talk: Talk) -> bytes:
        cookies = talk.asked.headers.get("cookie", "").split("; ")
        name = next((name for name in cookies if self.n_left.get(name, 0) > 0), None)
        if name is not None:
            self.n_left[name] -= 1
            return answer(b"secret " + talk.asked.target.encode())
        return redirect("/login?back=1", "302 Found") if self.shut == "redirect" else answer(b"", "401 Unauthorized")


def visit(site: Answer, *paths: str, **login: Any) -> list[Exchange]:
    async def go() -> list[Exchange]:
        async with Server({"*": site}) as server:
            network = Network(connect_to=(server.connect_to(HOST),))
            settings = Login(**{"page": server.url("/login", HOST), "fields": FIELDS} | login)
            fetcher = HttpFetcher(network, Limits(), login=settings, is_own=lambda host: host == HOST)
            try:
                return [await fetcher.fetch(Request(url=server.url(path, HOST), max_hops=3)) for path in paths]
            finally:
                await fetcher.close()

    return asyncio.run(go())


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "s&cret")


def test_the_form_is_filled_in_and_sent_once() -> None:
    shop = Shop()
    exchanges = visit(shop, "/a", "/b", "/c")
    assert [exchange.body for exchange in exchanges] == [b"secret /a", b"secret /b", b"secret /c"]
    assert shop.n_logins == 1
    assert shop.sent == {"token": ["abc&d"], "user": ["me"], "pass": ["s&cret"], "stay": ["on"]}


@pytest.mark.parametrize("shut", ["redirect", "401"])
def test_a_site_that_forgot_us_is_entered_again(shut: str) -> None:
    shop = Shop(n_pages=3, shut=shut)
    exchanges = visit(shop, "/a", "/b", "/c", "/d")
    assert [exchange.body for exchange in exchanges] == [b"secret /a", b"secret /b", b"secret /c", b"secret /d"]
    assert shop.n_logins == 2


def test_a_page_that_stays_shut_is_answered_as_it_is() -> None:
    shop = Shop()

    async def site(talk: Talk) -> None:
        if talk.asked.target == "/admin":
            await talk.send(answer(b"no", "401 Unauthorized"))
        else:
            await shop(talk)

    exchanges = visit(site, "/admin", "/a")
    assert [exchange.status for exchange in exchanges] == [401, 200]
    assert shop.n_logins == 2


def test_wrong_fields_are_an_input_error() -> None:
    with pytest.raises(InputError, match="does not let us in"):
        visit(Shop(wanted="other"), "/a")


def test_a_login_page_that_is_absent_is_an_input_error() -> None:
    with pytest.raises(InputError, match="404"):
        visit(answer(b"", "404 Not Found"), "/a")


@pytest.mark.parametrize("action", ["http://evil.example/take", "javascript:take()", "//evil.example/"])
def test_a_form_is_sent_to_own_hosts_only(action: str) -> None:
    page = answer(f'<form method=post action="{action}"><input type=password name=pass></form>'.encode())
    with pytest.raises(InputError, match="no own host"):
        visit(page, "/a")


@pytest.mark.parametrize("settings", [{"page": "http://other.example/login"}, {"page": "nothing"}, {"fields": ("x",)}])
def test_settings_that_cannot_be_used_are_an_input_error(settings: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="login"):
        visit(Shop(), "/a", **settings)


# Cookies


async def count(talk: Talk) -> None:
    cookies = dict(part.partition("=")[::2] for part in talk.asked.headers.get("cookie", "").split("; ") if part)
    n = int(cookies.get("n", 0)) + 1
    headers = (
        f"Set-Cookie: n={n}; Path=/\r\nSet-Cookie: other={talk.asked.headers['host'].partition('.')[0]}; Path=/only\r\n"
    )
    body = repr(sorted(cookies.items())).encode()
    await talk.send(f"HTTP/1.1 200 OK\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def with_cookies(*urls: tuple[str, str], cookies: bool = True) -> list[bytes]:
    async def go() -> list[bytes]:
        async with Server({"*": count}) as server:
            network = Network(connect_to=(f"*.example:80:127.0.0.1:{server.port}",), cookies=cookies)
            fetcher = HttpFetcher(network, Limits())
            try:
                return [(await fetcher.fetch(Request(url=f"http://{host}{path}"))).body for host, path in urls]
            finally:
                await fetcher.close()

    return asyncio.run(go())


def test_cookies_are_kept_for_their_host_and_path() -> None:
    found = with_cookies(("a.example", "/"), ("a.example", "/"), ("b.example", "/"), ("a.example", "/only"))
    assert found == [b"[]", b"[('n', '1')]", b"[]", b"[('n', '2'), ('other', 'a')]"]


def test_cookies_are_not_kept_unless_asked_for() -> None:
    assert with_cookies(("a.example", "/"), ("a.example", "/"), cookies=False) == [b"[]", b"[]"]


def test_a_site_that_sets_cookies_without_end_is_forgotten_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MAX_COOKIES", 5)
    found = with_cookies(*[("a.example", "/")] * 5)
    assert found == [b"[]", b"[('n', '1')]", b"[('n', '2')]", b"[]", b"[('n', '1')]"]


def test_a_redirect_carries_the_cookies_that_it_sets() -> None:
    async def site(talk: Talk) -> None:
        if "cookie" in talk.asked.headers:
            await talk.send(answer(b"in"))
        else:
            await talk.send(answer(b"", "302 Found", {"Location": "/", "Set-Cookie": "seen=1"}))

    async def go() -> list[str | None]:
        async with Server({"*": site}) as server:
            network = Network(connect_to=(server.connect_to(HOST),), cookies=True)
            fetcher = HttpFetcher(network, Limits())
            try:
                exchange = await fetcher.fetch(Request(url=server.url("/start", HOST), max_hops=3))
                return [exchange.body.decode(), exchange.fault]
            finally:
                await fetcher.close()

    assert asyncio.run(go()) == ["in", None]
