"""``linkworthy links``: the links to the site."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from linkworthy.cli.common import SITE_HELP, site_argument, snapshot_option
from linkworthy.cli.exporting import export_of, export_options, limit_option, show_or_export
from linkworthy.cli.readying import MEASURED, ready_answers
from linkworthy.questions import LinkFilter, about_links, count
from linkworthy.questions.links import ORDERS

SHORT = ("source_url", "anchor", "target_url", "state", "counts", "region", "verdict", "first_seen_at")


@click.command(
    help=f"List the links to the site: where from, anchor, state, whether they count, and the verdict.\n\n{SITE_HELP}",
    epilog="""\b
Examples:
  linkworthy links shop.example --verdict disavow
  linkworthy links . --followed --state live --order authority --limit 20
  linkworthy links . --domain blog.example --json
  linkworthy links . --state gone --output lost.xlsx""",
)
@site_argument
@snapshot_option
@click.option("--domain", help="Registrable domain or host of the linking page.")
@click.option("--target", help="Own page, or the beginning of its URL.")
@click.option("--anchor", help="Text that the anchor holds.")
@click.option("--state", type=click.Choice(["live", "gone", "could not check", "not checked"]))
@click.option("--counts", type=click.Choice(["yes", "no", "not known"]))
@click.option("--verdict", type=click.Choice(["keep", "watch", "act", "disavow", "not known"]))
@click.option("--kind", type=click.Choice(["network", "automated", "comment", "sitewide", "irrelevant"]))
@click.option("--region", help="main, comment, footer, …")
@click.option("--reported-by", help="ahrefs, search-console, access-log, …")
@click.option("--followed/--nofollow", default=None, help="Only links that are, or are not, followed.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First seen on or after this day.")
@click.option("--order", type=click.Choice(list(ORDERS)), default="source", show_default=True)
@limit_option
@click.option("--offset", type=click.IntRange(0), default=0)
@click.option("--one-per-domain", is_flag=True, help="The first link of each referring domain.")
@export_options
def command(
    site: str, *, snapshot_id: str, order: str, limit: int | None, offset: int, one_per_domain: bool,
    domain: str | None, target: str | None, anchor: str | None, state: str | None, counts: str | None,
    verdict: str | None, kind: str | None, region: str | None, reported_by: str | None, followed: bool | None,
    since: datetime | None, **options: Any,
) -> None:  # fmt: skip
    """List the links to the site."""
    to = export_of(options)
    only = LinkFilter(
        domain=domain, target=target, anchor=anchor, state=state, counts=counts, verdict=verdict, kind=kind,
        region=region, reported_by=reported_by, followed=followed, since=since.date() if since else None,
    )  # fmt: skip
    with ready_answers(site, snapshot_id, MEASURED) as answers:
        asked = about_links(
            answers, only, order=order, limit=to.limit(limit), offset=offset, one_per_domain=one_per_domain
        )
        total = count(answers, only)
        note = f"{{n}} of {total['n_links']} links from {total['n_domains']} domains"
        show_or_export(answers, asked, to, title="links", note=note, short=SHORT)
