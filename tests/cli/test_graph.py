from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import linkworthy
from tests.support.runs import START, make_run

LINKS = """source,target
a.example,b.example
a.example,c.example
b.example,c.example
c.example,a.example
d.example,c.example
e.example,b.example
"""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web")
    (folder / "links.csv").write_text(LINKS)
    built = linkworthy("graph", "build", "web", "links.csv", "--kind", "domain", "--json", cwd=folder)
    assert (built.json["n_nodes"], built.json["n_arcs"], built.json["kind"]) == (5, 6, "domain")
    assert linkworthy("graph", "rank", "web", "--json", "-q", cwd=folder).json["measure"] == "pagerank"
    return folder


def test_a_score_is_looked_up_explained_and_changed(web: Path) -> None:
    answer = linkworthy("graph", "lookup", "web", "https://c.example/page", "--json", cwd=web).json["answers"][0]
    assert (answer["name"], answer["rank"], answer["n_referrers"], answer["score"]) == ("c.example", 1, 3, 100.0)
    why = linkworthy("graph", "why", "web", "c.example", "--json", cwd=web).json
    assert why["given"] + sum(one["raw"] for one in why["contributions"]) == pytest.approx(why["raw"])
    asked = ("graph", "what-if", "web", "c.example", "--without", "b.example")
    after = linkworthy(*asked, "--json", "-q", cwd=web).json
    (web / "less.csv").write_text(LINKS.replace("b.example,c.example\n", ""))
    linkworthy("graph", "build", "less", "less.csv", "--kind", "domain", "-q", cwd=web)
    linkworthy("graph", "rank", "less", "-q", "--noise", "0", cwd=web)
    anew = linkworthy("graph", "lookup", "less", "c.example", "--json", cwd=web).json["answers"][0]
    assert after["raw_after"] == pytest.approx(anew["raw"], abs=1e-10)
    assert "points" in linkworthy(*asked, "-q", cwd=web).out


def test_people_read_tables_and_the_top_without_a_name(web: Path) -> None:
    top = linkworthy("graph", "lookup", "web", cwd=web).out
    assert top.index("c.example") < top.index("a.example") < top.index("d.example")
    assert "the best first" in linkworthy("graph", "lookup", "web", "c.example", cwd=web).out
    assert "from 3 referrers" in linkworthy("graph", "why", "web", "c.example", cwd=web).out
    assert "whole" in linkworthy("graph", "check", "web", cwd=web).out


def test_answers_come_as_pictures_and_with_other_measures(web: Path) -> None:
    (web / "owners.csv").write_text("domain,owner\na.example,Ann\nb.example,Ann\nd.example,Dan\n")
    asked = ("graph", "rank", "web", "--measure", "indegree", "--by", "owner", "--groups", "owners.csv")
    assert linkworthy(*asked, "--json", "-q", cwd=web).json["known_share"] == pytest.approx(4 / 6)
    found = linkworthy("graph", "lookup", "web", "c.example", "--around", "--svg", "near.svg", "--json", cwd=web).json
    assert [(one["ranks"], one["raw"]) for one in found["answers"][0]["beside"]] == [("indegree-owner", 2.0)]
    assert [one["name"] for one in found["neighbourhood"]["neighbours"]] == ["a.example", "b.example", "d.example"]
    assert linkworthy("graph", "why", "web", "c.example", "--svg", "parts.svg", cwd=web).out
    history = linkworthy("graph", "history", "c.example", "web", "web", "--svg", "time.svg", "--json", cwd=web).json
    assert [(one["release"], one["points"]) for one in history["moments"]] == [("web", None), ("web", 0.0)]
    for name in ("near", "parts", "time"):
        assert (web / f"{name}.svg").read_text().startswith("<svg")
    assert "usual" in linkworthy("graph", "history", "c.example", "web", "web", cwd=web).out


