"""``quality-graph``: farms, rings and networks planted into a real graph: where each measure puts what they are for.

``python -m benchmarks.quality_graph`` prints the table of docs/graph-planted.md.
"""

from __future__ import annotations

import csv
import gzip
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.graph_planted import HONEST, STYLES, Planted, plant
from benchmarks.result import Result, above, not_run
from linkworthy.graph.build import build
from linkworthy.graph.flow import Flow
from linkworthy.graph.groups import Groups, group_degrees
from linkworthy.graph.hyperball import supporters
from linkworthy.graph.inputs import Names, Pairs
from linkworthy.graph.measures import GOOD_SHARE, in_degrees
from linkworthy.graph.pagerank import pagerank, pageranks, seeds, truncated
from linkworthy.graph.reading.bvgraph import BVLinks
from linkworthy.graph.rowfile import NO_WEIGHTS
from linkworthy.graph.store import Kind
from tests.support.shared import ROOT

Vector = NDArray[np.float64]
N_SEEDS = 200
KNOWN_BAD = 0.05
"""Share of planted sites, honest newcomers apart, that somebody has on a list of bad ones."""
N_PEERS = 40
OWNER_KNOWN = 0.7
"""Share of planted sites whose owner is known; that of real ones is known as often, and each is one of its own."""
FLOOR = 0.9
SKELETONS = {
    "hosts": "hosts of the UK web archive that linked in 1996",
    "pages": "cnr-2000, pages of one crawl of the year 2000",
}
MEASURES = {
    "truncated": "share of PageRank that comes over at most two links",
    "trust": "TrustRank from 200 good seeds lacking, against PageRank",
    "spam mass": "relative spam mass with the same seeds",
    "bottleneck": "least growth of the ball of supporters over four links",
    "supporters": "supporters over one link against those over three",
    "owners": "in-degree that owners do not account for, 70 % of owners known",
    "anti-trust": "PageRank on the reversed graph from the one planted site in twenty that is known, against PageRank",
}


class Outcome(NamedTuple):
    """What measures say of one style's targets."""

    style: str
    n_targets: int
    percentile: float
    """Median percentile of their PageRank."""
    auc: dict[str, float]
    """Chance that a measure finds a target more suspicious than a real node of about the same PageRank."""


class _Edges:
    """Links in memory as input of a build."""

    kind: Kind = "other"
    is_weighted = has_names = False

    def __init__(self, n_nodes: int, source: NDArray[np.uint32], target: NDArray[np.uint32], title: str) -> None:
        self.n_nodes, self.source, self.target, self.n_expected = n_nodes, source, target, source.size
        self.made_from: tuple[str, ...] = (title,)

    def identity(self) -> str:
        return self.made_from[0]

    def names(self) -> Iterator[Names]:
        return iter(())

    def pairs(self) -> Iterator[Pairs]:
        yield Pairs(self.source, self.target, NO_WEIGHTS)


def skeleton(name: str) -> tuple[int, NDArray[np.uint32], NDArray[np.uint32]]:
    """Read a real graph: nodes, and the two ends of its links; links of a node to itself are left out."""
    if name == "pages":
        links = BVLinks(ROOT / "graphs" / "cnr-2000.graph")
        batches = list(links.pairs())
        source, target = (np.concatenate([batch[k] for batch in batches]) for k in (0, 1))
        kept = source != target
        return links.n_nodes, source[kept], target[kept]
    numbers: dict[str, int] = {}
    ends: tuple[list[int], list[int]] = ([], [])
    with gzip.open(ROOT / "graphs" / "1996-uk-web-hosts.tsv.gz", "rt", encoding="utf-8") as file:
        for row in csv.reader(file, delimiter="\t"):
            _year, one, other = row[0].split("|")
            if one != other:
                for end, host in zip(ends, (one, other), strict=True):
                    end.append(numbers.setdefault(host, len(numbers)))
    return len(numbers), np.array(ends[0], np.uint32), np.array(ends[1], np.uint32)


def outcomes(name: str, seed: int) -> list[Outcome]:
    """Plant into a skeleton and ask every measure."""
    n, source, target = skeleton(name)
    world = plant(n, target, seed)
    ends = (np.concatenate([source, np.array(world.source, np.uint32)]),
            np.concatenate([target, np.array(world.target, np.uint32)]))  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        flow, back = (
            Flow(build(Path(place) / str(k), _Edges(world.n_nodes, *pair, str(k))), memory_bytes=2 << 30)
            for k, pair in enumerate((ends, ends[::-1]))
        )
        scores = pagerank(flow, tolerance=1e-9).scores.astype(np.float64)
        bad = _known_bad(world)
        distrust = pagerank(back, teleport=seeds(world.n_nodes, sorted(bad)), tolerance=1e-9).scores
        hidden = _suspicion(flow, world, scores) | {"anti-trust": distrust / scores}
    return [_outcome(style, world, scores, hidden, bad) for style in STYLES]


def _known_bad(world: Planted) -> set[int]:
    spam = sorted({one for p in world.plants if p.style != HONEST for one in (*p.members, *p.targets)})
    return set(world.rng.choice(spam, int(KNOWN_BAD * len(spam)), replace=False).tolist())


