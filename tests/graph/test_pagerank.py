from __future__ import annotations

import tempfile
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.engine.progress import Silent
from linkworthy.errors import InputError
from linkworthy.graph.checkpoint import Checkpoint
from linkworthy.graph.flow import Flow, Layout
from linkworthy.graph.pagerank import pagerank, pageranks, truncated
from linkworthy.graph.store import Graph
from linkworthy.graph.whatif import Change, what_if
from tests.support.graphs import CORNERS, Link, made, random_links

MEMORY = 1 << 30
RANDOM = (40, tuple(random_links(3, 40, 160)))


def oracle(n: int, links: tuple[Link, ...] | list[Link], damping: float = 0.85, v: list[float] | None = None,
           *, weighted: bool = False) -> np.ndarray:  # fmt: skip
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    for link in links:
        weight = link[2] if weighted and len(link) > 2 else 1.0
        old = graph.get_edge_data(link[0], link[1], {"weight": 0.0})["weight"] if weighted else 0.0
        graph.add_edge(link[0], link[1], weight=old + weight)
    personal = None if v is None else dict(enumerate(v))
    found = nx.pagerank(graph, alpha=damping, personalization=personal, tol=1e-15, max_iter=2000)
    return np.array([found[k] for k in range(n)])


@pytest.mark.parametrize("layout", ["plain", "packed"])
@pytest.mark.parametrize("corner", [*range(len(CORNERS)), "random"])
def test_scores_equal_networkx_on_every_corner(tmp_path: Path, corner: int | str, layout: Layout) -> None:
    n, links = RANDOM if isinstance(corner, str) else CORNERS[corner]
    flow = Flow(made(tmp_path, n, links), memory_bytes=MEMORY, layout=layout)
    found = pagerank(flow)
    assert found.scores == pytest.approx(oracle(n, links), abs=1e-9)
    assert found.scores.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("damping", [0.0, 0.5, 0.99])
def test_damping_and_teleport_equal_networkx(tmp_path: Path, damping: float) -> None:
    n, links = RANDOM
    flow = Flow(made(tmp_path, n, links), memory_bytes=MEMORY)
    v = [0.0] * n
    v[3], v[8] = 1.0, 3.0
    found = pagerank(flow, damping=damping, teleport=np.array(v), limit=5000)
    assert found.scores == pytest.approx(oracle(n, links, damping, v), abs=1e-9)


