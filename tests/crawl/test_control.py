"""A crawl that is paused, continued, stopped and ended early by commands in the journal."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from linkworthy.crawl.control import CONTINUE, KEEP, PAUSE, STOP, Gate, NotNowError
from linkworthy.crawl.live import note_of
from linkworthy.crawl.memory import tree_bytes
from linkworthy.errors import StageError, StoppedError
from linkworthy.site import Journal, Site, SiteConfig
from linkworthy.site.working import crawler_of, crawling
from tests.support.crawling import crawled, lasting, on_loopback, rows_of
from tests.support.server import Answer, Server, Talk
from tests.support.websites import page, text

N_PAGES = 60


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are told often."""
    monkeypatch.setattr("linkworthy.crawl.session.TELL_S", 0.05)
    monkeypatch.setattr("linkworthy.crawl.live.TELL_S", 0.05)
    monkeypatch.setattr("linkworthy.crawl.control.LOOK_S", 0.02)


def slow(content: bytes) -> Answer:
    async def script(talk: Talk) -> None:
        await asyncio.sleep(0.02)
        await talk.send(content)

    return script


SITE: dict[str, Answer] = {
    "/": page("Home", *(f"/{n}" for n in range(N_PAGES)), "/absent"),
    "/robots.txt": text("User-agent: *\nDisallow:\n"),
    **{f"/{n}": slow(page(f"Page {n}", "/")) for n in range(N_PAGES)},
}


def n_pages(server: Server) -> int:
    return sum(line.target[1:].isdigit() for line in server.asked)


