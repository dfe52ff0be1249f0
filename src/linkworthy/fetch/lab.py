"""The lab: one page loaded several times on a desktop and on a slow phone, in a browser that reaches nothing by itself.

What a page asks for is fetched once, as all else is; from then on it is handed out at the pace of the device's line.
So a page costs its server one visit, and loads differ by what the browser does and not by the weather of the network.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.fetch.base import Exchange, Fetcher
from linkworthy.fetch.lab_scripts import AXE, EVENTS, HANDLE, PHONE, READ, WATCH
from linkworthy.fetch.launch import CALL_S, BrowserError, CDPSession, Chromium, Chromiums
from linkworthy.fetch.supplies import Asked, Ledger, Supplies, Supply, document_of
from linkworthy.site import Browser, Limits, Network

PATIENCE: Final = 3.0
"""A load may take so many times ``browser.timeout_s``, on a slow line as it is; and again to be looked at."""
FLOOD: Final = 3
"""A page that asks this many times more often than ``browser.max_requests`` is given up."""
_STEP_S: Final = 0.03
_QUIET_S: Final = 0.5
_WORLD: Final = "linkworthy-lab"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What a page is loaded on. Source of both lines: https://github.com/GoogleChrome/lighthouse, throttling."""

    name: str
    options: Mapping[str, Any]
    """Of the browser's context."""
    latency_s: float
    bytes_per_s: float
    slowdown: float
    """How many times slower than this machine it computes."""


DESKTOP: Final = Device(
    name="desktop", options={"viewport": {"width": 1350, "height": 940}}, latency_s=0.04, bytes_per_s=1_280_000,
    slowdown=1.0,
)  # fmt: skip
PHONE_DEVICE: Final = Device(
    name="phone",
    options={"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75, "is_mobile": True,
        "has_touch": True},
    latency_s=0.15, bytes_per_s=204_800, slowdown=4.0,
)  # fmt: skip
DEVICES: Final = (DESKTOP, PHONE_DEVICE)


@dataclass(slots=True)
class Load:
    """One load of a page."""

    times: dict[str, Any] = field(default_factory=dict)
    """What ``lab_scripts.READ`` gives, the DOM left out."""
    html: str = ""
    inp_ms: float | None = None
    """The slowest answer to a key or a press; null where nothing answered."""
    is_settled: bool = False
    n_requests: int = 0
    n_blocked: int = 0
    n_failed: int = 0
    n_bytes: int = 0
    """Bytes over the line, the page's own included."""
    n_foreign_bytes: int = 0
    """Of these, from other registrable domains."""
    n_console_errors: int = 0
    n_console_warnings: int = 0
    n_script_errors: int = 0
    n_issues: int = 0
    """Entries of the browser's list of issues."""
    moved_to_url: str | None = None
    phone: dict[str, Any] = field(default_factory=dict)
    """What ``lab_scripts.PHONE`` gives; empty on a desktop."""
    axe: dict[str, Any] | None = None
    """What axe-core found; null where it did not run."""


class LoadError(Exception):
    """A page could not be loaded; says why."""


