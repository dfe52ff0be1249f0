"""The tables behind the report as CSV files, and the report's figures as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from linkworthy.questions import Answers, Question
from linkworthy.reports.actions import first_steps
from linkworthy.reports.cells import plain
from linkworthy.reports.context import Report
from linkworthy.reports.formats import write_file

CSV_FILES: dict[str, tuple[str, str]] = {
    "links.csv": (
        "backlinks",
        """
        select b.* exclude (link_id), v.verdict, v.reason, v.kinds, v.relevance as criterion_relevance,
          v.authority as criterion_authority, v.link_quality, v.editorial, v.outbound, v.indexing, v.goodness, v.harm,
          v.coverage_share, v.would_change, b.link_id
        from backlinks b left join verdicts v using (link_id) order by b.source_domain, b.source_url, b.link_id""",
    ),
    "domains.csv": ("domains", "select * from domains order by n_links desc, domain"),
    "findings.csv": (
        "findings",
        'select rule, severity, priority, "over", "key", n, value from findings order by value desc, rule, "key", n',
    ),
    "pages.csv": (
        "page_metrics",
        """
        select m.*, p.status, p.title, p.description, p.h1, p.depth, p.n_words, p.ttfb_ms, p.redirect_url,
          p.canonical_url
        from page_metrics m join pages p using (url) where p.is_own and p.role <> 'probe' order by m.url""",
    ),
    "prospects.csv": ("prospects", "select * from prospects order by worth desc, kind, url"),
    "rejects.csv": ("rejects", "select * from rejects order by file, row"),
}
"""File: the table without which it is not written, and the query."""


def write_csv_files(answers: Answers, folder: Path) -> list[Path]:
    """Write every CSV file whose table is there, a batch at a time, each atomically."""
    out = []
    for name, (table, sql) in CSV_FILES.items():
        if answers.snapshot.has(table):
            path = folder / name
            write_file(answers.stream(Question(sql)), path, "csv")
            out.append(path)
    return out


def as_json(report: Report) -> str:
    """Give the report's figures, tasks, findings, verdicts and prospects as JSON."""
    data: dict[str, Any] = {
        "site": report.config.url,
        "snapshot": report.id,
        "created_at": report.created_at,
        "site_fault": report.site_fault,
        "summary": report.summary,
        "changes": _changes(report),
        "actions": first_steps(report.actions, len(report.actions)),
        "findings": [
            {"rule": f.rule.slug, "title": f.rule.title, "severity": f.rule.severity, "n": f.n, "rows": f.rows}
            for group in report.findings.values()
            for f in group
        ],
        "not_judged": report.not_judged,
        "duplicates": report.duplicates,
        "domains": report.domains,
        "verdicts": report.verdicts,
        "harms": report.harms,
        "prospects": report.prospects,
        "imports": report.imports,
        "rejects": report.rejects,
    }
    return json.dumps(data, ensure_ascii=False, indent=1, default=plain) + "\n"


def _changes(report: Report) -> dict[str, Any] | None:
    found = report.changes
    if found is None:
        return None
    counts = ("n_new_links", "n_lost_links", "n_new_domains", "n_lost_domains", "n_new_findings", "n_solved_findings")
    return {"since": found.since, **{name: getattr(found, name) for name in counts}, "verdicts": found.verdicts}
