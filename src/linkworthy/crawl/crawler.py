"""The stage that crawls the owner's site: every own page, its sitemaps, where it links to, and a few probes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linkworthy.crawl import chains, found, listed, probes
from linkworthy.crawl.admission import Admission
from linkworthy.crawl.batch import Batch
from linkworthy.crawl.fleet import Opener
from linkworthy.crawl.frontier import Frontier, Offer
from linkworthy.crawl.past import past_of, version
from linkworthy.crawl.rounds import Rounds
from linkworthy.crawl.rows import CONTENT_TABLES
from linkworthy.crawl.scope import Scope
from linkworthy.crawl.session import Session
from linkworthy.crawl.settle import own_tables, settle
from linkworthy.crawl.site_task import GROUP, SiteTask
from linkworthy.crawl.tally import tally
from linkworthy.crawl.task import Taken
from linkworthy.crawl.visits import Visitor
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.errors import SiteError
from linkworthy.fetch.base import Fetcher
from linkworthy.site import Journal, Run, SiteConfig

TABLES = (
    "hops", "pages", "links", "blocks", "images", "resources", "structured", "probes", "robots", "sitemap_urls",
    "rejects",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a crawl starts from besides the site's settings."""

    extra_urls: Iterable[tuple[str, str]] = ()
    """Own URLs that others link to, each with a page that does; of use to a crawl that follows links."""
    list_file: Path | None = None
    """Copy of a list of URLs, for the mode ``list``."""
    list_url: str | None = None
    """URL of a sitemap or a text that is the list."""


async def crawl(
    run: Run,
    config: SiteConfig,
    engine: Embedded,
    progress: Progress,
    fetcher: Fetcher,
    *,
    extra_urls: Iterable[tuple[str, str]] = (),
    given: Given | None = None,
    opener: Opener | None = None,
    journal: Journal | None = None,
) -> dict[str, Any]:
    """Crawl the own site and check each outbound link once; gives counts for the journal.

    ``extra_urls`` are own URLs that others link to, each with a page that does. ``opener`` opens a fetcher in each of
    several processes, which a large site is crawled by. ``journal`` takes live figures and gives commands of other
    processes. Killed, the same call goes on.
    Raises: SiteError where the start page or the list does not answer, and nothing is written then; StoppedError where
    another process asked for it.
    """
    folder = run.folder / GROUP
    frontier = Frontier(folder / "frontier.sqlite", spared=(found.RESOURCE,))
    given = given or Given(extra_urls=extra_urls)
    try:
        session = Session(run.id, journal, folder, frontier, progress)
        return await _Crawl(run, config, engine, fetcher, frontier, folder, opener, session).run(given)
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
        fetcher: Fetcher,
        frontier: Frontier,
        folder: Path,
        opener: Opener | None,
        session: Session,
    ) -> None:
        self._run = run
        self._config = config
        self._engine = engine
        self._fetcher = fetcher
        self._frontier = frontier
        self._folder = folder
        self._opener = opener
        self._session = session
        self._scope = Scope(config)

    async def run(self, given: Given) -> dict[str, Any]:
        """Fetch in rounds, probe, sort: each step is noted, and not done again after a kill."""
        if self._frontier.fact("sorted") is None:
            await self._fetch(given)
        limit = self._config.limits.max_hops
        queries = {
            "hops": chains.own_hops(limit),
            "pages": chains.PAGES_WITH_ENDS,
            "robots": chains.ROBOTS_ONCE,
            "probes": chains.PROBES_ONCE,
        }
        settle(
            self._run, GROUP, self._engine, self._frontier, self._folder / "sorted", queries=queries, tables=TABLES,
            kept=CONTENT_TABLES,
        )  # fmt: skip
        return self._facts()

    async def _fetch(self, given: Given) -> None:
        live = self._session.live
        live.start("crawl")
        extra = list(found.backlink_targets(given.extra_urls, self._scope)) if self._is_spider else []
        self._frontier.seed(self._seeds(given, extra))
        admission = Admission(self._scope, n_reserved=min(len(extra), self._config.limits.max_pages // 2))
        past = past_of(self._run, self._config, GROUP, self._folder / "past.sqlite")
        task = self._session.watched(SiteTask(self._config, past))
        rounds = Rounds(
            self._run, self._frontier, task, self._fetcher, self._config, live, opener=self._opener,
            gate=self._session.gate,
        )  # fmt: skip
        self._keep_rejects(given, rounds.batch)
        is_whole = await self._session.work_off(rounds.work_off(admission.decide))
        if self._config.scope.mode == "sitemap" and is_whole and not self._frontier.counters[found.OWN]:
            raise SiteError(f"no sitemap of {self._config.url} names a URL of the site")
        if given.list_url is not None and is_whole and not self._n_listed:
            raise SiteError(f"{given.list_url}: no answer that names a URL")
        self._frontier.keep("ended", "whole" if is_whole else "early")
        self._frontier.keep("left", "0" if is_whole else str(self._frontier.n_waiting()))
        if is_whole and self._is_spider and self._frontier.fact("probed") is None:
            await self._probe(rounds.worker.visitor, rounds.batch)
            self._frontier.keep("probed", "yes")
        self._frontier.keep("used", json.dumps(self._session.used))
        live.finish(f"{self._frontier.count(found.OWN)} own URLs")

    @property
    def _n_listed(self) -> int:
        return self._frontier.counters[found.OWN] + self._frontier.counters[found.OUTBOUND]

    @property
    def _is_spider(self) -> bool:
        return self._config.scope.mode == "spider"

    def _seeds(self, given: Given, extra: list[Offer]) -> Iterator[Offer]:
        mode = self._config.scope.mode
        if mode == "sitemap":
            yield found.first_sitemap(self._config.url)
        elif mode == "list":
            if given.list_url is not None:
                yield found.listed_file(given.list_url)
            if given.list_file is not None:
                urls = listed.read(given.list_file, self._config.url, lambda _row, _why, _text: None)
                yield from found.listed(urls, self._scope)
        else:
            yield found.start(self._config.url)
            yield from extra

    def _keep_rejects(self, given: Given, batch: Batch) -> None:
        """Keep what a list holds that is no URL; done again where it was not committed."""
        if given.list_file is None or self._frontier.fact("list-read") is not None:
            return
        rejects: list[dict[str, Any]] = []
        n_rejects = 0

        def reject(row: int, why: str, text: str) -> None:
            nonlocal n_rejects
            n_rejects += 1
            if len(rejects) < listed.MAX_REJECTS:
                rejects.append({"file": "list", "row": row, "reason": why, "sample": text[:200]})

        for _url in listed.read(given.list_file, self._config.url, reject):
            pass
        batch.add(Taken(rows={"rejects": rejects}))
        batch.flush()
        self._frontier.keep("list-rejects", str(n_rejects))
        self._frontier.keep("list-read", "yes")

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
        used = json.loads(self._frontier.fact("used") or "{}")
        return {
            "n_own": counters[found.OWN],
            "n_outbound": counters[found.OUTBOUND],
            "n_resources": counters[found.RESOURCE],
            "n_sitemaps": counters[found.SITEMAP],
            "n_rejected": int(self._frontier.fact("list-rejects") or 0),
            "version": version(self._config),
            "mode": self._config.scope.mode,
            "is_whole": self._frontier.fact("ended") != "early",
            "n_left": int(self._frontier.fact("left") or 0),
            **tally(self._engine, own_tables(self._run, GROUP), counters),
            **used,
        }
