"""``linkworthy crawl``: crawl the own site, say beforehand what that will be, and steer a crawl that is at work."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linkworthy.cli.common import (
    fresh_option,
    json_option,
    network_options,
    open_job,
    open_site,
    overridden,
    quiet_option,
    site_argument,
)
from linkworthy.cli.crawl_options import scope_options, scoped
from linkworthy.cli.crawl_told import figures_of, last_line, told_plan, told_status
from linkworthy.cli.output import show_json
from linkworthy.crawl.control import CONTINUE, KEEP, PAUSE, STOP
from linkworthy.errors import InputError, SiteError, StageError
from linkworthy.site import Site, Snapshot
from linkworthy.site.working import crawler_of

if TYPE_CHECKING:
    from linkworthy.pipeline.job import Job

# What steers a crawl answers at once: the stages are loaded only where there is something to crawl.


@click.command(
    epilog="""\b
Examples:
  linkworthy crawl shop.example
  linkworthy crawl shop.example --plan
  linkworthy crawl https://shop.example --max-pages 2000 --delay 1
  linkworthy crawl shop.example --scope folder --exclude '/search*' --exclude 're:[?&]sort='
  linkworthy crawl shop.example --drop-parameter tracking --drop-parameter sessions --resources
  linkworthy crawl shop.example --list urls.csv --follow 1
  grep -h shop.example urls.txt | linkworthy crawl shop.example --list -
  linkworthy crawl shop.example --mode sitemap --no-external --record shop.warc.gz
  linkworthy crawl shop.example --pause
  linkworthy crawl shop.example --stop --keep
  linkworthy crawl shop.example --resume
  linkworthy crawl . --connect-to shop.example:443:127.0.0.1:8443 --ca-file ca.pem"""
)
@site_argument
@click.option("--plan", "is_plan", is_flag=True, help="Say how many URLs and minutes it will be, and do not crawl.")
@click.option("--resume", is_flag=True, help="Go on with the unfinished crawl as it was begun; never begin a new one.")
@click.option("--pause", "word", flag_value=PAUSE, help="Let the crawl at work in another process wait.")
@click.option("--continue", "word", flag_value=CONTINUE, help="Let it go on.")
@click.option("--stop", "word", flag_value=STOP, help="End it as Ctrl-C does: nothing is lost, --resume goes on.")
@click.option("--keep", is_flag=True, help="With --stop: publish what is there instead.")
@click.option("--status", "word", flag_value="status", help="Show its live figures.")
@scope_options
@network_options
@json_option
@quiet_option
@fresh_option
def command(
    site: str, *, is_plan: bool, resume: bool, word: str | None, keep: bool, as_json: bool, quiet: bool, fresh: bool,
    **options: Any,
) -> None:  # fmt: skip
    """Crawl the own site: pages, links, redirects, sitemaps, variants, and every outbound link once.

    robots.txt is obeyed. Killed or interrupted, the same command goes on where it was. The last line on standard
    output is NAME=VALUE, or JSON with --json. SITE is a site folder, or a URL whose folder stands in the current one.
    """
    opened = open_site(site)
    if keep and word != STOP:
        raise InputError("--keep goes with --stop")
    if word == "status":
        _show_status(opened, as_json=as_json)
        return
    if is_plan:
        _show_plan(opened, options, as_json=as_json)
        return
    is_early = keep and crawler_of(opened.folder) is None
    if word is not None and not is_early:
        _send(opened, KEEP if keep else word)
        return
    if resume or is_early:
        options = _as_begun(opened, options)
    elif (worker := crawler_of(opened.folder)) is not None:
        raise StageError(f"{opened.folder}: this site is being crawled already (pid {worker.pid}, run {worker.run})")
    _crawl(opened, options, is_early=is_early, as_json=as_json, quiet=quiet, fresh=fresh and not resume)


def _crawl(site: Site, options: dict[str, Any], *, is_early: bool, as_json: bool, quiet: bool, fresh: bool) -> None:
    from linkworthy.crawl.record import deliver
    from linkworthy.pipeline.job import do_crawl, end_early, need_index

    target = options.get("record")
    with open_job(site, "crawl", {}, quiet=quiet, fresh=fresh, options=options) as begun:
        job = replace(begun, config=scoped(begun.config, options))
        if target is not None:
            job = replace(job, record=job.run.folder / "record")
        try:
            _check_record(job, target)
            place = _take_list(job, options.get("list_place"))
            if is_early:
                end_early(job)
            need_index(job)
            facts = do_crawl(job, list_url=place)
        except (SiteError, InputError) as fault:
            if isinstance(fault, SiteError) or not job.run.is_resumed:
                job.run.abandon()
            raise
        recorded = []
        if target is not None and job.record is not None:
            recorded = deliver(job.record, target, f"{site.folder.resolve().name}-{job.run.id}")
        job.run.note(is_whole_crawl=facts.get("is_whole", True))
        snapshot = job.run.publish()
    _show(snapshot, facts, [str(path) for path in recorded], as_json=as_json)


def _show(snapshot: Snapshot, facts: dict[str, Any], recorded: list[str], *, as_json: bool) -> None:
    figures = figures_of(facts, snapshot.id)
    if not as_json:
        click.echo(last_line(figures))
        return
    from linkworthy.questions import Answers, summary

    with Answers(snapshot) as answers:
        told = summary(answers)["site"] or {}
    show_json({**told, **figures, "examples": facts.get("examples", {}), "recorded": recorded})


def _check_record(job: Job, target: Path | None) -> None:
    if target is not None and target.is_file() and not job.run.is_resumed:
        raise InputError(f"{target}: there is such a file already; name another for the record")


def _take_list(job: Job, place: str | None) -> str | None:
    """Copy a list into the run, once; gives its URL instead where it is one.

    Raises: InputError where there is no list, or it cannot be read.
    """
    if job.config.scope.mode != "list":
        return None
    if place is None:
        raise InputError("the mode 'list' needs --list with a file, a URL, or - for standard input")
    if place.startswith(("http://", "https://")):
        return place
    from linkworthy.pipeline.job import list_file

    path = list_file(job)
    _copy(place, path)
    if not _names_url(path, job.config.url):
        said = "standard input" if place == "-" else place
        raise InputError(f"{said}: no URL in this list; one a line, or a column called url")
    return None


def _names_url(path: Path, start: str) -> bool:
    from linkworthy.crawl import listed

    return next(listed.read(path, start, lambda _row, _why, _text: None), None) is not None


def _copy(place: str, path: Path) -> None:
    from linkworthy.crawl import listed

    if path.exists():
        return
    if place == "-":
        listed.keep(sys.stdin.buffer, path)
        return
    try:
        with Path(place).open("rb") as file:
            listed.keep(file, path)
    except OSError as fault:
        raise InputError(f"{place}: {fault.strerror}") from None


def _as_begun(site: Site, options: dict[str, Any]) -> dict[str, Any]:
    """Give the options that the unfinished crawl was begun with.

    Raises: InputError where there is none, or where others are given.
    """
    arguments = site.unfinished("crawl")
    if arguments is None:
        raise InputError(f"{site.folder}: no crawl is unfinished; 'linkworthy crawl' without --resume begins one")
    begun: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in arguments.items()}
    if "record" in begun:
        begun["record"] = Path(begun["record"])
    if "replay" in begun:
        begun["replay"] = tuple(map(Path, begun["replay"]))
    given = {name: value for name, value in options.items() if value not in (None, (), False, "")}
    if any(begun.get(name) != value for name, value in given.items()):
        raise InputError("--resume goes on as the crawl was begun: leave out the other options")
    return {**dict.fromkeys(options), **begun}


def _send(site: Site, word: str) -> None:
    worker = crawler_of(site.folder)
    if worker is None:
        raise StageError(f"{site.folder}: no crawl is at work")
    site.journal.command(worker.run, word)
    click.echo(f"pid={worker.pid} run={worker.run} command={word}")


def _show_status(site: Site, *, as_json: bool) -> None:
    worker = crawler_of(site.folder)
    status: dict[str, Any] = {"state": "unfinished" if site.unfinished("crawl") is not None else "none"}
    if worker is not None:
        status = {"run": worker.run, "state": "starting", **(site.journal.figures(worker.run) or {}), "pid": worker.pid}
    show_json(status) if as_json else click.echo(told_status(status))


def _show_plan(site: Site, options: dict[str, Any], *, as_json: bool) -> None:
    from linkworthy.pipeline.planning import plan_crawl

    config = scoped(overridden(site.config, options), options)
    place, replay = options.get("list_place"), tuple(options.get("replay") or ())
    with tempfile.TemporaryDirectory() as folder:
        path = None
        if place and not place.startswith(("http://", "https://")):
            path = Path(folder) / "list"
            _copy(place, path)
        plan = plan_crawl(site, config, replay, path)
    show_json(asdict(plan)) if as_json else click.echo(told_plan(plan))
