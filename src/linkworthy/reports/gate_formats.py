"""The findings of an audit as JUnit XML, SARIF and Markdown, for machines that build and review."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from linkworthy import __version__
from linkworthy.catalogue.relations import RELATIONS
from linkworthy.catalogue.rule import Rule
from linkworthy.reports.cells import plain
from linkworthy.reports.gate import SEVERITIES, Found, Verdict

MAX_RESULTS = 5_000
"""Results of one SARIF file: what GitHub shows of one; the most valuable come first."""
MAX_SEEN = 500
"""Characters of what was seen, in a message."""
MAX_LINES = 50
"""Addresses of one rule in JUnit, and rules in Markdown."""
_LEVELS = {"issue": "error", "warning": "warning", "opportunity": "note", "notice": "note"}
_RAW = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CELL = re.compile(r"[|\\`*_<>\[\]\r\n]")

Coverage = Mapping[str, Any]
"""One row of ``coverage``."""


def sarif(
    rules: Sequence[Rule], findings: Sequence[Found], evidence: Mapping[str, Sequence[Mapping[str, Any]]] | None = None
) -> str:
    """Write findings as SARIF 2.1.0, with what was seen of each where ``evidence`` holds it by rule.

    Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    shown = sorted(findings, key=_order)[:MAX_RESULTS]
    used = [rule for rule in rules if rule.slug in {found["rule"] for found in shown}]
    places = {rule.slug: place for place, rule in enumerate(used)}
    driver = {"name": "linkworthy", "version": __version__, "rules": [_sarif_rule(rule) for rule in used]}
    seen = {one: text for rule in used for one, text in _seen(rule, (evidence or {}).get(rule.slug, ()))}
    results = [
        _sarif_result(found, used[places[found["rule"]]], places, seen) for found in shown if found["rule"] in places
    ]
    run = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _seen(rule: Rule, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[tuple[str, str, int], str]]:
    """Say in a line what each row of evidence shows, the link's target among it."""
    first, *second = RELATIONS[rule.over].key
    left_out = {first, *second, "value"}
    for row in rows:
        facts = {name: _said(value) for name, value in row.items() if name not in left_out and value is not None}
        text = "; ".join(f"{name} {fact}" for name, fact in facts.items() if fact)
        yield (rule.slug, str(row[first]), int(row[second[0]] or 0) if second else 0), text[:MAX_SEEN]


def _said(value: Any) -> str:
    return ", ".join(map(plain, value)) if isinstance(value, list) else plain(value)


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.slug,
        "name": rule.title,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": " ".join(part for part in (rule.fix, rule.limits) if part)},
        "helpUri": rule.source,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"category": rule.category, "priority": rule.priority, "severity": rule.severity},
    }


def _sarif_result(
    found: Found, rule: Rule, places: Mapping[str, int], seen: Mapping[tuple[str, str, int], str]
) -> dict[str, Any]:
    key, n = str(found["key"]), found["n"]
    mark = hashlib.sha256(f"{rule.slug}\n{key}\n{n}".encode()).hexdigest()[:32]
    told = seen.get((rule.slug, key, n or 0), "")
    return {
        "ruleId": rule.slug,
        "ruleIndex": places[rule.slug],
        "level": _LEVELS[found["severity"]],
        "message": {"text": f"{rule.title}{f': {told}' if told else ''}. {rule.fix}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": key}}}],
        "partialFingerprints": {"finding/v1": mark},
    }


def _order(found: Found) -> tuple[int, float, str, str, int]:
    place = SEVERITIES.index(found["severity"])
    return place, -float(found["value"] or 0), found["rule"], found["key"], found["n"] or 0


def junit(rules: Sequence[Rule], coverage: Sequence[Coverage], findings: Sequence[Found], verdict: Verdict) -> str:
    """Write one test case a rule: failed where the gate says so, skipped where it was not judged."""
    states = {row["rule"]: row for row in coverage}
    keys: dict[str, list[str]] = {}
    for found in sorted(findings, key=_order):
        keys.setdefault(found["rule"], []).append(found["key"])
    judged = [rule for rule in rules if rule.slug in states]
    n_skipped = sum(states[rule.slug]["state"] != "judged" for rule in judged)
    counted = f'tests="{len(judged)}" failures="{len(verdict.failed_rules)}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="linkworthy audit" {counted}>',
        f'<testsuite name="linkworthy audit" {counted} errors="0" skipped="{n_skipped}">',
    ]
    for rule in judged:
        lines.append(f"<testcase classname={_quoted(rule.category)} name={_quoted(rule.slug)}>")
        found_keys = keys.get(rule.slug, [])
        listed = _text("\n".join([rule.fix, *found_keys[:MAX_LINES]]))
        if rule.slug in verdict.failed_rules:
            said = f"{rule.title}: {len(found_keys)}"
            lines.append(f'<failure type="{rule.severity}" message={_quoted(said)}>{listed}</failure>')
        elif states[rule.slug]["state"] != "judged":
            why = f"{states[rule.slug]['state']}: {states[rule.slug]['needs']}"
            lines.append(f"<skipped message={_quoted(why)}/>")
        elif found_keys:
            lines.append(f"<system-out>{listed}</system-out>")
        lines.append("</testcase>")
    return "\n".join([*lines, "</testsuite>", "</testsuites>"]) + "\n"


def _text(text: str) -> str:
    return escape(_RAW.sub("\ufffd", text))


def _quoted(text: str) -> str:
    return quoteattr(_RAW.sub("\ufffd", text))


def markdown(rules: Sequence[Rule], coverage: Sequence[Coverage], findings: Sequence[Found], verdict: Verdict) -> str:
    """Write a summary for a pull request: the verdict, numbers by severity, and the rules with most to do."""
    named = {rule.slug: rule for rule in rules}
    by_severity = Counter(found["severity"] for found in findings)
    new_by_severity = Counter(found["severity"] for found in verdict.new)
    lines = [f"## Audit: {'failed' if verdict.failures else 'passed'}", ""]
    lines += [f"- {_cell(reason)}" for reason in verdict.failures]
    lines += ["", "| severity | findings | new |", "|---|---:|---:|"]
    lines += [f"| {name} | {by_severity[name]} | {new_by_severity[name]} |" for name in SEVERITIES]
    counts = Counter(found["rule"] for found in findings)
    new = Counter(found["rule"] for found in verdict.new)
    first = {found["rule"]: found["key"] for found in sorted(findings, key=_order, reverse=True)}
    ranked = sorted(
        (slug for slug in counts if slug in named),
        key=lambda slug: (SEVERITIES.index(named[slug].severity), -counts[slug], slug),
    )
    lines += ["", "| rule | what | severity | findings | new | first |", "|---|---|---|---:|---:|---|"]
    for slug in ranked[:MAX_LINES]:
        rule = named[slug]
        cells = (slug, _cell(rule.title), rule.severity, str(counts[slug]), str(new[slug]), _cell(first[slug]))
        lines.append(f"| {' | '.join(cells)} |")
    n_judged = sum(row["state"] == "judged" for row in coverage)
    return "\n".join([*lines, "", f"{n_judged} rules judged, {len(coverage) - n_judged} not judged."]) + "\n"


def _cell(text: str) -> str:
    return _CELL.sub(lambda found: " " if found[0] in "\r\n" else f"\\{found[0]}", text[:300])
