"""``linkworthy verify``: fetch every linking page."""

from __future__ import annotations

from typing import Any

import click

from linkworthy.cli.common import (
    fresh_option,
    json_option,
    need_links,
    network_options,
    open_job,
    open_site,
    quiet_option,
    site_argument,
)
from linkworthy.cli.output import show_json, show_rows
from linkworthy.pipeline.job import do_verify, need_index
from linkworthy.questions import Answers


@click.command(
    epilog="""\b
Examples:
  linkworthy verify shop.example
  linkworthy verify . --delay 2 --timeout 10 --json"""
)
@site_argument
@network_options
@json_option
@quiet_option
@fresh_option
def command(site: str, *, as_json: bool, quiet: bool, fresh: bool, **options: Any) -> None:
    """Fetch every linking page and say whether the link is live, gone or could not be checked, and whether it counts.

    429 and time-outs get a second, slow pass; what could not be checked is said, never called lost.
    """
    with open_job(open_site(site), "verify", {}, quiet=quiet, fresh=fresh, options=options) as job:
        need_links(job)
        need_index(job)
        do_verify(job)
        snapshot = job.run.publish()
    with Answers(snapshot) as answers:
        table = answers.ask(
            """
            select state, reason, counts, counts_reason, count(*) as n_links, count(distinct source_domain) as n_domains
            from checks group by all order by n_links desc, state, reason, counts, counts_reason"""
        )
    if as_json:
        show_json({"snapshot": snapshot.id, "checks": table.to_pylist()})
    else:
        show_rows(table, as_json=False, note=f"one by one: linkworthy links {site}")
