"""Turns the HTML metadata of a WAT record into a Page; what it cannot tell (regions, paths, words around) is null."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from linkworthy import urls
from linkworthy.fetch.base import Headers, header
from linkworthy.html import head, identifiers, robots_meta
from linkworthy.html.encoding import canonical_name, charset_of
from linkworthy.html.fold import MAX_SHORT_CHARACTERS, fold, fold_or_none
from linkworthy.html.gathered import Attributes, Gathered
from linkworthy.html.links import MAX_HREF_CHARACTERS, NO_REL, Resolver, rel_of
from linkworthy.html.page import Link, Page
from linkworthy.sources import wat_layout as layout
from linkworthy.tables import table

MAX_LINKS = 100_000
"""Links a page that are kept, as many as of a page whose HTML is at hand."""

_COLUMNS = table("pages").names
_FACTS = _COLUMNS[_COLUMNS.index("last_modified_at") :]
_LINK_PATHS = frozenset({"A@/href", "AREA@/href"})
_MAX_ENTRIES = 4 * MAX_LINKS
"""Entries of ``Links`` that are looked at; images, forms and frames are among them."""


def page_of(html: layout.Html, headers: Headers, url: str) -> Page:
    """Give the page that a record describes.

    Links inside inert templates are among them, because the writers of WAT take a page tag by tag. Identifiers of
    owners come from the addresses of scripts and from metas; inline scripts are not recorded.
    """
    found = _gather(html)
    encoding = _encoding(headers, found.metas)
    base_url = _base_url(found.base_href, url, encoding)
    resolver = Resolver(base_url or url, encoding)
    domain = urls.domain_of(url)
    links = _links(html.links[:_MAX_ENTRIES], resolver, domain)
    facts: dict[str, Any] = dict.fromkeys(_FACTS)
    facts["is_html"] = True
    facts["base_url"] = base_url
    facts["title"] = fold_or_none(html.head.title)
    facts.update(_meta_facts(found, headers, resolver))
    facts.update(_head_facts(found, headers, resolver, url))
    facts.update(_counts(links))
    addresses = [script.url for script in html.head.scripts if script.url]
    addresses += [attributes.get("href") or "" for attributes, _ in found.link_elements]
    facts["owner_ids"] = identifiers.owner_ids(found.metas, (), addresses)
    return Page(url=url, facts=facts, links=links)


def _gather(html: layout.Html) -> Gathered:
    """Put a record into the form that a walk over HTML gives, so that both are judged by the same functions."""
    return Gathered(
        base_href=html.head.base,
        metas=[
            _attributes(name=meta.name, property=meta.property, content=meta.content) | _equiv(meta)
            for meta in html.head.metas
        ],
        link_elements=[
            (_attributes(href=one.url, rel=one.rel, type=one.type, hreflang=one.hreflang), True)
            for one in html.head.links
        ],
    )


def _links(entries: Sequence[layout.Link], resolver: Resolver, domain: str) -> list[Link]:
    """Give the a and area elements. An a element is written when it closes, so an image just before it is its own.

    The rows are those that ``html.links`` gives, without a walk between: hundreds of millions of links pass here.
    """
    total = max(1, min(MAX_LINKS, sum([one.path in _LINK_PATHS and one.url is not None for one in entries])))
    target_of = resolver.target
    links: list[Link] = []
    image: layout.Link | None = None
    for one in entries:
        path = one.path
        href = one.url
        if path not in _LINK_PATHS or href is None:
            image = one if path == "IMG@/src" else None
            continue
        n = len(links)
        if n == MAX_LINKS:
            break
        text = one.text
        anchor = fold(text) if text else ""
        kind = "text"
        if path == "AREA@/href":
            kind, anchor = "area", fold(one.alt or "")
        elif not anchor:
            anchor = fold(image.alt) if image is not None and image.alt else ""
            kind = "image" if anchor else "empty"
        image = None
        rel = one.rel
        url, host, target_domain, fragment = target_of(href)
        links.append(
            _new(
                Link,
                (
                    n, href if len(href) <= MAX_HREF_CHARACTERS else href[:MAX_HREF_CHARACTERS], url, host,
                    target_domain, fragment, target_domain is not None and target_domain == domain, kind, anchor,
                    *(NO_REL if rel is None else rel_of(rel[:MAX_SHORT_CHARACTERS])), None, None, n / total, None, None,
                    None,
                ),
            )
        )  # fmt: skip
    return links


_new = tuple.__new__


def _meta_facts(found: Gathered, headers: Headers, resolver: Resolver) -> dict[str, Any]:
    metas = found.metas
    return {
        **robots_meta.directives(metas, headers)._asdict(),
        "description": head.meta(metas, "description"),
        "html_lang": head.meta(metas, "html@/lang"),
        "viewport": head.meta(metas, "viewport"),
        "generator": head.meta(metas, "generator"),
        "author": head.author_of(found, ()),
        "site_name": head.site_name_of(metas, (), ()),
        "og_type": head.meta(metas, "og:type"),
        "published_at": head.published_of(metas, (), ()),
        "modified_at": head.modified_of(metas, ()),
        "meta_refresh_url": head.refresh_of(metas, headers, resolver),
    }


def _head_facts(found: Gathered, headers: Headers, resolver: Resolver, url: str) -> dict[str, Any]:
    links = head.header_links(headers)
    canonical = head.canonical_of(found, links, resolver, url)
    return {
        "canonical_url": canonical.url,
        "canonical_href": canonical.href,
        "n_canonicals": canonical.n,
        "header_canonical_url": canonical.header_url,
        "hreflang": head.alternates_of(found, links, resolver, url),
        "next_url": head.first_rel(found, links, resolver, "next"),
        "prev_url": head.first_rel(found, links, resolver, "prev", "previous"),
        "stylesheets": head.stylesheets_of(found, resolver),
        "feeds": head.feeds_of(found, resolver),
    }


def _counts(links: Sequence[Link]) -> dict[str, int]:
    external = [link for link in links if link.target_domain is not None and not link.is_internal]
    return {
        "n_links": len(links),
        "n_internal_links": sum(link.is_internal for link in links),
        "n_external_links": len(external),
        "n_external_followed": sum(not (link.is_nofollow or link.is_ugc or link.is_sponsored) for link in external),
        "n_external_domains": len({link.target_domain for link in external}),
    }


def _attributes(**given: str | None) -> Attributes:
    return {name: value for name, value in given.items() if value is not None}


def _equiv(meta: layout.Meta) -> Attributes:
    return {"http-equiv": meta.http_equiv} if meta.http_equiv is not None else {}


def _base_url(href: str | None, url: str, encoding: str) -> str | None:
    """Resolve the base element's href, which may be relative; one that is no http(s) URL does not count."""
    if href is None or len(href) > urls.MAX_URL_CHARACTERS:
        return None
    resolved = urls.resolve(href, url, encoding)
    return urls.normalise(resolved) if resolved else None


def _encoding(headers: Headers, metas: Sequence[Attributes]) -> str:
    """Give the encoding that header or meta names, which the queries of links are written in; UTF-8 where none does."""
    named = charset_of(header(headers, "content-type") or "")
    for meta in metas:
        if named is None and (meta.get("http-equiv") or "").strip().lower() == "content-type":
            named = charset_of(meta.get("content") or "")
    return (canonical_name(named) if named else None) or "utf-8"
