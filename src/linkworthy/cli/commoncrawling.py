"""``linkworthy commoncrawl``: files of Common Crawl listed, planned and fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from linkworthy.cli.common import json_option, quiet_option
from linkworthy.cli.output import show_json
from linkworthy.cli.progress import listener
from linkworthy.errors import FetchError, InputError


@click.group(
    epilog="""\b
Examples:
  linkworthy commoncrawl list
  linkworthy commoncrawl plan CC-MAIN-2026-43 --kind wat --files 20 --to sample.json
  linkworthy commoncrawl plan CC-MAIN-2026-43 --domain shop.example --to pages.json
  linkworthy commoncrawl fetch pages.json --to captures"""
)
def command() -> None:
    """Find out what Common Crawl has, choose what a question needs, and fetch it: resumed, checked, polite."""


base_option = click.option("--base", help="Where the files lie. Default: https://data.commoncrawl.org/")
delay_option = click.option(
    "--delay", "delay_s", type=click.FloatRange(0), default=0.2, show_default=True, help="Seconds between two requests."
)
private_option = click.option(
    "--allow-private", is_flag=True, help="Let requests go to private and loopback addresses."
)
agent_option = click.option("--user-agent", help="User agent to send: a product token, and where you can be reached.")


@command.command(
    "list", epilog="\b\nExamples:\n  linkworthy commoncrawl list\n  linkworthy commoncrawl list CC-MAIN-2026-43 --json"
)
@click.argument("crawl", required=False)
@base_option
@click.option("--crawls", "crawls_url", help="The list of crawls. Default: https://index.commoncrawl.org/collinfo.json")
@delay_option
@private_option
@agent_option
@json_option
def list_files(crawl: str | None, *, crawls_url: str | None, as_json: bool, **options: Any) -> None:
    """List the crawls, or count the files of CRAWL by kind."""
    from linkworthy.pipeline.commoncrawl import crawls, files_of
    from linkworthy.sources.commoncrawl import CRAWLS

    with _remote(options) as remote:
        if crawl is None:
            found = crawls(remote, crawls_url or CRAWLS)
            if as_json:
                show_json([one._asdict() for one in found])
            else:
                click.echo("".join(f"{one.id}: {one.name}\n" for one in found), nl=False)
            return
        counts = files_of(remote, crawl)
    if as_json:
        show_json({"crawl": crawl, "files": counts})
    else:
        click.echo("".join(f"{kind}: {n:,} files\n" for kind, n in counts.items()), nl=False)


@command.command(
    epilog="""\b
Examples:
  linkworthy commoncrawl plan CC-MAIN-2026-43 --kind wat --files 20 --to sample.json
  linkworthy commoncrawl plan CC-MAIN-2026-43 --domain shop.example --domain rival.example --to pages.json
  linkworthy commoncrawl plan CC-MAIN-2026-43 --domains referring.txt --limit 50 --to pages.json"""
)
@click.argument("crawl")
@click.option("--to", "output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The plan's file.")
@click.option(
    "--kind",
    type=click.Choice(["wat", "warc", "wet", "robotstxt", "non200responses"]),
    default="wat",
    show_default=True,
    help="Whole files of this kind.",
)
@click.option("--files", "n_files", type=click.IntRange(1), help="So many of them, evenly over the crawl; else all.")
@click.option("--domain", "named", multiple=True, help="Captures of this domain's pages instead; may be repeated.")
@click.option(
    "--domains",
    "listed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Captures of the pages of the domains in this file, one a line.",
)
@click.option("--limit", type=click.IntRange(1), help="Captures of one domain at most.")
@click.option("--any-status", is_flag=True, help="Redirects and errors as well, not only captures with status 200.")
@base_option
@delay_option
@private_option
@agent_option
@json_option
@quiet_option
def plan(
    crawl: str, *, output: Path, kind: str, n_files: int | None, named: tuple[str, ...], listed: Path | None,
    limit: int | None, any_status: bool, as_json: bool, quiet: bool, **options: Any,
) -> None:  # fmt: skip
    """Choose what a question needs of CRAWL: whole files, or single captures of some domains' pages.

    Captures are found by the crawl's columnar URL index, of which only the row groups that can hold the domains are
    read. A killed command goes on where it was.
    """
    from linkworthy.pipeline.commoncrawl import plan_domains, plan_files
    from linkworthy.sources.commoncrawl import write_plan

    domains = list(named)
    if listed is not None:
        text = listed.read_text(encoding="utf-8-sig", errors="replace")
        domains += [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        if not domains:
            raise InputError(f"{listed}: no domain in it")
    with listener(quiet=quiet) as progress, _remote(options) as remote:
        if domains:
            kept = output.with_name(f"{output.name}.parts")
            made = plan_domains(remote, crawl, domains, kept, any_status=any_status, limit=limit, progress=progress)
        else:
            made = plan_files(remote, crawl, kind, n_files)
        write_plan(output, made)
    said = {"plan": str(output), "crawl": crawl, "n_items": len(made.items), "n_bytes": made.n_bytes}
    if as_json:
        show_json(said)
    else:
        size = f", {made.n_bytes:,} bytes" if made.n_bytes is not None else ""
        click.echo(f"{output}: {len(made.items):,} {'captures' if domains else 'files'}{size}")


@command.command(epilog="\b\nExample:\n  linkworthy commoncrawl fetch pages.json --to captures")
@click.argument("plan_file", metavar="PLAN", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Where to.")
@delay_option
@private_option
@agent_option
@json_option
@quiet_option
def fetch(plan_file: Path, *, folder: Path, as_json: bool, quiet: bool, **options: Any) -> None:
    """Fetch what PLAN names. What is there whole is kept, what was begun is gone on with, lengths are checked.

    Then: linkworthy index append INDEX FOLDER --name CRAWL --source commoncrawl.
    Exit code 4: something could not be had (the rest was).
    """
    from linkworthy.pipeline.commoncrawl import fetch as fetched
    from linkworthy.sources.commoncrawl import read_plan

    made = read_plan(plan_file)
    with listener(quiet=quiet) as progress, _remote({**options, "base": made.base}) as remote:
        done = fetched(remote, made, folder, progress=progress)
    if as_json:
        show_json({**done._asdict(), "failed": [{"path": path, "reason": reason} for path, reason in done.failed]})
    else:
        click.echo(
            f"{len(done.files):,} files in {folder}, {done.n_bytes:,} bytes fetched, {done.n_kept:,} there before"
        )
        for path, reason in done.failed[:20]:
            click.echo(f"{path}: {reason}", err=True)
    raise click.exceptions.Exit(FetchError.exit_code if done.failed else 0)


def _remote(options: dict[str, Any]) -> Any:
    from linkworthy.pipeline.remote import Remote
    from linkworthy.site import Network
    from linkworthy.sources.commoncrawl import BASE

    network = Network(allow_private=options["allow_private"], robots="ignore")
    if options["user_agent"]:
        network = Network(allow_private=options["allow_private"], robots="ignore", user_agent=options["user_agent"])
    base = options.get("base") or BASE
    if not base.startswith(("http://", "https://")):
        raise InputError(f"--base {base!r}: an http or https URL, please")
    return Remote(base, network, delay_s=options["delay_s"])
