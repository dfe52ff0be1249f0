"""``linkworthy sql``: the tables asked in SQL."""

from __future__ import annotations

import sys
from typing import Any

import click

from linkworthy.cli.common import open_snapshot, snapshot_option
from linkworthy.cli.exporting import export_of, export_options, show_or_export
from linkworthy.questions import Answers, about_sql


@click.command(
    epilog="""\b
Examples:
  linkworthy sql shop.example "select status, count(*) from pages group by 1 order by 2 desc"
  linkworthy sql . "select * from verdicts where verdict = 'disavow'" --csv
  linkworthy sql . "select * from verdicts" -o verdicts.parquet
  linkworthy sql . - < question.sql"""
)
@click.argument("site", metavar="SITE")
@click.argument("query")
@snapshot_option
@export_options
def command(site: str, query: str, *, snapshot_id: str, **options: Any) -> None:
    """Answer QUERY (or standard input for -) over all tables of a snapshot, in DuckDB's SQL. Tables are only read."""
    to = export_of(options)
    text = sys.stdin.read() if query == "-" else query
    with Answers(open_snapshot(site, snapshot_id)) as answers:
        show_or_export(answers, about_sql(answers, text), to, title="answer")