def test_weights_equal_networkx_and_repeats_add_up(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    links = [(a, b, float(np.float32(chance.random() + 0.1))) for a, b in random_links(4, 30, 150)]
    flow = Flow(made(tmp_path, 30, links, is_weighted=True), memory_bytes=MEMORY)
    assert pagerank(flow).scores == pytest.approx(oracle(30, links, weighted=True), abs=1e-8)
    several = pageranks(flow, [None, None])
    assert several[1].scores == pytest.approx(pagerank(flow).scores, abs=1e-10)


def test_several_vectors_in_one_pass_equal_single_ones(tmp_path: Path) -> None:
    n, links = RANDOM
    flow = Flow(made(tmp_path, n, links), memory_bytes=MEMORY)
    v = np.zeros(n)
    v[5] = 1
    both = pageranks(flow, [None, v])
    assert both[0].scores == pytest.approx(pagerank(flow).scores, abs=1e-11)
    assert both[1].scores == pytest.approx(pagerank(flow, teleport=v).scores, abs=1e-11)


def test_closed_forms_of_ring_and_star(tmp_path: Path) -> None:
    ring = made(tmp_path, 9, [(k, (k + 1) % 9) for k in range(9)])
    assert pagerank(Flow(ring, memory_bytes=MEMORY)).scores == pytest.approx(np.full(9, 1 / 9), abs=1e-12)
    (tmp_path / "star").mkdir()
    star = made(tmp_path / "star", 5, [link for k in range(1, 5) for link in ((k, 0), (0, k))])
    d, scores = 0.85, pagerank(Flow(star, memory_bytes=MEMORY)).scores
    # x0 = (1-d)/5 + d (1 - x0), because all leaves link to the centre alone.
    assert scores[0] == pytest.approx(((1 - d) / 5 + d) / (1 + d), abs=1e-12)


def test_truncated_pagerank_is_the_tail_of_the_series(tmp_path: Path) -> None:
    n, links = RANDOM
    graph = made(tmp_path, n, links)
    a = np.zeros((n, n))
    for s, t in set(links):
        a[t, s] = 1
    a /= np.maximum(a.sum(axis=0), 1)
    x, tail = np.full(n, 0.15 / n), np.zeros(n)
    for level in range(1, 400):
        x = 0.85 * a @ x
        tail += x if level > 2 else 0
    assert truncated(Flow(graph, memory_bytes=MEMORY), 2) == pytest.approx(tail, abs=1e-9)


@pytest.mark.parametrize("teleport", [np.zeros(40), np.full(39, 1.0), np.full(40, -1.0), np.full(40, np.nan)])
def test_a_teleport_vector_that_makes_no_sense_is_refused(tmp_path: Path, teleport: np.ndarray) -> None:
    flow = Flow(made(tmp_path, *RANDOM), memory_bytes=MEMORY)
    with pytest.raises(InputError, match="teleport"):
        pagerank(flow, teleport=teleport)
    with pytest.raises(InputError, match="damping"):
        pagerank(flow, damping=1.0)


@settings(max_examples=30, deadline=None)
@given(data=st.data(), seed=st.integers(0, 50))
def test_what_if_equals_ranking_the_changed_graph(data: st.DataObject, seed: int) -> None:
    n = 14
    links = set(random_links(seed, n, 40))
    with tempfile.TemporaryDirectory() as folder:
        compare_what_if(data, made(Path(folder), n, sorted(links)), n, links)


def compare_what_if(data: st.DataObject, graph: Graph, n: int, links: set[tuple[int, int]]) -> None:
    change, after = Change(), set(links)
    for link in data.draw(st.lists(st.sampled_from(sorted(links)), max_size=5, unique=True)):
        change.remove(graph, *link)
        after.discard(link)
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    for link in data.draw(st.lists(pairs, max_size=6)):
        change.add(graph, *link)
        after.add(link)
    start = data.draw(st.sampled_from([None, pagerank(Flow(graph, memory_bytes=MEMORY)).scores]))
    found = what_if(Flow(graph, memory_bytes=MEMORY), change, damping=0.85, start=start)
    assert found.scores == pytest.approx(oracle(n, sorted(after)), abs=1e-9)


@pytest.mark.parametrize("keeps_links", [True, False])
@pytest.mark.parametrize("pair", [(3, 7), (0, 39), (39, 0), (12, 1)])
def test_a_merge_or_redirect_equals_ranking_the_graph_without_the_node(
    tmp_path: Path, pair: tuple[int, int], *, keeps_links: bool
) -> None:
    n, links = RANDOM
    gone, into = pair
    graph = made(tmp_path, n, links)
    change = Change()
    change.merge(graph, gone, into, keeps_links=keeps_links)
    after = set()
    for s, t in links:
        if s == gone and (not keeps_links or t == into):
            continue
        a, b = into if s == gone else s, into if t == gone else t
        if (t == gone and s in (into, gone)) or (s == gone and t == gone):
            continue
        after.add((a, b))
    names = [k for k in range(n) if k != gone]
    place = {name: k for k, name in enumerate(names)}
    wanted = oracle(n - 1, [(place[a], place[b]) for a, b in sorted(after)])
    found = what_if(Flow(graph, memory_bytes=MEMORY), change, damping=0.85).scores
    assert found[names] == pytest.approx(wanted, abs=1e-9)
    assert found[gone] == 0


class Stopped(Silent):
    """Stops a ranking after some iterations, as a kill does."""

    def update(self, done: int, total: int | None = None, note: str = "") -> None:
        del total, note
        if done == 9:
            raise KeyboardInterrupt


@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_a_stopped_ranking_goes_on_and_ends_as_an_undisturbed_one(tmp_path: Path, precision: type) -> None:
    flow = Flow(made(tmp_path, *RANDOM), memory_bytes=MEMORY)
    whole = pagerank(flow, precision=precision, tolerance=1e-6)
    saved = Checkpoint(tmp_path / "iterating", "one", every_s=0)
    with pytest.raises(KeyboardInterrupt):
        pagerank(flow, precision=precision, tolerance=1e-6, checkpoint=saved, progress=Stopped())
    state = saved.load(flow.graph.header.n_core, precision)
    assert state is not None
    assert state.done == 8
    assert Checkpoint(tmp_path / "iterating", "another").load(flow.graph.header.n_core, precision) is None
    again = pagerank(flow, precision=precision, tolerance=1e-6, checkpoint=saved)
    assert again.n_iterations == whole.n_iterations
    assert again.scores.tobytes() == whole.scores.tobytes()
    (tmp_path / "iterating" / f"x.{again.n_iterations - 1}").write_bytes(b"cut off")
    assert saved.load(flow.graph.header.n_core, precision) is None
