from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy import urls
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.index.keys import folded, identities, page_keys
from linkworthy.index.merge import merge_index
from tests.support.merging import CONFIG, PAGE, TARGET, captured, day, merged, report
from tests.support.runs import make_run


def test_two_reports_of_one_link_become_one_row(tmp_path: Path) -> None:
    run = make_run(
        tmp_path,
        observations=[
            report(first_seen_at=day(1), last_seen_at=day(9)),
            report(
                "http://blog.other.example/post?utm_source=x", anchor="Red  Shoes", reported_by="list", file="b.csv",
                first_seen_at=day(3), last_seen_at=day(12),
            ),
        ],
    )  # fmt: skip
    (row,) = merged(run)
    assert row["link_id"] == urls.link_identity(PAGE, TARGET, "red shoes", "text")
    assert (row["source_url"], row["source_host"], row["source_domain"]) == (
        PAGE,
        "blog.other.example",
        "other.example",
    )
    assert (row["reported_by"], row["n_reports"]) == (["ahrefs", "list"], 2)
    assert (row["first_seen_at"], row["last_seen_at"]) == (day(1), day(12))
    assert row["n_occurrences"] is None


def test_another_anchor_or_target_is_another_link(tmp_path: Path) -> None:
    run = make_run(
        tmp_path,
        observations=[report(), report(anchor="shop", row=2), report(target="https://shop.example/hats", row=3)],
    )
    assert len(merged(run)) == 3


def test_a_report_of_the_page_alone_stays_until_a_link_is_known(tmp_path: Path) -> None:
    lone = report(target=None, anchor=None, kind="unknown", reported_by="search-console", last_seen_at=day(2))
    (row,) = merged(make_run(tmp_path / "a", observations=[lone]))
    assert (row["target_url"], row["anchor"], row["kind"], row["reported_by"]) == (
        None,
        None,
        "unknown",
        ["search-console"],
    )
    rows = merged(make_run(tmp_path / "b", observations=[lone], links=[captured(), captured(anchor="shop", n=1)]))
    assert [row["anchor"] for row in rows] == ["red shoes", "shop"]
    assert all(row["reported_by"] == ["search-console", "verify"] and row["n_reports"] == 1 for row in rows)
    assert all(row["first_seen_at"] == day(2) for row in rows)


def test_an_unknown_anchor_joins_the_link_of_the_same_source_and_target(tmp_path: Path) -> None:
    lead = report(anchor=None, kind="unknown", reported_by="access-log", is_lead=True, n_visits=7, row=2)
    (row,) = merged(make_run(tmp_path / "a", observations=[report(), lead]))
    assert (row["anchor"], row["kind"], row["n_visits"], row["is_lead"]) == ("red shoes", "text", 7, False)
    two = merged(make_run(tmp_path / "b", observations=[report(), report(anchor="shop", row=3), lead]))
    assert sum(row["n_visits"] or 0 for row in two) == 7
    (alone,) = merged(make_run(tmp_path / "c", observations=[lead]))
    assert (alone["is_lead"], alone["anchor"], alone["target_url"]) == (True, None, TARGET)


def test_an_unknown_kind_joins_the_known_kind(tmp_path: Path) -> None:
    run = make_run(tmp_path, observations=[report(kind="unknown", reported_by="list"), report(kind="image", row=2)])
    (row,) = merged(run)
    assert (row["kind"], row["reported_by"]) == ("image", ["ahrefs", "list"])


def test_a_redirect_is_a_link_of_its_own(tmp_path: Path) -> None:
    run = make_run(tmp_path, observations=[report(), report(anchor=None, kind="redirect", row=2)])
    assert sorted(row["kind"] for row in merged(run)) == ["redirect", "text"]


def test_the_newest_capture_wins_for_flags_and_occurrences(tmp_path: Path) -> None:
    run = make_run(
        tmp_path,
        observations=[report(is_nofollow=False, last_seen_at=day(25))],
        links=[
            captured(captured_at=day(10), is_nofollow=False, capture="old.warc"),
            captured(captured_at=day(20), is_nofollow=True),
            captured(captured_at=day(20), is_nofollow=True, n=2),
        ],
    )
    (row,) = merged(run)
    assert (row["is_nofollow"], row["n_occurrences"]) == (True, 2)
    assert row["reported_by"] == ["ahrefs", "verify"]


def test_a_link_that_the_newest_capture_lacks_occurs_no_time(tmp_path: Path) -> None:
    elsewhere = captured(url="https://elsewhere.example/", anchor="x", captured_at=day(21), n=1)
    (row,) = merged(make_run(tmp_path / "a", links=[captured(captured_at=day(10)), elsewhere]))
    assert row["n_occurrences"] == 0
    (row,) = merged(make_run(tmp_path / "b", observations=[report()], links=[elsewhere]))
    assert (row["n_occurrences"], row["anchor"]) == (0, "red shoes")


