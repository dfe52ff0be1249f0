"""One crawl through all that a hostile web can answer: it ends, says what each URL came to, and finds the good pages.

What a single request or page may cost is tested where it is bounded: redirects, certificates, bodies, heads and
connections dropped at every stage in ``tests/fetch`` (test_http_fetcher, test_bounds, test_addresses), robots.txt in
``tests/fetch/test_robots``, sitemaps in ``test_sitemaps``, endless calendars, facets and session ids in ``test_traps``,
markup in ``tests/html/test_html_hostile``, encodings in ``tests/html/test_html_encoding``.
"""

from __future__ import annotations

import gzip
import io
import ssl
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
import trustme

from linkworthy.site import ScopeSettings, Site, SiteConfig
from tests.support.crawling import crawled, on_loopback, rows_of
from tests.support.server import Answer, Server, Talk, answer, break_off, endless, hang_up, raw, redirect, silence
from tests.support.websites import page, text

SHOP = "http://shop.example"
LIMIT = 1_000_000
"""Bytes of a body in this crawl."""
N_GOOD = 12


def packed(coding: str, body: bytes) -> bytes:
    return answer(body, headers={"Content-Encoding": coding})


def gzip_bomb(n_mb: int) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as file:
        for _ in range(n_mb):
            file.write(b" " * 2**20)
    return out.getvalue()


def entity_bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><urlset>&e11;</urlset>'.encode()


def late_tail(talk: Talk) -> Any:
    """Answer one byte a second, or nearly."""
    return endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Slow</title>", b".", 0.3)(talk)


def by_agent(talk: Talk) -> Any:
    """Show one page to browsers, and another to everybody else."""
    return talk.send(page("For browsers" if "Mozilla" in talk.asked.headers.get("user-agent", "") else "For robots"))


