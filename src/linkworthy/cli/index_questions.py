"""The questions of ``linkworthy index``."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from linkworthy.cli.common import json_option
from linkworthy.cli.exporting import SHOWN, export_of, export_options
from linkworthy.cli.index_options import (
    filter_of,
    filter_options,
    kind_option,
    limit_option,
    read_scope,
    show,
    target_argument,
)
from linkworthy.cli.indexing import index_argument
from linkworthy.cli.output import show_json, show_rows
from linkworthy.errors import InputError
from linkworthy.index.lookup import LinkIndex
from linkworthy.questions import linkchanges, linkcounts, linkcoverage, linkindex, linksets, linksql

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    epilog="""\b
Examples:
  linkworthy index backlinks web.index shop.example --followed --order first-seen
  linkworthy index backlinks web.index https://shop.example/guide --limit 20
  linkworthy index backlinks web.index 'https://shop.example/blog/*' --one-per owner
  linkworthy index backlinks web.index www.shop.example --where "host_share < 0.1" -o links.parquet"""
)
@index_argument
@target_argument
@kind_option
@filter_options
@click.option("--order", type=click.Choice(list(linkindex.ORDERS)), default="target", show_default=True)
@click.option(
    "--one-per",
    type=click.Choice(linkindex.UNITS),
    default="link",
    show_default=True,
    help="Keep the first of each linking page, domain or owner.",
)
@limit_option
@click.option("--after", help="The mark that the page before gave: the rows behind it.")
@export_options
def backlinks(
    folder: Path, target: str, scope_kind: str | None, limit: int | None, after: str | None, **options: Any
) -> None:
    """List the links to TARGET: a URL, a URL's beginning with a star, a host, or a domain with all its hosts."""
    to = export_of(options)
    only = filter_of(options)
    order, one_per = options["order"], options["one_per"]
    with LinkIndex(folder) as index:
        scope = read_scope(target, scope_kind)
        if to.form and after is None and limit is None:
            query = linkindex.about_backlinks(index, scope, only, order=order, one_per=one_per)
            show(index, query, to, limit=None, title="backlinks")
            return
        page = linkindex.backlinks(index, scope, only, order=order, one_per=one_per, limit=limit or SHOWN, after=after)
        if to.form:
            index.db.register("page", page.table)
            show(index, linkindex.Query("select * from page", {}), to, limit=None, title="backlinks")
        else:
            short = ("source_url", "anchor", "target_url", "is_followed", "region", "first_seen_on", "last_seen_on")
            show_rows(page.table.select(short), as_json=False, note=f"{page.table.num_rows} links")
        if page.next is not None:
            click.echo(f"more: --after {page.next}", err=True)


@click.command(epilog="\b\nExample:\n  linkworthy index count web.index shop.example --followed --owners --json")
@index_argument
@target_argument
@kind_option
@filter_options
@click.option("--owners", is_flag=True, help="Count owners as well: domains that share an identifier are one.")
@json_option
def count(folder: Path, target: str, *, scope_kind: str | None, owners: bool, as_json: bool, **options: Any) -> None:
    """Count the links to TARGET, their pages, domains, addresses and networks."""
    with LinkIndex(folder) as index:
        found = linkcounts.count(index, read_scope(target, scope_kind), filter_of(options), owners=owners)
    if as_json:
        show_json(found)
        return
    for name, value in found.items():
        click.echo(f"{name}: {value:,}" if isinstance(value, int) else f"{name}: {value if value is not None else '–'}")


def _listing(name: str, about: Any, words: str, title: str) -> click.Command:
    """Make a question that lists what stands behind the links to a target."""

    @click.command(
        name, help=words, epilog=f"\b\nExample:\n  linkworthy index {name} web.index shop.example --followed"
    )
    @index_argument
    @target_argument
    @kind_option
    @filter_options
    @limit_option
    @export_options
    def listing(folder: Path, target: str, *, scope_kind: str | None, limit: int | None, **options: Any) -> None:
        to = export_of(options)
        only = filter_of(options)
        with LinkIndex(folder) as index:
            query = about(index, read_scope(target, scope_kind), only)
            show(index, query, to, limit=limit, title=title, note=f"{{n}} {title}")

    return listing


