"""A crawl after another asks whether pages have changed, and uses again what still stands."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linkworthy.crawl.past import Stored
from linkworthy.html.page import Page
from linkworthy.site import Run, Site, SiteConfig
from tests.support.crawling import crawled, lasting, on_loopback, rows_of
from tests.support.server import Answer, Server, Talk, answer, redirect
from tests.support.websites import text

N_PAGES = 30
DATE = "Sun, 06 Nov 2022 08:49:37 GMT"


class Kept:
    """A page with a validator: 304 where the client has it, and a new body once it is changed."""

    def __init__(self, name: str, *hrefs: str, headers: Mapping[str, str] | None = None) -> None:
        self.version = 1
        self.name = name
        self.hrefs = list(hrefs)
        self.headers = dict(headers or {"ETag": ""})
        self.on_304: dict[str, str] = {}

    @property
    def body(self) -> bytes:
        links = "".join(f'<p>Go on to <a href="{href}" rel=nofollow>page {href}</a></p>' for href in self.hrefs)
        data = '<script type="application/ld+json">{"@type": "Thing", "name": "x"}</script>'
        return (
            f"<!doctype html><html lang=en><title>{self.name} {self.version}</title>{data}<link rel=alternate"
            f" hreflang=de href=/de{self.name}><body><main><h1>{self.name}</h1>{links}"
            "<img src=/i.png alt='an image'></main>"
        ).encode()

    async def __call__(self, talk: Talk) -> None:
        tag = f'"{self.name}-{self.version}"'
        named = {key: value or tag for key, value in self.headers.items()}
        asked = talk.asked.headers
        same = asked.get("if-none-match") == tag or ("ETag" not in named and asked.get("if-modified-since") == DATE)
        if same:
            await talk.send(answer(b"", "304 Not Modified", named | self.on_304 | {"Content-Type": ""}))
        else:
            await talk.send(answer(self.body, headers=named))


def shop() -> dict[str, Any]:
    kept: dict[str, Any] = {f"/{n}": Kept(f"/{n}", f"/{n + 1}", "/", "/old") for n in range(N_PAGES)}
    kept["/3"].headers = {"Last-Modified": DATE}
    return kept | {
        "/": Kept("/", "/0", "/7", "/plain", "/manual.pdf"),
        "/robots.txt": text("User-agent: *\nDisallow: /private"),
        "/plain": answer(b"<title>No validator</title><a href=/8>8</a>"),
        "/manual.pdf": answer(b"%PDF-1.7 a manual", headers={"Content-Type": "application/pdf", "ETag": '"p"'}),
        "/old": redirect("/2"),
    }


async def crawl_twice(
    folder: Path, config: SiteConfig, server: Server, between: Any = lambda: None, later: SiteConfig | None = None
) -> tuple[Run, Run, Counter[str]]:
    """Crawl, publish, and crawl again; gives both runs and how often each path was sent whole the second time."""
    site = Site.create(folder / "site", config)
    first = site.begin("run", {})
    first.finish("crawl", **await crawled(first, config))
    before = lasting(first, "crawl")
    first.publish()
    between()
    server.asked.clear()
    second = site.begin("run", {})
    await crawled(second, later or config)
    conditional = Counter(
        line.target for line in server.asked if {"if-none-match", "if-modified-since"} & line.headers.keys()
    )
    first.__dict__["before"] = before
    return first, second, conditional


def without(rows: list[str], *columns: str) -> list[dict[str, Any]]:
    return [{k: v for k, v in json.loads(row).items() if k not in columns} for row in rows]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_crawl_of_pages_that_stand_gives_the_tables_of_the_crawl_before(tmp_path: Path, processes: int) -> None:
    async def work(config: SiteConfig, server: Server) -> Any:
        first, second, conditional = await crawl_twice(tmp_path, config, server)
        told = dict(rows_of(second, "pages", "url", "is_not_modified", where="role = 'own'"))
        return first.__dict__["before"], lasting(second, "crawl"), conditional, told

    shop_of_now: dict[str, Answer] = shop()
    before, after, conditional, told = on_loopback({"shop.example": shop_of_now}, work, processes=processes)
    assert before.keys() == after.keys()
    for name in before:
        assert without(after[name], "is_not_modified") == without(before[name], "is_not_modified"), name
    assert len(before["links"]) > N_PAGES * 2
    assert set(conditional) == {"/", "/manual.pdf", *(f"/{n}" for n in range(N_PAGES))}
    assert set(conditional.values()) == {1}
    site = "http://shop.example"
    assert told[f"{site}/"] is True
    assert told[f"{site}/3"] is True
    assert told[f"{site}/manual.pdf"] is False, "this server sends it whole whatever is asked"
    assert told[f"{site}/plain"] is None
    assert sum(value is True for value in told.values()) == N_PAGES + 1


def test_what_has_changed_is_read_anew_and_followed(tmp_path: Path) -> None:
    routes = shop()

    def change() -> None:
        routes["/5"].version = 2
        routes["/5"].hrefs.append("/added")
        routes["/added"] = Kept("/added", "/")
        routes["/6"].on_304 = {"X-Robots-Tag": "noindex"}
        routes["/6"].headers["X-Robots-Tag"] = "noindex"
        del routes["/29"]

    async def work(config: SiteConfig, server: Server) -> Any:
        _first, second, conditional = await crawl_twice(tmp_path, config, server, change)
        rows = rows_of(second, "pages", "url", "status", "title", "is_not_modified", "is_noindex", where="is_own")
        n_asked = Counter(line.target for line in server.asked)
        return {url.removeprefix("http://shop.example"): row for url, *row in rows}, conditional, n_asked

    rows, conditional, n_asked = on_loopback({"shop.example": routes}, work)
    assert rows["/5"] == [200, "/5 2", False, False]
    assert rows["/added"] == [200, "/added 1", None, False]
    assert rows["/6"] == [200, "/6 1", False, True], "a 304 that says something new of the page is not believed"
    assert rows["/29"][:1] == [404]
    assert rows["/4"] == [200, "/4 1", True, False]
    assert n_asked["/6"] == 2
    assert n_asked["/4"] == 1
    assert conditional["/29"] == 1


def test_another_agent_or_the_users_word_fetches_all_anew(tmp_path: Path) -> None:
    async def work(config: SiteConfig, server: Server) -> Any:
        out = []
        for name, change in (("agent", {"user_agent": "other/1.0"}), ("word", {"conditional": False})):
            later = replace(config, network=replace(config.network, **change))
            out.append((await crawl_twice(tmp_path / name, config, server, later=later))[2])
        return out

    assert on_loopback({"shop.example": shop()}, work) == [Counter(), Counter()]


def test_headers_of_a_304_take_the_place_of_older_ones() -> None:
    page = Page(url="http://shop.example/", facts={})
    headers = (("etag", '"1"'), ("content-length", "9"), ("link", "<a>"), ("server", "old"))
    stored = Stored(page=page, headers=headers, n_bytes=9, n_decoded_bytes=9)
    assert dict(stored.freshened((("server", "new"), ("content-length", "0"), ("date", "now")))) == {
        "etag": '"1"', "content-length": "9", "link": "<a>", "server": "new", "date": "now"
    }  # fmt: skip
    assert stored.stands_under((("etag", '"1"'),))
    assert stored.stands_under((("link", "<a>"),))
    assert not stored.stands_under((("link", "<b>"),))
    assert not stored.stands_under((("x-robots-tag", "noindex"),))
