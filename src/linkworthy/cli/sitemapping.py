"""``linkworthy sitemap``: the XML sitemap of a site."""

from __future__ import annotations

from pathlib import Path

import click

from linkworthy.cli.common import json_option, open_site, snapshot_option
from linkworthy.cli.output import show_json
from linkworthy.errors import InputError
from linkworthy.questions import Answers
from linkworthy.reports.sitemap import MAX_URLS, write_sitemap


@click.command(
    epilog="""\b
Examples:
  linkworthy sitemap shop.example
  linkworthy sitemap . --output public/sitemap.xml
  linkworthy sitemap . -o sitemap.xml.gz --hreflang --max-urls 10000"""
)
@click.argument("site", metavar="SITE")
@snapshot_option
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default=Path("sitemap.xml"), show_default=True,
    help="File to write; a name that ends in .gz is compressed.",
)  # fmt: skip
@click.option("--hreflang", is_flag=True, help="Name the languages of each page.")
@click.option(
    "--max-urls", type=click.IntRange(1, MAX_URLS), default=MAX_URLS, show_default=True,
    help="URLs of one file; beyond it an index and numbered files are written.",
)  # fmt: skip
@json_option
def command(site: str, *, snapshot_id: str, output: Path, hreflang: bool, max_urls: int, as_json: bool) -> None:
    """Write the XML sitemap of SITE: pages that answer 200, may be indexed and are their own canonical."""
    opened = open_site(site)
    if not output.parent.is_dir():
        raise InputError(f"{output.parent}: no such folder")
    with Answers(opened.snapshot(snapshot_id) if snapshot_id else opened.latest()) as answers:
        answers.need("page_metrics", "audit")
        written = write_sitemap(
            answers, opened.config.url, output, with_alternates=hreflang, is_packed=output.suffix == ".gz",
            max_urls=max_urls,
        )  # fmt: skip
    if as_json:
        paths = [str(path) for path in written.paths]
        show_json({"files": paths, "n_urls": written.n_urls, "n_other_hosts": written.n_other_hosts})
        return
    for path in written.paths:
        click.echo(path)
    click.echo(f"{written.n_urls:,} URLs", err=True)
    if written.n_other_hosts:
        click.echo(
            f"{written.n_other_hosts:,} pages of other own hosts left out: a sitemap names pages of its host only",
            err=True,
        )
