"""The fetcher that renders: what its exchanges hold, and what a page is given."""

# ruff: noqa: E501 - pages as they are served

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest

from linkworthy.fetch.base import Exchange, Hop, Request
from linkworthy.fetch.browser import BrowserFetcher, encoded, is_page
from linkworthy.html.encoding import decode
from linkworthy.html.parse import parse
from tests.support.browsing import SETTINGS, Rig, document, links, rig, script
from tests.support.server import answer, redirect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_ADD = "const a = document.createElement('a'); a.href = {0!r}; a.textContent = 'x'; document.body.append(a);"


@pytest.fixture(scope="module")
def web() -> Iterator[Rig]:
    with rig() as made:
        yield made


@pytest.fixture(scope="module")
def loose(web: Rig) -> BrowserFetcher:
    """A fetcher of which much is allowed."""
    settings = replace(SETTINGS, block_kinds=("stylesheet",), block_hosts=("b.cdn.example",), allow_post=True)
    return web.open(settings, cookies=True)


def test_a_link_that_a_script_makes_is_there(web: Rig) -> None:
    exchange = web.render(
        {"/": document("<p>hello<script src=/app.js></script>"), "/app.js": script(_ADD.format("/made"))}
    )
    assert exchange.fault is None
    assert links(exchange) == [web.server.url("/made", "shop.example")]
    assert exchange.body.startswith(b"<!DOCTYPE html>")
    assert exchange.rendering is not None
    assert b"/made" not in exchange.rendering.raw
    assert b"hello" in exchange.rendering.raw
    assert exchange.n_bytes == len(exchange.rendering.raw)


def test_links_that_come_with_data_after_the_load_event_are_there(web: Rig) -> None:
    fill = "setTimeout(async () => { for (const u of await (await fetch('/list.json')).json()) {" + _ADD.replace(
        "{0!r}", "u"
    )
    page = document(f"<body><script>addEventListener('load', () => {fill} }} }}, 50))</script>")
    data = answer(b'["/one","/two"]', headers={"Content-Type": "application/json"})
    exchange = web.render({"/": page, "/list.json": data})
    assert [link.rpartition("/")[2] for link in links(exchange)] == ["one", "two"]


def test_times_of_http_and_of_rendering_are_kept_apart(web: Rig) -> None:
    exchange = web.render(
        document("<p>text<script>const end = performance.now() + 200; while (performance.now() < end);</script>")
    )
    drawn = exchange.rendering
    assert drawn is not None
    assert drawn.is_settled
    assert drawn.dom_ms is not None
    assert drawn.dom_ms >= 200
    assert drawn.load_ms is not None
    assert drawn.load_ms >= drawn.dom_ms
    assert drawn.total_ms is not None
    assert drawn.total_ms >= drawn.load_ms
    assert drawn.lcp_ms is not None
    assert exchange.last.timings.total_ms is not None
    assert exchange.last.timings.ttfb_ms is not None


def test_headers_and_status_are_those_of_http(web: Rig) -> None:
    exchange = web.render(document("<p>x", **{"X-Robots-Tag": "noindex", "Link": '</c>; rel="canonical"'}))
    assert exchange.status == 200
    assert exchange.header("x-robots-tag") == "noindex"
    assert exchange.header("link") == '</c>; rel="canonical"'
    assert exchange.last.http_version == "1.1"


def test_redirects_are_followed_hop_by_hop_and_the_end_is_rendered(web: Rig) -> None:
    web.serve(
        {
            "/": redirect("/b"),
            "/b": redirect("/c", "302 Found"),
            "/c": document(f"<body><script>{_ADD.format('d')}</script>"),
        }
    )
    exchange = web.get(max_hops=5)
    assert [(hop.status, hop.url.rpartition("/")[2]) for hop in exchange.hops] == [(301, ""), (302, "b"), (200, "c")]
    assert links(exchange) == [web.server.url("/d", "shop.example")]
    first = web.get(max_hops=0)
    assert (first.status, first.rendering) == (301, None)


