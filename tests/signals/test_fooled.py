"""Pages built to fool: each trick costs its page, or gains it nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.html.parse import parse
from linkworthy.metrics.backlinks import measure_links
from linkworthy.metrics.networks import find_networks
from linkworthy.metrics.owners import MAX_DOMAINS, Shared
from linkworthy.signals import judge_links
from linkworthy.site import Site, SiteConfig
from linkworthy.site.journal import ListingAnswer
from tests.support.crawling import crawled, on_loopback, verified
from tests.support.linkweb import BICYCLES, FINANCE, LinkWeb, varied
from tests.support.server import Answer, Server, Talk
from tests.support.verdicts import judged
from tests.support.websites import page

HTML = [("content-type", "text/html")]


def test_hidden_words_are_no_text_of_the_page() -> None:
    hidden = f"<div style='display:none'>{BICYCLES}</div>"
    page = parse(f"<title>Money</title><main><p>{FINANCE}</p>{hidden}</main>".encode(), HTML, "https://a.example/")
    shown = " ".join(block.text for block in page.blocks)
    assert "mortgage" in shown
    assert page.facts["n_words"] < len(FINANCE.split()) + len(BICYCLES.split())


def test_hidden_links_to_others_cost_the_page_and_a_hidden_link_to_us_counts_for_little(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link("https://open.example/post", main=varied(BICYCLES, 1), author="Ada")
    web.link("https://sly.example/post", main=varied(BICYCLES, 2), author="Ada", check={"is_hidden": True})
    for n in range(5):
        web.rows["links"].append({
            "source_url": "https://sly.example/post", "url": f"https://x{n}.example/", "anchor": "more",
            "region": "main", "is_hidden": True, "captured_at": datetime(2026, 1, 1, tzinfo=UTC),
        })  # fmt: skip
    rows = {row["source_domain"]: row for row in judged(web, tmp_path)}
    assert rows["sly.example"]["outbound"] < rows["open.example"]["outbound"]
    assert rows["sly.example"]["editorial"] < rows["open.example"]["editorial"]


def test_a_comment_stuffed_with_our_words_on_many_blogs_is_found(tmp_path: Path) -> None:
    web = LinkWeb()
    stuffed = "bicycle repair bicycle brakes bicycle wheels chain saddle gears city bicycle repair bicycle spokes"
    whole = f"{stuffed} cheap bicycles great post thanks for sharing"
    for n in range(4):
        web.link(
            f"https://blog{n}.example/post", "cheap bicycles", region="comment", main=varied(BICYCLES, n + 1),
            before=stuffed, after="great post thanks for sharing", comments=(whole,),
        )  # fmt: skip
    for row in judged(web, tmp_path):
        assert row["kinds"][0] == "comment"
        assert "same comment" in row["reason"] or "keyword" in row["reason"]


def test_a_date_of_the_future_or_of_yore_adds_nothing_to_a_dated_page(tmp_path: Path) -> None:
    goodness = set()
    for n, when in enumerate(
        (datetime(1970, 1, 1, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))
    ):
        web = LinkWeb()
        web.link("https://a.example/post", main=varied(BICYCLES, 1), author="Ada", published_at=when)
        (row,) = judged(web, tmp_path / str(n))
        goodness.add(round(row["goodness"], 6))
    assert len(goodness) == 1


def test_a_megabyte_of_identifiers_is_bounded() -> None:
    flood = " ".join(f"'ca-pub-{1_000_000_000_000_000 + n}' 'UA-{10_000_000 + n}-1'" for n in range(30_000))
    page = parse(f"<title>t</title><script>{flood}</script><p>words".encode(), HTML, "https://a.example/")
    assert len(page.facts["owner_ids"]) <= 50


def test_a_page_that_holds_everybodys_identifiers_joins_no_strangers() -> None:
    strangers = [Shared("id", f"adsense:pub-{n}", ("flood.example", f"honest{n}.example")) for n in range(60)]
    assert find_networks(strangers, 1_000) == []
    few = [Shared("id", f"adsense:pub-{n}", ("one.example", f"other{n}.example")) for n in range(3)]
    assert len(find_networks(few, 1_000)[0].domains) == 4


def test_an_identifier_of_a_public_template_joins_nobody(tmp_path: Path) -> None:
    web = LinkWeb()
    n_sites = MAX_DOMAINS["tag"] + 5
    for n in range(n_sites):
        web.link(
            f"https://site{n}.example/post", main=varied(BICYCLES, n % 9 + 1), owner_ids=["google-analytics:UA-7654321"]
        )
    rows = judged(web, tmp_path)
    assert len(rows) == n_sites
    assert all(row["kinds"] == [] for row in rows)


def test_an_agencys_account_alone_is_no_network(tmp_path: Path) -> None:
    web = LinkWeb()
    for n in range(9):
        web.link(
            f"https://client{n}.example/post", main=varied(BICYCLES, n + 1), owner_ids=["google-tag-manager:GTM-AB12CD"]
        )
    for row in judged(web, tmp_path):
        assert row["kinds"] == []
        assert row["verdict"] in {"keep", "watch"}


def test_what_a_search_engine_answered_is_a_fact_of_its_own(tmp_path: Path) -> None:
    web = LinkWeb()
    for name in ("in", "out", "unasked"):
        web.link(
            f"https://{name}.example/post",
            main=varied(BICYCLES, 1 + len(name)),
            seen=datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=3),
        )
    answers = tuple(ListingAnswer(f"https://{name}.example/post", name == "in", "2026-11-20") for name in ("in", "out"))
    rows = {row["source_domain"]: row for row in judged(web, tmp_path, answers=answers)}
    assert rows["in.example"]["indexing"] > rows["unasked.example"]["indexing"] > rows["out.example"]["indexing"]
    assert "not found in the index" in rows["out.example"]["count_line"]


def test_a_link_that_only_search_engines_are_shown_is_not_called_live(tmp_path: Path) -> None:
    both = page("Post", '<p>We buy <a href="http://shop.example/">tea</a> in town.</p>')

    async def cloaked(talk: Talk) -> None:
        is_engine = "googlebot" in talk.asked.headers.get("user-agent", "").lower()
        await talk.send(both if is_engine else page("Post", "<p>Nothing to see here.</p>"))

    async def work(config: SiteConfig, _server: Server) -> list[dict[str, Any]]:
        run = Site.create(tmp_path / "site", config).begin("run", {})
        await crawled(run, config)
        named = {"target_url": "http://shop.example/", "anchor": "tea", "kind": "text"}
        sources = ("http://open.example/post", "http://sly.example/post")
        await verified(run, config, [{"source_url": source, **named} for source in sources])
        engine = Embedded(workers=1)
        measure_links(run, config, engine, SILENT)
        judge_links(run, config, engine, SILENT)
        with engine.connect(run.tables()) as db:
            found: list[dict[str, Any]] = db.sql("select * from verdicts").to_arrow_table().to_pylist()
        run.close()
        return found

    shop: dict[str, Answer] = {"/": page("Home")}
    rows = on_loopback({"shop.example": shop, "open.example": {"/post": both}, "sly.example": {"/post": cloaked}}, work)
    lines = {row["source_domain"]: row["count_line"] for row in rows}
    assert lines["open.example"].startswith("Counts: followed")
    assert lines["sly.example"].startswith("Does not count: it is gone")
