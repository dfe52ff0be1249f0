"""Crawls and verifications in tests: against a loopback server, in this process or in one that may be killed."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from linkworthy.crawl.crawler import crawl
from linkworthy.crawl.verify import verify
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.fetch.http import HttpFetcher
from linkworthy.site import Run, Site, SiteConfig
from tests.support.runs import complete
from tests.support.server import Answer, Server
from tests.support.websites import NoNames, settings, websites

MOMENTS = {"fetched_at", "captured_at", "checked_at", "dns_ms", "connect_ms", "ttfb_ms", "total_ms"}
"""Columns that differ between two runs over the same web."""

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


async def crawled(run: Run, config: SiteConfig, extra_urls: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """Crawl over HTTP."""
    fetcher = HttpFetcher(config.network, config.limits, resolver=NoNames())
    try:
        return await crawl(run, config, Embedded(1), SILENT, fetcher, extra_urls=extra_urls)
    finally:
        await fetcher.close()


async def verified(run: Run, config: SiteConfig, links: Sequence[Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """Verify over HTTP; ``links`` are rows of the link index to start from."""
    if links is not None:
        run.write("link_index", "index", complete("link_index", links, config))
    fetcher = HttpFetcher(config.network, config.limits, resolver=NoNames())
    try:
        return await verify(run, config, Embedded(1), SILENT, fetcher)
    finally:
        await fetcher.close()


def rows_of(run: Run, table: str, *columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    """Give columns of a table, in its order on disk."""
    with Embedded(1).connect(run.tables()) as db:
        return db.execute(f"select {', '.join(columns)} from {table} where {where}").fetchall()


def lasting(run: Run, group: str) -> dict[str, list[str]]:
    """Give every row that a group wrote, as text without the columns that differ between two runs."""
    import pyarrow.parquet as pq

    out: dict[str, list[str]] = {}
    for name, paths in run.tables().items():
        for path in paths:
            if path.name.split(".")[1] == group:
                assert path.name.split(".")[2] == "000000", "only the sorted file is left"
                table = pq.read_table(path)
                kept = table.drop_columns([c for c in table.column_names if c in MOMENTS])
                out[name] = [json.dumps(row, default=str) for row in kept.to_pylist()]
    return out


async def main(folder: Path, stage: str, extra: Sequence[tuple[str, str]]) -> None:
    """Do one stage of the run in this folder, from its beginning or from where it was killed."""
    site = Site(folder)
    run = site.begin("run", {})
    if stage == "crawl":
        await crawled(run, site.config, extra)
    else:
        await verified(run, site.config)
    run.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])))
