"""``linkworthy explain``: a rule, a signal, a table, or the verdict on a link."""

from __future__ import annotations

from typing import Any

import click

from linkworthy import urls
from linkworthy.catalogue.judge import evidence
from linkworthy.catalogue.rule import Rule
from linkworthy.catalogue.signal import Signal
from linkworthy.cli.common import json_option, open_site, open_snapshot, snapshot_option
from linkworthy.cli.output import cell, show_json
from linkworthy.errors import InputError
from linkworthy.questions import Answers
from linkworthy.reports.cells import harmless
from linkworthy.rules import RULES, rules_at
from linkworthy.signals import SIGNALS
from linkworthy.tables import TABLES, Table


@click.command(
    epilog="""\b
Examples:
  linkworthy explain bl-target-404
  linkworthy explain bl-target-404 shop.example       with every row that it flags
  linkworthy explain backlinks                        a table and its columns
  linkworthy explain https://blog.example/post shop.example    the verdict and its arithmetic"""
)
@click.argument("subject")
@click.argument("site", required=False)
@snapshot_option
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Rows to show.")
@json_option
def command(subject: str, site: str | None, *, snapshot_id: str, limit: int, as_json: bool) -> None:
    """Explain SUBJECT: the slug of a rule or signal, a table, a linking page's URL, a domain or a link id."""
    rules = RULES if site is None else rules_at(open_site(site).folder).rules
    rule = next((rule for rule in rules if rule.slug == subject), None)
    signal = next((signal for signal in SIGNALS if signal.slug == subject), None)
    if rule is not None:
        _rule(rule, site, snapshot_id, limit, as_json=as_json)
    elif signal is not None:
        _signal(signal, as_json=as_json)
    elif subject in TABLES:
        _table(TABLES[subject], as_json=as_json)
    elif site is not None:
        _verdicts(subject, site, snapshot_id, limit, as_json=as_json)
    else:
        raise InputError(f"{subject!r} is no rule, signal or table; to explain a link's verdict give the site as well")


def _rule(rule: Rule, site: str | None, snapshot_id: str, limit: int, *, as_json: bool) -> None:
    found: list[dict[str, Any]] | None = None
    state: dict[str, Any] | None = None
    if site is not None:
        with Answers(open_snapshot(site, snapshot_id)) as answers:
            answers.need("findings", "audit")
            found = evidence(answers.db, rule, limit)
            states = answers.rows("select * from coverage where rule = ?", [rule.slug])
            state = states[0] if states else None
    if as_json:
        words = {
            name: getattr(rule, name) for name in ("slug", "title", "severity", "priority", "over", "gate", "where")
        }
        more = {name: getattr(rule, name) for name in ("why", "fix", "limits", "source")}
        show_json({**words, **more, "coverage": state, "found": found})
        return
    click.echo(f"{rule.title} ({rule.slug}): {rule.severity}, {rule.priority} priority\n")
    click.echo(f"Why     {rule.why}\nFix     {rule.fix}")
    if rule.limits:
        click.echo(f"Limits  {rule.limits}")
    click.echo(f"Judges  {rule.over} where {rule.gate}\nDefect  {rule.where}\nSource  {rule.source}")
    if state is not None:
        counts = f"{state['n_flagged']} flagged of {state['n_rows']}, {state['n_unknown']} not known"
        click.echo(f"\n{state['state'].capitalize()}: {state['needs'] or counts}")
    for row in found or ():
        click.echo("  " + "; ".join(f"{name} {cell(value)}" for name, value in row.items() if value is not None))


def _signal(signal: Signal, *, as_json: bool) -> None:
    names = (
        "slug",
        "title",
        "aspect",
        "group",
        "value",
        "ramp",
        "unit",
        "weight",
        "provenance",
        "why",
        "limits",
        "source",
    )
    words = {name: getattr(signal, name) for name in names}
    if as_json:
        show_json(words)
        return
    strong = "; alone enough to find a kind of harm" if signal.is_strong else ""
    click.echo(f"{signal.title} ({signal.slug}): speaks to {signal.aspect}\n")
    click.echo(f"Why     {signal.why}\nValue   {signal.value} ({signal.unit})")
    click.echo(f"Ramp    {signal.ramp[0]:g} scores 0, {signal.ramp[1]:g} scores 1; weight {signal.weight:g}{strong}")
    click.echo(f"Weight  {signal.provenance}\nLimits  {signal.limits}\nSource  {signal.source}")


def _table(table: Table, *, as_json: bool) -> None:
    if as_json:
        columns = [{"name": c.name, "type": c.kind, "meaning": c.meaning, "null": c.null} for c in table.columns]
        show_json({"name": table.name, "about": table.about, "key": table.key, "columns": columns})
        return
    click.echo(f"{table.name}: {table.about}\nkey {', '.join(table.key)}; written by {table.written_by}\n")
    for column in table.columns:
        null = f" [null: {column.null}]" if column.null else ""
        click.echo(f"  {column.name:22} {column.kind:14} {column.meaning}{null}")


def _verdicts(subject: str, site: str, snapshot_id: str, limit: int, *, as_json: bool) -> None:
    url = urls.normalise(subject)
    with Answers(open_snapshot(site, snapshot_id)) as answers:
        answers.need("verdicts", "judge")
        found = answers.rows(
            """
            select v.*, b.state, b.state_reason, b.counts, b.counts_reason, b.region, b.rel
            from verdicts v join backlinks b using (link_id)
            where v.source_url = ? or v.link_id = ? or v.source_domain = ? order by v.source_url, v.link_id limit ?""",
            [url or subject, subject, subject.lower(), limit],
        )
    if not found:
        raise InputError(f"no link from {subject!r} in this snapshot; 'linkworthy links {site}' lists them")
    if as_json:
        show_json(found)
        return
    for row in found:
        _verdict(row)


def _verdict(row: dict[str, Any]) -> None:
    click.echo(f"{harmless(row['source_url'])} -> {row['target_url'] or 'an own page that is not known'}")
    click.echo(f"  anchor {cell(row['anchor'])}; {row['state']}, counts: {row['counts']}; region {cell(row['region'])}")
    click.echo(f"  {row['verdict'].upper()}: {harmless(row['reason'])}")
    if row["label"]:
        click.echo(f"  your label: {row['label']}")
    names = ("relevance", "authority", "link_quality", "editorial", "outbound", "indexing", "goodness", "harm")
    click.echo("  " + ", ".join(f"{name} {cell(row[name])}" for name in names))
    share = f"{100 * row['coverage_share']:.0f} % by weight"
    click.echo(f"  judged on {row['n_known']} of {row['n_signals']} signals ({share}); {harmless(row['would_change'])}")
    for term in sorted(row["terms"] or [], key=lambda term: -abs(term["contribution"] or 0)):
        figures = f"value {cell(term['value'])}, score {cell(term['score'])}, weight {cell(term['weight'])}"
        said = harmless(term["evidence"] or "")[:100]
        click.echo(f"    {term['contribution'] or 0:+.3f}  {term['signal']:28} {figures}  {said}")
    click.echo()
