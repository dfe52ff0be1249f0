"""``linkworthy label``: the user's own word."""

from __future__ import annotations

import click

from linkworthy import urls
from linkworthy.cli.common import json_option, open_site
from linkworthy.cli.output import show_json
from linkworthy.site.journal import WORDS


@click.command(
    epilog="""\b
Examples:
  linkworthy label shop.example spam.example bad --note "we bought this in 2019"
  linkworthy label . https://blog.example/post good
  linkworthy label . --list"""
)
@click.argument("site", metavar="SITE")
@click.argument("subject", required=False)
@click.argument("word", required=False, type=click.Choice(WORDS))
@click.option("--note", default="", help="Why.")
@click.option("--list", "as_list", is_flag=True, help="List the labels.")
@json_option
def command(site: str, subject: str | None, word: str | None, *, note: str, as_list: bool, as_json: bool) -> None:
    """Record your own WORD on SUBJECT: a domain, a linking page's URL or a link id. It stands before ours."""
    journal = open_site(site).journal
    if not as_list:
        if subject is None or word is None:
            raise click.UsageError("give a subject and a word, or --list")
        journal.label(urls.normalise(subject) or subject.strip().lower(), word, note)
    labels = [
        {"subject": x.subject, "word": x.word, "note": x.note, "labelled_at": x.labelled_at} for x in journal.labels()
    ]
    if as_json:
        show_json(labels)
    elif as_list:
        for row in labels:
            click.echo(f"{row['word']:7} {row['subject']}  {row['note']}")
    else:
        click.echo(f"{subject}: {word}; 'linkworthy judge' takes it into account")
