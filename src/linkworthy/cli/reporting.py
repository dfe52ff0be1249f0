"""``linkworthy report``: the report of a snapshot."""

from __future__ import annotations

import click

from linkworthy.cli.common import (
    SITE_HELP,
    json_option,
    open_site,
    quiet_option,
    site_argument,
    snapshot_option,
)
from linkworthy.cli.output import show_json
from linkworthy.cli.progress import listener
from linkworthy.pipeline.reporting import write_reports


@click.command(
    help="Write the report of a snapshot: one HTML file, XLSX, Markdown, CSV, JSON, and PDF where Chromium is."
    f"\n\n{SITE_HELP}",
    epilog="""\b
Examples:
  linkworthy report shop.example
  linkworthy report . --snapshot 2026-11 --no-pdf""",
)
@site_argument
@snapshot_option
@click.option("--pdf/--no-pdf", default=True, help="Write the report as PDF too.")
@json_option
@quiet_option
def command(site: str, *, snapshot_id: str, pdf: bool, as_json: bool, quiet: bool) -> None:
    """Write the report of a snapshot."""
    opened = open_site(site)
    snapshot = opened.snapshot(snapshot_id) if snapshot_id else opened.latest()
    with listener(quiet=quiet) as progress:
        paths, summary = write_reports(snapshot, opened, opened.config, progress, pdf=pdf)
    if as_json:
        show_json({**summary, "reports": [str(path) for path in paths]})
    else:
        for path in paths:
            click.echo(path)
