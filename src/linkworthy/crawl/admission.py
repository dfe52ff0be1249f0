"""Which offers become work: limits of the crawl, and the budget of each template, counted in the frontier."""

from __future__ import annotations

from collections import Counter

from linkworthy import urls
from linkworthy.crawl import found, sitemaps, traps
from linkworthy.crawl.frontier import Offer
from linkworthy.crawl.scope import Scope

MAX_SITEMAPS = 500
MAX_RESOURCES = 1_000_000
"""Resources that one crawl asks for."""
SKIPPED_SHOWN = 50
"""URLs of one template, or of one limit, that are kept as skipped; the others are counted."""


class Admission:
    """Decides on offers in their order; ``n_reserved`` own URLs are kept for those that no click leads to."""

    def __init__(self, scope: Scope, *, n_reserved: int) -> None:
        self._scope = scope
        self._settings = scope.settings
        self._max_pages = scope.config.limits.max_pages
        self._n_reserved = n_reserved

    def decide(self, offer: Offer, counters: Counter[str]) -> str | None:
        """Say why an offer is refused, null where it is taken; an empty text where it is one of too many to show."""
        if offer.role == found.SITEMAP:
            is_deep = (offer.depth or 0) > sitemaps.MAX_INDEX_DEPTH
            is_full = counters[found.SITEMAP] >= MAX_SITEMAPS
            return "" if is_deep or is_full else _take(counters, found.SITEMAP)
        if offer.role == found.RESOURCE:
            is_full = counters[found.RESOURCE] >= MAX_RESOURCES
            return _shown(counters, "limit-resources") if is_full else _take(counters, found.RESOURCE)
        if offer.role == found.OUTBOUND:
            is_listed = offer.found_by in found.GIVEN
            is_full = not is_listed and counters[found.OUTBOUND] >= self._scope.config.limits.max_outbound
            return _shown(counters, "limit-outbound") if is_full else _take(counters, found.OUTBOUND)
        return self._decide_own(offer, counters)

    def _decide_own(self, offer: Offer, counters: Counter[str]) -> str | None:
        is_given = offer.found_by in found.GIVEN
        reason = self._scope.refusal(offer.url, offer.depth, is_given=is_given)
        if reason is not None:
            return _shown(counters, reason)
        family = None if is_given else self._family(offer)
        if family is not None and counters[f"family {family.template}"] >= family.budget:
            return _shown(counters, family.reason, family.template)
        n_reserved = self._n_reserved if offer.depth is not None else 0
        if counters[found.OWN] >= max(1, self._max_pages - n_reserved):
            return _shown(counters, "limit-pages")
        places = self._places(offer.url)
        for place, limit, name in places:
            if counters[place] >= limit:
                return _shown(counters, name, place)
        names = [place for place, _limit, _name in places]
        return _take(counters, found.OWN, *names, *([f"family {family.template}"] if family else []))

    def _family(self, offer: Offer) -> traps.Family | None:
        if offer.priority == found.GROWING:
            return traps.growing(offer.url)
        if offer.priority in {found.CHAINED, found.COUNTING}:
            return traps.chained(offer.url, self._max_pages, is_counting=offer.priority == found.COUNTING)
        return self._scope.family(offer.url)

    def _places(self, url: str) -> list[tuple[str, int, str]]:
        """Give the counters of places with limits of their own that a URL belongs to: name, limit and reason."""
        per_host, per_folder = self._settings.max_per_host, self._settings.max_per_folder
        out = []
        if per_host:
            out.append((f"host {urls.host_of(url)}", per_host, "limit-host"))
        if per_folder:
            parts = urls.split(url)
            first, slash, _ = parts.path[1:].partition("/")
            out.append((f"folder {parts.host}/{first if slash else ''}", per_folder, "limit-folder"))
        return out


def _take(counters: Counter[str], *names: str) -> str | None:
    counters.update(names)
    return None


def _shown(counters: Counter[str], reason: str, template: str | None = None) -> str:
    """Count a refusal, and give its reason as long as few of its kind are shown."""
    place = template or reason
    counters[f"skipped {reason}"] += 1
    counters[f"shown {place}"] += 1
    return reason if counters[f"shown {place}"] <= SKIPPED_SHOWN else ""
