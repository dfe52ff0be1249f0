"""Link score: internal PageRank over the own site's pages, on a logarithmic scale."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkworthy.engine.embedded import Embedded
from linkworthy.graph.threads import spread
from linkworthy.metrics import own_link_kernels as kernels
from linkworthy.metrics.own_links import OwnLinks

DAMPING = 0.85
TOLERANCE = 1e-13
"""L1 change of one iteration; the distance to the fixed point is then below 1e-12 (factor damping / (1 - damping))."""
MAX_ITERATIONS = 1_000
WORTH_THREADS = 1 << 20
"""Links below which threads cost more than they give."""

Vector = npt.NDArray[np.float64]
Ids = npt.NDArray[Any]


class Graph(NamedTuple):
    """Followed links of pages by their targets: for page j the pages that link to it, ascending, with repeats counted.

    ``out`` holds all links of a page, nofollow ones included.
    """

    firsts: Ids
    sources: Ids
    weights: Ids
    out: Vector


def pagerank(engine: Embedded, graph: Graph) -> Vector:
    """Give the PageRank of pages by power iteration over in-links.

    x_j = (1 - d)/n + d * (sum over links i->j of w_ij / out_i * x_i + D/n), with d = 0.85. ``out`` holds all links of
    a page, nofollow ones included: these take their share of the page's score and give it to nobody (a sink), so the
    sum may be below one. Repeated links add up in the weight. D is the score of dangling pages (``out`` = 0), spread
    evenly. Stops where the L1 change is at most 1e-13. Memory: 6 bytes a link and 60 a page.
    Source: Brin and Page 1998, section 2.1; nofollow as in https://www.mattcutts.com/blog/pagerank-sculpting/
    """
    n = graph.out.size
    if n == 0:
        return np.zeros(0)
    dangling = graph.out == 0
    share = np.divide(1.0, graph.out, out=np.zeros(n), where=~dangling)
    gathered = np.empty(n)
    bounds = np.searchsorted(graph.firsts, np.linspace(0, graph.firsts[-1], 4 * engine.workers + 1)).clip(0, n)
    bounds[0], bounds[-1] = 0, n
    n_threads = engine.workers if graph.sources.size >= WORTH_THREADS else 1

    def step(x: Vector) -> tuple[Vector, float]:
        passed = x * share

        def gather(part: tuple[int, int]) -> None:
            kernels.gather(*part, graph.firsts, graph.sources, graph.weights, x, graph.out, passed, gathered)

        spread(gather, pairwise(bounds.tolist()), n_threads)
        new = (1 - DAMPING) / n + DAMPING * (gathered + x[dangling].sum() / n)
        return new, float(np.abs(new - x).sum())

    return engine.iterate(np.full(n, 1.0 / n), step, TOLERANCE, MAX_ITERATIONS)


def scaled(scores: Vector) -> Vector:
    """Put scores on 0..100: 100 (ln x - ln min) / (ln max - ln min); equal scores are all 100."""
    if scores.size == 0:
        return scores
    logs = np.log(scores)
    low, high = logs.min(), logs.max()
    return np.full(scores.size, 100.0) if high - low < 1e-12 else 100.0 * (logs - low) / (high - low)


def open_link_score(db: duckdb.DuckDBPyConnection, engine: Embedded, links: OwnLinks) -> None:
    """Make the temporary table ``link_score``: url, raw and scaled score of every own page that answered.

    Nodes are own pages that answered, redirects and errors among them; a redirect hands its score on as its only
    link. Links to pages that were not fetched, to other sites and to the page itself are left out.
    """
    db.execute("""
        create or replace temp table node as
        select url, (row_number() over (order by url) - 1)::int as node, p.id
        from own_page join numbered p using (url) where state = 'answered'
    """)
    raw = pagerank(engine, _graph(db, links))
    scores = pa.table({"node": np.arange(raw.size, dtype=np.int32), "raw": raw, "score": scaled(raw)})
    db.register("scored", scores)
    db.execute("create or replace temp table link_score as select url, raw, score from node join scored using (node)")
    db.unregister("scored")


def _graph(db: duckdb.DuckDBPyConnection, links: OwnLinks) -> Graph:
    """Make the graph of the nodes."""
    found = _columns(db, "select id, node from node")
    n = found["id"].size
    node = np.full(links.n_urls, -1, np.int32)
    node[found["id"]] = found["node"]
    redirects = _columns(
        db,
        """
        select p.id, coalesce(if(c.url <> c.urls[2], t.node, null), -2)::int as target
        from chain c join numbered p using (url) left join node t on t.url = c.urls[2]
    """,
    )
    moved = np.full(links.n_pages, -1, np.int32)
    moved[redirects["id"]] = redirects["target"]
    given = (links.firsts, links.targets, links.flags, node, moved)
    n_in, out = np.zeros(n, np.int64), np.zeros(n)
    kernels.count_edges(*given, n_in, out)
    firsts = np.zeros(n + 1, np.int64)
    np.cumsum(n_in, out=firsts[1:])
    n_most = int(np.diff(links.firsts).max(initial=1))
    sources = np.empty(int(firsts[-1]), np.int32)
    weights = np.empty(sources.size, np.uint16 if n_most < 1 << 16 else np.int32)
    kernels.list_edges(*given, firsts[:-1].copy(), sources, weights)
    return Graph(firsts, sources, weights, out)


def _columns(db: duckdb.DuckDBPyConnection, sql: str) -> dict[str, npt.NDArray[Any]]:
    table = db.sql(sql).to_arrow_table()
    return {name: table.column(name).to_numpy() for name in table.column_names}
