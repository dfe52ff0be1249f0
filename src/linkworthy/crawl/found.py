"""Which URLs a page, a redirect or a sitemap offers to the crawl, and how near they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linkworthy.crawl.frontier import Entry, Offer
from linkworthy.crawl.scope import Scope
from linkworthy.crawl.sitemaps import Sitemap
from linkworthy.html.page import Page

OWN = "own"
OUTBOUND = "outbound"
SITEMAP = "sitemap"

START_PHASE = 0
SITEMAP_PHASE = 1
CLICK_PHASE = 2
"""URLs that clicks from the start page lead to, depth by depth."""
UNCLICKED_PHASE = 3
"""URLs that are known otherwise: an orphan is reached only here."""
OUTBOUND_PHASE = 4

_PRIORITY = {"seed": 0, "redirect": 1, "link": 2, "canonical": 3, "hreflang": 4, "backlink": 5, "sitemap": 6}


def start(url: str) -> Offer:
    """Offer the start page."""
    return Offer(OWN, url, START_PHASE, 0, 0, "seed", depth=0)


def backlink_targets(extra_urls: Iterable[tuple[str, str]], scope: Scope) -> Iterator[Offer]:
    """Offer own URLs that others link to, each with a page that does."""
    for url, found_on in extra_urls:
        if scope.is_own(url):
            yield _unclicked(url, "backlink", found_on)


def sitemap(url: str, found_on: str, depth: int) -> Offer:
    """Offer a sitemap; ``depth`` counts the indexes above it."""
    return Offer(SITEMAP, url, SITEMAP_PHASE, depth, 0, "sitemap", found_on, depth)


def in_sitemap(read: Sitemap, entry: Entry, scope: Scope) -> Iterator[Offer]:
    """Offer what a sitemap names: own pages, or the sitemaps of an index."""
    for item in read.entries:
        if read.kind == "index":
            yield sitemap(item.url, read.url, (entry.depth or 0) + 1)
        elif scope.is_own(item.url):
            yield _unclicked(item.url, "sitemap", read.url)


def redirect(entry: Entry, target: str, scope: Scope) -> Offer:
    """Offer where an own URL redirects to: no click, so the depth stays."""
    if not scope.is_own(target):
        return _outbound(target, "redirect", entry.url)
    return _clicked(target, entry.depth, "redirect", entry.url)


def on_page(entry: Entry, page: Page, scope: Scope) -> Iterator[Offer]:
    """Offer the links, the canonical and the alternate languages of an own page."""
    depth = None if entry.depth is None else entry.depth + 1
    hosts = {link.url: link.target_host for link in page.links if link.url}
    for url, host in hosts.items():
        if scope.is_own_host(host or ""):
            yield _clicked(url, depth, "link", entry.url)
        else:
            yield _outbound(url, "link", entry.url)
    alternates = [(item["url"], "hreflang") for item in page.facts.get("hreflang") or ()]
    for url, found_by in [(page.canonical_url, "canonical"), *alternates]:
        if url and scope.is_own(url):
            yield _unclicked(url, found_by, entry.url)
        elif url:
            yield _outbound(url, found_by, entry.url)


def _clicked(url: str, depth: int | None, found_by: str, found_on: str) -> Offer:
    if depth is None:
        return _unclicked(url, found_by, found_on)
    return Offer(OWN, url, CLICK_PHASE, depth, _PRIORITY[found_by], found_by, found_on, depth)


def _unclicked(url: str, found_by: str, found_on: str) -> Offer:
    return Offer(OWN, url, UNCLICKED_PHASE, 0, _PRIORITY[found_by], found_by, found_on)


def _outbound(url: str, found_by: str, found_on: str) -> Offer:
    return Offer(OUTBOUND, url, OUTBOUND_PHASE, 0, _PRIORITY[found_by], found_by, found_on)
