"""Pacing by a clock of the test's own: hosts apart, delays kept, servers that ask for time given it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.fetch import politeness
from linkworthy.fetch.base import Exchange, Fault, Hop, Request
from linkworthy.fetch.politeness import Politeness, retry_after_s
from linkworthy.site import Limits


class Clock:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def exchange(host: str, status: int | None = 200, fault: Fault | None = None, **headers: str) -> Exchange:
    url = f"http://{host}/"
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    hop = Hop(url=url, status=status, fault=fault, headers=named)
    return Exchange(request=Request(url=url), hops=(hop,), fetched_at=datetime.now(UTC))


def starts(limits: Limits, *turns: tuple[str, float | None]) -> list[float]:
    """Take turns one after the other; gives the instants at which they started."""

    async def go() -> list[float]:
        clock = Clock()
        pace = Politeness(limits, clock=clock, sleep=clock.sleep)
        found = []
        for host, delay in turns:
            async with pace.turn(host, delay):
                found.append(clock.now - 1000.0)
        return found

    return asyncio.run(go())


def test_requests_to_one_host_start_apart_and_hosts_do_not_wait_for_each_other() -> None:
    assert starts(Limits(delay_s=2.0), ("a", None), ("a", None), ("b", None), ("a", None)) == [0, 2, 2, 4]


def test_one_host_may_be_asked_more_gently_than_the_others() -> None:
    limits = Limits(delay_s=1.0, host_delays=("slow=5", "quick=0"))
    turns = [("slow", None), ("slow", None), ("quick", None), ("quick", None), ("a", None), ("a", None), ("slow", 7.0)]
    assert starts(limits, *turns) == [0, 5, 5, 5, 5, 6, 12]


def test_a_longer_crawl_delay_is_obeyed_and_an_endless_one_is_capped() -> None:
    assert starts(Limits(delay_s=1.0), ("a", 5.0), ("a", 5.0)) == [0, 5]
    assert starts(Limits(delay_s=1.0), ("a", 0.1), ("a", 0.1)) == [0, 1]
    assert starts(Limits(), ("a", 86_400.0), ("a", None)) == [0, politeness.MAX_CRAWL_DELAY_S]


def test_no_more_than_so_many_requests_run_at_once() -> None:
    async def go() -> int:
        clock = Clock()
        pace = Politeness(Limits(connections_per_host=3), clock=clock, sleep=clock.sleep)
        running = most = 0

        async def one() -> None:
            nonlocal running, most
            async with pace.turn("a"):
                running += 1
                most = max(most, running)
                await asyncio.sleep(0)
                running -= 1

        await asyncio.gather(*(one() for _ in range(20)))
        return most

    assert asyncio.run(go()) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_time_gets_it(status: int) -> None:
    clock = Clock()
    pace = Politeness(Limits(), clock=clock, sleep=clock.sleep)
    pace.record(exchange("a", status, retry_after="7"))
    assert pace.wait_s("a") == 7
    assert pace.wait_s("b") == 0
    pace.record(exchange("a", status, retry_after="999999"))
    assert pace.wait_s("a") == politeness.MAX_BACKOFF_S


def test_without_a_wish_the_time_doubles_until_an_answer_comes() -> None:
    clock = Clock()
    pace = Politeness(Limits(), clock=clock, sleep=clock.sleep)
    waits = []
    for _ in range(9):
        pace.record(exchange("a", 503))
        waits.append(pace.wait_s("a"))
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == politeness.MAX_BACKOFF_S
    pace.record(exchange("a"))
    clock.now += politeness.MAX_BACKOFF_S
    pace.record(exchange("a", 503))
    assert pace.wait_s("a") == 2


def test_one_url_that_asks_for_long_does_not_stop_its_host_and_a_host_that_does_is_given_its_time() -> None:
    clock = Clock()
    pace = Politeness(Limits(), clock=clock, sleep=clock.sleep)

    def answers(status: int, wait: str = "90") -> float:
        clock.now += 0.01
        pace.record(exchange("a", status, retry_after=wait))
        return pace.wait_s("a")

    answers(200)
    assert answers(429) == politeness.PATIENCE_S
    clock.now += politeness.PATIENCE_S
    answers(200)
    assert answers(429) == politeness.FIRST_BACKOFF_S  # another URL was answered long before the time was over
    clock.now += politeness.FIRST_BACKOFF_S
    assert answers(503, "5") == 5
    clock.now += 5
    assert answers(429) == 90
    assert not pace.is_well("a")
    clock.now += 90
    for _ in range(8):
        answers(200)
    assert pace.is_well("a")
    assert answers(429) == politeness.PATIENCE_S  # what was known of it before its refusals is no more


def test_a_host_that_never_answers_is_tripped_and_one_that_answers_at_times_is_not() -> None:
    pace = Politeness(Limits())
    for n in range(politeness.TRIP_AFTER):
        assert pace.tripped("dead") is None
        pace.record(exchange("dead", None, "timeout"))
        pace.record(exchange("flaky", *((200, None) if n == 2 else (None, "timeout"))))
        pace.record(exchange("odd", None, "malformed"))
    assert pace.tripped("dead") == "timeout"
    assert pace.tripped("flaky") is None
    assert pace.tripped("odd") is None


def test_memory_is_bounded_and_a_host_that_is_owed_time_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(politeness, "MAX_HOSTS", 10)
    pace = Politeness(Limits())
    pace.record(exchange("busy", 429, retry_after="60"))
    for n in range(500):
        pace.record(exchange(f"h{n}"))
        for _ in range(politeness.TRIP_AFTER):
            pace.record(exchange(f"dead{n}", None, "refused"))
    assert len(pace._hosts) <= 11
    assert len(pace._tripped) <= 10
    assert pace.wait_s("busy") > 0


NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60.0),
        ("Sunday, 22-Nov-26 12:01:00 GMT", 60.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("\u0664", None),
        ("9" * 400, 999_999_999.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    hop = Hop(url="http://a/", status=429, headers=(("retry-after", value),))
    assert retry_after_s(hop, NOW) == seconds


@given(st.text(max_size=60))
def test_an_arbitrary_retry_after_is_read(value: str) -> None:
    found = retry_after_s(Hop(url="http://a/", headers=(("retry-after", value),)), NOW)
    assert found is None or found >= 0
