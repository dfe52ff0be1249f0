"""What people decided about findings on real pages fits the rules, and is held against an audit without guessing."""

from __future__ import annotations

from benchmarks.quality_audit import Decision, Judged, decisions, hold, results
from linkworthy.rules import rule_named

RIGHT = Decision("wcxb", "title-missing", "issue", "https://shop.example/a", "", "right", "")
FALSE = Decision("wcxb", "out-hidden", "issue", "https://museum.example/", "", "false alarm", "a menu")


def test_each_decision_names_a_rule_and_says_why_it_is_a_false_alarm() -> None:
    said = decisions()
    assert len(said) == len({(one.corpus, *one.finding) for one in said})
    for one in said:
        assert rule_named(one.rule) is not None, one
        assert one.verdict in {"right", "false alarm"}
        assert bool(one.why) == (one.verdict == "false alarm"), one


def test_fifty_findings_of_each_severity_were_read() -> None:
    severities = [one.severity for one in decisions()]
    assert all(severities.count(name) >= 50 for name in ("issue", "warning", "opportunity", "notice"))


def test_a_false_alarm_that_is_gone_counts_as_repaired_and_a_right_finding_as_lost() -> None:
    judged = Judged(frozenset({RIGHT.finding}), frozenset({RIGHT.key}))
    by_name = {result.target_name: result for result in results(hold([RIGHT, FALSE], judged, only_pages=False), [])}
    assert by_name["false alarms, issue"].ours == 0
    assert by_name["right findings still said"].ours == 1
    turned = Judged(frozenset({FALSE.finding}), frozenset({RIGHT.key}))
    by_name = {result.target_name: result for result in results(hold([RIGHT, FALSE], turned, only_pages=False), [])}
    assert by_name["false alarms, issue"].ours == 1
    assert by_name["right findings still said"].ours == 0


def test_decisions_on_pages_that_were_not_read_again_are_left_out() -> None:
    judged = Judged(frozenset(), frozenset())
    assert hold([RIGHT, FALSE], judged, only_pages=True) == []
    manual = RIGHT._replace(key="/postgresql/gone.html")
    assert hold([manual], judged, only_pages=False) == []