def test_own_links_and_links_to_others_are_no_backlinks(tmp_path: Path) -> None:
    run = make_run(
        tmp_path,
        links=[
            captured(source="https://shop.example/a", capture="crawl"),
            captured(source="https://shop.example/a", url="https://elsewhere.example/", capture="crawl", n=1),
        ],
    )
    assert merged(run) == []
    assert run.has("link_index")


def test_sources_that_contradict_each_other_are_a_dispute(tmp_path: Path) -> None:
    lost = report(state="lost", lost_at=day(8))
    (row,) = merged(make_run(tmp_path / "a", observations=[lost, report(state="live", reported_by="list", row=2)]))
    assert (row["is_disputed"], row["lost_at"]) == (True, day(8))
    (row,) = merged(make_run(tmp_path / "b", observations=[lost, report(state="live", row=2)]))
    assert row["is_disputed"] is False
    (row,) = merged(make_run(tmp_path / "c", observations=[lost], links=[captured()]))
    assert row["is_disputed"] is True


def test_opinions_carry_their_source_and_the_newest_row_speaks(tmp_path: Path) -> None:
    run = make_run(
        tmp_path,
        observations=[
            report(opinions=[("domain rating", "40")], last_seen_at=day(1)),
            report(opinions=[("domain rating", "55"), ("ur", "4.9")], last_seen_at=day(9), row=2),
            report(opinions=[("authority", "7")], reported_by="list", row=3),
        ],
    )
    (row,) = merged(run)
    assert dict(row["opinions"]) == {"ahrefs.domain rating": "55", "ahrefs.ur": "4.9", "list.authority": "7"}


def test_the_commonest_spelling_of_an_anchor_is_shown(tmp_path: Path) -> None:
    anchors = ["Red Shoes", "red shoes", "Red Shoes", "RED SHOES"]
    run = make_run(tmp_path, observations=[report(anchor=a, row=n) for n, a in enumerate(anchors)])
    (row,) = merged(run)
    assert (row["anchor"], row["n_reports"]) == ("Red Shoes", 4)


def test_merging_again_gives_the_same_table(tmp_path: Path) -> None:
    rows = [report(f"https://s{n % 5}.example/{n % 3}", anchor=f"a{n % 2}", row=n, kind="text") for n in range(30)]
    run = make_run(tmp_path, observations=rows)
    first = merged(run)
    assert first == merged(run)
    assert first == sorted(first, key=lambda row: (row["target_url"], row["source_url"], row["anchor"]))
    assert len({row["link_id"] for row in first}) == len(first)


@pytest.mark.parametrize("share_rows", [1, 4, 7])
def test_shares_of_any_size_give_the_same_links(tmp_path: Path, share_rows: int) -> None:
    rows = [
        report(
            f"http{'s' * (n % 2)}://s{n % 3}.example/{n % 5}{'?utm_source=x' * (n % 4 == 1)}", anchor=f"a{n % 2}",
            target=TARGET if n % 6 else None, row=n, opinions=[("rank", str(n))], reported_by=f"tool{n % 3}",
        )
        for n in range(60)
    ]  # fmt: skip
    run = make_run(tmp_path, observations=rows, links=[captured("https://s1.example/1", anchor="A0")])
    whole = merged(run)
    merge_index(run, CONFIG, Embedded(workers=1), SILENT, share_rows=share_rows)
    parts = [pq.read_table(path).to_pylist() for path in run.files("link_index")]
    assert len(parts) > 2
    assert sorted((row for part in parts for row in part), key=str) == sorted(whole, key=str)


def test_a_page_without_any_report_gives_an_empty_index(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    assert merged(run) == []


URLS = st.sampled_from(
    [
        "https://a.example/",
        "http://a.example/x?utm_source=1&b=2",
        "https://a.example/?GCLID=1",
        "https://b.example/?a=1&fbclid=2&c",
        "http://b.example/%7eA%c3%A9?x=%41&utm_source=%20",
        "https://b.example/x?",
    ]
)


@pytest.mark.filterwarnings("ignore")
@given(st.lists(st.tuples(URLS, URLS | st.none(), st.text() | st.none(), st.sampled_from(["text", "image"]))))
def test_keys_of_columns_are_those_of_single_links(links: list[tuple[str, str | None, str | None, str]]) -> None:
    import pyarrow as pa

    columns = [pa.array(column, pa.string()) for column in zip(*links, strict=True)] or [pa.array([], pa.string())] * 4
    got = identities(page_keys(columns[0]), page_keys(columns[1]), folded(columns[2]), columns[3])
    assert got.to_pylist() == [urls.link_identity(s, t or "", a, k) for s, t, a, k in links]