def test_what_is_no_page_is_left_to_http(web: Rig) -> None:
    routes = {
        "/missing": answer(b"<p>gone<script>document.write('x')</script>", "404 Not Found"),
        "/file": document("<p>x", **{"Content-Disposition": "attachment; filename=x.html"}),
        "/data": answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}),
        "/text": answer(b"<p>text", headers={"Content-Type": "text/plain"}),
        "/empty": answer(b""),
        "/robots.txt": document("<p>soft"),
    }
    web.serve(dict(routes))
    for target, given in routes.items():
        exchange = web.get(target)
        assert exchange.rendering is None, target
        assert exchange.fault is None
        assert given.endswith(exchange.body)
    assert web.get("/text", method="HEAD").rendering is None


def test_pages_of_other_hosts_are_left_to_http_where_only_own_ones_count(web: Rig) -> None:
    fetcher = web.open(renders=lambda host: host != "shop.example")
    assert web.render(document("<p>x"), by=fetcher).rendering is None


def test_a_page_without_a_type_is_recognised_by_how_it_begins() -> None:
    def given(body: bytes, kind: str = "") -> Exchange:
        headers = (("content-type", kind),) if kind else ()
        hop = Hop(url="http://a.example/", status=200, headers=headers)
        return Exchange(request=Request(url="http://a.example/"), hops=(hop,), body=body, fetched_at=datetime.now(UTC))

    assert is_page(given(b"\xef\xbb\xbf\n <!DOCTYPE HTML><p>x"))
    assert is_page(given(b"anything", "Text/HTML; charset=utf-8"))
    assert not is_page(given(b"%PDF"))
    assert not is_page(given(b"<html>", "application/json"))


def test_a_document_without_a_doctype_gets_none(web: Rig) -> None:
    assert web.render(answer(b"<p>quirks")).body.startswith(b"<html>")


@pytest.mark.parametrize(
    ("head", "kind", "coding"),
    [
        ("", "text/html; charset=iso-8859-1", "cp1252"),
        ("<meta charset=windows-1251>", "text/html", "cp1251"),
        ("<meta charset=shift_jis>", "text/html", "shift_jis"),
        ("", "text/html", "utf-8"),
        ("", "text/html; charset=utf-16le", "utf-16-le"),
    ],
    ids=["header", "meta", "shift-jis", "undeclared", "utf-16"],
)
def test_text_is_read_as_it_was_written(web: Rig, head: str, kind: str, coding: str) -> None:
    word = {"cp1252": "Köln", "cp1251": "Чай", "shift_jis": "お茶", "utf-8": "Köln", "utf-16-le": "お茶"}[coding]
    html = f"<!doctype html>{head}<title>{word}</title><body><script>document.body.append('€ \\u4e2d')</script>"
    body = html.replace("€", "\\u20ac").encode(coding)
    exchange = web.render(answer(body, headers={"Content-Type": kind}))
    assert parse(exchange.body, exchange.headers, exchange.url).facts["title"] == word
    assert "€ 中" in unescape(decode(exchange.body, exchange.header("content-type")).text)


def test_a_dom_with_half_a_character_can_be_encoded() -> None:
    assert b"a?b" in encoded("<p>a\ud800b", "text/html; charset=utf-8")


def test_the_agent_is_the_crawls_own_in_requests_and_in_scripts(web: Rig) -> None:
    exchange = web.render(
        {
            "/": document("<body><script src=/a.js></script>"),
            "/a.js": script("document.body.append(navigator.userAgent)"),
        }
    )
    agents = {asked.headers["user-agent"] for asked in web.asked}
    assert agents == {web.network.user_agent}
    assert web.network.user_agent.encode() in exchange.body


def test_images_fonts_and_media_are_not_fetched_and_images_do_not_fail(web: Rig) -> None:
    exchange = web.render(document(
        "<style>@font-face { font-family: f; src: url(/f.woff2) } p { font-family: f }</style><p>text"
        "<img id=kept src=/a.png onerror=this.remove()><video src=/v.mp4 autoplay></video>"
        "<script>new Image().src = '/b.png'</script>"
    ))  # fmt: skip
    assert web.targets == ["/"]
    assert b'id="kept"' in exchange.body
    assert exchange.rendering is not None
    assert exchange.rendering.n_blocked >= 3


def test_kinds_that_are_not_blocked_are_fetched(web: Rig, loose: BrowserFetcher) -> None:
    web.render({"/": document("<link rel=stylesheet href=/a.css><img src=/a.png>")}, by=loose)
    assert set(web.targets) - {"/robots.txt"} == {"/", "/a.png"}


