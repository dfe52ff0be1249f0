"""``linkworthy compare``: what changed on the own site between any two snapshots."""

from __future__ import annotations

from typing import Any

import click

from linkworthy.cli.common import open_site
from linkworthy.cli.exporting import export, export_of, export_options, limit_option
from linkworthy.cli.output import show_json, show_rows
from linkworthy.errors import InputError
from linkworthy.monitor.compare import SLUGS, Comparison, about_changes, compare
from linkworthy.monitor.diff import Changes, changes
from linkworthy.questions import Answers
from linkworthy.site import Site, Snapshot

_SHOWN = 10


@click.command(
    epilog="""\b
Examples:
  linkworthy compare shop.example                            the newest two snapshots with a crawl
  linkworthy compare . 2026-10 2026-11 --json                by the beginnings of their ids
  linkworthy compare . 2026-10 --change chg-title --csv      one check, all rows
  linkworthy compare . 2026-10 -o changes.xlsx"""
)
@click.argument("site", metavar="SITE")
@click.argument("before", required=False)
@click.argument("now", required=False)
@click.option("--change", type=click.Choice(SLUGS), help="Only this check.")
@click.option(
    "--similarity", type=click.FloatRange(0, 1), default=0.9, show_default=True,
    help="Likeness of a page's text, then and now, below which its content has changed.",
)  # fmt: skip
@limit_option
@click.option("--offset", type=click.IntRange(0), default=0)
@export_options
def command(
    site: str, before: str | None, now: str | None, *, change: str | None, similarity: float, limit: int | None,
    offset: int, **options: Any,
) -> None:  # fmt: skip
    """Compare the own pages and findings of snapshot NOW (default: the newest) with those of BEFORE."""
    to = export_of(options)
    old, new = _chosen(open_site(site), before, now)
    with Answers(new) as answers, Answers(old) as earlier:
        found = changes(answers, earlier)
        told = compare(answers, earlier, similarity_share=similarity)
        if to.form == "json" and to.output is None:
            rows = answers.answer(about_changes(change=change or "", limit=limit, offset=offset)).to_pylist()
            show_json({**_said(told, found), "changes": rows})
        elif to.form:
            asked = about_changes(change=change or "", limit=limit, offset=offset)
            export(answers, asked, to, title="changes")
        else:
            _tell(answers, told, found, change, limit, offset)


def _chosen(site: Site, before: str | None, now: str | None) -> tuple[Snapshot, Snapshot]:
    """Choose the two snapshots; where none is named, the newest and the newest before it that has other pages.

    Raises: InputError where there is nothing to compare.
    """
    new = site.snapshot(now) if now else site.latest()
    if before:
        return site.snapshot(before), new
    for older in reversed(site.snapshots()):
        if older.id < new.id and older.has("pages") and older.files("pages") != new.files("pages"):
            return older, new
    raise InputError(f"{site.folder}: no earlier crawl to compare {new.id} with; name two snapshots")


def _said(told: Comparison, found: Changes) -> dict[str, Any]:
    return {
        "before": told.before, "now": told.now, "counts": told.counts, "not_compared": told.not_compared,
        "new_findings": found.new_findings, "solved_findings": found.solved_findings,
    }  # fmt: skip


def _tell(
    answers: Answers, told: Comparison, found: Changes, change: str | None, limit: int | None, offset: int
) -> None:
    click.echo(f"{told.now} against {told.before}")
    for slug, n in told.counts.items():
        if n and change in {None, slug}:
            click.echo(f"\n{slug}: {n:,}")
            asked = about_changes(change=slug, limit=limit or _SHOWN, offset=offset)
            show_rows(answers.answer(asked).drop_columns("change"), as_json=False)
    still = [slug for slug, n in told.counts.items() if not n]
    if change is None:
        if still:
            click.echo(f"\nunchanged: {', '.join(still)}")
        for name, rows in (("new findings", found.new_findings), ("solved findings", found.solved_findings)):
            listed = ", ".join(f"{row['rule']} {row['n']:,}" for row in rows)
            click.echo(f"{name}: {listed or 'none'}")
    for slug, why in told.not_compared.items():
        click.echo(f"not compared: {slug}: {why}", err=True)
