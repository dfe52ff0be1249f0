"""The report as Markdown: for tickets, wikis and reading in a terminal; the lists are cut, and say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from linkworthy.reports.context import SEVERITIES, VERDICTS, Report
from linkworthy.reports.headings import heading, shown
from linkworthy.reports.markdown import md_table, md_text
from linkworthy.reports.workbook import summary_rows

ROWS = 20


def as_markdown(report: Report) -> str:
    """Write the report."""
    return "".join(_parts(report)).rstrip() + "\n"


def _parts(report: Report) -> Iterator[str]:
    yield f"# {md_text(f'Backlinks of {report.config.url}')}\n\n"
    yield f"Snapshot {md_text(report.id)}, {md_text(report.created_at[:10])}.\n\n"
    if report.site_fault:
        yield f"**The site did not answer:** {md_text(report.site_fault)}\n\n"
    yield "## Summary\n\n" + md_table(["What", "Value"], list(summary_rows(report)))
    if report.actions:
        yield "## To do\n\n"
        yield _cut(["Task", "How", "Why", "Value"], [(a.title, a.how, a.why, a.value) for a in report.actions])
    yield from _findings(report)
    yield from _verdicts(report)
    if report.domains:
        yield "## Referring domains\n\n" + _rows(
            report.domains, ["domain", "n_links", "n_live", "first_seen_at", "top_anchor", "verdicts"]
        )
    for kind, found in report.prospects.items():
        yield f"## Prospects: {md_text(kind)} ({found['n']:,})\n\n"
        yield _rows(found["rows"], ["url", "why", "how", "worth"], found["n"])
    if report.sources:
        yield "## Sources\n\n" + _rows(report.sources, list(report.sources[0]))
    if report.rejects:
        yield "## Rows that were not used\n\n" + _rows(report.rejects, ["file", "reason", "n", "sample"])


def _findings(report: Report) -> Iterator[str]:
    for severity in SEVERITIES:
        found = report.findings.get(severity, [])
        if found:
            yield f"## {severity.capitalize()}: findings\n\n"
        for one in found:
            yield f"### {md_text(one.rule.title)} ({one.n:,})\n\n"
            yield _rows(one.rows, one.columns, one.n)


def _verdicts(report: Report) -> Iterator[str]:
    for word in VERDICTS:
        found = report.verdicts.get(word)
        if found and found["n"]:
            yield f"## Links: {word} ({found['n']:,}, domains: {found['n_domains']:,})\n\n"
            yield _rows(found["rows"], ["source_url", "anchor", "target_url", "state", "reason"], found["n"])


def _rows(rows: Sequence[dict[str, Any]], names: Sequence[str], n: int | None = None) -> str:
    return _cut([heading(name) for name in names], [[shown(name, row.get(name)) for name in names] for row in rows], n)


def _cut(names: Sequence[str], rows: Sequence[Sequence[Any]], n: int | None = None) -> str:
    total = len(rows) if n is None else n
    text = md_table(names, rows[:ROWS])
    shown = min(ROWS, len(rows))
    return (
        text
        if total <= shown
        else f"{text}The first {shown} of {total:,}; the workbook and the CSV files hold all.\n\n"
    )