class _Line:
    """Hands bytes out at a pace: each answer waits for its turn behind those before it."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._free_at = 0.0

    async def carry(self, n_bytes: int) -> None:
        now = time.monotonic()
        start = max(now + self._device.latency_s, self._free_at)
        self._free_at = start + n_bytes / self._device.bytes_per_s
        await asyncio.sleep(self._free_at - now)


class Lab:
    """Measures pages one after the other: two at once would slow each other down."""

    def __init__(self, inner: Fetcher, network: Network, limits: Limits, settings: Browser, n_loads: int = 3) -> None:
        """Take the fetcher that brings what pages ask for; it stays its owner's.

        Raises: InputError where Chromium or axe is not installed.
        """
        self._settings = replace(settings, block_kinds=(), tabs=1)
        self._network = network
        self._supplies = Supplies(inner, network, self._settings, min(limits.timeout_s, settings.timeout_s))
        self._chromiums = Chromiums(self._settings)
        self._axe = _axe_source()
        self.n_loads = n_loads
        self.load_s = PATIENCE * settings.timeout_s
        self.most_requests = FLOOD * settings.max_requests

    async def measure(self, document: Exchange) -> dict[str, list[Load]]:
        """Load a page on every device, by their names.

        Raises: LoadError where a load fails.
        """
        known: dict[str, Supply] = {}
        await self._load(document, DESKTOP, known, is_last=False)
        out: dict[str, list[Load]] = {}
        for device in DEVICES:
            out[device.name] = [
                await self._load(document, device, known, is_last=n == self.n_loads - 1) for n in range(self.n_loads)
            ]
        return out

    async def close(self) -> None:
        """End the browser."""
        self._supplies.close()
        await self._chromiums.close()

    async def _load(self, document: Exchange, device: Device, known: dict[str, Supply], *, is_last: bool) -> Load:
        chromium = await self._chromiums.lease()
        chromium.n_pages += 1
        try:
            visit = _Visit(self, document, device, known)
            async with asyncio.timeout(self.load_s * 2):
                return await visit.load(chromium, is_last=is_last)
        except (BrowserError, TimeoutError) as fault:
            chromium.kill()
            raise LoadError((str(fault).strip().splitlines() or ["it takes too long"])[0][:200]) from None
        finally:
            await self._chromiums.give_back(chromium)

    @property
    def axe(self) -> str:
        """The source of axe-core."""
        return self._axe

    @property
    def network(self) -> Network:
        """How requests leave."""
        return self._network

    async def supply(self, asked: Asked, ledger: Ledger) -> Supply | None:
        """Fetch what a page asks for; null where it may not have it, or it does not come."""
        found = await self._supplies.supply(asked, ledger)
        return found if isinstance(found, Supply) else None


class _Visit:
    """One load, in a context that shares nothing with others."""

    def __init__(self, lab: Lab, document: Exchange, device: Device, known: dict[str, Supply]) -> None:
        self._lab = lab
        self._document = document
        self._device = device
        self._known = known
        self._line = _Line(device)
        self._ledger = Ledger(document.url)
        self._out = Load()
        self._domain = urls.domain_of(document.url)
        self._n_open = 0
        self._quiet_since = 0.0
        self._is_served = self._is_loaded = False
        self._frame = ""
        self._session: CDPSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def load(self, chromium: Chromium, *, is_last: bool) -> Load:
        context = await chromium.context(
            user_agent=self._lab.network.user_agent, service_workers="block", accept_downloads=False,
            ignore_https_errors=True, **self._device.options,
        )  # fmt: skip
        try:
            page = await context.new_page()
            session = await context.new_cdp_session(page)
            await self._prepare(session)
            await self._go(session)
            await self._look(session, is_last=is_last)
        finally:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            with contextlib.suppress(BrowserError, TimeoutError):
                async with asyncio.timeout(CALL_S):
                    await context.close()
        out, ledger = self._out, self._ledger
        out.n_requests, out.n_blocked, out.n_failed = ledger.n_requests, ledger.n_blocked, ledger.n_failed
        return out

    async def _prepare(self, session: CDPSession) -> None:
        self._session = session
        session.on("Fetch.requestPaused", self._on_paused)
        session.on("Page.loadEventFired", lambda _: self._on_load())
        session.on("Runtime.exceptionThrown", lambda _: self._count("n_script_errors"))
        session.on("Runtime.consoleAPICalled", self._on_console)
        session.on("Audits.issueAdded", lambda _: self._count("n_issues"))
        for method in ("Page.enable", "Runtime.enable", "Audits.enable"):
            await session.send(method)
        await session.send("Emulation.setCPUThrottlingRate", {"rate": self._device.slowdown})
        await session.send("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH, "worldName": _WORLD})
        await session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})

    async def _go(self, session: CDPSession) -> None:
        until = time.monotonic() + self._lab.load_s
        led = await session.send("Page.navigate", {"url": self._document.url})
        if led.get("errorText"):
            raise LoadError(f"the browser takes it for no page: {led['errorText']}")
        self._frame = led["frameId"]
        while time.monotonic() < until:
            if self._ledger.n_requests >= self._lab.most_requests:
                raise LoadError("it asks without end")
            if self._is_loaded and not self._n_open and time.monotonic() - self._quiet_since >= _QUIET_S:
                self._out.is_settled = True
                return
            await asyncio.sleep(_STEP_S)

    async def _look(self, session: CDPSession, *, is_last: bool) -> None:
        out = self._out
        world = await session.send("Page.createIsolatedWorld", {"frameId": self._frame, "worldName": _WORLD})
        place = world["executionContextId"]
        found = await _evaluate(session, f"({READ})({self._document.request.max_bytes})", place)
        if not isinstance(found, dict):
            raise LoadError("its times cannot be read")
        out.html = found.pop("html")
        out.times = found
        if is_last and self._device.name == "phone":
            out.phone = await _evaluate(session, PHONE, place) or {}
        if is_last and self._device.name == "desktop":
            await _evaluate(session, f"{self._lab.axe}; null", place)
            out.axe = await _evaluate(session, AXE, place)
        out.inp_ms = await self._press(session, place)

    async def _press(self, session: CDPSession, place: int) -> float | None:
        """Press a key and, where there is one, a button that leads nowhere; give the slowest answer."""
        for kind in ("rawKeyDown", "keyUp"):
            await session.send("Input.dispatchKeyEvent", {"type": kind, "key": "Tab", "code": "Tab",
                "windowsVirtualKeyCode": 9})  # fmt: skip
        spot = await _evaluate(session, HANDLE, place)
        if isinstance(spot, list):
            at = {"x": spot[0], "y": spot[1], "button": "left", "clickCount": 1}
            for kind in ("mousePressed", "mouseReleased"):
                await session.send("Input.dispatchMouseEvent", {"type": kind, **at})
        await asyncio.sleep(0.3)
        events = await _evaluate(session, EVENTS, place)
        return float(max(events)) if events else None

    def _on_load(self) -> None:
        if self._is_served:
            self._is_loaded = True
            self._quiet_since = time.monotonic()

    def _on_console(self, event: dict[str, Any]) -> None:
        if event.get("type") in {"error", "warning"}:
            self._count(f"n_console_{event['type']}s")

    def _count(self, name: str) -> None:
        if self._is_served:
            setattr(self._out, name, min(getattr(self._out, name) + 1, 1_000))

    def _on_paused(self, event: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self._answer(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, event: dict[str, Any]) -> None:
        self._n_open += 1
        try:
            supply = await self._choose(event)
            if supply is not None:
                await self._line.carry(supply.n_bytes)
        finally:
            self._n_open -= 1
            self._quiet_since = time.monotonic()
        session_call = ("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "BlockedByClient"})
        if supply is not None:
            session_call = ("Fetch.fulfillRequest", {
                "requestId": event["requestId"], "responseCode": supply.status,
                "responseHeaders": [{"name": name, "value": value} for name, value in supply.headers],
                "body": base64.b64encode(supply.body).decode(),
            })  # fmt: skip
        if self._session is not None:
            with contextlib.suppress(BrowserError):  # the request, or the page, is gone
                await self._session.send(*session_call)

    async def _choose(self, event: dict[str, Any]) -> Supply | None:
        request, kind = event["request"], event["resourceType"].lower()
        if kind == "document" and not self._is_served:
            self._is_served = True
            page = document_of(self._document, has_cookies=self._lab.network.cookies)
            return self._noted(replace(page, n_bytes=self._document.n_bytes or len(page.body)), self._document.url)
        if kind == "document" and self._frame in {"", event.get("frameId")}:
            target = urls.normalise(request["url"])
            if self._out.moved_to_url is None and target not in {None, self._document.url}:
                self._out.moved_to_url = target
            return None
        if not self._is_served or self._ledger.n_requests >= self._lab.most_requests:
            return None
        key = f"{request['method']} {request['url']} {request['headers'].get('Origin', '')}"
        if (found := self._known.get(key)) is not None:
            self._ledger.n_requests += 1
        else:
            content = b"".join(base64.b64decode(part.get("bytes", "")) for part in request.get("postDataEntries") or [])
            found = await self._lab.supply(
                Asked(url=request["url"], kind=kind, method=request["method"], headers=request["headers"],
                    content=content), self._ledger,
            )  # fmt: skip
            if found is None:
                return None
            self._known[key] = found
        return self._noted(found, request["url"])

    def _noted(self, supply: Supply, url: str) -> Supply:
        n_bytes = supply.n_bytes or len(supply.body)
        self._out.n_bytes += n_bytes
        normal = urls.normalise(url)
        if normal is not None and urls.domain_of(normal) != self._domain:
            self._out.n_foreign_bytes += n_bytes
        return supply if supply.n_bytes else replace(supply, n_bytes=n_bytes)


async def _evaluate(session: CDPSession, expression: str, world: int) -> Any:
    found = await session.send(
        "Runtime.evaluate",
        {"expression": expression, "contextId": world, "awaitPromise": True, "returnByValue": True},
    )
    return found["result"].get("value")


def _axe_source() -> str:
    try:
        import axe_playwright_python  # noqa: PLC0415 - only where pages are measured
    except ModuleNotFoundError:
        raise InputError("the lab needs axe-core: pip install 'linkworthy[browser]'") from None
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
