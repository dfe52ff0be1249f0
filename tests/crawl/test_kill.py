"""A crawl and a verification killed at random moments end with the tables of an undisturbed run."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linkworthy.site import Site, SiteConfig
from tests.support.crawling import crawled, lasting, on_loopback, verified
from tests.support.runs import complete
from tests.support.server import Answer, Server, Talk, redirect
from tests.support.websites import asked, page, text

N_PAGES = 45
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


async def disturbed(folder: Path, stage: str, is_due: Callable[[], bool]) -> int:
    """Do a stage in a process of its own, killed as soon as it is due; gives its exit code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.crawling", str(folder), stage, json.dumps(EXTRA), cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))},
    )  # fmt: skip
    is_sent = False
    while process.returncode is None:
        if not is_sent and is_due():
            is_sent = True  # a second signal would take the exit code away
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 0.005)
    return process.returncode


def after_requests(server: Server, n: int) -> Callable[[], bool]:
    until = len(server.asked) + n
    return lambda: len(server.asked) >= until


@pytest.mark.parametrize(("stage", "processes"), [("crawl", 1), ("verify", 1), ("crawl", 2), ("verify", 2)])
def test_a_stage_killed_at_random_moments_ends_as_if_it_had_not_been(
    tmp_path: Path, stage: str, processes: int
) -> None:
    async def work(config: SiteConfig, server: Server) -> tuple[Any, Any, list[str]]:
        runs = []
        for name in ("whole", "killed"):
            run = Site.create(tmp_path / name, config).begin("run", {})
            if stage == "verify":
                await crawled(run, config, EXTRA)
                run.write("link_index", "index", complete("link_index", LINKS, config))
            runs.append(run)
        whole, killed = runs
        await (crawled(whole, config, EXTRA) if stage == "crawl" else verified(whole, config))
        killed.close()
        moments = random.Random(stage)
        site = killed.folder.parents[1]
        codes = [await disturbed(site, stage, after_requests(server, moments.randrange(2, 45))) for _ in range(4)]
        folder = killed.folder / stage / "sorted"
        codes.append(await disturbed(site, stage, folder.exists))
        codes.append(await disturbed(site, stage, (folder / "pages.parquet").exists))
        codes.append(await disturbed(site, stage, lambda: False))
        assert codes.count(-signal.SIGKILL) >= 4
        assert codes[-1] == 0
        return lasting(whole, stage), lasting(killed, stage), asked(server)

    whole, killed, requests = on_loopback(world(), work, hosts=["www.shop.example"], processes=processes)
    assert killed.keys() == whole.keys()
    for name in whole:
        assert killed[name] == whole[name], name
    assert len(whole["pages"]) > 50
    assert not [line for line in requests if "/private" in line]
