from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from linkworthy.errors import InputError
from linkworthy.reports.gate import Gate, decide, read_baseline, read_gate, write_baseline
from linkworthy.reports.gate_formats import junit, markdown, sarif
from linkworthy.rules import RULES

URL = "https://shop.example/"


def finding(rule: str, key: str, severity: str = "issue", n: int | None = None, value: float = 0.0) -> dict[str, Any]:
    return {"rule": rule, "key": key, "n": n, "severity": severity, "value": value}


FOUND = [
    finding("title-missing", URL + "a"),
    finding("title-missing", URL + "b"),
    finding("desc-missing", URL + "a|b", "opportunity"),
]
COVERAGE = [
    {"rule": "title-missing", "state": "judged", "needs": None},
    {"rule": "desc-missing", "state": "judged", "needs": None},
    {"rule": "cwv-lcp", "state": "not judged", "needs": "a browser"},
]


def test_a_severity_stands_for_all_that_are_worse() -> None:
    gate = read_gate(["warning"], [], RULES)
    assert gate.fail_on == {"issue", "warning"}
    assert decide(FOUND, gate, {}).failures == ("title-missing: 2 new findings (issue)",)
    assert decide(FOUND[2:], gate, {}).failures == ()
    assert decide(FOUND[2:], read_gate(["desc-missing"], [], RULES), {}).failed_rules == {"desc-missing"}


def test_a_budget_counts_old_findings_too() -> None:
    known = {("title-missing", URL + "a"): 1, ("title-missing", URL + "b"): 1}
    assert decide(FOUND, read_gate([], ["title-missing=2", "issue=2"], RULES), known).failures == ()
    assert decide(FOUND, read_gate([], ["issue=1"], RULES), known).failures == ("issue: 2 findings, 1 allowed",)


def test_what_a_baseline_holds_is_known_and_one_more_of_it_is_new(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "known.json"
    links = [finding("resp-link-to-4xx", URL, n=n) for n in (3, 9)]
    write_baseline(path, links)
    moved = [finding("resp-link-to-4xx", URL, n=n) for n in (4, 10, 11)]
    verdict = decide(moved, Gate(frozenset({"issue"})), read_baseline(path))
    assert (verdict.n_known, [found["n"] for found in verdict.new]) == (2, [11])
    assert verdict.failures == ("resp-link-to-4xx: 1 new finding (issue)",)
    write_baseline(path, links[::-1])
    assert decide(links, Gate(frozenset({"issue"})), read_baseline(path)).failures == ()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version": 2, "findings": {}}', '{"version": 1, "findings": [1]}'])
def test_a_file_that_is_no_baseline_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="baseline"):
        read_baseline(path)


@pytest.mark.parametrize(
    ("fail_on", "budget"), [(["nonsense"], []), ([], ["title-missing"]), ([], ["x=1"]), ([], ["issue=-1"])]
)
def test_a_word_that_names_nothing_is_refused(fail_on: list[str], budget: list[str]) -> None:
    with pytest.raises(InputError):
        read_gate(fail_on, budget, RULES)


def test_sarif_names_each_finding_with_its_rule_and_a_lasting_mark() -> None:
    data = json.loads(sarif(RULES, FOUND))
    (run,) = data["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert data["version"] == "2.1.0"
    assert len(run["results"]) == len(FOUND)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert [result["level"] for result in run["results"]] == ["error", "error", "note"]
    marks = {result["partialFingerprints"]["finding/v1"] for result in run["results"]}
    assert len(marks) == len(FOUND)
    assert sarif(RULES, FOUND[::-1]) == sarif(RULES, FOUND)


def test_a_message_of_sarif_says_what_was_seen_as_the_target_of_a_link() -> None:
    page = "https://shop.example/"
    seen = {"source_url": page, "n": 4, "url": page + "gone", "anchors": ["a", "b"], "target_status": 404, "value": 1.0}
    found = [{**finding("resp-link-to-4xx", page), "n": 4}, {**finding("resp-link-to-4xx", page), "n": 5}]
    first, second = json.loads(sarif(RULES, found, {"resp-link-to-4xx": [seen]}))["runs"][0]["results"]
    assert f": url {page}gone; anchors a, b; target_status 404. " in first["message"]["text"]
    assert "; " not in second["message"]["text"]


def test_sarif_is_the_same_without_evidence() -> None:
    assert sarif(RULES, FOUND, {}) == sarif(RULES, FOUND)


def test_junit_fails_skips_and_passes_and_is_well_formed_whatever_a_url_holds() -> None:
    found = [*FOUND, finding("title-missing", "https://shop.example/<&\x01\"'")]
    verdict = decide(found, read_gate(["issue"], [], RULES), {})
    root = ET.fromstring(junit(RULES, COVERAGE, found, verdict))  # noqa: S314 - written here
    assert (root.attrib["tests"], root.attrib["failures"]) == ("3", "1")
    cases = {case.attrib["name"]: case for case in root.iter("testcase")}
    assert cases["title-missing"].find("failure") is not None
    assert cases["desc-missing"].find("failure") is None
    skipped = cases["cwv-lcp"].find("skipped")
    assert skipped is not None
    assert "a browser" in skipped.attrib["message"]


def test_markdown_says_the_verdict_first_and_escapes_cells() -> None:
    verdict = decide(FOUND, read_gate(["issue"], [], RULES), {})
    text = markdown(RULES, COVERAGE, FOUND, verdict)
    assert text.startswith("## Audit: failed")
    assert "a\\|b" in text
    assert "| issue | 2 | 2 |" in text
    assert "2 rules judged, 1 not judged" in text
