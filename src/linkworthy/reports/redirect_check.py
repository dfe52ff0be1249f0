"""The stage that asks for every old URL of a list: as politely as a crawl, in blocks that a kill does not undo."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from linkworthy import urls
from linkworthy.crawl.frontier import AGAIN, Entry
from linkworthy.crawl.visits import Visit, Visitor
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.fetch.base import Fetcher
from linkworthy.reports.redirect_list import Line, RedirectList
from linkworthy.reports.redirect_verdict import judge_redirect
from linkworthy.site import Run, SiteConfig

GROUP = "redirects"
TABLE = "redirect_checks"
URLS_AT_ONCE = 400
"""URLs of one part: what a kill can cost, and what is in memory."""


async def check_redirects(
    run: Run, config: SiteConfig, engine: Embedded, progress: Progress, fetcher: Fetcher, listed: RedirectList
) -> dict[str, Any]:
    """Ask for each old URL once and write a row of ``redirect_checks`` for each line; gives counts for the journal.

    Killed, the same call goes on: a block whose part is there is not asked for again.
    """
    by_url = {url: list(lines) for url, lines in groupby(sorted(listed.lines, key=_place), _url_of)}
    known = list(by_url)
    worth = _worth(run, engine, known)
    stage = _Stage(fetcher, config)
    progress.start("redirects", len(known))
    for n, start in enumerate(range(0, len(known), URLS_AT_ONCE)):
        block = known[start : start + URLS_AT_ONCE]
        if not run.path(TABLE, GROUP, n).exists():
            visits = await stage.visit(block)
            rows = [row for url in block for row in _rows(visits[url], by_url[url], worth)]
            run.write(TABLE, GROUP, rows, n)
        progress.update(start + len(block), len(known))
    progress.finish(f"{len(known)} URLs")
    with engine.connect({TABLE: run.files(TABLE)}) as db:
        counts = dict(db.sql(f"select state, count(*) from {TABLE} group by state order by state").fetchall())
    return {"n_lines": len(listed.lines), "n_urls": len(known), "n_faults": len(listed.faults), "states": counts}


def _place(line: Line) -> tuple[str, int]:
    return line.url, line.line


def _url_of(line: Line) -> str:
    return line.url


class _Stage:
    """Visits blocks of URLs: all of one block, then slowly those whose server asked to come again."""

    def __init__(self, fetcher: Fetcher, config: SiteConfig) -> None:
        self._first = Visitor(fetcher, config)
        self._second = Visitor(fetcher, config, is_second=True)
        self._max_hops = config.limits.max_hops
        self._all = asyncio.Semaphore(config.limits.connections)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(config.limits.connections_per_host)
        )

    async def visit(self, block: Sequence[str]) -> dict[str, Visit]:
        """Give what came of each URL."""
        async with asyncio.TaskGroup() as group:
            tasks = {url: group.create_task(self._visit(url)) for url in block}
        visits = {url: task.result() for url, task in tasks.items()}
        for url, visit in visits.items():
            if visit.again_at is not None:
                entry = visit.entry._replace(state=AGAIN, n_attempts=visit.n_attempts, not_before=visit.again_at)
                visits[url] = await self._second.visit(entry, max_hops=self._max_hops)
        return visits

    async def _visit(self, url: str) -> Visit:
        async with self._hosts[urls.host_of(url)], self._all:
            return await self._first.visit(Entry.single(GROUP, url, "list"), max_hops=self._max_hops)


def _rows(visit: Visit, lines: Sequence[Line], worth: dict[str, tuple[int, int]] | None) -> list[dict[str, Any]]:
    """Give the rows of all lines that name one URL."""
    first = lines[0].line
    n_links, n_domains = (None, None) if worth is None else worth.get(urls.page_key(lines[0].url), (0, 0))
    value = {"n_links": n_links, "n_referring_domains": n_domains}
    return [
        {
            "url": line.url,
            "line": line.line,
            "first_line": None if line.line == first else first,
            "expected_url": line.expected,
            **judge_redirect(line.expected, visit.exchange, visit.page, visit.limit),
            **value,
        }
        for line in lines
    ]


def _worth(run: Run, engine: Embedded, known: Sequence[str]) -> dict[str, tuple[int, int]] | None:
    """Count links and referring domains of the old URLs, whatever the scheme; null where no links are known."""
    if not run.has("link_index"):
        return None
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow

    keys = Counter(urls.page_key(url) for url in known)
    wanted = pa.table({"key": pa.array(list(keys), pa.string())})
    with engine.connect({"link_index": run.files("link_index"), "wanted": wanted}) as db:
        rows = db.execute("""
            with named as (
              select split_part(target_url, '://', 2) as key, source_domain from link_index
              where target_url is not null and not is_lead)
            select key, count(*), count(distinct source_domain) from named semi join wanted using (key) group by key
        """).fetchall()
    return {key: (n_links, n_domains) for key, n_links, n_domains in rows}
