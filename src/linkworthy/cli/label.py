"""``linkworthy label``: the user's own word, and what a search engine answered to a ``site:`` query."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import quote

import click

from linkworthy import urls
from linkworthy.cli.common import json_option, open_site
from linkworthy.cli.output import show_json
from linkworthy.errors import InputError
from linkworthy.site.journal import WORDS, Journal

LISTED = {"indexed": True, "not-indexed": False}
"""Answers of a search engine, beside the words that judge."""
_SEARCH = {"google": "https://www.google.com/search?q=", "bing": "https://www.bing.com/search?q="}


@click.command(
    epilog="""\b
Examples:
  linkworthy label shop.example spam.example bad --note "we bought this in 2019"
  linkworthy label . https://blog.example/post good
  linkworthy label . https://blog.example/post --query           a site: query to open by hand
  linkworthy label . https://blog.example/post indexed --on 2026-11-20
  linkworthy label . spam.example --remove
  linkworthy label . --list"""
)
@click.argument("site", metavar="SITE")
@click.argument("subject", required=False)
@click.argument("word", required=False, type=click.Choice((*WORDS, *LISTED)))
@click.option("--note", default="", help="Why.")
@click.option("--on", "day", help="Day on which the search engine answered, YYYY-MM-DD; today where none is given.")
@click.option("--query", "is_query", is_flag=True, help="Print site: queries for SUBJECT, to open by hand.")
@click.option("--remove", "is_removal", is_flag=True, help="Take back what was recorded on SUBJECT.")
@click.option("--list", "as_list", is_flag=True, help="List the labels and answers.")
@json_option
def command(
    site: str,
    subject: str | None,
    word: str | None,
    *,
    note: str,
    day: str | None,
    is_query: bool,
    is_removal: bool,
    as_list: bool,
    as_json: bool,
) -> None:
    """Record your own WORD on SUBJECT: a domain, a linking page's URL or a link id. It stands before ours.

    The words indexed and not-indexed say what a search engine answered to a site: query for a linking page, with its
    day; no search engine is asked by this program. 'linkworthy judge' takes all of it into account.
    """
    journal = open_site(site).journal
    if as_list:
        _show(journal, as_json=as_json)
        return
    if subject is None or (word is None and not is_query and not is_removal):
        raise click.UsageError("give a subject and a word, or --list, or a subject with --query or --remove")
    subject = urls.normalise(subject) or subject.strip().lower()
    if is_query:
        queries = {name: engine + quote(f"site:{_bare(subject)}", safe="") for name, engine in _SEARCH.items()}
        if as_json:
            show_json({"subject": subject, **queries})
        else:
            click.echo("\n".join(queries.values()))
        return
    if is_removal:
        if not journal.forget(subject):
            raise InputError(f"nothing is recorded on {subject!r}; 'linkworthy label {site} --list' lists what is")
        said = f"{subject}: taken back"
    else:
        said = _record(journal, subject, str(word), note, day)
    if as_json:
        _show(journal, as_json=True)
    else:
        click.echo(f"{said}; 'linkworthy judge' takes it into account")


def _record(journal: Journal, subject: str, word: str, note: str, day: str | None) -> str:
    if word not in LISTED:
        if day is not None:
            raise InputError("--on belongs to indexed and not-indexed: a label has no day")
        journal.label(subject, word, note)
        return f"{subject}: {word}"
    if not subject.startswith(("http://", "https://")):
        raise InputError(f"{subject!r} is no URL: a search engine lists pages; give the linking page's URL")
    seen_on = _day(day)
    journal.answer(subject, is_listed=LISTED[word], seen_on=seen_on)
    return f"{subject}: {word}, seen on {seen_on}"


def _day(text: str | None) -> date:
    today = datetime.now(UTC).date()
    if text is None:
        return today
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--on {text!r} is no day: write YYYY-MM-DD") from None
    if found > today:
        raise InputError(f"--on {text} lies in the future")
    return found


def _bare(subject: str) -> str:
    return subject.partition("://")[2] or subject


def _show(journal: Journal, *, as_json: bool) -> None:
    labels = [
        {"subject": x.subject, "word": x.word, "note": x.note, "labelled_at": x.labelled_at} for x in journal.labels()
    ]
    words = {answer: word for word, answer in LISTED.items()}
    labels += [{"subject": x.url, "word": words[x.is_listed], "note": "", "labelled_at": x.seen_on}
               for x in journal.answers()]  # fmt: skip
    if as_json:
        show_json(labels)
        return
    for row in labels:
        click.echo(f"{row['word']:11} {row['subject']}  {row['note'] or row['labelled_at'][:10]}")
