"""One tab of the browser, rendering one page after the other: every request of a page is answered from here."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from linkworthy import urls
from linkworthy.fetch.base import Exchange
from linkworthy.fetch.launch import CALL_S, BrowserContext, BrowserError, CDPSession, Chromium, GoneError
from linkworthy.fetch.scripts import AT_THE_BEGINNING, AT_THE_END, FORGET
from linkworthy.fetch.supplies import Asked, Ledger, Supplies, Supply, document_of
from linkworthy.site import Browser, Network

VIEWPORT: Final = {"width": 1280, "height": 4000}
"""Tall, so that what a page loads when it is scrolled into view comes."""
GRACE_S: Final = 3.0
"""Seconds for reading the DOM after a page's time is up; then its script does not give way."""
FLOOD: Final = 3
"""A page that asks this many times more often than it may is cut off within the browser."""

_STEP_S: Final = 0.03
_HINDSIGHT_S: Final = 0.2
_WORLD: Final = "linkworthy"


class UnrenderedError(Exception):
    """The page was given up; says why. Its tab is of no more use."""


@dataclass(slots=True)
class Drawn:
    """What came of a page, so far."""

    ledger: Ledger
    html: str = ""
    is_truncated: bool = False
    is_settled: bool = False
    settle_ms: float | None = None
    n_console_errors: int = 0
    n_script_errors: int = 0
    moved_to_url: str | None = None
    timings: dict[str, float | None] = field(default_factory=dict)


