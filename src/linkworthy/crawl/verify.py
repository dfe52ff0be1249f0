"""The stage that fetches every linking page and says of each link whether it is live and whether it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from linkworthy.crawl import chains, checks
from linkworthy.crawl.fleet import Opener
from linkworthy.crawl.frontier import Frontier, Offer
from linkworthy.crawl.linking_task import GROUP, LINKING, TARGET, LinkingTask
from linkworthy.crawl.rounds import Rounds
from linkworthy.crawl.scope import Scope
from linkworthy.crawl.settle import own_tables, settle
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.fetch.base import Fetcher
from linkworthy.site import Run, SiteConfig

TABLES = ("pages", "hops", "links", "blocks", "structured", "robots", "checks")

_PER_DOMAIN = "limit-per-domain"
_ROWS_AT_ONCE = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SOURCES = """
select source_url, row_number() over (
  partition by source_domain order by bool_and(is_lead), sum(n_reports) desc, source_url) as place
from link_index group by source_url, source_domain
"""
_READ = f"""
with once as ({chains.PAGES_ONCE}),
found as (
  select source_url, list({{{", ".join(f'"{name}": "{name}"' for name in checks.Found._fields)}}} order by n) as links
  from ({chains.LINKS_ONCE})
  where target_domain in (select unnest(?::text[])) or target_host in (select unnest(?::text[]))
  group by source_url),
reported as (
  select source_url, list({{{", ".join(f'"{name}": "{name}"' for name in checks.Reported._fields)}}} order by link_id)
    as reports
  from link_index group by source_url)
select reported.source_url, reported.reports, found.links, first.state, first.fault, first.final_url,
  first.final_status, first.redirect_url, last.is_html, coalesce(last.is_truncated, false) as is_truncated,
  last.is_noindex, last.is_nofollow, last.canonical_url, last.is_googlebot_allowed, last.body_hash,
  epoch_us(first.fetched_at) as fetched_us, first.n_attempts
from reported join once as first on first.url = reported.source_url and first.role = 'linking'
  left join once as last on last.url = first.final_url
  left join found on found.source_url = first.final_url
