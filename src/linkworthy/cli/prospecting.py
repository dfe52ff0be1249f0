"""``linkworthy prospects``: chances for more good links."""

from __future__ import annotations

import click

from linkworthy.cli.common import (
    fresh_option,
    json_option,
    need_links,
    open_job,
    open_site,
    quiet_option,
    site_argument,
)
from linkworthy.cli.output import show_json, show_rows
from linkworthy.pipeline.job import do_measure, do_prospects, need_index
from linkworthy.questions import Answers


@click.command(
    epilog="""\b
Examples:
  linkworthy prospects shop.example
  linkworthy prospects . --kind broken --csv > win-back.csv"""
)
@site_argument
@click.option("--kind", default="", help="forum, blog, directory, competitor, broken, lost or mention.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
@quiet_option
@fresh_option
def command(site: str, *, kind: str, limit: int, as_csv: bool, as_json: bool, quiet: bool, fresh: bool) -> None:
    """Find forums, blogs, directories, competitors' links, broken and lost links, and mentions without a link.

    It finds and judges; you write. Nothing is ever posted.
    """
    with open_job(open_site(site), "prospects", {}, quiet=quiet, fresh=fresh) as job:
        need_links(job)
        need_index(job)
        job.run.replace(
            "scout"
        )  # the last search's pages are read anew: a second search measures what the first one did
        do_measure(job)
        do_prospects(job)
        snapshot = job.run.publish()
    with Answers(snapshot) as answers:
        table = answers.ask(
            "select * from prospects where (kind = ? or ? = '') order by worth desc, kind, url limit ?",
            [kind, kind, limit],
        )
    if as_json:
        show_json({"snapshot": snapshot.id, "prospects": table.to_pylist()})
    elif as_csv:
        show_rows(table, as_json=False, as_csv=True)
    else:
        show_rows(table.select(["kind", "url", "why", "how", "worth"]), as_json=False)
