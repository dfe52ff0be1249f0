"""``linkworthy disavow``: write or check a disavow file."""

from __future__ import annotations

from pathlib import Path

import click

from linkworthy.cli.common import json_option, open_site, snapshot_option
from linkworthy.cli.output import show_json
from linkworthy.errors import InputError
from linkworthy.questions import Answers
from linkworthy.reports.cells import harmless
from linkworthy.reports.disavow import Disavow, disavow_file, read_disavow
from linkworthy.site import SiteConfig
from linkworthy.site.parts import write_text


@click.command(
    epilog="""\b
Examples:
  linkworthy disavow shop.example --previous disavow.txt -o new-disavow.txt
  linkworthy disavow shop.example --check disavow.txt
  linkworthy disavow --check disavow.txt"""
)
@click.argument("site", default=".", metavar="[SITE]")
@snapshot_option
@click.option(
    "--previous", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The file in force: it is kept."
)
@click.option("--check", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Only check this file.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@json_option
def command(
    site: str, *, snapshot_id: str, previous: Path | None, check: Path | None, output: Path | None, as_json: bool
) -> None:
    """Write a disavow file to Google's grammar from the verdicts, merged with the one in force; or check one.

    Most sites need none: the file says so itself where nothing calls for it. An upload replaces the old file, so
    give it with --previous.
    """
    if check is not None:
        _check(read_disavow(check.read_bytes(), _config_of(site)), check, as_json=as_json)
        return
    opened = open_site(site)
    old = read_disavow(previous.read_bytes(), opened.config) if previous is not None else None
    snapshot = opened.snapshot(snapshot_id) if snapshot_id else opened.latest()
    with Answers(snapshot) as answers:
        written = disavow_file(answers, opened.config, old)
    lint = [found._asdict() for found in old.lint] if old is not None else []
    if output is not None:
        write_text(output, written.text)
    if as_json:
        show_json({"n_new": written.n_new, "n_old": written.n_old, "left_out": written.left_out,
                   "changed": written.changed, "lint": lint, "text": written.text})  # fmt: skip
        return
    if output is None:
        click.echo(written.text, nl=False)
    click.echo(f"{written.n_new} new entries, {written.n_old} kept", err=True)
    for reason in written.left_out:
        click.echo(f"left out: {harmless(reason)}", err=True)
    for change in written.changed:
        click.echo(f"changed: {harmless(change)}", err=True)


def _config_of(site: str) -> SiteConfig | None:
    """Give the settings of the site, null where none is named and this folder is none: own hosts are not known then."""
    try:
        return open_site(site).config
    except InputError:
        if site != ".":
            raise
        return None


def _check(found: Disavow, path: Path, *, as_json: bool) -> None:
    if as_json:
        show_json({"n_entries": len(found.entries), "lint": [one._asdict() for one in found.lint]})
    else:
        for one in found.lint:
            click.echo(f"{path}:{one.line}: {one.slug}: {one.message}: {harmless(one.text)}")
        click.echo(f"{len(found.entries)} entries, {len(found.lint)} remarks", err=True)
    raise click.exceptions.Exit(InputError.exit_code if found.lint else 0)
