"""Running Chromiums: one at a time is in use, replaced when it is spent, gone or does not answer.

The only module that loads Playwright. The browser has no way out: all names are unknown to it, and its proxy is a port
on which nobody listens. What its pages get, they get from us.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser as Playwrights
from playwright.async_api import BrowserContext, CDPSession, Playwright, async_playwright
from playwright.async_api import Error as BrowserError

from linkworthy.errors import FetchError, InputError
from linkworthy.fetch.chromium import find_chromium, may_be_sandboxed
from linkworthy.site import Browser

__all__ = ["BrowserContext", "BrowserError", "CDPSession", "Chromium", "Chromiums", "GoneError"]

LAUNCH_S: Final = 60.0
CALL_S: Final = 15.0
"""Seconds in which a browser opens or closes something; one that takes longer is killed."""
MAX_LAUNCHES: Final = 2
WATCH_S: Final = 0.25
"""How often the memory of the renderers is looked at."""
SCRIPT_HEAP_MB: Final = 512

_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class GoneError(Exception):
    """The browser ended or was killed while it worked for us."""


class Chromium:
    """One running browser."""

    def __init__(self, browser: Playwrights, pid: int) -> None:
        self._browser = browser
        self._pid = pid
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.n_pages = 0
        self.n_tabs = 0
        browser.on("disconnected", lambda _: self._end())

    @property
    def is_gone(self) -> bool:
        """Whether it ended."""
        return self.gone.done()

    async def context(self, **options: Any) -> BrowserContext:
        """Open a context, which shares nothing with others."""
        return await self._browser.new_context(**options)

    async def close(self) -> None:
        """End it, in order if it answers."""
        with contextlib.suppress(BrowserError, TimeoutError):
            async with asyncio.timeout(CALL_S):
                await self._browser.close()
        self.kill()

    def kill(self) -> None:
        """End all its processes at once."""
        self._end()
        with contextlib.suppress(OSError):
            group = os.getpgid(self._pid)
            if group != os.getpgrp():
                os.killpg(group, signal.SIGKILL)
            else:
                os.kill(self._pid, signal.SIGKILL)

    def _end(self) -> None:
        if not self.gone.done():
            self.gone.set_result(None)

    def kill_fat(self, max_bytes: int) -> None:
        """End the renderers that hold more memory than this of their own; their pages crash and no others do."""
        for pid in _descendants(self._pid):
            if _own_bytes(pid) > max_bytes and _is_renderer(pid):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)


class Chromiums:
    """Gives the browser that is in use, and starts one where there is none."""

    def __init__(self, settings: Browser) -> None:
        """Look for Chromium.

        Raises: InputError where there is none.
        """
        path = settings.executable or find_chromium()
        if not path:
            raise InputError("rendering needs Chromium, which is not installed; name it in browser.executable")
        self._path = path
        self._settings = settings
        self._one_at_a_time = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._current: Chromium | None = None
        self._running: set[Chromium] = set()
        self._watch: asyncio.Task[None] | None = None
        self._nowhere = socket.socket()
        self._nowhere.bind(("127.0.0.1", 0))  # never listens: a connection is refused, and nobody else gets the port

    async def lease(self) -> Chromium:
        """Give a running browser for one more tab.

        Raises: FetchError where none can be started.
        """
        async with self._one_at_a_time:
            current = self._current
            if current is not None and (current.is_gone or current.n_pages >= self._settings.pages_per_browser):
                self._current = None
                if current.is_gone or not current.n_tabs:
                    await self._end(current)
            if self._current is None:
                self._current = await self._launch()
            self._current.n_tabs += 1
            return self._current

    async def give_back(self, chromium: Chromium) -> None:
        """Take back a browser whose tab was closed; one that another has followed ends with its last tab."""
        chromium.n_tabs -= 1
        if not chromium.n_tabs and chromium is not self._current:
            await self._end(chromium)

    async def close(self) -> None:
        """End the browser and Playwright's driver."""
        if self._watch is not None:
            self._watch.cancel()
        for chromium in list(self._running):
            await self._end(chromium)
        await self._stop_driver()
        self._nowhere.close()

    async def _end(self, chromium: Chromium) -> None:
        self._running.discard(chromium)
        await chromium.close()

    async def _launch(self) -> Chromium:
        why = ""
        for _ in range(MAX_LAUNCHES):
            try:
                async with asyncio.timeout(LAUNCH_S):
                    return await self._start()
            except (BrowserError, TimeoutError, OSError) as fault:
                why = (str(fault).strip().splitlines() or ["it does not answer"])[0]
                await self._stop_driver()
        raise FetchError(f"Chromium ({self._path}) cannot be started: {why}")

    async def _start(self) -> Chromium:
        if self._playwright is None:
            self._playwright = await async_playwright().start()
        browser = await self._playwright.chromium.launch(
            executable_path=self._path, chromium_sandbox=may_be_sandboxed(), args=self._flags(), timeout=LAUNCH_S * 1000
        )
        session = await browser.new_browser_cdp_session()
        processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
        pid = next(int(process["id"]) for process in processes if process["type"] == "browser")
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._watch_memory())
        chromium = Chromium(browser, pid)
        self._running.add(chromium)
        return chromium

    def _flags(self) -> list[str]:
        return [
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--proxy-server=http://127.0.0.1:{self._nowhere.getsockname()[1]}",
            "--proxy-bypass-list=<-loopback>",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--disable-quic",
            "--dns-prefetch-disable",
            "--block-new-web-contents",
            "--disable-gpu",
            "--no-pings",
            f"--js-flags=--max-old-space-size={SCRIPT_HEAP_MB}",
        ]

    async def _stop_driver(self) -> None:
        playwright, self._playwright = self._playwright, None
        if playwright is not None:
            with contextlib.suppress(BrowserError, TimeoutError, OSError):
                async with asyncio.timeout(CALL_S):
                    await playwright.stop()

    async def _watch_memory(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            for chromium in self._running:
                if not chromium.is_gone:
                    chromium.kill_fat(self._settings.max_memory_mb << 20)


def _descendants(pid: int) -> list[int]:
    """Give the processes below a process; none where the system does not tell."""
    found: list[int] = []
    open_ones = [pid]
    while open_ones:
        parent = open_ones.pop()
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                children = [int(child) for child in (task / "children").read_text().split()]
                found += children
                open_ones += children
    return found


def _own_bytes(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/statm").read_text().split()
        return (int(fields[1]) - int(fields[2])) * _PAGE_BYTES
    except (OSError, IndexError, ValueError):
        return 0


def _is_renderer(pid: int) -> bool:
    try:
        return b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