async def until(test: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not test():  # noqa: ASYNC110 - the server's own list is watched
            await asyncio.sleep(0.01)


def on_site(tmp_path: Path, work: Callable[[Site, SiteConfig, Server], Awaitable[Any]]) -> Any:
    async def main(config: SiteConfig, server: Server) -> Any:
        return await work(Site.create(tmp_path / "site", config), config, server)

    return on_loopback({"shop.example": SITE}, main, connections=4, connections_per_host=4, processes=1)


def test_a_paused_crawl_waits_and_goes_on(tmp_path: Path) -> None:
    async def work(site: Site, config: SiteConfig, server: Server) -> None:
        run = site.begin("crawl", {})
        crawl = asyncio.create_task(crawled(run, config, journal=site.journal))
        await until(lambda: n_pages(server) > 8)
        site.journal.command(run.id, PAUSE)
        await until(lambda: (site.journal.figures(run.id) or {}).get("state") == "paused")
        await asyncio.sleep(0.3)
        n_asked = n_pages(server)
        await asyncio.sleep(0.5)
        assert n_pages(server) == n_asked < N_PAGES
        assert not crawl.done()
        site.journal.command(run.id, CONTINUE)
        facts = await crawl
        assert facts["n_own"] == N_PAGES + 2
        assert n_pages(server) == N_PAGES

    on_site(tmp_path, work)


def test_a_stopped_crawl_keeps_all_it_fetched_and_goes_on(tmp_path: Path) -> None:
    async def work(site: Site, config: SiteConfig, server: Server) -> None:
        run = site.begin("crawl", {})
        crawl = asyncio.create_task(crawled(run, config, journal=site.journal))
        await until(lambda: n_pages(server) > 8)
        site.journal.command(run.id, STOP)
        with pytest.raises(StoppedError):
            await crawl
        run.close()
        assert n_pages(server) < N_PAGES
        again = site.begin("crawl", {})
        assert again.id == run.id
        facts = await crawled(again, config, journal=site.journal)
        asked = Counter(line.target for line in server.asked if line.target[1:].isdigit())
        assert asked == Counter({f"/{n}": 1 for n in range(N_PAGES)}), "nothing is fetched twice, nothing is lost"
        assert facts["is_whole"]
        stopped = lasting(again, "crawl")
        whole = Site.create(tmp_path / "whole", config).begin("crawl", {})
        await crawled(whole, config)
        assert lasting(whole, "crawl") == stopped

    on_site(tmp_path, work)


def test_a_crawl_ended_early_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    async def work(site: Site, config: SiteConfig, server: Server) -> None:
        run = site.begin("crawl", {})
        crawl = asyncio.create_task(crawled(run, config, journal=site.journal))
        await until(lambda: n_pages(server) > 8)
        site.journal.command(run.id, KEEP)
        facts = await crawl
        assert not facts["is_whole"]
        n_kept = len(rows_of(run, "pages", "url", where="role = 'own' and state = 'answered'"))
        assert n_kept == n_pages(server) + 1 < N_PAGES
        assert facts["n_left"] == N_PAGES + 2 - n_kept

    on_site(tmp_path, work)


def test_a_word_meant_for_the_process_before_is_not_heeded(tmp_path: Path) -> None:
    async def work(site: Site, config: SiteConfig, _server: Server) -> None:
        run = site.begin("crawl", {})
        site.journal.command(run.id, STOP)
        facts = await crawled(run, config, journal=site.journal)
        assert facts["is_whole"]

    on_site(tmp_path, work)


def test_live_figures_say_how_far_it_is(tmp_path: Path) -> None:
    async def work(site: Site, config: SiteConfig, server: Server) -> None:
        run = site.begin("crawl", {})
        crawl = asyncio.create_task(crawled(run, config, journal=site.journal))
        await until(lambda: n_pages(server) == N_PAGES)
        await crawl
        told = site.journal.figures(run.id)
        assert told is not None
        assert told["answers"]["2xx"] > N_PAGES // 2
        assert told["slowest_hosts"][0]["host"] == "shop.example"
        assert told["slowest_hosts"][0]["mean_ms"] >= 20
        assert told["memory_mb"] > 10
        assert told["peak_memory_mb"] >= told["memory_mb"]
        assert {"rate", "done", "waiting", "seconds_left", "faults", "state", "seconds", "told_at"} <= told.keys()

    on_site(tmp_path, work)


def test_a_gate_lets_through_holds_and_turns_away(tmp_path: Path) -> None:
    gate, other = Gate(tmp_path / "gate"), Gate(tmp_path / "gate")

    async def work() -> None:
        await gate.wait()
        other.obey(PAUSE)
        gate.obey(PAUSE)
        waiting = asyncio.create_task(gate.wait())
        await asyncio.sleep(0.1)
        assert not waiting.done()
        other.obey(CONTINUE)
        await waiting
        other.obey(STOP)
        await asyncio.sleep(0.05)
        assert gate.is_stopping
        with pytest.raises(NotNowError):
            await gate.wait()

    asyncio.run(work())


def test_one_process_crawls_a_site_at_a_time(tmp_path: Path) -> None:
    assert crawler_of(tmp_path) is None
    with crawling(tmp_path, "run-1"):
        worker = crawler_of(tmp_path)
        assert worker is not None
        assert worker.run == "run-1"
        with pytest.raises(StageError, match=rf"pid {worker.pid}\b"), crawling(tmp_path, "run-2"):
            pass
    assert crawler_of(tmp_path) is None


def test_the_journal_keeps_the_figures_of_a_few_runs(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    assert journal.figures("a") is None
    for n in range(30):
        journal.command(str(n), PAUSE)
        assert journal.tell(str(n), {"done": n}) == [PAUSE]
    assert journal.figures("29") is not None
    assert journal.figures("0") is None
    journal.forget_commands("29")
    assert journal.tell("29", {}) == []


def test_the_memory_of_the_tree_is_known() -> None:
    held = tree_bytes()
    assert held is not None
    assert held > 1 << 20


def test_a_note_names_the_most_frequent_errors() -> None:
    figures: dict[str, Any] = {"state": "paused", "waiting": 1200, "memory_mb": 5}
    figures |= {"faults": {"timeout": 2}, "answers": {"2xx": 5, "4xx": 9}}
    assert note_of(figures) == "paused, queue 1,200, errors 11 (4xx 9, timeout 2), 5 MB"
