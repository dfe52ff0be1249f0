"""The fetcher that renders, where pages and browsers misbehave: each case ends bounded, and the next page works."""

# ruff: noqa: E501 - pages as they are served

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest

from linkworthy.errors import FetchError, InputError
from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.browser import BrowserFetcher
from linkworthy.fetch.http import HttpFetcher
from linkworthy.site import Browser, Limits, Network
from tests.support.browsing import HOST, SETTINGS, Rig, document, links, processes_of, rig, script
from tests.support.server import Server, answer, silence

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

QUICK = replace(SETTINGS, timeout_s=4.0, max_requests=20, max_bytes=2_000_000, max_memory_mb=300)


@pytest.fixture(scope="module")
def web() -> Iterator[Rig]:
    with rig(QUICK) as made:
        yield made


def goes_on(web: Rig, by: BrowserFetcher | None = None) -> bool:
    """Tell whether the next page is rendered."""
    exchange = web.render(document("<body><script>document.body.append('next' + 'page')</script>"), by=by)
    return exchange.fault is None and b"nextpage" in exchange.body


_EVERY_WAY = """
<link rel=stylesheet href={http}/style><link rel=preload as=script href={http}/preload><link rel=prefetch href={http}/pre>
<link rel=preconnect href={http}><link rel=dns-prefetch href={http}><link rel=manifest href={http}/m><link rel=icon href={http}/i>
<style>@import url({http}/import); body {{ background: url({http}/back) }}</style>
<script src={http}/script></script><img src={http}/img><iframe src={http}/frame></iframe><object data={http}/object></object>
<embed src={http}/embed><video src={http}/video></video><audio src={http}/audio></audio><iframe srcdoc="<img src={http}/in>"></iframe>
<form action={http}/form method=post target=_blank><input name=a></form><p>text
<script>
const tries = [
  () => fetch('{http}/fetch', {{mode: 'no-cors'}}),
  () => {{ const x = new XMLHttpRequest(); x.open('GET', '{http}/xhr'); x.send(); }},
  () => new WebSocket('{ws}/socket'),
  () => new EventSource('{http}/events'),
  () => navigator.sendBeacon('{http}/beacon', 'x'),
  () => new Worker(URL.createObjectURL(new Blob(["fetch('{http}/worker', {{mode: 'no-cors'}}); new WebSocket('{ws}/worker')"]))),
  () => new SharedWorker('/shared-worker.js'),
  () => navigator.serviceWorker.register('/service-worker.js'),
  () => window.open('{http}/popup'),
  () => document.forms[0].submit(),
  () => new WebTransport('{https}/transport'),
  () => {{ const c = new RTCPeerConnection({{iceServers: [{{urls: 'turn:{host}?transport=tcp', username: 'a', credential: 'b'}}]}});
           c.createDataChannel('a'); c.createOffer().then(o => c.setLocalDescription(o)); }},
  () => import('{http}/import.js'),
  () => {{ location.href = '{http}/location'; }},
];
for (const one of tries) try {{ Promise.resolve(one()).catch(() => 0); }} catch {{ }}
</script>"""


def test_no_page_gets_at_this_machine(web: Rig) -> None:
    async def go() -> tuple[Exchange, int, list[str]]:
        async with Server(
            {"*": answer(b"secret", headers={"Access-Control-Allow-Origin": "*"})}, host="127.0.0.1"
        ) as inner:
            pages = {}
            for n, host in enumerate(("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433")):
                place = f"{host}:{inner.port}"
                page = _EVERY_WAY.format(
                    http=f"http://{place}", https=f"https://{place}", ws=f"ws://{place}", host=place
                )
                pages[f"/{n}"] = document(page)
            worker = script(f"fetch('http://127.0.0.1:{inner.port}/from-worker', {{mode: 'no-cors'}})")
            web.serve({**pages, "/shared-worker.js": worker, "/service-worker.js": worker})
            for target in pages:
                exchange = await roomy.fetch(Request(url=web.server.url(target, HOST)))
                assert exchange.fault is None, exchange.last.fault_detail
            return exchange, inner.n_connections, [asked.target for asked in inner.asked]

    roomy = web.open(replace(SETTINGS, block_kinds=(), timeout_s=4))
    exchange, n_connections, asked = web.run(go())
    assert exchange.rendering is not None
    assert exchange.rendering.n_requests >= 8
    assert exchange.rendering.n_failed >= 3
    assert (n_connections, asked) == (0, [])


