"""A served world, asked over loopback by the real fetcher: everything answers as its truth says."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

import pytest

from linkworthy import demo, urls
from linkworthy.demo.model import World
from linkworthy.errors import InputError
from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.http import HttpFetcher
from linkworthy.html.parse import parse
from linkworthy.site import config as settings

TIMEOUT_S = 2.0
AT_ONCE = 16


async def ask(world: World, asked: list[str], max_hops: int = 10) -> dict[str, Exchange]:
    """Fetch URLs of a served world with the owner's settings."""
    async with demo.serve(world) as served:
        config = demo.site_config(world, served)
        fetcher = HttpFetcher(config.network, config.limits)
        gate = asyncio.Semaphore(AT_ONCE)

        async def fetch(url: str) -> Exchange:
            async with gate:
                return await fetcher.fetch(Request(url=url, max_hops=max_hops, timeout_s=TIMEOUT_S))

        try:
            found = await asyncio.gather(*map(fetch, asked))
            again = await fetch(world.facts["limited_url"])
        finally:
            await fetcher.close()
    return {**dict(zip(asked, found, strict=True)), "again": again}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_planted_link_answers_as_the_truth_says(seed: int) -> None:
    world = demo.build(seed)
    truth = demo.truth(world)
    sources = sorted({row["source_url"] for row in truth.links})
    answers = asyncio.run(ask(world, sources))
    assert answers[world.facts["limited_url"]].status == 429
    assert answers[world.facts["limited_url"]].header("retry-after") == "1"
    answers[world.facts["limited_url"]] = answers["again"]
    for row in truth.links:
        exchange = answers[row["source_url"]]
        if row["states"] == ("could not check",):
            assert exchange.fault == "timeout"
        elif row["reason"] == "page-404":
            assert exchange.status == 404
        else:
            assert exchange.status == 200, row
            page = parse(exchange.body, exchange.headers, exchange.url)
            found = [link for link in page.links if link.url == row["target_url"] and link.anchor == row["anchor"]]
            assert bool(found) == (row["states"] == ("live",)), row
            assert all((link.rel or "") == row["rel"] for link in found), row


@pytest.mark.parametrize("seed", [0, 1])
def test_every_planted_fault_answers_as_the_truth_says(seed: int) -> None:
    world = demo.build(seed)
    truth = demo.truth(world)
    own = f"https://{world.owner.host}"
    asked = sorted({url for row in truth.faults for url in (row["url"], row["other_url"]) if url})
    answers = asyncio.run(ask(world, [*asked, f"{own}/no-such-page-7f3a"]))
    by_case = {row["case"]: row for row in reversed(truth.faults)}
    assert answers[by_case["deleted page with backlinks"]["url"]].status == 404
    assert answers[by_case["deleted page with backlinks"]["other_url"]].status == 200
    assert answers[by_case["broken outbound link"]["other_url"]].status == 404
    assert answers[by_case["outbound link that answers 403"]["other_url"]].status == 403
    assert answers[by_case["canonical that points to a 404"]["other_url"]].status == 404
    assert len(answers[by_case["redirect chain of three"]["url"]].hops) == 4
    assert answers[by_case["redirect loop"]["url"]].fault == "redirect-loop"
    assert answers[by_case["temporary redirect with a backlink"]["url"]].hops[0].status == 302
    assert answers[f"{own}/no-such-page-7f3a"].status == (200 if seed % 2 else 404)
    for case in ("http", "www", "trailing slash", "letter case", "parameter"):
        row = by_case[f"{case} twin answers"]
        twins = [answers[row["url"]], answers[row["other_url"]]]
        assert [len(twin.hops) for twin in twins] == [1, 1], case
        assert twins[0].body == twins[1].body, case
    slow = answers[by_case["slow page"]["url"]].last.timings.ttfb_ms
    assert slow is not None
    assert slow >= 1_000
    robots = world.answers[f"{own}/robots.txt"].body.decode()
    assert urls.split(by_case["page blocked by robots.txt with backlinks"]["url"]).path.startswith("/private/")
    assert "Disallow: /private/" in robots


def test_every_page_of_a_world_comes_whole_over_loopback() -> None:
    world = demo.build(2)
    asked = [url for url, answer in world.answers.items() if answer.status == 200 and not answer.is_never]
    answers = asyncio.run(ask(world, [url for url in asked if url != world.facts["limited_url"]], max_hops=0))
    wrong = [url for url, answer in answers.items() if url in world.answers and answer.body != world.answers[url].body]
    assert wrong == []


def test_a_site_without_https_refuses_it_and_one_with_it_redirects_to_it() -> None:
    world = demo.build(0)
    plain = next(name for name, host in world.hosts.items() if host.schemes == ("http",))
    secure = world.host_of("newspaper")
    answers = asyncio.run(ask(world, [f"https://{plain}/", f"http://{secure}/"]))
    assert answers[f"https://{plain}/"].fault == "refused"
    assert answers[f"http://{secure}/"].url == f"https://{secure}/"


def test_addresses_cover_both_ports_of_every_host() -> None:
    world = demo.build(1)

    async def entries() -> tuple[str, ...]:
        async with demo.serve(world) as served:
            assert served.ca_file.read_text().startswith("-----BEGIN CERTIFICATE-----")
            return served.connect_to

    found = {tuple(entry.split(":")[:2]) for entry in asyncio.run(entries())}
    linked = {
        urls.host_of(link.url)
        for url, answer in world.answers.items()
        for link in parse(answer.body, answer.headers, url).links
        if link.url
    }
    assert linked - world.hosts.keys()
    assert found == {(name, port) for name in linked | world.hosts.keys() for port in ("80", "443")}


def test_a_missing_certificate_package_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)

    async def serve() -> None:
        async with demo.serve(demo.build(0)):
            pass

    with pytest.raises(InputError, match="trustme"):
        asyncio.run(serve())


def test_serving_forever_lays_out_settings_addresses_and_exports(tmp_path: Path) -> None:
    world = demo.build(0)

    async def serve_until_laid_out() -> None:
        task = asyncio.create_task(demo.run_server_forever(world, tmp_path / "demo"))
        while not any((tmp_path / "demo").glob("exports/*.log")) and not task.done():  # noqa: ASYNC110 - a file is waited for
            await asyncio.sleep(0.02)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(serve_until_laid_out())
    config = settings.read(tmp_path / "demo" / "site.toml")
    assert config.url == world.owner.url
    assert Path(config.network.ca_file) == (tmp_path / "demo" / "ca.pem").resolve()
    assert (tmp_path / "demo" / "connect-to.txt").read_text().splitlines() == list(config.network.connect_to)
