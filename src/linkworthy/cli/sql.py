"""``linkworthy sql``: the tables asked in SQL."""

from __future__ import annotations

import sys

import click

from linkworthy.cli.common import json_option, open_snapshot, snapshot_option
from linkworthy.cli.output import show_rows
from linkworthy.questions import Answers, sql


@click.command(
    epilog="""\b
Examples:
  linkworthy sql shop.example "select status, count(*) from pages group by 1 order by 2 desc"
  linkworthy sql . "select * from verdicts where verdict = 'disavow'" --csv
  linkworthy sql . - < question.sql"""
)
@click.argument("site", metavar="SITE")
@click.argument("query")
@snapshot_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
def command(site: str, query: str, *, snapshot_id: str, as_csv: bool, as_json: bool) -> None:
    """Answer QUERY (or standard input for -) over all tables of a snapshot, in DuckDB's SQL. Tables are only read."""
    text = sys.stdin.read() if query == "-" else query
    with Answers(open_snapshot(site, snapshot_id)) as answers:
        table = sql(answers, text)
    show_rows(table, as_json=as_json, as_csv=as_csv)
