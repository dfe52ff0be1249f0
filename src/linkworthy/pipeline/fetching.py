"""Opens the fetcher that a job asks for: the network, or the replay of archives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from linkworthy.fetch.base import Fetcher
from linkworthy.fetch.http import HttpFetcher
from linkworthy.fetch.replay import ReplayFetcher
from linkworthy.fetch.robots_files import WithRobotsFiles
from linkworthy.site import SiteConfig


@asynccontextmanager
async def open_fetcher(config: SiteConfig, replay: Sequence[Path] = ()) -> AsyncIterator[Fetcher]:
    """Give a fetcher over the network, or over archives where any are named; it is closed afterwards.

    Raises: InputError where the settings cannot be used, or the site does not let us in.
    """
    fetcher = _fetcher(config, replay)
    try:
        yield fetcher
    finally:
        await fetcher.close()


def _fetcher(config: SiteConfig, replay: Sequence[Path]) -> Fetcher:
    fetcher: Fetcher = (
        ReplayFetcher(replay)
        if replay
        else HttpFetcher(config.network, config.limits, login=config.login, is_own=config.is_own_host)
    )
    files = config.network.robots_files
    return WithRobotsFiles(fetcher, files) if files else fetcher
