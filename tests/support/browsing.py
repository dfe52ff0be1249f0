"""A rendering fetcher and a loopback web for it, both alive over many tests: a browser takes a while to start."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.browser import BrowserFetcher
from linkworthy.fetch.chromium import find_chromium
from linkworthy.fetch.http import HttpFetcher
from linkworthy.html.parse import parse
from linkworthy.site import Browser, Limits, Network
from tests.support.server import Answer, Asked, Server, answer

HOST = "shop.example"
SETTINGS = Browser(timeout_s=20, settle_s=0.2)


def script(text: str) -> bytes:
    """Give an answer with a script."""
    return answer(text.encode(), headers={"Content-Type": "text/javascript"})


def document(text: str, **headers: str) -> bytes:
    """Give an answer with a page."""
    return answer(f"<!doctype html><meta charset=utf-8><title>x</title>{text}".encode(), headers=headers)


def links(exchange: Exchange) -> list[str]:
    """Give the links of a page, as the crawl reads them."""
    return [link.url or "" for link in parse(exchange.body, exchange.headers, exchange.url).links]


@dataclass
class Rig:
    """What a test works with."""

    runner: asyncio.Runner
    server: Server
    network: Network
    fetcher: BrowserFetcher
    others: list[BrowserFetcher] = field(default_factory=list)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do asynchronous work."""
        return self.runner.run(work)

    def open(
        self,
        settings: Browser = SETTINGS,
        renders: Callable[[str], bool] = lambda _host: True,
        **network: Any,
    ) -> BrowserFetcher:
        """Give another fetcher, with a browser of its own, which is closed with this rig."""

        async def make() -> BrowserFetcher:
            return fetcher_for(replace(self.network, **network), settings, renders)

        made: BrowserFetcher = self.run(make())
        self.others.append(made)
        return made

    def serve(self, routes: dict[str, Answer] | Answer) -> None:
        """Serve these routes, or one page at /, and forget what was asked so far."""
        self.server.routes = routes if isinstance(routes, dict) else {"/": routes}
        self.server.asked.clear()

    def get(self, target: str = "/", *, by: BrowserFetcher | None = None, host: str = HOST, **options: Any) -> Exchange:
        """Fetch a path of the server, which goes by many names."""
        request = Request(url=self.server.url(target, host), **options)
        exchange: Exchange = self.run((by or self.fetcher).fetch(request))
        return exchange

    def render(
        self, routes: dict[str, Answer] | Answer, *, by: BrowserFetcher | None = None, host: str = HOST
    ) -> Exchange:
        """Serve, and fetch the page at /."""
        self.serve(routes)
        return self.get(by=by, host=host)

    @property
    def asked(self) -> list[Asked]:
        """What was asked of the server."""
        return self.server.asked

    @property
    def targets(self) -> list[str]:
        """The paths that were asked for."""
        return [asked.target for asked in self.server.asked]


def fetcher_for(
    network: Network, settings: Browser, renders: Callable[[str], bool] = lambda _host: True
) -> BrowserFetcher:
    """Give a rendering fetcher over HTTP."""
    return BrowserFetcher(HttpFetcher(network, Limits()), network, Limits(), settings, renders=renders)


@contextmanager
def rig(settings: Browser = SETTINGS) -> Iterator[Rig]:
    """Start a server and a fetcher; skip where Chromium is not installed."""
    if find_chromium() is None:
        pytest.skip("Chromium is not installed")
    with asyncio.Runner() as runner:

        async def begin() -> Rig:
            server = await Server().__aenter__()
            network = Network(
                connect_to=tuple(f"{host}::{server.host}:{server.port}" for host in (HOST, "*.cdn.example"))
            )
            return Rig(runner, server, network, fetcher_for(network, settings))

        made = runner.run(begin())
        try:
            yield made
        finally:
            for fetcher in (made.fetcher, *made.others):
                runner.run(fetcher.close())
            runner.run(made.server.__aexit__(None, None, None))


def processes_of(needle: str) -> list[int]:
    """Give the processes below this one whose command line holds a text."""
    named = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit() and needle in _command(entry)]
    return sorted(int(entry.name) for entry in named if os.getpid() in _ancestors(int(entry.name)))


def _command(entry: Path) -> str:
    try:
        return (entry / "cmdline").read_text(errors="replace")
    except OSError:
        return ""


def _ancestors(pid: int) -> Iterator[int]:
    while pid > 1:
        yield pid
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return