def test_lists_of_popularity_are_laid_beside(web: Path) -> None:
    (web / "tranco.csv").write_text("1,c.example\n2,a.example\n3,b.example\n4,elsewhere.example\n")
    (web / "crux.csv").write_text("origin,rank\nhttps://c.example,1000\nhttps://d.example,5000\n")
    found = linkworthy("graph", "compare", "web", "tranco.csv", "crux.csv", "web", "--json", cwd=web).json
    assert [(one["n_listed"], one["n_found"]) for one in found] == [(4, 3), (2, 2), (5, 5)]
    assert found[0]["spearman"] == pytest.approx(1)
    assert found[0]["kendall"] == pytest.approx(1)
    assert found[0]["hollow"] == ["d.example", "e.example"]
    assert found[2]["coverage"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("lookup", "web", "nobody.example"), "holds no domain 'nobody.example'"),
        (("lookup", "links.csv"), "holds no graph"),
        (("lookup", "web", "--ranks", "trust"), "has no ranks trust"),
        (("rank", "web", "--measure", "trust"), "needs --seeds"),
        (("rank", "web", "--memory", "much"), "a size is a number"),
        (("rank", "web", "--measure", "indegree", "--by", "owner"), "needs --groups"),
        (("rank", "web", "--measure", "indegree", "--by", "domain"), "no hosts or pages"),
        (("rank", "web", "--by", "domain"), "goes with --measure indegree"),
        (("history", "nobody.example", "web"), "none of the 1 graphs holds"),
        (("lookup", "web", "--around"), "give exactly one"),
        (("why", "web", "c.example", "--svg", "no/where.svg"), "no does not exist"),
        (("what-if", "web", "c.example"), "say what changes"),
        (("what-if", "web", "c.example", "--without", "e.example"), "e.example: there is no such link"),
        (("build", "new", "missing.csv"), "missing.csv does not exist"),
        (("build", "links.csv", "links.csv"), "is no graph"),
        (("compare", "web", "links.csv"), "no column of domains and of scores"),
    ],
)
def test_wrong_input_gets_one_line(web: Path, arguments: tuple[str, ...], said: str) -> None:
    done = linkworthy("graph", *arguments, cwd=web, code=2)
    assert said in done.err
    assert len([line for line in done.err.splitlines() if line.startswith("linkworthy:")]) == 1


def test_a_site_folder_becomes_a_graph_of_its_followed_links(tmp_path: Path) -> None:
    pages = [{"url": START}, {"url": f"{START}a"}, {"url": "https://blog.example/", "is_own": False}]
    links = [
        {"source_url": START, "url": f"{START}a"},
        {"source_url": START, "url": f"{START}a", "region": "footer"},
        {"source_url": f"{START}a", "url": START},
        {"source_url": f"{START}a", "url": "https://other.example/", "is_nofollow": True},
        {"source_url": "https://blog.example/", "url": START},
    ]
    index = [{"source_url": "https://fan.example/x", "target_url": START, "is_nofollow": None}]
    run = make_run(tmp_path, pages=pages, links=links, link_index=index)
    run.publish()
    run.close()
    flow = linkworthy("graph", "flow", "site", "--json", cwd=tmp_path).json
    shares = ("stays", "leaks", "nofollow", "dead_ends", "errors", "unknown")
    assert sum(flow[name] for name in shares) == pytest.approx(1, abs=1e-9)
    assert flow["nofollow"] > 0
    assert "stays on pages that work" in linkworthy("graph", "flow", "site", cwd=tmp_path).out
    linkworthy("graph", "build", "domains", "site", "-q", cwd=tmp_path)
    linkworthy("graph", "rank", "domains", "-q", cwd=tmp_path)
    answer = linkworthy("graph", "lookup", "domains", "shop.example", "--json", cwd=tmp_path).json["answers"][0]
    assert {one["name"] for one in answer["referrers"]} == {"blog.example", "fan.example"}
    built = linkworthy("graph", "build", "pages", "site", "--of", "pages", "--surfer", "--json", "-q", cwd=tmp_path)
    assert (built.json["n_nodes"], built.json["n_arcs"], built.json["is_weighted"]) == (2, 2, True)
