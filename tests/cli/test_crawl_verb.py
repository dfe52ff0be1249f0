"""``linkworthy crawl`` as a program: plan, lists, steering from another process, two at once, record, last line."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from linkworthy.crawl.control import CONTINUE, KEEP
from linkworthy.engine.embedded import Embedded
from linkworthy.site import Limits, Site
from linkworthy.site.working import crawler_of
from tests.support.command import environment, linkworthy, program
from tests.support.server import Answer, Server, Talk, answer
from tests.support.smallweb import SmallWeb, small_web
from tests.support.websites import page, text

N_PAGES = 120


class Pace:
    """How long the server takes for a page: long while a test steers a crawl, no time before and after."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def slow(self, content: bytes) -> Answer:
        async def script(talk: Talk) -> None:
            await asyncio.sleep(self.seconds)
            await talk.send(content)

        return script


def large_site(pace: Pace) -> dict[str, Answer]:
    """Give a site of which a crawl has something to do."""
    return {
        "/": page("Home", *(f"/{n}" for n in range(N_PAGES))),
        "/robots.txt": text("User-agent: *\nDisallow:\n"),
        **{f"/{n}": pace.slow(page(f"Page {n}", "/", "/diary?month=1")) for n in range(N_PAGES)},
        "/diary?month=1": answer(b"no", "404 Not Found"),
    }


def place(home: Path, web: SmallWeb, name: str = "site", processes: int = 1) -> Site:
    limits = Limits(timeout_s=60.0, first_byte_s=60.0, processes=processes, connections_per_host=4)
    return Site.create(home / name, replace(web.config, limits=limits))


