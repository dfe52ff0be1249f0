"""``linkworthy crawl --render`` from end to end: pages behind scripts are found, and outbound links stay with HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linkworthy.engine.embedded import Embedded
from linkworthy.fetch.chromium import find_chromium
from linkworthy.site import Site
from tests.support.browsing import document, script
from tests.support.command import linkworthy
from tests.support.server import Answer
from tests.support.smallweb import SHOP, SmallWeb, small_web

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_MENU = """
for (const path of ['/tea', '/pots', 'http://blog.example/post']) {
  const a = document.createElement('a'); a.href = path; a.textContent = 'go'; document.body.append(a);
}"""


def crawled(folder: Path, web: SmallWeb, *arguments: str) -> dict[str, tuple[int | None, str | None]]:
    """Crawl, and give status and title of every URL that was asked for."""
    folder.mkdir()
    routes = [part for route in web.config.network.connect_to for part in ("--connect-to", route)]
    linkworthy("init", SHOP, "--yes", *routes, cwd=folder)
    linkworthy("crawl", "shop.example", *routes, *arguments, cwd=folder)
    rows = rows_of(folder, "url, status, title")
    return {url: (status, title) for url, status, title in rows}


def rows_of(folder: Path, columns: str) -> list[tuple[Any, ...]]:
    with Embedded().connect(Site(folder / "shop.example").latest().tables()) as db:
        return db.execute(f"select {columns} from pages order by url").fetchall()


def test_pages_behind_scripts_are_found_and_outbound_links_are_asked_for_over_http(tmp_path: Path) -> None:
    if find_chromium() is None:
        pytest.skip("Chromium is not installed")
    shop: dict[str, Answer] = {
        "/": document("<body><script src=/menu.js></script>"),
        "/menu.js": script(_MENU),
        "/tea": document("<body><script>document.title = 'Tea ' + 'by script'</script>"),
        "/pots": document("<body>Pots"),
    }
    blog: dict[str, Answer] = {"/post": document("<body><script>document.title = 'not ' + 'run'</script>")}
    with small_web({"shop.example": shop, "blog.example": blog}) as web:
        plain = crawled(tmp_path / "plain", web)
        rendered = crawled(tmp_path / "rendered", web, "--render")
    assert not {"http://shop.example/tea", "http://blog.example/post"} & set(plain)
    assert rendered["http://shop.example/tea"] == (200, "Tea by script")
    assert rendered["http://shop.example/pots"] == (200, "x")
    assert rendered["http://blog.example/post"][0] == 200
    assert {asked.method for asked in web.server.asked if asked.target == "/post"} == {"HEAD"}
    told = {
        url: row for url, *row in rows_of(tmp_path / "rendered", "url, is_rendered, raw_title, raw_n_links, n_links")
    }
    assert told["http://shop.example/"] == [True, "x", 0, 3]
    assert told["http://shop.example/tea"][:2] == [True, "x"]
    assert told["http://blog.example/post"] == [None] * 4
    timed = rows_of(tmp_path / "rendered", "is_settled, render_ms > 0, n_requests, n_script_errors")
    assert (True, True, 1, 0) in timed
    assert {row[0] for row in rows_of(tmp_path / "plain", "is_rendered")} == {None}