where first.fault is distinct from '{_PER_DOMAIN}'
order by reported.source_url
"""


async def verify(
    run: Run,
    config: SiteConfig,
    engine: Embedded,
    progress: Progress,
    fetcher: Fetcher,
    *,
    opener: Opener | None = None,
) -> dict[str, Any]:
    """Fetch each linking page of the link index once and check its links; gives counts for the journal.

    Of one domain at most ``limits.max_pages_per_domain`` pages are read; the links of the others stay unchecked, and
    ``n_not_checked`` says how many pages that are. Killed, the same call goes on.
    """
    folder = run.folder / GROUP
    frontier = Frontier(folder / "frontier.sqlite")
    try:
        return await _Verification(run, config, engine, progress, fetcher, frontier, folder, opener).run()
    finally:
        frontier.close()


class _Verification:
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
        self._is_own = Scope(config).is_own
        self._known: frozenset[str] = frozenset()
        """Own URLs that the crawl has fetched."""

    async def run(self) -> dict[str, Any]:
        """Fetch in rounds, check, sort: each step is noted, and not done again after a kill."""
        if self._frontier.fact("checked") is None:
            await self._fetch()
            self._check()
        queries = {
            "pages": chains.PAGES_ONCE,
            "hops": chains.HOPS_ONCE,
            "robots": chains.ROBOTS_ONCE,
            "checks": chains.CHECKS_ONCE,
            "links": chains.LINKS_ONCE,
            "blocks": chains.BLOCKS_ONCE,
            "structured": chains.STRUCTURED_ONCE,
        }
        settle(self._run, GROUP, self._engine, self._frontier, self._folder / "sorted", queries=queries, tables=TABLES)
        return self._facts()

    async def _fetch(self) -> None:
        self._progress.start("verify")
        crawled = [path for path in self._run.files("pages") if path.name.split(".")[1] != GROUP]
        with self._engine.connect({"pages": crawled, "link_index": self._run.files("link_index")}) as db:
            self._known = frozenset(
                url for (url,) in _stream(db.execute("select url from pages where is_own and state != 'skipped'"))
            )
            self._frontier.seed(self._seeds(db))
        task = LinkingTask(self._config, self._known)
        rounds = Rounds(
            self._run, self._frontier, task, self._fetcher, self._config, self._progress, opener=self._opener
        )
        await rounds.work_off(self._decide)
        self._progress.finish(f"{self._frontier.count(LINKING)} linking pages")

    def _seeds(self, db: duckdb.DuckDBPyConnection) -> Iterator[Offer]:
        for url, place in _stream(db.execute(_SOURCES)):
            if not self._is_own(url):
                yield Offer(LINKING, url, 0, 0, place, "backlink")
        for (url,) in _stream(db.execute("select distinct target_url from link_index where target_url is not null")):
            yield Offer(TARGET, url, 1, 0, 0, "backlink")

    def _decide(self, offer: Offer, counters: Counter[str]) -> str | None:
        limits = self._config.limits
        if offer.role == LINKING:
            is_over = offer.priority > limits.max_pages_per_domain
            counters["over" if is_over else LINKING] += 1
            return _PER_DOMAIN if is_over else None
        if not self._is_own(offer.url) or offer.url in self._known or counters[TARGET] >= limits.max_pages:
            return ""
        counters[TARGET] += 1
        return None

    def _check(self) -> None:
        """Write the checks of every page that was asked for, as parts that count only when all of them are there."""
        self._progress.start("check", self._frontier.count(LINKING))
        for name in TABLES:
            self._run.discard(name, GROUP, self._frontier.part + 1)
        targets = self._targets()
        part = self._frontier.part
        waiting: list[dict[str, Any]] = []
        hosts = sorted(self._config.hosts)
        tables = own_tables(self._run, GROUP) | {"link_index": self._run.files("link_index")}
        with self._engine.connect(tables) as db:
            cursor = db.execute(_READ, [sorted(self._config.own_domains), hosts])
            for n, record in enumerate(_records(cursor), 1):
                waiting += self._checks_of(record, targets)
                if len(waiting) >= 20_000:
                    part += 1
                    self._run.write("checks", GROUP, waiting, part)
                    waiting.clear()
                    self._progress.update(n)
        part += 1
        self._run.write("checks", GROUP, waiting, part)
        self._frontier.commit(part, facts={"checked": "yes"})
        self._progress.finish()

    def _checks_of(self, record: dict[str, Any], targets: dict[str, checks.Target]) -> list[dict[str, Any]]:
        reported = [checks.Reported(**item) for item in record.pop("reports")]
        found = [checks.Found(**item) for item in record.pop("links") or ()]
        return checks.check(
            checks.Linking(fetched_at=_EPOCH + timedelta(microseconds=record.pop("fetched_us")), **record),
            reported,
            found,
            targets.get,
            self._is_own,
        )

    def _targets(self) -> dict[str, checks.Target]:
        """Give where each own URL leads that was fetched, by the crawl or just now."""
        with self._engine.connect(self._run.tables()) as db:
            cursor = db.execute(
                "select url, status, final_url, final_status, fault from pages where is_own and state != 'skipped'"
                " order by url, state = 'answered' desc, fetched_at"
            )
            out: dict[str, checks.Target] = {}
            for url, *rest in _stream(cursor):
                out.setdefault(url, checks.Target(*rest))
        return out

    def _facts(self) -> dict[str, Any]:
        counters = self._frontier.counters
        with self._engine.connect(own_tables(self._run, GROUP)) as db:
            counts = dict(db.execute("select state, count(*) from checks group by state").fetchall())
        names = (("n_live", checks.LIVE), ("n_gone", checks.GONE), ("n_could_not_check", checks.UNCHECKED))
        return {
            "n_pages": counters[LINKING],
            "n_not_checked": counters["over"],
            **{name: counts.get(state, 0) for name, state in names},
        }


def _stream(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while some := cursor.fetchmany(_ROWS_AT_ONCE):
        yield from some


def _records(cursor: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    names = [column[0] for column in cursor.description or ()]
    for row in _stream(cursor):
        yield dict(zip(names, row, strict=True))
