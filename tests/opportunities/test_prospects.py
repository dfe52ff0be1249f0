"""Prospects: who is one, who is not, and what each is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.opportunities import candidates, find_prospects
from linkworthy.opportunities.candidates import MAX_PAGES_PER_DOMAIN
from linkworthy.opportunities.prospect import Prospect
from linkworthy.site import Run, SiteConfig
from tests.support.linkweb import BICYCLES, FINANCE, HIKING
from tests.support.runs import make_run

CONFIG = SiteConfig(
    url="https://shop.example/",
    name="Velo Verde",
    brands=("Velo Verde", "VV"),
    topics=("bicycle repair", "city bicycles"),
    competitors=("www.rival.example",),
)
FORUM = {"url": "https://forum.example/t/1", "page_kind": "forum", "engine": "phpbb", "has_registration": True}
BLOG = {"url": "https://blog.example/post", "page_kind": "article", "has_comment_form": True, "n_comments": 3}
LISTS = {"url": "https://lists.example/", "page_kind": "home", "has_submission": True}


def page(**columns: Any) -> dict[str, Any]:
    return {
        "status": 200,
        "is_html": True,
        "n_external_links": 10,
        "n_external_followed": 8,
        "n_comments": 0,
        **columns,
    }


def block(url: str, text: str) -> dict[str, Any]:
    return {"url": url, "n": 0, "tag": "p", "region": "main", "text": text, "n_words": len(text.split())}


def found(run: Run, config: SiteConfig = CONFIG) -> list[dict[str, Any]]:
    find_prospects(run, config, Embedded(workers=1), SILENT)
    (path,) = run.files("prospects")
    return list(pq.read_table(path).to_pylist())


def run_with(tmp_path: Path, pages: list[dict[str, Any]], text: str = BICYCLES, **tables: Any) -> Run:
    blocks = [block(row["url"], text) for row in pages] + [block(CONFIG.url, BICYCLES)]
    rows = [page(**row) for row in pages] + [page(url=CONFIG.url, page_kind="home")]
    return make_run(tmp_path, CONFIG, pages=rows, blocks=blocks + tables.pop("blocks", []), **tables)


def test_a_forum_a_blog_and_a_directory_of_the_trade_are_prospects(tmp_path: Path) -> None:
    rows = found(run_with(tmp_path, [FORUM, BLOG, LISTS]))
    assert {(row["kind"], row["domain"]) for row in rows} == {
        ("forum", "forum.example"),
        ("blog", "blog.example"),
        ("directory", "lists.example"),
    }
    assert all(row["suggested_anchor"] == "Velo Verde" for row in rows)


def test_a_forum_of_another_trade_is_none(tmp_path: Path) -> None:
    assert found(run_with(tmp_path, [FORUM, BLOG], FINANCE)) == []


def test_an_article_that_takes_no_comments_is_no_blog_to_comment_on(tmp_path: Path) -> None:
    assert found(run_with(tmp_path, [{**BLOG, "has_comment_form": False, "n_comments": 0}])) == []


def test_a_competitor_and_an_own_site_are_never_prospects(tmp_path: Path) -> None:
    rival = {**FORUM, "url": "https://rival.example/forum"}
    assert found(run_with(tmp_path, [rival])) == []


def test_a_site_that_links_to_a_competitor_is_one_and_counts_for_more(tmp_path: Path) -> None:
    plain = {"url": "https://magazine.example/tests", "page_kind": "article"}
    link = {"source_url": plain["url"], "url": "https://rival.example/x", "n": 0, "region": "main"}
    forum = {"source_url": FORUM["url"], "url": "https://rival.example/y", "n": 0, "region": "main"}
    rows = found(run_with(tmp_path, [FORUM, plain], links=[link, forum]))
    by_kind = {row["kind"]: row for row in rows}
    assert by_kind["competitor"]["domain"] == "magazine.example"
    assert by_kind["forum"]["n_competitors"] == 1
    assert "competitors 0.10" in by_kind["forum"]["worth_terms"]


def test_a_harmful_site_is_no_prospect_but_bought_comments_do_not_spoil_a_blog(tmp_path: Path) -> None:
    network = {"link_id": "1", "source_url": FORUM["url"], "kinds": ["network"], "harm": 0.9, "verdict": "disavow"}
    comment = {"link_id": "2", "source_url": BLOG["url"], "kinds": ["comment"], "harm": 0.9, "verdict": "watch"}
    rows = found(run_with(tmp_path, [FORUM, BLOG], verdicts=[network, comment]))
    assert [row["kind"] for row in rows] == ["blog"]


def test_a_name_without_a_link_is_a_mention_and_a_short_name_is_not(tmp_path: Path) -> None:
    other = {"url": "https://paper.example/story", "page_kind": "other"}
    said = [block(other["url"], "Everybody here buys from Velo Verde, and nobody knows why.")]
    rows = found(run_with(tmp_path, [other], HIKING, blocks=[{**said[0], "n": 1}]))
    assert [(row["kind"], row["url"]) for row in rows] == [("mention", other["url"])]
    assert "Velo Verde" in rows[0]["why"]


def test_a_page_that_only_says_the_short_name_is_no_mention(tmp_path: Path) -> None:
    other = {"url": "https://paper.example/story", "page_kind": "other"}
    assert found(run_with(tmp_path, [other], "The VV line of engines was built in Essen.")) == []


def test_a_page_that_links_is_no_mention(tmp_path: Path) -> None:
    other = {"url": "https://paper.example/story", "page_kind": "other"}
    link = {"source_url": other["url"], "url": CONFIG.url, "n": 0, "region": "main"}
    assert found(run_with(tmp_path, [other], "Velo Verde is a shop.", links=[link])) == []


def test_broken_and_lost_links_are_prospects(tmp_path: Path) -> None:
    gone = {"link_id": "1", "source_url": "https://a.example/", "target_url": "https://shop.example/x", "state": "gone",
            "state_reason": "link-removed"}  # fmt: skip
    live = {
        "link_id": "2",
        "source_url": "https://b.example/",
        "target_url": "https://shop.example/old",
        "state": "live",
    }
    target = {"url": "https://shop.example/old", "final_status": 404, "suggested_url": "https://shop.example/new",
              "suggested_why": "same words", "n_links": 1, "n_referring_domains": 1}  # fmt: skip
    rows = found(run_with(tmp_path, [], backlinks=[gone, live], targets=[target]))
    assert {(row["kind"], row["url"], row["target_url"]) for row in rows} == {
        ("lost", "https://a.example/", "https://shop.example/x"),
        ("broken", "https://shop.example/old", "https://shop.example/new"),
    }


def test_worth_is_the_sum_of_its_terms() -> None:
    prospect = Prospect(kind="forum", url="u", domain="d", title=None, why="w", how="h", relevance=0.5, n_competitors=3,
                        is_followed=True, is_new=True)  # fmt: skip
    assert prospect.terms() == [
        ("forum", 0.2),
        ("relevance", 0.175),
        ("competitors", 0.2),
        ("followed", 0.05),
        ("new site", 0.05),
    ]
    assert prospect.row(CONFIG)["worth"] == round(sum(value for _name, value in prospect.terms()), 3)


def test_candidates_are_what_a_competitors_export_and_good_pages_name(tmp_path: Path) -> None:
    reports = [
        {"file": "rival.csv", "row": n, "source_url": f"https://fan.example/{n}", "target_url": "https://rival.example/",
         "rival_domain": "rival.example"}
        for n in range(9)
    ]  # fmt: skip
    good = {"link_id": "1", "source_url": "https://blog.example/post", "page_relevance": 0.8, "state": "live"}
    links = [
        {"source_url": "https://blog.example/post", "n": n, "url": url, "region": "main"}
        for n, url in enumerate(
            ["https://friend.example/a", "https://rival.example/", "https://facebook.com/x", CONFIG.url]
        )
    ]
    run = make_run(tmp_path, CONFIG, observations=reports, backlinks=[good], links=links)
    named = candidates(run, CONFIG, Embedded(workers=1))
    urls = [url for url, _by in named]
    assert "https://friend.example/a" in urls
    assert "https://friend.example/" in urls
    assert sum(url.startswith("https://fan.example/") for url in urls) == MAX_PAGES_PER_DOMAIN
    assert not any("rival.example" in url or "facebook" in url or "shop.example" in url for url in urls)
