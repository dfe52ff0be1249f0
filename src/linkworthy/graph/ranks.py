"""Ranks of a graph on disk, beside it in ``ranks/NAME``: scores, order, and the best referrers of every node.

``ranks.json``   how they were made: measure, damping, tolerance, iterations, the ends of the scale
``scores``       one a node; ``noise``: standard deviation of its logarithm over resampled graphs, where asked for
``by_rank``      nodes by descending score; ``rank``: the place of each node in it, from 0
``quantiles``    scores at even steps of the order
``best.rows``    for each node the ranks of its best referrers, ascending, at most a thousand; ``best.places``: starts
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkworthy.engine.progress import SILENT, Progress
from linkworthy.errors import InputError, SourceError
from linkworthy.graph.scale import by_rank, percentile, points, quantiles
from linkworthy.graph.store import Graph, mapped

FORMAT = 1
HEADER = "ranks.json"
MAIN = "pagerank"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankFacts:
    """How ranks were made."""

    measure: str
    type: str
    damping: float | None
    tolerance: float | None
    n_iterations: int
    change: float
    """L1 change of the last iteration."""
    low: float
    """Least score above 0: 0 on the scale."""
    high: float
    """Greatest score: 100 on the scale."""
    n_samples: int
    """Resampled graphs behind the noise band, 0 for none."""
    dropped_share: float
    """Share of linking nodes that each resampled graph lacks."""
    error: float | None
    """Relative standard error of one score, where the measure is an estimate."""
    graph_sum: str
    """Checksum of the graph's header: ranks of another graph are refused."""
    known_share: float | None = None
    """Share of links whose source has a known group, where groups are counted."""


class Ranks:
    """Ranks that were written; arrays are mapped when they are first read."""

    def __init__(self, graph: Graph, name: str = MAIN) -> None:
        self.graph, self.name = graph, name
        self.folder = graph.folder / "ranks" / name
        self.facts = _read_facts(self.folder, graph)

    def _array(self, name: str, kind: Any) -> NDArray[Any]:
        return mapped(self.folder / name, kind, is_random=self.graph.is_random)

    @cached_property
    def scores(self) -> NDArray[Any]:
        """Raw score of each node."""
        return self._array("scores", np.dtype(self.facts.type))

    @cached_property
    def noise(self) -> NDArray[np.float32] | None:
        """Standard deviation of the logarithm of each node's score, null where no noise was measured."""
        return self._array("noise", np.float32) if self.facts.n_samples else None

    @cached_property
    def rank(self) -> NDArray[np.uint32]:
        """Place of each node, from 0."""
        return self._array("rank", np.uint32)

    @cached_property
    def by_rank(self) -> NDArray[np.uint32]:
        """Node at each place."""
        return self._array("by_rank", np.uint32)

    @cached_property
    def quantiles(self) -> NDArray[np.float64]:
        """Scores at even steps of the order."""
        return self._array("quantiles", np.float64)

    @cached_property
    def best(self) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
        """Rows of the best referrers' ranks, and where each node's starts."""
        return self._array("best.rows", np.uint8), self._array("best.places", np.uint64)

    def points(self, scores: Any) -> Any:
        """Put raw scores on the scale of 0 to 100."""
        return points(scores, self.facts.low, self.facts.high)

    def percentile(self, node: int) -> float:
        """Give the share of nodes whose score is lower, in percent."""
        return percentile(float(self.scores[node]), self.quantiles)

    def band(self, node: int) -> tuple[float, float] | None:
        """Give the noise band on the scale: the middle 80 % where as many links were missed at random."""
        if self.noise is None:
            return None
        score, by = float(self.scores[node]), float(np.exp(1.2816 * float(self.noise[node])))
        return float(self.points(score / by)), float(self.points(score * by))


def names_of_ranks(graph: Graph) -> list[str]:
    """Give the ranks that a graph has."""
    folder = graph.folder / "ranks"
    return sorted(path.parent.name for path in folder.glob(f"*/{HEADER}")) if folder.is_dir() else []


