"""What a crawl records is readable by others, gives the same tables when it is replayed, and survives a kill."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from linkworthy.crawl.crawler import crawl
from linkworthy.crawl.record import RecordingFetcher, deliver, mend
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.fetch.base import Fetcher
from linkworthy.fetch.replay import ReplayFetcher
from linkworthy.site import Run, ScopeSettings, Site, SiteConfig
from tests.support.crawling import lasting, on_loopback, over_http
from tests.support.server import Answer, Server, Talk, answer, hang_up, raw, redirect
from tests.support.websites import page, text

TIMINGS = {"dns_ms", "connect_ms", "tls_ms", "ttfb_ms", "total_ms", "fetched_at", "captured_at", "n_attempts"}
BODY = b"<!doctype html><title>Packed</title><p>" + b"many words " * 400


def packed() -> bytes:
    return answer(gzip.compress(BODY, mtime=0), headers={"Content-Encoding": "gzip"})


def chunked() -> Answer:
    body = b"<!doctype html><title>In chunks</title><p>one <a href=/a>two</a>"
    pieces = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:20], body[20:]))
    return (
        b"HTTP/1.1 200 Fine Indeed\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        + pieces
        + b"0\r\n\r\n"
    )


async def no_head(talk: Talk) -> None:
    if talk.asked.method == "HEAD":
        await talk.send(answer(b"", "405 Method Not Allowed"))
    else:
        await talk.send(page("Without HEAD", "/z"))


SHOP: dict[str, Answer] = {
    "/": page("Home", "/a", "/packed", "/chunked", "/old", "/gone", "/cut", "/dead", "http://other.example/x",
              "http://other.example/no-head", "http://dead.example/", "/deep/loop1"),
    "/robots.txt": text("User-agent: *\nDisallow: /private\nSitemap: http://shop.example/map.xml\n"),
    "/map.xml": text("<urlset><url><loc>http://shop.example/orphan</loc></url></urlset>"),
    "/a": page("A", "/private/x", '<img src="/i.png" alt="i">'),
    "/i.png": answer(b"png", headers={"Content-Type": "image/png"}),
    "/packed": packed(),
    "/chunked": chunked(),
    "/old": redirect("/older"),
    "/older": redirect("/a"),
    "/deep/loop1": redirect("/deep/loop2"),
    "/deep/loop2": redirect("/deep/loop1"),
    "/cut": raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\nSet-Cookie: a=1\r\n"
                b"Set-Cookie: b=2\r\n\r\n<title>Cut</title><a href=/a>a</a>"),
    "/dead": hang_up,
    "/orphan": page("Orphan"),
}  # fmt: skip
SITES = {
    "shop.example": SHOP,
    "other.example": {"/x": redirect("/y"), "/y": page("Y"), "/no-head": no_head},
    "dead.example": {"*": hang_up},
}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Second tries come soon."""
    monkeypatch.setattr("linkworthy.crawl.visits.RETRY_S", 0.05)


@asynccontextmanager
async def recorded(config: SiteConfig, folder: Path) -> AsyncIterator[Fetcher]:
    async with over_http(config) as fetcher:
        recording = RecordingFetcher(fetcher, folder, config)
        try:
            yield recording
        finally:
            await recording.close()


async def crawl_with(run: Run, config: SiteConfig, fetcher: Fetcher, opener: Any = None) -> dict[str, Any]:
    return await crawl(run, config, Embedded(1), SILENT, fetcher, opener=opener)


@pytest.fixture(scope="module")
def crawl_of_the_shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, SiteConfig, list[Path], Server]:
    home = tmp_path_factory.mktemp("recorded")

    async def work(config: SiteConfig, server: Server) -> tuple[Run, SiteConfig, list[Path], Server]:
        told = replace(config, scope=ScopeSettings(resources=True))
        run = Site.create(home / "site", told).begin("run", {})
        opener = partial(recorded, folder=home / "record")
        async with recorded(told, home / "record") as fetcher:
            await crawl_with(run, told, fetcher, opener)
        return run, told, deliver(home / "record", home / "shop.warc.gz", "shop"), server

    result: tuple[Run, SiteConfig, list[Path], Server] = on_loopback(SITES, work)
    return result


def records(paths: list[Path]) -> list[Any]:
    out = []
    for path in paths:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                record.text = record.content_stream().read()
                out.append(record)
    return out


