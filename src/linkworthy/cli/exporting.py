"""What list verbs share: rows shown on the terminal, or exported whole in any format."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from linkworthy.cli.output import show_rows
from linkworthy.errors import InputError
from linkworthy.questions import Answers, Question
from linkworthy.reports.formats import FORMATS, TEXTS, form_of, write_file, write_text

F = TypeVar("F", bound=Callable[..., Any])
SHOWN = 100
"""Rows on the terminal where no limit is given."""


def export_options(function: F) -> F:
    """Add the options of an export: --format, --output, --csv and --json."""
    options = [
        click.option("--format", "form", type=click.Choice(FORMATS), help="Export all rows in this format."),
        click.option(
            "-o",
            "--output",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Export all rows to this file; its ending tells the format where --format does not.",
        ),
        click.option("--csv", "as_csv", is_flag=True, help="Print all rows as CSV."),
        click.option("--json", "as_json", is_flag=True, help="Print all rows as JSON."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


limit_option = click.option(
    "--limit", type=click.IntRange(1), help=f"Rows at most. Default: {SHOWN} on the terminal, all in an export."
)


class Export(NamedTuple):
    """Where rows go: to the terminal where ``form`` is empty, else out in a format."""

    form: str
    output: Path | None

    def limit(self, given: int | None) -> int | None:
        """Give the limit that holds: an export is whole unless one was given."""
        return given if given is not None or self.form else SHOWN


def export_of(options: dict[str, Any]) -> Export:
    """Read the options of an export.

    Raises: InputError where two formats are asked for, or a binary one without a file.
    """
    output: Path | None = options["output"]
    said = {name for name, on in (("csv", options["as_csv"]), ("json", options["as_json"])) if on}
    said |= {options["form"]} - {None}
    if len(said) > 1:
        raise InputError(f"one format, please, not {' and '.join(sorted(said))}")
    form = form_of(output, said.pop() if said else "")
    if form and output is None and form not in TEXTS:
        raise InputError(f"{form} is not for the terminal: name a file with --output")
    return Export(form, output)


def export(answers: Answers, question: Question, to: Export, *, title: str) -> None:
    """Write the answer to a question out, a batch at a time."""
    stream = answers.stream(question)
    if to.output is None:
        write_text(stream, sys.stdout, to.form)
        return
    written = write_file(stream, to.output, to.form, title=title, created_at=answers.snapshot.created_at)
    click.echo(f"{to.output}: {written.n_rows:,} rows", err=True)
    for note in written.notes:
        click.echo(note, err=True)


def show_or_export(
    answers: Answers, question: Question, to: Export, *, title: str, note: str = "", short: tuple[str, ...] = ()
) -> None:
    """Export the answer to a question, or show its ``short`` columns on the terminal with a note below."""
    if to.form:
        export(answers, question, to, title=title)
        return
    table = answers.answer(question)
    show_rows(table.select(short) if short else table, as_json=False, note=note.format(n=table.num_rows))
