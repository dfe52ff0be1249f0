"""The published scale: a score as 0 to 100 on a logarithm, ranks, percentiles."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[Any]

N_QUANTILES = 10_000


def points(scores: Any, low: float, high: float) -> Any:
    """Put raw scores on 0..100: 100 (ln x - ln low) / (ln high - ln low), 0 for scores that are 0; all 100 where equal.

    ``low`` and ``high`` are the least and greatest score above 0 of the graph; both are published with the ranks.
    """
    x = np.asarray(scores, np.float64)
    if not 0 < low < high:
        return np.where(x > 0, 100.0, 0.0)
    logs = np.log(np.maximum(x, low))
    return np.where(x > 0, np.clip(100 * (logs - np.log(low)) / (np.log(high) - np.log(low)), 0, 100), 0.0)


def by_rank(scores: Vector) -> NDArray[np.uint32]:
    """Give the nodes by descending score; equal scores in the order of names."""
    return np.argsort(-scores, kind="stable").astype(np.uint32)


def quantiles(ordered: Vector) -> NDArray[np.float64]:
    """Give the scores at even steps of the ascending order, the least and the greatest among them."""
    places = np.linspace(0, max(ordered.size - 1, 0), N_QUANTILES + 1).round().astype(np.int64)
    return ordered[::-1][places].astype(np.float64) if ordered.size else np.zeros(N_QUANTILES + 1)


def percentile(score: float, steps: NDArray[np.float64]) -> float:
    """Give the share of nodes, in percent, whose score is lower: to a hundredth of a percent."""
    return float(np.searchsorted(steps, score * (1 - 1e-9), side="left")) * 100 / (steps.size - 1 or 1)