def _suspicion(flow: Flow, world: Planted, scores: Vector) -> dict[str, Vector]:
    """Give what each measure says of every node, more is more suspicious."""
    graph = flow.graph
    # Someone looked through the most linked real sites and keeps those that are good: planted ones are not.
    good = np.argsort(-in_degrees(graph)[: world.n_real].astype(np.int64), kind="stable")[:N_SEEDS].tolist()
    trust = pagerank(flow, teleport=seeds(len(graph), good), tolerance=1e-9).scores
    whole, core = pageranks(flow, [None, seeds(len(graph), good)], leaks=True, tolerance=1e-9)
    near, far = (supporters(flow, level, log2m=8) for level in (1, 3))
    least = supporters(flow, 4, log2m=8).bottleneck
    degrees = in_degrees(graph).astype(np.float64)
    return {
        "truncated": 1 - truncated(flow, 2) / whole.scores,
        "trust": -trust / scores,
        "spam mass": 1 - GOOD_SHARE * core.scores / whole.scores,
        "bottleneck": -least,
        "supporters": (near.counts + 1) / (far.counts + 1),
        "owners": 1 - group_degrees(graph, _owners(world)).counts / np.maximum(degrees, 1),
    }


def _owners(world: Planted) -> Groups:
    of_node = np.arange(1, world.n_nodes + 1, dtype=np.uint32)
    for number, one in enumerate(world.plants):
        of_node[one.members] = world.n_nodes + 1 + number
    of_node[world.rng.random(world.n_nodes) > OWNER_KNOWN] = 0
    return Groups(of_node, world.n_nodes + len(world.plants), 0)


def _outcome(style: str, world: Planted, scores: Vector, hidden: dict[str, Vector], known: set[int]) -> Outcome:
    targets = [one for p in world.plants if p.style == style for one in p.targets if one not in known]
    order = np.argsort(scores[: world.n_real], kind="stable")
    ordered = scores[order]
    auc: dict[str, list[float]] = {name: [] for name in hidden}
    for target in targets:
        place = int(np.searchsorted(ordered, scores[target]))
        first = min(max(place - N_PEERS // 2, 0), world.n_real - N_PEERS)
        peers = order[first : first + N_PEERS]
        for name, values in hidden.items():
            above_, level = (values[peers] < values[target]).mean(), (values[peers] == values[target]).mean()
            auc[name].append(float(above_ + level / 2))
    places = np.searchsorted(ordered, scores[targets]) / world.n_real * 100
    return Outcome(style, len(targets), float(np.median(places)), {k: float(np.mean(v)) for k, v in auc.items()})


def benchmark(*, quick: bool) -> list[Result]:
    """Hold the best measure for each style against a floor; quick takes the hosts and one seed."""
    if not (ROOT / "graphs").is_dir():
        return [not_run("quality-graph", "best measure", unit="AUC", target=FLOOR, why="the real graphs are absent")]
    results = []
    for name in ("hosts",) if quick else SKELETONS:
        several = [outcomes(name, seed) for seed in range(1 if quick else 3)]
        for place, style in enumerate(STYLES):
            said = {m: [found[place].auc[m] for found in several] for m in MEASURES}
            best = max(MEASURES, key=lambda m: np.mean(said[m]))
            if style not in {HONEST, "hijacked"}:
                results.append(
                    above("quality-graph", f"{style}, {name}", said[best], unit="AUC", target=FLOOR, peak_mb=None,
                          why=f"by {best}, the best of {len(MEASURES)}, against real nodes of the same PageRank; "
                              "the floor is our own; hijacked links are in the table alone: links do not tell them "
                              "from honest ones"),
                )  # fmt: skip
    return results


def table(name: str, several: list[list[Outcome]]) -> str:
    """Give the table of one skeleton in Markdown."""
    lines = [f"| {name} | PageRank percentile | " + " | ".join(MEASURES) + " |", "|---" * (len(MEASURES) + 2) + "|"]
    for place, style in enumerate(STYLES):
        here = [found[place] for found in several]
        percentile = np.mean([one.percentile for one in here])
        cells = [f"{np.mean([one.auc[m] for one in here]):.2f}" for m in MEASURES]
        lines.append(f"| {style} | {percentile:.1f} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def page(seeds_: range = range(3)) -> str:
    """Give docs/graph-planted.md."""
    parts = [
        "# Planted farms, rings and networks",
        (
            "Made by `python -m benchmarks.quality_graph`. Into a real graph twelve plants of each style are put. The "
            "first figure is the median percentile that PageRank gives to what a plant is for; the others are the "
            "chance that a measure finds it more suspicious than a real node of the same PageRank (area under the "
            f"curve against the {N_PEERS} nearest; 0.5 says nothing). Means of {len(seeds_)} seeds. Real nodes count "
            "as honest, which not all of them are. A measure that is high on honest newcomers, too, tells what is new, "
            "not what is bad."
        ),
        "| style | what is planted |\n|---|---|\n" + "\n".join(f"| {k} | {v} |" for k, v in STYLES.items()),
        "| measure | more suspicious where there is more |\n|---|---|\n"
        + "\n".join(f"| {k} | {v} |" for k, v in MEASURES.items()),
    ]
    for name, about in SKELETONS.items():
        parts += [f"## {name.capitalize()}", f"Skeleton: {about}.", table(name, [outcomes(name, s) for s in seeds_])]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
