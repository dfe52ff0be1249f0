from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.errors import InputError, LinkworthyError, SourceError
from linkworthy.graph.build import build
from linkworthy.graph.flow import Flow
from linkworthy.graph.links import in_links, out_links
from linkworthy.graph.names import NameList
from linkworthy.graph.pagerank import pagerank
from linkworthy.graph.reading import bvgraph
from linkworthy.graph.reading.bvgraph import BVGraph, BVLinks
from linkworthy.graph.reading.numbered import AdjacencyText
from linkworthy.graph.reading.recognise import open_links
from linkworthy.graph.store import Graph
from tests.support.bvwriter import write_bvgraph, write_sparse
from tests.support.shared import shared

SMALL = ("com.a", "com.b", "net.c.www", "org.d")
EDGES = ((0, 1), (0, 2), (2, 0), (3, 0))


def decoded(path: Path) -> list[list[int]]:
    return [row.tolist() for rows in BVGraph(path).rows() for row in np.split(rows.ids, rows.bounds[1:-1])]


def links_of(graph: Graph) -> set[tuple[str, str]]:
    names = NameList(graph)
    return {
        (names.name(int(source)), names.name(node)) for node in range(len(graph)) for source in in_links(graph, node)[0]
    }


def square(n: int) -> st.SearchStrategy[list[list[int]]]:
    row = st.lists(st.integers(0, n - 1), max_size=40).map(lambda row: sorted(set(row)))
    return st.lists(row, min_size=n, max_size=n)


rows_of_bv = st.integers(1, 60).flatmap(square)


@settings(max_examples=60, deadline=None)
@given(rows=rows_of_bv, window=st.sampled_from([0, 1, 7]), least=st.sampled_from([0, 2, 4]), k=st.integers(1, 5))
def test_every_code_of_a_bvgraph_reads_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[int]], window: int, least: int, k: int
) -> None:
    path = write_bvgraph(tmp_path_factory.mktemp("bv") / "g.graph", rows, window=window, least=least, k=k)
    assert decoded(path) == rows


@settings(max_examples=60, deadline=None)
@given(rows=rows_of_bv, data=st.data())
def test_a_damaged_bvgraph_is_refused_or_read_and_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[int]], data: st.DataObject
) -> None:
    path = write_bvgraph(tmp_path_factory.mktemp("bv") / "g.graph", rows)
    whole = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    with suppress(SourceError):
        read = decoded(path)
        assert len(read) == len(rows)
        assert all(0 <= one < len(rows) for row in read for one in row)


def test_decoding_goes_on_over_small_chunks_and_from_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    rows = [sorted(set(chance.integers(0, 3000, chance.integers(0, 90)).tolist())) for _ in range(3000)]
    path = write_bvgraph(tmp_path / "g.graph", rows)
    for name, size in (("CHUNK_BYTES", 300), ("ROOM_LINKS", 64), ("ROOM_ROWS", 50)):
        monkeypatch.setattr(bvgraph, name, size)
    assert decoded(path) == rows
    graph = BVGraph(path)
    marks = [mark for _rows, mark in graph.marked()]
    for mark in marks[3::40]:
        first = next(graph.rows(mark))
        assert first.first == mark.node
        assert first.ids.tolist() == [one for row in rows[mark.node : mark.node + first.bounds.size - 1] for one in row]


def test_the_fast_writer_of_benchmarks_writes_what_is_read(tmp_path: Path) -> None:
    rows = [[3, 5, 6], [], [0, 1_000, 70_000], [2]] + [[]] * 70_000
    bounds = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    write_sparse(tmp_path / "g.graph", bounds, np.array([one for row in rows for one in row], np.uint32))
    assert decoded(tmp_path / "g.graph") == rows


