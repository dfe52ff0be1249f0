"""``linkworthy domains``: the referring domains."""

from __future__ import annotations

import click

from linkworthy.cli.common import SITE_HELP, json_option, open_snapshot, site_argument, snapshot_option
from linkworthy.cli.output import show_rows
from linkworthy.questions import Answers, domains
from linkworthy.questions.domains import DOMAIN_ORDERS

SHORT = ("domain", "n_links", "n_live", "followed_share", "first_seen_at", "top_anchor", "vendor_authority", "verdicts")


@click.command(
    help=f"List the referring domains, each counted once: first seen, followed share, verdicts.\n\n{SITE_HELP}",
    epilog="""\b
Examples:
  linkworthy domains shop.example --order harm
  linkworthy domains . --csv > domains.csv""",
)
@site_argument
@snapshot_option
@click.option("--order", type=click.Choice(list(DOMAIN_ORDERS)), default="links", show_default=True)
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
def command(site: str, *, snapshot_id: str, order: str, limit: int, offset: int, as_csv: bool, as_json: bool) -> None:
    """List the referring domains."""
    with Answers(open_snapshot(site, snapshot_id)) as answers:
        table = domains(answers, order=order, limit=limit, offset=offset)
    show_rows(table if as_json or as_csv else table.select(SHORT), as_json=as_json, as_csv=as_csv)
