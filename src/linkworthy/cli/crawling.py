"""``linkworthy crawl``: crawl the own site."""

from __future__ import annotations

from typing import Any

import click

from linkworthy.cli.common import (
    fresh_option,
    json_option,
    network_options,
    open_job,
    open_site,
    quiet_option,
    site_argument,
)
from linkworthy.cli.output import show_json
from linkworthy.errors import SiteError
from linkworthy.pipeline.job import do_crawl, need_index
from linkworthy.questions import Answers, summary


@click.command(
    epilog="""\b
Examples:
  linkworthy crawl shop.example
  linkworthy crawl https://shop.example --max-pages 2000 --delay 1
  linkworthy crawl . --connect-to shop.example:443:127.0.0.1:8443 --ca-file ca.pem"""
)
@site_argument
@network_options
@json_option
@quiet_option
@fresh_option
def command(site: str, *, as_json: bool, quiet: bool, fresh: bool, **options: Any) -> None:
    """Crawl the own site: pages, links, redirects, sitemaps, variants, and every outbound link once.

    robots.txt is obeyed. Killed or interrupted, the same command goes on where it was.
    """
    with open_job(open_site(site), "crawl", {}, quiet=quiet, fresh=fresh, options=options) as job:
        try:
            need_index(job)
            do_crawl(job)
        except SiteError:
            job.run.abandon()
            raise
        snapshot = job.run.publish()
    with Answers(snapshot) as answers:
        told = summary(answers)["site"]
    if as_json:
        show_json({"snapshot": snapshot.id, **told})
    else:
        click.echo(", ".join(f"{name.removeprefix('n_').replace('_', ' ')} {value}" for name, value in told.items()))
