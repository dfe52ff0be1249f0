"""One host's pace: slower on refusal and strain, faster again with care."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linkworthy.fetch.base import Hop, Timings
from linkworthy.fetch.pace import GOOD_ANSWERS, LEAST_GAP_S, MAX_GAP_S, Pace


def answered(ttfb_ms: float | None = 50.0, status: int | None = 200, **more: object) -> Hop:
    return Hop(url="http://a/", status=status, timings=Timings(ttfb_ms=ttfb_ms), **more)  # type: ignore[arg-type]


def test_a_refusal_halves_the_connections_and_sets_starts_apart() -> None:
    pace = Pace(8)
    pace.learn(answered(status=429))
    assert (pace.places, pace.gap_s) == (4, LEAST_GAP_S)
    pace.learn(answered(status=503))
    assert (pace.places, pace.gap_s) == (2, 2 * LEAST_GAP_S)
    for _ in range(20):
        pace.learn(answered(status=429))
    assert (pace.places, pace.gap_s) == (1, MAX_GAP_S)


def test_refusals_of_requests_under_way_together_count_once() -> None:
    pace = Pace(8)
    pace.learn(answered(status=429))
    for _ in range(7):
        pace.learn(answered(status=429), is_news=False)
    assert (pace.places, pace.gap_s) == (4, LEAST_GAP_S)


def test_most_of_the_last_answers_or_the_last_three_tell_that_the_host_refuses_and_not_one_url() -> None:
    pace = Pace(8)
    pace.learn(answered(status=429))
    assert pace.is_refused
    pace.learn(answered())
    assert not pace.is_refused
    for _ in range(7):
        pace.learn(answered())
    assert pace.is_well
    for status in (429, 503, 200, 429, 429):
        pace.learn(answered(status=status))
    assert pace.is_well
    pace.learn(answered(status=429), is_news=False)
    assert pace.is_well
    pace.learn(answered(status=429))
    assert pace.is_refused
    assert not pace.is_well


def test_good_answers_bring_one_connection_after_the_other_back() -> None:
    pace = Pace(4)
    for _ in range(3):
        pace.learn(answered(status=429))
    assert pace.places == 1
    places = []
    for _ in range(5 * GOOD_ANSWERS):
        pace.learn(answered())
        places.append(pace.places)
    assert places[GOOD_ANSWERS - 2 : GOOD_ANSWERS] == [1, 2]
    assert places[-1] == 4
    assert pace.gap_s == 0.0


def test_a_server_that_answers_later_and_later_is_relieved() -> None:
    pace = Pace(8)
    for _ in range(20):
        pace.learn(answered(60.0))
    for _ in range(30):
        pace.learn(answered(2_000.0))
    assert pace.places < 8


def test_a_server_that_is_slow_by_nature_or_quick_enough_is_not() -> None:
    slow, quick = Pace(8), Pace(8)
    for n in range(200):
        slow.learn(answered(1_500.0 + n % 7 * 100))
        quick.learn(answered(5.0 if n < 50 else 300.0))
    assert (slow.places, quick.places) == (8, 8)


def test_timeouts_halve_the_connections_and_a_dead_host_is_not_judged() -> None:
    pace = Pace(8)
    pace.learn(answered(None, None, fault="timeout"))
    assert (pace.places, pace.gap_s) == (4, 0.0)
    pace.learn(answered(None, None, fault="refused"))
    assert pace.places == 4


@given(
    st.integers(-3, 20),
    st.lists(
        st.tuples(st.sampled_from([200, 404, 429, 503, None]), st.none() | st.floats(0, 1e6), st.booleans()),
        max_size=200,
    ),
)
def test_the_pace_stays_within_its_bounds(most: int, answers: list[tuple[int | None, float | None, bool]]) -> None:
    pace = Pace(most)
    for status, ttfb_ms, is_news in answers:
        pace.learn(answered(ttfb_ms, status, fault="timeout" if status is None else None), is_news=is_news)
        assert 1 <= pace.places <= max(most, 1)
        assert 0 <= pace.gap_s <= MAX_GAP_S
