"""What a crawl of a site will be like, before it starts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from linkworthy.crawl import listed
from linkworthy.crawl.plan import Plan, Planner
from linkworthy.engine.embedded import Embedded
from linkworthy.errors import StageError
from linkworthy.pipeline.fetching import open_fetcher
from linkworthy.site import Site, SiteConfig


def plan_crawl(site: Site, config: SiteConfig, replay: Sequence[Path] = (), list_path: Path | None = None) -> Plan:
    """Say how many URLs a crawl will fetch and how long that will take; nothing is written.

    Raises: SiteError where the start page does not answer.
    """
    urls = None
    if list_path is not None:
        urls = listed.read(list_path, config.url, lambda _row, _why, _text: None)

    async def work() -> Plan:
        async with open_fetcher(config, replay) as fetcher:
            return await Planner(config, fetcher).plan(n_last=n_last_crawled(site), listed=urls)

    return asyncio.run(work())


def n_last_crawled(site: Site) -> int | None:
    """Count the own URLs of the last crawl, null where there was none."""
    try:
        snapshot = site.latest()
    except StageError:
        return None
    if not snapshot.has("pages"):
        return None
    query = "select count(*) from pages where role = 'own' and state in ('answered', 'failed')"
    with Embedded(1).connect({"pages": snapshot.files("pages")}) as db:
        return int(db.sql(query).fetchall()[0][0]) or None
