"""What the head and the headers of a page say: canonical, alternates, pagination, dates, names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from linkworthy.html.dates import instant
from linkworthy.html.fold import clean, fold_or_none
from linkworthy.html.gathered import Attributes, Captured, Gathered
from linkworthy.html.linked import columns_of
from linkworthy.html.links import Resolver
from linkworthy.html.regions import BODY
from linkworthy.html.structured import Node, first_text

MAX_ALTERNATES = 500
"""Alternate languages a page that are kept: more than there are languages."""
MAX_STYLESHEETS = 30
"""Style sheets a page that are kept."""
MAX_FEEDS = 20
"""Feeds a page that are kept."""

_LINK_VALUE = re.compile(
    r"<([^<>]{0,8192})>((?:\s*;\s*[\w*!#$&+.^`|~-]{1,50}\s*(?:=\s*(?:\"[^\"]{0,1000}\"|[^\s\",;]{0,1000}))?){0,20})"
)
_PARAMETER = re.compile(r";\s*([\w*!#$&+.^`|~-]{1,50})\s*(?:=\s*(?:\"([^\"]{0,1000})\"|([^\s\",;]{0,1000})))?")
_REFRESH = re.compile(r"^[\s]*(?:\d+(?:\.[\d.]*)?|\.[\d.]*)\s*[;,\s]\s*[;,]?\s*(.*)$", re.DOTALL)
_SECONDS = re.compile(r"\s*(?:\d|\.\d)[\d.]*\s*(?:[;,\s]|\Z)")
_REFRESH_URL = re.compile(r"^url\s*=\s*", re.IGNORECASE)
_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.issued", "dcterms.created", "pubdate", "publishdate",
    "publish-date", "publish_date", "publication_date", "article.published", "parsely-pub-date", "sailthru.date",
    "citation_publication_date", "dc.date.created",
)  # fmt: skip
_MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "article:updated_time", "datemodified", "last-modified", "lastmod",
    "dcterms.modified",
    "dc.date.modified", "revised",
)  # fmt: skip
_AUTHOR_METAS = (
    "author",
    "article:author",
    "dc.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "twitter:creator",
)
JUDGED_METAS = frozenset((*_PUBLISHED_METAS, *_MODIFIED_METAS, *_AUTHOR_METAS, "og:site_name", "application-name"))
"""Metas of which one among several is chosen."""

Named = Mapping[str, Sequence[str | None]]
"""Contents of metas by their name."""


class HeaderLink(NamedTuple):
    """One link of a Link header."""

    href: str
    rels: frozenset[str]
    hreflang: str | None


class Canonical(NamedTuple):
    """The canonicals of a page."""

    url: str | None
    href: str | None
    n: int
    """Different ones."""
    n_written: int
    header_url: str | None


def header_links(headers: Sequence[tuple[str, str]]) -> list[HeaderLink]:
    """Read Link headers (RFC 8288), the first hundred links of them."""
    found: list[HeaderLink] = []
    for name, value in headers:
        if name != "link":
            continue
        for match in _LINK_VALUE.finditer(value[:100_000]):
            parameters = {key.lower(): quoted or bare for key, quoted, bare in reversed(_PARAMETER.findall(match[2]))}
            rels = frozenset(parameters.get("rel", "").lower().split())
            found.append(HeaderLink(clean(match[1].strip()), rels, parameters.get("hreflang")))
            if len(found) >= 100:
                return found
    return found


def rels_of(attributes: Attributes) -> tuple[str, ...]:
    """Give the rel tokens of an element in lower case."""
    rel = attributes.get("rel")
    return _tokens(rel[:500]) if rel else ()


@lru_cache(maxsize=1_024)
def _tokens(rel: str) -> tuple[str, ...]:
    return tuple(rel.lower().split())


def by_name(metas: Sequence[Attributes]) -> Named:
    """Give the contents of metas by name or property in lower case, in their order."""
    named: dict[str, list[str | None]] = {}
    for one in metas:
        name = (one.get("name") or one.get("property") or one.get("itemprop") or "").strip().lower()
        named.setdefault(name, []).append(one.get("content"))
    return named


def metas_named(named: Named, *names: str) -> Iterator[str]:
    """Give the contents of the metas with these names, name by name, where not empty."""
    for wanted in names:
        if wanted in named:
            for content in named[wanted]:
                if folded := fold_or_none(content):
                    yield folded


def meta(named: Named, *names: str) -> str | None:
    """Give the first content of metas with these names, null where there is none."""
    return next(metas_named(named, *names), None)


def canonical_of(found: Gathered, links: Sequence[HeaderLink], resolver: Resolver, url: str) -> Canonical:
    """Read the canonicals: the first link element of the head counts, else the Link header."""
    hrefs = [
        attributes.get("href") or ""
        for attributes, in_head in found.link_elements
        if in_head and "canonical" in rels_of(attributes)
    ]
    header = next((link.href for link in links if "canonical" in link.rels), None)
    # A header's links resolve against the page itself, not against its base element.
    header_url = Resolver(url, "utf-8").url(header) if header is not None else None
    written = {resolver.url(href) or href for href in hrefs}
    if header is not None:
        written.add(header_url or header)
    href = hrefs[0] if hrefs else header
    first = resolver.url(hrefs[0].strip()) if hrefs else header_url
    n_written = len(hrefs) + (header is not None)
    return Canonical(
        first, href[:8_192] if href is not None else None, min(len(written), 32_767), min(n_written, 32_767), header_url
    )


def alternates_of(found: Gathered, links: Sequence[HeaderLink], resolver: Resolver, url: str) -> list[dict[str, str]]:
    """Collect hreflang alternates of link elements and Link headers."""
    alternates: dict[tuple[str, str], None] = {}
    for attributes, _ in found.link_elements:
        if attributes.get("hreflang") and "alternate" in rels_of(attributes):
            target = resolver.url(attributes.get("href"))
            if target:
                alternates[(attributes["hreflang"] or "").strip().lower()[:50], target] = None
    for link in links:
        if link.hreflang and "alternate" in link.rels:
            target = Resolver(url, "utf-8").url(link.href)
            if target:
                alternates[clean(link.hreflang).strip().lower()[:50], target] = None
    return [{"lang": lang, "url": target} for lang, target in alternates][:MAX_ALTERNATES]


def first_rel(found: Gathered, links: Sequence[HeaderLink], resolver: Resolver, *rels: str) -> str | None:
    """Give the URL of the first link element, Link header or a element with one of these rels."""
    for attributes, _ in found.link_elements:
        if not {*rels}.isdisjoint(rels_of(attributes)):
            return resolver.url(attributes.get("href"))
    for header in links:
        if not header.rels.isdisjoint(rels):
            return resolver.url(header.href)
    linked = columns_of(found)
    for place in _with_rel(linked.rels, *rels):
        return resolver.url(linked.hrefs[place])
    return None


def _with_rel(written: Sequence[str | None], *rels: str) -> Iterator[int]:
    """Give the places of the links that have one of these rels."""
    if not any(written):
        return
    for place, rel in enumerate(written):
        if rel and not {*rels}.isdisjoint(rel[:500].lower().split()):
            yield place


def refresh_of(metas: Sequence[Attributes], headers: Sequence[tuple[str, str]], resolver: Resolver) -> str | None:
    """Say where a meta refresh or a Refresh header leads, null where there is none or it only reloads.

    Source: https://html.spec.whatwg.org/multipage/semantics.html#shared-declarative-refresh-steps
    """
    for text in _refreshes(metas, headers):
        match = _REFRESH.match(text[:10_000])
        if not match:
            continue
        rest = _REFRESH_URL.sub("", match[1].strip())
        if rest[:1] in {'"', "'"}:
            rest = rest[1:].partition(rest[0])[0]
        if rest:
            return resolver.url(rest)
    return None


def is_refreshed(metas: Sequence[Attributes], headers: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a meta refresh or a Refresh header moves the reader on or loads the page again."""
    return any(_SECONDS.match(text[:100]) for text in _refreshes(metas, headers))


