"""``linkworthy prospects``: chances for more good links."""

from __future__ import annotations

from typing import Any

import click

from linkworthy.cli.common import (
    fresh_option,
    need_links,
    open_job,
    open_site,
    quiet_option,
    site_argument,
)
from linkworthy.cli.exporting import export_of, export_options, limit_option, show_or_export
from linkworthy.cli.output import show_json
from linkworthy.pipeline.job import do_measure, do_prospects, need_index
from linkworthy.questions import Answers, Question

SHORT = ("kind", "url", "why", "how", "worth")


@click.command(
    epilog="""\b
Examples:
  linkworthy prospects shop.example
  linkworthy prospects . --kind broken --csv > win-back.csv
  linkworthy prospects . --output prospects.xlsx"""
)
@site_argument
@click.option("--kind", default="", help="forum, blog, directory, competitor, broken, lost or mention.")
@limit_option
@export_options
@quiet_option
@fresh_option
def command(site: str, *, kind: str, limit: int | None, quiet: bool, fresh: bool, **options: Any) -> None:
    """Find forums, blogs, directories, competitors' links, broken and lost links, and mentions without a link.

    It finds and judges; you write. Nothing is ever posted.
    """
    to = export_of(options)
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
        asked = Question(
            "select * from prospects where (kind = ? or ? = '') order by worth desc, kind, url limit ?",
            [kind, kind, to.limit(limit)],
        )
        if options["as_json"] and to.output is None:
            show_json({"snapshot": snapshot.id, "prospects": answers.answer(asked).to_pylist()})
        else:
            show_or_export(answers, asked, to, title="prospects", short=SHORT)