@contextmanager
def started(home: Path, *arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a crawl in a process of its own; it is ended at the end in any case."""
    process = subprocess.Popen(
        program("crawl", *arguments), cwd=home, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(test: Callable[[], Any], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def asked_for(server: Server) -> Counter[str]:
    return Counter(line.target for line in list(server.asked) if line.target[1:].isdigit())


def values(line: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in line.split())


def titles(site: Site) -> list[Any]:
    with Embedded(1).connect({"pages": site.latest().files("pages")}) as db:
        return db.sql("select url, title, state, fault, found_on, depth from pages order by url").fetchall()


def test_the_last_line_can_be_read_by_a_script(tmp_path: Path) -> None:
    with small_web() as web:
        Site.create(tmp_path / "site", web.config)
        done = linkworthy("crawl", "site", "--exclude", "/pots/?*", cwd=tmp_path)
        (line,) = done.out.splitlines()
        told = values(line)
        assert told["state"] == "whole"
        assert int(told["status_2xx"]) > 8
        assert int(told["skipped_excluded"]) == 2
        assert float(told["seconds"]) > 0
        assert float(told["peak_memory_mb"]) > 20
        assert float(told["pages_per_s"]) > 0
        plan = linkworthy("crawl", "site", "--plan", "--json", cwd=tmp_path).json
        as_json = linkworthy("crawl", "site", "--exclude", "/pots/?*", "--json", "--quiet", cwd=tmp_path).json
    assert plan["source"] == "last crawl"
    assert plan["n_urls"] == plan["n_last_crawl"] > 10
    assert as_json["status"]["2xx"] == int(told["status_2xx"])
    assert as_json["examples"]["excluded"] == ["http://shop.example/pots/clay", "http://shop.example/pots/iron"]
    assert as_json["n_pages"] > 5
    facts = Site(tmp_path / "site").latest().facts
    assert facts["is_whole_crawl"] is True


def test_a_plan_asks_for_little_and_writes_nothing(tmp_path: Path) -> None:
    with small_web() as web:
        Site.create(tmp_path / "site", web.config)
        plan = linkworthy("crawl", "site", "--plan", "--json", "--delay", "2", cwd=tmp_path).json
        asked = Counter(line.target for line in web.server.asked)
        said = linkworthy("crawl", "site", "--plan", cwd=tmp_path).out
    assert set(asked) <= {"/", "/robots.txt", "/sitemap.xml"}
    assert max(asked.values()) == 1
    assert plan["delay_s"] == 2
    assert plan["pages_per_s"] == 0.5
    assert plan["seconds"] == plan["n_urls"] / 0.5
    assert plan["n_urls"] >= plan["n_in_sitemaps"] > 0
    assert "URLs (from:" in said
    assert "delay per host" in said
    assert not list((tmp_path / "site").glob("snapshots/*"))
    assert not list((tmp_path / "site").glob("runs/*/run.json"))


def test_a_list_comes_from_a_file_or_from_standard_input(tmp_path: Path) -> None:
    with small_web() as web:
        Site.create(tmp_path / "site", web.config)
        (tmp_path / "urls.csv").write_text("Name,URL\nTea,http://shop.example/tea/\nPots,/pots/\nNone,-\n")
        of_file = linkworthy("crawl", "site", "--list", "urls.csv", cwd=tmp_path).out
        assert {url for url, *_ in titles(Site(tmp_path / "site"))} == {
            "http://shop.example/tea/", "http://shop.example/pots/"
        }  # fmt: skip
        of_input = linkworthy("crawl", "site", "--list", "-", cwd=tmp_path, stdin="shop.example/about\n/news\n").out
        missing = linkworthy("crawl", "site", "--list", "absent.txt", cwd=tmp_path, code=2)
        before = sorted((tmp_path / "site/snapshots").iterdir())
        empty = linkworthy("crawl", "site", "--list", "-", cwd=tmp_path, stdin="\nnothing here\n", code=2)
        no_map = linkworthy("crawl", "site", "--list", "http://shop.example/absent.xml", cwd=tmp_path, code=3)
        assert sorted((tmp_path / "site/snapshots").iterdir()) == before
        plan = linkworthy("crawl", "site", "--list", "urls.csv", "--plan", "--json", cwd=tmp_path).json
    assert (values(of_file)["own"], values(of_file)["rejected"]) == ("2", "1")
    assert "standard input: no URL in this list" in empty.err
    assert "absent.xml: no answer that names a URL" in no_map.err
    assert values(of_input)["fetched"] == "2"
    assert "absent.txt" in missing.err
    assert (plan["n_urls"], plan["source"]) == (2, "list")


def test_resume_never_begins_a_crawl(tmp_path: Path) -> None:
    with small_web() as web:
        Site.create(tmp_path / "site", web.config)
        done = linkworthy("crawl", "site", "--resume", cwd=tmp_path, code=2)
        assert "no crawl is unfinished" in done.err
        assert not web.server.asked
        assert "no crawl is at work" in linkworthy("crawl", "site", "--continue", cwd=tmp_path, code=6).err
        assert linkworthy("crawl", "site", "--status", cwd=tmp_path).out == "state=none\n"


def test_a_crawl_is_steered_from_another_process(tmp_path: Path) -> None:
    pace = Pace(0.2)
    with small_web({"shop.example": large_site(pace)}) as web:
        site = place(tmp_path, web, processes=2)
        with started(tmp_path, "site", "--exclude", "/diary*") as process:
            until(lambda: len(asked_for(web.server)) > 20)
            worker = crawler_of(site.folder)
            assert worker is not None
            assert worker.pid == process.pid
            second = linkworthy("crawl", "site", cwd=tmp_path, code=6)
            assert f"pid {process.pid}" in second.err
            assert second.err.count("\n") == 1
            assert f"pid={process.pid}" in linkworthy("crawl", "site", "--pause", cwd=tmp_path).out
            until(lambda: (site.journal.figures(worker.run) or {}).get("state") == "paused")
            time.sleep(1.0)
            n_asked = len(web.server.asked)
            assert n_asked < N_PAGES
            status = linkworthy("crawl", "site", "--status", "--json", cwd=tmp_path).json
            assert status["state"] == "paused"
            assert status["waiting"] > 0
            assert status["memory_mb"] > 50
            assert len(web.server.asked) == n_asked
            site.journal.command(worker.run, CONTINUE)
            until(lambda: len(web.server.asked) > n_asked)
            pace.seconds = 2.0  # a busy machine takes its time to say that it is to stop
            linkworthy("crawl", "site", "--stop", cwd=tmp_path)
            out, err = process.communicate(timeout=60)
            pace.seconds = 0
        assert (process.returncode, out) == (130, b"")
        assert b"goes on from here" in err
        assert len(asked_for(web.server)) < N_PAGES
        assert values(linkworthy("crawl", "site", "--status", cwd=tmp_path).out) == {"state": "unfinished"}
        assert "leave out" in linkworthy("crawl", "site", "--resume", "--delay", "1", cwd=tmp_path, code=2).err
        done = linkworthy("crawl", "site", "--resume", cwd=tmp_path)
        assert values(done.out)["own"] == str(N_PAGES + 1), "the exclusion was remembered"
        assert set(asked_for(web.server).values()) == {1}
        assert len(asked_for(web.server)) == N_PAGES


def test_a_crawl_is_ended_early_and_published(tmp_path: Path) -> None:
    pace = Pace(0.2)
    with small_web({"shop.example": large_site(pace)}) as web:
        site = place(tmp_path, web)
        with started(tmp_path, "site", "--json", "--quiet") as process:
            until(lambda: len(asked_for(web.server)) > 20)
            worker = crawler_of(site.folder)
            assert worker is not None
            site.journal.command(worker.run, KEEP)
            out, _err = process.communicate(timeout=60)
        assert process.returncode == 0
        told = json.loads(out)
        assert told["state"] == "early"
        assert told["left"] > 0
        assert site.latest().facts["is_whole_crawl"] is False
        assert len(titles(site)) == len(asked_for(web.server)) + 1

        with started(tmp_path, "site", "--quiet") as process:
            n_before = sum(asked_for(web.server).values())
            until(lambda: sum(asked_for(web.server).values()) > n_before + 20)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        assert process.returncode == 130
        done = linkworthy("crawl", "site", "--stop", "--keep", cwd=tmp_path)
        assert values(done.out)["state"] == "early"


def test_two_sites_are_crawled_at_once(tmp_path: Path) -> None:
    pace = Pace(0.02)
    with small_web({"shop.example": large_site(pace)}) as web:
        place(tmp_path, web, "one")
        place(tmp_path, web, "two")
        with started(tmp_path, "one", "--quiet") as one, started(tmp_path, "two", "--quiet") as two:
            outs = [process.communicate(timeout=120)[0].decode() for process in (one, two)]
    assert [values(out)["own"] for out in outs] == [str(N_PAGES + 2)] * 2


def response_uris(paths: Sequence[Path]) -> Counter[str]:
    out: Counter[str] = Counter()
    for path in paths:
        with path.open("rb") as file:
            out.update(r.rec_headers["WARC-Target-URI"] for r in ArchiveIterator(file) if r.rec_type == "response")
    return out


def test_a_killed_crawl_records_all_that_its_tables_hold(tmp_path: Path) -> None:
    pace = Pace(0.03)
    with small_web({"shop.example": large_site(pace)}) as web:
        site = place(tmp_path, web, processes=2)
        with started(tmp_path, "site", "--quiet", "--record", "shop.warc.gz") as process:
            until(lambda: len(asked_for(web.server)) > N_PAGES // 2)
            process.kill()
            pace.seconds = 0
            process.wait()
        assert not (tmp_path / "shop.warc.gz").exists()
        said = linkworthy("crawl", "site", "--resume", "--json", "--quiet", cwd=tmp_path).json
        assert said["recorded"] == ["shop.warc.gz"]
        recorded = response_uris([tmp_path / "shop.warc.gz"])
        first = titles(site)
    held = {url for url, _title, state, *_ in first if state == "answered"}
    assert held <= recorded.keys()
    assert recorded["http://shop.example/robots.txt"] >= 1
    replayed = linkworthy(
        "crawl", "site", "--replay", "shop.warc.gz", "--json", "--quiet", "--timeout", "5", cwd=tmp_path
    ).json
    assert replayed["fetched"] == said["fetched"]
    assert titles(site) == first
    assert "already" in linkworthy("crawl", "site", "--record", "shop.warc.gz", cwd=tmp_path, code=2).err
