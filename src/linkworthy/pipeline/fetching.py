"""Opens the fetcher that a job asks for: the network, or the replay of archives, and a browser around it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from linkworthy.crawl.record import RecordingFetcher
from linkworthy.fetch.base import Fetcher
from linkworthy.fetch.browser import BrowserFetcher
from linkworthy.fetch.http import HttpFetcher
from linkworthy.fetch.replay import ReplayFetcher
from linkworthy.fetch.robots_files import WithRobotsFiles
from linkworthy.site import SiteConfig


@asynccontextmanager
async def open_fetcher(
    config: SiteConfig, replay: Sequence[Path] = (), record: Path | None = None
) -> AsyncIterator[Fetcher]:
    """Give a fetcher over the network, or over archives where any are named; it is closed afterwards.

    What it fetches over the network is recorded in a WARC file of its own below ``record``.

    Raises: InputError where the settings cannot be used, or the site does not let us in.
    """
    fetcher = _fetcher(config, replay, record)
    try:
        yield fetcher
    finally:
        await fetcher.close()


def _fetcher(config: SiteConfig, replay: Sequence[Path], record: Path | None) -> Fetcher:
    fetcher: Fetcher = (
        ReplayFetcher(replay)
        if replay
        else HttpFetcher(config.network, config.limits, login=config.login, is_own=config.is_own_host)
    )
    if record is not None and not replay:
        fetcher = RecordingFetcher(fetcher, record, config)
    files = config.network.robots_files
    if files:
        fetcher = WithRobotsFiles(fetcher, files)
    if not config.browser.render:
        return fetcher
    return BrowserFetcher(fetcher, config.network, config.limits, config.browser, renders=config.is_own_host)
