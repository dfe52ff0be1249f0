from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linkworthy.crawl import site_task
from linkworthy.crawl.traps import CALENDAR_BUDGET
from linkworthy.errors import SiteError
from linkworthy.site import Site, SiteConfig
from tests.support.crawling import crawled, lasting, on_loopback, rows_of
from tests.support.server import Answer, Asked, Server, Talk, answer, hang_up, redirect, silence
from tests.support.websites import asked, page, text

SHOP: dict[str, Answer] = {
    "/": page("Home", "/a", "/b", "/private/x", "/old", "/loop1", "/missing", "http://other.example/x", "/meta"),
    "/robots.txt": text("User-agent: *\nDisallow: /private/\nSitemap: http://shop.example/map.xml\n"),
    "/map.xml": text("<urlset><url><loc>http://shop.example/orphan</loc></url><url><loc>/a</loc></url></urlset>"),
    "/a": page("A", "/", "/b", "/c"),
    "/b": page("B", "/", "/private/y", head='<link rel=canonical href="/canonical">'),
    "/c": page("C", "/d"),
    "/d": page("D"),
    "/old": redirect("/old2"),
    "/old2": redirect("/old3"),
    "/old3": redirect("/d"),
    "/loop1": redirect("/loop2"),
    "/loop2": redirect("/loop1"),
    "/meta": page("Meta", head='<meta http-equiv=refresh content="0; url=/refreshed">'),
    "/refreshed": page("Refreshed"),
    "/orphan": page("Orphan", "/below"),
    "/below": page("Below"),
    "/canonical": page("Canonical", head='<link rel=alternate hreflang=de href="/de">'),
    "/de": page("Deutsch"),
    "/deleted": answer(b"gone", "410 Gone"),
}
SITES = {"shop.example": SHOP, "other.example": {"/x": redirect("/y"), "/y": page("Y")}}
EXTRA = [("http://shop.example/deleted", "http://blog.example/post")]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Second tries come soon."""
    monkeypatch.setattr("linkworthy.crawl.site_task.START_PAUSE_S", 0.01)
    monkeypatch.setattr("linkworthy.crawl.visits.RETRY_S", 0.1)


def shop(path: str) -> str:
    return f"http://shop.example{path}"


@pytest.fixture(scope="module")
def crawl_of_the_shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, dict[str, Any], list[str]]:
    async def work(config: SiteConfig, server: Server) -> tuple[Any, dict[str, Any], list[str]]:
        run = Site.create(tmp_path_factory.mktemp("shop") / "site", config).begin("run", {})
        facts = await crawled(run, config, EXTRA)
        return run, facts, asked(server)

    result: tuple[Any, dict[str, Any], list[str]] = on_loopback(SITES, work, hosts=["www.shop.example"])
    return result


def test_every_own_page_is_found_once_with_its_depth(crawl_of_the_shop: Any) -> None:
    run, facts, requests = crawl_of_the_shop
    found = rows_of(run, "pages", "url", "found_by", "found_on", "depth", where="role = 'own' and state = 'answered'")
    assert found == sorted(found)
    assert {(url.removeprefix("http://shop.example"), by, depth) for url, by, _on, depth in found} == {
        ("/", "seed", 0), ("/a", "link", 1), ("/b", "link", 1), ("/c", "link", 2), ("/d", "redirect", 1),
        ("/old", "link", 1), ("/old2", "redirect", 1), ("/old3", "redirect", 1), ("/loop1", "link", 1),
        ("/loop2", "redirect", 1), ("/missing", "link", 1), ("/meta", "link", 1), ("/refreshed", "redirect", 1),
        ("/canonical", "canonical", None), ("/de", "hreflang", None), ("/orphan", "sitemap", None),
        ("/below", "link", None), ("/deleted", "backlink", None),
    }  # fmt: skip
    assert {url: on for url, _by, on, _depth in found}[shop("/deleted")] == "http://blog.example/post"
    assert facts["n_own"] == len(found) + 2
    gets = [line for line in requests if line.startswith("GET shop.example")]
    assert len(gets) == len(set(gets))


def test_what_robots_txt_forbids_is_a_row_and_never_a_request(crawl_of_the_shop: Any) -> None:
    run, _facts, requests = crawl_of_the_shop
    rows = rows_of(run, "pages", "url", "state", "is_robots_allowed", "status", where="state = 'disallowed'")
    assert rows == [(shop("/private/x"), "disallowed", False, None), (shop("/private/y"), "disallowed", False, None)]
    assert not [line for line in requests if "/private" in line]
    assert rows_of(run, "robots", "host_url", "verdict", "is_site_blocked") == [
        ("http://shop.example", "rules", False),
        ("http://www.shop.example", "allow-all", False),
    ]


def test_chains_are_resolved_over_the_pages_of_the_crawl(crawl_of_the_shop: Any) -> None:
    run, _facts, _requests = crawl_of_the_shop
    hops = rows_of(run, "hops", "n", "hop_url", "status", "fault", where=f"url = '{shop('/old')}'")
    assert hops == [
        (0, shop("/old"), 301, None),
        (1, shop("/old2"), 301, None),
        (2, shop("/old3"), 301, None),
        (3, shop("/d"), 200, None),
    ]
    ends = rows_of(run, "pages", "final_url", "final_status", "n_hops", where=f"url = '{shop('/old')}'")
    assert ends == [(shop("/d"), 200, 3)]


def test_a_loop_ends_where_it_comes_back(crawl_of_the_shop: Any) -> None:
    run, _facts, _requests = crawl_of_the_shop
    hops = rows_of(run, "hops", "n", "hop_url", "fault", where=f"url = '{shop('/loop1')}'")
    assert hops == [(0, shop("/loop1"), None), (1, shop("/loop2"), "redirect-loop")]


def test_a_meta_refresh_is_a_redirect_of_its_own_kind(crawl_of_the_shop: Any) -> None:
    run, _facts, _requests = crawl_of_the_shop
    where = f"url = '{shop('/meta')}'"
    assert rows_of(run, "pages", "status", "redirect_url", "redirect_kind", "final_url", where=where) == [
        (200, shop("/refreshed"), "meta-refresh", shop("/refreshed"))
    ]


def test_an_outbound_link_is_asked_for_once_by_head(crawl_of_the_shop: Any) -> None:
    run, _facts, requests = crawl_of_the_shop
    assert [line for line in requests if "other.example" in line] == [
        "GET other.example/robots.txt",
        "HEAD other.example/x",
        "HEAD other.example/y",
    ]
    columns = ("url", "is_own", "found_on", "status", "final_status", "n_hops")
    assert rows_of(run, "pages", *columns, where="role = 'outbound'") == [
        ("http://other.example/x", False, shop("/"), 301, 200, 1),
        ("http://other.example/y", False, "http://other.example/x", 200, 200, 0),
    ]


def test_content_and_sitemaps_become_tables(crawl_of_the_shop: Any) -> None:
    run, _facts, _requests = crawl_of_the_shop
    assert rows_of(run, "sitemap_urls", "url") == [(shop("/a"),), (shop("/orphan"),)]
    assert rows_of(run, "links", "n", "url", "capture", where=f"source_url = '{shop('/c')}'") == [
        (0, shop("/d"), "crawl")
    ]
    assert rows_of(run, "blocks", "count(*)", where=f"url = '{shop('/d')}'")[0][0] >= 2
    assert rows_of(run, "links", "count(*)", where=f"source_url = '{shop('/missing')}'") == [(0,)]


def test_probes_ask_for_variants_and_for_what_cannot_exist(crawl_of_the_shop: Any) -> None:
    run, _facts, _requests = crawl_of_the_shop
    kinds = [kind for (kind,) in rows_of(run, "probes", "kind")]
    assert kinds == ["case", "index", "index", "nonexistent", "parameter", "parameter", "scheme", "slash", "www"]
    assert rows_of(run, "probes", "status", where="kind = 'nonexistent'") == [(404,)]


def crawl_sites(
    tmp_path: Path, sites: dict[str, dict[str, Answer]], **limits: float
) -> tuple[Any, dict[str, Any], list[str]]:
    async def work(config: SiteConfig, server: Server) -> tuple[Any, dict[str, Any], list[str]]:
        run = Site.create(tmp_path / "site", config).begin("run", {})
        return run, await crawled(run, config), asked(server)

    result: tuple[Any, dict[str, Any], list[str]] = on_loopback(sites, work, **limits)
    return result


def busy(first: bytes, then: bytes) -> Answer:
    count = 0

    async def script(talk: Talk) -> None:
        nonlocal count
        count += 1
        await talk.send(first if count == 1 else then)

    return script


def test_429_is_asked_again_after_the_time_it_names(tmp_path: Path) -> None:
    later = text("later", "429 Too Many Requests", Retry_After="1")
    sites = {
        "shop.example": {
            "/": page("Home", "/busy", "/b"),
            "/busy": busy(later, page("Busy", "/c")),
            "/b": page("B"),
            "/c": page("C"),
        }
    }
    run, _facts, _requests = crawl_sites(tmp_path, sites)
    assert rows_of(run, "pages", "status", "n_attempts", where="url like '%/busy'") == [(200, 2)]
    assert rows_of(run, "pages", "depth", "found_on", where="url like '%/c'") == [(2, shop("/busy"))]


def test_two_urls_that_always_refuse_leave_the_rest_of_their_host_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linkworthy.fetch.politeness.PATIENCE_S", 0.1)
    monkeypatch.setattr("linkworthy.fetch.politeness.FIRST_BACKOFF_S", 0.05)
    monkeypatch.setattr("linkworthy.fetch.pace.MAX_GAP_S", 0.0)
    names = [f"/{n:02}" for n in range(40)]
    sites: dict[str, dict[str, Answer]] = {
        "shop.example": {name: page(name) for name in names}
        | {
            "/": page("Home", "/10-limited", "/20-limited", *names),
            "/10-limited": text("later", "429 Too Many Requests", Retry_After="100"),
            "/20-limited": text("later", "503 Service Unavailable", Retry_After="100"),
        }
    }
    run, _facts, requests = crawl_sites(tmp_path, sites)
    columns = ("status", "state", "headers['retry-after']", "n_attempts", "fault")
    assert rows_of(run, "pages", *columns, where="url like '%-limited'") == [
        (429, "answered", "100", 1, None),
        (503, "answered", "100", 1, None),
    ]
    assert rows_of(run, "pages", "count(*)", where="status = 200") == [(41,)]
    assert sum("-limited" in line for line in requests) == 2


def test_a_host_that_refuses_all_is_left_alone_and_keeps_the_answers_that_it_gave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linkworthy.fetch.politeness.PATIENCE_S", 0.1)
    monkeypatch.setattr("linkworthy.fetch.politeness.FIRST_BACKOFF_S", 0.05)
    monkeypatch.setattr("linkworthy.fetch.politeness.MAX_BACKOFF_S", 0.3)
    monkeypatch.setattr("linkworthy.crawl.visits.PATIENCE_S", 0.1)
    monkeypatch.setattr("linkworthy.fetch.pace.MAX_GAP_S", 0.0)
    later = text("later", "429 Too Many Requests")
    home = page("Home", *(f"/{n:02}" for n in range(40)))
    sites: dict[str, dict[str, Answer]] = {"shop.example": {"/": home, "*": later, "/robots.txt": text("")}}
    run, _facts, requests = crawl_sites(tmp_path, sites)
    found = dict(rows_of(run, "pages", "coalesce(status::varchar, fault)", "count(*)", where="depth = 1 group by all"))
    assert set(found) == {"429", "rate-limited"}
    assert found["429"] >= 5
    assert len(requests) <= 20


def test_403_and_401_stay_what_they_are(tmp_path: Path) -> None:
    other: dict[str, Answer] = {"/403": text("no", "403 Forbidden"), "/405": page("Fine")}

    async def no_head(talk: Talk) -> None:
        await talk.send(page("Fine") if talk.asked.method == "GET" else answer(b"", "405 Method Not Allowed"))

    other["/405"] = no_head
    sites = {
        "shop.example": {"/": page("Home", "http://other.example/403", "http://other.example/405")},
        "other.example": other,
    }
    run, _facts, _requests = crawl_sites(tmp_path, sites)
    assert rows_of(run, "pages", "url", "state", "status", "title", where="role = 'outbound'") == [
        ("http://other.example/403", "answered", 403, None),
        ("http://other.example/405", "answered", 200, "Fine"),
    ]


def test_a_host_that_never_answers_costs_a_bounded_time(tmp_path: Path) -> None:
    links = [f"http://mute.example/{n}" for n in range(40)]
    sites: dict[str, dict[str, Answer]] = {"shop.example": {"/": page("Home", *links)}, "mute.example": {"*": silence}}
    run, _facts, requests = crawl_sites(tmp_path, sites, timeout_s=0.4)
    rows = rows_of(run, "pages", "state", "fault", "status", where="role = 'outbound'")
    assert rows == [("failed", "timeout", None)] * 40
    assert len([line for line in requests if "mute" in line]) <= 4


def test_a_calendar_without_end_is_bounded_and_said_so(tmp_path: Path) -> None:
    async def month(talk: Talk) -> None:
        n = int(talk.asked.target.rpartition("/")[2] or 0)
        await talk.send(page(f"Month {n}", *(f"/calendar/{n + k}" for k in range(1, 60))))

    paths: dict[str, Answer] = {"/": page("Home", "/calendar/1"), "*": month, "/robots.txt": text("", "404 Not Found")}
    run, facts, _requests = crawl_sites(tmp_path, {"shop.example": paths | {"/sitemap.xml": text("", "404 Not Found")}})
    assert rows_of(run, "pages", "count(*)", where="state = 'answered'") == [(CALENDAR_BUDGET + 1,)]
    assert 0 < rows_of(run, "pages", "count(*)", where="fault = 'trap-calendar'")[0][0] <= 50
    assert facts["skipped"]["trap-calendar"] >= 50


def test_the_limit_of_pages_is_kept_nearest_first(tmp_path: Path) -> None:
    paths: dict[str, Answer] = {"/": page("Home", "/c", "/a", "/b"), "/a": page("A", "/deep")}
    run, facts, _requests = crawl_sites(
        tmp_path, {"shop.example": paths | {"/b": page("B"), "/c": page("C")}}, max_pages=3
    )
    assert rows_of(run, "pages", "url", where="state = 'answered'") == [(shop("/"),), (shop("/a"),), (shop("/b"),)]
    assert facts["skipped"] == {"limit-pages": 2}


@pytest.mark.parametrize("script", [hang_up, silence])
def test_a_site_that_does_not_answer_is_an_error_and_leaves_nothing(tmp_path: Path, script: Answer) -> None:
    async def work(config: SiteConfig, _server: Server) -> None:
        run = Site.create(tmp_path / "site", config).begin("run", {})
        with pytest.raises(SiteError, match=r"http://shop\.example/ does not answer: (closed|timeout)"):
            await crawled(run, config)
        assert run.tables() == {}
        assert not (run.folder / "crawl").exists()

    on_loopback({"shop.example": {"*": script}}, work, timeout_s=0.3)


def test_a_private_start_page_fails_at_once_and_says_how_to_allow_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_task, "START_PAUSE_S", 1e9)  # it does not wait, and does not ask again

    async def work(config: SiteConfig, server: Server) -> list[Asked]:
        public = replace(config, url="http://127.0.0.1:9/", network=replace(config.network, allow_private=False))
        with pytest.raises(SiteError, match=r"private-address .*--allow-private"):
            await crawled(Site.create(tmp_path / "site", public).begin("run", {}), public)
        return server.asked

    assert on_loopback({"shop.example": {}}, work) == []


def test_a_site_whose_robots_txt_forbids_all_is_not_crawled(tmp_path: Path) -> None:
    sites = {"shop.example": {"/": page("Home", "/a"), "/robots.txt": text("User-agent: *\nDisallow: /")}}
    run, _facts, requests = crawl_sites(tmp_path, sites)
    assert rows_of(run, "pages", "url", "state") == [(shop("/"), "disallowed")]
    assert requests == ["GET shop.example/robots.txt", "GET www.shop.example/robots.txt"][: len(requests)]


def test_two_crawls_of_the_same_site_give_the_same_tables(tmp_path: Path) -> None:
    async def work(config: SiteConfig, _server: Server) -> list[dict[str, list[str]]]:
        out = []
        for name in ("one", "two"):
            run = Site.create(tmp_path / name, config).begin("run", {})
            await crawled(run, config, EXTRA)
            again = await crawled(run, config, EXTRA)
            assert again["n_own"] == 20
            out.append(lasting(run, "crawl"))
        return out

    one, two = on_loopback(SITES, work, hosts=["www.shop.example"])
    assert one == two
    assert len(one["pages"]) == 22


def test_several_processes_give_the_tables_of_one(tmp_path: Path) -> None:
    pages: dict[str, Answer] = {f"/{n}": page(f"Page {n}", f"/{n + 1}", f"/{2 * n}", "/") for n in range(1, 120)}
    sites: dict[str, dict[str, Answer]] = {
        "shop.example": SHOP | pages | {"/": page("Home", "/1", "/a", "/b", "http://other.example/x")},
        "other.example": SITES["other.example"],
    }

    async def work(config: SiteConfig, server: Server) -> list[Any]:
        out = []
        for processes in (1, 2):
            several = replace(config, limits=replace(config.limits, processes=processes))
            run = Site.create(tmp_path / str(processes), several).begin("run", {})
            await crawled(run, several, EXTRA)
            requests = [line for line in asked(server) if "robots.txt" not in line]
            server.asked.clear()
            out.append((lasting(run, "crawl"), sorted(requests)))
        return out

    one, two = on_loopback(sites, work, hosts=["www.shop.example"])
    assert one == two
    assert len(one[0]["pages"]) > 180
