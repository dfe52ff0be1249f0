"""The estimates on populations whose size is known: bias and coverage of the interval, and where they fail."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.questions.coverage import as_counts
from linkworthy.questions.histories import gain, overlap, totals
from linkworthy.questions.recapture import (
    Counts,
    Estimate,
    chao,
    chapman,
    estimate,
    log_linear,
    poisson,
    sample_coverage,
)

N_DRAWS = 300
# A true coverage of 95 % falls below this in 300 draws with a probability of 1e-4 (binomial).
FLOOR = 0.95 - 3.72 * math.sqrt(0.95 * 0.05 / N_DRAWS)


def draw(
    rng: np.random.Generator, size: int, odds: Sequence[float], *, copied: float = 0.0, uneven: float = 0.0
) -> Counts:
    """Let lists find members of a population: ``copied`` is how often the second list takes over what the first says,
    ``uneven`` the spread (log-odds) of how easily members are found."""
    ease = rng.normal(0.0, uneven, size)[:, None]
    chance = 1 / (1 + np.exp(-(np.log(np.array(odds) / (1 - np.array(odds))) + ease)))
    held = rng.random((size, len(odds))) < chance
    if copied:
        copies = rng.random(size) < copied
        held[copies, 1] = held[copies, 0]
    return Counter(tuple(map(bool, row)) for row in held if row.any())


def trial(
    method: Callable[[Counts], Estimate | str | None], size: int, odds: Sequence[float], **more: float
) -> tuple[float, float]:
    """Give the relative bias over many draws, and how often the interval held the true size."""
    rng = np.random.default_rng(20261122)
    found = [e for _ in range(N_DRAWS) if isinstance(e := method(draw(rng, size, odds, **more)), Estimate)]
    assert len(found) == N_DRAWS
    bias = float(np.mean([e.n_total for e in found])) / size - 1
    return bias, sum(e.low <= size <= e.high for e in found) / N_DRAWS


def test_two_independent_lists_are_estimated_without_bias_and_the_interval_holds() -> None:
    bias, held = trial(estimate, 500, (0.4, 0.3))
    assert abs(bias) < 0.02
    assert held > FLOOR


@pytest.mark.parametrize("odds", [(0.4, 0.3, 0.25), (0.4, 0.3, 0.25, 0.2)], ids=len)
def test_more_independent_lists_are_estimated_without_bias(odds: tuple[float, ...]) -> None:
    bias, held = trial(estimate, 600, odds)
    assert abs(bias) < 0.03
    assert held > 0.87, "a little under 95 %: the interval does not know that the model was chosen"


def test_a_list_that_copies_another_is_noticed_where_a_third_is_at_hand() -> None:
    bias, held = trial(estimate, 600, (0.4, 0.3, 0.25), copied=0.4)
    assert abs(bias) < 0.06
    assert held > 0.85
    lower, _held = trial(chao, 600, (0.4, 0.3, 0.25), copied=0.4)
    assert lower < -0.1, "a bound that takes lists for independent is too low"


def test_two_lists_that_depend_give_far_too_little_and_nothing_shows_it() -> None:
    bias, held = trial(estimate, 500, (0.4, 0.3), copied=0.4)
    assert bias < -0.3
    assert held < 0.05


def test_members_that_are_hard_to_find_make_every_estimate_too_low() -> None:
    for odds in ((0.3, 0.3), (0.3, 0.3, 0.25)):
        bias, _held = trial(estimate, 500, odds, uneven=1.5)
        assert -0.5 < bias < -0.15
    bias, held = trial(chao, 500, (0.3, 0.3, 0.25), uneven=1.5)
    assert -0.5 < bias < 0.0, "a lower bound stays below"
    assert held < 0.5


def test_chapman_gives_the_published_arithmetic() -> None:
    found = chapman(200, 150, 60)
    assert found.n_total == pytest.approx(201 * 151 / 61 - 1)
    assert found.n_seen == 290
    unseen = found.n_total - 290
    variance = 201 * 151 * 140 * 90 / (61**2 * 62)
    factor = math.exp(1.959964 * math.sqrt(math.log(1 + variance / unseen**2)))
    assert (found.low, found.high) == pytest.approx((290 + unseen / factor, 290 + unseen * factor), rel=1e-6)


def test_the_independent_model_of_two_way_tables_is_lincoln_and_petersen() -> None:
    design = np.array([[1, 1, 0], [1, 0, 1], [1, 1, 1]], float)
    fit = poisson(design, np.array([140.0, 90.0, 60.0]))
    assert fit is not None
    assert math.exp(fit[0][0]) == pytest.approx(140 * 90 / 60)


def test_a_saturated_model_of_three_lists_gives_fienbergs_closed_form() -> None:
    counts = dict(zip([h for h in itertools.product((False, True), repeat=3) if any(h)], [40, 50, 20, 60, 25, 30, 15],
                      strict=True))  # fmt: skip
    rows = [[1.0, *map(float, h), *(float(h[i] and h[j]) for i, j in ((0, 1), (0, 2), (1, 2)))] for h in counts]
    fit = poisson(np.array(rows), np.array(list(counts.values()), float))
    n = {"".join("01"[x] for x in h): k for h, k in counts.items()}
    closed = n["111"] * n["100"] * n["010"] * n["001"] / (n["110"] * n["101"] * n["011"])
    assert fit is not None
    assert math.exp(fit[0][0]) == pytest.approx(closed)


def test_lists_that_share_nothing_are_not_estimated() -> None:
    for counts in ({(True, False): 50, (False, True): 40}, {(True,): 9}, {}, {(True, False): 5, (True, True): 6}):
        assert isinstance(estimate(counts), str)
    scattered = {
        (True, False, False): 900,
        (False, True, False): 800,
        (False, False, True): 700,
        (True, True, False): 7,
    }
    said = estimate(scattered)
    assert isinstance(said, str) or said.method == "chao"


def test_a_fit_without_a_finite_answer_is_none() -> None:
    assert poisson(np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([3.0, 4.0])) is None


def test_sample_coverage_is_one_where_every_member_is_in_two_lists() -> None:
    assert sample_coverage({(True, True): 9}) == 1.0
    assert sample_coverage({(True, False): 5, (False, True): 5}) == 0.0


HISTORIES = st.dictionaries(st.tuples(*[st.booleans()] * 3).filter(any), st.integers(0, 5_000), min_size=1, max_size=7)


@given(HISTORIES)
def test_any_counts_give_an_estimate_that_holds_what_was_seen_or_a_reason(counts: dict[tuple[bool, ...], int]) -> None:
    found = estimate(counts)
    if isinstance(found, str):
        assert found
        return
    seen = sum(counts.values())
    assert found.n_seen == seen
    assert seen <= found.low <= found.n_total <= found.high <= 10 * seen
    assert log_linear(counts) is None or math.isfinite(found.n_total)


@given(
    st.dictionaries(st.frozensets(st.sampled_from("abcd"), min_size=1).map(lambda s: tuple(sorted(s))),
                    st.integers(1, 99))
)  # fmt: skip
def test_gain_adds_up_to_all_and_never_grows(found: dict[tuple[str, ...], int]) -> None:
    steps = gain(found)
    assert sum(step["n_new"] for step in steps) == sum(found.values())
    assert [step["n_new"] for step in steps] == sorted((step["n_new"] for step in steps), reverse=True)
    assert {step["source"] for step in steps} == set(totals(found))
    for pair in overlap(found):
        assert 0 <= pair["n_both"] <= min(totals(found)[pair["one"]], totals(found)[pair["other"]])
    counts, names = as_counts(found)
    assert sum(counts.values()) == sum(found.values())
    assert all(len(history) == len(names) for history in counts)
