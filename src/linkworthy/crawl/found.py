"""Which URLs a page, a redirect, a sitemap or a list offers to the crawl, and how near they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linkworthy.crawl import traps
from linkworthy.crawl.frontier import Entry, Offer
from linkworthy.crawl.scope import Scope
from linkworthy.crawl.sitemaps import Sitemap
from linkworthy.fetch.robots import host_url
from linkworthy.html.page import Page, Rows

OWN = "own"
OUTBOUND = "outbound"
RESOURCE = "resource"
SITEMAP = "sitemap"

START_PHASE = 0
SITEMAP_PHASE = 1
CLICK_PHASE = 2
"""URLs that clicks from the start page lead to, depth by depth."""
UNCLICKED_PHASE = 3
"""URLs that are known otherwise: an orphan is reached only here."""
OUTBOUND_PHASE = 4
RESOURCE_PHASE = 5

GROWING = 9
"""Priority of a link below a page that was itself reached by such links: any other finder goes before."""
CHAINED, COUNTING = 10, 11
"""Priorities of a redirect from what a redirect led to, and of one that only counts on."""
GIVEN = frozenset({"seed", "list"})
"""How a URL is found that the user named."""
_MAX_TOLD = 30_000
_NO_CLICK = 1 << 30
_PRIORITY = {
    "seed": 0, "list": 0, "redirect": 1, "link": 2, "canonical": 3, "hreflang": 4, "backlink": 5, "sitemap": 6,
}  # fmt: skip


def start(url: str) -> Offer:
    """Offer the start page."""
    return Offer(OWN, url, START_PHASE, 0, 0, "seed", depth=0)


def first_sitemap(url: str) -> Offer:
    """Offer the sitemap that stands where most do; with it come those that robots.txt names."""
    return sitemap(f"{host_url(url)}/sitemap.xml", "", 0)


def listed(urls: Iterable[str], scope: Scope) -> Iterator[Offer]:
    """Offer the URLs of a list: own ones as pages, others are fetched without being followed."""
    for url in urls:
        if scope.is_own(url):
            yield Offer(OWN, url, START_PHASE, 0, 0, "list", depth=0)
        else:
            yield Offer(OUTBOUND, url, START_PHASE, 0, 0, "list")


def listed_file(url: str) -> Offer:
    """Offer a sitemap, or a text, whose URLs are the list."""
    return Offer(SITEMAP, url, START_PHASE, 0, 0, "list", "list", 0)


def backlink_targets(extra_urls: Iterable[tuple[str, str]], scope: Scope) -> Iterator[Offer]:
    """Offer own URLs that others link to, each with a page that does."""
    for url, found_on in extra_urls:
        if scope.is_inside(url):
            yield _unclicked(scope.cleaned(url), "backlink", found_on)


def sitemap(url: str, found_on: str, depth: int) -> Offer:
    """Offer a sitemap; ``depth`` counts the indexes above it."""
    return Offer(SITEMAP, url, SITEMAP_PHASE, depth, 0, "sitemap", found_on, depth)


def in_sitemap(read: Sitemap, entry: Entry, scope: Scope) -> Iterator[Offer]:
    """Offer what a sitemap names: own pages, or the sitemaps of an index; of a list all that it names."""
    is_list = entry.found_by == "list"
    for item in read.entries:
        if read.kind == "index":
            below = sitemap(item.url, read.url, (entry.depth or 0) + 1)
            yield below._replace(found_by="list") if is_list else below
        elif is_list:
            yield from listed((item.url,), scope)
        elif scope.is_inside(item.url):
            yield from _both(_unclicked(item.url, "sitemap", read.url), scope)


def redirect(entry: Entry, target: str, scope: Scope) -> list[Offer]:
    """Offer where an own URL redirects to: no click, so the depth stays."""
    if scope.is_inside(target):
        offer = _clicked(target, entry.depth, "redirect", entry.url)
        if entry.found_by == "redirect":
            offer = offer._replace(priority=COUNTING if traps.counts_on(entry.url, target) else CHAINED)
        return list(_both(offer, scope))
    return [_outbound(target, "redirect", entry.url)]


class Told:
    """Remembers which links were offered: most pages of a site link to the same ones, and one offer of each will do."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, str]] = {}

    def is_news(self, url: str, depth: int | None, found_on: str) -> bool:
        """Tell whether a link goes before all that were told so far; it is told now."""
        order = (_NO_CLICK if depth is None else depth, found_on)
        known = self._known.get(url)
        if known is not None and known <= order:
            return False
        if len(self._known) >= _MAX_TOLD:
            self._known.clear()
        self._known[url] = order
        return True


