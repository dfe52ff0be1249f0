"""``linkworthy export``: reports under Screaming Frog's file and column names."""

from __future__ import annotations

from pathlib import Path

import click

from linkworthy.cli.common import json_option, open_snapshot, snapshot_option
from linkworthy.cli.output import show_json
from linkworthy.errors import InputError
from linkworthy.questions import Answers
from linkworthy.reports.frog import NAMES, REPORTS, write_frog


@click.command(
    epilog="""\b
Examples:
  linkworthy export shop.example                                all reports, into ./screaming-frog
  linkworthy export . internal_all all_inlinks --to exports
  linkworthy export --list"""
)
@click.argument("site", metavar="SITE", required=False)
@click.argument("reports", nargs=-1, metavar="[REPORT]...")
@snapshot_option
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), default=Path("screaming-frog"), show_default=True,
    help="Folder for the files; made where it is absent.",
)  # fmt: skip
@click.option("--list", "is_list", is_flag=True, help="Name the reports and write nothing.")
@json_option
def command(
    site: str | None, reports: tuple[str, ...], *, snapshot_id: str, to: Path, is_list: bool, as_json: bool
) -> None:
    """Write reports of SITE as CSV files with the names and columns of Screaming Frog's exports; all by default.

    What linkworthy does not measure has its column, empty.
    """
    if is_list:
        if as_json:
            show_json([{"name": report.name, "about": report.about} for report in REPORTS])
        else:
            click.echo("\n".join(f"{report.name:44} {report.about}" for report in REPORTS))
        return
    if site is None:
        raise InputError("name the site; --list names the reports")
    unknown = [name for name in reports if name.removesuffix(".csv") not in NAMES]
    if unknown:
        raise InputError(f"no report {unknown[0]!r}; 'linkworthy export --list' names them")
    wanted = tuple(name.removesuffix(".csv") for name in reports) or NAMES
    with Answers(open_snapshot(site, snapshot_id)) as answers:
        answers.need("page_metrics", "audit")
        to.mkdir(parents=True, exist_ok=True)
        written = list(write_frog(answers, to, wanted))
    if as_json:
        show_json([{"file": str(path), "n_rows": n_rows} for path, n_rows in written])
        return
    for path, n_rows in written:
        click.echo(f"{path}: {n_rows:,} rows")
