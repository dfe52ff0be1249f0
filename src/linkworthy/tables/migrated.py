"""Tables about a migration: what a list of redirects should do, and what it does."""

from __future__ import annotations

from linkworthy.tables.form import Column as C  # noqa: N817 - a table reads as a list of columns
from linkworthy.tables.form import Table

_NO_ANSWER = "there was no answer"
_NOT_READ = "the final page was not read"

REDIRECT_CHECKS = Table(
    name="redirect_checks",
    about="One line of a list of redirects: where its old URL leads, and whether that is what the list expects.",
    key=("url", "line"),
    sort=("url", "line"),
    written_by="migration",
    columns=(
        C("url", "string", "old URL"),
        C("line", "int64", "line of the list"),
        C("first_line", "int64", "earlier line with the same URL", "none before it"),
        C("expected_url", "string", "URL that it should lead to", "the list does not say"),
        C("state", "string", "ok, wrong target, chain, temporary, no redirect, not found, loop, target not 200, target not indexable, could not check, no expectation: the worst of problems"),
        C("is_ok", "bool", "it does what the list expects", "it could not be checked, or nothing is expected"),
        C("reason", "string", "what was found, in one sentence"),
        C("problems", "list<string>", "everything that is wrong, in the words of state, worst first"),
        C("status", "int16", "HTTP status of the first answer", _NO_ANSWER),
        C("final_url", "string", "where it ends", _NO_ANSWER),
        C("final_status", "int16", "HTTP status where it ends", _NO_ANSWER),
        C("n_hops", "int16", "redirects on the way", _NO_ANSWER),
        C("hops", "list<string>", "each answer on the way: status and URL"),
        C("is_temporary", "bool", "a redirect on the way is temporary", _NO_ANSWER),
        C("is_noindex", "bool", "the final page says noindex", _NOT_READ),
        C("canonical_url", "string", "canonical of the final page", "none is named, or the page was not read"),
        C("fault", "string", "why there was no usable answer", "there was one"),
        C("n_links", "int64", "links that lead to the old URL, leads left out", "no link data at hand"),
        C("n_referring_domains", "int64", "registrable domains of these links: the value at risk", "no link data at hand"),
        C("checked_at", "instant", "when it was asked for"),
    ),
)

MIGRATED = (REDIRECT_CHECKS,)
