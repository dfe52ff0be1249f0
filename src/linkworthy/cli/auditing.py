"""``linkworthy audit``: judge the own site."""

from __future__ import annotations

import click

from linkworthy.cli.common import fresh_option, json_option, open_job, open_site, quiet_option, site_argument
from linkworthy.cli.output import show_json, show_rows
from linkworthy.errors import StageError
from linkworthy.pipeline.job import do_audit, do_measure, need_index
from linkworthy.questions import Answers


@click.command(
    epilog="""\b
Examples:
  linkworthy audit shop.example
  linkworthy audit . --json
  linkworthy explain bl-target-404 .      the rule, and every page that it flags"""
)
@site_argument
@json_option
@quiet_option
@fresh_option
def command(site: str, *, as_json: bool, quiet: bool, fresh: bool) -> None:
    """Judge the crawled site by every rule; what lacks its data is said to be not judged, never silently green."""
    with open_job(open_site(site), "audit", {}, quiet=quiet, fresh=fresh) as job:
        if not job.run.has("pages"):
            job.run.abandon()
            raise StageError(f"no pages yet: 'linkworthy crawl {site}' first")
        need_index(job)
        do_measure(job)
        do_audit(job)
        snapshot = job.run.publish()
    with Answers(snapshot) as answers:
        found = answers.ask(
            """
            select rule, any_value(severity) as severity, any_value(priority) as priority, count(*) as n_found
            from findings group by rule
            order by list_position(['issue', 'warning', 'opportunity', 'notice'], any_value(severity)), n_found desc,
              rule"""
        )
        coverage = answers.rows("select state, count(*) as n from coverage group by state order by state")
        unjudged = answers.rows("select rule, needs from coverage where state = 'not judged' order by rule")
    if as_json:
        data = {"snapshot": snapshot.id, "findings": found.to_pylist(), "not_judged": unjudged}
        show_json(data)
        return
    show_rows(found, as_json=False, note=f"why and where: linkworthy explain RULE {site}")
    click.echo(", ".join(f"{row['n']} rules {row['state']}" for row in coverage), err=True)