def test_blocked_hosts_and_those_below_them_are_not_asked(web: Rig, loose: BrowserFetcher) -> None:
    page = "".join(
        f"<script src=http://{host}:{web.server.port}/t.js></script>" for host in ("a.cdn.example", "b.cdn.example")
    )
    exchange = web.render({"/": document(page), "/t.js": script("document.title = 'y'")}, by=loose)
    hosts = {asked.headers["host"].partition(":")[0] for asked in web.asked if asked.target == "/t.js"}
    assert hosts == {"a.cdn.example"}
    assert exchange.rendering is not None
    assert exchange.rendering.n_blocked == 1


def test_robots_txt_forbids_what_a_page_asks_for(web: Rig) -> None:
    routes = {
        "/": document("<body><script src=/private/a.js></script><script src=/b.js></script>"),
        "/private/a.js": script("document.body.append('forbidden')"),
        "/b.js": script("document.body.append('allowed')"),
        "/robots.txt": answer(b"User-agent: *\nDisallow: /private/\n", headers={"Content-Type": "text/plain"}),
    }
    exchange = web.render(dict(routes), host="robots.cdn.example")
    assert b"forbidden" not in exchange.body
    assert b"allowed" in exchange.body
    assert "/private/a.js" not in web.targets


def test_robots_txt_that_the_crawl_has_asked_for_is_not_asked_for_again(web: Rig) -> None:
    web.serve({"/": document("<script src=/a.js></script>"), "/a.js": script("1"), "/robots.txt": answer(b"")})
    web.get("/robots.txt", host="known.cdn.example")
    web.get(host="known.cdn.example")
    assert web.targets == ["/robots.txt", "/", "/a.js"]


def test_a_script_that_several_pages_share_is_fetched_once(web: Rig) -> None:
    web.serve({
        "/": document("<script src=/shared.js></script><script src=/fresh.js></script>"),
        "/shared.js": script("1"),
        "/fresh.js": answer(b"1", headers={"Content-Type": "text/javascript", "Cache-Control": "no-store"}),
    })  # fmt: skip
    for _ in range(3):
        web.get()
    assert web.targets.count("/shared.js") == 1
    assert web.targets.count("/fresh.js") == 3


def test_a_module_behind_a_redirect_knows_its_own_address(web: Rig) -> None:
    exchange = web.render({
        "/": document("<body><script type=module src=/m.js></script>"),
        "/m.js": redirect("/deep/m.js"),
        "/deep/m.js": script("import './part.js'"),
        "/deep/part.js": script("document.body.append('part is here')"),
    })  # fmt: skip
    assert b"part is here" in exchange.body


def test_data_of_another_origin_needs_its_consent(web: Rig) -> None:
    place = f"http://api.cdn.example:{web.server.port}"
    ask = "fetch('{0}/{1}', {{headers: {{'X-A': 'b'}}}}).then(r => r.text()).then(t => document.body.append(t));"
    consent = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/plain"}
    exchange = web.render({
        "/": document(f"<body><script>{ask.format(place, 'open')}{ask.format(place, 'shut')}</script>"),
        "/open": answer(b"given freely", headers=consent),
        "/shut": answer(b"kept secret", headers={"Content-Type": "text/plain"}),
    })  # fmt: skip
    assert b"given freely" in exchange.body
    assert b"kept secret" not in exchange.body
    assert {asked.method for asked in web.asked} == {"GET"}
    assert any(asked.headers.get("x-a") == "b" for asked in web.asked)


def test_nothing_is_sent_by_a_page_unless_that_is_wanted(web: Rig, loose: BrowserFetcher) -> None:
    send = "fetch('/api', {method: 'POST', body: 'q=1'}).then(r => r.text()).then(t => document.body.append(t));"
    others = "for (const method of ['PUT', 'DELETE', 'PATCH']) fetch('/api', {method}); navigator.sendBeacon('/beacon', 'x');"
    routes = {
        "/": document(f"<body><script>{send}{others}</script>"),
        "/api": answer(b"the answer", headers={"Content-Type": "text/plain"}),
    }
    exchange = web.render(dict(routes))
    assert b"the answer" not in exchange.body
    assert {asked.method for asked in web.asked} == {"GET"}
    exchange = web.render(dict(routes), by=loose)
    assert b"the answer" in exchange.body
    assert [(asked.method, asked.content) for asked in web.asked if asked.method != "GET"] == [("POST", b"q=1")]


