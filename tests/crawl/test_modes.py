"""Which URLs each mode and scope of a crawl fetches, seen by the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linkworthy.crawl.crawler import Given
from linkworthy.errors import SiteError
from linkworthy.site import ScopeSettings, Site, SiteConfig
from tests.support.crawling import crawled, on_loopback, rows_of
from tests.support.server import Answer, Server, answer, redirect
from tests.support.websites import asked, page, text

SHOP: dict[str, Answer] = {
    "/": page("Home", "/docs/", "/blog/1?utm_source=x&page=2", "http://www.shop.example/w", "http://api.shop.example/",
              "http://other.example/x"),
    "/robots.txt": text("User-agent: *\nDisallow:\nSitemap: http://shop.example/map.xml\n"),
    "/map.xml": text("<urlset><url><loc>http://shop.example/orphan</loc></url>"
                     "<url><loc>http://shop.example/docs/a</loc></url></urlset>"),
    "/docs/": page("Docs", "/docs/a", "/docs/b", "/", "/blog/1"),
    "/docs/a": page("A", "/docs/b", head="<link rel=alternate hreflang=de href=/de/a><link rel=canonical href=/c/a>"),
    "/docs/b": page("B", "/old"),
    "/blog/1": page("Post", "/blog/2"),
    "/blog/2": page("Post 2"),
    "/blog/1?page=2": page("Page 2"),
    "/old": redirect("/docs/a"),
    "/de/a": page("Deutsch"),
    "/c/a": page("C"),
    "/orphan": page("Orphan", "/below"),
    "/below": page("Below"),
    "/img.png": answer(b"PNG" * 100, headers={"Content-Type": "image/png"}),
    "/gallery": page("G", '<img src="/img.png" alt=x><img src="/gone.png"><script src="/app.js"></script>'),
    "/app.js": answer(b"js", headers={"Content-Type": "text/javascript"}),
}  # fmt: skip
SITES = {
    "shop.example": SHOP,
    "www.shop.example": {"/w": page("W")},
    "api.shop.example": {"/": page("API", "/v1"), "/v1": page("V1")},
    "other.example": {"/x": page("X", "/y"), "/y": page("Y")},
}


def do(tmp_path: Path, scope: ScopeSettings, start: str = "http://shop.example/", given: Given | None = None,
       **limits: float) -> tuple[Any, dict[str, Any], list[str]]:  # fmt: skip
    """Crawl with these settings; gives the run, its facts and what the server was asked, robots.txt files apart."""

    async def work(config: SiteConfig, server: Server) -> tuple[Any, dict[str, Any], list[str]]:
        told = replace(config, url=start, scope=scope)
        run = Site.create(tmp_path / "site", told).begin("run", {})
        facts = await crawled(run, told, given=given)
        return run, facts, [line for line in asked(server) if "robots.txt" not in line]

    result: tuple[Any, dict[str, Any], list[str]] = on_loopback(SITES, work, **limits)
    return result


def own(run: Any, where: str = "state = 'answered'") -> set[str]:
    return {url.removeprefix("http://") for (url,) in rows_of(run, "pages", "url", where=f"role = 'own' and {where}")}


def test_a_crawl_of_a_folder_checks_the_rest_as_external(tmp_path: Path) -> None:
    run, _facts, requests = do(tmp_path, ScopeSettings(within="folder"), "http://shop.example/docs/")
    assert own(run) == {"shop.example/docs/", "shop.example/docs/a", "shop.example/docs/b"}
    outside = rows_of(run, "pages", "url", "status", "is_own", "n_links", where="role = 'outbound'")
    assert {url.removeprefix("http://shop.example") for url, status, *_ in outside} == {
        "/", "/blog/1", "/old", "/de/a", "/c/a"
    }  # fmt: skip
    assert {(is_own, n_links) for _url, _status, is_own, n_links in outside} == {(False, None)}
    assert "GET shop.example/blog/1" not in requests
    assert "HEAD shop.example/de/a" in requests


@pytest.mark.parametrize(
    ("within", "hosts"),
    [
        ("site", {"shop.example", "www.shop.example", "api.shop.example"}),
        ("host", {"shop.example"}),
        ("domain", {"shop.example", "www.shop.example"}),
        ("subdomains", {"shop.example", "www.shop.example", "api.shop.example"}),
    ],
)
def test_the_scope_says_which_hosts_are_crawled(tmp_path: Path, within: str, hosts: set[str]) -> None:
    run, _facts, _requests = do(tmp_path, ScopeSettings(within=within))
    assert {url.partition("/")[0] for url in own(run)} == hosts
    assert ("http://api.shop.example/",) not in rows_of(run, "pages", "url", where="role = 'own'") or "api" in str(
        hosts
    )


def test_a_list_is_fetched_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("http://shop.example/docs/a\n/old\nhttp://other.example/x\nnonsense\nhttp://shop.example/none\n")
    run, facts, requests = do(tmp_path, ScopeSettings(mode="list"), given=Given(list_file=path))
    assert sorted(requests) == [
        "GET other.example/x", "GET shop.example/docs/a", "GET shop.example/none", "GET shop.example/old"
    ]  # fmt: skip
    rows = rows_of(run, "pages", "url", "status", "role", "title", "redirect_url")
    assert rows == [
        ("http://other.example/x", 200, "outbound", "X", None),
        ("http://shop.example/docs/a", 200, "own", "A", None),
        ("http://shop.example/none", 404, "own", None, None),
        ("http://shop.example/old", 301, "own", None, "http://shop.example/docs/a"),
    ]
    assert rows_of(run, "rejects", "file", "row", "sample") == [("list", 4, "nonsense")]
    assert (facts["n_fetched"], facts["status"]) == (4, {"2xx": 2, "3xx": 1, "4xx": 1})


def test_a_list_is_followed_for_as_many_levels_as_said(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("http://shop.example/docs/\n")
    run, _facts, _requests = do(tmp_path, ScopeSettings(mode="list", follow=1), given=Given(list_file=path))
    assert own(run) == {f"shop.example{path}" for path in ("/docs/", "/docs/a", "/docs/b", "/", "/blog/1")}


def test_a_list_may_be_the_url_of_a_sitemap(tmp_path: Path) -> None:
    given = Given(list_url="http://shop.example/map.xml")
    run, _facts, requests = do(tmp_path, ScopeSettings(mode="list"), given=given)
    assert own(run) == {"shop.example/orphan", "shop.example/docs/a"}
    assert len(requests) == 3


def test_the_mode_sitemap_takes_what_sitemaps_name(tmp_path: Path) -> None:
    run, _facts, requests = do(tmp_path, ScopeSettings(mode="sitemap"))
    assert own(run) == {"shop.example/orphan", "shop.example/docs/a"}
    assert sorted(requests) == [
        "GET shop.example/docs/a", "GET shop.example/map.xml", "GET shop.example/orphan", "GET shop.example/sitemap.xml"
    ]  # fmt: skip
    assert {row[0] for row in rows_of(run, "sitemap_urls", "sitemap_url")} == {"http://shop.example/map.xml"}


def test_a_site_without_a_sitemap_is_told(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="no sitemap"):
        do(tmp_path, ScopeSettings(mode="sitemap"), "http://other.example/")


def test_patterns_are_shell_patterns_or_expressions(tmp_path: Path) -> None:
    scope = ScopeSettings(include=("/docs/*", "re:^http://shop\\.example/bl.g/1$"), exclude=("*/b", "re:[?]page="))
    run, facts, _requests = do(tmp_path, scope)
    assert own(run) == {"shop.example/", "shop.example/docs/", "shop.example/docs/a", "shop.example/blog/1"}
    assert facts["skipped"]["excluded"] == 1
    assert facts["skipped"]["not-included"] >= 2
    assert facts["examples"]["excluded"] == ["http://shop.example/docs/b"]


def test_parameters_are_dropped_and_that_is_told(tmp_path: Path) -> None:
    run, facts, requests = do(tmp_path, ScopeSettings(drop_parameters=("utm_*",)))
    assert "shop.example/blog/1?page=2" in own(run)
    assert not [line for line in requests if "utm_source=x" in line]
    assert facts["skipped"] == {"dropped-parameters": 1}
    where = "url = 'http://shop.example/blog/1?utm_source=x&page=2'"
    assert rows_of(run, "pages", "state", "fault", where=where) == [("skipped", "dropped-parameters")]


def test_resources_are_checked_once_by_their_head(tmp_path: Path) -> None:
    scope = ScopeSettings(resources=True, within="folder")
    run, facts, requests = do(tmp_path, scope, "http://shop.example/gallery")
    rows = rows_of(run, "pages", "url", "status", "n_bytes", "content_type", where="role = 'resource'")
    assert rows == [
        ("http://shop.example/app.js", 200, 2, "text/javascript"),
        ("http://shop.example/gone.png", 404, 6, "text/html"),
        ("http://shop.example/img.png", 200, 300, "image/png"),
    ]
    assert facts["n_resources"] == 3
    assert requests.count("HEAD shop.example/img.png") == 1
    assert not rows_of(run, "hops", "url", where="url like '%png'")


def test_no_external_link_is_asked_for_where_none_may(tmp_path: Path) -> None:
    run, facts, requests = do(tmp_path, ScopeSettings(), max_outbound=0)
    assert not [line for line in requests if "other.example" in line]
    assert facts["n_outbound"] == 0
    assert not rows_of(run, "pages", "url", where="role = 'outbound'")


def limited(tmp_path: Path, scope: ScopeSettings) -> Sequence[str]:
    _run, facts, _requests = do(tmp_path, scope)
    return [reason for reason in facts["skipped"] if reason.startswith("limit")]


def test_hosts_and_folders_have_limits_of_their_own(tmp_path: Path) -> None:
    assert limited(tmp_path / "a", ScopeSettings(max_per_host=3)) == ["limit-host"]
    run, _facts, _requests = do(tmp_path / "b", ScopeSettings(max_per_folder=2))
    assert sum(url.startswith("shop.example/docs/") for url in own(run)) == 2
