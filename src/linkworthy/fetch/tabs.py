"""The tabs of a rendering crawl: taken in turns, opened anew when they are spent, and pages tried again."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from linkworthy.fetch.base import Exchange
from linkworthy.fetch.launch import Chromiums, GoneError
from linkworthy.fetch.supplies import Supplies
from linkworthy.fetch.tab import Drawn, Tab, UnrenderedError
from linkworthy.site import Browser, Network

TRIES: Final = 3
"""Times that a page is rendered whose browser ended meanwhile: another page may have been at fault."""
OWN_TRIES: Final = 2
"""Times that a page is rendered which the browser did not survive: it may have hung by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a page."""

    drawn: Drawn | None
    """Null where no tab could be had."""
    total_ms: float
    fault: str | None = None
    """Why there is no DOM, null where there is one."""


class Tabs:
    """Renders as many pages at once as the settings say."""

    def __init__(self, settings: Browser, network: Network, supplies: Supplies) -> None:
        """Take the settings, and what answers the pages' requests.

        Raises: InputError where Chromium is not installed.
        """
        self._settings = settings
        self._network = network
        self._supplies = supplies
        self._chromiums = Chromiums(settings)
        self._places = asyncio.Semaphore(max(settings.tabs, 1))
        self._idle: list[Tab] = []

    async def render(self, exchange: Exchange) -> Outcome:
        """Render a page in the next free tab.

        Raises: FetchError where no browser can be started.
        """
        async with self._places:
            return await self._render(exchange)

    async def close(self) -> None:
        """End the browser."""
        for tab in self._idle:
            await tab.close()
        self._idle.clear()
        await self._chromiums.close()

    async def _render(self, exchange: Exchange) -> Outcome:
        began = time.monotonic()
        drawn: Drawn | None = None
        why = ""
        for n in range(1, TRIES + 1):
            tab: Tab | None = None
            is_spent = True
            try:
                tab = await self._tab()
                drawn = await tab.render(exchange)
                total_ms = (time.monotonic() - began) * 1000.0
                is_spent = await self._is_spent(tab)
                return Outcome(drawn=drawn, total_ms=total_ms)
            except GoneError as fault:
                why = f"the browser was lost: {fault}"
            except UnrenderedError as fault:
                why = str(fault)
                if tab is not None:
                    await tab.close()
                if tab is None or tab.is_flooding or not tab.chromium.is_gone or n >= OWN_TRIES:
                    break
            finally:
                if tab is not None:
                    drawn = tab.drawn
                    await self._put_away(tab, is_spent=is_spent)
        return Outcome(drawn=drawn, total_ms=(time.monotonic() - began) * 1000.0, fault=why)

    async def _tab(self) -> Tab:
        while self._idle:
            tab = self._idle.pop()
            if not (tab.is_spent or tab.chromium.is_gone) and tab.chromium.n_pages < self._settings.pages_per_browser:
                return tab
            await self._put_away(tab, is_spent=True)
        chromium = await self._chromiums.lease()
        try:
            return await Tab.open(chromium, self._supplies, self._settings, self._network)
        except BaseException:
            await self._chromiums.give_back(chromium)
            raise

    async def _is_spent(self, tab: Tab) -> bool:
        if tab.is_spent:
            return True
        try:
            await tab.forget()
        except UnrenderedError:
            return True
        return False

    async def _put_away(self, tab: Tab, *, is_spent: bool) -> None:
        if not is_spent:
            self._idle.append(tab)
            return
        await tab.close()
        await self._chromiums.give_back(tab.chromium)
