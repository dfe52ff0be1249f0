"""``linkworthy migration``: a list of redirects checked against the living site."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click

from linkworthy.cli.common import fresh_option, network_options, open_job, open_site, quiet_option
from linkworthy.cli.exporting import Export, export_of, export_options, show_or_export
from linkworthy.cli.output import show_json, show_rows
from linkworthy.errors import FetchError
from linkworthy.pipeline.job import do_check_redirects
from linkworthy.questions import Answers, Question
from linkworthy.reports.cells import harmless
from linkworthy.reports.redirect_list import RedirectList, read_redirect_list

WRONG = 1
"""Exit code where a redirect is wrong."""
TOLD = 20
"""Faulty, repeated and contradicting lines that are named one by one."""
_ALL = """
select * from redirect_checks
order by is_ok = false desc, is_ok is null desc, n_referring_domains desc nulls last, url, line
"""
_COUNTS = """
select state, count(*) as n, sum(n_referring_domains)::bigint as n_referring_domains
from redirect_checks group by state order by n desc, state
"""


@click.command(
    epilog="""\b
Examples:
  linkworthy migration shop.example redirects.csv
  linkworthy migration . old-and-new.tsv --output checked.xlsx
  linkworthy migration . _redirects --delay 0.2 --json"""
)
@click.argument("site", metavar="SITE")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@network_options
@export_options
@quiet_option
@fresh_option
def command(site: str, file: Path, *, quiet: bool, fresh: bool, **options: Any) -> None:
    """Ask for every old URL of FILE and say whether it leads where it should, hop by hop.

    FILE is CSV or TSV with an old and an expected URL a line, with or without a head, or a redirect map that
    'linkworthy redirects' wrote (nginx, Netlify, Cloudflare, CSV). Where no URL is expected, it is only said where the
    old one ends. The old URLs that most sites link to come first.

    Exit codes: 0 all as expected, 1 a redirect or a line of the list is wrong, 4 none is wrong and some could not be
    checked.
    """
    to = export_of({name: options.pop(name) for name in ("form", "output", "as_csv", "as_json")})
    opened = open_site(site)
    listed = read_redirect_list(file, opened.config.url)
    arguments = {"file": str(file), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    with open_job(opened, "migration", arguments, quiet=quiet, fresh=fresh, options=options) as job:
        do_check_redirects(job, listed)
        snapshot = job.run.publish()
    with Answers(snapshot) as answers:
        counts = answers.rows(_COUNTS)
        _show(answers, to, listed, counts)
        wrong = answers.one("""
            select count(*) filter (is_ok = false) as n, count(*) filter (state = 'could not check') as n_unchecked
            from redirect_checks""")
    if wrong["n"] or listed.faults:
        raise click.exceptions.Exit(WRONG)
    raise click.exceptions.Exit(FetchError.exit_code if wrong["n_unchecked"] else 0)


def _show(answers: Answers, to: Export, listed: RedirectList, counts: list[dict[str, Any]]) -> None:
    if to.form == "json" and to.output is None:
        show_json(
            {
                "snapshot": answers.snapshot.id,
                "counts": counts,
                "faults": [fault._asdict() for fault in listed.faults],
                "duplicates": listed.duplicates,
                "contradictions": listed.contradictions,
                "checks": answers.rows(_ALL),
            }
        )
        return
    if to.form:
        show_or_export(answers, Question(_ALL), to, title="redirects")
    else:
        show_rows(answers.ask(_COUNTS), as_json=False)
        worst = answers.ask(f"""
            select line, url, state, reason, n_referring_domains from ({_ALL}) where is_ok is not true limit 50""")
        if worst.num_rows:
            show_rows(worst, as_json=False, note="all of them: --output FILE")
    _tell("cannot be used", [f"line {f.line}: {f.reason}: {f.text}" for f in listed.faults])
    _tell("say the same again", [f"line {line}: as line {before}" for line, before in listed.duplicates])
    _tell("contradict", [f"line {line}: expects something else than line {b}" for line, b in listed.contradictions])


def _tell(what: str, texts: list[str]) -> None:
    for text in texts[:TOLD]:
        click.echo(harmless(text), err=True)
    if len(texts) > TOLD:
        click.echo(f"… and {len(texts) - TOLD:,} more lines that {what}", err=True)
