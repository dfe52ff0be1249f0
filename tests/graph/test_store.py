from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.engine.progress import SILENT
from linkworthy.errors import InputError, LinkworthyError, SourceError, StageError
from linkworthy.graph import best
from linkworthy.graph.build import build
from linkworthy.graph.checking import check_graph
from linkworthy.graph.flow import Flow
from linkworthy.graph.inputs import Pairs
from linkworthy.graph.kernels.rows import PADDING, check_rows, decode_rows, encode_rows
from linkworthy.graph.links import in_links
from linkworthy.graph.lookup import Lookup, read_row
from linkworthy.graph.measures import rank
from linkworthy.graph.names import NameList
from linkworthy.graph.room import check_rank_room
from linkworthy.graph.spill import BYTES_A_PAIR, Buckets, n_buckets
from linkworthy.graph.store import Graph, ask_ahead, let_go_of, mapped
from tests.support.graphs import Given, made, random_links

one_row = st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 300), max_size=30).map(lambda row: sorted(set(row)))
rows_of_ids = st.lists(one_row, max_size=12)
some_name = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(rows=rows_of_ids, data=st.data())
def test_rows_read_back_and_damage_is_found_or_harmless(rows: list[list[int]], data: st.DataObject) -> None:
    bounds = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    ids = np.array([one for row in rows for one in row], np.uint32)
    out = np.zeros(6 * len(rows) + 5 * ids.size + 8 + PADDING, np.uint8)
    starts = np.zeros(len(rows), np.int64)
    used = encode_rows(bounds, ids, out, starts)
    again, read = np.zeros(bounds.size, np.int64), np.zeros(ids.size, np.uint32)
    assert decode_rows(out, 0, len(rows), again, read) == used
    assert read.tolist() == ids.tolist()
    assert again.tolist() == bounds.tolist()
    assert check_rows(out, 0, used, len(rows), 1 << 32) == -1
    for start, row in zip(starts.tolist(), rows, strict=True):
        assert read_row(out, start, 7) == (len(row), row[:7])
    if used:
        out[data.draw(st.integers(0, used - 1))] ^= data.draw(st.integers(1, 255))
        assert check_rows(out, 0, used, len(rows), 1 << 32) in range(-1, len(rows) + 1)


@settings(max_examples=40, deadline=None)
@given(names=st.sets(some_name, min_size=1, max_size=70))
def test_every_name_is_found_and_given_back(tmp_path_factory: pytest.TempPathFactory, names: set[str]) -> None:
    listed = sorted((name for name in names if name.strip() == name), key=lambda name: name.encode())
    graph = made(tmp_path_factory.mktemp("n"), len(listed), [], names=listed)
    found = NameList(graph)
    assert [found.name(node) for node in range(len(listed))] == listed
    assert [found.find(name) for name in listed] == list(range(len(listed)))
    assert found.find("\0") is None


def test_buckets_on_the_disk_give_the_rows_of_one_bucket(tmp_path: Path) -> None:
    links = random_links(2, 500, 4000)
    source, target = (np.array(column, np.uint32) for column in zip(*links, strict=True))
    wanted = [sorted({s for s, t in links if t == node}) for node in range(500)]
    for n in (1, 64):
        buckets = Buckets(tmp_path / str(n), 500, n, is_weighted=False)
        assert buckets.fill([Pairs(source, target, np.zeros(0, np.float32))], SILENT, 0) == 4000
        least = int(np.bincount(target >> buckets.shift).max()) * BYTES_A_PAIR
        for room in (least, 1 << 30):
            parts = list(buckets.rows(room))
            assert len(parts) == buckets.n_buckets
            assert [row.tolist() for rows in parts for row in np.split(rows.ids, rows.bounds[1:-1])] == wanted
        with pytest.raises(StageError, match="raise --memory"):
            next(buckets.rows(least - 1))


class Interrupted(Given):
    """Links that end in a fault once: a build that is stopped on its way."""

    stops_at = 1

    def pairs(self) -> Iterator[Pairs]:
        yield from super().pairs()
        if Interrupted.stops_at:
            Interrupted.stops_at -= 1
            raise SourceError("the power is gone")


@given(st.integers(0, 1 << 27), st.integers(0, 1 << 33), st.integers(1 << 28, 1 << 36))
def test_buckets_are_few_enough_to_be_open_at_once(n_nodes: int, n_links: int, memory: int) -> None:
    n = n_buckets(n_nodes, n_links, memory)
    assert 8 <= n <= 512
    assert n & (n - 1) == 0
    assert n >= 512 or 4 * n_links * BYTES_A_PAIR // n <= memory + 4 * BYTES_A_PAIR * n


def test_what_was_let_go_of_and_asked_for_ahead_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    numbers = np.arange(300_000, dtype=np.uint32)
    path.write_bytes(numbers.tobytes())
    held = mapped(path, np.uint32, is_random=True)
    assert np.array_equal(held, numbers)
    let_go_of(held)
    ask_ahead(held, np.asarray([299_999, 7]))
    assert np.array_equal(held, numbers)


