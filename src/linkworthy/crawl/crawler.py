"""The stage that crawls the owner's site: every own page, its sitemaps, where it links to, and a few probes."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from linkworthy.crawl import chains, found, probes
from linkworthy.crawl.admission import Admission
from linkworthy.crawl.batch import Batch
from linkworthy.crawl.fleet import Opener
from linkworthy.crawl.frontier import Frontier
from linkworthy.crawl.rounds import Rounds
from linkworthy.crawl.rows import CONTENT_TABLES
from linkworthy.crawl.scope import Scope
from linkworthy.crawl.settle import settle
from linkworthy.crawl.site_task import GROUP, SiteTask
from linkworthy.crawl.task import Taken
from linkworthy.crawl.visits import Visitor
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.errors import SiteError
from linkworthy.fetch.base import Fetcher
from linkworthy.site import Run, SiteConfig

TABLES = (
    "pages", "hops", "links", "blocks", "images", "resources", "structured", "probes", "robots", "sitemap_urls",
    "rejects",
)  # fmt: skip


async def crawl(
    run: Run,
    config: SiteConfig,
    engine: Embedded,
    progress: Progress,
    fetcher: Fetcher,
    *,
    extra_urls: Iterable[tuple[str, str]] = (),
    opener: Opener | None = None,
) -> dict[str, Any]:
    """Crawl the own site and check each outbound link once; gives counts for the journal.

    ``extra_urls`` are own URLs that others link to, each with a page that does. ``opener`` opens a fetcher in each of
    several processes, which a large site is crawled by. Killed, the same call goes on.
    Raises: SiteError where the start page does not answer; nothing is written then.
    """
    folder = run.folder / GROUP
    frontier = Frontier(folder / "frontier.sqlite")
    try:
        return await _Crawl(run, config, engine, progress, fetcher, frontier, folder, opener).run(extra_urls)
    except SiteError:
        frontier.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        frontier.close()


class _Crawl:
    def __init__(
        self,
        run: Run,
        config: SiteConfig,
        engine: Embedded,
        progress: Progress,
        fetcher: Fetcher,
        frontier: Frontier,
        folder: Path,
        opener: Opener | None,
    ) -> None:
        self._run = run
        self._config = config
        self._engine = engine
        self._progress = progress
        self._fetcher = fetcher
        self._frontier = frontier
        self._folder = folder
        self._opener = opener
        self._scope = Scope(config)

    async def run(self, extra_urls: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Fetch in rounds, probe, sort: each step is noted, and not done again after a kill."""
        if self._frontier.fact("sorted") is None:
            await self._fetch(extra_urls)
        limit = self._config.limits.max_hops
        queries = {
            "pages": chains.pages_with_ends(limit),
            "hops": chains.own_hops(limit),
            "robots": chains.ROBOTS_ONCE,
            "probes": chains.PROBES_ONCE,
        }
        settle(
            self._run, GROUP, self._engine, self._frontier, self._folder / "sorted", queries=queries, tables=TABLES,
            kept=CONTENT_TABLES,
        )  # fmt: skip
        return self._facts()

    async def _fetch(self, extra_urls: Iterable[tuple[str, str]]) -> None:
        self._progress.start("crawl")
        extra = list(found.backlink_targets(extra_urls, self._scope))
        self._frontier.seed([found.start(self._config.url), *extra])
        admission = Admission(self._scope, n_reserved=min(len(extra), self._config.limits.max_pages // 2))
        task = SiteTask(self._config)
        rounds = Rounds(
            self._run, self._frontier, task, self._fetcher, self._config, self._progress, opener=self._opener
        )
        await rounds.work_off(admission.decide)
        if self._frontier.fact("probed") is None:
            await self._probe(rounds.worker.visitor, rounds.batch)
            self._frontier.keep("probed", "yes")
        self._progress.finish(f"{self._frontier.count(found.OWN)} own URLs")

    async def _probe(self, visitor: Visitor, batch: Batch) -> None:
        """Ask for variants that a site should not answer twice, and keep the robots.txt files of the own hosts."""
        probed = await probes.probe(self._run, self._config, self._engine, visitor)
        robots = [
            row
            for row in visitor.robots.take_rows()
            if self._scope.is_own(row["host_url"]) and row["status"] is not None
        ]
        batch.add(Taken(rows={"probes": probed, "robots": robots}))
        batch.flush()

    def _facts(self) -> dict[str, Any]:
        counters = self._frontier.counters
        skipped = {name.removeprefix("skipped "): n for name, n in counters.items() if name.startswith("skipped ")}
        return {
            "n_own": counters[found.OWN],
            "n_outbound": counters[found.OUTBOUND],
            "n_sitemaps": counters[found.SITEMAP],
            "skipped": dict(sorted(skipped.items())),
        }