@pytest.mark.shared
def test_cnr_2000_reads_alike_from_both_forms(tmp_path: Path) -> None:
    packed = build(tmp_path / "packed", BVLinks(shared("graphs", "cnr-2000.graph")))
    plain = build(tmp_path / "plain", AdjacencyText(shared("graphs", "cnr-2000.graph-txt.gz")))
    assert packed.header.n_arcs == plain.header.n_arcs == 3_216_152
    assert len(packed) == len(plain) == 325_557
    # The text numbers the pages in another order; the same graph has the same scores.
    one, two = (np.sort(pagerank(Flow(graph, memory_bytes=1 << 30)).scores) for graph in (packed, plain))
    assert np.abs(one - two).max() < 1e-12


def common_crawl(folder: Path, vertices: str, edges: str) -> list[Path]:
    paths = [folder / "r-domain-vertices.txt.gz", folder / "r-domain-edges.txt.gz"]
    for path, text in zip(paths, (vertices, edges), strict=True):
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
    return paths


VERTICES = "".join(f"{k}\t{name}\t1\n" for k, name in enumerate(SMALL))
LINES = "".join(f"{s}\t{t}\n" for s, t in EDGES)
WANTED = {("a.com", "b.com"), ("a.com", "www.c.net"), ("www.c.net", "a.com"), ("d.org", "a.com")}


def test_common_crawls_text_reads_by_name(tmp_path: Path) -> None:
    graph = build(tmp_path / "g", open_links(common_crawl(tmp_path, VERTICES, LINES)))
    assert graph.header.kind == "domain"
    assert links_of(graph) == WANTED
    assert out_links(graph, 0)[0].tolist() == [1, 2]
    assert NameList(graph).find("https://www.c.net/page") == 2
    assert NameList(graph).find("c.net") is None


def test_a_transposed_bvgraph_reads_as_in_links(tmp_path: Path) -> None:
    rows: list[list[int]] = [[] for _ in SMALL]
    for source, target in EDGES:
        rows[target].append(source)
    path = write_bvgraph(tmp_path / "r-domain-t.graph", rows)
    graph = build(tmp_path / "g", open_links([path, common_crawl(tmp_path, VERTICES, LINES)[0]]))
    assert links_of(graph) == WANTED


@pytest.mark.parametrize(
    ("vertices", "edges", "said"),
    [
        ("0\tcom.b\t1\n1\tcom.a\t1\n", "0\t1\n", "must ascend"),
        ("0\tcom.a\t1\n1\tcom.a\t1\n", "0\t1\n", "stands twice"),
        ("0\tcom.a\t1\n2\tcom.b\t1\n", "0\t1\n", "should be 1"),
        ("0\tcom.a\t1\n1\t\t1\n", "0\t1\n", "name is missing"),
        ("0 com.a\n", "0\t0\n", "no number, tab and name"),
        (VERTICES, "0\t4\n", "node numbers below 4: '0\\t4'"),
        (VERTICES, "0\t1\nx\t2\n", "'x\\t2'"),
        (VERTICES, "0\t99999999999999999999\n", "node numbers below 4"),
    ],
)
def test_bad_text_gets_one_line_and_leaves_no_graph(tmp_path: Path, vertices: str, edges: str, said: str) -> None:
    with pytest.raises(LinkworthyError) as fault:
        build(tmp_path / "g", open_links(common_crawl(tmp_path, vertices, edges)))
    assert said in str(fault.value)
    assert "\n" not in str(fault.value)
    assert not (tmp_path / "g").exists()


def test_a_truncated_packed_file_says_so(tmp_path: Path) -> None:
    paths = common_crawl(tmp_path, VERTICES, LINES * 1000)
    paths[1].write_bytes(paths[1].read_bytes()[:-9])
    with pytest.raises(SourceError, match="cut off or damaged"):
        build(tmp_path / "g", open_links(paths))


