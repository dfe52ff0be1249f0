"""Links as rows: resolved, normalised, with their anchor, their rel and the region they stand in."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from linkworthy import urls
from linkworthy.html.fold import MAX_SHORT_CHARACTERS
from linkworthy.html.gathered import FoundLinks
from linkworthy.html.page import Link, Rows
from linkworthy.html.texts import Texts

MAX_HREF_CHARACTERS = 8_192
"""Characters of a href that are kept; longer ones have no URL (urls.MAX_URL_CHARACTERS) and are mostly data."""
# Hrefs that the URL standard leaves as they are: plain ASCII, no percent, no dot segment, no port, a host of letters.
_PATH = r"(?:/(?!\.)[A-Za-z0-9_~=&+,;:@!$*().-]*)+(?:\?[A-Za-z0-9_~/%=&+,;:@!$*().?-]*)?"
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_~=&+,;@!$*().-]*"
_PLAIN_FILE = re.compile(rf"((?:\.\./)*)((?:{_NAME}/)*(?:{_NAME})?(?:\?[A-Za-z0-9_~/%=&+,;:@!$*().?-]*)?)(?:#[\s\S]*)?")
"""A file near the page with its query, or a fragment alone."""
_PLAIN_PATH = re.compile(rf"(?!//)({_PATH})(?:#[\s\S]*)?")
_PLAIN_URL = re.compile(
    rf"(https?://((?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,10}}[a-z]{{2,24}}){_PATH})(?:#[\s\S]*)?"
)
# A serialised http(s) URL that needs no normalisation but the loss of its fragment: no user, no dot after the host.
_SERIALISED = re.compile(r"https?://[^/?#@:\[]*[^./?#@:\[](?::[0-9]+)?/[^#]*")
_ORIGIN = re.compile(r"https?://[^/?#@\[]*[^./?#@\[](?=/)")
_PLAIN_BASE = re.compile(rf"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{{1,5}})?{_PATH}")


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


class Near(NamedTuple):
    """A base that is plain: where its origin, its folder and its path end, its host and the domain of that."""

    base: str
    origin: int
    folder: int
    query: int
    host: str
    domain: str


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

    def __init__(self, base: str, encoding: str, near: Near | None = None) -> None:
        """Take the base; ``near`` where it has been taken apart already."""
        self.base = base
        self.encoding = encoding
        self._known: dict[str, Target] = {}
        self._near_known: dict[str, Target] | None = None
        self._urls: dict[str, str | None] = {}
        if near is not None:
            self._origin = base[: near.origin]
            self.near: Near | None = near
            return
        found = _PLAIN_URL.fullmatch(base)
        host: str | None = found[2] if found and "#" not in base else None
        found = _ORIGIN.match(base)
        self._origin = found[0] if found else ""
        # What stands beside a page that is itself serialised needs no parser either.
        if host is None and found and _PLAIN_BASE.fullmatch(base) and urls.normalise(base) == base:
            host = urls.host_of(base)
        self.near = self._taken_apart(host) if host is not None else None

    def _taken_apart(self, host: str) -> Near:
        base = self.base
        query = base.find("?")
        query = query if query >= 0 else len(base)
        folder = base.rfind("/", 0, query) + 1
        return Near(base, len(self._origin), folder, query, host, urls.registrable_domain(host))

    def target(self, href: str) -> Target:
        """Say where a href leads."""
        known = self._known
        if href[:1] not in _OF_THE_PAGE:
            if self._near_known is None:
                self._near_known = _known_beside(self.base, self.encoding)
            known = self._near_known
        found = known.get(href)
        if found is None:
            found = known[href] = self._target(href)
        return found

    def url(self, href: str | None) -> str | None:
        """Give the normalised URL of a href, null where it is no http(s) URL or there is none."""
        if not href:
            return None
        return self._urls[href] if href in self._urls else self.target(href).url

    def learn(self, href: str, url: str | None) -> None:
        """Take the URL of a href that has been resolved already."""
        self._urls[href] = url

    def _target(self, href: str) -> Target:
        fragment = None
        if "#" in href:
            fragment = href[:MAX_HREF_CHARACTERS].partition("#")[2].strip("\t\n\f\r ") or None
        if len(href) > MAX_HREF_CHARACTERS:
            return Target(None, None, None, fragment)
        # A name holds no colon, so that what begins with a scheme is no file.
        is_near = self.near is not None and not href.startswith(("http:", "https:"))
        found = _PLAIN_FILE.fullmatch(href) if is_near else None
        if found and self.near:
            near = _beside(self.near, found[1], found[2])
            if len(near) <= urls.MAX_URL_CHARACTERS:
                return Target(near, self.near.host, self.near.domain, fragment)
        url = host = None
        # Two thirds of all hrefs are such as the standard leaves as they are, and parsing costs ten times more.
        if "xn--" not in href:
            if found := _PLAIN_URL.fullmatch(href):
                url, host = found[1], found[2]
            elif self._origin and (found := _PLAIN_PATH.fullmatch(href)):
                url = self._origin + found[1]
        if url is None:
            url = self._resolved(href)
        if url is None:
            return Target(None, None, None, fragment)
        host = host or urls.host_of(url)
        return Target(url, host, urls.registrable_domain(host), fragment)

    def _resolved(self, href: str) -> str | None:
        resolved = urls.resolve(href, self.base, self.encoding)
        if resolved is None:
            return None
        found = _SERIALISED.match(resolved)
        if found and len(found[0]) <= urls.MAX_URL_CHARACTERS:
            return found[0]
        return urls.normalise(resolved)


def plain_path(url: str) -> str | None:
    """Give the path of a URL that is plain, null where only a parser can tell."""
    if not _PLAIN_URL.fullmatch(url):
        return None
    return url[url.find("/", 8) :].partition("#")[0].partition("?")[0]


def _beside(near: Near, ups: str, rest: str) -> str:
    """Resolve the path of a file relative to the page: one folder up for each ``../``."""
    base, folder = near.base, near.folder
    if not ups:
        return base[: near.query if rest[0] == "?" else folder] + rest if rest else base
    for _ in range(len(ups) // 3):
        up = base.rfind("/", 0, folder - 1) + 1
        # There is nothing above the root.
        folder = up if up > near.origin else folder
    return base[:folder] + rest


def _targets_of(found: FoundLinks, resolver: Resolver) -> tuple[Any, Any, Any, Any, Sequence[int] | None]:
    """Give URLs, hosts, domains and fragments of links, and which of them may invite to something, null for any."""
    hrefs, anchors = found.hrefs, found.anchors
    if resolver.near is not None and isinstance(hrefs, Texts) and isinstance(anchors, Texts):
        from linkworthy.html.compiled.targets import targets_of  # noqa: PLC0415 - loads numba, which is loaded here

        return targets_of(hrefs, anchors, resolver, resolver.near)
    page_urls, hosts, domains, fragments = map(list, zip(*map(resolver.target, hrefs), strict=True))
    return page_urls, hosts, domains, fragments, None


def _are_said(written: Sequence[str | None]) -> tuple[list[Any], ...]:
    """Give rels in lower case, and whether nofollow, ugc and sponsored are among them."""
    if not any(written):
        n = len(written)
        return list(written), [False] * n, [False] * n, [False] * n
    said = map(rel_of, [rel and rel[:MAX_SHORT_CHARACTERS] for rel in written])
    rels, are_nofollow, are_ugc, are_sponsored = map(list, zip(*said, strict=True))
    return rels, are_nofollow, are_ugc, are_sponsored


def links_of(
    found: FoundLinks, regions: list[str], total: int, resolver: Resolver, domain: str
) -> tuple[Rows[Link], Sequence[int] | None]:
    """Make the rows of table ``links``; gives besides which of them may invite to something, null for any."""
    n = len(found)
    if not n:
        return Rows(Link, [[] for _ in Link._fields]), ()
    hrefs = found.hrefs
    page_urls, hosts, domains, fragments, inviting = _targets_of(found, resolver)
    rels, are_nofollow, are_ugc, are_sponsored = _are_said(found.rels)
    if isinstance(hrefs, Texts):
        hrefs = hrefs.cut(MAX_HREF_CHARACTERS)
    elif max(map(len, hrefs)) > MAX_HREF_CHARACTERS:
        hrefs = [href[:MAX_HREF_CHARACTERS] for href in hrefs]
    links = Rows(
        Link,
        [
            list(range(n)), hrefs, page_urls, hosts, domains, fragments, [one == domain for one in domains],
            found.kinds, found.anchors, rels, are_nofollow, are_ugc, are_sponsored, regions, found.paths,
            [place / total for place in range(n)], found.befores, found.afters, found.is_hidden,
        ],
    )  # fmt: skip
    return links, inviting


NO_REL: tuple[str | None, bool, bool, bool] = (None, False, False, False)


@lru_cache(maxsize=4_096)
def rel_of(written: str | None) -> tuple[str | None, bool, bool, bool]:
    """Give rel as tokens in lower case, and whether nofollow, ugc and sponsored are among them."""
    if written is None:
        return NO_REL
    tokens = written.lower().split()
    return " ".join(tokens), "nofollow" in tokens, "ugc" in tokens, "sponsored" in tokens