domains = _listing(
    "domains", linkcounts.about_domains, "List the referring domains of TARGET, most links first.", "domains"
)
anchors = _listing(
    "anchors", linkcounts.about_anchors, "List the anchors of links to TARGET, most domains first.", "anchors"
)
best = _listing("best", linkcounts.about_best, "List the pages of TARGET that most domains link to.", "pages")
broken = _listing(
    "broken",
    linkcounts.about_broken,
    "List pages of TARGET that links lead to and that answered with an error.",
    "pages",
)


@click.command(epilog="\b\nExample:\n  linkworthy index addresses web.index shop.example --subnets")
@index_argument
@target_argument
@kind_option
@filter_options
@click.option("--subnets", is_flag=True, help="The /24 networks instead.")
@limit_option
@export_options
def addresses(
    folder: Path, target: str, *, scope_kind: str | None, subnets: bool, limit: int | None, **options: Any
) -> None:
    """List the addresses of the servers that link to TARGET, those of most domains first."""
    to = export_of(options)
    only = filter_of(options)
    with LinkIndex(folder) as index:
        query = linkcounts.about_addresses(index, read_scope(target, scope_kind), only, subnets=subnets)
        show(index, query, to, limit=limit, title="addresses", note="{n} " + ("networks" if subnets else "addresses"))


@click.command(epilog="\b\nExample:\n  linkworthy index outgoing web.index blog.example --domains")
@index_argument
@target_argument
@kind_option
@click.option("--domains", "by_domain", is_flag=True, help="The domains that are linked to instead.")
@limit_option
@export_options
def outgoing(
    folder: Path, target: str, *, scope_kind: str | None, by_domain: bool, limit: int | None, **options: Any
) -> None:
    """List the links that the pages of TARGET hold."""
    to = export_of(options)
    about = linksets.about_linked_domains if by_domain else linksets.about_outgoing
    with LinkIndex(folder) as index:
        query = about(index, read_scope(target, scope_kind))
        show(index, query, to, limit=limit, title="outgoing", note="{n} " + ("domains" if by_domain else "links"))


@click.command(
    epilog="""\b
Examples:
  linkworthy index intersect web.index rival.example other.example --without shop.example
  linkworthy index intersect web.index a.example b.example c.example --at-least 2"""
)
@index_argument
@click.argument("sites", nargs=-1, required=True, metavar="SITE…")
@click.option("--without", multiple=True, metavar="SITE", help="Leave out domains that link to this; may be repeated.")
@click.option("--at-least", type=click.IntRange(1), help="Sites that a domain links to; all where it is not given.")
@limit_option
@export_options
def intersect(
    folder: Path,
    sites: tuple[str, ...],
    *,
    without: tuple[str, ...],
    at_least: int | None,
    limit: int | None,
    **options: Any,
) -> None:
    """List the domains that link to all of the SITEs, or to some of them; the sites themselves left out."""
    to = export_of(options)
    with LinkIndex(folder) as index:
        query = linksets.about_intersection(
            index, [read_scope(site, None) for site in sites], without=[read_scope(site, None) for site in without],
            at_least=at_least,
        )  # fmt: skip
        show(index, query, to, limit=limit, title="intersection", note="{n} domains")


@click.command(
    epilog="""\b
Examples:
  linkworthy index changes web.index shop.example --from 2026-09-30 --to 2026-10-31
  linkworthy index changes web.index --from 2026-09-30 --to 2026-10-31 -o changes.parquet
  linkworthy index changes web.index shop.example --from 2026-09-30 --to 2026-10-31 --summary"""
)
@index_argument
@click.argument("target", required=False, metavar="[TARGET]")
@kind_option
@click.option("--from", "from_day", type=_DAY, required=True, help="The day that is compared with.")
@click.option("--to", "to_day", type=_DAY, required=True, help="The last day.")
@filter_options
@click.option("--summary", is_flag=True, help="Counts by change and reason instead.")
@limit_option
@export_options
def changes(
    folder: Path, target: str | None, *, scope_kind: str | None, from_day: datetime, to_day: datetime,
    summary: bool, limit: int | None, **options: Any,
) -> None:  # fmt: skip
    """List the links to TARGET, or in the whole index, that are new, lost or back between two days, with reasons."""
    to = export_of(options)
    only = filter_of(options)
    days = (from_day.date(), to_day.date())
    with LinkIndex(folder) as index:
        if target:
            query = linkchanges.about_changes(index, read_scope(target, scope_kind), *days, only)
        elif only != linkindex.IndexFilter():
            raise InputError("filters need a TARGET: changes of the whole index are told as they are")
        else:
            index.db.register("changes", pa.concat_tables(linkchanges.all_changes(index, *days)))
            query = linkindex.Query("select * from changes", {})
        if summary:
            query = linkindex.Query(linkchanges.summary_of(query.sql), query.values)
        show(index, query, to, limit=limit, title="changes", note="{n} rows")


