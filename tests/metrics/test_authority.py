"""Authority of linking domains, from a ranked graph at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.errors import InputError
from linkworthy.graph.flow import Flow
from linkworthy.graph.measures import rank, rank_spam_mass, rank_trust
from linkworthy.graph.store import Graph, Kind
from linkworthy.metrics.authority import graph_of
from linkworthy.metrics.backlinks import measure_links
from linkworthy.signals import judge_links
from tests.support.graphs import made
from tests.support.linkweb import LinkWeb

REVERSED = ("example.fan1", "example.fan2", "example.fan3", "example.famous", "example.small")


def graph(folder: Path, kind: Kind = "domain", names: tuple[str, ...] = REVERSED) -> Graph:
    """Build a graph in which three fans link to famous.example, and famous.example to fan1.example."""
    listed = sorted(names)
    place = {name: n for n, name in enumerate(listed)}
    at = [place[name] for name in names]
    links = [(at[0], at[3]), (at[1], at[3]), (at[2], at[3]), (at[3], at[0]), (at[4], at[1])]
    return made(folder, len(names), links, names=listed, kind=kind)


def measured(tmp_path: Path, folder: Path | None, *domains: str) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    web = LinkWeb()
    web.own()
    for domain in domains:
        web.link(f"https://{domain}/post")
    run = web.run(tmp_path)
    engine = Embedded(workers=1)
    facts = measure_links(run, web.config, engine, SILENT, graph=folder)
    judge_links(run, web.config, engine, SILENT)
    with engine.connect(run.tables()) as db:
        both = db.sql("select b.*, v.terms from backlinks b join verdicts v using (link_id)").to_arrow_table()
        scores = dict(db.execute("select domain, authority from domains").fetchall())
    run.close()
    rows = both.to_pylist()
    assert all(scores[row["source_domain"]] == row["authority"] for row in rows)
    return {row["source_domain"]: row for row in rows}, facts


def test_a_domain_that_many_link_to_ranks_high_and_one_that_the_graph_lacks_is_not_known(tmp_path: Path) -> None:
    flow = Flow(graph(tmp_path), memory_bytes=1 << 26)
    rank(flow, n_samples=4)
    rank_trust(flow, [REVERSED.index("example.fan1")])
    rank_spam_mass(flow, [REVERSED.index("example.fan1")])
    rows, facts = measured(tmp_path, tmp_path / "graph", "famous.example", "small.example", "unheard-of.example")
    famous, small, unknown = (rows[f"{name}.example"] for name in ("famous", "small", "unheard-of"))
    assert (famous["authority"], famous["authority_rank"]) == (pytest.approx(100.0), 1)
    assert small["authority"] == pytest.approx(0.0)
    assert famous["authority_low"] <= famous["authority"] <= famous["authority_high"]
    assert famous["trust"] > small["trust"]
    assert 0 <= famous["spam_mass"] <= 1
    for name in ("authority", "authority_rank", "authority_low", "trust", "spam_mass"):
        assert unknown[name] is None
    assert (facts["n_asked"], facts["n_in_graph"], facts["n_graph_nodes"]) == (3, 2, 5)


def test_the_score_of_the_graph_is_judged_and_shown(tmp_path: Path) -> None:
    rank(Flow(graph(tmp_path), memory_bytes=1 << 26))
    rows, _ = measured(tmp_path, tmp_path / "graph", "famous.example", "unheard-of.example")
    said = {term["signal"]: term for term in rows["famous.example"]["terms"]}
    assert said["own-authority"]["score"] == 1.0
    assert said["own-authority"]["evidence"] == "own score 100 of 100; place 1 in the graph"
    assert "own-authority" not in {term["signal"] for term in rows["unheard-of.example"]["terms"]}


def test_a_graph_of_hosts_is_asked_for_hosts(tmp_path: Path) -> None:
    names = ("example.a.fan", "example.b.fan", "example.c.fan", "example.famous.www", "z")
    rank(Flow(graph(tmp_path, "host", names), memory_bytes=1 << 26))
    rows, facts = measured(tmp_path, tmp_path / "graph", "www.famous.example", "fan.a.example")
    assert rows["famous.example"]["authority_rank"] == 1
    assert facts["n_in_graph"] == 2


def test_without_a_graph_authority_is_not_known(tmp_path: Path) -> None:
    rows, facts = measured(tmp_path, None, "famous.example")
    assert rows["famous.example"]["authority"] is None
    assert "n_in_graph" not in facts


def test_the_folder_graph_beside_the_settings_is_taken_and_a_named_one_must_be_there(tmp_path: Path) -> None:
    assert graph_of(tmp_path, "") is None
    with pytest.raises(InputError, match="holds no graph"):
        graph_of(tmp_path, "web")
    graph(tmp_path)
    assert graph_of(tmp_path, "") == tmp_path / "graph"
    (tmp_path / "site").mkdir()
    assert graph_of(tmp_path / "site", "../graph") == tmp_path / "site" / "../graph"


def test_an_unranked_graph_and_one_of_pages_are_refused_with_what_to_do(tmp_path: Path) -> None:
    graph(tmp_path)
    with pytest.raises(InputError, match="linkworthy graph rank"):
        measured(tmp_path / "a", tmp_path / "graph", "famous.example")
    (tmp_path / "pages").mkdir()
    made(tmp_path / "pages", 1, (), names=("https://a.example/",), kind="page")
    with pytest.raises(InputError, match="domains or hosts"):
        measured(tmp_path / "b", tmp_path / "pages" / "graph", "famous.example")