# Path: what it answers, and state, status and fault of its row.
ANSWERED = ("answered", 200, None)
CASES: dict[str, tuple[Answer, tuple[str, int | None, str | None]]] = {
    "/loop": (redirect("/pool"), ("answered", 301, None)),
    "/pool": (redirect("/loop"), ("answered", 301, None)),
    "/self": (redirect("/self"), ("answered", 301, None)),
    **{f"/chain/{n}": (redirect(f"/chain/{n + 1}"), ("answered", 301, None)) for n in range(50)},
    "/chain/50": (page("End of the chain"), ANSWERED),
    "/to-script": (redirect("javascript:alert(1)"), ("failed", 301, "bad-redirect")),
    "/to-file": (redirect("file:///etc/passwd"), ("failed", 301, "bad-redirect")),
    "/to-data": (redirect("data:text/html,<a href=/x>x</a>"), ("failed", 301, "bad-redirect")),
    "/to-nowhere": (answer(b"", "302 Found"), ("failed", 302, "bad-redirect")),
    "/to-private": (redirect("http://10.0.0.1/admin"), ("answered", 301, None)),
    "/to-metadata": (redirect("http://169.254.169.254/latest/"), ("answered", 301, None)),
    "/gzip-bomb": (packed("gzip", gzip_bomb(300)), ANSWERED),
    "/deflate-bomb": (packed("deflate", zlib.compress(b" " * 30_000_000, 9)), ANSWERED),
    "/brotli-bomb": (packed("br", brotli.compress(b" " * 30_000_000, quality=5)), ANSWERED),
    "/not-gzip": (packed("gzip", b"<p>plain text in truth"), ("failed", 200, "bad-encoding")),
    "/endless-body": (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"<p>more" * 10_000), ANSWERED),
    "/endless-head": (
        endless(b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n" * 1_000),
        ("failed", None, "headers-too-large"),
    ),
    "/slow": (late_tail, ("failed", 200, "too-slow")),
    "/mute": (silence, ("failed", None, "timeout")),
    "/hangs-up": (hang_up, ("failed", None, "closed")),
    "/breaks-off": (break_off, ("failed", None, "closed")),
    "/half-a-head": (raw(b"HTTP/1.1 200 OK\r\nContent-Ty"), ("failed", None, "closed")),
    "/half-a-body": (raw(answer(b"<title>Half</title>", length=10_000)), ("failed", 200, "closed")),
    "/too-much": (raw(answer(b"<title>More than it says", length=17)), ANSWERED),
    "/http-0.9": (raw(b"<title>No head at all</title>"), ("failed", None, "malformed")),
    "/garbage": (raw(bytes(range(256)) * 8), ("failed", None, "malformed")),
    "/bad-chunks": (
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc"),
        ("failed", 200, "malformed"),
    ),
    "/links": (answer(b"".join(b"<a href=/many/%d>x</a>" % n for n in range(100_000))), ANSWERED),
    "/attributes": (answer(b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">x"), ANSWERED),
    "/nested": (answer(b"<title>Nested</title>" + b"<b>" * 1_000_000), ANSWERED),
    "/50-mb": (answer(b"<title>Large</title>" + b"<p>text " * 7_000_000), ANSWERED),
    "/wrong-charset": (
        answer(b"<title>\xfcber</title>", headers={"Content-Type": "text/html; charset=utf-8"}),
        ANSWERED,
    ),
    "/no-such-charset": (
        answer(b"<title>x</title>", headers={"Content-Type": "text/html; charset=utf-9000"}),
        ANSWERED,
    ),
    "/utf-16": (answer("<title>Weit</title>".encode("utf-16-be"), headers={"Content-Type": "text/html"}), ANSWERED),
    "/no-type": (answer(b"<!doctype html><title>No type</title>", headers={"Content-Type": ""}), ANSWERED),
    "/by-agent": (by_agent, ANSWERED),
    "/soft-404": (page("Not found", text="Sorry, this page does not exist."), ANSWERED),
    "/999": (answer(b"odd", "999 Odd"), ("answered", 999, None)),
}
TRUNCATED = {
    "/gzip-bomb", "/deflate-bomb", "/brotli-bomb", "/endless-body", "/slow", "/half-a-body", "/bad-chunks", "/nested",
    "/50-mb", "/links",
}  # fmt: skip
ELSEWHERE = {
    "http://10.0.0.1/admin": "private-address",
    "http://169.254.169.254/latest/": "private-address",
    "http://[::1]/": "private-address",
    "http://nowhere.invalid/": "name-not-found",
    "https://selfmade.example/": "tls-untrusted",
}
MAPS = {
    "/bomb.xml": entity_bomb(),
    "/bomb.xml.gz": gzip_bomb(80),
    "/broken.xml": b"<urlset><url><loc>http://shop.example/from-a-broken-map</loc></url><url><lo",
    "/page.xml": b"<html><body>no map</body></html>",
    "/large.xml": b"<urlset>"
    + b"<!-- and so on -->" * 600_000
    + b"<url><loc>http://shop.example/last</loc></url></urlset>",
    "/index.xml": b"<sitemapindex><sitemap><loc>http://shop.example/index.xml</loc></sitemap></sitemapindex>",
}


def shop() -> dict[str, Answer]:
    robots = "User-agent: *\nDisallow: /private\n" + "".join(f"Sitemap: {SHOP}{path}\n" for path in MAPS)
    robots += "# and so on, for ten megabytes\n" * 330_000 + "User-agent: *\nDisallow: /\n"
    links = [*CASES, "/private/x", *ELSEWHERE, "javascript:void(0)", "mailto:x", "http://", "//", "\x00", "/good/0"]
    return {
        "/": page("Home", *links),
        "/robots.txt": text(robots),
        **{path: answer(body, headers={"Content-Type": "application/xml"}) for path, body in MAPS.items()},
        **{f"/good/{n}": page(f"Good {n}", f"/good/{n + 1}") for n in range(N_GOOD)},
        **{path: given for path, (given, _row) in CASES.items()},
        "/from-a-broken-map": page("Found all the same"),
    }


