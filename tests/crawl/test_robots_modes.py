"""robots.txt obeyed, reported or left unread; and its own request keeps the host's gap."""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linkworthy.site import Site, SiteConfig
from tests.support.crawling import crawled, on_loopback, rows_of
from tests.support.server import Answer, Server, Talk
from tests.support.websites import asked, page, text

SHOP: dict[str, Answer] = {
    "/": page("Home", "/a", "/private"),
    "/robots.txt": text("User-agent: *\nDisallow: /private\n"),
    "/a": page("A"),
    "/private": page("Private"),
}


@pytest.mark.parametrize(
    ("mode", "state", "is_allowed"),
    [("obey", "disallowed", False), ("report", "answered", False), ("ignore", "answered", None)],
)
def test_what_robots_txt_forbids_is_left_out_reported_or_not_known(
    tmp_path: Path, mode: str, state: str, *, is_allowed: bool | None
) -> None:
    async def work(config: SiteConfig, server: Server) -> tuple[Any, list[str]]:
        config = replace(config, network=replace(config.network, robots=mode))
        run = Site.create(tmp_path / "site", config).begin("run", {})
        await crawled(run, config)
        return run, asked(server)

    run, requests = on_loopback({"shop.example": SHOP}, work)
    rows = rows_of(run, "pages", "state", "is_robots_allowed", where="url = 'http://shop.example/private'")
    assert rows == [(state, is_allowed)]
    assert ("GET shop.example/private" in requests) == (mode != "obey")


def test_no_two_requests_of_a_crawl_to_one_host_come_closer_than_the_gap(tmp_path: Path) -> None:
    seen: defaultdict[str, list[float]] = defaultdict(list)

    def timed(body: bytes) -> Answer:
        async def script(talk: Talk) -> None:
            seen[talk.asked.headers["host"]].append(time.monotonic())
            await talk.send(body)

        return script

    sites = {
        "shop.example": {path: timed(body) for path, body in SHOP.items() if isinstance(body, bytes)},
        "other.example": {"/robots.txt": timed(text("")), "/x": timed(page("X"))},
    }
    sites["shop.example"]["/"] = timed(page("Home", "/a", "/private", "http://other.example/x"))

    async def work(config: SiteConfig, server: Server) -> None:
        await crawled(Site.create(tmp_path / "site", config).begin("run", {}), config)

    on_loopback(sites, work, delay_s=0.15, connections_per_host=1)
    assert len(seen["shop.example"]) >= 3
    assert len(seen["other.example"]) >= 2
    gaps = [later - earlier for instants in seen.values() for earlier, later in itertools.pairwise(instants)]
    assert min(gaps) >= 0.15