def test_where_a_page_leads_by_itself_is_told_and_not_followed(web: Rig) -> None:
    exchange = web.render({"/": document("<p>old<script>location.href = '/new'</script>"), "/new": document("<p>new")})
    assert exchange.rendering is not None
    assert exchange.rendering.moved_to_url == web.server.url("/new", "shop.example")
    assert exchange.rendering.is_settled
    assert b"<p>old" in exchange.body
    assert "/new" not in web.targets


def test_errors_of_scripts_are_counted(web: Rig) -> None:
    exchange = web.render(document(
        "<script>console.error('a'); console.log('b'); throw new Error('c')</script><script>undefined.x</script>"
    ))  # fmt: skip
    assert exchange.rendering is not None
    assert exchange.rendering.n_console_errors == 1
    assert exchange.rendering.n_script_errors == 2


def test_nothing_is_left_of_one_page_for_the_next(web: Rig) -> None:
    page = document(
        "<body><script>document.body.append([document.cookie, localStorage.a, sessionStorage.a, window.name].join('|') + '.');"
        "document.cookie = 'a=kept'; localStorage.a = sessionStorage.a = window.name = 'kept';</script>",
        **{"Set-Cookie": "b=sent"},
    )
    bodies = [web.render(page).body for _ in range(3)]
    assert all(b"kept" not in body.partition(b"</script>")[2] for body in bodies)
    assert all(b"b=sent" not in body.partition(b"</script>")[2] for body in bodies)
    assert "cookie" not in {name for asked in web.asked for name in asked.headers}


def test_cookies_are_sent_back_where_they_are_kept(web: Rig, loose: BrowserFetcher) -> None:
    web.serve({"/": document("<script src=/a.js></script>", **{"Set-Cookie": "a=1"}), "/a.js": script("1")})
    web.get(by=loose)
    assert [asked.headers.get("cookie") for asked in web.asked if asked.target == "/a.js"] == ["a=1"]


def test_elements_named_like_properties_do_not_mislead_the_reading(web: Rig) -> None:
    exchange = web.render(document("<form name=documentElement></form><img name=doctype><a href=/real>x</a>"))
    assert links(exchange) == [web.server.url("/real", "shop.example")]


def test_a_page_that_asks_without_end_is_cut_off(web: Rig) -> None:
    ask = "let n = 0; setInterval(() => { for (let i = 0; i < 20; i++) fetch('/x' + n++) }, 1)"
    exchange = web.render({"/": document(f"<p>there<script>{ask}</script>"), "*": answer(b"x")})
    assert b"there" in exchange.body
    assert exchange.fault in {None, "not-rendered"}  # whether it can be read depends on how busy the machine is
    assert exchange.rendering is not None
    assert len([target for target in web.targets if target.startswith("/x")]) <= 200
    assert exchange.rendering.n_blocked >= 300
    assert b"hello" in web.render(document("<p>hello")).body


def test_a_dom_without_end_is_cut(web: Rig) -> None:
    fill = "const a = document.createElement('p'); a.textContent = 'y'.repeat(1e5); for (let n = 0; n < 99; n++) document.body.append(a.cloneNode(true));"
    web.serve(document(f"<body><script>{fill}</script>"))
    exchange = web.get(max_bytes=1_000_000)
    assert exchange.fault is None
    assert exchange.is_truncated
    assert len(exchange.body) == 1_000_000


def test_a_deep_and_a_wide_dom_are_read(web: Rig) -> None:
    wide = "document.body.append(...Array.from({length: 50000}, (_, n) => { const a = document.createElement('a'); a.href = n; return a }));"
    deep = "let e = document.body; for (let n = 0; n < 1000; n++) { const d = document.createElement('div'); e.append(d); e = d }"
    exchange = web.render(document(f"<body><script>{wide}{deep}</script>"))
    assert exchange.fault is None
    assert exchange.body.count(b"<a href=") == 50_000
    assert exchange.body.count(b"<div>") == 1_000


def test_a_page_that_floods_the_console_is_not_heard(web: Rig) -> None:
    exchange = web.render(document(
        "<script>for (let n = 0; n < 1e5; n++) { console.log('x'.repeat(1e4)); console.error('x'.repeat(1e4)); }</script>"
    ))  # fmt: skip
    assert exchange.fault is None
    assert exchange.rendering is not None
    assert exchange.rendering.n_console_errors == 100
