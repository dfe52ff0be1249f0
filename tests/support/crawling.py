"""Crawls and verifications in tests: against a loopback server, in this process or in one that may be killed."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from linkworthy.crawl import batch
from linkworthy.crawl.crawler import Given, crawl
from linkworthy.crawl.verify import verify
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.fetch.base import Fetcher
from linkworthy.fetch.http import HttpFetcher
from linkworthy.html.parse import parse
from linkworthy.site import Journal, Run, Site, SiteConfig
from linkworthy.tables import TABLES
from tests.support.runs import complete
from tests.support.server import Answer, Server
from tests.support.websites import NoNames, settings, websites

MOMENTS = {"fetched_at", "captured_at", "checked_at", "dns_ms", "connect_ms", "tls_ms", "ttfb_ms", "total_ms"}
"""Columns that differ between two runs over the same web."""

PART = 6
"""Results of a part in a process that may be killed."""

Sites = Mapping[str, Mapping[str, Answer]]


def on_loopback(
    sites: Sites, work: Callable[[SiteConfig, Server], Awaitable[Any]], hosts: Sequence[str] = (), **limits: float
) -> Any:
    """Serve these sites, the first of which is the owner's, and do some work against them."""

    async def main() -> Any:
        async with websites(sites) as server:
            start = f"http://{next(iter(sites))}/"
            return await work(settings(server, start, [*sites, *hosts], **limits), server)

    return asyncio.run(main())


@asynccontextmanager
async def over_http(config: SiteConfig) -> AsyncIterator[Fetcher]:
    """Open a fetcher over HTTP that asks no name server."""
    fetcher = HttpFetcher(config.network, config.limits, resolver=NoNames())
    try:
        yield fetcher
    finally:
        await fetcher.close()


async def crawled(
    run: Run,
    config: SiteConfig,
    extra_urls: Sequence[tuple[str, str]] = (),
    *,
    given: Given | None = None,
    journal: Journal | None = None,
) -> dict[str, Any]:
    """Crawl over HTTP."""
    async with over_http(config) as fetcher:
        return await crawl(
            run, config, Embedded(1), SILENT, fetcher, extra_urls=extra_urls, given=given, opener=over_http,
            journal=journal,
        )  # fmt: skip


async def verified(run: Run, config: SiteConfig, links: Sequence[Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """Verify over HTTP; ``links`` are rows of the link index to start from."""
    if links is not None:
        run.write("link_index", "index", complete("link_index", links, config))
    async with over_http(config) as fetcher:
        return await verify(run, config, Embedded(1), SILENT, fetcher, opener=over_http)


def rows_of(run: Run, table: str, *columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    """Give columns of a table, in its order on disk."""
    with Embedded(1).connect(run.tables()) as db:
        return db.execute(f"select {', '.join(columns)} from {table} where {where}").fetchall()


def lasting(run: Run, group: str) -> dict[str, list[str]]:
    """Give every row that a group wrote, as text without the columns that differ between two runs, in one order."""
    import pyarrow.parquet as pq

    out: dict[str, list[str]] = {}
    for name, paths in run.tables().items():
        for path in (path for path in paths if path.name.split(".")[1] == group):
            table = pq.read_table(path)
            keys = [(key, "ascending") for key in TABLES[name].sort]
            assert table.sort_by(keys).select([k for k, _ in keys]) == table.select([k for k, _ in keys]), path.name
            kept = table.drop_columns([c for c in table.column_names if c in MOMENTS])
            out.setdefault(name, []).extend(json.dumps(row, default=str) for row in kept.to_pylist())
    return {name: sorted(rows) for name, rows in out.items()}


async def main(folder: Path, stage: str, extra: Sequence[tuple[str, str]]) -> None:
    """Do one stage of the run in this folder, from its beginning or from where it was killed."""
    batch.MAX_RESULTS = PART  # parts are written all along, not at the end alone
    site = Site(folder)
    run = site.begin("run", {})
    if stage == "crawl":
        await crawled(run, site.config, extra)
    else:
        await verified(run, site.config)
    run.close()


def serve() -> None:
    """Do stages in copies of this process, so that its imports are paid for once.

    Each line in names folder, stage and URLs; out come the number of the process, and later its exit code.
    """
    parse(
        b"<p>" + b"The language of a page is told by a model that takes a while to load. " * 20, (), "http://x.example/"
    )
    for line in sys.stdin:
        folder, stage, extra = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                asyncio.run(main(Path(folder), stage, extra))
                code = 0
            finally:
                sys.stderr.flush()
                os._exit(code)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
