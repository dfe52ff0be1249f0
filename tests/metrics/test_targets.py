from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linkworthy.urls import link_identity
from tests.support.measured import SITE, by_path, link, measured, page, redirect


def backlink(path: str, source: str = "https://one.example/", **columns: Any) -> dict[str, Any]:
    return {"source_url": source, "target_url": SITE + path, **columns}


def check(path: str, state: str, source: str = "https://one.example/", counts: str = "yes") -> dict[str, Any]:
    return {
        "link_id": link_identity(source, SITE + path, None, "text"), "source_url": source, "target_url": SITE + path,
        "state": state, "counts": counts,
    }  # fmt: skip


def visit(path: str, n: int = 3, kind: str = "link") -> dict[str, Any]:
    return {
        "referrer_url": "https://two.example/",
        "referrer_kind": kind,
        "target_url": SITE + path,
        "status": 200,
        "n_visits": n,
    }


def test_a_linked_page_that_is_gone_is_a_target_with_its_links(tmp_path: Path) -> None:
    pages = [page("/"), page("/gone", status=410)]
    links = [backlink("/gone"), backlink("/gone", "https://one.example/b"), backlink("/gone", "https://two.example/")]
    found = by_path(measured(tmp_path, pages=pages, link_index=links), "targets")
    assert set(found) == {"/gone"}
    assert (found["/gone"]["n_links"], found["/gone"]["n_referring_domains"]) == (3, 2)
    assert (found["/gone"]["final_status"], found["/gone"]["n_hops"]) == (410, 0)
    assert found["/gone"]["n_followed_domains"] is None


def test_gone_links_leads_and_own_links_make_no_target(tmp_path: Path) -> None:
    links = [backlink("/lost"), backlink("/lead", is_lead=True), backlink("/own", "https://blog.shop.example/")]
    checks = [check("/lost", "gone")]
    run = measured(tmp_path, pages=[page("/")], link_index=links, checks=checks)
    assert by_path(run, "targets") == {}


def test_a_lead_that_was_seen_and_a_link_that_could_not_be_checked_stay(tmp_path: Path) -> None:
    links = [backlink("/lead", is_lead=True), backlink("/unsure")]
    checks = [check("/lead", "live"), check("/unsure", "could not check", counts="not known")]
    found = by_path(measured(tmp_path, pages=[page("/")], link_index=links, checks=checks), "targets")
    assert {path: row["n_followed_domains"] for path, row in found.items()} == {"/lead": 1, "/unsure": 0}


def test_visits_by_links_elsewhere_make_a_target(tmp_path: Path) -> None:
    visits = [visit("/a"), visit("/b", kind="own"), visit("/c", kind="spam"), visit("/d", n=0)]
    visits += [visit("/a", kind=kind) for kind in ("social", "assistant", "mail", "app")]
    visits += [visit(f"/{kind}", kind=kind) for kind in ("none", "local", "search", "ad")]
    found = by_path(measured(tmp_path, pages=[page("/a")], visits=visits), "targets")
    assert {path: row["n_visits"] for path, row in found.items()} == {"/a": 15}
    assert found["/a"]["n_links"] == 0


def test_what_meets_the_reader_is_that_of_the_final_page(tmp_path: Path) -> None:
    pages = [redirect("/a", "/b", 302), redirect("/b", "/c"), page("/c", is_noindex=True, ttfb_ms=900.0, n_words=12)]
    found = by_path(measured(tmp_path, pages=pages, link_index=[backlink("/a")]), "targets")["/a"]
    assert (found["status"], found["final_url"], found["final_status"], found["n_hops"]) == (302, SITE + "/c", 200, 2)
    assert (found["is_temporary"], found["is_noindex"], found["ttfb_ms"], found["n_words"]) == (True, True, 900.0, 12)


