"""``linkworthy import``: read link data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from linkworthy.cli.common import fresh_option, json_option, open_job, open_site, quiet_option
from linkworthy.cli.output import show_json, show_rows
from linkworthy.errors import InputError
from linkworthy.pipeline.job import do_import
from linkworthy.questions import Answers

F = TypeVar("F", bound=Callable[..., Any])
FIELDS = ("source", "target", "anchor", "first_seen", "last_seen", "rel")


def map_option(function: F) -> F:
    """Add --map."""
    return click.option(
        "--map",
        "mapping",
        multiple=True,
        metavar="FIELD=COLUMN",
        help=f"Say which column is what, by header or number. FIELD is one of {', '.join(FIELDS)}.",
    )(function)


def mapping_of(given: tuple[str, ...]) -> dict[str, str]:
    """Read FIELD=COLUMN pairs, several to an option where commas part them.

    Raises: InputError for a field that is not known.
    """
    out: dict[str, str] = {}
    for pair in (part for text in given for part in text.split(",")):
        name, mark, column = pair.partition("=")
        if not mark or name.strip() not in FIELDS or not column.strip():
            raise InputError(f"--map {pair!r}: FIELD=COLUMN, where FIELD is one of {', '.join(FIELDS)}")
        out[name.strip()] = column.strip()
    return out


@click.command(
    "import",
    epilog="""\b
Examples:
  linkworthy import shop.example ahrefs.csv 'Latest links.csv' access.log.gz
  linkworthy import shop.example links.csv --map source=URL,anchor=3
  linkworthy import . exports/""",
)
@click.argument("site", metavar="SITE")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@map_option
@json_option
@quiet_option
@fresh_option
def command(
    site: str, files: tuple[Path, ...], mapping: tuple[str, ...], *, as_json: bool, quiet: bool, fresh: bool
) -> None:
    """Read FILES of link data: recognised by content, merged, with every row used or rejected with a reason.

    Known: Ahrefs backlinks, Search Console latest links, Screaming Frog all_inlinks, WARC, WAT, access logs (combined),
    and any table or list with a column of URLs. Importing the same file again changes nothing.
    """
    columns = mapping_of(mapping)
    arguments = {"files": [str(path) for path in files], "mapping": list(mapping)}
    with open_job(open_site(site), "import", arguments, quiet=quiet, fresh=fresh) as job:
        facts = do_import(job, files, columns)
        snapshot = job.run.publish()
    with Answers(snapshot) as answers:
        table = answers.ask(
            """
            select file, recognised_as, state, n_rows_in, n_rows_used, n_rows_rejected, detail
            from imports order by file"""
        )
        reasons = answers.rows("select reason, count(*) as n from rejects group by reason order by n desc, reason")
    if as_json:
        show_json({"snapshot": snapshot.id, "imports": table.to_pylist(), "rejects": reasons})
    else:
        show_rows(table, as_json=False)
        for row in reasons:
            click.echo(f"rejected: {row['n']} x {row['reason']}", err=True)
        if reasons:
            click.echo(f"all of them: linkworthy table {site} rejects --csv", err=True)
    raise click.exceptions.Exit(InputError.exit_code if facts.get("refused") else 0)
