"""PageRank by Spark, of a graph that no single machine holds.

The formula is that of :mod:`linkworthy.graph.pagerank`, by in-links and with an even teleport vector:
x_j = (1 - d) / n + d (sum over links i->j of x_i / W_i + D / n). D, the score of nodes without out-links, is what the
others leave of one: scores sum to one from the first step on. Only nodes with out-links are iterated; the rest is
filled at the end. A link counts once however often it is named, and not where it leads from a node to itself. Stops
where the L1 change over the iterated nodes is at most the tolerance. Each step is one join of links and scores, whose
result is written to ``place``, so that the plan of a step never grows; the machines' memory bounds nothing, and a
ranking that was killed goes on behind its last whole step.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from linkworthy.engine import stores
from linkworthy.engine.progress import SILENT, Progress
from linkworthy.engine.spark import Spark
from linkworthy.errors import InputError
from linkworthy.graph.scale import points

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
_BEST = "select cast(node as string) as node, score, n_out from scores order by score desc, node limit {n}"
_ENDS = "select min(score) as low, max(score) as high from scores"


STATE = "ranking.json"


class Ranked(NamedTuple):
    """What became of a ranking."""

    scores: str
    """Where its Parquet files lie; columns: node, score, n_out."""
    n_nodes: int
    n_links: int
    n_iterations: int
    change: float
    """L1 change of the last iteration."""


class Best(NamedTuple):
    """A node of those ranked highest."""

    node: str
    score: float
    """PageRank; all of a graph sum to one."""
    points: float
    """The same from 0 to 100, on the logarithmic scale of all our ranks."""
    n_out: int


@dataclass
class _State:
    """How far a ranking is; written behind every step."""

    links: list[str]
    damping: float
    n_nodes: int
    n_links: int
    done: int
    passed: float
    """Scores of the nodes with out-links, summed."""
    change: float


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

    ``place`` is a folder or URI that every machine reads and writes; the scores come to lie in ``place/scores``. A
    ranking that was killed there goes on where links and damping are the same.

    Raises: InputError for a damping that makes no sense, and where no link is named; StageError where Spark fails.
    """
    if not 0 <= damping < 1:
        raise InputError(f"damping {damping}: at least 0 and below 1")
    place = place.rstrip("/")
    state = _left(place)
    if state is None or (state.links, state.damping) != (list(links), damping):
        state = _begin(spark, links, place, damping)
    spark.open_view("links", [f"{place}/links"])
    spark.open_view("nodes", [f"{place}/nodes"])
    progress.start("ranking", limit)
    while state.done < limit and (not state.done or state.change > tolerance):
        _step(spark, place, state)
        progress.update(state.done, limit, f"change {state.change:.1e}")
    spark.open_view("x", [f"{place}/step-{state.done}"])
    spark.store(_STEP.format(base=_base(state), damping=damping, passed=_PASSED, which="true"), f"{place}/scores")
    for name in ("links", "nodes", f"step-{state.done}", STATE):
        stores.remove(f"{place}/{name}")
    progress.finish(f"{state.done} iterations, last change {state.change:.1e}")
    return Ranked(f"{place}/scores", state.n_nodes, state.n_links, state.done, state.change)


def best_on_spark(spark: Spark, ranked: Ranked, n: int) -> list[Best]:
    """Give the nodes that are ranked highest, best first."""
    spark.open_view("scores", [ranked.scores])
    ends = spark.ask(_ENDS).to_pylist()[0]
    rows = spark.ask(_BEST.format(n=n)).to_pylist()
    return [Best(points=float(points(row["score"], **ends)), **row) for row in rows]


def _begin(spark: Spark, links: Sequence[str], place: str, damping: float) -> _State:
    """Write what the steps read, all anew."""
    stores.remove(f"{place}/{STATE}")
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
    state = _State(list(links), damping, n, n_links, 0, int(told["n_core"]) / n, 0.0)
    _keep(place, state)
    return state


def _step(spark: Spark, place: str, state: _State) -> None:
    before, after = f"{place}/step-{state.done}", f"{place}/step-{state.done + 1}"
    spark.open_view("x", [before])
    step = _STEP.format(base=_base(state), damping=state.damping, passed=_PASSED, which="n_out > 0")
    spark.store(step, after)
    spark.open_view("y", [after])
    said = spark.ask(_CHANGE).to_pylist()[0]
    state.change, state.passed, state.done = float(said["change"]), float(said["passed"]), state.done + 1
    _keep(place, state)
    stores.remove(before)


def _base(state: _State) -> float:
    """Give what every node has beside what links bring."""
    return (1 - state.damping + state.damping * (1 - state.passed)) / state.n_nodes


def _keep(place: str, state: _State) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, STATE)
        path.write_text(json.dumps(asdict(state)), encoding="utf-8")
        stores.put(path, f"{place}/{STATE}")


def _left(place: str) -> _State | None:
    """Give how far a killed ranking came, null where none was."""
    text = stores.read(f"{place}/{STATE}")
    try:
        return None if text is None else _State(**json.loads(text))
    except (ValueError, TypeError):
        raise InputError(f"{place}/{STATE} is damaged: remove it to rank anew") from None


def _open(spark: Spark, links: Sequence[str]) -> None:
    if all(place.rstrip("/").endswith(".parquet") for place in links):
        spark.open_view("given", links)
    else:
        spark.open_lines("given", links, ("source", "target"))