def test_a_target_that_was_not_fetched_is_not_known(tmp_path: Path) -> None:
    found = by_path(measured(tmp_path, pages=[page("/")], link_index=[backlink("/unseen")]), "targets")["/unseen"]
    assert [found[name] for name in ("status", "final_url", "n_hops", "is_to_home", "suggested_url")] == [None] * 5


SHOP = [
    page("/", title="Copper kettles and pans"),
    page("/kettles/copper-kettle-large", title="Large copper kettle"),
    page("/kettles/steel-kettle", title="Steel kettle"),
    page("/kettles/", title="Kettles"),
    page("/pans/frying-pan", title="Frying pan of iron"),
    page("/about", title="About us"),
    page("/blog/descaling", title="How to descale a kettle"),
]


@pytest.mark.parametrize(
    ("lost", "suggested"),
    [
        ("/kettles/large-copper-kettle", "/kettles/copper-kettle-large"),
        ("/products/copper-kettle-large-2019", "/kettles/copper-kettle-large"),
        ("/shop/pan-frying.php", "/pans/frying-pan"),
        ("/About.html", "/about"),
        ("/kettles/mug", "/kettles/"),
        ("/team/jobs", None),
        ("/sets/copper", "/kettles/copper-kettle-large"),
    ],
)
def test_the_nearest_page_is_suggested_and_never_the_home_page(
    tmp_path: Path, lost: str, suggested: str | None
) -> None:
    run = measured(tmp_path, pages=[*SHOP, page(lost, status=404)], link_index=[backlink(lost)])
    found = by_path(run, "targets")[lost]
    assert found["suggested_url"] == (SITE + suggested if suggested else None)
    assert (found["suggested_why"] is None) == (found["suggested_share"] is None) == (suggested is None)


def test_anchors_help_where_the_address_says_nothing(tmp_path: Path) -> None:
    pages = [*SHOP, page("/p/1871", status=404)]
    links = [
        backlink("/p/1871", anchor="frying pan of iron"),
        backlink("/p/1871", "https://two.example/", anchor="iron frying pan"),
    ]
    assert (
        by_path(measured(tmp_path, pages=pages, link_index=links), "targets")["/p/1871"]["suggested_url"]
        == SITE + "/pans/frying-pan"
    )


def test_a_chain_gets_the_one_hop_that_should_stand_there(tmp_path: Path) -> None:
    pages = [
        redirect("/a", "/b"),
        redirect("/b", "/c"),
        page("/c"),
        redirect("/once", "/c"),
        redirect("/now", "/c", 307),
    ]
    links = [backlink("/a"), backlink("/once"), backlink("/now"), backlink("/c")]
    found = by_path(measured(tmp_path, pages=pages, link_index=links), "targets")
    assert {path: row["suggested_url"] for path, row in found.items()} == {
        "/a": SITE + "/c", "/now": SITE + "/c", "/once": None, "/c": None,
    }  # fmt: skip


def test_a_deep_page_sent_home_gets_a_nearer_page(tmp_path: Path) -> None:
    pages = [*SHOP, redirect("/old/frying-pan", "/")]
    found = by_path(measured(tmp_path, pages=pages, link_index=[backlink("/old/frying-pan")]), "targets")[
        "/old/frying-pan"
    ]
    assert found["is_to_home"]
    assert found["suggested_url"] == SITE + "/pans/frying-pan"


def test_hostile_addresses_do_no_harm(tmp_path: Path) -> None:
    lost = ["/%ff%fe/%zz", "/a'b\";drop table pages", "/" + "x" * 3000, "/%00"]
    pages = [*SHOP, *(page(path, status=404) for path in lost)]
    found = by_path(measured(tmp_path, pages=pages, link_index=[backlink(path) for path in lost]), "targets")
    assert set(found) == set(lost)


def test_inlinks_of_a_target_are_counted(tmp_path: Path) -> None:
    run = measured(tmp_path, pages=[page("/"), page("/x")], links=[link("/", "/x")], link_index=[backlink("/x")])
    assert by_path(run, "targets")["/x"]["n_inlinks"] == 1
