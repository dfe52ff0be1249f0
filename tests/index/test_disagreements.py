"""Where sources contradict each other: each contradiction is a row, with the rows behind either word."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linkworthy import urls
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.index.merge import merge_index
from linkworthy.index.witnesses import spoken_of
from tests.support.merging import CONFIG, PAGE, TARGET, captured, day, merged, report, rows_of
from tests.support.runs import make_run

OTHER: dict[str, Any] = {"reported_by": "majestic", "file": "b.csv", "row": 7}


def disputes(tmp_path: Path, *rows: dict[str, Any], **tables: Any) -> list[dict[str, Any]]:
    run = make_run(tmp_path, observations=rows, **tables)
    merged(run)
    return rows_of(run, "disagreements")


def test_live_and_lost_are_a_disagreement_with_both_rows_behind_it(tmp_path: Path) -> None:
    lost = report(state="lost", lost_at=day(8))
    (row,) = disputes(tmp_path, lost, report(state="live", last_seen_at=day(9), **OTHER))
    assert row == {
        "about": "state", "link_id": urls.link_identity(PAGE, TARGET, "red shoes", "text"),
        "other_link_id": urls.link_identity(PAGE, TARGET, "red shoes", "text"), "source_url": PAGE,
        "source_domain": "other.example", "target_url": TARGET, "one": "ahrefs", "other": "majestic",
        "one_says": "lost", "other_says": "live", "one_at": day(8), "other_at": day(9), "one_file": "a.csv",
        "one_row": 1, "other_file": "b.csv", "other_row": 7,
    }  # fmt: skip


def test_the_newest_word_of_each_source_counts(tmp_path: Path) -> None:
    rows = [
        report(state="live", last_seen_at=day(1)),
        report(state="lost", last_seen_at=day(5), row=2),
        report(state="lost", last_seen_at=day(4), **OTHER),
    ]
    assert disputes(tmp_path / "a", *rows) == []
    live = report(state="live", reported_by="semrush", row=3)
    assert {row["other_says"] for row in disputes(tmp_path / "b", *rows, live)} == {"live"}


def test_two_that_agree_and_one_that_contradicts_are_two_pairs(tmp_path: Path) -> None:
    rows = [report(state="lost"), report(state="lost", **OTHER), report(state="live", reported_by="semrush", row=3)]
    found = disputes(tmp_path, *rows)
    assert [(row["one"], row["other"]) for row in found] == [("ahrefs", "semrush"), ("majestic", "semrush")]


def test_followed_and_nofollow_are_a_disagreement(tmp_path: Path) -> None:
    (row,) = disputes(tmp_path / "a", report(is_nofollow=False), report(is_nofollow=True, **OTHER))
    assert (row["about"], row["one_says"], row["other_says"]) == ("follow", "followed", "nofollow")
    (row,) = disputes(tmp_path / "b", report(is_nofollow=False), links=[captured(is_nofollow=True)])
    assert (row["one"], row["other"], row["other_file"]) == ("ahrefs", "verify", None)
    silent = disputes(tmp_path / "c", report(is_nofollow=False), report(**OTHER))
    assert silent == [], "who does not say contradicts nobody"
    ugc = report(is_nofollow=False, is_ugc=True, **OTHER)
    assert disputes(tmp_path / "d", report(is_nofollow=True), ugc) == [], "either way it is not followed"


def test_another_anchor_is_a_disagreement_unless_one_source_knows_both(tmp_path: Path) -> None:
    (row,) = disputes(tmp_path / "a", report(), report(anchor="Shop", **OTHER))
    assert (row["about"], row["one_says"], row["other_says"]) == ("anchor", "red shoes", "Shop")
    assert row["link_id"] != row["other_link_id"]
    both = [report(), report(anchor="Shop", row=2), report(anchor="Shop", **OTHER)]
    assert disputes(tmp_path / "b", *both) == []


def test_another_kind_and_another_target_are_disagreements(tmp_path: Path) -> None:
    (row,) = disputes(tmp_path / "a", report(), report(kind="image", **OTHER))
    assert (row["about"], row["one_says"], row["other_says"]) == ("kind", "text", "image")
    elsewhere = "https://shop.example/hats"
    (row,) = disputes(tmp_path / "b", report(), report(target=elsewhere, **OTHER))
    assert (row["about"], row["one_says"], row["other_says"]) == ("target", TARGET, elsewhere)


@pytest.mark.parametrize(
    ("dates", "says"),
    [
        ({"first_seen_at": day(9), "last_seen_at": day(3)}, "last seen 2026-05-03, before first seen 2026-05-09"),
        ({"first_seen_at": day(9), "lost_at": day(3)}, "lost 2026-05-03, before first seen 2026-05-09"),
        ({"last_seen_at": datetime(2027, 1, 1, tzinfo=UTC)}, "dated 2027-01-01, after it was read on 2026-11-22"),
    ],
)
def test_dates_that_cannot_be_are_shown(tmp_path: Path, dates: dict[str, Any], says: str) -> None:
    (row,) = disputes(tmp_path, report(**dates), imports=[{"file": "a.csv"}])
    assert (row["about"], row["one"], row["other"], row["one_says"]) == ("date", "ahrefs", None, says)


def test_dates_of_one_day_are_in_order_whatever_their_hours(tmp_path: Path) -> None:
    late = datetime(2026, 5, 3, 17, tzinfo=UTC)
    assert disputes(tmp_path, report(first_seen_at=late, last_seen_at=day(3)), imports=[{"file": "a.csv"}]) == []


def test_a_page_alone_and_a_lead_contradict_no_anchor(tmp_path: Path) -> None:
    lead = report(anchor=None, kind="unknown", is_lead=True, reported_by="access-log", row=2)
    page = report(target=None, anchor=None, kind="unknown", reported_by="search-console", row=3)
    assert disputes(tmp_path, report(), lead, page) == []


def test_disagreements_do_not_depend_on_shares(tmp_path: Path) -> None:
    rows = [
        report(
            f"https://s{n % 7}.example/", anchor=f"a{n % 3}", reported_by=f"tool{n % 4}", row=n, is_nofollow=n % 2 == 0
        )
        for n in range(60)
    ]  # fmt: skip
    run = make_run(tmp_path, observations=rows)
    merged(run)
    whole = rows_of(run, "disagreements")
    merge_index(run, CONFIG, Embedded(workers=1), SILENT, share_rows=5)
    assert len(whole) > 10
    assert sorted(rows_of(run, "disagreements"), key=str) == sorted(whole, key=str)


def test_every_row_that_speaks_of_a_link_is_told_with_how_it_joined(tmp_path: Path) -> None:
    rows = [
        report("http://blog.other.example/post?utm_source=x", opinions=[("dr", "40")], last_seen_at=day(9)),
        report(anchor=None, kind="unknown", reported_by="access-log", is_lead=True, file="b", row=2, n_visits=3),
        report(target=None, anchor=None, kind="unknown", reported_by="search-console", file="c", row=3),
        report(kind="unknown", reported_by="list", file="d", row=4),
        report("https://elsewhere.example/", row=5),
    ]
    run = make_run(tmp_path, observations=rows, links=[captured()])
    (link,) = [row for row in merged(run) if row["source_domain"] == "other.example"]
    with Embedded(workers=1).connect(run.tables()) as db:
        told = spoken_of(db, CONFIG, [PAGE])
    assert list(told) == [link["link_id"]]
    how = {word["reported_by"]: word["joined_by"] for word in told[link["link_id"]]}
    assert how == {
        "verify": "names the link", "ahrefs": "names the link", "access-log": "does not say the anchor",
        "search-console": "names the linking page alone", "list": "does not say the kind",
    }  # fmt: skip
    (ours,) = [word for word in told[link["link_id"]] if word["reported_by"] == "ahrefs"]
    assert (ours["file"], ours["row"], ours["opinions"]) == ("a.csv", 1, {"ahrefs.dr": "40"})
