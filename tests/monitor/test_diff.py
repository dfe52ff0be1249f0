"""What changed between two snapshots: links won and lost, findings solved only where judged, verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from linkworthy.monitor.diff import Changes, changes
from linkworthy.questions import Answers
from linkworthy.site import Run
from tests.support.judged_links import link, run_with
from tests.support.runs import START, make_run

A, B, C, D = (f"https://{name}.example/p" for name in "abcd")


def between(before: Run, now: Run) -> Changes:
    with Answers(before) as old, Answers(now) as new:
        return changes(new, old)


def of_links(folder: Path, before: list[dict[str, Any]], now: list[dict[str, Any]]) -> Changes:
    return between(run_with(folder / "before", before), run_with(folder / "now", now))


def finding(rule: str, path: str, n: int | None = None) -> dict[str, Any]:
    return {"rule": rule, "key": f"{START}{path}", "n": n, "severity": "issue"}


def of_findings(folder: Path, before: list[Any], now: list[Any], judged: tuple[set[str], set[str]]) -> Changes:
    def run(name: str, found: list[Any], rules: set[str]) -> Run:
        states = [{"rule": rule, "state": "judged" if rule in rules else "not judged"} for rule in ("one", "two")]
        return make_run(folder / name, None, findings=found, coverage=states)

    return between(run("before", before, judged[0]), run("now", now, judged[1]))


def test_the_same_links_twice_are_no_change(tmp_path: Path) -> None:
    told = of_links(tmp_path, [link(A), link(B)], [link(A), link(B)])
    assert told.is_empty
    assert told.since


def test_a_link_that_appears_is_new_and_one_that_is_no_longer_reported_is_lost(tmp_path: Path) -> None:
    told = of_links(tmp_path, [link(A), link(B)], [link(A), link(C), link(D)])
    assert (told.n_new_links, told.n_lost_links) == (2, 1)
    assert [row["source_url"] for row in told.new_links] == [C, D]
    assert [row["source_url"] for row in told.lost_links] == [B]
    assert (told.n_new_domains, told.n_lost_domains) == (2, 1)


def test_a_link_found_gone_is_lost_and_one_that_came_back_is_new(tmp_path: Path) -> None:
    told = of_links(tmp_path, [link(A), link(B, state="gone")], [link(A, state="gone"), link(B)])
    assert [row["source_url"] for row in told.lost_links] == [A]
    assert [row["source_url"] for row in told.new_links] == [B]


def test_a_link_that_could_not_be_checked_is_not_lost(tmp_path: Path) -> None:
    told = of_links(tmp_path, [link(A), link(B)], [link(A, state="could not check"), link(B, state="not checked")])
    assert told.is_empty


def test_another_page_of_a_known_domain_is_a_new_link_and_no_new_domain(tmp_path: Path) -> None:
    told = of_links(tmp_path, [link(A)], [link(A), link(f"{A}/more")])
    assert (told.n_new_links, told.n_new_domains) == (1, 0)


def test_a_link_that_was_gone_in_both_is_no_change(tmp_path: Path) -> None:
    assert of_links(tmp_path, [link(A, state="gone")], [link(A, state="gone")]).is_empty


def test_changed_verdicts_are_named_with_before_and_now(tmp_path: Path) -> None:
    told = of_links(tmp_path, [link(A), link(B)], [link(A, verdict="act"), link(B), link(C, verdict="disavow")])
    assert [(row["source_url"], row["before"], row["now"]) for row in told.verdicts] == [(A, "keep", "act")]
    assert not told.is_empty


def test_a_finding_is_solved_where_its_rule_was_judged_again(tmp_path: Path) -> None:
    told = of_findings(tmp_path, [finding("one", "a"), finding("one", "b")], [finding("one", "b")], ({"one"}, {"one"}))
    assert told.n_solved_findings == 1
    assert told.solved_findings == [{"rule": "one", "n": 1}]
    assert told.n_new_findings == 0


def test_a_finding_whose_rule_was_not_judged_again_is_not_solved(tmp_path: Path) -> None:
    told = of_findings(tmp_path, [finding("one", "a"), finding("two", "a")], [], ({"one", "two"}, {"one"}))
    assert told.solved_findings == [{"rule": "one", "n": 1}]


def test_a_finding_whose_rule_was_not_judged_before_is_not_new(tmp_path: Path) -> None:
    found = [finding("one", "a", 0), finding("one", "a", 1), finding("two", "a")]
    told = of_findings(tmp_path, [finding("one", "a", 0)], found, ({"one"}, {"one", "two"}))
    assert told.new_findings == [{"rule": "one", "n": 1}]


def test_what_only_one_snapshot_holds_is_left_out(tmp_path: Path) -> None:
    only_links = run_with(tmp_path / "links", [link(A)])
    only_findings = make_run(tmp_path / "findings", None, findings=[finding("one", "a")], coverage=[])
    assert between(only_links, only_findings).is_empty
    assert between(only_findings, only_links).is_empty


def test_findings_on_pages_that_a_list_leaves_out_are_neither_solved_nor_new(tmp_path: Path) -> None:
    def run(name: str, paths: tuple[str, ...], found: tuple[str, ...], found_by: str) -> Run:
        return make_run(
            tmp_path / name, None, pages=[{"url": START + path, "found_by": found_by} for path in paths],
            findings=[finding("one", path) for path in found], coverage=[{"rule": "one", "state": "judged"}],
        )  # fmt: skip

    whole, few = run("whole", ("a", "b"), ("a", "b"), "link"), run("list", ("a",), (), "list")
    told, back = between(whole, few), between(few, whole)
    assert told.solved_findings == back.new_findings == [{"rule": "one", "n": 1}]
