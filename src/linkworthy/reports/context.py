"""Gathers what the report shows: bounded lists out of the tables, each with the number of rows that stand behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from linkworthy.catalogue.judge import evidence_of
from linkworthy.catalogue.rule import Rule
from linkworthy.catalogue.signal import Signal
from linkworthy.monitor.diff import Changes
from linkworthy.questions import Answers, domains, summary
from linkworthy.reports.actions import Action, actions
from linkworthy.reports.witnesses import Witnesses, gather_witnesses
from linkworthy.rules import rules_at
from linkworthy.signals import SIGNALS
from linkworthy.site import SiteConfig

ROWS_PER_RULE = 25
ROWS_PER_VERDICT = {"disavow": 60, "act": 60, "watch": 30, "keep": 30, "not known": 30}
ROWS_PER_KIND = 40
N_DOMAINS = 200
VERDICTS = ("disavow", "act", "watch", "keep", "not known")
SEVERITIES = ("issue", "warning", "opportunity", "notice")
CRITERIA = ("relevance", "authority", "link_quality", "editorial", "outbound", "indexing")
KINDS = {
    "network": "Link networks",
    "automated": "Automated link building",
    "comment": "Purchased or spam comments",
    "sitewide": "Sitewide links",
    "irrelevant": "Irrelevant links",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFindings:
    """One rule with what it flags."""

    rule: Rule
    n: int
    rows: list[dict[str, Any]]
    columns: list[str]


@dataclass(slots=True, kw_only=True)
class Report:
    """Everything that a report shows, in any form."""

    config: SiteConfig
    id: str
    created_at: str
    site_fault: str | None
    summary: dict[str, Any]
    changes: Changes | None
    actions: list[Action]
    findings: dict[str, list[RuleFindings]] = field(default_factory=dict)
    """By severity, most valuable rule first."""
    not_judged: list[dict[str, Any]] = field(default_factory=list)
    clean: list[Rule] = field(default_factory=list)
    """Rules that were judged and flag nothing."""
    domains: list[dict[str, Any]] = field(default_factory=list)
    verdicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By verdict: n, n_domains and the first links with their terms."""
    harms: dict[str, int] = field(default_factory=dict)
    """Referring domains by kind of harm."""
    prospects: dict[str, dict[str, Any]] = field(default_factory=dict)
    duplicates: dict[str, Any] = field(default_factory=dict)
    imports: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    """By who reports: links, pages and domains, those that nobody else reports, and what verification found of them."""
    witnesses: Witnesses | None = None
    """What each source reports, where they contradict each other, and what none of them saw."""
    signals: dict[str, Signal] = field(default_factory=dict)
    redirect_rules: str = ""
    n_redirects: int = 0
    disavow: str = ""
    n_disavow: int = 0
    files: list[str] = field(default_factory=list)


def gather(answers: Answers, config: SiteConfig, changes: Changes | None) -> Report:
    """Read a snapshot into a report."""
    rules = {rule.slug: rule for rule in rules_at(answers.snapshot.folder.parents[1]).rules}
    has = answers.snapshot.has
    site_fault = answers.snapshot.facts.get("site_fault")
    report = Report(
        config=config,
        id=answers.snapshot.id,
        created_at=answers.snapshot.created_at,
        site_fault=site_fault if isinstance(site_fault, str) else None,
        summary=summary(answers),
        changes=changes,
        actions=actions(answers, rules),
        signals={signal.slug: signal for signal in SIGNALS},
    )
    if has("findings"):
        _add_findings(answers, rules, report)
    if has("page_metrics"):
        report.duplicates = _duplicates(answers)
    if has("backlinks"):
        report.domains = domains(answers, order="links", limit=N_DOMAINS).to_pylist()
        for row in report.domains:
            row["reported_by"] = [who for who in row["reported_by"] if who != "verify"]
    if has("link_index"):
        report.witnesses = gather_witnesses(answers)
        report.sources = report.witnesses.sources if report.witnesses else []
    if has("verdicts"):
        _add_verdicts(answers, report)
    if has("prospects"):
        _add_prospects(answers, report)
    if has("imports"):
        report.imports = answers.rows("select * from imports order by file")
        report.rejects = answers.rows(
            """
            select file, reason, count(*) as n, min(sample) as sample from rejects group by all
            order by n desc, file, reason"""
        )
    return report


