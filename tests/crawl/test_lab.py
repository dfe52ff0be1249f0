"""The lab: pages measured in a browser, chosen by template, judged by the audit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linkworthy.crawl.lab import chosen, cls_of, tbt_of
from linkworthy.engine.embedded import Embedded
from linkworthy.fetch.chromium import find_chromium
from linkworthy.fetch.http import HttpFetcher
from linkworthy.fetch.lab import Lab, LoadError
from linkworthy.site import Limits, Site
from tests.support.browsing import SETTINGS, document, rig, script
from tests.support.command import linkworthy
from tests.support.runs import START, make_run
from tests.support.server import Answer, answer
from tests.support.smallweb import SHOP, small_web

_PAGE = """<meta name=viewport content="width=device-width">
<style>p { font-size: 10px } #wide { width: 900px; height: 10px } #veil { position: fixed; inset: 0 }
  #veil a { display: block; width: 10px; height: 10px }</style>
<p>Small letters, all of them<div id=wide></div><img src=/tea.png>
<div id=veil><a href=/a>a</a><a href=/b>b</a></div><script src=/app.js></script>"""
_FLOOD = "<script>setInterval(() => { for (let i = 0; i < 20; i++) fetch('/x?' + Math.random()) }, 5)</script>"
_SCRIPT = """
const start = performance.now(); while (performance.now() - start < 150);
document.title = 'Made by script'; console.warn('old');
setTimeout(() => { const d = document.createElement('div'); d.style.height = '400px'; document.body.prepend(d) }, 200);
"""


def tables_of(folder: Path, query: str) -> list[dict[str, Any]]:
    with Embedded(1).connect(Site(folder / "shop.example").latest().tables()) as db:
        found: list[dict[str, Any]] = db.sql(query).to_arrow_table().to_pylist()
    return found


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_a_page_is_measured_on_both_devices_and_judged(tmp_path: Path) -> None:
    if find_chromium() is None:
        pytest.skip("Chromium is not installed")
    shop: dict[str, Answer] = {
        "/": document(_PAGE),
        "/app.js": script(_SCRIPT),
        "/tea.png": answer(b"x" * 50_000, headers={"Content-Type": "image/png"}),
    }
    with small_web({"shop.example": shop}) as web:
        routes = [part for route in web.config.network.connect_to for part in ("--connect-to", route)]
        linkworthy("init", SHOP, "--yes", *routes, cwd=tmp_path)
        linkworthy("crawl", "shop.example", *routes, cwd=tmp_path)
        web.server.asked.clear()
        linkworthy("lab", "shop.example", *routes, cwd=tmp_path)
        assert sorted(asked.target for asked in web.server.asked if asked.target != "/robots.txt") == [
            "/", "/app.js", "/tea.png",
        ]  # fmt: skip
    desktop, phone = tables_of(tmp_path, "select * from lab_pages order by device")
    assert (desktop["device"], desktop["state"], phone["device"], phone["n_loads"]) == (
        "desktop",
        "measured",
        "phone",
        3,
    )
    assert desktop["title"] == "Made by script"
    assert 50_000 < desktop["transfer_bytes"] < 60_000
    assert (desktop["third_party_share"], desktop["n_console_warnings"]) == (0.0, 1)
    assert phone["fcp_ms"] >= 150.0
    assert phone["fcp_spread"] >= 0.0
    assert phone["tbt_ms"] > 0.0
    assert phone["cls"] > 0.0
    assert (phone["is_too_wide"], phone["n_small_targets"]) == (True, 2)
    assert phone["small_text_share"] > 0.8
    assert phone["overlay_share"] == 1.0
    assert 0.0 < desktop["access_score"] < 1.0
    assert "image-alt" in {row["rule"] for row in tables_of(tmp_path, "select rule from access_faults")}
    linkworthy("audit", "shop.example", cwd=tmp_path)
    flagged = {row["rule"] for row in tables_of(tmp_path, "select distinct rule from findings")}
    assert {"mob-width", "mob-font", "mob-target", "mob-interstitial", "js-title-updated", "js-warnings"} <= flagged
    assert {"a11y-axe-*", "a11y-score-poor"} & flagged
    states = {row["rule"]: row["state"] for row in tables_of(tmp_path, "select rule, state from coverage")}
    assert states["cwv-lcp"] == states["cwv-inp"] == states["page-third-party"] == "judged"
    assert states["psi-unused-js"] == "not judged"


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_a_page_that_never_ends_is_given_up() -> None:
    pages = {"/loop": document("<script>for (;;) ;</script>"), "/flood": document(_FLOOD)}
    with rig() as web:
        web.serve({**pages, "/good": document("<p>x")})
        plain = web.open(renders=lambda _host: False)
        documents = {path: web.get(path, by=plain) for path in ("/loop", "/flood", "/good")}

        async def measured(timeout_s: float, *paths: str) -> dict[str, str]:
            fetcher = HttpFetcher(web.network, Limits())
            settings = replace(SETTINGS, timeout_s=timeout_s, max_requests=20)
            lab = Lab(fetcher, web.network, Limits(), settings)
            out: dict[str, str] = {}
            try:
                for path in paths:
                    try:
                        out[path] = str(len(await lab.measure(documents[path])))
                    except LoadError as fault:
                        out[path] = str(fault)
            finally:
                await lab.close()
                await fetcher.close()
            return out

        # Where much else is going on, a page that asks without end takes long, too.
        assert web.run(measured(60.0, "/flood")) == {"/flood": "it asks without end"}
        assert web.run(measured(4.0, "/loop", "/good")) == {"/loop": "it takes too long", "/good": "2"}


def test_one_page_stands_for_a_template_and_the_start_page_comes_first(tmp_path: Path) -> None:
    def row(path: str, **columns: Any) -> dict[str, Any]:
        return {
            "url": START.rstrip("/") + path,
            "status": 200,
            "is_html": True,
            "is_own": True,
            "role": "own",
            **columns,
        }

    run = make_run(tmp_path, pages=[
        row("/", depth=0), row("/tea/green", depth=2), row("/tea/black", depth=1), row("/tea/white", depth=2),
        row("/2024/a", depth=3), row("/2023/b", depth=2),
        row("/find?q=tea&page=2", depth=1), row("/find?page=3&q=a", depth=1),
        row("/gone", depth=1, status=404),
    ])  # fmt: skip
    found = [(page.url.removeprefix(START), page.n_pages) for page in chosen(run, Embedded(1), 10)]
    assert found == [("", 1), ("tea/black", 3), ("2023/b", 2), ("find?page=3&q=a", 2)]
    assert len(chosen(run, Embedded(1), 2)) == 2


def test_shifts_are_summed_by_burst() -> None:
    assert cls_of([]) == 0.0
    assert cls_of([(100, 0.1), (900, 0.1), (2_500, 0.15)]) == pytest.approx(0.2)
    assert cls_of([(n * 900.0, 0.1) for n in range(8)]) == pytest.approx(0.6)


def test_blocking_time_begins_with_the_first_paint() -> None:
    assert tbt_of([(0, 100)], None) is None
    assert tbt_of([(0, 100), (200, 120), (400, 40)], 150.0) == pytest.approx(70.0)
    assert tbt_of([(100, 200)], 150.0) == pytest.approx(100.0)
