"""What ``linkworthy crawl`` says: its last line, a plan, and how far another process is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkworthy.crawl.plan import Plan


def figures_of(facts: Mapping[str, Any], snapshot: str) -> dict[str, Any]:
    """Give what a finished crawl came to, in the order of its last line."""
    seconds = facts.get("seconds") or 0.0
    fetched = facts.get("n_fetched", 0)
    return {
        "snapshot": snapshot,
        "state": "whole" if facts.get("is_whole", True) else "early",
        "mode": facts.get("mode"),
        "fetched": fetched,
        "own": facts.get("n_own", 0),
        "outbound": facts.get("n_outbound", 0),
        "resources": facts.get("n_resources", 0),
        "disallowed": facts.get("n_disallowed", 0),
        "left": facts.get("n_left", 0),
        "rejected": facts.get("n_rejected") or None,
        "seconds": seconds,
        "pages_per_s": round(fetched / seconds, 2) if seconds else None,
        "peak_memory_mb": facts.get("peak_memory_mb"),
        "status": facts.get("status", {}),
        "faults": facts.get("faults", {}),
        "skipped": facts.get("skipped", {}),
    }


def last_line(figures: Mapping[str, Any]) -> str:
    """Give figures as NAME=VALUE with a space between; those of a group are named after it."""
    words = []
    for name, value in figures.items():
        if isinstance(value, Mapping):
            singular = {"faults": "fault"}.get(name, name)
            words += [f"{singular}_{key}={n}" for key, n in value.items()]
        elif value is not None:
            words.append(f"{name}={value}")
    return " ".join(words)


def told_plan(plan: Plan) -> str:
    """Put a plan into words."""
    if plan.n_urls is None:
        first = "an unknown number of URLs: the list has to be fetched first"
    else:
        least = "at least " if plan.is_least else "about "
        limit = ", the limit of the settings" if plan.is_limited else ""
        first = f"{least}{plan.n_urls:,} URLs (from: {plan.source}{limit})"
    took = "" if plan.seconds is None else f", {_minutes(plan.seconds)} at {plan.pages_per_s:,.1f} pages/s"
    asked = f" (robots.txt asks for {plan.crawl_delay_s:g} s)" if plan.crawl_delay_s else ""
    answer = "unknown" if plan.answer_s is None else f"{plan.answer_s * 1000:,.0f} ms"
    unread = f", {plan.n_sitemaps_unread:,} more were not read" if plan.n_sitemaps_unread else ""
    last = "none" if plan.n_last_crawl is None else f"{plan.n_last_crawl:,}"
    pace = f"{plan.connections_per_host} connections per host, {plan.processes} processes, an answer took {answer}"
    known = f"{plan.n_in_sitemaps:,} URLs in {plan.n_sitemaps:,} sitemaps{unread}; last crawl: {last}"
    start = f"the start page links to {plan.n_start_links:,} own URLs and {plan.n_start_outbound:,} others"
    lines = [first + took, f"delay per host {plan.delay_s:g} s{asked}, {pace}", f"{known}; {start}"]
    if plan.is_start_allowed is False:
        lines.append("robots.txt forbids the start page: nothing would be fetched")
    return "\n".join(lines)


def told_status(status: Mapping[str, Any]) -> str:
    """Put live figures on one line that a script can read."""
    flat = {name: value for name, value in status.items() if name != "slowest_hosts"}
    return last_line(flat)


def _minutes(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:,.0f} seconds"
    return f"{seconds / 60:,.0f} minutes" if seconds < 5_400 else f"{seconds / 3_600:,.1f} hours"
