"""A job: one command at work on one site. Each step is done once, however often the command is killed and repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from linkworthy.crawl.control import KEEP, Gate
from linkworthy.crawl.crawler import Given, crawl
from linkworthy.crawl.fleet import Opener
from linkworthy.crawl.lab import measure_lab
from linkworthy.crawl.record import mend
from linkworthy.crawl.scout import scout
from linkworthy.crawl.verify import verify
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT, Progress
from linkworthy.errors import SiteError
from linkworthy.index.merge import merge_index
from linkworthy.metrics.authority import graph_of
from linkworthy.metrics.backlinks import measure_links
from linkworthy.metrics.pages import measure_site
from linkworthy.opportunities import candidates, find_prospects
from linkworthy.pipeline.fetching import open_fetcher
from linkworthy.reports.redirect_check import GROUP as REDIRECTS
from linkworthy.reports.redirect_check import check_redirects
from linkworthy.reports.redirect_list import RedirectList
from linkworthy.rules import audit_site
from linkworthy.signals import judge_links
from linkworthy.site import Run, Site, SiteConfig
from linkworthy.site.working import crawling
from linkworthy.sources.importer import import_files

MEASURED = (
    "page_metrics", "page_parts", "page_changes", "structured_checks", "redirects", "duplicates", "near_duplicates",
    "targets", "backlinks", "domains", "edges",
)  # fmt: skip
JUDGED = ("findings", "coverage", "segments", "signals", "verdicts", "prospects")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What every step needs: the site, its run, the engine, and where to tell how far it is."""

    site: Site
    config: SiteConfig
    """The site's settings with what this command says on top."""
    run: Run
    engine: Embedded = field(default_factory=Embedded)
    progress: Progress = SILENT
    replay: Sequence[Path] = ()
    """Archives to fetch from instead of the network."""
    record: Path | None = None
    """Folder for a record of all that is fetched, a WARC file for each process; null for none."""

    def step(self, name: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Do a step unless it is done already, and give its facts."""
        if not self.run.is_done(name):
            self.run.finish(name, **work())
        return dict(self.run.facts_of(name))


def do_import(job: Job, files: Sequence[Path], mapping: dict[str, str]) -> dict[str, Any]:
    """Read files of link data; what rests on the links is made again when it is asked for."""

    def work() -> dict[str, Any]:
        job.run.drop(("link_index", "disagreements", *MEASURED, *JUDGED))
        return import_files(job.run, job.config, job.engine, job.progress, files, mapping)

    return job.step("import", work)


def do_index(job: Job, name: str = "index") -> dict[str, Any]:
    """Merge all reports and captures, each link once."""

    def work() -> dict[str, Any]:
        facts = merge_index(job.run, job.config, job.engine, job.progress)
        job.run.replace("index")
        return facts

    return job.step(name, work)


def need_index(job: Job) -> None:
    """Merge, unless the merged links are at hand."""
    if not job.run.has("link_index"):
        do_index(job)


def do_crawl(job: Job, *, list_url: str | None = None) -> dict[str, Any]:
    """Crawl the own site and every own URL that somebody links to; in the mode ``list``, the run's list or that URL.

    Raises: SiteError where the site does not answer, and nothing is written then; StageError where another process
    crawls the site; StoppedError where one asked for it.
    """
    has_list = job.config.scope.mode == "list" and list_url is None

    async def work() -> dict[str, Any]:
        given = Given(
            extra_urls=_linked_targets(job) if job.config.scope.mode == "spider" else (),
            list_file=list_file(job) if has_list else None,
            list_url=list_url,
        )
        async with open_fetcher(job.config, job.replay, job.record) as fetcher:
            return await crawl(
                job.run,
                job.config,
                job.engine,
                job.progress,
                fetcher,
                given=given,
                opener=_opener(job),
                journal=job.site.journal,
            )

    def whole() -> dict[str, Any]:
        with crawling(job.site.folder, job.run.id):
            mend(job.record)
            facts = asyncio.run(work())
        if job.run.facts.get("site_fault"):
            job.run.note(site_fault=None)  # an earlier try of this run found the site silent
        job.run.replace("crawl")
        job.run.drop((*MEASURED, *JUDGED))
        return facts

    return job.step("crawl", whole)


def list_file(job: Job) -> Path:
    """Give where the list of a run lies, for the mode ``list``."""
    return job.run.folder / "crawl" / "list"


def end_early(job: Job) -> None:
    """Let an unfinished crawl end with what it has: the next step sorts it, and it can be published."""
    folder = job.run.folder / "crawl"
    folder.mkdir(parents=True, exist_ok=True)
    Gate(folder / "gate").obey(KEEP)


def do_verify(job: Job) -> dict[str, Any]:
    """Fetch every linking page, then merge what was found into the link index."""

    async def work() -> dict[str, Any]:
        async with open_fetcher(job.config, job.replay) as fetcher:
            return await verify(job.run, job.config, job.engine, job.progress, fetcher, opener=_opener(job))

    def whole() -> dict[str, Any]:
        facts = asyncio.run(work())
        job.run.replace("verify")
        job.run.drop((*MEASURED, *JUDGED))
        return facts

    facts = job.step("verify", whole)
    do_index(job, "index-verified")
    return facts


def do_lab(job: Job, *, limit: int, n_loads: int) -> dict[str, Any]:
    """Measure a page of each URL template in a browser; what was judged before is judged anew when it is asked for.

    Raises: InputError where Playwright, Chromium or axe is not installed.
    """

    async def work() -> dict[str, Any]:
        plain = replace(job.config, browser=replace(job.config.browser, render=False))
        async with open_fetcher(plain, job.replay) as fetcher:
            return await measure_lab(
                job.run, job.config, job.engine, job.progress, fetcher, limit=limit, n_loads=n_loads
            )

    def whole() -> dict[str, Any]:
        facts = asyncio.run(work())
        job.run.replace("lab")
        job.run.drop(("findings", "coverage", "segments"))
        return facts

    return job.step("lab", whole)


def do_measure(job: Job) -> dict[str, Any]:
    """Compute the columns that rules and signals read."""

    def work() -> dict[str, Any]:
        labels = job.site.journal.labels()
        answers = job.site.journal.answers()
        graph = graph_of(job.site.folder, job.config.graph)
        facts = measure_links(
            job.run, job.config, job.engine, job.progress, labels=labels, answers=answers, graph=graph
        )
        facts |= measure_site(job.run, job.config, job.engine, job.progress)
        job.run.replace("metrics")
        return facts

    return job.step("measure", work)


def do_audit(job: Job) -> dict[str, Any]:
    """Judge the own site by every rule."""
    return _derived(job, "audit", audit_site)


def do_judge(job: Job) -> dict[str, Any]:
    """Judge every link by every signal."""
    return _derived(job, "judge", judge_links)


def do_prospects(job: Job) -> dict[str, Any]:
    """Read sites that good linking pages and competitors lead to, then look for more good links."""

    async def work() -> dict[str, Any]:
        found = candidates(job.run, job.config, job.engine)
        async with open_fetcher(job.config, job.replay) as fetcher:
            return await scout(job.run, job.config, job.engine, job.progress, fetcher, found)

    def whole() -> dict[str, Any]:
        facts = asyncio.run(work())
        job.run.replace("scout")
        return facts

    facts = job.step("scout", whole)
    return facts | _derived(job, "prospects", find_prospects)


def do_check_redirects(job: Job, listed: RedirectList) -> dict[str, Any]:
    """Ask for every old URL of a list and say whether it leads where it should."""

    async def work() -> dict[str, Any]:
        async with open_fetcher(job.config, job.replay) as fetcher:
            return await check_redirects(job.run, job.config, job.engine, job.progress, fetcher, listed)

    def whole() -> dict[str, Any]:
        facts = asyncio.run(work())
        job.run.replace(REDIRECTS)
        return facts

    return job.step("redirects", whole)


def _derived(job: Job, name: str, stage: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    def work() -> dict[str, Any]:
        facts = stage(job.run, job.config, job.engine, job.progress)
        job.run.replace(name)
        return facts

    return job.step(name, work)


def _opener(job: Job) -> Opener | None:
    """Let several processes fetch from the network; archives are read by one."""
    return None if job.replay else partial(open_fetcher, record=job.record)


def _linked_targets(job: Job) -> list[tuple[str, str]]:
    """Own URLs that others link to, each with one page that does: fetched even if no own page links there."""
    with job.engine.connect(job.run.tables()) as db:
        rows = db.execute(
            "select target_url, min(source_url) from link_index where target_url is not null group by 1 order by 1"
        ).fetchall()
    return [(target, source) for target, source in rows]


def whole_job(job: Job, files: Sequence[Path], mapping: dict[str, str]) -> dict[str, Any]:
    """Do everything but the report: import, index, crawl, verify, measure, audit, judge, prospects.

    A site that does not answer is noted as ``site_fault``; the rest is done all the same.
    """
    out: dict[str, Any] = {}
    if files:
        out["import"] = do_import(job, files, mapping)
    out["index"] = do_index(job)
    try:
        out["crawl"] = do_crawl(job)
    except SiteError as fault:
        job.run.note(site_fault=str(fault))
        out["site_fault"] = str(fault)
    out["verify"] = do_verify(job)
    job.run.replace("scout")  # the last search's pages are read anew: a second run measures what the first one did
    out["measure"] = do_measure(job)
    out["audit"] = do_audit(job)
    out["judge"] = do_judge(job)
    out["prospects"] = do_prospects(job)
    return out
