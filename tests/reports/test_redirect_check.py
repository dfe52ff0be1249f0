"""Every way in which a redirect can be wrong is told apart, on servers that really answer so."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.fetch.http import HttpFetcher
from linkworthy.reports import redirect_check
from linkworthy.reports.redirect_check import check_redirects
from linkworthy.reports.redirect_list import RedirectList, read_redirect_list
from linkworthy.site import Run, Site, SiteConfig
from tests.support.runs import complete
from tests.support.server import Answer, Server, answer, redirect
from tests.support.websites import asked, page, settings, text, websites

SHOP = "http://shop.example"
CANON = '<link rel="canonical" href="http://shop.example/new">'
PAGES: dict[str, Answer] = {
    "/new": page("New"), "/other": page("Other"), "/same": page("Same"),
    "/noindex": page("No", head='<meta name="robots" content="noindex">'), "/canon": page("Canon", head=CANON),
    "/ok": redirect("/new"), "/wrong": redirect("/other"), "/slash": redirect("/new/"),
    "/temp": redirect("/new", "302 Found"), "/chain": redirect("/ok"), "/loop": redirect("/pool"),
    "/pool": redirect("/loop"), "/plain": page("Plain"), "/gone": answer(b"", "410 Gone"),
    "/to-gone": redirect("/gone"), "/to-noindex": redirect("/noindex"), "/to-canon": redirect("/canon"),
    "/broken": answer(b"", "500 Oops"), "/both": redirect("/temp", "302 Found"), "/new/": page("Slash"),
    "/on": redirect("/wrong"), "/far": redirect("http://nowhere.example/"),
    "/robots.txt": text("User-agent: *\nDisallow: /closed\n"),
}  # fmt: skip


def checked(
    tmp_path: Path, lines: str, *, links: list[tuple[str, str]] | None = None, run: Run | None = None
) -> tuple[list[dict[str, Any]], dict[str, Any], Server]:
    """Check a list against the shop; gives the rows by line, the facts and the server."""
    server = websites({"shop.example": PAGES})

    async def work() -> tuple[Run, dict[str, Any]]:
        async with server:
            config = settings(server, f"{SHOP}/", ["shop.example", "nowhere.example"])
            used = run or Site.create(tmp_path / "site", config).begin("migration", {})
            if links is not None:
                used.write("link_index", "given", complete("link_index", [
                    {"source_url": source, "target_url": target} for source, target in links], config))  # fmt: skip
            fetcher = HttpFetcher(config.network, config.limits)
            try:
                facts = await check_redirects(used, config, Embedded(1), SILENT, fetcher, listed(tmp_path, lines))
            finally:
                await fetcher.close()
            return used, facts

    used, facts = asyncio.run(work())
    with Embedded(1).connect(used.tables()) as db:
        rows = db.sql("select * from redirect_checks order by line").to_arrow_table().to_pylist()
    return rows, facts, server


def listed(tmp_path: Path, lines: str) -> RedirectList:
    path = tmp_path / "list.csv"
    path.write_text(lines, encoding="utf-8")
    return read_redirect_list(path, f"{SHOP}/")


CASES = [
    ("/ok", "/new", "ok", "ends at http://shop.example/new with 200 after 1 redirect"),
    ("/same", "/same", "ok", "answers 200"),
    ("/wrong", "/new", "wrong target", "leads to http://shop.example/other"),
    ("/slash", "/new", "wrong target", "only the slash at the end differs"),
    ("/temp", "/new", "temporary", "temporary redirect (302)"),
    ("/chain", "/new", "chain", "2 redirects in a row"),
    ("/loop", "/new", "loop", "comes back to itself"),
    ("/plain", "/new", "no redirect", "answers 200 and does not redirect"),
    ("/missing", "/new", "not found", "answers 404"),
    ("/gone", "/new", "not found", "answers 410"),
    ("/to-gone", "/gone", "target not 200", "answers 410"),
    ("/to-noindex", "/noindex", "target not indexable", "says noindex"),
    ("/to-canon", "/canon", "target not indexable", "names http://shop.example/new as its canonical"),
    ("/on", "/wrong", "target not 200", "the expected URL redirects on to http://shop.example/other"),
    ("/broken", "/new", "could not check", "answers 500"),
    ("/closed/a", "/new", "could not check", "disallowed"),
    ("/loop", "", "no expectation", "comes back to itself"),
    ("/ok", "", "no expectation", "ends at http://shop.example/new"),
]


def test_every_state_is_told_apart(tmp_path: Path) -> None:
    rows, facts, _server = checked(tmp_path, "".join(f"{old},{new}\n" for old, new, _state, _why in CASES))
    assert [row["state"] for row in rows] == [state for _old, _new, state, _why in CASES]
    for row, (old, _new, _state, why) in zip(rows, CASES, strict=True):
        assert why in row["reason"], old
    expected = {"ok": True, "could not check": None, "no expectation": None}
    assert [row["is_ok"] for row in rows] == [expected.get(row["state"], False) for row in rows]
    assert sum(facts["states"].values()) == len(CASES)


def test_a_row_names_all_its_problems_worst_first(tmp_path: Path) -> None:
    (row,), _facts, _server = checked(tmp_path, "/both,/other\n")
    assert row["problems"] == ["wrong target", "temporary", "chain"]
    assert row["hops"] == [f"302 {SHOP}/both", f"302 {SHOP}/temp", f"200 {SHOP}/new"]
    assert (row["status"], row["final_status"], row["n_hops"]) == (302, 200, 2)


def test_a_url_of_several_lines_is_asked_for_once(tmp_path: Path) -> None:
    rows, _facts, server = checked(tmp_path, "/ok,/new\n/ok,/new\n/ok,/other\n")
    assert [(row["first_line"], row["state"]) for row in rows] == [(None, "ok"), (1, "ok"), (1, "wrong target")]
    assert asked(server).count("GET shop.example/ok") == 1


def test_the_value_at_risk_is_counted_whatever_the_scheme(tmp_path: Path) -> None:
    links = [("http://a.example/1", "https://shop.example/ok"), ("http://a.example/2", f"{SHOP}/ok"),
             ("http://b.example/", f"{SHOP}/ok"), ("http://b.example/", f"{SHOP}/other")]  # fmt: skip
    rows, _facts, _server = checked(tmp_path, "/ok,/new\n/plain,/new\n", links=links)
    assert [(row["n_links"], row["n_referring_domains"]) for row in rows] == [(3, 2), (0, 0)]


def test_without_link_data_the_value_is_not_known(tmp_path: Path) -> None:
    (row,), _facts, _server = checked(tmp_path, "/ok,/new\n")
    assert (row["n_links"], row["n_referring_domains"]) == (None, None)


def test_a_block_that_is_there_is_not_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redirect_check, "URLS_AT_ONCE", 2)
    lines = "/ok,/new\n/plain,/new\n/same,/same\n/other,/other\n"
    run = Site.create(tmp_path / "site", SiteConfig(url=f"{SHOP}/")).begin("migration", {})
    before, facts, _server = checked(tmp_path, lines, run=run)
    run.discard("redirect_checks", "redirects", 1)
    after, again, server = checked(tmp_path, lines, run=run)
    assert [row | {"checked_at": None} for row in after] == [row | {"checked_at": None} for row in before]
    assert again == facts
    assert {line for line in asked(server) if "robots" not in line} == {
        "GET shop.example/plain", "GET shop.example/same"}  # fmt: skip
