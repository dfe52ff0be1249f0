"""The arithmetic of a verdict: six criteria, five kinds of harm, and one term for each signal that is known.

Goodness is the mean of the criteria known, weighted by CRITERION_WEIGHTS; a criterion is the mean of its signals
known, weighted by theirs. The harm of a kind is the sum of weight times score over its groups of evidence, at most 1;
within a group the largest counts, because evidence of one group is not independent. A kind is found at FOUND and above,
where two groups corroborate each other or one signal is strong: one weak signal is shown and is never a verdict. The
terms of the criteria add up to goodness, those of a kind to its harm.

Links are added up many at a time: a matrix holds a row for each link and a column for each signal. Columns are added
from left to right, so that a link's sums do not depend on the links beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linkworthy.catalogue.signal import CRITERIA, KINDS, Signal

CRITERION_WEIGHTS: Mapping[str, float] = {
    "relevance": 4.0, "authority": 1.5, "link_quality": 2.0, "editorial": 2.0, "outbound": 1.0, "indexing": 1.5,
}  # fmt: skip
"""What each criterion counts in goodness; our judgement, in the mission's order: relevance first."""
FOUND = 0.5
"""Harm from which on a kind is called found, where it is corroborated."""
SPEAKS = 0.08
"""Weight times score from which on a signal corroborates another one."""
STRONG = 0.8
"""Score from which on a strong signal finds a kind alone."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sum:
    """What the signals of one link add up to."""

    criteria: Mapping[str, float | None]
    goodness: float | None
    harms: Mapping[str, float | None]
    found: tuple[str, ...]
    """Kinds found, strongest first."""
    n_known: int
    coverage_share: float
    contributions: Floats
    """What each signal of the catalogue adds; 0 where it is not known."""
    signals: Sequence[Signal]
    places: Mapping[str, Sequence[int]]
    """Where the signals of each aspect stand in the catalogue."""

    def strongest(self, aspect: str) -> list[int]:
        """Give the places of the signals of a kind or criterion that contribute, largest first."""
        mine = [(-float(self.contributions[i]), self.signals[i].slug, i) for i in self.places[aspect]]
        return [i for part, _, i in sorted(mine) if part < 0]


@dataclass(slots=True)
class Sums:
    """What the signals of many links add up to, a row a link; figures are NaN where nothing of them is known."""

    signals: Sequence[Signal]
    known: Bools
    contributions: Floats
    criteria: dict[str, Floats] = field(default_factory=dict)
    goodness: Floats = field(default_factory=lambda: np.zeros(0))
    harms: dict[str, Floats] = field(default_factory=dict)
    is_found: dict[str, Bools] = field(default_factory=dict)

    @property
    def places(self) -> dict[str, list[int]]:
        """Where the signals of each criterion and kind stand."""
        return {
            aspect: [i for i, signal in enumerate(self.signals) if signal.aspect == aspect]
            for aspect in (*CRITERIA, *KINDS)
        }

    @property
    def n_known(self) -> NDArray[np.int64]:
        """Signals known of each link."""
        return np.asarray(self.known.sum(axis=1), np.int64)

    @property
    def coverage_share(self) -> Floats:
        """Weight of the signals known against all, 0..1."""
        weights = [signal.weight for signal in self.signals]
        covered = _added([np.where(self.known[:, i], weight, 0.0) for i, weight in enumerate(weights)], len(self.known))
        return covered / sum(weights) if weights else covered

    @property
    def harm(self) -> Floats:
        """The largest harm of the kinds judged."""
        harm: Floats = np.fmax.reduce([self.harms[kind] for kind in KINDS])
        return harm

    def each(self) -> Iterator[Sum]:
        """Yield the sum of each link in order."""
        criteria = {name: _listed(figures) for name, figures in self.criteria.items()}
        harms = {kind: _listed(figures) for kind, figures in self.harms.items()}
        found = {kind: flags.tolist() for kind, flags in self.is_found.items()}
        places = self.places
        rows = zip(_listed(self.goodness), self.n_known.tolist(), self.coverage_share.tolist(), strict=True)
        for at, (goodness, n_known, share) in enumerate(rows):
            harm = {kind: figures[at] for kind, figures in harms.items()}
            kinds = sorted((-(harm[kind] or 0.0), kind) for kind in KINDS if found[kind][at])
            yield Sum(
                {name: figures[at] for name, figures in criteria.items()}, goodness, harm,
                tuple(kind for _, kind in kinds), n_known, share, self.contributions[at], self.signals, places,
            )  # fmt: skip


def add_up(signals: Sequence[Signal], scores: Floats, known: Bools) -> Sums:
    """Add up signals: a row a link and a column a signal; what a score says where it is not known is of no account."""
    weights = np.array([signal.weight for signal in signals])
    raw = np.where(known, scores, 0.0) * weights
    sums = Sums(signals, known, np.zeros_like(raw))
    _criteria(sums, raw, weights)
    for kind in KINDS:
        _harm(sums, kind, raw, scores)
    return sums


def _criteria(sums: Sums, raw: Floats, weights: Floats) -> None:
    n, known = len(raw), sums.known
    columns = {name: sums.places[name] for name in CRITERIA}
    judged = {name: known[:, mine].any(axis=1) for name, mine in columns.items()}
    total = _added([np.where(judged[name], CRITERION_WEIGHTS[name], 0.0) for name in CRITERIA], n)
    with np.errstate(invalid="ignore", divide="ignore"):
        for name, mine in columns.items():
            weight = _added([np.where(known[:, i], weights[i], 0.0) for i in mine], n)
            sums.criteria[name] = np.where(judged[name], _added([raw[:, i] for i in mine], n) / weight, np.nan)
            share = CRITERION_WEIGHTS[name] / total / weight
            for i in mine:
                sums.contributions[:, i] = np.where(known[:, i], raw[:, i] * share, 0.0)
        parts = [CRITERION_WEIGHTS[name] * np.nan_to_num(sums.criteria[name]) for name in CRITERIA]
        sums.goodness = np.where(total > 0, _added(parts, n) / total, np.nan)


def _harm(sums: Sums, kind: str, raw: Floats, scores: Floats) -> None:
    """Add the harm of one kind, the part of each of its signals, and whether it is found."""
    n, known, signals = len(raw), sums.known, sums.signals
    mine = sums.places[kind]
    groups: dict[str, list[int]] = {}
    for i in mine:
        groups.setdefault(signals[i].group, []).append(i)
    parts = np.zeros_like(raw)
    n_speaking = np.zeros(n, np.int64)
    for members in groups.values():
        # Of equal ones the first counts; what is not known counts less than nothing.
        best = np.asarray(members)[np.where(known[:, members], raw[:, members], -1.0).argmax(axis=1)]
        parts[np.arange(n), best] = raw[np.arange(n), best]
        n_speaking += raw[np.arange(n), best] >= SPEAKS
    whole = _added([parts[:, i] for i in mine], n)
    parts /= np.maximum(whole, 1.0)[:, None]
    harm = _added([parts[:, i] for i in mine], n)
    strong = [i for i in mine if signals[i].is_strong]
    is_strong = (known[:, strong] & (scores[:, strong] >= STRONG)).any(axis=1)
    sums.contributions[:, mine] = parts[:, mine]
    sums.harms[kind] = np.where(known[:, mine].any(axis=1), harm, np.nan)
    sums.is_found[kind] = (harm >= FOUND) & (is_strong | (n_speaking >= 2))


def _added(columns: Sequence[Floats], n: int) -> Floats:
    total = np.zeros(n)
    for column in columns:
        total = total + column
    return total


def _listed(figures: Floats) -> list[float | None]:
    return [None if figure != figure else figure for figure in figures.tolist()]  # noqa: PLR0124 - NaN is not itself
