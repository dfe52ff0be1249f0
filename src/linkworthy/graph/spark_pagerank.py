"""PageRank by Spark, of a graph that no single machine holds.

The formula is that of :mod:`linkworthy.graph.pagerank`, by in-links and with an even teleport vector:
x_j = (1 - d) / n + d (sum over links i->j of x_i / W_i + D / n). D, the score of nodes without out-links, is what the
others leave of one: scores sum to one from the first step on. Only nodes with out-links are iterated; the rest is
filled at the end. A link counts once however often it is named, and not where it leads from a node to itself. Stops
where the L1 change over the iterated nodes is at most the tolerance. Each step is one join of links and scores, whose
result is written to ``place``, so that the plan of a step never grows; the machines' memory bounds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from linkworthy.engine import stores
from linkworthy.engine.progress import SILENT, Progress
from linkworthy.engine.spark import Spark
from linkworthy.errors import InputError

DAMPING = 0.85
TOLERANCE = 1e-6
MAX_ITERATIONS = 200

_LINKS = """
select distinct source, target from given where source is not null and target is not null and source <> target
"""
_NODES = """
select coalesce(o.node, i.node) as node, coalesce(o.n_out, 0) as n_out
from (select source as node, count(*) as n_out from links group by source) o
full outer join (select distinct target as node from links) i on o.node = i.node
"""
_PASSED = "select l.target as node, sum(x.score / x.n_out) as score from links l join x on x.node = l.source group by 1"
_STEP = """
select nodes.node, nodes.n_out, {base!r}D + {damping!r}D * coalesce(p.score, 0D) as score
from nodes left join ({passed}) p on p.node = nodes.node where {which}
"""
_CHANGE = """
select sum(abs(y.score - x.score)) as change, sum(y.score) as passed from y join x on x.node = y.node
"""


class Ranked(NamedTuple):
    """What became of a ranking."""

    scores: str
    """Where its Parquet files lie; columns: node, score, n_out."""
    n_nodes: int
    n_links: int
    n_iterations: int
    change: float
    """L1 change of the last iteration."""


def rank_on_spark(
    spark: Spark,
    links: Sequence[str],
    place: str,
    *,
    damping: float = DAMPING,
    tolerance: float = TOLERANCE,
    limit: int = MAX_ITERATIONS,
    progress: Progress = SILENT,
) -> Ranked:
    """Rank the nodes of a list of links, Parquet with columns ``source`` and ``target`` or text ``source<TAB>target``.

    ``place`` is a folder or URI that every machine reads and writes; the scores come to lie in ``place/scores``.

    Raises: InputError for a damping that makes no sense, and where no link is named; StageError where Spark fails.
    """
    if not 0 <= damping < 1:
        raise InputError(f"damping {damping}: at least 0 and below 1")
    place = place.rstrip("/")
    _open(spark, links)
    for name, sql in (("links", _LINKS), ("nodes", _NODES)):
        spark.store(sql, f"{place}/{name}")
        spark.open_view(name, [f"{place}/{name}"])
    n_links = int(spark.ask("select count(*) as n from links").column(0)[0].as_py())
    told = spark.ask("select count(*) as n, count(nullif(n_out, 0)) as n_core from nodes").to_pylist()[0]
    n = int(told["n"])
    if not n_links:
        raise InputError("no link is named: nothing to rank")
    spark.store(f"select node, n_out, {1 / n!r}D as score from nodes where n_out > 0", f"{place}/step-0")
    passed, change, done = int(told["n_core"]) / n, 0.0, 0
    progress.start("ranking", limit)
    while done < limit:
        spark.open_view("x", [f"{place}/step-{done}"])
        done += 1
        step = _STEP.format(base=_base(damping, passed, n), damping=damping, passed=_PASSED, which="n_out > 0")
        spark.store(step, f"{place}/step-{done}")
        spark.open_view("y", [f"{place}/step-{done}"])
        said = spark.ask(_CHANGE).to_pylist()[0]
        change, passed = float(said["change"]), float(said["passed"])
        stores.remove(f"{place}/step-{done - 1}")
        progress.update(done, limit, f"change {change:.1e}")
        if change <= tolerance:
            break
    spark.open_view("x", [f"{place}/step-{done}"])
    base = _base(damping, passed, n)
    spark.store(_STEP.format(base=base, damping=damping, passed=_PASSED, which="true"), f"{place}/scores")
    for name in ("links", "nodes", f"step-{done}"):
        stores.remove(f"{place}/{name}")
    progress.finish(f"{done} iterations, last change {change:.1e}")
    return Ranked(f"{place}/scores", n, n_links, done, change)


def _base(damping: float, passed: float, n: int) -> float:
    """Give what every node has beside what links bring."""
    return (1 - damping + damping * (1 - passed)) / n


def _open(spark: Spark, links: Sequence[str]) -> None:
    if all(place.rstrip("/").endswith(".parquet") for place in links):
        spark.open_view("given", links)
    else:
        spark.open_lines("given", links, ("source", "target"))
