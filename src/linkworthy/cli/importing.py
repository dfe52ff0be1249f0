"""``linkworthy import``: read link data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from linkworthy.cli.common import fresh_option, json_option, open_job, open_site, quiet_option
from linkworthy.cli.output import show_json, show_rows
from linkworthy.errors import InputError
from linkworthy.pipeline.job import do_import
from linkworthy.questions import Answers
from linkworthy.reports.cells import harmless

F = TypeVar("F", bound=Callable[..., Any])
FIELDS = ("source", "target", "anchor", "first_seen", "last_seen", "rel")

_IMPORTS = """
    select file, recognised_as, state, n_rows_in, n_rows_used, n_rows_rejected, detail from imports order by file"""
_SHOWN = """
    select file, split_part(recognised_as, ', by ', 1) as recognised_as, state, n_rows_in, n_rows_used, n_rows_rejected,
        detail
    from imports where file in (select unnest(?)) order by file"""
"""What this command read; why each was recognised stands in the table of imports."""
_REASONS = """
    select reason, count(*) as n, first(file order by file, row) as file, first(row order by file, row) as row,
        first(sample order by file, row) as sample
    from rejects where file in (select unnest(?)) group by reason order by n desc, reason"""
"""Why rows were not used, with the first one of each reason."""


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
  linkworthy import shop.example backlinks.xlsx exports.zip logs.tar.gz
  linkworthy import . exports/
  zcat access.log.*.gz | linkworthy import shop.example -""",
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

    Known: what Search Console, Bing, Ahrefs, Moz, Majestic, Semrush and Screaming Frog export of links, domains,
    anchors, pages and queries; popularity lists (Tranco, Majestic Million, CrUX, Open PageRank, Common Crawl ranks);
    WARC, WAT, access logs; any table or list with a column of URLs. Importing the same file again changes nothing.

    A file may be packed (gzip, bzip2, xz, Zstandard), a ZIP or tar of such files, an XLSX workbook, or a folder; - is
    standard input. What is damaged gives what can be read of it. Exit code 2: a file was refused, the others are read.
    """
    columns = mapping_of(mapping)
    arguments = {"files": [str(path) for path in files], "mapping": list(mapping)}
    with open_job(open_site(site), "import", arguments, quiet=quiet, fresh=fresh) as job:
        facts = do_import(job, files, columns)
        snapshot = job.run.publish()
    names = [row["file"] for row in facts["files"]]
    with Answers(snapshot) as answers:
        table = answers.ask(_IMPORTS)
        shown = answers.ask(_SHOWN, [names])
        reasons = answers.rows(_REASONS, [names])
    if as_json:
        show_json({"snapshot": snapshot.id, "imports": table.to_pylist(), "rejects": reasons, "same": facts["same"]})
    else:
        show_rows(shown, as_json=False)
        _show_losses(facts, reasons, site)
    raise click.exceptions.Exit(InputError.exit_code if facts.get("refused") else 0)


def _show_losses(facts: Mapping[str, Any], reasons: Sequence[Mapping[str, Any]], site: str) -> None:
    """Say on standard error what was not used: whole files, and rows by reason with the first one of each."""
    for state in ("refused", "damaged"):
        for row in facts[state]:
            click.echo(f"{state}: {harmless(row['file'])}: {harmless(row['detail'] or '')}", err=True)
    for row in facts["same"]:
        click.echo(f"same content: {harmless(row['file'])} is {harmless(row['same_as'])}", err=True)
    for row in reasons:
        sample = f"{row['file']} row {row['row']}: {row['sample'] or ''}"
        click.echo(f"rejected: {row['n']:,} x {row['reason']}, such as {harmless(sample)}", err=True)
    if reasons:
        click.echo(f"all of them: linkworthy table {site} rejects --csv", err=True)