@click.command(epilog="\b\nExample:\n  linkworthy index velocity web.index shop.example --period week --csv")
@index_argument
@target_argument
@kind_option
@filter_options
@click.option("--period", type=click.Choice(linkcounts.PERIODS), default="month", show_default=True)
@limit_option
@export_options
def velocity(
    folder: Path, target: str, *, scope_kind: str | None, period: str, limit: int | None, **options: Any
) -> None:
    """Count the links to TARGET, their pages and domains, by the period in which they were seen first."""
    to = export_of(options)
    only = filter_of(options)
    with LinkIndex(folder) as index:
        query = linkcounts.about_velocity(index, read_scope(target, scope_kind), only, period=period)
        show(index, query, to, limit=limit, title="velocity", note="{n} periods")


@click.command("batch", epilog="\b\nExample:\n  linkworthy index batch web.index domains.txt --csv > counts.csv")
@index_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@limit_option
@export_options
def batch(folder: Path, file: Path, *, limit: int | None, **options: Any) -> None:
    """Count the links to each domain of FILE (one a line, - for standard input) in one pass."""
    to = export_of(options)
    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig", errors="replace")
    names = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not names:
        raise InputError(f"{file}: no domain in it")
    with LinkIndex(folder) as index:
        index.db.register("counted", linkcounts.batch(index, names))
        show(index, linkindex.Query("select * from counted", {}), to, limit=limit, title="batch", note="{n} domains")


@click.command(epilog="\b\nExample:\n  linkworthy index coverage web.index shop.example --json")
@index_argument
@target_argument
@kind_option
@json_option
def coverage(folder: Path, target: str, *, scope_kind: str | None, as_json: bool) -> None:
    """Say what share of TARGET's pages was captured, which batch saw which links, and how many domains nobody saw."""
    with LinkIndex(folder) as index:
        said = linkcoverage.coverage(index, read_scope(target, scope_kind))
    if as_json:
        show_json(said)
        return
    pages = said["pages"]
    share = f", {pages['captured_share']:.0%}" if pages["captured_share"] is not None else ""
    click.echo(f"pages captured: {pages['n_captured']:,} of {pages['n_known']:,} known{share}")
    for one in said["by_batch"]:
        click.echo(
            f"{one['name']}: {one['n_links']:,} links ({one['n_links_alone']:,} seen by it alone), "
            f"{one['n_domains']:,} domains ({one['n_domains_alone']:,})"
        )
    unseen = said["unseen"]
    if unseen["is_estimated"]:
        click.echo(
            f"referring domains: {unseen['n_seen']:,} seen, about {unseen['n_total']:,} in all "
            f"({unseen['low']:,} to {unseen['high']:,}, {unseen['method']})"
        )
        click.echo(unseen["limits"])
    else:
        click.echo(f"referring domains: {unseen['n_seen']:,} seen; no estimate: {unseen['reason']}")


@click.command(
    epilog="""\b
Examples:
  linkworthy index sql web.index "select anchor, count(*) from links where target_domain = 'shop.example' group by 1"
  linkworthy index sql web.index "select * from batches" --json"""
)
@index_argument
@click.argument("query")
@limit_option
@export_options
def sql(folder: Path, query: str, *, limit: int | None, **options: Any) -> None:
    """Answer QUERY over links, outgoing, pages and batches, in DuckDB's SQL. The tables are only read."""
    to = export_of(options)
    with LinkIndex(folder) as index:
        show(index, linksql.about_sql(index, query), to, limit=limit, title="answer")


QUESTIONS: dict[str, click.Command] = {
    "backlinks": backlinks, "count": count, "domains": domains, "addresses": addresses, "anchors": anchors,
    "best": best, "broken": broken, "outgoing": outgoing, "intersect": intersect, "changes": changes,
    "velocity": velocity, "batch": batch, "coverage": coverage, "sql": sql,
}  # fmt: skip