def _refreshes(metas: Sequence[Attributes], headers: Sequence[tuple[str, str]]) -> list[str]:
    texts = [
        one.get("content") or ""
        for one in metas
        if "http-equiv" in one and (one["http-equiv"] or "").strip().lower() == "refresh"
    ]
    return [*texts, *(clean(value) for name, value in headers if name == "refresh")][:10]


def published_of(named: Named, nodes: Sequence[Node], times: Sequence[Captured]) -> datetime | None:
    """Give the date of publication from metas, structured data or time elements."""
    for text in metas_named(named, *_PUBLISHED_METAS):
        if found := instant(text):
            return found
    if found := _from_nodes(nodes, "datePublished", "dateCreated", "uploadDate"):
        return found
    for strict in (True, False):
        for time in times[:50]:
            marks = " ".join((time.attributes.get(key) or "")[:200].lower() for key in ("class", "itemprop"))
            is_named = "pubdate" in time.attributes or "publish" in marks or "entry-date" in marks
            if is_named if strict else time.region in {"main", BODY} and "updated" not in marks:
                found = instant(time.attributes.get("datetime") or time.text)
                if found:
                    return found
    return None


def modified_of(named: Named, nodes: Sequence[Node]) -> datetime | None:
    """Give the date of change from metas or structured data."""
    for text in metas_named(named, *_MODIFIED_METAS):
        if found := instant(text):
            return found
    return _from_nodes(nodes, "dateModified")


