"""``linkworthy extract``: custom search and extraction over the record of a crawl, without fetching again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linkworthy.cli.exporting import export_of, export_options
from linkworthy.cli.output import show_rows
from linkworthy.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

    from linkworthy.archives.files import Loss
    from linkworthy.html.pick import Field

_SHOWN = 100
_AT_ONCE = 2_000
_ASKED = {
    "css": "NAME=SELECTOR: text of elements; SELECTOR::attr(href) for an attribute, SELECTOR::html for markup. "
    "May be repeated.",
    "xpath": "NAME=EXPRESSION. May be repeated.",
    "regex": "NAME=EXPRESSION over the source: its first group, or the whole match. May be repeated.",
    "text": "NAME=TEXT: the source holds it, whatever the case. May be repeated.",
}


@click.command(
    epilog="""\b
Examples:
  linkworthy extract record/ --css price=.price --xpath "author=//meta[@name='author']/@content"
  linkworthy extract crawl.warc.gz --regex "sku=SKU: ([0-9]+)" --csv
  linkworthy extract record/ --text tag=gtag.js --absent        pages that lack it
  linkworthy extract record/ --css "image=article img::attr(src)" -o images.xlsx"""
)
@click.argument("records", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="RECORD...")
@click.option("--css", multiple=True, metavar="NAME=SELECTOR", help=_ASKED["css"])
@click.option("--xpath", multiple=True, metavar="NAME=EXPRESSION", help=_ASKED["xpath"])
@click.option("--regex", multiple=True, metavar="NAME=EXPRESSION", help=_ASKED["regex"])
@click.option("--text", multiple=True, metavar="NAME=TEXT", help=_ASKED["text"])
@click.option("--absent", is_flag=True, help="List the pages on which a field has no value, instead of the values.")
@click.option("--limit", type=click.IntRange(1), help=f"Rows at most. Default: {_SHOWN} on the terminal, else all.")
@export_options
def command(records: tuple[Path, ...], *, absent: bool, limit: int | None, **options: Any) -> None:
    """Pick values out of the pages of RECORD: WARC files, or a folder of them, as 'crawl --record' writes.

    Pages are HTML answers with status 200, each in its first record; nothing is fetched.
    """
    asked = {kind: options.pop(kind) for kind in _ASKED}
    to = export_of(options)
    fields = _fields(asked)
    files = [file for place in records for file in _files(place)]
    rows = _limited(_rows(files, fields, is_absent=absent), limit or (None if to.form else _SHOWN))
    _show(rows, to.form, to.output)


def _fields(asked: dict[str, tuple[str, ...]]) -> list[Field]:
    """Read the options.

    Raises: InputError where there is none, one has no name, two have the same, or an expression is wrong.
    """
    from linkworthy.html.pick import Field

    fields: list[Field] = []
    for kind, given in asked.items():
        for said in given:
            name, mark, expression = said.partition("=")
            if not mark or not name.strip() or not expression:
                raise InputError(f"--{kind} {said!r}: should be NAME=EXPRESSION")
            fields.append(Field(name.strip(), kind, expression))
    if not fields:
        raise InputError("nothing to extract: give --css, --xpath, --regex or --text")
    twice = {field.name for field in fields if sum(field.name == other.name for other in fields) > 1}
    if twice:
        raise InputError(f"two fields are called {min(twice)!r}")
    for field in fields:
        field.check()
    return fields


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    found = sorted(path for path in place.rglob("*.warc*") if path.is_file())
    if not found:
        raise InputError(f"{place}: no WARC files; 'linkworthy crawl SITE --record {place}' writes some")
    return found


def _rows(
    files: list[Path], fields: list[Field], *, is_absent: bool
) -> Iterator[tuple[str, str, int | None, str | None]]:
    from linkworthy import urls
    from linkworthy.archives.warc import read_records
    from linkworthy.fetch.base import Request
    from linkworthy.fetch.replay import exchange_of
    from linkworthy.html.encoding import decode
    from linkworthy.html.pick import pick

    seen: set[str] = set()
    for file in files:
        for record in read_records(file, partial(_tell_loss, file)):
            url = urls.normalise(record.uri or "") if record.type == "response" else None
            if url is None or url in seen:
                continue
            exchange = exchange_of(record, Request(url=url))
            kind = dict(exchange.headers).get("content-type", "text/html")
            if exchange.status != 200 or "html" not in kind.lower():
                continue
            seen.add(url)
            for name, values in pick(decode(exchange.body, kind).text, fields).items():
                if is_absent:
                    yield from [] if values else [(url, name, None, None)]
                else:
                    yield from ((url, name, n, value) for n, value in enumerate(values))


def _tell_loss(file: Path, loss: Loss) -> None:
    click.echo(f"{file}: {loss.reason} at byte {loss.offset:,}", err=True)


def _limited(rows: Iterator[Any], limit: int | None) -> Iterator[Any]:
    for n, row in enumerate(rows):
        if n == limit:
            return
        yield row


def _show(rows: Iterator[Any], form: str, output: Path | None) -> None:
    import sys

    import pyarrow as pa

    from linkworthy.questions import Stream
    from linkworthy.reports.formats import write_file, write_text

    schema = pa.schema([("url", pa.string()), ("field", pa.string()), ("n", pa.int32()), ("value", pa.string())])

    def batches() -> Iterator[pa.RecordBatch]:
        held: list[Any] = []
        for row in rows:
            held.append(row)
            if len(held) == _AT_ONCE:
                yield _batch(held, schema)
                held = []
        if held:
            yield _batch(held, schema)

    if not form:
        show_rows(pa.Table.from_batches(list(batches()), schema), as_json=False)
    elif output is None:
        write_text(Stream(schema, batches()), sys.stdout, form)
    else:
        written = write_file(Stream(schema, batches()), output, form, title="extracted")
        click.echo(f"{output}: {written.n_rows:,} rows", err=True)


def _batch(rows: list[Any], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    columns = [pa.array(values, field.type) for values, field in zip(zip(*rows, strict=True), schema, strict=True)]
    return pa.record_batch(columns, schema=schema)