def test_what_leads_to_this_machine_by_a_redirect_is_not_followed(web: Rig) -> None:
    async def go() -> int:
        async with Server({"*": script("document.body.append('inside')")}) as inner:
            web.serve({
                "/": document("<body><script src=/away></script>"),
                "/away": answer(b"", "302 Found", {"Location": f"http://127.0.0.1:{inner.port}/"}),
            })  # fmt: skip
            exchange = await web.fetcher.fetch(Request(url=web.server.url("/", HOST)))
            assert exchange.rendering is not None
            assert exchange.rendering.n_failed == 1
            return inner.n_connections

    assert web.run(go()) == 0


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "chrome://version", "view-source:http://a.example/", "data:text/html,x", "ftp://a.example/"],
)
def test_other_schemes_lead_nowhere(web: Rig, url: str) -> None:
    exchange = web.render(
        document(f"<p>here<iframe src={url}></iframe><script>location.href = '{url}'; fetch('{url}')</script>")
    )
    assert exchange.fault is None
    assert b"<p>here" in exchange.body
    assert b"root:" not in exchange.body


def test_dialogs_are_answered(web: Rig) -> None:
    exchange = web.render(document(
        "<body><script>addEventListener('beforeunload', (e) => { e.preventDefault(); e.returnValue = 'stay' });"
        "alert(1); const a = [confirm(2), prompt(3)]; document.body.append('asked ' + a); print()</script>"
    ))  # fmt: skip
    assert exchange.fault is None
    assert b"asked false," in exchange.body
    assert goes_on(web)


def test_permissions_are_denied(web: Rig) -> None:
    exchange = web.render(document(
        "<body><script>navigator.geolocation.getCurrentPosition(() => 0, () => document.body.append('no place, '));"
        "Notification.requestPermission().then((a) => document.body.append('notes ' + a));</script>"
    ))  # fmt: skip
    assert exchange.fault is None
    assert b"notes denied" in exchange.body or b"notes default" in exchange.body


def test_popups_and_downloads_do_not_come_about(web: Rig) -> None:
    exchange = web.render({"/": document(
        "<a id=a href=/file download>x</a><script>a.click(); window.open('/popup');"
        "const b = document.createElement('a'); b.href = URL.createObjectURL(new Blob(['x'])); b.download = 'x'; b.click()"
        "</script>"
    ), "/file": answer(b"x", headers={"Content-Type": "application/zip", "Content-Disposition": "attachment"})})  # fmt: skip
    assert exchange.fault is None
    assert web.targets == ["/"]
    assert goes_on(web)


def test_a_script_without_end_costs_its_page_and_no_other(web: Rig) -> None:
    exchange = web.render(document("<a href=/raw>x</a><script>for (;;) {}</script>"))
    assert (exchange.status, exchange.fault) == (200, "not-rendered")
    assert "scripts" in (exchange.last.fault_detail or "")
    assert links(exchange) == [web.server.url("/raw", HOST)]
    assert goes_on(web)


def test_a_page_that_never_finishes_loading_is_read_when_its_time_is_up(web: Rig) -> None:
    exchange = web.render({"/": document("<p>there<script async src=/never></script>"), "/never": silence})
    assert exchange.fault is None
    assert b"there" in exchange.body
    assert exchange.rendering is not None
    assert not exchange.rendering.is_settled
    assert exchange.rendering.load_ms is None


def test_a_page_that_asks_for_too_much_gets_no_more(web: Rig) -> None:
    ask = "(async () => { for (let n = 0; n < 9; n++) try { await (await fetch('/x' + n)).text() } catch { break } document.title = 'end' })()"
    patient = web.open(replace(QUICK, timeout_s=30, settle_s=2))
    exchange = web.render({"/": document(f"<script>{ask}</script>"), "*": answer(b"x" * 1_000_000)}, by=patient)
    assert len([t for t in web.targets if t.startswith("/x")]) <= 3
    assert b"<title>end" in exchange.body


def test_a_page_that_takes_too_much_memory_is_given_up(web: Rig) -> None:
    take = "const a = []; setInterval(() => a.push(new Uint8Array(3e7).fill(1)), 1)"
    exchange = web.render(
        {"/": document(f"<script>{take}</script><script async src=/m.js></script>"), "/m.js": silence}
    )
    assert exchange.fault == "not-rendered"
    assert "memory" in (exchange.last.fault_detail or "")
    assert goes_on(web)


def test_headers_that_a_browser_does_not_take_are_a_fault_and_no_more(web: Rig) -> None:
    exchange = web.render(
        answer(b"<p>there", headers={"Content-Type": "text/html", "X-Odd": "\xff\x01\x7f", "X Y": "z"})
    )
    assert exchange.fault in {None, "not-rendered", "malformed"}
    assert b"there" in exchange.body
    assert goes_on(web)


