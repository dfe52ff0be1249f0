"""Places for requests, in all and at each host."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.fetch.slots import Slots


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 5),
    st.integers(1, 3),
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.booleans()), max_size=40),
)
def test_no_more_than_allowed_are_busy_and_a_cancelled_one_gives_its_places_back(
    total: int, per_host: int, work: list[tuple[str, int, bool]]
) -> None:
    async def go() -> None:
        slots = Slots(total, per_host)
        busy: Counter[str] = Counter()

        async def one(host: str, n_steps: int) -> None:
            await slots.take(host)
            try:
                busy[host] += 1
                assert busy[host] <= per_host
                assert busy.total() <= total
                for _ in range(n_steps):
                    await asyncio.sleep(0)
            finally:
                busy[host] -= 1
                slots.leave(host)

        tasks = [asyncio.create_task(one(host, n_steps)) for host, n_steps, _ in work]
        await asyncio.sleep(0)
        for task, (_, _, is_cancelled) in zip(tasks, work, strict=True):
            if is_cancelled:
                task.cancel()
                await asyncio.sleep(0)
        ended = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
        assert not [error for error in ended if isinstance(error, AssertionError)]
        assert (slots._n_free, slots._busy, slots._at_host) == (total, {}, {})

    asyncio.run(go())


def test_a_request_that_waits_for_its_host_takes_no_other_s_place() -> None:
    async def go() -> None:
        slots = Slots(2, 1)
        await slots.take("slow")
        waiting = asyncio.create_task(slots.take("slow"))
        await asyncio.sleep(0)
        await asyncio.wait_for(slots.take("quick"), 1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(go())