def test_others_read_the_record(crawl_of_the_shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    _run, _config, paths, server = crawl_of_the_shop
    assert [path.name for path in paths] == ["shop.warc.gz"]
    found = records(paths)
    kinds = Counter(record.rec_type for record in found)
    assert kinds["warcinfo"] >= 1
    assert kinds["request"] == kinds["response"]
    answers = {
        r.rec_headers["WARC-Target-URI"]: r
        for r in found
        if r.rec_type == "response" and not r.rec_headers["Linkworthy-Method"]
    }
    assert {"http://shop.example/robots.txt", "http://shop.example/map.xml", "http://shop.example/old",
            "http://shop.example/older", "http://other.example/no-head"} <= answers.keys()  # fmt: skip
    packed = answers["http://shop.example/packed"]
    assert packed.text == BODY
    assert packed.http_headers.get_header("Content-Encoding") == "gzip"
    assert packed.rec_headers["WARC-IP-Address"] == "127.0.0.1"
    assert answers["http://shop.example/chunked"].text.startswith(b"<!doctype html><title>In chunks")
    assert answers["http://shop.example/chunked"].http_headers.statusline == "200 Fine Indeed"
    cut = answers["http://shop.example/cut"]
    assert cut.rec_headers["WARC-Truncated"] == "disconnect"
    assert [value for name, value in cut.http_headers.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert any(record.rec_headers["Linkworthy-Fault"] == "closed" for record in found if record.rec_type == "metadata")
    asked = next(r for r in found if r.rec_type == "request" and r.rec_headers["WARC-Target-URI"].endswith("/packed"))
    assert asked.http_headers.get_header("Host") == "shop.example"
    assert asked.http_headers.protocol == "GET"
    assert asked.rec_headers["WARC-Concurrent-To"] == packed.rec_headers["WARC-Record-ID"]
    assert len({record.rec_headers["WARC-Record-ID"] for record in found}) == len(found)
    checker = Checker(type("Arguments", (), {"inputs": [str(path) for path in paths], "verbose": False, "offset": 0}))
    checker.process_all()
    assert (checker.exit_value, capsys.readouterr().out) == (0, "")
    n_shop = sum(line.target != "/dead" and "dead" not in line.headers.get("host", "") for line in server.asked)
    assert kinds["response"] <= n_shop


def test_replay_gives_the_same_tables(crawl_of_the_shop: Any, tmp_path: Path) -> None:
    run, config, paths, _server = crawl_of_the_shop

    async def work() -> Run:
        again = Site.create(tmp_path / "site", config).begin("run", {})
        fetcher = ReplayFetcher(paths)
        try:
            await crawl_with(again, config, fetcher)
        finally:
            await fetcher.close()
        return again

    replayed = lasting_but_timings(asyncio.run(work()))
    first = lasting_but_timings(run)
    assert replayed.keys() == first.keys()
    for name, rows in first.items():
        assert replayed[name] == rows, name


def lasting_but_timings(run: Run) -> dict[str, list[str]]:
    out = {}
    for name, rows in lasting(run, "crawl").items():
        kept = ({key: value for key, value in json.loads(row).items() if key not in TIMINGS} for row in rows)
        out[name] = sorted(json.dumps(row) for row in kept)
    return out


def test_secrets_are_not_recorded(tmp_path: Path) -> None:
    async def work(config: SiteConfig, server: Server) -> list[Path]:
        network = replace(config.network, headers=("Authorization: Basic c2VjcmV0", "Cookie: id=7", "X-Key: 1"))
        told = replace(config, network=network)
        run = Site.create(tmp_path / "site", told).begin("run", {})
        async with recorded(told, tmp_path / "record") as fetcher:
            await crawl_with(run, told, fetcher)
        return deliver(tmp_path / "record", tmp_path / "folder", "shop-1")

    paths: list[Path] = on_loopback({"shop.example": {"/": page("Home")}}, work)
    assert [path.name for path in paths] == ["shop-1-00000.warc.gz"]
    written = gzip.decompress(paths[0].read_bytes())
    assert b"X-Key: 1" in written
    assert b"c2VjcmV0" not in written
    assert b"id=7" not in written


def test_a_file_is_split_where_it_grows_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkworthy.crawl.record.MAX_FILE_BYTES", 4_000)

    async def work(config: SiteConfig, _server: Server) -> list[Path]:
        run = Site.create(tmp_path / "site", config).begin("run", {})
        async with recorded(config, tmp_path / "record") as fetcher:
            await crawl_with(run, config, fetcher)
        return deliver(tmp_path / "record", tmp_path / "shop.warc.gz", "shop")

    paths: list[Path] = on_loopback(SITES, work)
    assert len(paths) > 1
    assert [path.name for path in paths[:2]] == ["shop.warc.gz", "shop-00001.warc.gz"]
    named = {r.rec_headers["WARC-Target-URI"] for r in records(paths) if r.rec_type == "response"}
    assert "http://shop.example/orphan" in named


@pytest.mark.parametrize("n_lost", [1, 7, 200])
def test_a_file_that_breaks_off_keeps_its_whole_records(tmp_path: Path, n_lost: int, crawl_of_the_shop: Any) -> None:
    _run, _config, paths, _server = crawl_of_the_shop
    data = paths[0].read_bytes()
    broken = tmp_path / "1.warc.gz.open"
    broken.write_bytes(data[:-n_lost])
    (tmp_path / "2.warc.gz.open").write_bytes(data[:10])
    mend(tmp_path)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["1.warc.gz"]
    whole, mended = records(paths), records([tmp_path / "1.warc.gz"])
    assert 0 < len(whole) - len(mended) <= 3
    assert [r.rec_headers["WARC-Record-ID"] for r in mended] == [
        r.rec_headers["WARC-Record-ID"] for r in whole[: len(mended)]
    ]
    mend(None)
    mend(tmp_path / "absent")
