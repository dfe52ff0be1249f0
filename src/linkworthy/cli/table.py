"""``linkworthy table``: any table, shown or exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from linkworthy.cli.common import open_snapshot, snapshot_option
from linkworthy.cli.exporting import export_of, export_options, limit_option, show_or_export
from linkworthy.questions import Answers, about_table, size_of
from linkworthy.tables import TABLES


@click.command(
    epilog="""\b
Examples:
  linkworthy table shop.example rejects
  linkworthy table . pages --where "status >= 400" --csv
  linkworthy table . findings --output findings.xlsx
  linkworthy table . links --limit 1000000 --parquet links.parquet"""
)
@click.argument("site", metavar="SITE")
@click.argument("name", metavar="TABLE", type=click.Choice(list(TABLES)))
@snapshot_option
@click.option("--where", default="", help="A SQL predicate over the table's columns.")
@limit_option
@click.option("--offset", type=click.IntRange(0), default=0)
@click.option("--parquet", type=click.Path(dir_okay=False, path_type=Path), help="Write Parquet to this file instead.")
@export_options
def command(
    site: str, name: str, *, snapshot_id: str, where: str, limit: int | None, offset: int, parquet: Path | None,
    **options: Any,
) -> None:  # fmt: skip
    """Show or export rows of TABLE in its own order. 'linkworthy explain TABLE' says what its columns mean."""
    if parquet is not None:
        options |= {"form": "parquet", "output": parquet}
    to = export_of(options)
    with Answers(open_snapshot(site, snapshot_id)) as answers:
        asked = about_table(answers, name, where=where, limit=to.limit(limit), offset=offset)
        note = "" if to.form else f"{{n}} of {size_of(answers, name, where)} rows"
        show_or_export(answers, asked, to, title=name, note=note)
