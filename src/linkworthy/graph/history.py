"""A name's score over releases of a graph, each change beside what names of its height usually move.

Between two releases most of what moves is noise: other pages were crawled. Of names with a similar rank, up to
``SAMPLE`` are looked up in both releases; four of five of them move by at most ``usual`` points. A change beyond that
is news. Where too few names stand in both, the noise bands of the two rankings decide, and where there are none, nobody
knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkworthy.graph.lookup import Lookup

SAMPLE = 1_000
"""Names that are looked up in both releases."""
ASIDE = 50
"""Names on either side of a rank that are taken in any case."""
LEAST = 30
"""Names that must stand in both releases before their moves say anything."""
USUAL_SHARE = 0.8
"""Share of names that move by at most the usual: the share that the noise band of a ranking holds."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A name in one release; all of its figures are null where the release does not hold it."""

    release: str
    score: float | None
    """0..100, on that release's own scale."""
    raw: float | None
    rank: int | None
    n_nodes: int
    percentile: float | None
    n_referrers: int | None
    low: float | None
    """Noise band by resampling, where it was measured."""
    high: float | None
    points: float | None
    """Change of the score since the release before."""
    usual: float | None
    """Points that four of five names of about this rank move at most between the two releases."""
    is_news: bool | None
    """The change is beyond what is usual."""


def history(releases: Sequence[tuple[str, Lookup]], text: str) -> list[Moment]:
    """Give a name's moments, release by release, in the order given: the oldest first."""
    out: list[Moment] = []
    before: tuple[Lookup, Moment] | None = None
    for title, lookup in releases:
        moment = _moment(title, lookup, text, before)
        out.append(moment)
        if moment.score is not None:
            before = (lookup, moment)
    return out


def _moment(title: str, lookup: Lookup, text: str, before: tuple[Lookup, Moment] | None) -> Moment:
    node = lookup.names.find(text)
    if node is None:
        return Moment(title, None, None, None, len(lookup.graph), *(None,) * 7)
    answer = lookup.ask(text, 0)
    low, high = answer.band or (None, None)
    points = usual = is_news = None
    if before is not None and before[1].score is not None:
        points = answer.score - before[1].score
        usual = usual_move(before[0], lookup, before[1].rank or 1)
        is_news = _is_news(points, usual, before[1], low, high)
    return Moment(
        title, answer.score, answer.raw, answer.rank, answer.n_nodes, answer.percentile, answer.n_referrers, low, high,
        points, usual, is_news,
    )  # fmt: skip


def _is_news(points: float, usual: float | None, before: Moment, low: float | None, high: float | None) -> bool | None:
    if usual is not None:
        return abs(points) > usual
    if low is None or high is None or before.low is None or before.high is None:
        return None
    return low > before.high or high < before.low


def usual_move(older: Lookup, newer: Lookup, rank: int) -> float | None:
    """Give the points that four of five names about a rank move at most; null where few of them are in both releases.

    They are the names from half the rank to twice it, and at least fifty on either side.
    """
    place = rank - 1
    first, last = max(0, min(place // 2, place - ASIDE)), min(len(older.graph), max(2 * place, place + ASIDE) + 1)
    places = np.unique(np.linspace(first, last - 1, SAMPLE).round().astype(np.int64))
    nodes = older.ranks.by_rank[places]
    then = np.asarray(older.ranks.points(older.ranks.scores[nodes]), np.float64)
    found = [newer.names.find(older.names.name(node)) for node in nodes.tolist()]
    moves = [
        abs(float(newer.ranks.points(newer.ranks.scores[node])) - was)
        for node, was in zip(found, then.tolist(), strict=True)
        if node is not None
    ]
    return float(np.quantile(moves, USUAL_SHARE)) if len(moves) >= LEAST else None
