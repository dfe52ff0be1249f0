"""The report as a workbook: what to do, and every link, domain, finding, prospect and reject behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from linkworthy.questions import Answers, Question
from linkworthy.reports.context import Report
from linkworthy.reports.formats import Written, replacing
from linkworthy.reports.xlsx import Workbook
from linkworthy.rules import RULES

SHEETS: tuple[tuple[str, str, str], ...] = (
    (
        "links",
        "backlinks",
        """
        select b.source_url, b.target_url, b.anchor, b.state, b.counts, b.region, b.rel, v.verdict, v.reason, v.kinds,
          v.goodness, v.harm, v.terms, v.would_change, b.first_seen_at, b.last_seen_at, b.reported_by, b.n_visits,
          b.authority, b.vendor_authority, b.source_domain, b.link_id
        from backlinks b left join verdicts v using (link_id) order by b.source_domain, b.source_url, b.link_id""",
    ),
    ("domains", "domains", "select * from domains order by n_links desc, domain"),
    (
        "findings",
        "findings",
        """
        select rule, rule as title, severity, priority, "over", "key", value from findings
        order by value desc, rule, "key", n""",
    ),
    ("prospects", "prospects", "select * from prospects order by worth desc, kind, url"),
    ("rejects", "rejects", "select * from rejects order by file, row"),
)
"""Sheet, the table without which it is not written, and its query."""


def write_workbook(answers: Answers, report: Report, path: Path) -> Written:
    """Write the workbook; sheets of tables that no stage wrote are left out."""
    titles = {rule.slug: rule.title for rule in RULES}
    texts: dict[str, Callable[[Any], Any]] = {"terms": terms_text, "title": lambda slug: titles.get(slug, slug)}
    with replacing(path) as temporary, Workbook(temporary, report.created_at) as workbook:
        workbook.add_rows("summary", ["what", "value"], list(summary_rows(report)))
        tasks = [(a.title, a.how, a.why, a.value, a.terms, a.who) for a in report.actions]
        workbook.add_rows("to do", ["task", "how", "why", "value", "arithmetic", "who"], tasks)
        n_rows = 0
        for title, table, sql in SHEETS:
            if answers.snapshot.has(table):
                used = texts if title == "findings" else {"terms": terms_text}
                n_rows += workbook.add(title, answers.stream(Question(sql)), used)
        for title, rows in (("sources", report.sources), ("files", report.imports)):
            if rows:
                workbook.add_rows(title, list(rows[0]), [list(row.values()) for row in rows])
        notes = tuple(workbook.notes)
    return Written(n_rows, notes)


def terms_text(terms: list[dict[str, Any]] | None) -> str | None:
    """Put the terms of a verdict into words, the weightiest first."""
    if not terms:
        return None
    ordered = sorted(terms, key=lambda term: (-abs(term["contribution"] or 0.0), term["signal"]))
    return "; ".join(
        f"{term['signal']} {term['contribution'] or 0.0:+.3f}" + (f" ({term['evidence']})" if term["evidence"] else "")
        for term in ordered
    )


def summary_rows(report: Report) -> Iterator[tuple[str, Any]]:
    """Give the figures of the summary one by one, each under the path to it."""
    yield "site", report.config.url
    if report.site_fault:
        yield "the site did not answer", report.site_fault
    yield from _flat("", {key: value for key, value in report.summary.items() if key != "imports"})


def _flat(before: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            name = str(key).removeprefix("n_").replace("_", " ")
            yield from _flat(f"{before}, {name}" if before else name, item)
    elif not isinstance(value, list):
        yield before, value
