"""How far two scores of the same things agree: Spearman, Kendall's tau-b, overlap of their tops, and a calibration."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.graph.kernels.orders import inversions

Vector = NDArray[np.float64]


def ranked(values: Vector) -> Vector:
    """Give ranks from 1, ties their mean rank."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    edges = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1], [True]]))
    mean = (edges[:-1] + edges[1:] + 1) / 2
    out = np.empty(values.size)
    out[order] = np.repeat(mean, np.diff(edges))
    return out


def spearman(a: Vector, b: Vector) -> float | None:
    """Give Spearman's rank correlation, null where there are under two values or one side is all the same."""
    if a.size < 2:
        return None
    x, y = ranked(a) - (a.size + 1) / 2, ranked(b) - (b.size + 1) / 2
    by = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum() / by) if by else None


def kendall(a: Vector, b: Vector) -> float | None:
    """Give Kendall's tau-b, which allows for ties, in n log n; null where there are under two values or all are tied.

    Source: Knight, A computer method for calculating Kendall's tau with ungrouped data, 1966.
    """
    if a.size < 2:
        return None
    x, y = (np.unique(values, return_inverse=True)[1].astype(np.int64) for values in (a, b))
    order = np.lexsort((y, x))
    pairs = a.size * (a.size - 1) / 2
    tied_x, tied_y = _tied(x), _tied(y)
    both = _tied(x * (int(y.max()) + 1) + y)
    by = np.sqrt((pairs - tied_x) * (pairs - tied_y))
    discordant = int(inversions(y[order].copy()))
    return float((pairs - tied_x - tied_y + both - 2 * discordant) / by) if by else None


def _tied(values: NDArray[np.int64]) -> float:
    counts = np.unique(values, return_counts=True)[1].astype(np.float64)
    return float((counts * (counts - 1) / 2).sum())


def overlap(a: Vector, b: Vector, n: int) -> float | None:
    """Give the share of the n highest by one score that are among the n highest by the other; null under n values."""
    if a.size < n:
        return None
    tops = [set(np.argsort(-values, kind="stable")[:n].tolist()) for values in (a, b)]
    return len(tops[0] & tops[1]) / n


def calibrated(ours: Vector, theirs: Vector) -> list[dict[str, float]]:
    """Fit what another scale says at each of our scores: the rising step function with the least squared error.

    Gives our score, theirs, and the middle 80 % of what they said there; at the tens of our scale that have ten values.
    """
    order = np.argsort(ours, kind="stable")
    x, y = ours[order], theirs[order]
    levels: list[tuple[float, int]] = []
    for value in y.tolist():
        mean, n = float(value), 1
        while levels and levels[-1][0] >= mean:
            before, weight = levels.pop()
            mean, n = (before * weight + mean * n) / (weight + n), weight + n
        levels.append((mean, n))
    fitted: Any = np.repeat([mean for mean, _n in levels], [n for _mean, n in levels]) if levels else y
    out = []
    for ten in range(0, 101, 10):
        here = (x >= ten - 5) & (x < ten + 5)
        if int(here.sum()) >= 10:
            low, high = np.quantile(y[here], [0.1, 0.9])
            near = int(np.argmin(np.abs(x - ten)))
            out.append({"ours": float(ten), "theirs": float(fitted[near]), "low": float(low), "high": float(high)})
    return out