@pytest.fixture(scope="module")
def crawl_of_the_worst(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home: Path = tmp_path_factory.mktemp("worst")

    async def work(config: SiteConfig, server: Server) -> Any:
        made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trustme.CA().issue_cert("selfmade.example").configure_cert(made)
        async with Server({"*": page("Selfmade")}, tls=made) as secure:
            routes = (*config.network.connect_to, secure.connect_to("selfmade.example", 443))
            limits = replace(
                config.limits, max_bytes=LIMIT, least_speed_window_s=1.0, first_byte_s=1.0, connections_per_host=8
            )
            scope = ScopeSettings(exclude=("/many/*",))
            told = replace(config, limits=limits, scope=scope, network=replace(config.network, connect_to=routes))
            run = Site.create(home / "site", told).begin("run", {})
            facts = await crawled(run, told)
        return run, facts, server.asked

    return on_loopback({"shop.example": shop()}, work, processes=2)


def test_every_case_is_reported_as_what_it_is(crawl_of_the_worst: Any) -> None:
    run, _facts, _asked = crawl_of_the_worst
    rows = rows_of(
        run, "pages", "url", "state", "status", "fault", "is_truncated", where="is_own and depth is not null"
    )
    found = {url.removeprefix(SHOP): tuple(row) for url, *row in rows}
    assert {path: found[path][:3] for path in CASES} == {path: row for path, (_answer, row) in CASES.items()}
    assert {path for path in CASES if found[path][3]} == TRUNCATED
    assert found["/private/x"][:3] == ("disallowed", None, "disallowed")


def test_chains_and_loops_end_at_the_limit(crawl_of_the_worst: Any) -> None:
    run, _facts, _asked = crawl_of_the_worst
    last = {url: (n, fault) for url, n, fault in rows_of(run, "hops", "url", "n", "fault", where="fault is not null")}
    assert last[f"{SHOP}/chain/0"] == (10, "too-many-redirects")
    assert last[f"{SHOP}/chain/39"] == (10, "too-many-redirects")
    assert f"{SHOP}/chain/40" not in last
    assert last[f"{SHOP}/loop"] == (1, "redirect-loop")
    assert last[f"{SHOP}/self"] == (0, "redirect-loop")


def test_no_link_or_redirect_leads_to_a_private_address(crawl_of_the_worst: Any) -> None:
    run, _facts, _asked = crawl_of_the_worst
    rows = rows_of(run, "pages", "url", "fault", "address", where="role = 'outbound'")
    assert {url: fault for url, fault, _address in rows} == ELSEWHERE
    assert {address for url, _fault, address in rows if "selfmade" not in url} == {None}


def test_the_crawl_goes_on_and_finds_every_good_page(crawl_of_the_worst: Any) -> None:
    run, facts, asked = crawl_of_the_worst
    titles = {title for (title,) in rows_of(run, "pages", "title", where="status = 200")}
    assert {f"Good {n}" for n in range(N_GOOD)} <= titles
    assert {"Home", "End of the chain", "Found all the same", "For robots", "Large"} <= titles
    assert facts["skipped"]["excluded"] > 40_000
    n_asked = Counter(line.target for line in asked if line.method == "GET")
    assert n_asked["/robots.txt"] == 1
    # Again where nothing came at first; libcurl repeats five times where kept connections turn out to be dead.
    assert max(n_asked[path] for path in CASES) <= 12
    assert max(n_asked[f"/good/{n}"] for n in range(3, N_GOOD)) == 1
    assert {line.headers["user-agent"] for line in asked} == {"linkworthy/0.1 (+https://linkworthy.example/bot)"}


def test_sitemaps_that_are_none_are_told(crawl_of_the_worst: Any) -> None:
    run, _facts, _asked = crawl_of_the_worst
    told = Counter(file.removeprefix(SHOP) for file, _why in rows_of(run, "rejects", "file", "reason"))
    assert {"/bomb.xml", "/bomb.xml.gz", "/broken.xml", "/page.xml"} <= told.keys()
    named = {url for (url,) in rows_of(run, "sitemap_urls", "url")}
    assert named == {f"{SHOP}/from-a-broken-map", f"{SHOP}/last"}