def test_a_stopped_build_goes_on_and_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    links = random_links(1, 50, 300)
    names = [f"n{k:03}" for k in range(50)]
    with pytest.raises(SourceError):
        build(tmp_path / "a", Interrupted(50, links, names))
    assert not (tmp_path / "a").exists()
    stamp = (tmp_path / "a.building" / "names").stat().st_mtime_ns
    one = build(tmp_path / "a", Interrupted(50, links, names))
    assert (tmp_path / "a" / "names").stat().st_mtime_ns == stamp, "the names were not written again"
    two = build(tmp_path / "b", Given(50, links, names))
    assert one.header == two.header
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_damage_to_any_file_is_found(tmp_path: Path) -> None:
    graph = made(tmp_path, 30, random_links(1, 30, 200), names=[f"n{k:03}" for k in range(30)])
    assert check_graph(graph) > 0
    for path in sorted(graph.folder.iterdir()):
        copy = tmp_path / "copy"
        shutil.copytree(graph.folder, copy)
        data = bytearray((copy / path.name).read_bytes())
        if data and path.name != "graph.json":
            data[len(data) // 2] ^= 0x55
            (copy / path.name).write_bytes(bytes(data))
            with pytest.raises(LinkworthyError):
                check_graph(Graph(copy))
        if data:
            (copy / path.name).write_bytes(bytes(data[: len(data) // 2]))
            with pytest.raises(SourceError, match=r"bytes instead of|damaged|cannot be read"):
                Graph(copy)
        shutil.rmtree(copy)


def test_too_little_memory_or_a_taken_place_is_said_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="raise --memory"):
        build(tmp_path / "g", Given(1_000_000_000, []))
    huge = Given(10, [])
    huge.n_expected = 1 << 50
    with pytest.raises(StageError, match="GiB of disk"):
        build(tmp_path / "g", huge)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(InputError, match="is no graph"):
        build(tmp_path / "mine", Given(1, []))
    with pytest.raises(InputError, match="does not exist"):
        build(tmp_path / "no" / "g", Given(1, []))
    with pytest.raises(SourceError, match="parts disagree"):
        build(tmp_path / "g", Given(3, [], ["a", "b"]))
    with pytest.raises(InputError, match="graph build"):
        Graph(tmp_path / "g")


def test_a_ranking_that_does_not_fit_is_refused_before_it_begins(tmp_path: Path) -> None:
    graph = made(tmp_path, 3, [(0, 1)])
    check_rank_room(graph, 1 << 30)
    sizes = {"n_nodes": 200_000_000, "n_core": 70_000_000, "n_arcs": 6_000_000_000}
    graph.header = replace(graph.header, **sizes)
    with pytest.raises(StageError, match=r"200,000,000 nodes needs 4\.\d GiB of memory: raise --memory, now 1\.0 GiB"):
        check_rank_room(graph, 1 << 30)
    graph.header = replace(graph.header, n_nodes=3, n_core=1, n_arcs=1 << 50)
    with pytest.raises(StageError, match="GiB of disk"):
        check_rank_room(graph, 1 << 30)


def test_lookups_give_the_best_referrers_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(best, "LIMIT", 6)
    graph = made(tmp_path, 60, random_links(7, 60, 500))
    ranks = rank(Flow(graph, memory_bytes=1 << 30), n_samples=4)
    lookup = Lookup(graph)
    for node in range(60):
        answer = lookup.ask(str(node), 5)
        sources = in_links(graph, node)[0].tolist()
        wanted = sorted(sources, key=lambda one: (-ranks.scores[one], one))[:5]
        assert [int(one.name) for one in answer.referrers] == wanted
        assert answer.n_referrers == len(sources)
        assert answer.band is not None
        assert 0 <= answer.band[0] <= answer.score <= answer.band[1] <= 100
    order = [lookup.ask(str(node), 0) for node in ranks.by_rank.tolist()]
    assert [one.rank for one in order] == list(range(1, 61))
    assert order[0].score == 100
    assert order[-1].score == 0
    with pytest.raises(InputError, match="holds no node"):
        lookup.ask("60")


def test_ranks_of_an_earlier_graph_are_refused(tmp_path: Path) -> None:
    graph = made(tmp_path, 3, [(0, 1)])
    rank(Flow(graph, memory_bytes=1 << 30))
    with pytest.raises(InputError, match=r"no ranks trust .*pagerank"):
        Lookup(graph, "trust")
    ranks = tmp_path / "ranks"
    shutil.copytree(graph.folder / "ranks", ranks)
    other = made(tmp_path, 3, [(0, 2)])
    shutil.copytree(ranks, other.folder / "ranks")
    with pytest.raises(InputError, match="earlier graph"):
        Lookup(other)