def test_tables_read_alike_as_csv_and_parquet(tmp_path: Path) -> None:
    ends = {"Source": ["www.A.com", "b.com", "b.com", "b.com"], "Destination": ["b.com", "c.com", "c.com", "b.com"]}
    table = pa.table({**ends, "n": [1, 2, 3, 9]})
    pq.write_table(table, tmp_path / "l.parquet")
    rows = "".join(f"{row['Source']},{row['Destination']},{row['n']}\n" for row in table.to_pylist())
    (tmp_path / "l.csv").write_text("Source,Destination,n\n" + rows)
    for name in ("l.csv", "l.parquet"):
        graph = build(tmp_path / f"g{name}", open_links([tmp_path / name]))
        assert links_of(graph) == {("www.a.com", "b.com"), ("b.com", "c.com")}
        weighted = build(tmp_path / f"w{name}", open_links([tmp_path / name], weight="n"))
        node = NameList(weighted).find("c.com")
        assert node is not None
        assert in_links(weighted, node)[1].tolist() == [5.0]
    with pytest.raises(InputError, match="no column 'x'"):
        open_links([tmp_path / "l.csv"], source="x", target="n")


def test_pairs_of_numbers_and_a_graph_turned_round(tmp_path: Path) -> None:
    (tmp_path / "pairs.txt").write_text("# a comment\n0 1\n0,2\n\n2\t0\r\n3 0\n3 0\n")
    graph = build(tmp_path / "g", open_links([tmp_path / "pairs.txt"]))
    assert (graph.header.n_arcs, graph.header.n_repeats) == (4, 1)
    wanted = {(str(s), str(t)) for s, t in EDGES}
    assert links_of(graph) == wanted
    back = build(tmp_path / "back", open_links([tmp_path / "g"], is_transposed=True))
    assert links_of(back) == {(t, s) for s, t in wanted}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nodes=2\narcs=3\nzetak=3", "2 links"),
        ("nodes=2", "arcs"),
        ("nodes=2\narcs=1\ncompressionflags=RESIDUALS_GAMMA", "default codes"),
        ("nodes=2\narcs=1\nversion=9", "default codes"),
        ("nodes=-2\narcs=1", "no graph"),
        ("nodes=2\narcs=1\ngraphclass=x.EFGraph", "graph class"),
    ],
)
def test_properties_that_do_not_fit_are_refused(tmp_path: Path, text: str, said: str) -> None:
    path = write_bvgraph(tmp_path / "g.graph", [[1], [0]])
    path.with_suffix(".properties").write_text(text)
    with pytest.raises(SourceError, match=said):
        list(BVLinks(path).pairs())


@pytest.mark.parametrize(
    ("text", "whole"), [("nodes=400\narcs=2000\nbitsperlink=9.5", False), ("nodes=99999\narcs=2000", False),
                        ("nodes=400\narcs=2000\nbitsperlink=0.100", True)],
)  # fmt: skip
def test_a_bvgraph_that_is_shorter_than_its_properties_say_is_refused_at_once(
    tmp_path: Path, text: str, *, whole: bool
) -> None:
    (tmp_path / "g.graph").write_bytes(bytes(300))
    (tmp_path / "g.properties").write_text(text)
    if whole:
        assert BVGraph(tmp_path / "g.graph").n_bytes == 300
    else:
        with pytest.raises(SourceError, match="cut off"):
            open_links([tmp_path / "g.graph"])


@pytest.mark.shared
def test_a_truncated_release_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    for name in ("cnr-2000.graph", "cnr-2000.properties"):
        (tmp_path / name).write_bytes(shared("graphs", name).read_bytes())
    whole = (tmp_path / "cnr-2000.graph").read_bytes()
    (tmp_path / "cnr-2000.graph").write_bytes(whole[: len(whole) * 99 // 100])
    with pytest.raises(SourceError, match="cut off"):
        build(tmp_path / "g", open_links([tmp_path / "cnr-2000.graph"]))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cnr-2000.graph", "cnr-2000.properties"]


def test_names_and_rows_of_different_releases_disagree(tmp_path: Path) -> None:
    path = write_bvgraph(tmp_path / "r-domain-t.graph", [[1], [0], []])
    vertices = tmp_path / "r-domain-vertices.txt"
    vertices.write_text("0\tcom.a\t1\n1\tcom.b\t1\n")
    with pytest.raises(SourceError, match=r"2 names.*3"):
        build(tmp_path / "g", open_links([path, vertices]))
    assert not (tmp_path / "g").exists()
