"""``linkworthy audit``: judge the own site, and be the gate of a build."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from linkworthy.catalogue.judge import evidence_of
from linkworthy.catalogue.segments import read_segments
from linkworthy.cli.common import fresh_option, json_option, open_job, open_site, quiet_option, site_argument
from linkworthy.cli.output import show_json, show_rows
from linkworthy.engine.embedded import quoted
from linkworthy.errors import InputError, StageError
from linkworthy.pipeline.job import do_audit, do_measure, need_index
from linkworthy.questions import Answers
from linkworthy.reports.gate import Gate, Verdict, decide, read_baseline, read_gate, write_baseline
from linkworthy.reports.gate_formats import MAX_RESULTS, junit, markdown, sarif
from linkworthy.rules import rules_at
from linkworthy.site import Snapshot
from linkworthy.site.parts import write_text

_GRADES = ("issues", "warnings", "opportunities", "notices")
_FILE = click.Path(dir_okay=False, path_type=Path)
_BY_RULE = """
    select rule, any_value(severity) as severity, any_value(priority) as priority, count(*) as n_found
    from findings {where} group by rule
    order by list_position(['issue', 'warning', 'opportunity', 'notice'], any_value(severity)), n_found desc, rule
"""

_BY_SEGMENT = """
    select segment, count(distinct url) as n_pages, count(f.rule) as n_findings,
        count(*) filter (f.severity = 'issue') as n_issues, count(*) filter (f.severity = 'warning') as n_warnings,
        count(*) filter (f.severity = 'opportunity') as n_opportunities,
        count(*) filter (f.severity = 'notice') as n_notices
    from segments s left join findings f on f."key" = s.url group by segment order by segment
"""


@click.command(
    epilog="""\b
