from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.errors import InputError
from linkworthy.graph.flow import Flow
from linkworthy.graph.groups import Groups, domains_of, group_degrees, network_of, read_groups
from linkworthy.graph.hyperball import supporters
from linkworthy.graph.lookup import Lookup, beside
from linkworthy.graph.measures import rank, rank_group_indegree, rank_supporters
from linkworthy.graph.names import NameList
from tests.support.graphs import CORNERS, made, random_links

MEMORY = 1 << 30
HOSTS = ("com.a", "com.a.blog", "com.a.shop", "com.b", "org.c", "uk.co.d.www")


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 30), groups=st.lists(st.integers(0, 5), min_size=25, max_size=25))
def test_groups_count_once_and_unknown_ones_each(
    tmp_path_factory: pytest.TempPathFactory, seed: int, groups: list[int]
) -> None:
    links = set(random_links(seed, 25, 120))
    graph = made(tmp_path_factory.mktemp("g"), 25, sorted(links))
    found = group_degrees(graph, Groups(np.array(groups, np.uint32), 5, 0))
    for node in range(25):
        sources = [s for s, t in links if t == node]
        different = {groups[s] for s in sources} - {0, groups[node]}
        assert found.counts[node] == len(different) + sum(groups[s] == 0 for s in sources)
    assert found.known_share == pytest.approx(sum(groups[s] > 0 for s, _t in links) / len(links))


def test_hosts_of_one_domain_count_once_and_its_own_do_not(tmp_path: Path) -> None:
    graph = made(tmp_path, 6, [(0, 3), (1, 3), (2, 3), (4, 3), (1, 0), (5, 0)], names=HOSTS, kind="host")
    ranks = rank_group_indegree(graph, domains_of(graph), "domain")
    assert ranks.scores.tolist() == [1, 0, 0, 2, 0, 0]
    assert ranks.facts.known_share == 1
    (tmp_path / "d").mkdir()
    with pytest.raises(InputError, match="no hosts or pages"):
        domains_of(made(tmp_path / "d", 1, [], names=["com.a"], kind="domain"))


def test_owners_addresses_and_networks_come_from_a_table(tmp_path: Path) -> None:
    graph = made(tmp_path, 6, [(k, 4) for k in (0, 1, 2, 3, 5)], names=HOSTS, kind="host")
    names = NameList(graph)
    table = tmp_path / "owners.csv"
    table.write_text(
        "Host,Owner,IP\na.com,Ann,192.0.2.1\nblog.a.com,ann ,192.0.2.9\nb.com,Ben,192.0.2.1\n"
        "www.d.co.uk,,no address\nc.org,Ann,2001:db8::1\nelsewhere.net,Eve,192.0.2.1\n"
    )
    node = names.find("c.org")
    assert node is not None
    counted = {}
    for by in ("owner", "address", "network"):
        groups = read_groups(graph, [table], by)
        assert groups.n_unmatched == 1
        counted[by] = int(group_degrees(graph, groups).counts[node])
    # Ann owns the target, Ben links, and of two hosts no owner is known; two addresses of three stand in one /24.
    assert counted == {"owner": 1 + 2, "address": 3 + 1, "network": 1 + 2}
    with pytest.raises(InputError, match="no column of names and of owners"):
        read_groups(graph, [_written(tmp_path / "t.csv", "host,colour\na.com,red\n")], "owner")
    with pytest.raises(InputError, match="'shade'"):
        read_groups(graph, [tmp_path / "t.csv"], "owner", "shade")
    assert read_groups(graph, [tmp_path / "t.csv"], "owner", "colour").n_groups == 1


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:1", "::/48"),
        ("no", None),
        ("", None),
    ],
)
def test_an_address_belongs_to_its_network(address: str, network: str | None) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize("levels", [1, 2, 4])
def test_supporters_and_bottleneck_are_near_exact_values(tmp_path: Path, levels: int) -> None:
    links = random_links(6, 300, 900)
    graph = made(tmp_path, 300, links)
    balls = _balls(300, links, levels)
    found = supporters(Flow(graph, memory_bytes=MEMORY), levels, log2m=12)
    assert found.counts == pytest.approx(balls[-1] - 1, abs=2, rel=4 * found.error)
    least = np.min([after / before for before, after in pairwise(balls)], axis=0)
    assert found.bottleneck == pytest.approx(least, rel=5 * found.error)


@pytest.mark.parametrize("corner", range(len(CORNERS)))
def test_supporters_of_corners(tmp_path: Path, corner: int) -> None:
    n, links = CORNERS[corner]
    found = supporters(Flow(made(tmp_path, n, links), memory_bytes=MEMORY), 3, log2m=12)
    assert found.counts == pytest.approx(_balls(n, [(one[0], one[1]) for one in links], 3)[-1] - 1, abs=0.05)


def _balls(n: int, links: list[tuple[int, int]], levels: int) -> list[np.ndarray]:
    oracle = nx.DiGraph()
    oracle.add_nodes_from(range(n))
    oracle.add_edges_from((target, source) for source, target in links)
    reached = [nx.single_source_shortest_path_length(oracle, node, cutoff=levels) for node in range(n)]
    return [np.array([sum(d <= t for d in one.values()) for one in reached], float) for t in range(levels + 1)]


def test_a_lookup_says_what_the_other_measures_say(tmp_path: Path) -> None:
    graph = made(tmp_path, 60, random_links(7, 60, 500))
    flow = Flow(graph, memory_bytes=MEMORY)
    rank(flow)
    counts = rank_supporters(flow, 2)
    said = {one["ranks"]: one for one in beside(Lookup(graph), "3")}
    assert sorted(said) == ["bottleneck", "supporters"]
    assert said["supporters"]["raw"] == counts.scores[3]
    assert said["supporters"]["rank"] == int(counts.rank[3]) + 1
