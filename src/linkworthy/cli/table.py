"""``linkworthy table``: any table, shown or exported."""

from __future__ import annotations

from pathlib import Path

import click

from linkworthy.cli.common import json_option, open_snapshot, snapshot_option
from linkworthy.cli.output import show_rows
from linkworthy.questions import Answers, rows_of, size_of
from linkworthy.tables import TABLES


@click.command(
    epilog="""\b
Examples:
  linkworthy table shop.example rejects
  linkworthy table . pages --where "status >= 400" --csv
  linkworthy table . links --limit 1000000 --parquet links.parquet"""
)
@click.argument("site", metavar="SITE")
@click.argument("name", metavar="TABLE", type=click.Choice(list(TABLES)))
@snapshot_option
@click.option("--where", default="", help="A SQL predicate over the table's columns.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--parquet", type=click.Path(dir_okay=False, path_type=Path), help="Write Parquet to this file instead.")
@json_option
def command(
    site: str, name: str, *, snapshot_id: str, where: str, limit: int, offset: int, as_csv: bool, parquet: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Show or export rows of TABLE in its own order. 'linkworthy explain TABLE' says what its columns mean."""
    with Answers(open_snapshot(site, snapshot_id)) as answers:
        table = rows_of(answers, name, where=where, limit=limit, offset=offset)
        total = size_of(answers, name, where)
    if parquet is not None:
        import pyarrow.parquet as pq

        pq.write_table(table, parquet, compression="zstd")
        click.echo(f"{parquet}: {table.num_rows} of {total} rows", err=True)
        return
    show_rows(table, as_json=as_json, as_csv=as_csv, note=f"{table.num_rows} of {total} rows")
