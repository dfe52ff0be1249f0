"""The few figures that a manager reads, each from a table that opens into rows."""

from __future__ import annotations

from typing import Any

from linkworthy.questions.open import Answers


def summary(answers: Answers) -> dict[str, Any]:
    """Count pages, findings, links, verdicts and prospects of a snapshot; null for what no stage has written yet."""
    has = answers.snapshot.has
    out: dict[str, Any] = {"snapshot": answers.snapshot.id, "created_at": answers.snapshot.created_at}
    out["site"] = _site(answers) if has("pages") else None
    out["findings"] = _findings(answers) if has("findings") else None
    out["links"] = _links(answers) if has("backlinks") else None
    out["verdicts"] = _counted(answers, "verdict", "verdicts") if has("verdicts") else None
    out["prospects"] = _counted(answers, "kind", "prospects") if has("prospects") else None
    out["imports"] = answers.rows("select * from imports order by file") if has("imports") else None
    return out


def _site(answers: Answers) -> dict[str, Any]:
    return answers.one(
        """
        select count(*) as n_urls, count(*) filter (status = 200 and is_html) as n_pages,
          count(*) filter (status between 300 and 399) as n_redirects,
          count(*) filter (status between 400 and 499) as n_client_errors,
          count(*) filter (status >= 500) as n_server_errors,
          count(*) filter (state = 'failed') as n_failed, count(*) filter (state = 'disallowed') as n_disallowed,
          count(*) filter (state = 'skipped') as n_skipped,
          coalesce(bool_or(status = 200) filter (depth = 0), false) as is_start_read,
          median(ttfb_ms) filter (status = 200) as median_ttfb_ms
        from pages where role = 'own'"""
    )


def _findings(answers: Answers) -> dict[str, Any]:
    by = answers.rows(
        """
        select rule, any_value(severity) as severity, any_value(priority) as priority, count(*) as n,
          max(value) as value
        from findings group by rule order by n desc, rule"""
    )
    coverage = answers.one(
        """
        select count(*) filter (state = 'judged') as n_judged, count(*) filter (state = 'not judged') as n_not_judged
        from coverage"""
    )
    return {"by_rule": by, **coverage}


def _links(answers: Answers) -> dict[str, Any]:
    return answers.one(
        """
        select count(*) as n_links, count(distinct source_url) as n_pages, count(distinct source_domain) as n_domains,
          count(*) filter (state = 'live') as n_live, count(*) filter (state = 'gone') as n_gone,
          count(*) filter (state in ('could not check', 'not checked')) as n_unchecked,
          count(*) filter (counts = 'yes') as n_counting,
          count(distinct source_domain) filter (counts = 'yes') as n_counting_domains
        from backlinks"""
    )


def _counted(answers: Answers, column: str, table: str) -> dict[str, int]:
    rows = answers.rows(f"select {column} as word, count(*) as n from {table} group by {column} order by {column}")
    return {row["word"]: row["n"] for row in rows}
