"""What the questions of ``linkworthy index`` share: what is asked about, filters, and how answers are shown."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from linkworthy.cli.exporting import SHOWN, Export
from linkworthy.cli.output import show_rows
from linkworthy.index.lookup import LinkIndex
from linkworthy.index.scopes import KINDS, Scope, scope_of
from linkworthy.questions.linkindex import IndexFilter, Query
from linkworthy.questions.linksql import stream
from linkworthy.reports.formats import write_file, write_text

F = TypeVar("F", bound=Callable[..., Any])

target_argument = click.argument("target", metavar="TARGET")
kind_option = click.option(
    "--as", "scope_kind", type=click.Choice(KINDS),
    help="What TARGET is. Default: a URL is a page, with a star at its end a prefix, a name a domain or host.",
)  # fmt: skip
limit_option = click.option(
    "--limit", type=click.IntRange(1), help=f"Rows at most. Default: {SHOWN} on the terminal, all in an export."
)
_DAY = click.DateTime(["%Y-%m-%d"])


def filter_options(function: F) -> F:
    """Add the options that narrow which links count."""
    options = [
        click.option("--source", help="Registrable domain of the linking page."),
        click.option("--anchor", help="Text that the anchor holds."),
        click.option("--kind", type=click.Choice(["text", "image", "empty", "area"])),
        click.option("--followed/--nofollow", default=None, help="Only links that are, or are not, followed."),
        click.option("--region", help="main, comment, footer, …; null where only WAT told of the link."),
        click.option("--language", help="Language of the linking page, ISO 639-1."),
        click.option("--since", type=_DAY, help="First seen on or after this day."),
        click.option("--until", type=_DAY, help="First seen on or before this day."),
        click.option("--seen-since", type=_DAY, help="Seen last on or after this day."),
        click.option("--batch", help="Name or source of a batch that saw it."),
        click.option("--template/--no-template", default=None,
                     help="Only links that stand on half of the linking host's pages or more, or on fewer."),
        click.option("--where", default="", help="A SQL predicate over the index's columns."),
    ]  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def filter_of(options: dict[str, Any]) -> IndexFilter:
    """Take the options of a filter out of a command's options."""
    names = ("source", "anchor", "kind", "followed", "region", "language", "batch", "template", "where")
    given: dict[str, Any] = {name: options.pop(name) for name in names}
    for name in ("since", "until", "seen_since"):
        day = options.pop(name)
        given[name] = day.date() if day else None
    return IndexFilter(**given)


def read_scope(target: str, scope_kind: Any) -> Scope:
    """Read what the user asks about."""
    return scope_of(target, scope_kind)


def show(
    index: LinkIndex, query: Query, to: Export, *, limit: int | None, title: str, short: tuple[str, ...] = (),
    note: str = "",
) -> None:  # fmt: skip
    """Export the answer to a query, or show its ``short`` columns on the terminal with a note below."""
    rows = to.limit(limit)
    if rows is not None:
        query = Query(f"select * from ({query.sql}) limit {rows}", query.values)
    if not to.form:
        table = index.ask(query.sql, query.values)
        show_rows(table.select(short) if short else table, as_json=False, note=note.format(n=table.num_rows))
        return
    answer = stream(index, query)
    if to.output is None:
        write_text(answer, sys.stdout, to.form)
        return
    written = write_file(answer, to.output, to.form, title=title)
    click.echo(f"{to.output}: {written.n_rows:,} rows", err=True)
    for said in written.notes:
        click.echo(said, err=True)
