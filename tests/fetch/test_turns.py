"""The scheduler of many hosts: never too early at one, never waiting for another."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from linkworthy.fetch.base import Exchange, Hop, Request, Timings
from linkworthy.fetch.http import HttpFetcher
from linkworthy.fetch.politeness import Politeness
from linkworthy.fetch.turns import Turns
from linkworthy.site import Limits, Network
from tests.support.server import Server, Talk, answer


def gaps(instants: Sequence[float]) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(sorted(instants))]


def answered(host: str, status: int = 200, **headers: str) -> Exchange:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    hop = Hop(url=f"http://{host}/", status=status, headers=named, timings=Timings(ttfb_ms=0, total_ms=0))
    return Exchange(request=Request(url=hop.url), hops=(hop,), fetched_at=datetime.now(UTC))


def worked_off(limits: Limits, work: Sequence[tuple[str, int]], n_takers: int = 20) -> list[tuple[str, int, float]]:
    """Work everything off; gives host, item and start in the order of starts."""

    async def go() -> list[tuple[str, int, float]]:
        turns: Turns[int] = Turns(Politeness(limits))
        for host, item in work:
            turns.offer(host, item)
        turns.close()
        started: list[tuple[str, int, float]] = []

        async def taker() -> None:
            while (found := await turns.take()) is not None:
                started.append((*found, time.monotonic()))
                await asyncio.sleep(0)
                turns.done(found[0], answered(found[0]))

        await asyncio.gather(*(taker() for _ in range(n_takers)))
        assert (turns.n_waiting, turns.n_busy) == (0, 0)
        return started

    return asyncio.run(go())


def test_everything_is_handed_out_once_and_hosts_take_turns() -> None:
    work = [("a", n) for n in range(6)] + [("b", n) for n in range(3)]
    started = worked_off(Limits(connections_per_host=1), work, n_takers=1)
    assert sorted((host, item) for host, item, _ in started) == sorted(work)
    assert [host for host, _, _ in started[:6]] == ["a", "b", "a", "b", "a", "b"]
    assert [item for host, item, _ in started if host == "a"] == list(range(6))


def test_no_gap_at_any_of_many_hosts_is_shorter_than_the_one_set() -> None:
    hosts = [f"h{n}" for n in range(300)]
    work = [(host, n) for n in range(4) for host in hosts]
    started = worked_off(Limits(delay_s=0.15, connections_per_host=1), work)
    assert len(started) == len(work)
    by_host = defaultdict(list)
    for host, _, instant in started:
        by_host[host].append(instant)
    assert min(min(gaps(instants)) for instants in by_host.values()) >= 0.15


def test_a_host_has_no_more_at_once_than_allowed() -> None:
    async def go() -> int:
        turns: Turns[int] = Turns(Politeness(Limits(connections_per_host=3)))
        for n in range(30):
            turns.offer("a", n)
        turns.close()
        now = most = 0

        async def taker() -> None:
            nonlocal now, most
            while (found := await turns.take()) is not None:
                now += 1
                most = max(most, now)
                await asyncio.sleep(0)
                now -= 1
                turns.done(found[0])

        await asyncio.gather(*(taker() for _ in range(10)))
        return most

    assert asyncio.run(go()) == 3


def test_the_rate_over_all_hosts_is_kept() -> None:
    before = time.monotonic()
    started = worked_off(Limits(requests_per_s=100), [(f"h{n}", n) for n in range(30)])
    instants = sorted(instant for _, _, instant in started)
    assert all(instant >= before + n * 0.01 for n, instant in enumerate(instants))


def test_a_host_that_asks_for_time_waits_and_others_do_not() -> None:
    async def go() -> list[tuple[str, int]]:
        turns: Turns[int] = Turns(Politeness(Limits(connections_per_host=1)))
        for n in range(2):
            turns.offer("busy", n)
        first = await turns.take()
        assert first == ("busy", 0)
        turns.done("busy", answered("busy", 429, retry_after="1"))
        for n in range(3):
            turns.offer("calm", n)
        order = []
        for _ in range(4):
            found = await turns.take()
            assert found is not None
            order.append(found)
            turns.done(found[0])
        return order

    assert asyncio.run(go()) == [("calm", 0), ("calm", 1), ("calm", 2), ("busy", 1)]


def test_work_may_come_while_takers_wait_and_be_given_back() -> None:
    async def go() -> list[tuple[str, int] | None]:
        turns: Turns[int] = Turns(Politeness(Limits()))
        waiting = [asyncio.create_task(turns.take()) for _ in range(2)]
        await asyncio.sleep(0)
        turns.offer("a", 1)
        first = await waiting[0]
        turns.offer("a", 2)
        turns.offer("a", 0, is_next=True)
        second = await waiting[1]
        turns.done("a")
        turns.done("a")
        turns.close()
        third = await turns.take()
        turns.done("a")
        return [first, second, third, await turns.take()]

    assert asyncio.run(go()) == [("a", 1), ("a", 2), ("a", 0), None]


def test_a_taker_that_is_cancelled_loses_nothing() -> None:
    async def go() -> tuple[tuple[str, int] | None, int]:
        turns: Turns[int] = Turns(Politeness(Limits(connections_per_host=1)))
        gone = asyncio.create_task(turns.take())
        await asyncio.sleep(0)
        turns.offer("a", 7)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await asyncio.wait_for(turns.take(), 5), turns.n_busy

    assert asyncio.run(go()) == (("a", 7), 1)


def test_a_server_s_own_clock_sees_no_gap_shorter_than_the_one_set() -> None:
    seen: defaultdict[str, list[float]] = defaultdict(list)

    async def script(talk: Talk) -> None:
        seen[talk.asked.headers["host"]].append(time.monotonic())
        await asyncio.sleep(0.01)
        await talk.send(answer(b"x"))

    async def go() -> None:
        hosts = [f"h{n}.example" for n in range(40)]
        async with Server({"*": script}) as server:
            network = Network(connect_to=tuple(f"{host}:80:{server.host}:{server.port}" for host in hosts))
            limits = Limits(delay_s=0.2, connections_per_host=1)
            fetcher = HttpFetcher(network, limits)
            turns: Turns[str] = Turns(Politeness(limits))
            for n in range(4):
                for host in hosts:
                    turns.offer(host, f"http://{host}/{n}")
            turns.close()

            async def taker() -> None:
                while (found := await turns.take()) is not None:
                    turns.done(found[0], await fetcher.fetch(Request(url=found[1])))

            try:
                await asyncio.gather(*(taker() for _ in range(50)))
            finally:
                await fetcher.close()

    asyncio.run(go())
    assert sum(map(len, seen.values())) == 160
    assert min(min(gaps(instants)) for instants in seen.values()) >= 0.2
