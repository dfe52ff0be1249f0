"""Turns the HTML metadata of a WAT record into a Page; what it cannot tell (regions, paths, words around) is null."""

from __future__ import annotations

from typing import Any

from linkworthy import urls
from linkworthy.fetch.base import Headers, header
from linkworthy.html.encoding import canonical_name, charset_of
from linkworthy.html.fold import MAX_SHORT_CHARACTERS, fold, fold_or_none
from linkworthy.html.gathered import Attributes
from linkworthy.html.identifiers import owner_ids
from linkworthy.html.links import MAX_HREF_CHARACTERS, Resolver
from linkworthy.html.page import Link, Page
from linkworthy.html.robots_meta import directives
from linkworthy.html.walk import MAX_LINKS
from linkworthy.sources import wat_layout as layout
from linkworthy.tables import table

MAX_ANCHOR_CHARACTERS = 128
"""Where the writers of WAT clip anchors."""

_FACTS = table("pages").names[table("pages").names.index("last_modified_at") :]
_STYLESHEETS = 30


def page_of(html: layout.Html, headers: Headers, url: str) -> Page:
    """Give the page that a record describes."""
    head = html.head
    metas: list[Attributes] = [_attributes(meta) for meta in head.metas]
    encoding = _encoding(headers, metas)
    base = _base(head.base, url)
    resolver = Resolver(base, encoding)
    links = links_of(html.links, resolver, urls.domain_of(url))
    said = directives(metas, headers)
    facts: dict[str, Any] = dict.fromkeys(_FACTS)
    facts |= {
        "is_html": True,
        "title": fold_or_none(head.title),
        "description": _meta(metas, "description"),
        "html_lang": _meta(metas, "html@/lang") or _meta(metas, "html@lang"),
        "meta_robots": said.meta_robots,
        "x_robots_tag": said.x_robots_tag,
        "is_noindex": said.is_noindex,
        "is_nofollow": said.is_nofollow,
        "base_url": base if head.base else None,
        "viewport": _meta(metas, "viewport"),
        "generator": _meta(metas, "generator"),
        "author": _meta(metas, "author"),
        "site_name": _meta(metas, "og:site_name"),
        "og_type": _meta(metas, "og:type"),
        "owner_ids": owner_ids(metas, (), [script.url for script in head.scripts if script.url]),
        **_head_links(head.links, resolver),
        **_counts(links),
    }
    return Page(url=url, facts=facts, links=links)


def links_of(found: list[layout.Link], resolver: Resolver, domain: str) -> list[Link]:
    """Make the rows of table ``links`` out of a and area elements.

    An a element is written when it closes, so the image just before one without text is its own.
    """
    links: list[Link] = []
    image: layout.Link | None = None
    total = sum(_is_link(entry) for entry in found[: 4 * MAX_LINKS])
    for entry in found[: 4 * MAX_LINKS]:
        if _is_link(entry) and len(links) < MAX_LINKS:
            kind, anchor = _anchor(entry, image)
            links.append(_link(entry, len(links), min(total, MAX_LINKS), kind, anchor, resolver, domain))
        image = entry if entry.path == "IMG@/src" else None
    return links


def _is_link(entry: layout.Link) -> bool:
    return entry.path in {"A@/href", "AREA@/href"} and entry.url is not None


def _anchor(entry: layout.Link, image: layout.Link | None) -> tuple[str, str]:
    if entry.path == "AREA@/href":
        return "area", fold(entry.alt or "")
    text = fold(entry.text or "")
    if text:
        return "text", text
    alt = fold(image.alt or "") if image is not None else ""
    return ("image" if alt else "empty"), alt


def _link(entry: layout.Link, n: int, total: int, kind: str, anchor: str, resolver: Resolver, domain: str) -> Link:
    href = entry.url or ""
    target = resolver.target(href)
    tokens = entry.rel[:MAX_SHORT_CHARACTERS].lower().split() if entry.rel else []
    return Link(
        n=n,
        href=href[:MAX_HREF_CHARACTERS],
        url=target.url,
        target_host=target.host,
        target_domain=target.domain,
        fragment=target.fragment,
        is_internal=target.domain is not None and target.domain == domain,
        kind=kind,
        anchor=anchor,
        rel=" ".join(tokens) if entry.rel is not None else None,
        is_nofollow="nofollow" in tokens,
        is_ugc="ugc" in tokens,
        is_sponsored="sponsored" in tokens,
        region=None,
        path=None,
        position=n / total,
        before=None,
        after=None,
        is_hidden=None,
    )


def _head_links(found: list[layout.Link], resolver: Resolver) -> dict[str, Any]:
    canonicals: list[tuple[str, str]] = []
    by_rel: dict[str, list[str]] = {}
    alternates: list[dict[str, str]] = []
    for entry in found:
        tokens = (entry.rel or "").lower().split()
        url = resolver.url(entry.url)
        if url is None:
            continue
        if "canonical" in tokens:
            canonicals.append((url, entry.url or ""))
        if "alternate" in tokens and entry.hreflang:
            alternates.append({"lang": entry.hreflang.strip().lower(), "url": url})
        if "alternate" in tokens and (entry.type or "").lower() in {"application/rss+xml", "application/atom+xml"}:
            tokens.append("feed")
        for token in tokens:
            by_rel.setdefault(token, []).append(url)
    return {
        "canonical_url": canonicals[0][0] if canonicals else None,
        "canonical_href": canonicals[0][1] if canonicals else None,
        "n_canonicals": len({url for url, _ in canonicals}),
        "hreflang": alternates,
        "next_url": by_rel.get("next", [None])[0],
        "prev_url": by_rel.get("prev", [None])[0],
        "stylesheets": by_rel.get("stylesheet", [])[:_STYLESHEETS],
        "feeds": by_rel.get("feed", []),
    }


def _counts(links: list[Link]) -> dict[str, int]:
    external = [link for link in links if link.target_domain is not None and not link.is_internal]
    return {
        "n_links": len(links),
        "n_internal_links": sum(link.is_internal for link in links),
        "n_external_links": len(external),
        "n_external_followed": sum(not (link.is_nofollow or link.is_ugc or link.is_sponsored) for link in external),
        "n_external_domains": len({link.target_domain for link in external}),
    }


def _attributes(meta: layout.Meta) -> Attributes:
    pairs = (
        ("name", meta.name),
        ("property", meta.property),
        ("http-equiv", meta.http_equiv),
        ("content", meta.content),
    )
    return {key: value for key, value in pairs if value is not None}


def _meta(metas: list[Attributes], name: str) -> str | None:
    for meta in metas:
        if (meta.get("name") or meta.get("property") or "").strip().lower() == name:
            return fold_or_none(meta.get("content"))
    return None


def _base(href: str | None, url: str) -> str:
    """Resolve the base element's href, which may be relative; one that is no URL does not count."""
    return (urls.resolve(href, url) if href else None) or url


def _encoding(headers: Headers, metas: list[Attributes]) -> str:
    """Give the encoding that header or meta names, which the queries of links are written in; UTF-8 where none does."""
    named = charset_of(header(headers, "content-type") or "")
    for meta in metas:
        if named is None and (meta.get("http-equiv") or "").strip().lower() == "content-type":
            named = charset_of(meta.get("content") or "")
    return (canonical_name(named) if named else None) or "utf-8"
