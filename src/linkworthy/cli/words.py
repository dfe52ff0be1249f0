"""The result of a whole job in a few lines for people."""

from __future__ import annotations

from typing import Any

import click


def told(summary: dict[str, Any]) -> None:
    """Print what a job found, and where its report lies."""
    if summary["site_fault"]:
        click.echo(f"The site did not answer: {summary['site_fault']}")
    if site := summary["site"]:
        click.echo(
            f"Site      {site['n_urls']:,} URLs: {site['n_pages']:,} pages, {site['n_redirects']:,} redirects, "
            f"{site['n_client_errors']:,} client errors, {site['n_server_errors']:,} server errors"
        )
    if findings := summary["findings"]:
        by_severity: dict[str, int] = {}
        for row in findings["by_rule"]:
            by_severity[row["severity"]] = by_severity.get(row["severity"], 0) + row["n"]
        words = ", ".join(f"{n:,} {severity}" for severity, n in by_severity.items()) or "nothing found"
        click.echo(f"Findings  {words}; {findings['n_judged']} rules judged, {findings['n_not_judged']} not judged")
    if links := summary["links"]:
        click.echo(
            f"Links     {links['n_links']:,} from {links['n_domains']:,} domains: {links['n_live']:,} live, "
            f"{links['n_gone']:,} gone, {links['n_unchecked']:,} not or not yet checked; "
            f"links of {links['n_counting_domains']:,} domains count"
        )
    for name in ("verdicts", "prospects"):
        if summary[name]:
            words = ", ".join(f"{n:,} {word}" for word, n in summary[name].items())
            click.echo(f"{name.capitalize():9} {words}")
    for refused in summary["refused"]:
        click.echo(f"Refused   {refused['file']}: {refused['detail']}")
    for path in summary["reports"][:1]:
        click.echo(f"Report    {path}")
