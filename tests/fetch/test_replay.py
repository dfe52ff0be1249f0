from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from linkworthy.archives.writer import WarcWriter
from linkworthy.errors import SourceError
from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.replay import ReplayFetcher
from tests.support.shared import shared
from tests.support.warcs import HTML, WHEN, page, warc_of, write_warc

HOME = "https://a.example/"
PAGES = [
    page(HOME, "<p>home"),
    page("https://a.example/old", "", 301, (("Location", "/new#part"),)),
    page("https://a.example/new", "<p>new"),
    page("https://a.example/loop", "", 302, (("Location", "https://a.example/loop2"),)),
    page("https://a.example/loop2", "", 302, (("Location", "/loop"),)),
    page("https://a.example/away", "", 301, (("Location", "https://gone.example/"),)),
    page("https://a.example/nowhere", "", 301, (("Location", "mailto:x@a.example"),)),
    page("https://a.example/missing", "<p>none", 404),
]


@pytest.fixture(params=[True, False], ids=["packed", "plain"])
def fetcher(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ReplayFetcher]:
    replay = ReplayFetcher([write_warc(tmp_path / "a.warc", PAGES, is_compressed=request.param)])
    yield replay
    asyncio.run(replay.close())


def ask(fetcher: ReplayFetcher, url: str, **settings: object) -> Exchange:
    return asyncio.run(fetcher.fetch(Request(url=url, **settings)))  # type: ignore[arg-type]


def test_a_recorded_answer_comes_back_whole(fetcher: ReplayFetcher) -> None:
    exchange = ask(fetcher, HOME)
    assert (exchange.status, exchange.body, exchange.n_bytes, exchange.fault) == (200, b"<p>home", 7, None)
    assert exchange.header("content-type") == "text/html; charset=utf-8"
    assert exchange.fetched_at == WHEN
    assert fetcher.n_urls == len(PAGES)


def test_head_has_no_body(fetcher: ReplayFetcher) -> None:
    exchange = ask(fetcher, HOME, method="HEAD")
    assert (exchange.status, exchange.body) == (200, b"")


def test_a_redirect_is_shown_and_not_followed_unless_asked(fetcher: ReplayFetcher) -> None:
    exchange = ask(fetcher, "https://a.example/old")
    assert [(hop.status, hop.location) for hop in exchange.hops] == [(301, "https://a.example/new")]


def test_redirects_are_followed_within_the_archive(fetcher: ReplayFetcher) -> None:
    exchange = ask(fetcher, "https://a.example/old", max_hops=5)
    assert [hop.url for hop in exchange.hops] == ["https://a.example/old", "https://a.example/new"]
    assert exchange.body == b"<p>new"


def test_a_loop_and_a_redirect_to_no_page_are_faults(fetcher: ReplayFetcher) -> None:
    assert ask(fetcher, "https://a.example/loop", max_hops=9).fault == "redirect-loop"
    assert ask(fetcher, "https://a.example/nowhere", max_hops=9).fault == "bad-redirect"


def test_what_is_not_recorded_is_a_fault(fetcher: ReplayFetcher) -> None:
    exchange = ask(fetcher, "https://a.example/away", max_hops=5)
    assert [(hop.status, hop.fault) for hop in exchange.hops] == [(301, None), (None, "not-recorded")]


def test_a_robots_file_that_is_not_recorded_is_a_fault_too(fetcher: ReplayFetcher) -> None:
    exchange = ask(fetcher, "https://a.example/robots.txt")
    assert (exchange.status, exchange.fault) == (None, "not-recorded")


def test_a_recorded_error_is_an_answer(fetcher: ReplayFetcher) -> None:
    assert ask(fetcher, "https://a.example/missing").status == 404


def test_the_latest_capture_counts_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    for order in (1, -1):
        paths = []
        for day in (0, 1)[::order]:
            path = tmp_path / f"{order}-{day}.warc.gz"
            with path.open("wb") as file:
                WarcWriter(file).response(HOME, 200, HTML, f"day {day}".encode(), WHEN + timedelta(days=day))
            paths.append(path)
        fetcher = ReplayFetcher(paths)
        assert ask(fetcher, HOME).body == b"day 1"
        asyncio.run(fetcher.close())


def test_a_body_is_decoded_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    block = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    fields = {"WARC-Target-URI": HOME, "Content-Type": "application/http; msgtype=response"}
    other = {**fields, "WARC-Target-URI": "https://b.example/"}
    with path.open("wb") as file:
        writer = WarcWriter(file)
        writer.record("response", block + gzip.compress(b"x" * 1_000_000), fields, WHEN)
        writer.record("response", block + b"<p>decoded before", other, WHEN)
    fetcher = ReplayFetcher([path])
    exchange = ask(fetcher, HOME, max_bytes=1_000)
    assert (exchange.body, exchange.is_truncated) == (b"x" * 1_000, True)
    assert ask(fetcher, "https://b.example/").body == b"<p>decoded before"
    asyncio.run(fetcher.close())


def test_a_record_without_http_is_a_malformed_answer(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    with path.open("wb") as file:
        WarcWriter(file).record("response", b"<p>no status line", {"WARC-Target-URI": f"<{HOME}>"}, WHEN)
    fetcher = ReplayFetcher([path])
    assert ask(fetcher, HOME).fault == "malformed"
    asyncio.run(fetcher.close())


def test_damage_is_counted_and_the_rest_answers(tmp_path: Path) -> None:
    data, offsets = warc_of(PAGES)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data[: offsets[1] + 60] + b"????" + data[offsets[1] + 64 :])
    fetcher = ReplayFetcher([path])
    assert (fetcher.n_losses, len(fetcher.losses), fetcher.n_urls) == (1, 1, len(PAGES) - 1)
    assert ask(fetcher, "https://a.example/new").body == b"<p>new"
    asyncio.run(fetcher.close())


def test_an_archive_that_is_absent_is_said() -> None:
    with pytest.raises(SourceError, match="cannot be opened"):
        ReplayFetcher([Path("nowhere.warc")])


@pytest.mark.shared
def test_a_real_capture_answers() -> None:
    fetcher = ReplayFetcher([shared("warc", "whirlwind.warc.gz")])
    exchange = ask(fetcher, "https://an.wikipedia.org/wiki/Escopete")
    assert exchange.status == 200
    assert b"Escopete" in exchange.body
    assert exchange.last.address == "208.80.154.224"
    asyncio.run(fetcher.close())
