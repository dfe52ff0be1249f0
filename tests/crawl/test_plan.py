"""What a plan says, and how little it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from linkworthy.crawl.plan import MAX_SITEMAPS, Plan, Planner
from linkworthy.errors import SiteError
from linkworthy.site import ScopeSettings, SiteConfig
from tests.support.crawling import on_loopback, over_http
from tests.support.server import Answer, Server, hang_up
from tests.support.websites import page, text


def urlset(*paths: str) -> bytes:
    return text(f"<urlset>{''.join(f'<url><loc>http://shop.example{p}</loc></url>' for p in paths)}</urlset>")


def index(n: int) -> bytes:
    locs = (f"<sitemap><loc>http://shop.example/map{k}.xml</loc></sitemap>" for k in range(n))
    return text(f"<sitemapindex>{''.join(locs)}</sitemapindex>")


def plan(shop: Mapping[str, Answer], scope: ScopeSettings | None = None, n_last: int | None = None,
         listed: list[str] | None = None, **limits: float) -> tuple[Plan, list[str]]:  # fmt: skip
    async def work(config: SiteConfig, server: Server) -> tuple[Plan, list[str]]:
        told = replace(config, scope=scope or ScopeSettings())
        async with over_http(told) as fetcher:
            made = await Planner(told, fetcher).plan(n_last=n_last, listed=listed)
        return made, [line.target for line in server.asked]

    result: tuple[Plan, list[str]] = on_loopback({"shop.example": shop}, work, **limits)
    return result


HOME = page("Home", "/a", "/b", "http://other.example/")
SHOP: dict[str, Answer] = {
    "/": HOME,
    "/robots.txt": text("User-agent: *\nCrawl-delay: 0.5\nSitemap: http://shop.example/map.xml\n"),
    "/map.xml": urlset("/", "/a", "/b", "/c", "/c", "/skip/1"),
}


def test_sitemaps_robots_and_start_page_are_all_that_is_asked_for() -> None:
    made, asked = plan(SHOP, ScopeSettings(exclude=("/skip/*",)))
    assert sorted(asked) == ["/", "/map.xml", "/robots.txt", "/sitemap.xml"]
    assert (made.n_urls, made.source, made.n_in_sitemaps, made.n_sitemaps) == (4, "sitemaps", 4, 1)
    assert (made.delay_s, made.crawl_delay_s, made.pages_per_s, made.seconds) == (0.5, 0.5, 2.0, 2.0)
    assert (made.n_start_links, made.n_start_outbound) == (3, 1)
    assert made.answer_s is not None


def test_the_last_crawl_and_the_limit_count() -> None:
    made, _asked = plan(SHOP, n_last=900, max_pages=500)
    assert (made.n_urls, made.source, made.is_limited) == (500, "last crawl", True)
    assert made.seconds == 250.0


def test_without_a_sitemap_the_start_page_gives_the_least() -> None:
    made, _asked = plan({"/": HOME})
    assert (made.n_urls, made.source, made.is_least) == (3, "start page", True)


def test_sitemaps_that_were_not_read_are_reckoned() -> None:
    shop = {"/": HOME, "/sitemap.xml": index(40), **{f"/map{n}.xml": urlset(f"/p{n}", f"/q{n}") for n in range(40)}}
    made, asked = plan(shop)
    assert made.n_sitemaps == MAX_SITEMAPS
    assert made.n_in_sitemaps == 80
    assert len(asked) <= MAX_SITEMAPS + 4


def test_a_list_is_counted_and_a_global_rate_obeyed() -> None:
    made, _asked = plan({"/": HOME}, ScopeSettings(mode="list"), listed=["http://a.example/", "http://b.example/"] * 2,
                        requests_per_s=0.5)  # fmt: skip
    assert (made.n_urls, made.source, made.n_hosts, made.seconds) == (2, "list", 2, 4.0)


def test_a_silent_site_has_no_plan() -> None:
    shop: dict[str, Any] = {"*": hang_up}
    with pytest.raises(SiteError):
        plan(shop)