def on_page(
    entry: Entry, page: Page, scope: Scope, told: Told | None = None, *, is_linked: bool = True
) -> Iterator[Offer]:
    """Offer the links, the canonical, the alternate languages and the resources of an own page.

    Without ``is_linked`` its links and what it names as its other addresses are left; so are links that were ``told``.
    """
    if is_linked:
        yield from _linked(entry, page, scope, told or Told())
    if scope.settings.resources:
        named = [image.image_url for image in page.images] + [item.resource_url for item in page.resources]
        for url in dict.fromkeys(url for url in named if url and url.startswith("http")):
            yield Offer(RESOURCE, url, RESOURCE_PHASE, 0, 0, "resource", entry.url)


def _linked(entry: Entry, page: Page, scope: Scope, told: Told) -> Iterator[Offer]:
    depth = None if entry.depth is None else entry.depth + 1
    has_outbound = scope.config.limits.max_outbound > 0
    hosts = _targets(page)
    growing = traps.children(entry.url, hosts)
    for url, host in hosts.items():
        if scope.is_inside(url, host):
            if url in growing:
                yield from _both(_clicked(url, depth, "link", entry.url)._replace(priority=GROWING), scope)
            elif told.is_news(url, depth, entry.url):
                yield from _both(_clicked(url, depth, "link", entry.url), scope)
        elif has_outbound and told.is_news(url, 0, entry.url):
            yield _outbound(url, "link", entry.url)
    alternates = [(item["url"], "hreflang") for item in page.facts.get("hreflang") or ()]
    for url, found_by in [(page.canonical_url, "canonical"), *alternates]:
        if url and scope.is_inside(url):
            yield from _both(_unclicked(url, found_by, entry.url), scope)
        elif url and has_outbound:
            yield _outbound(url, found_by, entry.url)


def _targets(page: Page) -> dict[str, str]:
    """Give each URL that a page links to, with its host."""
    if isinstance(page.links, Rows):
        pairs = zip(page.links.column("url"), page.links.column("target_host"), strict=True)
        return {url: host or "" for url, host in pairs if url}
    return {link.url: link.target_host or "" for link in page.links if link.url}


def _both(offer: Offer, scope: Scope) -> Iterator[Offer]:
    """Offer a URL and, where parameters are dropped, the URL without them; the first is refused then, and told."""
    yield offer
    cleaned = scope.cleaned(offer.url)
    if cleaned != offer.url:
        yield offer._replace(url=cleaned)


def _clicked(url: str, depth: int | None, found_by: str, found_on: str) -> Offer:
    if depth is None:
        return _unclicked(url, found_by, found_on)
    return Offer(OWN, url, CLICK_PHASE, depth, _PRIORITY[found_by], found_by, found_on, depth)


def _unclicked(url: str, found_by: str, found_on: str) -> Offer:
    return Offer(OWN, url, UNCLICKED_PHASE, 0, _PRIORITY[found_by], found_by, found_on)


def _outbound(url: str, found_by: str, found_on: str) -> Offer:
    return Offer(OUTBOUND, url, OUTBOUND_PHASE, 0, _PRIORITY[found_by], found_by, found_on)
