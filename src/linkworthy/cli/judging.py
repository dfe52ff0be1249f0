"""``linkworthy judge``: judge every link."""

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
from linkworthy.pipeline.job import do_judge, do_measure, need_index
from linkworthy.questions import Answers


@click.command(
    epilog="""\b
Examples:
  linkworthy judge shop.example
  linkworthy links shop.example --verdict act
  linkworthy explain https://blog.example/post shop.example      the arithmetic of its verdict"""
)
@site_argument
@json_option
@quiet_option
@fresh_option
def command(site: str, *, as_json: bool, quiet: bool, fresh: bool) -> None:
    """Judge every link by six criteria and five kinds of harm: keep, watch, act, disavow or not known.

    Each verdict is an explained sum with its coverage; one weak signal is shown and is never a verdict.
    """
    with open_job(open_site(site), "judge", {}, quiet=quiet, fresh=fresh) as job:
        need_links(job)
        need_index(job)
        do_measure(job)
        do_judge(job)
        snapshot = job.run.publish()
    with Answers(snapshot) as answers:
        table = answers.ask(
            """
            select verdict, count(*) as n_links, count(distinct source_domain) as n_domains,
              avg(goodness) as mean_goodness, avg(coverage_share) as mean_coverage
            from verdicts group by verdict order by n_links desc, verdict"""
        )
    if as_json:
        show_json({"snapshot": snapshot.id, "verdicts": table.to_pylist()})
    else:
        show_rows(table, as_json=False, note=f"one by one: linkworthy links {site} --verdict act")