def _add_findings(answers: Answers, rules: dict[str, Rule], report: Report) -> None:
    counted = answers.rows(
        """
        select rule, count(*) as n, sum(coalesce(value, 0)) as value from findings group by rule
        order by value desc, n desc, rule"""
    )
    found = evidence_of(answers.db, [rules[row["rule"]] for row in counted if row["rule"] in rules], ROWS_PER_RULE)
    for row in counted:
        rule = rules.get(row["rule"])
        if rule is not None:
            rows = found[rule.slug]
            columns = [name for name in (rows[0] if rows else {}) if name != "value"]
            shown = RuleFindings(rule=rule, n=row["n"], rows=rows, columns=columns)
            report.findings.setdefault(rule.severity, []).append(shown)
    coverage = answers.rows("select rule, state, needs, n_rows, n_flagged, n_unknown from coverage order by rule")
    report.not_judged = [
        {**row, "title": rules[row["rule"]].title}
        for row in coverage
        if row["state"] == "not judged" and row["rule"] in rules
    ]
    report.clean = [
        rules[row["rule"]]
        for row in coverage
        if row["state"] == "judged" and not row["n_flagged"] and row["rule"] in rules
    ]


def _duplicates(answers: Answers) -> dict[str, Any]:
    site = answers.one(
        """
        with worded as (
          select m.*, p.n_words from page_metrics m join pages p using (url)
          where p.is_own and p.status = 200 and p.n_words > 0 and m.unique_share is not null)
        select count(*) as n_pages, sum(n_words) as n_words,
          sum(duplicate_share * n_words) / sum(n_words) as duplicate_share,
          sum(common_share * n_words) / sum(n_words) as common_share,
          sum(unique_share * n_words) / sum(n_words) as unique_share
        from worded"""
    )
    passages = answers.rows(
        "select * from duplicates where url < other_url order by n_words desc, url, other_url limit 20"
    )
    pages = answers.rows(
        """
        select m.url, p.n_words, m.duplicate_share, m.common_share, m.unique_share, m.nearest_url, m.nearest_share
        from page_metrics m join pages p using (url) where p.role <> 'probe' and m.duplicate_share >= 0.1
        order by m.duplicate_share * p.n_words desc, m.url limit 25"""
    )
    clusters = answers.rows(
        """
        select count(*) as n_pages, list(url order by url)[:10] as urls from page_metrics
        where cluster_url is not null group by cluster_url order by n_pages desc, cluster_url limit 25"""
    )
    return {**site, "passages": passages, "pages": pages, "clusters": clusters}


def _add_verdicts(answers: Answers, report: Report) -> None:
    for word in VERDICTS:
        counts = answers.one(
            "select count(*) as n, count(distinct source_domain) as n_domains from verdicts where verdict = ?", [word]
        )
        rows = answers.rows(
            f"""
            select v.*, b.state, b.state_reason, b.counts, b.counts_reason, b.region, b.rel, b.first_seen_at,
              b.reported_by, b.source_title, b.before, b.after, b.n_visits, b.vendor_authority,
              count(*) over alike as n_alike
            from verdicts v join backlinks b using (link_id) where v.verdict = ?
            window alike as (
              partition by v.source_domain, case when list_contains(v.kinds, 'sitewide') then '' else v.link_id end)
            qualify row_number() over (alike order by v.source_url, v.link_id) = 1
            order by coalesce(v.harm, 0) desc, coalesce(v.goodness, 0) desc, v.source_url, v.link_id
            limit {ROWS_PER_VERDICT[word]}""",
            [word],
        )
        for row in rows:
            row["terms"] = sorted(row["terms"] or [], key=lambda term: -abs(term["contribution"] or 0.0))
        report.verdicts[word] = {**counts, "rows": rows}
    kinds = answers.rows(
        """
        select kind, count(distinct source_domain) as n from (select source_domain, unnest(kinds) as kind from verdicts)
        group by kind order by kind"""
    )
    report.harms = {row["kind"]: row["n"] for row in kinds}


def _add_prospects(answers: Answers, report: Report) -> None:
    for row in answers.rows("select kind, count(*) as n from prospects group by kind order by max(worth) desc, kind"):
        rows = answers.rows(
            f"select * from prospects where kind = ? order by worth desc, url limit {ROWS_PER_KIND}", [row["kind"]]
        )
        report.prospects[row["kind"]] = {"n": row["n"], "rows": rows}
