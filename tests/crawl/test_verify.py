from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linkworthy.site import Site, SiteConfig
from tests.support.crawling import crawled, lasting, on_loopback, rows_of, verified
from tests.support.server import Answer, Server, Talk, answer, redirect, silence
from tests.support.websites import asked, page, text

TEA = "http://shop.example/tea"
SHOP: dict[str, Answer] = {"/": page("Home", "/tea"), "/tea": page("Tea"), "/old": redirect("/tea")}


def link(href: str = TEA, anchor: str = "tea", rel: str = "") -> str:
    return f'<a href="{href}"{f" rel={rel!r}" if rel else ""}>{anchor}</a>'


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Second tries come soon."""
    monkeypatch.setattr("linkworthy.crawl.visits.RETRY_S", 0.1)


def verify_sites(
    tmp_path: Path,
    sites: dict[str, dict[str, Answer]],
    links: list[dict[str, Any]],
    **limits: float,
) -> tuple[Any, dict[str, Any], list[str]]:
    async def work(config: SiteConfig, server: Server) -> tuple[Any, dict[str, Any], list[str]]:
        run = Site.create(tmp_path / "site", config).begin("run", {})
        await crawled(run, config)
        n_before = len(server.asked)
        facts = await verified(run, config, [{"kind": "text", **row} for row in links])
        return run, facts, asked(server)[n_before:]

    result: tuple[Any, dict[str, Any], list[str]] = on_loopback({"shop.example": SHOP, **sites}, work, **limits)
    return result


def reported(*sources: str, target: str = TEA) -> list[dict[str, Any]]:
    return [{"source_url": source, "target_url": target, "anchor": "tea"} for source in sources]


def test_each_linking_page_is_fetched_once_and_each_link_checked(tmp_path: Path) -> None:
    blog: dict[str, Answer] = {
        "/post": page("Post", link(), link("http://shop.example/old", "old tea", "nofollow")),
        "/moved": redirect("/post"),
        "/gone": text("gone", "410 Gone"),
        "/secret": text("no", "403 Forbidden"),
        "/bare": page("Bare"),
        "/robots.txt": text("User-agent: Googlebot\nDisallow: /hidden\n"),
        "/hidden": page("Hidden", link()),
    }
    blocked: dict[str, Answer] = {"/robots.txt": text("User-agent: *\nDisallow: /\n"), "/": page("No", link())}
    sources = [f"http://blog.example/{name}" for name in ("post", "moved", "gone", "secret", "bare", "hidden")]
    links = reported(*sources, "http://blocked.example/", "http://nowhere.example/", "http://blog.example/post")
    run, facts, requests = verify_sites(tmp_path, {"blog.example": blog, "blocked.example": blocked}, links[:-1])
    found = rows_of(run, "checks", "source_url", "target_url", "state", "reason", "counts", "counts_reason")
    old = "http://shop.example/old"
    assert found == [
        ("http://blocked.example/", TEA, "could not check", "robots", "not known", "robots"),
        ("http://blog.example/bare", TEA, "gone", "link-removed", "no", "link-removed"),
        ("http://blog.example/gone", TEA, "gone", "page-410", "no", "page-410"),
        ("http://blog.example/hidden", TEA, "live", None, "no", "robots"),
        ("http://blog.example/moved", TEA, "live", None, "yes", None),
        ("http://blog.example/post", old, "live", None, "no", "nofollow"),
        ("http://blog.example/post", TEA, "live", None, "yes", None),
        ("http://blog.example/secret", TEA, "could not check", "403", "not known", "403"),
        ("http://nowhere.example/", TEA, "gone", "domain-gone", "no", "domain-gone"),
    ]
    assert facts == {"n_pages": 8, "n_not_checked": 0, "n_live": 4, "n_gone": 3, "n_could_not_check": 2}
    assert "GET blocked.example/" not in requests
    assert requests.count("GET blog.example/gone") == 1
    assert rows_of(run, "checks", "target_status", "target_final_url", where=f"target_url = '{old}'") == [(200, TEA)]
    assert rows_of(run, "links", "count(*)", where="capture = 'verify'") == [(3,)]
    assert rows_of(run, "blocks", "count(*) > 0", where="url = 'http://blog.example/post'") == [(True,)]


def test_a_busy_host_is_asked_again_and_a_mute_one_bounded(tmp_path: Path) -> None:
    n_asked = 0

    async def busy(talk: Talk) -> None:
        nonlocal n_asked
        n_asked += 1
        later = text("later", "429 Too Many Requests", Retry_After="1")
        await talk.send(later if n_asked == 1 else page("Busy", link()))

    always = text("later", "503 Service Unavailable")
    sites: dict[str, dict[str, Answer]] = {
        "busy.example": {"/p": busy},
        "mute.example": {"*": silence},
        "down.example": {"*": always, "/robots.txt": text("")},
    }
    links = reported("http://busy.example/p", "http://down.example/p", *(f"http://mute.example/{n}" for n in range(9)))
    run, _facts, requests = verify_sites(tmp_path, sites, links, timeout_s=0.4)
    assert rows_of(run, "checks", "state", "n_attempts", where="source_domain = 'busy.example'") == [("live", 2)]
    assert rows_of(run, "checks", "reason", "n_attempts", where="source_domain = 'down.example'") == [("503", 2)]
    assert rows_of(run, "checks", "distinct state", "reason", where="source_domain = 'mute.example'") == [
        ("could not check", "timeout")
    ]
    assert len([line for line in requests if "mute" in line]) <= 4


def test_of_one_domain_a_bounded_number_of_pages_is_read_and_the_rest_is_said_not_to_be(tmp_path: Path) -> None:
    big: dict[str, Answer] = {"*": page("Big", link())}
    links = reported(*(f"http://big.example/{n:02}" for n in range(12)))
    run, facts, _requests = verify_sites(tmp_path, {"big.example": big}, links, max_pages_per_domain=5)
    assert rows_of(run, "checks", "source_url") == [(f"http://big.example/{n:02}",) for n in range(5)]
    assert (facts["n_pages"], facts["n_not_checked"]) == (5, 7)
    assert rows_of(run, "pages", "count(*)", where="fault = 'limit-per-domain'") == [(7,)]


def test_an_own_target_that_the_crawl_did_not_meet_is_fetched(tmp_path: Path) -> None:
    blog: dict[str, Answer] = {"/post": page("Post", link("http://shop.example/deleted"))}
    links = reported("http://blog.example/post", target="http://shop.example/deleted")
    run, _facts, requests = verify_sites(tmp_path, {"blog.example": blog}, links)
    assert "GET shop.example/deleted" in requests
    assert "GET shop.example/tea" not in requests
    assert rows_of(run, "checks", "counts", "counts_reason", "target_status") == [("no", "target-404", 404)]


def test_a_page_that_redirects_to_the_site_is_a_link_and_no_second_capture_of_an_own_page(tmp_path: Path) -> None:
    links = reported("http://away.example/go", "http://away.example/new")
    away: dict[str, Answer] = {"/go": redirect(TEA), "/new": redirect("http://shop.example/unknown")}
    run, _facts, _requests = verify_sites(tmp_path, {"away.example": away}, links)
    assert rows_of(run, "checks", "source_url", "state", "kind", where="state = 'live'")[0] == (
        "http://away.example/go", "live", "redirect",
    )  # fmt: skip
    assert rows_of(run, "pages", "count(*)", where=f"url = '{TEA}'") == [(1,)]
    assert rows_of(run, "links", "count(*)", where="capture = 'verify'") == [(0,)]


def test_a_linking_page_may_be_anything(tmp_path: Path) -> None:
    odd: dict[str, Answer] = {
        "/pdf": answer(b"%PDF-1.7 \x00\xff", headers={"Content-Type": "application/pdf"}),
        "/empty": answer(b""),
        "/loop": redirect("/loop"),
        "/bytes": answer(bytes(range(256)) * 40 + f'<a href="{TEA}">tea</a>'.encode()),
        "/teapot": text("short and stout", "418 I'm a teapot"),
    }
    links = reported(*(f"http://odd.example{path}" for path in odd))
    run, _facts, _requests = verify_sites(tmp_path, {"odd.example": odd}, links)
    found = {
        url.rpartition("/")[2]: why for url, why in rows_of(run, "checks", "source_url", "coalesce(reason, state)")
    }
    assert (found["pdf"], found["loop"], found["bytes"], found["teapot"]) == (
        "not-html",
        "redirect-loop",
        "live",
        "418",
    )


def test_without_links_there_is_nothing_to_verify(tmp_path: Path) -> None:
    run, facts, requests = verify_sites(tmp_path, {}, [])
    assert facts == {"n_pages": 0, "n_not_checked": 0, "n_live": 0, "n_gone": 0, "n_could_not_check": 0}
    assert requests == []
    assert lasting(run, "verify")["checks"] == []
