"""``linkworthy domains``: the referring domains."""

from __future__ import annotations

from typing import Any

import click

from linkworthy.cli.common import SITE_HELP, site_argument, snapshot_option
from linkworthy.cli.exporting import export_of, export_options, limit_option, show_or_export
from linkworthy.cli.readying import MEASURED, ready_answers
from linkworthy.questions import about_domains, size_of
from linkworthy.questions.domains import DOMAIN_ORDERS

SHORT = ("domain", "n_links", "n_live", "followed_share", "first_seen_at", "top_anchor", "vendor_authority", "verdicts")


@click.command(
    help=f"List the referring domains, each counted once: first seen, followed share, verdicts.\n\n{SITE_HELP}",
    epilog="""\b
Examples:
  linkworthy domains shop.example --order harm
  linkworthy domains . --csv > domains.csv
  linkworthy domains . -o domains.parquet""",
)
@site_argument
@snapshot_option
@click.option("--order", type=click.Choice(list(DOMAIN_ORDERS)), default="links", show_default=True)
@limit_option
@click.option("--offset", type=click.IntRange(0), default=0)
@export_options
def command(site: str, *, snapshot_id: str, order: str, limit: int | None, offset: int, **options: Any) -> None:
    """List the referring domains."""
    to = export_of(options)
    with ready_answers(site, snapshot_id, MEASURED) as answers:
        asked = about_domains(answers, order=order, limit=to.limit(limit), offset=offset)
        note = f"{{n}} of {size_of(answers, 'domains')} domains"
        show_or_export(answers, asked, to, title="domains", note=note, short=SHORT)
