"""Webs without end are crawled so far and no further, and called what they are; large webs are not."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.crawl import traps
from linkworthy.crawl.admission import Admission
from linkworthy.crawl.frontier import Offer
from linkworthy.crawl.scope import Scope
from linkworthy.site import Limits, Site, SiteConfig
from tests.support.crawling import crawled, on_loopback
from tests.support.server import Server, Talk, answer
from tests.support.websites import page, text

SITE = "http://shop.example"


def calendar(target: str) -> bytes:
    found = re.fullmatch(r"/diary\?month=(\d+)", target)
    if not found and target != "/":
        return page("Entry", "/")
    month = int(found[1]) if found else 0
    return page(f"Month {month}", f"/diary?month={month + 1}", f"/diary?month={month + 12}")


def dates(target: str) -> bytes:
    found = re.fullmatch(r"/planner/(\d+)/(\d+)", target)
    year, month = (int(found[1]), int(found[2])) if found else (2100, 1)
    links = [f"/planner/{year + 1}/{month}", f"/planner/{year}/{month % 12 + 1}", f"/planner/{year + 2}/{month}"]
    return page(f"{year} {month}", *links)


def relative(_target: str) -> bytes:
    return page("Same", "about/", "news/", "contact/")


def catch_all(target: str) -> bytes:
    return page("Welcome", f"{target.rstrip('/')}/more", f"{target.rstrip('/')}/next")


def catch_all_by_number(target: str) -> bytes:
    return page("Welcome", *(f"{target.rstrip('/')}/{n}" for n in (1, 2, 3)))


def session_in_query(target: str) -> bytes:
    n = int(target.partition("sid=")[2] or 0)
    return page(f"Page {n}", *(f"/p?sid={10 * n + k}" for k in range(1, 10)))


def session_in_path(target: str) -> bytes:
    found = re.search(r";jsessionid=([0-9A-F]+)", target)
    n = int(found[1], 16) if found else 0
    return page(f"Page {n}", *(f"/p;jsessionid={10 * n + k:X}" for k in range(1, 10)))


def facets(target: str) -> bytes:
    pairs = dict(pair.split("=") for pair in target.partition("?")[2].split("&") if pair)
    links = []
    for n, name in enumerate(("color", "size", "brand", "sort", "price", "shape")):
        for value in range(5):
            chosen = sorted({**pairs, name: str(value + 10 * n)}.items())
            links.append("/shoes?" + "&".join(f"{k}={v}" for k, v in chosen))
    return page("Shoes", *links)


def shop(target: str) -> bytes:
    n = int(target.rpartition("/")[2] or 0)
    return page(f"Product {n}", *(f"/product/{8 * n + k}" for k in range(1, 9)))


def counting_redirects(target: str) -> bytes:
    n = int(target.rpartition("/")[2] or 0) if target != "/" else -1
    return page("Home", "/n/0") if n < 0 else answer(b"", "302 Found", {"Location": f"/n/{n + 1}"})


def wandering_redirects(target: str) -> bytes:
    if target == "/":
        return page("Home", "/start")
    token = hashlib.sha256(target.encode()).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))
    return answer(b"", "302 Found", {"Location": f"/{token}"})


def crawl_of(tmp_path: Path, site: Any, **limits: float) -> tuple[dict[str, Any], int]:
    """Crawl a generated site; gives the facts, and how many pages it was asked for."""

    async def serve(talk: Talk) -> None:
        await talk.send(text("") if talk.asked.target == "/robots.txt" else site(talk.asked.target))

    async def work(config: SiteConfig, server: Server) -> tuple[dict[str, Any], int]:
        run = Site.create(tmp_path / "site", config).begin("run", {})
        facts = await crawled(run, config)
        return facts, sum(line.target != "/robots.txt" for line in server.asked)

    bounds = {"processes": 1, "max_depth": 60, "max_pages": 2_500, "connections": 16, "connections_per_host": 16}
    result: tuple[dict[str, Any], int] = on_loopback({"shop.example": {"*": serve}}, work, **{**bounds, **limits})
    return result


@pytest.mark.parametrize(
    ("site", "reason", "most"),
    [
        (calendar, "trap-calendar", traps.CALENDAR_BUDGET),
        (dates, "trap-calendar", traps.CALENDAR_BUDGET),
        (relative, "trap-growing-path", traps.GROWING_BUDGET + traps.REPEATING_BUDGET + 60),
        (catch_all, "trap-growing-path", traps.GROWING_BUDGET + traps.REPEATING_BUDGET + 60),
        (session_in_query, "trap-session-id", traps.SESSION_BUDGET),
        (session_in_path, "trap-session-id", traps.SESSION_BUDGET),
    ],
    ids=["calendar", "dates", "relative", "catch-all", "session-in-query", "session-in-path"],
)
def test_a_web_without_end_is_bounded_and_told(tmp_path: Path, site: Any, reason: str, most: int) -> None:
    facts, n_asked = crawl_of(tmp_path, site)
    assert facts["skipped"][reason] > 0
    assert "limit-pages" not in facts["skipped"]
    assert 10 < facts["n_own"] <= most + 5
    assert n_asked < most + 60
    assert facts["examples"][reason]


@pytest.mark.parametrize(("site", "most"), [(counting_redirects, traps.COUNTING_BUDGET), (wandering_redirects, 300)])
def test_a_chain_of_redirects_without_end_is_bounded_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Any, most: int
) -> None:
    monkeypatch.setattr(traps, "LEAST_BUDGET", 290)
    facts, n_asked = crawl_of(tmp_path, site, max_pages=1_000)
    assert facts["skipped"]["trap-redirect-chain"] == 1
    assert 10 < facts["n_own"] <= most + 5
    assert n_asked < most + 60


def test_a_web_that_grows_by_numbers_is_bounded(tmp_path: Path) -> None:
    facts, _n_asked = crawl_of(tmp_path, catch_all_by_number, max_pages=2_500)
    assert facts["skipped"]["trap-growing-path"] > 0
    assert "limit-pages" not in facts["skipped"]


def test_combinations_of_parameters_are_bounded(tmp_path: Path) -> None:
    admitted = Counter[str | None]()
    counters: Counter[str] = Counter()
    admission = Admission(Scope(SiteConfig(url=f"{SITE}/", limits=Limits(max_pages=1_000_000))), n_reserved=0)
    for n in range(3_000):
        url = f"{SITE}/shoes?a={n % 7}&b={n % 11}&c={n % 13}&d={n}"
        admitted[admission.decide(Offer("own", url, 2, 1, 2, "link", depth=1), counters)] += 1
    assert admitted[None] == traps.FACET_BUDGET
    assert counters["skipped trap-facets"] == 3_000 - traps.FACET_BUDGET


def test_a_large_shop_is_no_trap() -> None:
    counters: Counter[str] = Counter()
    admission = Admission(Scope(SiteConfig(url=f"{SITE}/", limits=Limits(max_pages=10_000_000))), n_reserved=0)
    for n in range(8_000):
        for form in ("/product/{}", "/p{}.html", "/shop?id={}", "/a/{}/reviews", "/2024/05/{}"):
            url = SITE + form.format(n)
            assert admission.decide(Offer("own", url, 2, 1, 2, "link", depth=1), counters) is None, url


def test_a_shop_is_crawled_to_its_end(tmp_path: Path) -> None:
    facts, _n_asked = crawl_of(tmp_path, shop, max_pages=200, max_depth=3)
    assert {reason for reason in facts["skipped"] if reason.startswith("trap")} == set()
    assert facts["n_own"] == 200


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("/(S(lit3py55t21z5v55vlm25s55))/orders.aspx", "trap-session-id"),
        ("/session/4f1d2c3b4a59/page", "trap-session-id"),
        ("/session/introduction/page", None),
        ("/shop?osCsid=aa11", "trap-session-id"),
        ("/list?start=2031-05-01", "trap-calendar"),
        ("/list?m=203105", "trap-calendar"),
        ("/shop?id=203105", None),
        ("/veranstaltungen/2031-05", "trap-calendar"),
        ("/plan/2150/01", "trap-calendar"),
        ("/blog/2019/05/12/words", None),
        ("/shoes?f=1&f=2&f=3", "trap-facets"),
        ("/shoes?f=red,blue,green", "trap-facets"),
        ("/shoes/color:red/size:9/brand:x", "trap-facets"),
        ("/a/b/a/c/b/a", "trap-repeating-path"),
        ("/en/products/en", None),
        ("/article-12,345.html", None),
        ("/search?q=a,b", None),
        ("/" + "/".join(f"s{chr(97 + n)}" for n in range(18)), "trap-deep-path"),
    ],
)
def test_a_form_is_recognised(url: str, reason: str | None) -> None:
    family = traps.family(SITE + url, 100_000)
    assert (family.reason if family else None) == reason


def test_links_of_a_tree_of_documents_do_not_grow() -> None:
    assert not traps.children(
        f"{SITE}/doc/python/api/", [f"{SITE}/doc/python/api/list/", f"{SITE}/doc/python/api/dict/"]
    )
    assert not traps.children(f"{SITE}/2024/05/12/", [f"{SITE}/2024/05/12/{n}" for n in range(9)])
    assert traps.children(f"{SITE}/b/c/a/", [f"{SITE}/b/c/a/{name}/" for name in "abc"])
    assert traps.children(f"{SITE}/x/more/more/more", [f"{SITE}/x/more/more/more/more", f"{SITE}/"]) == {
        f"{SITE}/x/more/more/more/more"
    }


@given(st.lists(st.text(alphabet="ab1/;=?&,:.", max_size=30), max_size=4))
def test_any_url_has_at_most_one_family(texts: list[str]) -> None:
    for path in texts:
        family = traps.family(f"{SITE}/{path}", 1_000)
        assert family is None or (family.budget > 0 and family.reason.startswith("trap-"))
