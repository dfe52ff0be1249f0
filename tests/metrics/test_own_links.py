from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.metrics import own_link_kernels as kernels
from tests.support.measured import SITE, by_path, link, measured, page, redirect

N_PAGES, N_URLS = 5, 8
Link = tuple[int, int, int]
LINK = st.tuples(st.integers(0, N_PAGES - 1), st.integers(0, N_URLS - 1), st.sampled_from([0, 1, 2, 4, 5, 6, 10, 14]))
LEADS = st.dictionaries(st.integers(0, N_URLS - 1), st.sets(st.integers(0, N_URLS - 1)), max_size=3)


def grouped(links: list[Link]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    sources, targets = (np.array([link[place] for link in links], np.int32) for place in (0, 1))
    flags = np.array([link[2] for link in links], np.uint8)
    firsts = np.zeros(N_PAGES + 1, np.int64)
    np.cumsum(np.bincount(sources, minlength=N_PAGES), out=firsts[1:])
    by_page, flags_by_page = np.empty_like(targets), np.empty_like(flags)
    kernels.group(sources, targets, flags, firsts[:-1].copy(), by_page, flags_by_page)
    return firsts, by_page, flags_by_page


@given(st.lists(LINK, max_size=30), LEADS, st.lists(st.booleans(), min_size=2 * N_URLS, max_size=2 * N_URLS))
def test_links_are_counted_as_sets_of_pages_would_be(
    links: list[Link], leads: dict[int, set[int]], marks: list[bool]
) -> None:
    others = {url: sorted(leads.get(url, set()) - {url}) for url in range(N_URLS)}
    lead_firsts = np.cumsum([0, *(len(others[url]) for url in range(N_URLS))])
    flat = np.array([other for url in range(N_URLS) for other in others[url]], np.int32)
    chain = np.array([sorted(leads).index(url) if url in leads else -1 for url in range(N_URLS)], np.int32)
    is_error, is_indexable = np.array(marks[:N_URLS]), np.array(marks[N_URLS:])
    out, into = np.zeros((N_PAGES, 6), np.int32), np.zeros((N_URLS, 5), np.int32)
    listed = np.full((len(leads), 3), -1, np.int32)
    room, n_listed = np.zeros((3, N_URLS), np.int32), np.zeros(len(leads), np.int32)
    kernels.count_out(*grouped(links), is_error, chain, room[0], out)
    kernels.count_into(
        *grouped(links), lead_firsts, flat, chain, is_indexable, room[1], room[2], into, n_listed, listed
    )
    for mine in range(N_PAGES):
        held = [(target, flag) for source, target, flag in links if source == mine]
        away = [(target, flag) for target, flag in held if target != mine]
        assert out[mine].tolist() == [
            sum(bool(is_error[target]) and target not in leads for target, _ in held),
            sum(target in leads for target, _ in held),
            sum(flag & 1 for _, flag in away),
            sum(flag >> 1 & 1 for _, flag in away),
            len({target for target, flag in away if flag & 4}),
            any(flag & 8 for _, flag in away),
        ]
    for url in range(N_URLS):
        met = [(source, flag) for source, target, flag in links if url == target or url in others[target]]
        assert into[url].tolist() == [
            len(met),
            sum(flag >> 1 & 1 for _, flag in met),
            len({source for source, _ in met} - {url}),
            len({source for source, flag in met if flag & 4} - {url}),
            len({source for source, _ in met if is_indexable[source]} - {url}),
        ]
        if url in leads:
            assert [one for one in listed[chain[url]] if one >= 0] == sorted({source for source, _ in met})[:3]


@given(st.lists(LINK, max_size=30), st.sets(st.integers(0, N_URLS - 1), min_size=1))
def test_edges_are_the_followed_links_between_nodes_by_their_targets(links: list[Link], nodes: set[int]) -> None:
    numbers = {url: n for n, url in enumerate(sorted(nodes))}
    node = np.array([numbers.get(url, -1) for url in range(N_URLS)], np.int32)
    moved = np.full(N_PAGES, -1, np.int32)
    moved[0] = numbers[max(nodes)] if max(nodes) != 0 else -2  # page 0 redirects: none of its links count
    kept = [(0, max(nodes), 2)] if 0 in nodes and moved[0] >= 0 else []
    kept += [one for one in links if one[0] > 0 and {one[0], one[1]} <= nodes and one[0] != one[1]]
    n_in, out = np.zeros(len(nodes), np.int64), np.zeros(len(nodes))
    given_links = (*grouped(links), node, moved)
    kernels.count_edges(*given_links, n_in, out)
    assert out.tolist() == [sum(source == url for source, _, _ in kept) for url in sorted(nodes)]
    firsts = np.concatenate(([0], np.cumsum(n_in)))
    sources, weights = np.zeros(firsts[-1], np.int32), np.zeros(firsts[-1], np.uint16)
    kernels.list_edges(*given_links, firsts[:-1].copy(), sources, weights)
    found = [
        (int(sources[i]), target, int(weights[i]))
        for target in range(len(nodes))
        for i in range(firsts[target], firsts[target + 1])
    ]
    wanted = Counter((numbers[source], numbers[target]) for source, target, flag in kept if flag & 2)
    assert found == [(*pair, n) for pair, n in sorted(wanted.items(), key=lambda item: item[0][::-1])]


def test_repeats_count_and_the_page_itself_is_no_inlinking_page(tmp_path: Path) -> None:
    links = [link("/", "/x"), link("/", "/x"), link("/a", "/x", is_nofollow=True), link("/x", "/x")]
    found = by_path(measured(tmp_path, pages=[page("/"), page("/a"), page("/x")], links=links), "page_metrics")["/x"]
    assert (found["n_inlinks"], found["n_inlinking_pages"], found["n_followed_inlinks"]) == (4, 2, 3)


def test_nofollow_of_the_whole_page_counts_as_well(tmp_path: Path) -> None:
    pages = [page("/", is_nofollow=True), page("/x")]
    found = by_path(measured(tmp_path, pages=pages, links=[link("/", "/x")]), "page_metrics")["/x"]
    assert (found["n_inlinks"], found["n_followed_inlinks"]) == (1, 0)


def test_links_that_lead_astray_are_counted_on_their_page(tmp_path: Path) -> None:
    pages = [
        page("/"),
        page("/gone", status=404),
        redirect("/moved", "/gone"),
        {"url": SITE + "/dead", "state": "failed"},
    ]
    links = [link("/", "/gone"), link("/", "/moved"), link("/", "/dead"), link("/", "/never-fetched"), link("/", "/")]
    found = by_path(measured(tmp_path, pages=pages, links=links), "page_metrics")["/"]
    assert (found["n_links_to_errors"], found["n_links_to_redirects"]) == (2, 1)


def test_only_the_newest_capture_of_a_page_counts(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    links = [
        link("/", "/x", captured_at=old, capture="a.warc.gz"),
        link("/", "/y", captured_at=old, capture="a.warc.gz"),
        link("/", "/x", captured_at=new, capture="crawl"),
    ]
    found = by_path(measured(tmp_path, pages=[page("/"), page("/x"), page("/y")], links=links), "page_metrics")
    assert (found["/x"]["n_inlinks"], found["/y"]["n_inlinks"]) == (1, 0)


def test_a_redirect_is_listed_with_the_pages_that_link_to_it_or_to_what_leads_there(tmp_path: Path) -> None:
    pages = [page("/"), page("/b"), page("/c"), redirect("/old", "/older"), redirect("/older", "/c")]
    links = [link("/b", "/older"), link("/", "/old"), link("/b", "/old"), link("/", "/elsewhere")]
    run = measured(tmp_path, pages=pages, links=links)
    found = by_path(run, "redirects")
    assert found["/older"]["linked_from"] == [SITE + "/", SITE + "/b"]
    assert (found["/older"]["n_inlinks"], found["/old"]["n_inlinks"]) == (3, 2)
    metrics = by_path(run, "page_metrics")
    assert (metrics["/c"]["n_inlinks"], metrics["/c"]["n_inlinking_pages"]) == (3, 2)


def test_a_link_to_the_index_of_a_folder_above_leads_above(tmp_path: Path) -> None:
    leads = {
        "/a/folder": ("/a/", True),
        "/a/file": ("/a/index.html", True),
        "/a/name": ("/a", False),
        "/a/other": ("/c/", False),
        "/a/": ("/a/", False),
        "/a/unread": ("/never/", False),
        "/never/read": ("/never/", True),
    }
    pages = [page(path) for path in (*leads, "/a/index.html", "/c/", "/a")]
    links = [link(source, target) for source, (target, _) in leads.items()]
    found = by_path(measured(tmp_path, pages=pages, links=links), "page_parts")
    assert {source: found[source]["links_above"] for source in leads} == {
        source: is_above for source, (_, is_above) in leads.items()
    }


def test_the_sitemap_is_not_known_where_none_was_read(tmp_path: Path) -> None:
    found = by_path(measured(tmp_path, pages=[page("/")], sitemap_urls=[]), "page_metrics")
    assert found["/"]["in_sitemap"] is None


def test_the_sitemap_names_some_pages(tmp_path: Path) -> None:
    named = [{"sitemap_url": SITE + "/sitemap.xml", "url": SITE + "/x"}]
    found = by_path(measured(tmp_path, pages=[page("/"), page("/x")], sitemap_urls=named), "page_metrics")
    assert (found["/"]["in_sitemap"], found["/x"]["in_sitemap"]) == (False, True)
