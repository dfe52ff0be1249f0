"""What the crawl of the own site does with each URL: own pages, sitemaps, outbound links, resources, each once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from linkworthy import urls
from linkworthy.crawl import found, rows, sitemaps
from linkworthy.crawl.frontier import Entry, Offer
from linkworthy.crawl.past import Past
from linkworthy.crawl.scope import Scope
from linkworthy.crawl.task import Content, Taken
from linkworthy.crawl.visits import Visit, Visitor
from linkworthy.errors import SiteError
from linkworthy.fetch.base import Exchange
from linkworthy.fetch.robots import host_url
from linkworthy.site import SiteConfig

GROUP = "crawl"
START_TRIES = 3
START_PAUSE_S = 1.0
"""The start page is asked for again after this time, and after twice as long the next time."""
_LASTING = {
    "name-not-found": "look at the address, and at --connect-to for a site that is not in the DNS yet",
    "private-address": "--allow-private lets requests go to private and loopback addresses",
}
"""What does not change by asking again, and what can be done about it."""


class SiteTask:
    """The work on one URL of the crawl."""

    def __init__(self, config: SiteConfig, past: Past | None = None) -> None:
        """Take the settings, and the crawl before whose pages may still stand."""
        self._config = config
        self._past = past
        self._scope = Scope(config)
        self._mode = config.scope.mode
        self._follow = config.scope.follow
        self._origins: set[str] = set()
        self._told = found.Told()

    @property
    def group(self) -> str:
        """The group of the parts."""
        return GROUP

    def keeps_robots(self, host_url: str) -> bool:
        """Tell whether a robots.txt is one of the site's."""
        return self._scope.is_own(host_url)

    def refuse(self, entry: Entry) -> Taken:
        """Say that an entry is not asked for, and why."""
        return Taken(rows={"pages": [self._unfetched(entry, "skipped", entry.refusal or "", None)]})

    async def visit(self, visitor: Visitor, entry: Entry) -> Visit:
        """Ask for an entry in the manner of its role."""
        if entry.role in {found.OUTBOUND, found.RESOURCE}:
            return await self._visit_elsewhere(visitor, entry)
        if entry.role == found.SITEMAP:
            return await self._visit_sitemap(visitor, entry)
        is_start = entry.found_by == "seed"
        visit = await (self._visit_start if is_start else Visitor.visit)(visitor, entry, past=self._past)
        if self._mode != "spider" or visit.exchange.status is None or host_url(entry.url) in self._origins:
            return visit
        named = await visitor.robots.rules(entry.url)
        return replace(visit, sitemaps=tuple(named.sitemaps))

    async def _visit_elsewhere(self, visitor: Visitor, entry: Entry) -> Visit:
        """Check what is no page of the crawl: its head alone, unless the user named it."""
        is_listed = entry.found_by == "list"
        # some servers never answer HEAD
        method: Literal["GET", "HEAD"] = "GET" if entry.n_attempts or is_listed else "HEAD"
        max_hops = 0 if is_listed and not self._follow else self._config.limits.max_hops
        return await visitor.visit(entry, method=method, max_hops=max_hops, is_page=entry.role == found.OUTBOUND)

    async def _visit_sitemap(self, visitor: Visitor, entry: Entry) -> Visit:
        """Fetch a sitemap; with the first one of a crawl of sitemaps come those that robots.txt names."""
        if self._mode != "sitemap" or entry.found_on:
            return await visitor.visit(entry, max_hops=5, max_bytes=sitemaps.MAX_BYTES, is_page=False)
        visit = await self._visit_start(visitor, entry, max_hops=5, max_bytes=sitemaps.MAX_BYTES, is_page=False)
        named = await visitor.robots.rules(entry.url)
        return replace(visit, sitemaps=tuple(named.sitemaps))

    async def _visit_start(self, visitor: Visitor, entry: Entry, **how: Any) -> Visit:
        """Ask for the start page, again where it does not answer: without it there is nothing to crawl."""
        for n in range(START_TRIES):
            if n:
                await asyncio.sleep(START_PAUSE_S * 2 ** (n - 1))
                visitor.robots.forget(entry.url)
            visit = await visitor.visit(entry, **how)
            fault = visit.exchange.fault
            if visit.exchange.status is not None or fault in {None, "disallowed", "not-recorded"}:
                return visit
            if fault in _LASTING:
                break
        detail = visit.exchange.last.fault_detail
        why = f"{fault} ({detail})" if detail else fault
        what = _LASTING.get(fault or "", "look at the address, the site and your connection")
        raise SiteError(f"{entry.url} does not answer: {why}; {what}")

    def take(self, visit: Visit) -> Taken:
        """Turn a visit into rows and offers."""
        if visit.entry.role == found.SITEMAP:
            return self._take_sitemap(visit)
        if visit.entry.role in {found.OUTBOUND, found.RESOURCE}:
            return self._take_elsewhere(visit)
        return self._take_page(visit)

    def _take_page(self, visit: Visit) -> Taken:
        entry, exchange, page = visit.entry, visit.exchange, visit.page
        if exchange.fault == "disallowed" or visit.limit is not None:
            state = "disallowed" if visit.limit is None else "skipped"
            fault = visit.limit or "disallowed"
            row = self._unfetched(entry, state, fault, exchange.last.fault_detail, visit)
            return Taken(rows={"pages": [row]})
        row = rows.page_row(
            exchange, page, role=found.OWN, is_own=True, found_by=entry.found_by, found_on=entry.found_on or None,
            depth=entry.depth, n_attempts=visit.n_attempts, is_robots_allowed=visit.first.is_allowed,
            is_googlebot_allowed=visit.first.is_googlebot_allowed,
        )  # fmt: skip
        if visit.is_conditional and exchange.status is not None:
            row["is_not_modified"] = visit.stored is not None
        if visit.stored is not None:
            row |= {"n_bytes": visit.stored.n_bytes, "n_decoded_bytes": visit.stored.n_decoded_bytes}
        content = None
        offers: list[Offer] = []
        status = exchange.status or 0
        refresh = page.facts["meta_refresh_url"] if page is not None and 200 <= status < 300 else None
        if refresh and refresh != entry.url and row["redirect_url"] is None:
            row |= {"redirect_url": refresh, "redirect_kind": "meta-refresh"}
        if row["redirect_url"] is not None and exchange.fault is None and self._is_followed(entry, is_redirect=True):
            offers += found.redirect(entry, row["redirect_url"], self._scope)
        if page is not None and 200 <= status < 300:
            content = Content(page=page, captured_at=exchange.fetched_at, tables=rows.CONTENT_TABLES)
            offers += found.on_page(entry, page, self._scope, self._told, is_linked=self._is_followed(entry))
        if status and self._mode == "spider":
            offers += self._sitemap_offers(visit, is_answered=status == 200)
        return Taken(rows={"pages": [row]}, content=content, offers=offers)

    def _is_followed(self, entry: Entry, *, is_redirect: bool = False) -> bool:
        """Tell whether a page leads on: in a list only for so many levels, and what sitemaps name never does."""
        if self._mode != "list":
            return self._mode == "spider"
        return entry.depth is not None and entry.depth < self._follow + (is_redirect and self._follow > 0)

    def _sitemap_offers(self, visit: Visit, *, is_answered: bool) -> list[Offer]:
        """Offer the sitemaps of a host until one of its pages has answered."""
        origin = host_url(visit.entry.url)
        if origin in self._origins:
            return []
        offers = [found.sitemap(url, f"{origin}/robots.txt", 0) for url in map(urls.normalise, visit.sitemaps) if url]
        if is_answered:
            self._origins.add(origin)
            offers.append(found.sitemap(f"{origin}/sitemap.xml", "", 0))
        return offers

    def _take_sitemap(self, visit: Visit) -> Taken:
        entry, exchange = visit.entry, visit.exchange
        is_guess = not entry.found_on
        origin = host_url(entry.url)
        more = [found.sitemap(url, f"{origin}/robots.txt", 0) for url in map(urls.normalise, visit.sitemaps) if url]
        if exchange.status != 200 or exchange.fault is not None:
            why = f"sitemap not read: {visit.limit or exchange.fault or f'status {exchange.status}'}"
            rejects = [] if is_guess else [_reject(entry.url, sitemaps.Reject(0, why, ""))]
            return Taken(rows={"rejects": rejects}, offers=more)
        if exchange.url != entry.url and entry.found_by != "list":
            # What several addresses lead to is read once, under the address where it stands.
            return Taken(offers=[*more, found.sitemap(exchange.url, entry.found_on, entry.depth or 0)])
        read = sitemaps.read(exchange.body, entry.url)
        if is_guess and read.kind == "none":
            return Taken(offers=more)
        named = [
            {
                "sitemap_url": entry.url, "url": item.url, "last_modified_at": item.last_modified_at,
                "alternates": [{"lang": lang, "url": url} for lang, url in item.alternates],
            }
            for item in read.entries
            if read.kind != "index"
        ]  # fmt: skip
        rejects = [_reject(entry.url, reject) for reject in read.rejects]
        offers = [*more, *found.in_sitemap(read, entry, self._scope)]
        return Taken(rows={"sitemap_urls": named, "rejects": rejects}, offers=offers)

    def _take_elsewhere(self, visit: Visit) -> Taken:
        entry, exchange = visit.entry, visit.exchange
        if exchange.hops[0].fault == "disallowed" or visit.limit is not None:
            state = "disallowed" if visit.limit is None else "skipped"
            fault = visit.limit or "disallowed"
            row = self._unfetched(entry, state, fault, exchange.last.fault_detail, visit)
            return Taken(rows={"pages": [row]})
        is_resource = entry.role == found.RESOURCE
        pages = rows.page_rows(
            exchange, visit.page, role=entry.role, is_own=False,
            is_final_own=not is_resource and self._scope.is_inside(exchange.url),
            found_by=entry.found_by, found_on=entry.found_on or None, n_attempts=visit.n_attempts,
            first=visit.first, last=visit.last,
        )  # fmt: skip
        if is_resource:
            return Taken(rows={"pages": [_sized(pages[0], exchange)]})
        kept = [row for row in pages if not row["is_own"]]
        return Taken(rows={"pages": kept, "hops": rows.hop_rows(exchange)})

    def _unfetched(
        self, entry: Entry, state: str, fault: str, detail: str | None, visit: Visit | None = None
    ) -> dict[str, Any]:
        return rows.unfetched_row(
            entry.url, state=state, fault=fault, detail=detail,
            at=visit.exchange.fetched_at if visit else datetime.now(UTC), role=entry.role,
            is_own=entry.role == found.OWN, found_by=entry.found_by, found_on=entry.found_on or None, depth=entry.depth,
            is_robots_allowed=visit.first.is_allowed if visit else None,
        )  # fmt: skip


def _sized(row: dict[str, Any], exchange: Exchange) -> dict[str, Any]:
    """Take the size of a resource from what its head says, where no body was asked for."""
    told = exchange.header("content-length")
    if exchange.request.method == "HEAD" and exchange.status is not None:
        row["n_bytes"] = int(told) if told and told.isascii() and told.isdigit() and len(told) < 16 else None
        row["n_decoded_bytes"] = None
    return row


def _reject(url: str, reject: sitemaps.Reject) -> dict[str, Any]:
    return {"file": url, "row": reject.row, "reason": reject.reason, "sample": reject.sample}
