from __future__ import annotations

from pathlib import Path

from tests.support.measured import SITE, by_path, link, measured, page, redirect


def test_a_chain_of_two_is_followed_to_its_end(tmp_path: Path) -> None:
    run = measured(tmp_path, pages=[page("/"), redirect("/a", "/b"), redirect("/b", "/c"), page("/c")])
    found = by_path(run, "redirects")
    assert found["/a"]["urls"] == [SITE + "/a", SITE + "/b", SITE + "/c"]
    assert (found["/a"]["n_hops"], found["/a"]["final_status"]) == (2, 200)
    assert found["/a"]["statuses"] == ["301", "301", "200"]
    assert found["/b"]["n_hops"] == 1
    assert not found["/a"]["is_loop"]


def test_a_loop_ends_where_a_url_comes_twice(tmp_path: Path) -> None:
    run = measured(
        tmp_path, pages=[redirect("/a", "/b"), redirect("/b", "/c"), redirect("/c", "/b"), redirect("/s", "/s")]
    )
    found = by_path(run, "redirects")
    assert found["/a"]["urls"] == [SITE + path for path in ("/a", "/b", "/c", "/b")]
    assert all(row["is_loop"] and row["final_status"] is None for row in found.values())
    assert found["/s"]["n_hops"] == 1


def test_a_chain_longer_than_the_limit_is_cut(tmp_path: Path) -> None:
    pages = [redirect(f"/{n}", f"/{n + 1}") for n in range(30)]
    found = by_path(measured(tmp_path, pages=pages), "redirects")
    assert found["/0"]["n_hops"] == 20
    assert not found["/0"]["is_loop"]


def test_temporary_downgrade_offsite_and_home_are_told(tmp_path: Path) -> None:
    pages = [
        page("/"),
        redirect("/temporary", "/page", 302),
        redirect("/see-other", "/page", 303),
        redirect("/for-good", "/page", 308),
        page("/page"),
        redirect("/down", "http://shop.example/page"),
        redirect("/away", "https://elsewhere.example/x"),
        redirect("/deep/down", "/"),
        redirect("/index.html", "/"),
    ]
    found = by_path(measured(tmp_path, pages=pages), "redirects")
    assert [path for path, row in found.items() if row["is_temporary"]] == ["/see-other", "/temporary"]
    assert [path for path, row in found.items() if row["is_downgrade"]] == ["/down"]
    assert [path for path, row in found.items() if row["is_offsite"]] == ["/away"]
    assert [path for path, row in found.items() if row["is_to_home"]] == ["/deep/down"]


def test_the_start_page_may_redirect_itself(tmp_path: Path) -> None:
    pages = [redirect("/", "/en/"), page("/en/"), redirect("/old", "/en/"), redirect("/en", "/en/")]
    found = by_path(measured(tmp_path, pages=pages), "redirects")
    assert [path for path, row in found.items() if row["is_to_home"]] == ["/old"]


def test_kinds_of_hops_are_kept_and_a_reload_is_no_redirect(tmp_path: Path) -> None:
    pages = [
        redirect("/a", "/b"),
        page("/b", redirect_url=SITE + "/c", redirect_kind="meta-refresh"),
        page("/c", redirect_url=SITE + "/c", redirect_kind="meta-refresh"),
    ]
    found = by_path(measured(tmp_path, pages=pages), "redirects")
    assert found["/a"]["kinds"] == ["http", "meta-refresh"]
    assert "/c" not in found


def test_hops_tell_what_pages_do_not(tmp_path: Path) -> None:
    hops = [
        {
            "url": SITE + "/a",
            "n": 0,
            "hop_url": SITE + "/a",
            "status": 301,
            "location": "https://b.example/",
            "kind": "http",
        },
        {"url": SITE + "/a", "n": 1, "hop_url": "https://b.example/", "status": 410},
    ]
    found = by_path(measured(tmp_path, pages=[redirect("/a", "https://b.example/")], hops=hops), "redirects")
    assert (found["/a"]["final_status"], found["/a"]["n_hops"]) == (410, 1)


def test_links_into_a_chain_are_counted_at_every_url_of_it(tmp_path: Path) -> None:
    pages = [page("/"), page("/x"), redirect("/a", "/b"), redirect("/b", "/c"), page("/c")]
    links = [link("/", "/a"), link("/", "/a"), link("/x", "/b")]
    backlinks = [{"source_url": "https://one.example/", "target_url": SITE + "/a"}]
    run = measured(tmp_path, pages=pages, links=links, link_index=backlinks)
    found = by_path(run, "redirects")
    assert (found["/a"]["n_inlinks"], found["/b"]["n_inlinks"]) == (2, 3)
    assert found["/b"]["linked_from"] == [SITE + "/", SITE + "/x"]
    assert found["/b"]["n_backlinks"] == found["/b"]["n_referring_domains"] == 1
    metrics = by_path(run, "page_metrics")
    assert (metrics["/c"]["n_inlinks"], metrics["/c"]["n_inlinking_pages"], metrics["/c"]["n_backlinks"]) == (3, 2, 1)


def test_without_link_data_the_number_of_backlinks_is_not_known(tmp_path: Path) -> None:
    run = measured(tmp_path, pages=[redirect("/a", "/b"), page("/b")])
    assert by_path(run, "redirects")["/a"]["n_backlinks"] is None
    assert by_path(run, "page_metrics")["/b"]["n_backlinks"] is None