def _from_nodes(nodes: Sequence[Node], *names: str) -> datetime | None:
    for name in names:
        for node in nodes:
            if name in node and "@type" in node:
                found = instant(first_text(node[name]))
                if found:
                    return found
    return None


def author_of(found: Gathered, named: Named, nodes: Sequence[Node], every: Sequence[Node] = ()) -> str | None:
    """Give the author from meta, structured data or rel=author; ``every`` has the nodes that an ``@id`` may name."""
    for text in metas_named(named, *_AUTHOR_METAS):
        if "://" not in text and text.lower() not in {"admin", "author"}:
            return text.removeprefix("@")[:200]
    for node in nodes:
        for key in ("author", "creator"):
            name = first_text(node.get(key)) or _name_by_id(node.get(key), every) if key in node else None
            if name and "://" not in name:
                return name[:200]
    linked = columns_of(found)
    for place in _with_rel(linked.rels[:5_000], "author"):
        return fold_or_none(linked.anchors[place], 200) if linked.kinds[place] == "text" else None
    return None


def _name_by_id(value: object, every: Sequence[Node]) -> str | None:
    """Give the name of the node that a reference means."""
    one = value[0] if isinstance(value, list) and value else value
    name = one.get("@id") if isinstance(one, dict) else None
    if not isinstance(name, str):
        return None
    return next((text for node in every if node.get("@id") == name and (text := first_text(node.get("name")))), None)


def site_name_of(named: Named, nodes: Sequence[Node], types: Sequence[str | None]) -> str | None:
    """Give the site's name: og:site_name, else the WebSite's or Organization's name, else application-name."""
    name = meta(named, "og:site_name")
    if name:
        return name[:500]
    for wanted in ("WebSite", "Organization", "NewsMediaOrganization", "LocalBusiness"):
        for node, kind in zip(nodes, types, strict=True):
            if kind == wanted and first_text(node.get("name")):
                return (first_text(node.get("name")) or "")[:500]
    return (meta(named, "application-name") or "")[:500] or None


def stylesheets_of(found: Gathered, resolver: Resolver) -> list[str]:
    """Give the URLs of style sheets, the first of them."""
    urls = (resolver.url(a.get("href")) for a, _ in found.link_elements if "stylesheet" in rels_of(a))
    return list(dict.fromkeys(url for url in urls if url))[:MAX_STYLESHEETS]


def feeds_of(found: Gathered, resolver: Resolver) -> list[str]:
    """Give the URLs of RSS and Atom feeds that the head names."""
    feeds: dict[str, None] = {}
    for attributes, _ in found.link_elements:
        kind = (attributes.get("type") or "").lower()
        if "alternate" in rels_of(attributes) and ("rss+xml" in kind or "atom+xml" in kind or "feed+json" in kind):
            url = resolver.url(attributes.get("href"))
            if url:
                feeds[url] = None
    return list(feeds)[:MAX_FEEDS]
