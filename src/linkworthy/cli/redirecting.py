"""``linkworthy redirects``: the 301 map."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from linkworthy.cli.common import SITE_HELP, json_option, open_snapshot, site_argument, snapshot_option
from linkworthy.cli.output import show_json
from linkworthy.questions import Answers
from linkworthy.reports.cells import harmless
from linkworthy.reports.redirect_forms import REDIRECT_FORMS
from linkworthy.reports.redirect_map import read_redirect_map
from linkworthy.site.parts import write_text


@click.command(
    help=f"Write the 301 for each linked page that is gone or chained, checked for loops and chains.\n\n{SITE_HELP}",
    epilog="""\b
Examples:
  linkworthy redirects shop.example
  linkworthy redirects . --format apache -o .htaccess
  linkworthy redirects . --format csv -o redirects.csv""",
)
@site_argument
@snapshot_option
@click.option("--format", "form", type=click.Choice(list(REDIRECT_FORMS)), default="nginx", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@json_option
def command(site: str, *, snapshot_id: str, form: str, output: Path | None, as_json: bool) -> None:
    """Write the redirect map."""
    with Answers(open_snapshot(site, snapshot_id)) as answers:
        answers.need("targets", "audit")
        plan = read_redirect_map(answers.db)
    if as_json:
        show_json(asdict(plan))
        return
    rules = REDIRECT_FORMS[form](plan)
    if output is not None:
        write_text(output, rules.text)
        click.echo(f"{output}: {rules.n_rules} redirects", err=True)
    else:
        click.echo(rules.text, nl=False)
    for lost in plan.open:
        click.echo(f"no page is near enough: choose one for {harmless(lost.url)} ({harmless(lost.why)})", err=True)
    for problem in (*plan.problems, *rules.left_out):
        click.echo(f"left out: {harmless(problem)}", err=True)
    for warning in (*plan.warnings, *rules.warnings):
        click.echo(f"look again: {harmless(warning)}", err=True)
