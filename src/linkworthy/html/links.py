"""Links as rows: resolved, normalised, with their anchor, their rel and the region they stand in."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from linkworthy import urls
from linkworthy.html.fold import MAX_SHORT_CHARACTERS
from linkworthy.html.gathered import FoundLinks
from linkworthy.html.page import Link, Rows

MAX_HREF_CHARACTERS = 8_192
"""Characters of a href that are kept; longer ones have no URL (urls.MAX_URL_CHARACTERS) and are mostly data."""
# Hrefs that the URL standard leaves as they are: plain ASCII, no percent, no dot segment, no port, a host of letters.
_PATH = r"(?:/(?!\.)[A-Za-z0-9_~=&+,;:@!$*().-]*)+(?:\?[A-Za-z0-9_~/%=&+,;:@!$*().?-]*)?"
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_~=&+,;@!$*().-]*"
_PLAIN_FILE = re.compile(rf"((?:\.\./)*)((?:{_NAME}/)*(?:{_NAME})?(?:\?[A-Za-z0-9_~/%=&+,;:@!$*().?-]*)?)(?:#[\s\S]*)?")
"""A file near the page with its query, or a fragment alone."""
_PLAIN_PATH = re.compile(rf"(?!//)({_PATH})(?:#[\s\S]*)?")
_PLAIN_URL = re.compile(
    rf"(https?://(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,10}}[a-z]{{2,24}}{_PATH})(?:#[\s\S]*)?"
)
# A serialised http(s) URL that needs no normalisation but the loss of its fragment: no user, no dot after the host.
_SERIALISED = re.compile(r"https?://[^/?#@:\[]*[^./?#@:\[](?::[0-9]+)?/[^#]*")
_ORIGIN = re.compile(r"https?://[^/?#@\[]*[^./?#@\[](?=/)")


_OF_THE_PAGE = "#? \t\n\f\r\0"
"""First characters of hrefs that may depend on the page itself; the others depend on its folder alone."""
_MAX_FOLDERS = 64
_MAX_BESIDE = 8_192
"""Folders whose hrefs are remembered from page to page, and hrefs of each."""


class Target(NamedTuple):
    """Where a href leads."""

    url: str | None
    host: str | None
    domain: str | None
    fragment: str | None


class _Folders(threading.local):
    """What the hrefs of pages in one folder mean: its pages mostly have the same navigation."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], dict[str, Target]] = {}


_folders = _Folders()


def _known_beside(base: str, encoding: str) -> dict[str, Target]:
    key = (base.partition("#")[0].partition("?")[0].rpartition("/")[0], encoding)
    known = _folders.known
    found = known.get(key)
    if found is None or len(found) >= _MAX_BESIDE:
        if len(known) >= _MAX_FOLDERS:
            known.clear()
        found = known[key] = {}
    return found


class Resolver:
    """Resolves the hrefs of one document; two fifths of them repeat, so each is worked out once."""

    def __init__(self, base: str, encoding: str) -> None:
        self.base = base
        self.encoding = encoding
        self._known: dict[str, Target] = {}
        self._near_known = _known_beside(base, encoding)
        found = _ORIGIN.match(base)
        self._origin = found[0] if found else ""
        # What stands beside a page that is itself serialised needs no parser either.
        is_plain = found is not None and "#" not in base and _PLAIN_URL.fullmatch(base) is not None
        self._itself = base if is_plain else ""
        self._folder = base.partition("?")[0].rpartition("/")[0] + "/" if is_plain else ""
        host = urls.host_of(base) if is_plain else ""
        self._own = (host, urls.registrable_domain(host)) if host else None

    def target(self, href: str) -> Target:
        """Say where a href leads."""
        known = self._known if href[:1] in _OF_THE_PAGE else self._near_known
        found = known.get(href)
        if found is None:
            found = known[href] = self._target(href)
        return found

    def url(self, href: str | None) -> str | None:
        """Give the normalised URL of a href, null where it is no http(s) URL or there is none."""
        return self.target(href).url if href else None

    def _target(self, href: str) -> Target:
        fragment = href[:MAX_HREF_CHARACTERS].partition("#")[2].strip("\t\n\f\r ") or None
        if len(href) > MAX_HREF_CHARACTERS:
            return Target(None, None, None, fragment)
        found = _PLAIN_FILE.fullmatch(href) if self._own else None
        if found and self._own:
            near = self._near(found[1], found[2]) if found[1] or found[2] else self._itself
            if len(near) <= urls.MAX_URL_CHARACTERS:
                return Target(near, *self._own, fragment)
        url = self._plain(href)
        if url is None:
            url = self._resolved(href)
        if url is None:
            return Target(None, None, None, fragment)
        host = urls.host_of(url)
        return Target(url, host, urls.registrable_domain(host), fragment)

    def _near(self, ups: str, rest: str) -> str:
        """Resolve the path of a file relative to the page: one folder up for each ``../``."""
        if not ups:
            return self._folder + rest if rest and rest[0] != "?" else self._itself.partition("?")[0] + rest
        folder = self._folder
        for _ in range(len(ups) // 3):
            up = folder.rfind("/", 0, -1) + 1
            # There is nothing above the root.
            folder = folder[:up] if up > len(self._origin) else folder
        return folder + rest

    def _plain(self, href: str) -> str | None:
        """Resolve a href that the standard leaves as it is; two thirds are such, and parsing costs ten times more."""
        if "xn--" in href:
            return None
        found = _PLAIN_URL.fullmatch(href)
        if found:
            return found[1]
        found = _PLAIN_PATH.fullmatch(href) if self._origin else None
        return self._origin + found[1] if found else None

    def _resolved(self, href: str) -> str | None:
        resolved = urls.resolve(href, self.base, self.encoding)
        if resolved is None:
            return None
        found = _SERIALISED.match(resolved)
        if found and len(found[0]) <= urls.MAX_URL_CHARACTERS:
            return found[0]
        return urls.normalise(resolved)


def links_of(found: FoundLinks, regions: Sequence[str], total: int, resolver: Resolver, domain: str) -> Rows[Link]:
    """Make the rows of table ``links``."""
    n = len(found)
    if not n:
        return Rows(Link, [[] for _ in Link._fields])
    hrefs = found.hrefs
    target_of = resolver.target
    page_urls, hosts, domains, fragments = map(list, zip(*map(target_of, hrefs), strict=True))
    written = [rel and rel[:MAX_SHORT_CHARACTERS] for rel in found.rels]
    rels, are_nofollow, are_ugc, are_sponsored = map(list, zip(*map(rel_of, written), strict=True))
    if max(map(len, hrefs)) > MAX_HREF_CHARACTERS:
        hrefs = [href[:MAX_HREF_CHARACTERS] for href in hrefs]
    return Rows(
        Link,
        [
            list(range(n)), hrefs, page_urls, hosts, domains, fragments, [one == domain for one in domains],
            found.kinds, found.anchors, rels, are_nofollow, are_ugc, are_sponsored, list(regions), found.paths,
            [place / total for place in range(n)], found.befores, found.afters, found.is_hidden,
        ],
    )  # fmt: skip


NO_REL: tuple[str | None, bool, bool, bool] = (None, False, False, False)


@lru_cache(maxsize=4_096)
def rel_of(written: str | None) -> tuple[str | None, bool, bool, bool]:
    """Give rel as tokens in lower case, and whether nofollow, ugc and sponsored are among them."""
    if written is None:
        return NO_REL
    tokens = written.lower().split()
    return " ".join(tokens), "nofollow" in tokens, "ugc" in tokens, "sponsored" in tokens
