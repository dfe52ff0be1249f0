"""The report of a world, in a real browser: self-contained, accessible, readable on a phone and without scripts."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from linkworthy.fetch.chromium import find_chromium
from linkworthy.reports.context import gather
from linkworthy.reports.html import render
from linkworthy.reports.pdf import write_pdf
from tests.support.worlds import Judged

pytestmark = pytest.mark.xdist_group("world-1")
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=document.title='owned'>"


@pytest.fixture
def world(worlds: Callable[[int], Judged]) -> Judged:
    return worlds(1)


@pytest.fixture
def html(world: Judged) -> Path:
    return next(path for path in world.reports if path.name == "report.html")


@pytest.fixture(scope="module")
def browser(worlds: Callable[[int], Judged]) -> Iterator[Any]:
    worlds(1)  # first, because the browser's driver keeps an event loop in this thread
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390], ids=["desktop", "phone"])
def test_the_report_is_accessible_and_asks_nobody_for_anything(browser: Any, html: Path, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda message: faults.append(message.text))
    page.goto(html.as_uri())
    assert asked == [html.as_uri()]
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach((one, n) => { one.open = n < 40; })")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
    page.close()


@pytest.mark.browser
def test_without_scripts_every_table_can_be_read(browser: Any, html: Path, world: Judged) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(html.as_uri())
    assert page.locator("input").count() == 0
    text = page.locator("#main").inner_text()
    domains = [row["domain"] for row in world.rows("select domain from domains")]
    assert domains
    assert all(domain in text for domain in domains)
    context.close()


@pytest.mark.browser
def test_where_scripts_run_tables_filter_and_sort(browser: Any, html: Path, world: Judged) -> None:
    page = browser.new_page()
    page.goto(html.as_uri())
    table = page.locator("table.data", has=page.locator("caption", has_text="Referring domains")).first
    field = page.locator("div.filter", has=page.locator("xpath=following-sibling::*[1][.//caption]")).locator("input")
    boxes = page.locator("#who ~ div.filter input, #who ~ div .filter input")
    wanted = world.rows("select domain from domains order by domain limit 1")[0]["domain"]
    assert field.count() >= boxes.count() > 0
    boxes.first.fill(wanted)
    shown = table.locator("tbody tr:visible")
    assert 0 < shown.count() < table.locator("tbody tr").count()
    assert wanted in shown.first.inner_text()
    boxes.first.fill("")
    table.locator("thead button").first.click()
    first = [cell.inner_text() for cell in table.locator("tbody tr td:first-child").all()]
    assert first == sorted(first)
    page.close()


@pytest.mark.browser
def test_what_the_web_says_is_shown_and_never_run(browser: Any, world: Judged, tmp_path: Path) -> None:
    report = gather(world.answers, world.site.config, None)
    report.domains[0]["top_anchor"] = HOSTILE
    report.domains[0]["domain"] = "javascript:alert(1)"
    for group in report.verdicts.values():
        for row in group["rows"][:1]:
            row["anchor"] = row["before"] = row["source_title"] = HOSTILE
            row["source_url"] = "javascript:alert(1)"
    for found in (f for group in report.findings.values() for f in group):
        for row in found.rows[:1]:
            row.update({name: HOSTILE for name in found.columns if isinstance(row[name], str)})
    path = tmp_path / "hostile.html"
    path.write_text(render(report), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.title().startswith("Backlink report")
    assert page.locator("img, iframe, a[href^='javascript']").count() == 0
    page.close()


@pytest.mark.browser
def test_the_report_prints_to_a_pdf(world: Judged, tmp_path: Path) -> None:
    if find_chromium() is None:
        pytest.skip("Chromium is not installed")
    report = gather(world.answers, world.site.config, None)
    assert write_pdf(render(report, is_open=True), tmp_path / "report.pdf") is None
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def test_the_csv_files_hold_every_row_and_no_formula(world: Judged) -> None:
    sizes = {
        "links.csv": "backlinks",
        "domains.csv": "domains",
        "findings.csv": "findings",
        "prospects.csv": "prospects",
    }
    for name, table in sizes.items():
        path = next(path for path in world.reports if path.name == name)
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert len(rows) - 1 == world.rows(f"select count(*) as n from {table}")[0]["n"], name
        numbers = (cell for row in rows for cell in row if cell[:1] in {"=", "@", "\t", "\r"})
        assert list(numbers) == []


def test_the_json_report_says_the_same(world: Judged) -> None:
    data = json.loads(next(path for path in world.reports if path.name == "report.json").read_text(encoding="utf-8"))
    assert data["site"] == world.site.config.url
    assert data["summary"]["links"]["n_links"] == world.rows("select count(*) as n from backlinks")[0]["n"]
    assert sum(group["n"] for group in data["verdicts"].values()) == data["summary"]["links"]["n_links"]
    values = [action["value"] for action in data["actions"]]
    assert values == sorted(values, reverse=True)


def test_every_number_of_the_summary_opens_into_rows(world: Judged) -> None:
    report = gather(world.answers, world.site.config, None)
    for severity, group in report.findings.items():
        counted = world.rows(f"select count(*) as n from findings where severity = '{severity}'")[0]["n"]
        assert sum(found.n for found in group) == counted
        assert all(found.rows for found in group)
