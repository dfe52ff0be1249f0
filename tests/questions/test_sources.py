"""Questions about sources: what each covers, what two share, what one more adds, what none saw, who says what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linkworthy.errors import InputError, StageError
from linkworthy.questions import (
    Answers,
    coverage,
    disagreements,
    dispute_counts,
    gains,
    overlaps,
    unseen,
    witnesses,
)
from linkworthy.reports.witnesses import gather_witnesses
from tests.support.merging import CONFIG, TARGET, captured, day, merged, report
from tests.support.runs import make_run


def link(n: int, who: str, **more: Any) -> dict[str, Any]:
    return report(f"https://d{n}.example/post", **{"reported_by": who, "file": f"{who}.csv", "row": n, **more})


def check(n: int, state: str) -> dict[str, Any]:
    reason = None if state == "live" else "link-removed"
    return {"source_url": f"https://d{n}.example/post", "target_url": TARGET, "anchor": "red shoes", "state": state,
            "reason": reason, "counts": "yes" if state == "live" else "no"}  # fmt: skip


ROWS = [
    *(link(n, "ahrefs", first_seen_at=day(1), last_seen_at=day(9)) for n in range(10)),
    *(link(n, "majestic", is_nofollow=n == 8) for n in range(6, 14)),
    link(8, "ahrefs", is_nofollow=False, file="ahrefs-2.csv"),
    link(20, "access-log", kind="unknown", anchor=None, is_lead=True),
    report("https://d0.example/post", reported_by="verify-unused", rival_domain="rival.example", row=99),
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    run = make_run(
        tmp_path_factory.mktemp("sources"),
        observations=ROWS,
        links=[captured("https://d1.example/post")],
        checks=[check(1, "live"), check(2, "gone"), check(7, "live")],
        domain_reports=[
            {"domain": "listed.example", "host": "listed.example", "reported_by": "majestic", "file": "rd.csv"},
            {"domain": "lost.example", "host": "lost.example", "reported_by": "majestic", "file": "rd.csv",
             "lost_at": day(3)},
            {"domain": "theirs.example", "host": "theirs.example", "reported_by": "majestic", "file": "rd.csv",
             "rival_domain": "rival.example"},
        ],
    )  # fmt: skip
    merged(run)
    with Answers(run) as opened:
        yield opened


def test_coverage_counts_what_each_source_knows_and_what_it_alone_knew(answers: Answers) -> None:
    rows = {row["source"]: row for row in coverage(answers)}
    assert list(rows) == ["ahrefs", "majestic", "access-log"]
    ahrefs, majestic = rows["ahrefs"], rows["majestic"]
    assert (ahrefs["n_links"], ahrefs["n_links_alone"], ahrefs["n_domains"], ahrefs["n_domains_alone"]) == (
        10,
        6,
        10,
        6,
    )
    assert (majestic["n_links"], majestic["n_domains"], majestic["n_domains_alone"]) == (8, 10, 6)
    assert (ahrefs["n_live"], ahrefs["n_gone"], ahrefs["n_unchecked"], ahrefs["live_share"]) == (2, 1, 7, 2 / 3)
    assert (ahrefs["first_at"], ahrefs["last_at"]) == (day(1), day(9))
    assert (rows["access-log"]["n_links"], rows["access-log"]["n_leads"]) == (0, 1), "a lead is no link yet"


def test_coverage_by_file_tells_two_files_of_one_source_apart(answers: Answers) -> None:
    rows = {row["source"]: row for row in coverage(answers, "files")}
    assert (rows["ahrefs.csv"]["n_links"], rows["ahrefs-2.csv"]["n_links"], rows["ahrefs-2.csv"]["n_links_alone"]) == (
        10, 1, 0,
    )  # fmt: skip
    assert rows["rd.csv"]["n_domains"] == 2


def test_overlap_and_gain_are_counted_by_domains_and_by_links(answers: Answers) -> None:
    (pair,) = overlaps(answers)
    assert pair == {"one": "ahrefs", "other": "majestic", "n_both": 4, "one_share": 0.4, "other_share": 0.4}
    (pair,) = overlaps(answers, "links")
    assert (pair["n_both"], pair["other_share"]) == (4, 0.5)
    steps = [(row["source"], row["n_new"], row["n_known"]) for row in gains(answers)]
    assert steps == [("ahrefs", 10, 10), ("majestic", 6, 16)]
    assert gains(answers)[-1]["known_share"] == 1.0


def test_too_little_overlap_is_no_estimate_and_says_why(answers: Answers) -> None:
    said = unseen(answers)
    assert said["is_estimated"] is False
    assert "too little overlap: 4" in said["reason"]
    assert said["n_seen"] == 14, "what is gone or lost does not stand any more"


def test_two_sources_with_enough_overlap_are_estimated_with_limits(tmp_path: Path) -> None:
    rows = [*(link(n, "ahrefs") for n in range(60)), *(link(n, "majestic") for n in range(30, 90))]
    run = make_run(tmp_path, observations=rows)
    merged(run)
    with Answers(run) as opened:
        said = unseen(opened)
    assert said["n_total"] == round(61 * 61 / 31 - 1)
    assert said["low"] < said["n_total"] < said["high"]
    assert said["n_unseen"] == said["n_total"] - 90
    assert len(said["limits"]) >= 4


def test_contradictions_are_counted_by_pair_and_open_into_rows(answers: Answers) -> None:
    counts = dispute_counts(answers)
    assert [(row["about"], row["one"], row["other"], row["n"]) for row in counts] == [
        ("follow", "ahrefs", "majestic", 1)
    ]
    rows = disagreements(answers, about="follow", source="majestic").to_pylist()
    assert [row["source_domain"] for row in rows] == ["d8.example"]
    assert disagreements(answers, source="access-log").num_rows == 0
    with pytest.raises(InputError, match="about"):
        disagreements(answers, about="weather")


def test_one_link_shows_every_sources_word_side_by_side(answers: Answers) -> None:
    (found,) = witnesses(answers, CONFIG, "https://d8.example/post")
    words = {(word["reported_by"], word["file"]): word for word in found["words"]}
    assert words["majestic", "majestic.csv"]["is_nofollow"] is True
    assert words["majestic", "majestic.csv"]["disputes"] == ["follow"]
    assert words["ahrefs", "ahrefs-2.csv"]["disputes"] == ["follow"]
    assert words["ahrefs", "ahrefs.csv"]["disputes"] == []
    assert witnesses(answers, CONFIG, found["link_id"]) == [found]
    with pytest.raises(InputError, match="no link"):
        witnesses(answers, CONFIG, "https://nowhere.example/")


def test_questions_about_sources_ask_for_the_merge_first(tmp_path: Path) -> None:
    with Answers(make_run(tmp_path)) as opened, pytest.raises(StageError, match="link_index"):
        coverage(opened)


def test_the_report_gets_a_matrix_and_the_rows_behind_contradictions(answers: Answers) -> None:
    shown = gather_witnesses(answers)
    assert shown is not None
    assert [(row["source"], row["cells"]) for row in shown.matrix] == [
        ("ahrefs", [(10, 10), (4, 4)]),
        ("majestic", [(4, 4), (10, 8)]),
    ]
    assert [(d["about"], d["n"], len(d["rows"])) for d in shown.disputes] == [("follow", 1, 1)]
