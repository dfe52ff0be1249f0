"""``linkworthy anchors``: the anchors of the links to the site."""

from __future__ import annotations

from typing import Any

import click

from linkworthy.cli.common import SITE_HELP, site_argument, snapshot_option
from linkworthy.cli.exporting import export_of, export_options, limit_option, show_or_export
from linkworthy.cli.readying import MEASURED, ready_answers
from linkworthy.questions import about_anchors


@click.command(
    help=f"List the anchors by the referring domains that use them; sitewide links count once.\n\n{SITE_HELP}",
    epilog="""\b
Examples:
  linkworthy anchors shop.example
  linkworthy anchors . --json --limit 1000
  linkworthy anchors . --output anchors.md""",
)
@site_argument
@snapshot_option
@limit_option
@click.option("--offset", type=click.IntRange(0), default=0)
@export_options
def command(site: str, *, snapshot_id: str, limit: int | None, offset: int, **options: Any) -> None:
    """List the anchors."""
    to = export_of(options)
    with ready_answers(site, snapshot_id, MEASURED) as answers:
        asked = about_anchors(answers, limit=to.limit(limit), offset=offset)
        show_or_export(answers, asked, to, title="anchors")