class Tab:
    """A context with one page, and the DevTools session over which it is led."""

    def __init__(
        self,
        chromium: Chromium,
        context: BrowserContext,
        session: CDPSession,
        frame: str,
        supplies: Supplies,
        settings: Browser,
        network: Network,
    ) -> None:
        self.chromium = chromium
        self.n_pages = 0
        self._context = context
        self._session = session
        self._frame = frame
        self._supplies = supplies
        self._settings = settings
        self._network = network
        self._document: Exchange | None = None
        self._drawn: Drawn | None = None
        self._is_served = self._is_loaded = self._is_cut_off = self._is_closed = False
        self._n_open = 0
        self._quiet_since = 0.0
        self._answers: set[asyncio.Task[None]] = set()
        self._crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(cls, chromium: Chromium, supplies: Supplies, settings: Browser, network: Network) -> Tab:
        """Open a tab.

        Raises: GoneError where the browser does not.
        """
        try:
            async with asyncio.timeout(CALL_S):
                context = await chromium.context(
                    user_agent=network.user_agent,
                    viewport=VIEWPORT,
                    service_workers="block",
                    accept_downloads=False,
                    ignore_https_errors=True,  # the fetcher has checked certificates by itself
                )
                page = await context.new_page()
                session = await context.new_cdp_session(page)
                tree = await session.send("Page.getFrameTree")
                tab = cls(chromium, context, session, tree["frameTree"]["frame"]["id"], supplies, settings, network)
                page.on("crash", lambda _: tab._crash())
                await tab._prepare()
                return tab
        except (BrowserError, TimeoutError) as fault:
            chromium.kill()
            raise GoneError(f"it opens no tab: {_first_line(fault)}") from None

    async def _prepare(self) -> None:
        session = self._session
        session.on("Fetch.requestPaused", self._on_paused)
        session.on("Page.loadEventFired", lambda _: self._on_load())
        session.on("Runtime.exceptionThrown", lambda _: self._count("n_script_errors"))
        session.on("Runtime.consoleAPICalled", self._on_console)
        await session.send("Page.enable")
        await session.send("Runtime.enable")
        await session.send("Page.addScriptToEvaluateOnNewDocument", {"source": AT_THE_BEGINNING})
        await session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})

    async def render(self, document: Exchange) -> Drawn:
        """Render an answer.

        Raises: UnrenderedError where the page is at fault, GoneError where the browser ended; ``drawn`` of this tab
        holds what was counted until then.
        """
        self.n_pages += 1
        self.chromium.n_pages += 1
        self._document = document
        self._is_served = self._is_loaded = self._is_cut_off = False
        self._n_open = 0
        drawn = self._drawn = Drawn(Ledger(document.url))
        work = asyncio.ensure_future(self._work(document, drawn))
        try:
            ends: set[asyncio.Future[Any]] = {work, self._crashed, self.chromium.gone}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if not work.done() or work.exception() is not None:  # a cause may come to light after what it causes
                await asyncio.wait({self._crashed, self.chromium.gone}, timeout=_HINDSIGHT_S)
            if self.chromium.is_gone:
                raise GoneError("it ended")
            if self._crashed.done():
                raise UnrenderedError("the page crashed, or took more memory than it may")
            return work.result()
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError, UnrenderedError, GoneError, BrowserError):
                await work
            await self._stop_answers()
            self._document = None

    @property
    def is_spent(self) -> bool:
        """Whether it should not be used for another page."""
        return (
            self._is_cut_off
            or self._is_closed
            or self._crashed.done()
            or self.n_pages >= self._settings.pages_per_context
        )

    @property
    def drawn(self) -> Drawn | None:
        """What is known of the page that was rendered last."""
        return self._drawn

    async def _work(self, document: Exchange, drawn: Drawn) -> Drawn:
        until = time.monotonic() + self._settings.timeout_s
        try:
            async with asyncio.timeout(self._settings.timeout_s + GRACE_S) as limit:
                led = await self._session.send("Page.navigate", {"url": document.url})
                if led.get("errorText"):
                    raise UnrenderedError(f"the browser takes it for no page: {led['errorText']}")
                began = time.monotonic()
                drawn.is_settled = await self._settle(until)
                drawn.settle_ms = (time.monotonic() - began) * 1000.0
                was_loaded = self._is_loaded
                if not drawn.is_settled:
                    limit.reschedule(asyncio.get_running_loop().time() + GRACE_S)
                    await self._halt()
                await self._read(document, drawn)
                if not was_loaded:  # halting it may have brought the event about
                    drawn.timings["load_ms"] = None
                return drawn
        except TimeoutError:
            why = "it asks without end" if self.is_flooding else f"{self._settings.timeout_s:g} s"
            raise UnrenderedError(f"{why}: its scripts do not give way") from None
        except BrowserError as fault:
            raise UnrenderedError(_first_line(fault)) from None

    async def _settle(self, until: float) -> bool:
        """Wait until the page is loaded and has been quiet; tells whether that came before its time was up."""
        while (now := time.monotonic()) < until and not self._is_cut_off:
            is_over = self._is_loaded or (self._drawn is not None and self._drawn.moved_to_url is not None)
            if is_over and not self._n_open and now - self._quiet_since >= self._settings.settle_s:
                return True
            await asyncio.sleep(_STEP_S)
        return False

    @property
    def is_flooding(self) -> bool:
        """Whether its page asks far more often than it may."""
        return self._drawn is not None and self._drawn.ledger.n_requests >= self._settings.max_requests * FLOOD

    async def _halt(self) -> None:
        """Let a page that goes on and on run no more scripts and ask for nothing."""
        self._is_cut_off = True
        await self._session.send("Emulation.setScriptExecutionDisabled", {"value": True})
        await self._session.send("Fetch.disable")  # what it still asks for goes to the browser's own network: none

    async def _read(self, document: Exchange, drawn: Drawn) -> None:
        """Read the DOM and the page's own clock, in a world that the page's scripts cannot reach."""
        world = await self._session.send("Page.createIsolatedWorld", {"frameId": self._frame, "worldName": _WORLD})
        limit = document.request.max_bytes
        found = await self._session.send(
            "Runtime.evaluate",
            {
                "expression": f"({AT_THE_END})({limit}, {'false' if drawn.is_settled else 'true'})",
                "contextId": world["executionContextId"],
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        value = found["result"].get("value")
        if not isinstance(value, dict):
            raise UnrenderedError("its DOM cannot be read")
        drawn.html = value.pop("html")
        drawn.is_truncated = value.pop("is_cut")
        drawn.timings = {name: float(taken) if taken is not None else None for name, taken in value.items()}

    async def forget(self) -> None:
        """Leave the page and empty cookies and storage.

        Raises: UnrenderedError where the tab does not answer.
        """
        document = self._drawn.ledger.page_url if self._drawn else None
        try:
            async with asyncio.timeout(CALL_S):
                if document is not None:
                    origin = document[: document.index("/", 8)]
                    for method, parameters in FORGET:
                        given = {**parameters, "origin": origin} if "storageTypes" in parameters else parameters
                        await self._session.send(method, given)
        except (BrowserError, TimeoutError) as fault:
            raise UnrenderedError(_first_line(fault)) from None

    async def close(self) -> None:
        """Close the tab; a browser that does not manage to is killed."""
        await self._stop_answers()
        if self.chromium.is_gone or self._is_closed:
            return
        self._is_closed = True
        try:
            async with asyncio.timeout(GRACE_S):
                await self._context.close()
        except (BrowserError, TimeoutError):
            self.chromium.kill()

    def _on_load(self) -> None:
        if self._is_served:
            self._is_loaded = True
            self._quiet_since = max(self._quiet_since, time.monotonic())

    def _on_console(self, event: dict[str, Any]) -> None:
        if event.get("type") == "error":
            self._count("n_console_errors")

    def _count(self, name: Literal["n_console_errors", "n_script_errors"]) -> None:
        if self._drawn is not None and self._is_served:
            setattr(self._drawn, name, getattr(self._drawn, name) + 1)

    def _crash(self) -> None:
        if not self._crashed.done():
            self._crashed.set_result(None)

    def _on_paused(self, event: dict[str, Any]) -> None:
        """Answer in a task of its own: the browser goes on meanwhile."""
        task = asyncio.ensure_future(self._answer(event))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _stop_answers(self) -> None:
        for task in list(self._answers):
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)

    async def _answer(self, event: dict[str, Any]) -> None:
        self._n_open += 1
        try:
            await self._tell(event["requestId"], await self._choose(event))
        except BrowserError:
            return  # the request, or the page, is gone
        finally:
            self._n_open -= 1
            self._quiet_since = time.monotonic()

    async def _choose(self, event: dict[str, Any]) -> Supply | Literal["blocked", "failed"]:
        """Choose an answer: the page itself once, nothing for where it leads to, and else what is fetched."""
        document, drawn, request = self._document, self._drawn, event["request"]
        if document is None or drawn is None:
            return "blocked"
        if event["resourceType"] == "Document" and event["frameId"] == self._frame:
            if not self._is_served:
                self._is_served = True
                return document_of(document, has_cookies=self._network.cookies)
            self._note_move(drawn, document.url, request)
            return "blocked"
        if not self._is_served or event["resourceType"] == "Other":
            return "blocked"  # of the page before, or the browser's own wish for an icon
        if self.is_flooding:
            self._is_cut_off = True
            return "blocked"
        asked = Asked(
            url=request["url"], kind=event["resourceType"].lower(), method=request["method"],
            headers=request["headers"], content=_content(request),
        )  # fmt: skip
        return await self._supplies.supply(asked, drawn.ledger)

    def _note_move(self, drawn: Drawn, page_url: str, request: dict[str, Any]) -> None:
        target = urls.normalise(request["url"]) if request["method"] == "GET" else None
        if target is not None and target != page_url and drawn.moved_to_url is None:
            drawn.moved_to_url = target

    async def _tell(self, number: str, supply: Supply | Literal["blocked", "failed"]) -> None:
        if isinstance(supply, Supply) and await self._fulfil(number, supply):
            return
        reason = "BlockedByClient" if supply == "blocked" else "Failed"
        if self._drawn is not None and self._drawn.moved_to_url is not None:
            reason = "Aborted"
        await self._session.send("Fetch.failRequest", {"requestId": number, "errorReason": reason})

    async def _fulfil(self, number: str, supply: Supply) -> bool:
        """Hand over an answer; false where the browser does not take its headers, or waits for it no more."""
        answer = {
            "requestId": number,
            "responseCode": supply.status,
            "responseHeaders": [{"name": name, "value": value} for name, value in supply.headers],
            "body": base64.b64encode(supply.body).decode(),
        }
        try:
            await self._session.send("Fetch.fulfillRequest", answer)
        except BrowserError:
            return False
        return True


def _content(request: dict[str, Any]) -> bytes:
    parts = request.get("postDataEntries") or []
    return b"".join(base64.b64decode(part.get("bytes", "")) for part in parts)


def _first_line(fault: BaseException) -> str:
    return (str(fault).strip().splitlines() or ["it does not answer"])[0][:200]
