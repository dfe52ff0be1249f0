"""The Fetcher that renders: HTTP brings an answer, and Chromium makes of a page what its scripts make of it.

All that comes over HTTP - status, headers, hops, faults, times - is that of the fetcher within. The browser gets the
page from it and asks it for everything else, so guards, named addresses, proxies and bounds hold for both alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.fetch.base import Exchange, Fetcher, Request, header
from linkworthy.fetch.redirects import follow
from linkworthy.fetch.rendering import Rendering
from linkworthy.fetch.supplies import Supplies
from linkworthy.html.encoding import charset_of, sniff
from linkworthy.site import Browser, Limits, Network

if TYPE_CHECKING:
    from linkworthy.fetch.tabs import Outcome, Tabs

_PAGES: Final = ("text/html", "application/xhtml+xml")
_BOM: Final = b"\xef\xbb\xbf"


class BrowserFetcher:
    """Renders the pages that another fetcher brings. The browser starts with the first of them."""

    def __init__(
        self,
        inner: Fetcher,
        network: Network,
        limits: Limits,
        settings: Browser,
        *,
        renders: Callable[[str], bool] = lambda _host: True,
    ) -> None:
        """Take the fetcher that brings the bytes, which is closed with this one; ``renders`` tells whose pages count.

        Raises: InputError where Playwright or Chromium is not installed.
        """
        self._inner = inner
        self._renders = renders
        self._supplies = Supplies(inner, network, settings, min(limits.timeout_s, settings.timeout_s))
        self._tabs = _tabs(settings, network, self._supplies)

    async def fetch(self, request: Request) -> Exchange:
        """Fetch, and render what comes if it is a page.

        Raises: FetchError where this machine cannot go on, a browser that cannot be started included.
        """
        return await follow(request, self._ask) if request.max_hops else await self._ask(request)

    def remember_robots(self, exchange: Exchange) -> None:
        """Take a robots.txt that came by another way, so that no page asks for it again."""
        self._supplies.remember_robots(exchange)

    async def close(self) -> None:
        """End the browser, and close the fetcher within."""
        self._supplies.close()
        await self._tabs.close()
        await self._inner.close()

    async def _ask(self, request: Request) -> Exchange:
        exchange = await self._inner.fetch(request)
        if urls.split(request.url).path == "/robots.txt":
            self._supplies.remember_robots(exchange)
            return exchange
        if not (is_page(exchange) and self._renders(urls.host_of(exchange.url))):
            return exchange
        outcome = await self._tabs.render(exchange)
        return _rendered(exchange, outcome) if outcome.fault is None else _unrendered(exchange, outcome)


def is_page(exchange: Exchange) -> bool:
    """Tell whether an answer is a document that a browser shows: HTML, found, no download."""
    status = exchange.status
    if exchange.request.method != "GET" or status is None or not 200 <= status < 300 or exchange.fault is not None:
        return False
    disposition = (exchange.header("content-disposition") or "").strip().lower()
    if not exchange.body or disposition.startswith("attachment"):
        return False
    kind = (header(exchange.headers, "content-type") or "").partition(";")[0].strip().lower()
    if kind:
        return kind in _PAGES
    start = exchange.body[:1024].lstrip(_BOM + b" \t\r\n\f").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def encoded(html: str, content_type: str | None) -> bytes:
    """Encode a DOM so that its reader, who goes by header and meta elements, finds the encoding that was used."""
    body = html.encode("utf-8", "replace")
    name, _ = sniff(body, charset_of(content_type) if content_type else None)
    if name == "utf-8":
        return body
    try:
        return html.encode(name, "xmlcharrefreplace")
    except (LookupError, UnicodeError):
        return _BOM + body


def _tabs(settings: Browser, network: Network, supplies: Supplies) -> Tabs:
    try:
        from linkworthy.fetch.tabs import Tabs  # noqa: PLC0415 - loads Playwright
    except ModuleNotFoundError:
        raise InputError("rendering needs Playwright: pip install 'linkworthy[browser]'") from None
    return Tabs(settings, network, supplies)


def _rendered(exchange: Exchange, outcome: Outcome) -> Exchange:
    html = outcome.drawn.html if outcome.drawn else ""
    return replace(
        exchange,
        body=encoded(html, exchange.header("content-type")),
        is_truncated=exchange.is_truncated or bool(outcome.drawn and outcome.drawn.is_truncated),
        rendering=_rendering(exchange, outcome),
    )


def _unrendered(exchange: Exchange, outcome: Outcome) -> Exchange:
    """Give the answer as it came, with the fault that it could not be rendered."""
    last = replace(exchange.last, fault="not-rendered", fault_detail=outcome.fault)
    return replace(exchange, hops=(*exchange.hops[:-1], last), rendering=_rendering(exchange, outcome))


def _rendering(exchange: Exchange, outcome: Outcome) -> Rendering:
    drawn = outcome.drawn
    if drawn is None:
        return Rendering(raw=exchange.body, total_ms=outcome.total_ms)
    ledger, clock = drawn.ledger, drawn.timings
    return Rendering(
        raw=exchange.body,
        is_settled=drawn.is_settled,
        dom_ms=clock.get("dom_ms"),
        load_ms=clock.get("load_ms"),
        settle_ms=drawn.settle_ms,
        total_ms=outcome.total_ms,
        lcp_ms=clock.get("lcp_ms"),
        cls=clock.get("cls"),
        n_requests=ledger.n_requests,
        n_blocked=ledger.n_blocked,
        n_failed=ledger.n_failed,
        n_bytes=ledger.n_bytes,
        n_console_errors=drawn.n_console_errors,
        n_script_errors=drawn.n_script_errors,
        moved_to_url=drawn.moved_to_url,
    )
