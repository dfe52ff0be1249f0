"""The stage that measures links, on a few linking pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.metrics.backlinks import measure_links
from linkworthy.site.config import Business
from linkworthy.site.journal import Label
from tests.support.linkweb import BICYCLES, CONFIG, FINANCE, HIKING, HOME, LinkWeb, varied
from tests.support.runs import WHEN


def measured(
    web: LinkWeb, tmp_path: Path, labels: Sequence[Label] = (), table: str = "backlinks"
) -> list[dict[str, Any]]:
    run = web.run(tmp_path)
    engine = Embedded(workers=1)
    measure_links(run, web.config, engine, SILENT, labels)
    with engine.connect(run.tables()) as db:
        rows: list[dict[str, Any]] = db.sql(f"select * from {table} order by all").to_arrow_table().to_pylist()
    run.close()
    return rows


def by_domain(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["source_domain"]: row for row in rows}


def test_a_link_from_an_article_on_our_topic_is_measured(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    web.link("https://rider.example/post", main=varied(BICYCLES, 1), author="Ada", published_at=WHEN)
    row = measured(web, tmp_path)[0]
    assert row["page_relevance"] > 0.6
    assert row["context_relevance"] > 0.5
    assert row["anchor_kind"] == "branded"
    assert not row["is_money_anchor"]
    assert row["is_followed"]
    assert row["counts"] == "yes"
    assert row["has_author"]
    assert row["is_source_indexable"]
    assert row["authority"] is None
    assert not row["is_protected"]


def test_adjacent_topics_lie_between_ours_and_strange_ones(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    web.link("https://rider.example/post", main=varied(BICYCLES, 1))
    web.link("https://trail.example/post", main=HIKING)
    web.link("https://money.example/post", main=FINANCE)
    rows = by_domain(measured(web, tmp_path))
    assert rows["rider.example"]["page_relevance"] > rows["trail.example"]["page_relevance"] > 0.2
    assert rows["money.example"]["page_relevance"] < 0.1


def test_a_page_that_was_not_read_leaves_its_columns_null(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    web.link("https://silent.example/", state="could not check", reason="timeout", read=False)
    row = measured(web, tmp_path)[0]
    assert row["state"] == "could not check"
    assert row["counts"] == "not known"
    for name in (
        "page_relevance",
        "site_relevance",
        "n_poison_words",
        "has_author",
        "is_source_indexable",
        "n_id_domains",
        "is_scraped",
    ):
        assert row[name] is None, name


def test_five_domains_with_one_identifier_and_address_are_a_network(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    for n in range(5):
        web.link(
            f"https://blog{n}.example/post", "cheap bicycles", main=varied(BICYCLES, n + 1),
            owner_ids=["analytics:UA-7654-1"], address="203.0.113.9", template_hash=77,
        )  # fmt: skip
    web.link("https://rider.example/post", main=HIKING, owner_ids=["analytics:UA-1111-1"])
    rows = by_domain(measured(web, tmp_path))
    assert {rows[f"blog{n}.example"]["network_size"] for n in range(5)} == {5}
    assert "UA-7654-1" in rows["blog0.example"]["network_evidence"]
    assert rows["blog0.example"]["n_id_domains"] == 4
    assert rows["rider.example"]["network_id"] is None
    assert rows["blog0.example"]["is_money_anchor"]


def test_a_shared_stock_theme_alone_is_no_network(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    for n in range(4):
        web.link(f"https://blog{n}.example/post", main=varied(BICYCLES, n + 1), template_hash=77)
    assert {row["network_id"] for row in measured(web, tmp_path)} == {None}


def test_a_site_with_our_own_identifier_is_ours(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own(owner_ids=["analytics:UA-42-1"])
    web.link("https://sister.example/", owner_ids=["analytics:UA-42-1"])
    row = measured(web, tmp_path)[0]
    assert (row["protected_as"], row["is_protected"], row["n_id_domains"]) == ("own", True, 0)


def test_the_same_footer_link_on_most_pages_is_sitewide_and_counts_once(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    for n in range(4):
        web.link(f"https://mill.example/{n}", region="footer", main=FINANCE + f" Page {n}.")
    web.link("https://rider.example/post", main=HIKING)
    rows = measured(web, tmp_path)
    mill = [row for row in rows if row["source_domain"] == "mill.example"]
    assert all(row["is_sitewide"] for row in mill)
    assert [row["sitewide_share"] for row in mill] == [1.0] * 4
    assert sorted(row["is_repeat"] for row in mill) == [False, True, True, True]
    assert by_domain(rows)["rider.example"]["is_sitewide"] is False


def test_a_link_in_the_main_text_of_a_site_with_footer_links_is_not_sitewide(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    for n in range(3):
        web.link(f"https://mill.example/{n}", region="footer")
    web.link("https://mill.example/story", "Velo", region="main")
    rows = {row["source_url"]: row for row in measured(web, tmp_path)}
    assert rows["https://mill.example/story"]["is_sitewide"] is False


def test_a_copy_of_an_own_page_is_named_with_what_it_copies(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    web.link("https://copy.example/p", main=f"Read today. {BICYCLES}")
    web.link("https://rider.example/p", main=varied(BICYCLES, 1))
    rows = by_domain(measured(web, tmp_path))
    assert rows["copy.example"]["scraped_url"] == HOME
    assert rows["rider.example"]["is_scraped"] is False


def test_the_later_one_of_two_equal_texts_is_the_copy(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    web.link("https://first.example/p", main=HIKING, published_at=WHEN - timedelta(days=90))
    web.link("https://second.example/p", main=HIKING, published_at=WHEN - timedelta(days=3))
    rows = by_domain(measured(web, tmp_path))
    assert rows["second.example"]["scraped_url"] == "https://first.example/p"
    assert rows["first.example"]["is_scraped"] is False
    assert rows["first.example"]["n_text_domains"] == 1


def test_a_burst_stands_out_from_the_usual_weeks(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    for week in range(12):
        web.link(f"https://calm{week}.example/", main=varied(HIKING, week), seen=WHEN - timedelta(days=300 - 7 * week))
    for n in range(12):
        web.link(f"https://blast{n}.example/profile/x", "cheap bicycles", main=FINANCE, seen=WHEN - timedelta(days=100))
    rows = by_domain(measured(web, tmp_path))
    assert rows["blast3.example"]["n_burst_domains"] == 12
    assert rows["blast3.example"]["burst_ratio"] >= 10
    assert rows["blast3.example"]["n_anchor_burst"] == 12
    assert rows["calm3.example"]["burst_ratio"] <= 2
    assert rows["calm3.example"]["n_anchor_burst"] == 0
    assert rows["blast3.example"]["n_footprint"] >= 1
    assert rows["calm3.example"]["n_footprint"] == 0


def test_variants_of_one_money_anchor_within_a_week_are_spun(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    for n, anchor in enumerate(
        ("buy cheap bicycles", "cheap bicycles online", "best cheap bicycles", "cheap bicycles here")
    ):
        web.link(f"https://blast{n}.example/", anchor, main=varied(FINANCE, n), seen=WHEN - timedelta(days=100 + n))
    assert {row["n_spun_anchors"] for row in measured(web, tmp_path)} == {4}


def test_a_comment_is_compared_with_its_post(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    stock = "Great post, thanks for sharing! cheap bicycles"
    thought = (
        "My derailleur needed the same care after winter: wash the chain, then grease the hub and check the spokes. Ann"
    )
    web.link(
        "https://rider.example/a", "cheap bicycles", region="comment", after="",
        before="Great post, thanks for sharing!",
        comments=(stock,), rel="ugc nofollow",
    )  # fmt: skip
    web.link("https://rider.example/b", "Ann", region="comment", before="", after="", comments=(thought,))
    rows = {row["source_url"][-1]: row for row in measured(web, tmp_path)}
    assert rows["a"]["is_stock_comment"]
    assert rows["a"]["is_followed"] is False
    assert rows["b"]["is_stock_comment"] is False
    assert rows["b"]["comment_relevance"] > 0.3


def test_mutual_links_are_reciprocal(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    web.rows["links"].append({"source_url": HOME, "url": "https://friend.example/", "captured_at": WHEN})
    web.link("https://friend.example/links")
    web.link("https://rider.example/")
    rows = by_domain(measured(web, tmp_path))
    assert rows["friend.example"]["is_reciprocal"]
    assert rows["rider.example"]["is_reciprocal"] is False


def test_vendors_opinions_are_kept_apart_from_our_own_score(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    opinions = {
        "ahrefs.domain rating": "40",
        "moz.da": "60",
        "ahrefs.domain traffic": "1,200",
        "ahrefs.is spam": "true",
    }
    web.link("https://rider.example/", index={"opinions": opinions})
    row = measured(web, tmp_path)[0]
    assert (row["vendor_authority"], row["vendor_traffic"], row["vendor_spam"], row["authority"]) == (
        50.0,
        1200.0,
        1.0,
        None,
    )


def test_leads_and_own_pages_are_no_backlinks(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    web.link("https://lead.example/", state="gone", reason="link-removed", index={"is_lead": True})
    web.link("https://blog.shop.example/", "self")
    assert measured(web, tmp_path) == []


def test_the_users_word_on_a_domain_reaches_its_links(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    web.link("https://rider.example/")
    assert measured(web, tmp_path, [Label("rider.example", "good", "", "")])[0]["label"] == "good"


def test_places_count_for_a_local_business_only(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    web.link("https://rider.example/", main=BICYCLES + " We meet in Winterthur.", telephones=["+41521234567"])
    web.link("https://far.example.fr/", main=HIKING, telephones=["+33123456789"])
    web.link("https://other.example.ch/", main=FINANCE)
    web.link("https://silent.example/", main=FINANCE)
    for row in measured(web, tmp_path / "a"):
        assert (row["place_match"], row["country_match"]) == (None, None)
    local = Business(is_local=True, places=("Winterthur",), telephone="+41 52 000 00 00")
    web.config = replace(CONFIG, business=local, markets=("CH",))
    rows = measured(web, tmp_path / "b")
    found = {row["source_host"]: (row["place_match"], row["country_match"]) for row in rows}
    assert found == {
        "rider.example": (True, True), "far.example.fr": (False, False), "other.example.ch": (False, True),
        "silent.example": (False, None),
    }  # fmt: skip


def test_no_links_give_empty_tables(tmp_path: Path) -> None:
    assert measured(LinkWeb(), tmp_path) == []


def test_domains_count_their_links(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    web.link("https://rider.example/a", rel="nofollow")
    web.link("https://rider.example/b")
    web.link("https://rider.example/c", state="gone", reason="page-404", read=False)
    row = measured(web, tmp_path, table="domains")[0]
    assert (row["n_links"], row["n_live"], row["n_gone"], row["n_counting"], row["n_pages"]) == (3, 2, 1, 1, 3)
    assert row["language"] == "en"


def test_the_same_input_gives_the_same_tables(tmp_path: Path) -> None:
    web = LinkWeb()
    web.own()
    for n in range(6):
        web.link(f"https://blog{n}.example/post", main=varied(HIKING, n), owner_ids=["analytics:UA-7654-1"])
    assert measured(web, tmp_path / "a") == measured(web, tmp_path / "b")