def test_pages_are_rendered_at_the_same_time(web: Rig) -> None:
    met = asyncio.Event()
    n_waiting = 0

    async def meet(talk: object) -> None:
        nonlocal n_waiting
        n_waiting += 1
        if n_waiting == 2:
            met.set()
        await met.wait()
        await talk.send(script("document.body.append('met')"))  # type: ignore[attr-defined]

    async def go() -> list[Exchange]:
        page = document("<body><script src=/meet.js?{}></script>")
        web.serve(
            {
                "/1": page.replace(b"{}", b"11"),
                "/2": page.replace(b"{}", b"22"),
                "/meet.js?11": meet,
                "/meet.js?22": meet,
            }
        )
        asked = [Request(url=web.server.url(target, HOST)) for target in ("/1", "/2")]
        return list(await asyncio.gather(*map(web.fetcher.fetch, asked)))

    assert all(b"met" in exchange.body for exchange in web.run(go()))


def test_a_page_that_the_browser_crashes_on_is_kept_as_it_came(web: Rig) -> None:
    deep = "let e = document.body; for (let n = 0; n < 20000; n++) { const d = document.createElement('div'); e.append(d); e = d }"
    exchange = web.render(document(f"<body><a href=/raw>x</a><script>{deep}</script>"))
    assert (exchange.status, exchange.fault) == (200, "not-rendered")
    assert links(exchange) == [web.server.url("/raw", HOST)]
    assert goes_on(web)


def test_a_renderer_that_is_killed_costs_its_page_and_no_other(web: Rig) -> None:
    assert goes_on(web)

    async def go() -> Exchange:
        web.serve({"/": document("<script src=/never></script>"), "/never": silence})
        work = asyncio.ensure_future(web.fetcher.fetch(Request(url=web.server.url("/", HOST))))
        while "/never" not in web.targets:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)
        for pid in processes_of("--type=renderer"):
            os.kill(pid, signal.SIGKILL)
        return await work

    exchange: Exchange = web.run(go())
    assert exchange.fault == "not-rendered"
    assert "crashed" in (exchange.last.fault_detail or "")
    assert goes_on(web)


@pytest.mark.parametrize("name", ["chromium", "driver"])
def test_a_browser_or_driver_that_is_killed_is_started_anew_and_the_page_tried_again(web: Rig, name: str) -> None:
    needle = {"chromium": "--remote-debugging-pipe", "driver": "run-driver"}[name]
    slow = f"/{name}.js"
    assert goes_on(web)

    async def go() -> Exchange:
        web.serve(
            {
                "/": document(
                    f"<body><script>document.body.append('at ' + 'last')</script><script src={slow}></script>"
                ),
                slow: silence,
            }
        )
        work = asyncio.ensure_future(web.fetcher.fetch(Request(url=web.server.url("/", HOST))))
        while slow not in web.targets:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)
        web.server.routes[slow] = script("1")
        for pid in processes_of(needle):
            os.kill(pid, signal.SIGKILL)
        return await work

    exchange: Exchange = web.run(go())
    assert exchange.fault is None, exchange.last.fault_detail
    assert b"at last" in exchange.body
    assert goes_on(web)


def test_a_browser_that_does_not_answer_is_killed(web: Rig) -> None:
    # Browsers of other fetchers may be open as well.
    others = set(processes_of("--remote-debugging-pipe"))
    fetcher = web.open(QUICK)
    assert goes_on(web, by=fetcher)
    stopped = set(processes_of("--remote-debugging-pipe")) - others
    assert stopped
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    assert goes_on(web, by=fetcher)
    assert not stopped & set(processes_of("--remote-debugging-pipe"))


def test_tabs_and_browsers_are_opened_anew_when_they_are_spent(web: Rig) -> None:
    fetcher = web.open(replace(QUICK, tabs=1, pages_per_context=1, pages_per_browser=2))
    others = set(processes_of("--remote-debugging-pipe"))
    alive: list[set[int]] = []
    for n in range(4):
        exchange = web.render(document(f"<body><script>document.body.append('page ' + {n})</script>"), by=fetcher)
        assert f"page {n}".encode() in exchange.body
        alive.append(set(processes_of("--remote-debugging-pipe")) - others)
    assert alive[0] & alive[1]
    assert not alive[1] & alive[2]
    assert alive[2] & alive[3]


def test_nothing_runs_on_after_the_end() -> None:
    needles = ("--remote-debugging-pipe", "run-driver", "--type=")
    with rig(QUICK) as made:
        before = {pid for needle in needles for pid in processes_of(needle)}
        assert goes_on(made)
        assert set(processes_of("--remote-debugging-pipe")) - before
    assert not {pid for needle in needles for pid in processes_of(needle)} - before


def test_a_chromium_that_cannot_be_started_is_said(web: Rig) -> None:
    fetcher = web.open(Browser(executable="/bin/false"))
    with pytest.raises(FetchError, match="cannot be started"):
        web.render(document("<p>x"), by=fetcher)


def test_a_machine_without_chromium_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    async def go() -> None:
        BrowserFetcher(HttpFetcher(Network(), Limits()), Network(), Limits(), Browser())

    with pytest.raises(InputError, match="not installed"):
        asyncio.run(go())
