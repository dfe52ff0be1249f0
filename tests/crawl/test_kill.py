"""A crawl and a verification killed at random moments end with the tables of an undisturbed run."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from linkworthy.site import Run, Site, SiteConfig
from tests.support.crawling import PART, crawled, lasting, on_loopback, verified
from tests.support.runs import complete
from tests.support.server import Answer, Server, Talk, redirect
from tests.support.websites import asked, page, text

N_PAGES = 45
N_KILLS = int(os.environ.get("LINKWORTHY_KILLS", "8"))
"""The crawl alone is killed 50 times by LINKWORTHY_KILLS=50."""
CONNECTIONS = 8
N_PROBED = 12
"""Probes and the URLs that a redirect names are asked for more than once by any crawl."""
ROOT = Path(__file__).resolve().parents[2]
EXTRA = [("http://shop.example/lost", "http://blog0.example/0")]


def slowly(content: bytes) -> Answer:
    async def script(talk: Talk) -> None:
        await asyncio.sleep(0.01)
        await talk.send(content)

    return script


def shop() -> dict[str, Answer]:
    """Give a site of several levels, each page linking on, with redirects, an orphan and a private corner."""
    random_links = random.Random(7)
    paths: dict[str, Answer] = {
        "/": page("Home", "/1", "/2", "/3", "/old"),
        "/old": redirect("/older"),
        "/older": redirect("/5"),
        "/robots.txt": text("User-agent: *\nDisallow: /private\nSitemap: http://shop.example/map.xml"),
        "/map.xml": text("http://shop.example/orphan\n"),
        "/orphan": slowly(page("Orphan", "/1")),
    }
    for n in range(1, N_PAGES):
        links = [f"/{min(N_PAGES - 1, n + random_links.randrange(1, 12))}" for _ in range(4)]
        paths[f"/{n}"] = slowly(page(f"Page {n}", *links, "/", f"http://out{n % 3}.example/{n}", f"/private/{n}"))
    return paths


def world() -> dict[str, dict[str, Answer]]:
    out: dict[str, dict[str, Answer]] = {"shop.example": shop()}
    for n in range(3):
        out[f"out{n}.example"] = {"*": slowly(page("Elsewhere"))}
    for n in range(5):
        posts = {
            f"/{k}": slowly(page(f"Post {k}", f"http://shop.example/{k}", "http://shop.example/1")) for k in range(9)
        }
        out[f"blog{n}.example"] = {**posts, "/moved": redirect("/1")}
    return out


LINKS = [
    {
        "source_url": f"http://blog{n}.example/{k}",
        "target_url": f"http://shop.example/{k}",
        "anchor": None,
        "kind": "text",
    }
    for n in range(5)
    for k in [*range(10), "moved"]
]


class Workshop:
    """Does stages in processes that may be killed at any moment."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def open(cls) -> Workshop:
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        return cls(await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.crawling", cwd=ROOT, env={**os.environ, "PYTHONPATH": path},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        ))  # fmt: skip

    async def work(self, folder: Path, stage: str, is_due: Callable[[], bool] = lambda: False) -> int:
        """Do a stage, killed as soon as that is due; gives its exit code."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([str(folder), stage, EXTRA]).encode() + b"\n")
        pid = await self._line()
        ending = asyncio.create_task(self._line())
        while not ending.done() and not is_due():
            await asyncio.wait([ending], timeout=0.002)
        if not ending.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return await ending

    async def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def _line(self) -> int:
        assert self._process.stdout is not None
        return int(await self._process.stdout.readline())


def moments(server: Server, folder: Path, chosen: random.Random) -> Iterator[Callable[[], bool]]:
    """Give moments to kill a stage at: after so many requests, after some time, and while its tables are sorted."""
    while True:
        until = len(server.asked) + chosen.randrange(1, 30)
        yield lambda until=until: len(server.asked) >= until  # type: ignore[misc]
        end = time.monotonic() + chosen.random() * 0.6
        yield lambda end=end: time.monotonic() >= end  # type: ignore[misc]
        name = chosen.choice(["", "pages.parquet", "robots.parquet"])
        yield lambda name=name: (folder / name).exists()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("stage", "processes", "n_kills"),
    [("crawl", 1, N_KILLS), ("verify", 1, N_KILLS // 2), ("crawl", 2, 4), ("verify", 2, 3)],
)
def test_a_stage_killed_at_random_moments_ends_as_if_it_had_not_been(
    tmp_path: Path, stage: str, processes: int, n_kills: int
) -> None:
    async def work(config: SiteConfig, server: Server) -> tuple[Any, list[Any]]:
        workshop = await Workshop.open()
        chosen = random.Random(stage)
        whole = lasting(await prepared("whole", config), stage)
        killed: list[Any] = []
        n = 0
        while n < n_kills:
            run = await prepared(f"killed-{len(killed)}", config, is_whole=False)
            run.close()
            server.asked.clear()
            n_before, code = n, -signal.SIGKILL
            for moment in moments(server, run.folder / stage / "sorted", chosen):
                code = await workshop.work(run.folder.parents[1], stage, moment if n < n_kills else lambda: False)
                n += code == -signal.SIGKILL
                if code != -signal.SIGKILL:
                    break
            assert code == 0
            killed.append((lasting(run, stage), asked(server), n - n_before))
        await workshop.close()
        return whole, killed

    async def prepared(name: str, config: SiteConfig, *, is_whole: bool = True) -> Run:
        run = Site.create(tmp_path / name, config).begin("run", {})
        if stage == "verify":
            await crawled(run, config, EXTRA)
            run.write("link_index", "index", complete("link_index", LINKS, config))
        if is_whole:
            await (crawled(run, config, EXTRA) if stage == "crawl" else verified(run, config))
        return run

    whole, killed = on_loopback(
        world(), work, hosts=["www.shop.example"], processes=processes, timeout_s=60.0, first_byte_s=60.0
    )
    assert len(whole["pages"]) > 50
    for tables, requests, n in killed:
        assert tables.keys() == whole.keys()
        for name in whole:
            assert tables[name] == whole[name], name
        assert not [line for line in requests if "/private" in line]
        repeats = Counter(line for line in requests if not line.endswith("/robots.txt"))
        # A kill costs what is under way and what no part holds yet, in each process.
        n_lost = n * processes * (PART + CONNECTIONS)
        assert sum(repeats.values()) - len(repeats) <= n_lost + N_PROBED * (n + 1)
