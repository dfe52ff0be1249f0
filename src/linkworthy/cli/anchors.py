"""``linkworthy anchors``: the anchors of the links to the site."""

from __future__ import annotations

import click

from linkworthy.cli.common import SITE_HELP, json_option, open_snapshot, site_argument, snapshot_option
from linkworthy.cli.output import show_rows
from linkworthy.questions import Answers, anchors


@click.command(
    help=f"List the anchors by the referring domains that use them; sitewide links count once.\n\n{SITE_HELP}",
    epilog="""\b
Examples:
  linkworthy anchors shop.example
  linkworthy anchors . --json --limit 1000""",
)
@site_argument
@snapshot_option
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
def command(site: str, *, snapshot_id: str, limit: int, offset: int, as_csv: bool, as_json: bool) -> None:
    """List the anchors."""
    with Answers(open_snapshot(site, snapshot_id)) as answers:
        table = anchors(answers, limit=limit, offset=offset)
    show_rows(table, as_json=as_json, as_csv=as_csv)