def write_ranks(
    graph: Graph,
    name: str,
    scores: NDArray[Any],
    *,
    noise: NDArray[np.float32] | None = None,
    with_best: bool = False,
    progress: Progress = SILENT,
    **facts: Any,
) -> Ranks:
    """Write ranks under a name, whole or not at all."""
    folder = graph.folder / "ranks" / name
    work = folder.with_name(f"{name}.building")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    progress.start("ordering scores")
    order = by_rank(scores)
    rank = np.empty(order.size, np.uint32)
    rank[order] = np.arange(order.size, dtype=np.uint32)
    ordered = scores[order]
    above = ordered[ordered > 0]
    scores.tofile(work / "scores")
    order.tofile(work / "by_rank")
    rank.tofile(work / "rank")
    quantiles(ordered).tofile(work / "quantiles")
    if noise is not None:
        noise.astype(np.float32).tofile(work / "noise")
    progress.finish()
    if with_best:
        _write_best(graph, work, rank, progress)
    known = {"damping": None, "tolerance": None, "n_iterations": 0, "change": 0.0, "error": None,
             "n_samples": 0, "dropped_share": 0.0, "measure": name}  # fmt: skip
    said = RankFacts(**(known | facts), type=scores.dtype.name, low=float(above[-1]) if above.size else 0.0,
                     high=float(above[0]) if above.size else 0.0, graph_sum=sum_of(graph))  # fmt: skip
    (work / HEADER).write_text(json.dumps({"format": FORMAT, **asdict(said)}, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)
    return Ranks(graph, name)


def _write_best(graph: Graph, work: Path, rank: NDArray[np.uint32], progress: Progress) -> None:
    from linkworthy.graph.best import packed_best  # noqa: PLC0415 - readers of ranks compile nothing
    from linkworthy.graph.rowfile import RowWriter  # noqa: PLC0415 - readers of ranks compile nothing

    places = np.empty(len(graph), np.uint64)
    is_rim = np.ones(len(graph), np.bool_)
    is_rim[graph.core_nodes] = False
    progress.start("best referrers", len(graph))
    done = 0
    with RowWriter(work, "best", is_weighted=False) as out:
        for name, nodes in (("core", graph.core_nodes), ("rim", np.flatnonzero(is_rim))):
            for first, packed in packed_best(graph, name, rank):
                starts = out.write(packed)
                places[nodes[first : first + starts.size]] = starts
                done += starts.size
                progress.update(done, len(graph))
    places.tofile(work / "best.places")
    progress.finish()


def _read_facts(folder: Path, graph: Graph) -> RankFacts:
    try:
        data = json.loads((folder / HEADER).read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            raise SourceError(f"{folder} is of another version than {FORMAT}; rank the graph again")
        facts = RankFacts(**data)
    except FileNotFoundError:
        have = ", ".join(names_of_ranks(graph)) or "none"
        raise InputError(
            f"{graph.folder} has no ranks {folder.name} (it has: {have}): "
            f"'linkworthy graph rank {graph.folder}' makes them"
        ) from None
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise SourceError(f"{folder / HEADER} is damaged ({fault}); rank the graph again") from None
    if facts.graph_sum != sum_of(graph):
        raise InputError(f"{folder} was made of an earlier graph; rank the graph again")
    sizes = {"scores": np.dtype(facts.type).itemsize, "rank": 4, "by_rank": 4}
    for name, size in sizes.items():
        if not (folder / name).exists() or (folder / name).stat().st_size != size * len(graph):
            raise SourceError(f"{folder / name} is cut off or missing; rank the graph again")
    return facts


def sum_of(graph: Graph) -> str:
    """Give the checksum of a graph's header, which holds those of its files."""
    import xxhash  # noqa: PLC0415 - a small thing, read once

    return xxhash.xxh3_64_hexdigest((graph.folder / "graph.json").read_bytes())


def top(ranks: Ranks, limit: int) -> Iterator[int]:
    """Give the nodes with the highest scores."""
    yield from ranks.by_rank[:limit].tolist()
