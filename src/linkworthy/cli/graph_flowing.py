"""``linkworthy graph flow``: how authority that arrives at a site flows through its pages."""

from __future__ import annotations

from dataclasses import asdict, replace

import click

from linkworthy.cli.graph_options import json_option, show
from linkworthy.cli.output import show_json
from linkworthy.reports.cells import harmless


@click.command(
    epilog="""\b
Examples:
  linkworthy graph flow shop.example
  linkworthy graph flow shop.example --surfer --limit 50
  linkworthy graph flow shop.example --json"""
)
@click.argument("site")
@click.option("--surfer", is_flag=True, help="Weigh links by where they stand on the page.")
@click.option("--damping", type=click.FloatRange(0, 1, max_open=True), default=0.85, show_default=True)
@click.option("--limit", type=click.IntRange(0), default=20, show_default=True, help="Pages to list.")
@json_option
def flow(site: str, *, surfer: bool, damping: float, limit: int, as_json: bool) -> None:
    """Say where the authority that backlinks bring to SITE goes: what stays, leaks to other sites, or stops.

    SITE is a site folder that was crawled and holds backlinks. All figures are shares of what arrives.
    """
    from linkworthy.cli.common import open_site
    from linkworthy.graph.siteflow import site_flow

    found = site_flow(open_site(site).latest().tables(), damping=damping, is_weighted=surfer)
    listed = found.pages[:limit]
    if as_json:
        show_json(asdict(replace(found, pages=listed)))
        return
    click.echo(f"{found.n_domains:,} referring domains, once a page; of the authority that they bring")
    said = (
        ("stays on pages that work", found.stays), ("leaks to other sites", found.leaks),
        ("goes to nofollow links", found.nofollow), ("stops at pages without links", found.dead_ends),
        ("stops at errors", found.errors), ("reaches pages that were not read", found.unknown),
    )  # fmt: skip
    for what, share in said:
        click.echo(f"  {share:6.1%} {what}")
    if found.leaks_to:
        click.echo("leaks to " + ", ".join(f"{harmless(name)} {share:.1%}" for name, share in found.leaks_to))
    if listed:
        click.echo("pages that lose most:")
    columns = ("arrives", "carries", "leaks", "nofollow", "stops")
    show([{"url": one.url, "kind": one.kind, **{name: f"{getattr(one, name):.2%}" for name in columns}}
          for one in listed])  # fmt: skip
