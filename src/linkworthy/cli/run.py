"""``linkworthy run``: the whole job, from a site and its link data to a report."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import click

from linkworthy import urls
from linkworthy.cli.common import fresh_option, json_option, network_options, open_job, overridden, quiet_option
from linkworthy.cli.importing import map_option, mapping_of
from linkworthy.cli.output import show_json
from linkworthy.cli.words import told
from linkworthy.errors import InputError, LinkworthyError, SiteError
from linkworthy.pipeline.fetching import open_fetcher
from linkworthy.pipeline.guess import guess
from linkworthy.pipeline.job import Job, whole_job
from linkworthy.pipeline.reporting import write_reports
from linkworthy.site import Site, SiteConfig, folder_for


@click.command(
    epilog="""\b
Examples:
  linkworthy run https://shop.example backlinks.csv access.log.gz crawl.warc.gz
  linkworthy run shop.example latest-links.csv --max-pages 5000
  linkworthy run https://shop.example --replay crawl.warc.gz crawl.warc.gz"""
)
@click.argument("site", metavar="SITE")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@map_option
@network_options
@click.option("--pdf/--no-pdf", default=True, help="Write the report as PDF too, where Chromium is installed.")
@json_option
@quiet_option
@fresh_option
def command(
    site: str, files: tuple[Path, ...], mapping: tuple[str, ...], *, pdf: bool, as_json: bool, quiet: bool, fresh: bool,
    **options: Any,
) -> None:  # fmt: skip
    """Do everything once and write the report.

    SITE is the start page's URL or a site folder; FILES are exports, lists, access logs, WARC and WAT files, or
    folders of them, recognised by content. A second run makes a new snapshot; a killed one is taken up again.
    """
    columns = mapping_of(mapping)
    opened = open_or_create(site, options)
    arguments = {"files": [str(path) for path in files], "mapping": list(mapping)}
    with open_job(opened, "run", arguments, quiet=quiet, fresh=fresh, options=options) as job:
        summary, code = finished(job, files, columns, pdf=pdf)
    show_json(summary) if as_json else told(summary)
    raise click.exceptions.Exit(code)


def finished(job: Job, files: tuple[Path, ...], mapping: dict[str, str], *, pdf: bool) -> tuple[dict[str, Any], int]:
    """Do the whole job, write the reports, publish the snapshot; gives the summary and the exit code."""
    facts = whole_job(job, files, mapping)
    paths, summary = write_reports(job.run, job.site, job.config, job.progress, pdf=pdf)
    snapshot = job.run.publish()
    refused = facts.get("import", {}).get("refused", [])
    summary |= {"folder": str(job.site.folder), "snapshot": snapshot.id, "reports": [str(path) for path in paths]}
    summary |= {"refused": refused, "site_fault": facts.get("site_fault")}
    code = SiteError.exit_code if facts.get("site_fault") else InputError.exit_code if refused else 0
    return summary, code


def open_or_create(place: str, options: dict[str, Any]) -> Site:
    """Open the site's folder, or make it with a guess from the start page; a site that does not answer gets one too."""
    folder = folder_for(place, Path.cwd())
    if (folder / "site.toml").exists():
        return Site(folder)
    url = urls.normalise(place if "://" in place else f"https://{place}/")
    if url is None:
        raise InputError(f"{place!r} is no http or https URL")
    config = guessed(SiteConfig(url=url), options)
    site = Site.create(folder, config)
    click.echo(f"made {folder / 'site.toml'}; guessed: {', '.join(config.guessed) or 'nothing'}", err=True)
    return site


def guessed(config: SiteConfig, options: dict[str, Any]) -> SiteConfig:
    """Guess settings from the start page; where it does not answer, only what the URL itself says."""

    async def ask() -> SiteConfig:
        told_config = overridden(config, options)
        async with open_fetcher(told_config, tuple(options.get("replay") or ())) as fetcher:
            filled = await guess(told_config, fetcher)
        return SiteConfig(
            **{
                name: getattr(filled, name)
                for name in ("url", "name", "brands", "topics", "languages", "markets", "business", "guessed")
            }
        )

    try:
        return asyncio.run(ask())
    except LinkworthyError as fault:
        click.echo(f"{fault}; brand names are guessed from the domain", err=True)
        domain = urls.domain_of(config.url)
        brands = (domain.partition(".")[0].replace("-", " "), domain)
        return SiteConfig(url=config.url, name=brands[0], brands=brands, guessed=("brands",))