Examples:
  linkworthy audit shop.example
  linkworthy audit . --json
  linkworthy explain bl-target-404 .      the rule, and every page that it flags
  linkworthy audit . --fail-on issue --baseline known.json --sarif audit.sarif --junit audit.xml
  linkworthy audit . --write-baseline known.json
  linkworthy audit . --budget title-missing=5 --budget warning=100
  linkworthy audit . --segment shop       one part of the site, which [segments] in rules.toml names"""
)
@site_argument
@click.option(
    "--fail-on",
    multiple=True,
    metavar="WORD",
    help="A severity (or worse), or a rule: one new finding fails the build.",
)
@click.option("--budget", multiple=True, metavar="WORD=N", help="A severity or a rule, and how many findings pass.")
@click.option("--baseline", type=_FILE, help="Findings in this file are known; only others count as new.")
@click.option("--write-baseline", "to_baseline", type=_FILE, help="Write the findings of today as known.")
@click.option("--segment", default="", help="Show, and let the gate see, only findings on pages of this segment.")
@click.option("--junit", "to_junit", type=_FILE, help="Write JUnit XML, a test case for each rule.")
@click.option("--sarif", "to_sarif", type=_FILE, help="Write new findings as SARIF 2.1.0.")
@click.option("--markdown", "to_markdown", type=_FILE, help="Write a summary for a pull request.")
@json_option
@quiet_option
@fresh_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    site: str,
    *,
    fail_on: tuple[str, ...],
    budget: tuple[str, ...],
    baseline: Path | None,
    segment: str,
    as_json: bool,
    quiet: bool,
    fresh: bool,
    **files: Path | None,
) -> None:
    """Judge the crawled site by every rule; what lacks its data is said to be not judged, never silently green.

    rules.toml in the site folder mutes, grades, scopes and adds rules, and names segments of the site. Exit code: 0
    done and passed, 1 the gate does not pass; others as of all verbs.
    """
    opened = open_site(site)
    rules = rules_at(opened.folder).rules
    segments = read_segments(opened.folder)
    if segment and segment not in segments:
        raise InputError(f"no segment {segment!r}; rules.toml names: {', '.join(segments) or 'none'}")
    gate = read_gate(fail_on, budget, rules)
    known = read_baseline(baseline) if baseline else {}
    with open_job(opened, "audit", {}, quiet=quiet, fresh=fresh) as job:
        if not job.run.has("pages"):
            job.run.abandon()
            raise StageError(f"no pages yet: 'linkworthy crawl {site}' first")
        need_index(job)
        do_measure(job)
        do_audit(job)
        snapshot = job.run.publish()
    with Answers(snapshot) as answers:
        where = f"""where "key" in (select url from segments where segment = {quoted(segment)})""" if segment else ""
        found = answers.ask(_BY_RULE.format(where=where))
        parts = _by_segment(answers, segments)
        if segment and not any(row["segment"] == segment and row["n_pages"] for row in parts):
            raise InputError(f"segment {segment!r} holds no page of {snapshot.id}; rules.toml names what belongs to it")
        coverage = answers.rows("select rule, state, needs from coverage order by rule")
        verdict = (
            _judged(answers, rules, coverage, gate, known, files, where) if _is_gated(gate, known, files) else None
        )
    if as_json:
        show_json({**_data(snapshot, found.to_pylist(), coverage, verdict), "segments": parts})
    else:
        show_rows(found, as_json=False, note=f"why and where: linkworthy explain RULE {site}")
        states = {row["state"] for row in coverage}
        told = (f"{sum(row['state'] == state for row in coverage)} rules {state}" for state in sorted(states))
        click.echo(", ".join(told), err=True)
        for row in parts:
            click.echo(f"segment {row['segment']}: {row['n_pages']} pages, {row['n_findings']} findings", err=True)
    if verdict is not None:
        for reason in verdict.failures:
            click.echo(f"gate: {reason}", err=True)
        if verdict.failures:
            ctx.exit(1)


def _by_segment(answers: Answers, segments: Mapping[str, str]) -> list[dict[str, Any]]:
    """Count pages and findings of each segment, those without a page included."""
    found = {row["segment"]: row for row in answers.rows(_BY_SEGMENT)} if segments else {}
    none = dict.fromkeys(("n_pages", "n_findings", *(f"n_{name}" for name in _GRADES)), 0)
    return [found.get(name, {"segment": name, **none}) for name in sorted(segments)]


def _is_gated(gate: Gate, known: dict[tuple[str, str], int], files: dict[str, Path | None]) -> bool:
    return bool(gate.fail_on or gate.budgets or known or any(files.values()))


def _judged(
    answers: Answers,
    rules: tuple[Any, ...],
    coverage: list[dict[str, Any]],
    gate: Gate,
    known: dict[tuple[str, str], int],
    files: dict[str, Path | None],
    where: str,
) -> Verdict:
    """Decide, and write the files that were asked for."""
    findings = answers.rows(f'select rule, "key", n, severity, value from findings {where} order by rule, "key", n')
    verdict = decide(findings, gate, known)
    if path := files["to_baseline"]:
        write_baseline(path, findings)
    if path := files["to_sarif"]:
        flagged = {found["rule"] for found in verdict.new}
        seen = evidence_of(answers.db, [rule for rule in rules if rule.slug in flagged], MAX_RESULTS)
        _write(path, sarif(rules, verdict.new, seen))
    if path := files["to_junit"]:
        _write(path, junit(rules, coverage, findings, verdict))
    if path := files["to_markdown"]:
        _write(path, markdown(rules, coverage, findings, verdict))
    return verdict


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)


def _data(
    snapshot: Snapshot, found: list[dict[str, Any]], coverage: list[dict[str, Any]], verdict: Verdict | None
) -> dict[str, Any]:
    unjudged = [{"rule": row["rule"], "needs": row["needs"]} for row in coverage if row["state"] == "not judged"]
    muted = [row["rule"] for row in coverage if row["state"] == "muted"]
    data: dict[str, Any] = {"snapshot": snapshot.id, "findings": found, "not_judged": unjudged, "muted": muted}
    if verdict is not None:
        gate = {"passes": not verdict.failures, "failures": list(verdict.failures), "n_new": len(verdict.new)}
        data["gate"] = {**gate, "n_known": verdict.n_known}
    return data
