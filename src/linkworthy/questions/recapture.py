"""Capture and recapture: how many members of a population no list holds, from how the lists overlap.

Pure functions over capture histories. A history is a tuple with one truth value for each list; ``counts`` says how many
members have it. The history that no list holds is what is asked for, and is never among the counts.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

History = tuple[bool, ...]
Counts = Mapping[History, int]
Array = npt.NDArray[np.float64]

MIN_OVERLAP = 7
"""Members in two lists or more below which nothing is estimated: Chapman's estimator is nearly unbiased from seven on
(Robson and Regier 1964, Sample size in Petersen mark-recapture experiments)."""
MAX_LISTS = 6
"""More lists have more histories than most profiles have domains to fill them."""
MAX_RATIO = 10.0
"""An estimate beyond ten times of what was seen is an extrapolation that no overlap supports."""
_Z = 1.959963984540054
_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """How large a population is, by one method; ``low`` and ``high`` are the 95 % interval."""

    method: str
    n_seen: int
    n_total: float
    low: float
    high: float
    terms: tuple[tuple[int, int], ...] = ()
    """Pairs of lists that the model lets depend on each other."""
    aic: float | None = None


def chapman(n_one: int, n_other: int, n_both: int) -> Estimate:
    """Estimate a population from two lists, with a 95 % interval that is never below what was seen.

    N = (n1 + 1)(n2 + 1) / (m + 1) - 1, var = (n1 + 1)(n2 + 1)(n1 - m)(n2 - m) / ((m + 1)^2 (m + 2)); it holds where the
    lists are independent and each member is as likely as any other. The interval is log-normal on the unseen number.
    Source: Chapman 1951, Some properties of the hypergeometric distribution with applications to zoological sample
    censuses; variance: Seber 1970; interval: Chao 1987, equation 12.
    """
    total = (n_one + 1) * (n_other + 1) / (n_both + 1) - 1
    spread = (n_one + 1) * (n_other + 1) * (n_one - n_both) * (n_other - n_both)
    variance = spread / ((n_both + 1) ** 2 * (n_both + 2))
    n_seen = n_one + n_other - n_both
    low, high = log_normal(n_seen, total, variance)
    return Estimate(method="chapman", n_seen=n_seen, n_total=total, low=low, high=high)


def chao(counts: Counts) -> Estimate:
    """Give a lower bound of a population: what is missing at least, where members differ in how easily they are seen.

    f0 >= (t - 1)/t * f1 (f1 - 1) / (2 (f2 + 1)), with fk members in exactly k of t lists, bias-corrected.
    Source: Chao 1987, Estimating the population size for capture-recapture data with unequal catchability, Biometrics
    43; with its interval.
    """
    n_lists = len(next(iter(counts)))
    by_number = [0] * (n_lists + 1)
    for history, n in counts.items():
        by_number[sum(history)] += n
    n_seen, once, twice = sum(by_number[1:]), by_number[1], by_number[2]
    share = (n_lists - 1) / n_lists
    unseen = share * once * (once - 1) / (2 * (twice + 1))
    variance = share * once * (once - 1) / (2 * (twice + 1))
    variance += share**2 * once * (2 * once - 1) ** 2 / (4 * (twice + 1) ** 2)
    variance += share**2 * once**2 * twice * (once - 1) ** 2 / (4 * (twice + 1) ** 4)
    low, high = log_normal(n_seen, n_seen + unseen, variance)
    return Estimate(method="chao", n_seen=n_seen, n_total=n_seen + unseen, low=low, high=high)


def log_linear(counts: Counts) -> Estimate | None:
    """Estimate a population from three lists or more by Poisson regression on the histories; null where none fits.

    log E(n_h) = b0 + sum_i b_i h_i + sum_ij b_ij h_i h_j; the unseen number is exp(b0). Interactions of two lists enter
    one after the other as long as Akaike's criterion falls by more than two, so that a noisy pair is not taken for
    dependence. The interval comes from the variance of b0 and the Poisson variance of the unseen number; it does not
    know that the model was chosen.
    Source: Fienberg 1972, The multiple recapture census for closed populations and incomplete 2^k contingency tables,
    Biometrika 59; Cormack 1989, Log-linear models for capture-recapture, Biometrics 45; Akaike 1974.
    """
    n_lists = len(next(iter(counts)))
    histories = [h for h in itertools.product((False, True), repeat=n_lists) if any(h)]
    observed = np.array([counts.get(history, 0) for history in histories], float)
    best = _fitted(histories, observed, ())
    pairs = set(itertools.combinations(range(n_lists), 2))
    while best is not None and pairs - set(best.terms):
        # A model with as many parameters as histories fits anything and says nothing.
        if 1 + n_lists + len(best.terms) + 1 >= len(histories):
            break
        tried = [_fitted(histories, observed, (*best.terms, pair)) for pair in sorted(pairs - set(best.terms))]
        better = min((fit for fit in tried if fit is not None), key=lambda fit: fit.aic or 0.0, default=None)
        if better is None or (better.aic or 0.0) > (best.aic or 0.0) - 2.0:
            break
        best = better
    return best


def _fitted(histories: Sequence[History], observed: Array, terms: tuple[tuple[int, int], ...]) -> Estimate | None:
    rows = [[1.0, *map(float, h), *(float(h[i] and h[j]) for i, j in terms)] for h in histories]
    fit = poisson(np.array(rows), observed)
    if fit is None:
        return None
    coefficients, covariance, mean = fit
    n_seen = int(observed.sum())
    unseen = math.exp(min(coefficients[0], 60.0))
    variance = unseen + unseen**2 * float(covariance[0, 0])
    low, high = log_normal(n_seen, n_seen + unseen, variance)
    likelihood = float(np.sum(observed * np.log(np.maximum(mean, 1e-300)) - mean))
    aic = 2 * len(coefficients) - 2 * likelihood
    return Estimate(
        method="log-linear", n_seen=n_seen, n_total=n_seen + unseen, low=low, high=high, terms=terms, aic=aic
    )


def poisson(design: Array, observed: Array) -> tuple[Array, Array, Array] | None:
    """Fit a Poisson regression with a logarithmic link by iteratively reweighted least squares.

    Gives coefficients, their covariance and the means; null where the fit does not converge: a coefficient without a
    finite estimate, as where a pair of lists shares nothing. Stops when no coefficient moves by more than 1e-8.
    Source: Nelder and Wedderburn 1972, Generalized linear models.
    """
    mean = observed + 0.5
    coefficients = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        working = np.log(mean) + (observed - mean) / mean
        weighted = design * mean[:, None]
        try:
            covariance = np.linalg.inv(design.T @ weighted)
        except np.linalg.LinAlgError:
            return None
        moved = covariance @ (weighted.T @ working)
        mean = np.exp(np.clip(design @ moved, -30.0, 30.0))
        if np.max(np.abs(moved - coefficients)) < 1e-8:
            return moved, np.asarray(covariance, float), mean
        coefficients = moved
    return None


def log_normal(n_seen: int, total: float, variance: float) -> tuple[float, float]:
    """Give the 95 % interval of a population whose unseen number is log-normal, so that it starts above what was seen.

    Source: Burnham, in Rexstad and Burnham 1991, User's guide for interactive program CAPTURE; Chao 1987, equation 12.
    """
    unseen = total - n_seen
    if unseen <= 0 or variance <= 0:
        return float(n_seen), max(float(n_seen), total)
    factor = math.exp(_Z * math.sqrt(math.log1p(variance / unseen**2)))
    return n_seen + unseen / factor, n_seen + unseen * factor


def sample_coverage(counts: Counts) -> float | None:
    """Give the share of all captures that a fresh list would find among what is seen; null without any capture.

    C = 1 - f1/n * ((t - 1) f1 / ((t - 1) f1 + 2 f2)), with n captures in all.
    Source: Chao and Lee 1992, Estimating the number of classes via sample coverage; form of Chao and Jost 2012.
    """
    n_lists = len(next(iter(counts)))
    n_captures = sum(sum(history) * n for history, n in counts.items())
    once = sum(n for history, n in counts.items() if sum(history) == 1)
    twice = sum(n for history, n in counts.items() if sum(history) == 2)
    if not n_captures:
        return None
    if not once:
        return 1.0
    return 1.0 - once / n_captures * ((n_lists - 1) * once / ((n_lists - 1) * once + 2 * twice))


def estimate(counts: Counts) -> Estimate | str:
    """Estimate a population by the method that its lists allow, or say in words why not.

    Two lists: :func:`chapman`. Three and more: :func:`log_linear`; where that does not converge or runs away, Chao's
    lower bound.
    """
    n_lists = len(next(iter(counts), ()))
    n_shared = sum(n for history, n in counts.items() if sum(history) >= 2)
    if n_lists < 2:
        return "one list alone has no overlap: a second, independent source is needed"
    if n_lists > MAX_LISTS:
        return f"{n_lists} lists: at most {MAX_LISTS} can be compared at once"
    if n_shared < MIN_OVERLAP:
        return f"too little overlap: {n_shared} in two lists or more, {MIN_OVERLAP} are needed"
    n_seen = sum(counts.values())
    if n_lists == 2:
        both = counts.get((True, True), 0)
        found: Estimate | None = chapman(counts.get((True, False), 0) + both, counts.get((False, True), 0) + both, both)
    else:
        found = log_linear(counts)
        if found is None or found.high > MAX_RATIO * n_seen:
            found = chao(counts)
    if found is None or found.high > MAX_RATIO * n_seen:
        return (
            f"too little overlap: {n_shared} of {n_seen} are in two lists or more, and the interval has no useful end"
        )
    return found
